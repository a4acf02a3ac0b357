"""Walls: declared, set, looked at, lifted; how far they reach; and that nobody learns that they are walled."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Organisation, Partnership, Team, User
from leeward.platform.common.errors import Refused
from leeward.record.people.actions.linking import link_people
from leeward.record.people.actions.walls import (
    declare_known,
    declare_known_person,
    keep_wall,
    lift_wall,
    set_wall,
    undo_keep,
    undo_lift,
)
from leeward.record.people.models import Person, PersonSight, Wall, WallDeclaration
from leeward.record.people.queries.search import read_wanted, search_people
from leeward.record.people.queries.walls import my_declarations, walls, who_can_be_walled
from tests.homes import browser, home, share
from tests.worlds import World


def sees(world: World, user: str, person_id: int) -> bool:
    world.act(user)
    return Person.objects.filter(id=person_id).exists()


def by_manager(world: World) -> Acting:
    return world.act("harbour_manager")


def test_a_declaration_walls_who_is_there_and_who_comes_later(world: World) -> None:
    family = home(world)
    assert sees(world, "child_worker", family.mother.id)
    declare_known(by=world.act("child_worker"), given="Maya", family="Lindqvist", born=None, relation="my cousin")
    assert not sees(world, "child_worker", family.mother.id)
    assert not sees(world, "child_worker", family.child.id)  # and her child
    assert sees(world, "idva", family.mother.id)
    later = world.case("idva", birth_date=date(1971, 1, 1))
    assert not sees(world, "child_worker", later.person_id)


def test_a_declaration_with_another_birth_date_walls_nobody_else(world: World) -> None:
    family = home(world)
    declare_known(
        by=world.act("child_worker"), given="Maya", family="Lindqvist", born=date(1955, 5, 5), relation="my aunt"
    )
    assert sees(world, "child_worker", family.mother.id)


def test_a_declaration_keeps_no_name_and_is_ones_own(world: World) -> None:
    by = world.act("child_worker")
    declare_known(by=by, given="Maya", family="Lindqvist", born=None, relation="my cousin")
    row = WallDeclaration.objects.get()
    assert "Maya" not in str(row.__dict__)
    assert "Lindqvist" not in str(row.__dict__)
    assert [one.relation for one in my_declarations(by)] == ["my cousin"]
    for other in ("idva", "harbour_manager", "dpl"):
        world.act(other)
        assert WallDeclaration.objects.count() == 0, other
    with pytest.raises(Refused, match="last name"):
        declare_known(by=world.act("idva"), given="Maya", family=" - ", born=None, relation="x")


def test_declaring_answers_nothing_about_whether_there_is_somebody(world: World) -> None:
    home(world)
    pages = []
    for given in ("Maya", "Nobodynamedthis"):
        client = browser(world, "haven_worker")
        answer = client.post(
            reverse("my_walls"),
            {"given": given, "family": "Lindqvist", "relation": "my lodger", "once_token": given.ljust(32, "x")},
            follow=True,
        )
        pages.append(answer.content.decode().split("<main")[1].count("my lodger"))
        assert answer.status_code == 200
    assert pages == [2, 4]  # one more line each time (its link says it too), whoever was named


def test_i_know_them_closes_the_record_at_once(world: World) -> None:
    family = home(world)
    declare_known_person(by=world.act("child_worker"), person_id=family.mother.id, relation="my neighbour")
    for person in (family.mother, family.child):
        assert not sees(world, "child_worker", person.id)
    by = world.act("child_worker")
    assert search_people(by=by, wanted=read_wanted("Maya Lindqvist")) == []
    assert [one.relation for one in my_declarations(by)] == ["my neighbour"]
    assert Wall.objects.count() == PersonSight.objects.filter(person_id=family.mother.id).count() == 0


def test_a_manager_walls_a_colleague_who_is_not_told(world: World) -> None:
    family = home(world)
    by = by_manager(world)
    wall = set_wall(by=by, person_id=family.mother.id, user_id=world.users["idva"].id, reason="Her brother-in-law")
    assert not sees(world, "idva", family.mother.id)
    by = world.act("idva")
    assert my_declarations(by) == []
    assert Wall.objects.count() == 0
    assert b"brother" not in browser(world, "idva").get(reverse("my_walls")).content
    [line] = walls(by=by_manager(world))
    assert (line.person, line.who, line.set_by) == ("Maya Lindqvist", "Ruth Adeyemi", "Helen Marsh")
    lift_wall(by=by_manager(world), wall_id=wall.id, reason="Another Ruth")
    assert sees(world, "idva", family.mother.id)
    undo_lift(by=by_manager(world), wall_id=wall.id)
    assert not sees(world, "idva", family.mother.id)


def test_a_wall_around_a_team_holds_for_everybody_in_it(world: World) -> None:
    family = home(world)
    set_wall(
        by=by_manager(world), person_id=family.mother.id, team_id=world.teams["outreach"].id, reason="Shared office"
    )
    assert not sees(world, "idva", family.mother.id)
    assert not sees(world, "harbour_manager", family.mother.id)  # in that team too
    assert sees(world, "child_worker", family.mother.id)


def test_a_wall_reaches_linked_records_and_children_of_either(world: World) -> None:
    family = home(world)
    twin = home(world)
    link_people(by=world.act("idva"), first_id=family.mother.id, second_id=twin.mother.id, reason="Same birth date")
    set_wall(by=by_manager(world), person_id=family.mother.id, user_id=world.users["child_worker"].id, reason="Cousin")
    for person in (family.mother, family.child, twin.mother, twin.child):
        assert not sees(world, "child_worker", person.id)
        assert sees(world, "idva", person.id)


def test_who_may_set_a_wall(world: World) -> None:
    family = home(world)
    target = world.users["child_worker"].id
    for user in ("idva", "haven_worker", "admin", "analyst"):
        by = world.act(user)
        with pytest.raises(Refused):
            set_wall(by=by, person_id=family.mother.id, user_id=target, reason="x")
        with pytest.raises(DatabaseError), transaction.atomic():
            Wall(person_id=family.mother.id, user_id=target, kind="set").save(force_insert=True)
    # the data protection lead sees no record, and sets it by the number in the log
    by = world.act("dpl")
    set_wall(by=by, person_id=family.mother.id, user_id=target, reason="Told us so")
    [line] = walls(by=by)
    assert line.person == f"Record {family.mother.id}"
    assert not sees(world, "child_worker", family.mother.id)


def test_a_manager_sets_no_wall_around_people_whom_they_do_not_see(world: World) -> None:
    world.add_user("haven_manager", "Ann Teal", "haven", "manager")
    family = home(world)
    with pytest.raises(Refused, match="people whom you see"):
        set_wall(
            by=world.act("haven_manager"),
            person_id=family.mother.id,
            user_id=world.users["haven_worker"].id,
            reason="x",
        )
    assert walls(by=world.act("haven_manager")) == []
    share(world, family.case, "haven")
    by = world.act("haven_manager")
    set_wall(by=by, person_id=family.mother.id, user_id=world.users["haven_worker"].id, reason="x")
    assert {words.split(", ")[-1] for _, words in who_can_be_walled(by, everywhere=False)} == {"Haven Housing Support"}


def test_nobody_lifts_a_wall_that_stands_before_themselves(world: World) -> None:
    family = home(world)
    wall = set_wall(
        by=world.act("dpl"), person_id=family.mother.id, user_id=world.users["harbour_manager"].id, reason="Sister"
    )
    by = by_manager(world)
    assert walls(by=by) == []
    with pytest.raises(Refused, match="already"):
        lift_wall(by=by, wall_id=wall.id, reason="I want to")
    assert Wall.objects.filter(id=wall.id).update(lifted_reason="x") == 0
    answer = browser(world, "harbour_manager").get(reverse("wall_lift", args=[wall.id]))
    assert answer.status_code == 303


def test_walls_and_checks_stay_in_their_partnership(world: World) -> None:
    family = home(world)
    elsewhere = Partnership.objects.create(name="Other", slug="other", phone="01632 960200")
    council = Organisation.objects.create(partnership=elsewhere, name="Other Council", kind="council", phone="")
    stranger = User.objects.create_user("lead@other.example.org", name="Una Lead")
    Membership.objects.create(user=stranger, organisation=council, roles=["data_protection", "manager"])
    team = Team.objects.create(organisation=council, name="Other team")
    world.users["stranger"] = stranger
    set_wall(by=world.act("dpl"), person_id=family.mother.id, user_id=world.users["idva"].id, reason="x")
    by = world.act("stranger")
    assert walls(by=by) == []
    with pytest.raises(Refused):
        set_wall(by=by, person_id=family.mother.id, team_id=team.id, reason="x")
    with pytest.raises(Refused, match="this partnership"):
        set_wall(by=world.act("dpl"), person_id=family.mother.id, team_id=team.id, reason="x")


def test_a_possible_wall_waits_to_be_looked_at(world: World) -> None:
    family = home(world)
    set_wall(by=by_manager(world), person_id=family.mother.id, user_id=world.users["child_worker"].id, reason="Cousin")
    twin = world.case("idva", birth_date=date(1990, 3, 4))
    assert not sees(world, "child_worker", twin.person_id)
    lines = walls(by=by_manager(world))
    assert [line.wall.kind for line in lines] == ["possible", "set"]
    client = browser(world, "harbour_manager")
    page = client.get(reverse("walls")).content.decode()
    assert "Possible: look at it" in page
    assert client.post(reverse("wall_keep", args=[lines[0].wall.id])).status_code == 303
    by_manager(world)
    assert set(Wall.objects.values_list("kind", flat=True)) == {"set"}
    undo = reverse("wall_undo_keep", args=[lines[0].wall.id])
    assert undo in client.get(reverse("walls")).content.decode(), "offered where it was just kept"
    assert client.post(undo).status_code == 303
    by_manager(world)
    assert [line.wall.kind for line in walls(by=by_manager(world))] == ["possible", "set"]
    assert not sees(world, "child_worker", twin.person_id), "it stands meanwhile"
    with pytest.raises(Refused, match="not kept"):
        undo_keep(by=by_manager(world), wall_id=lines[1].wall.id)
    keep_wall(by=by_manager(world), wall_id=lines[0].wall.id)
    with pytest.raises(Refused, match="not waiting"):
        keep_wall(by=by_manager(world), wall_id=lines[0].wall.id)
    answer = client.post(
        reverse("wall_lift", args=[lines[0].wall.id]), {"reason": "Another Maya", "once_token": "c" * 32}
    )
    assert answer.status_code == 303
    assert sees(world, "child_worker", twin.person_id)
    assert not sees(world, "child_worker", family.mother.id)


def test_pages_of_walls_are_for_who_may_set_them(world: World) -> None:
    home(world)
    for user, status in (("idva", 403), ("harbour_manager", 200), ("dpl", 200), ("analyst", 403)):
        assert browser(world, user).get(reverse("walls")).status_code == status, user
    for user, status in (("harbour_manager", 403), ("dpl", 200)):
        assert browser(world, user).get(reverse("wall_set_by_number")).status_code == status, user
    for user in ("idva", "analyst", "dpl"):
        assert browser(world, user).get(reverse("my_walls")).status_code == 200, user
