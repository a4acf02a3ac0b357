"""Whom we look for and homes made safe, as lists: mine or the organisation's, by what they wait for; nothing of others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from leeward.record.cases.actions.leading import allocate_case
from leeward.record.cases.models import Case
from leeward.record.people.actions.walls import set_wall
from leeward.response.accommodation.actions.needs import take_next_step
from leeward.response.accommodation.actions.sanctuary import WorkFacts, order_work, refer_sanctuary
from leeward.response.accommodation.models import Need, NextStep, Sanctuary, SanctuaryReview, SanctuaryWork
from leeward.response.accommodation.queries import looked_for as lists
from leeward.response.accommodation.queries.today import places_today
from leeward.workspace.queries.sections import Section
from leeward.workspace.queries.today import today
from tests.accommodation import areas, held, need, promised, provider
from tests.homes import statements
from tests.worlds import World

LIST = "/places/looking"
HOMES = "/places/made-safe"


@pytest.fixture
def two(world: World) -> tuple[World, Need, Need]:
    """Ruth looks for Maya, a colleague of hers for Lena."""
    areas(world)
    world.add_user("colleague", "Ola Quist", "harbour", "practitioner")
    return world, need(world, world.case()), need(world, world.case("colleague", given="Lena"), "colleague")


def listed(world: World, user: str, address: str) -> list[str]:
    """Who stands in a list."""
    page = world.browser(user).get(address)
    assert page.status_code == 200
    rows = page.content.decode().split("<tbody")
    return [name for name in ("Maya", "Lena", "Nora") if len(rows) > 1 and f">{name}" in rows[1]]


def test_today_and_the_list_are_of_whose_case_i_lead(two: tuple[World, Need, Need]) -> None:
    world, mine, theirs = two
    assert [line.of for line in places_today(by=world.act("idva")).alone] == [mine.id]
    assert [line.of for line in places_today(by=world.act("colleague")).alone] == [theirs.id]
    assert {line.of for line in places_today(by=world.act("harbour_manager")).alone} == {mine.id, theirs.id}
    assert listed(world, "idva", LIST) == ["Maya"]
    assert listed(world, "colleague", LIST) == ["Lena"]
    assert listed(world, "harbour_manager", LIST) == []
    for user in ("idva", "colleague", "harbour_manager"):
        assert listed(world, user, LIST + "?whose=organisation") == ["Maya", "Lena"]
    for user, address in (("idva", "?waits=alone"), ("harbour_manager", "?whose=organisation&waits=alone")):
        found = {section.key: section for section in today(by=world.act(user))}["place_alone"]
        assert found.href == LIST + address
        assert found.count == len(listed(world, user, found.href))


def test_whom_i_began_to_look_for_stays_mine(two: tuple[World, Need, Need]) -> None:
    world, mine, _ = two
    by = world.act("harbour_manager")
    case = Case.objects.get(id=mine.case_id)
    allocate_case(
        by=by, case=case, worker_id=world.users["colleague"].id, team_id=case.lead_team_id, version=case.version
    )
    assert listed(world, "idva", LIST) == ["Maya"]
    assert listed(world, "colleague", LIST) == ["Maya", "Lena"]
    assert len(places_today(by=world.act("idva")).alone) == 1
    assert len(places_today(by=world.act("colleague")).alone) == 2


def test_another_organisation_and_who_is_walled_learn_of_nobody(two: tuple[World, Need, Need]) -> None:
    world, mine, _ = two
    for whose in ("", "?whose=organisation"):
        assert listed(world, "haven_worker", LIST + whose) == []
    world.act("harbour_manager")
    set_wall(
        by=world.act("harbour_manager"), person_id=mine.person_id, reason="A cousin", user_id=world.users["idva"].id
    )
    page = world.browser("idva").get(LIST + "?whose=organisation").content.decode()
    assert "1 household that looks for a place" in page
    assert "Maya" not in page
    assert places_today(by=world.act("idva")).alone == []


def test_each_kind_lists_its_own(two: tuple[World, Need, Need]) -> None:
    world, mine, theirs = two
    first, second = provider(world, spaces=2)
    by = world.act("idva")
    take_next_step(by=by, need=mine, kind="emergency_room", words="")
    NextStep.objects.update(look_again_on=timezone.localdate())
    assert listed(world, "idva", LIST + "?waits=steps") == ["Maya"]
    assert listed(world, "idva", LIST + "?waits=alone") == []
    held(world, mine, first)
    assert listed(world, "idva", LIST + "?waits=held") == ["Maya"]
    promised(world, second)
    assert listed(world, "idva", LIST + "?waits=placed") == ["Nora"]
    every = LIST + "?whose=organisation"
    assert listed(world, "idva", every + "&waits=tonight") == ["Maya", "Lena"], "who is housed needs none tonight"
    assert listed(world, "idva", every + "&waits=alone") == ["Lena"]
    page = world.browser("idva").get(every).content.decode()
    assert "Tonight (2)" in page
    assert "Held until" in page
    assert theirs.status == Need.OPEN


def section_of(world: World, user: str, key: str) -> Section:
    """A section of somebody's Today."""
    return {section.key: section for section in today(by=world.act(user))}[key]


def test_what_i_asked_for_a_colleagues_household_waits_for_me_in_the_list_too(two: tuple[World, Need, Need]) -> None:
    world, _, theirs = two
    (space,) = provider(world)
    held(world, theirs, space)  # Ruth asked
    found = section_of(world, "idva", "place_held")
    assert found.count == 1
    assert listed(world, "idva", found.href) == ["Lena"]
    page = world.browser("idva").get(found.href).content.decode()
    assert "1 household that looks for a place" in page
    assert listed(world, "idva", LIST) == ["Maya", "Lena"]
    assert listed(world, "haven_worker", LIST + "?waits=held&whose=organisation") == []


def test_a_household_is_counted_once_however_much_is_under_way(two: tuple[World, Need, Need]) -> None:
    world, mine, _ = two
    first, second = provider(world, spaces=2)
    held(world, mine, first)
    held(world, mine, second)
    by = world.act("idva")
    for _ in range(2):
        NextStep(
            need=mine, case_id=mine.case_id, kind="emergency_room", look_again_on=timezone.localdate(),
            by_id=by.user_id, by_name=by.user_name,
        ).save(force_insert=True)  # fmt: skip
    for key in ("place_held", "place_steps"):
        found = section_of(world, "idva", key)
        assert (found.count, len(found.items)) == (1, 1), key
        assert listed(world, "idva", found.href) == ["Maya"], key


def test_who_has_a_place_does_not_stand_before_who_has_none(two: tuple[World, Need, Need]) -> None:
    world, mine, theirs = two
    (space,) = provider(world)
    promised(world, space)  # of Nora, who needed it tonight
    world.act("idva")
    Need.objects.filter(id__in=[mine.id, theirs.id]).update(tonight=False)
    Need.objects.filter(id=theirs.id).update(tonight=True)
    page = world.browser("idva").get(LIST + "?whose=organisation").content.decode().split("<tbody")[1]
    order = sorted(("Maya", "Lena", "Nora"), key=lambda name: page.index(f">{name}"))
    assert order == ["Lena", "Maya", "Nora"]
    assert page.count("Tonight") == 1


def test_what_an_address_makes_no_sense_of_is_left_out(two: tuple[World, Need, Need]) -> None:
    world = two[0]
    for query in (
        "?waits=nonsense",
        "?whose=all",
        "?page=0",
        "?page=9999",
        "?page=²",
        "?page=-1",
        "?waits=",
        "?page=77",
    ):
        assert listed(world, "idva", LIST + query) == ["Maya"], query
        assert world.browser("idva").get(HOMES + query).status_code == 200, query


def test_a_long_list_has_pages(two: tuple[World, Need, Need], monkeypatch: pytest.MonkeyPatch) -> None:
    world = two[0]
    monkeypatch.setattr(lists, "PAGE", 1)
    every = LIST + "?whose=organisation"
    first = world.browser("idva").get(every).content.decode()
    assert "2 households that look for a place" in first
    assert "page=2" in first
    assert listed(world, "idva", every) == ["Maya"]
    assert listed(world, "idva", every + "&page=2") == ["Lena"]
    assert listed(world, "idva", every + "&page=3") == ["Lena"], "the last there is"


def test_the_lists_cost_the_same_however_long(two: tuple[World, Need, Need]) -> None:
    world, mine, theirs = two
    client = world.browser("idva")
    for user, looked in (("idva", mine), ("colleague", theirs)):
        refer_sanctuary(by=world.act(user), case=looked.case, tenure="council", consent="given", why="A key")
    for address in (LIST, HOMES):
        few, many = statements(client, address), statements(client, address + "?whose=organisation")
        assert len(few) == len(many) <= 15, address


def test_homes_made_safe_by_what_they_wait_for(two: tuple[World, Need, Need]) -> None:
    world, mine, theirs = two
    for user, looked in (("idva", mine), ("colleague", theirs)):
        made = refer_sanctuary(by=world.act(user), case=looked.case, tenure="council", consent="given", why="A key")
        Sanctuary.objects.filter(id=made.id).update(status=Sanctuary.SURVEYED)
    world.act("idva")
    home = Sanctuary.objects.get(case=mine.case)
    order_work(by=world.act("idva"), sanctuary=home, facts=WorkFacts("door"), on=timezone.localdate())
    assert listed(world, "idva", HOMES) == ["Maya"]
    assert listed(world, "idva", HOMES + "?whose=organisation") == ["Maya", "Lena"]
    assert listed(world, "haven_worker", HOMES + "?whose=organisation") == []
    for kind in ("reviews", "late", "test", "home", "landlord"):
        assert listed(world, "idva", HOMES + f"?waits={kind}") == [], kind
    world.act("idva")
    yesterday = timezone.localdate() - timedelta(days=1)
    SanctuaryWork.objects.update(due_on=yesterday)
    assert listed(world, "idva", HOMES + "?waits=late") == ["Maya"]
    assert "1 past its day" in world.browser("idva").get(HOMES).content.decode()
    world.act("idva")
    SanctuaryWork.objects.update(done_on=yesterday)
    Sanctuary.objects.filter(id=home.id).update(status=Sanctuary.DONE)
    assert listed(world, "idva", HOMES + "?waits=test") == ["Maya"]
    world.act("idva")
    SanctuaryReview(sanctuary=home, case=mine.case, months=3, due_on=yesterday).save(force_insert=True)
    assert listed(world, "idva", HOMES + "?waits=reviews") == ["Maya"]
    found = {section.key: section for section in today(by=world.act("idva"))}["place_reviews"]
    assert (found.count, found.href) == (1, HOMES + "?waits=reviews")
