"""A change in a person's record is a line of their open cases: that it changed, never what; never across the sides."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from leeward.platform.access import acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.opening import add_person_to_case, open_case
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.models import Case, ChronologyEntry
from leeward.record.people.actions.contact import WayFacts, add_contact_detail, change_contact_detail, facts_of
from leeward.record.people.actions.details import PersonDetails, add_identifier, add_name, change_person, details_of
from leeward.record.people.actions.facts import Source, end_fact, restore_fact
from leeward.record.people.actions.family import ClaimFacts, RelationshipFacts, dispute_claim, record_claim, relate
from leeward.record.people.actions.linking import link_people, unlink_people
from leeward.record.people.actions.places import (
    AddressFacts,
    add_address,
    add_to_household,
    record_immigration,
    seal_address,
)
from leeward.record.people.models import Wall
from tests.homes import Home, browser, home, known_in, share
from tests.worlds import World

SOURCE = Source(date(2026, 3, 4), "herself")


def told(world: World, case: Case, user: str = "idva") -> list[str]:
    """What this user reads in the story of a case about changes in people's records, oldest first."""
    world.act(user)
    rows = ChronologyEntry.objects.filter(case=case, about_kind="person").order_by("at", "id")
    return [row.title for row in rows if "added to the case" not in row.title]


def own_case(world: World, family: Home, user: str, side: str, person: object = None) -> Case:
    """A case of somebody's own, on the record that another case names, led by another organisation."""
    who = person or family.child
    by = world.act(user)
    with acting.making(who.id):  # type: ignore[attr-defined]
        return open_case(by=by, person=who, side=side, lawful_basis="consent", told="told_agreed")  # type: ignore[arg-type]


def test_every_kind_of_change_is_told_in_words_without_content(world: World) -> None:
    family = home(world)
    case, mother = family.case, family.mother
    before = len(told(world, case))
    by = world.act("idva")
    name = add_name(by=by, person_id=mother.id, given="Majken", family="Berg", kind="used", source=SOURCE)
    end_fact(by=by, person_id=mother.id, kind="name", fact_id=name.id, was_error=True)
    restore_fact(by=by, person_id=mother.id, kind="name", fact_id=name.id)
    add_identifier(by=by, person_id=mother.id, kind="police", value="EP/2026/77", source=SOURCE)
    way = add_contact_detail(
        by=by, person_id=mother.id, facts=WayFacts("phone", "07700 900111", cover_name="the dentist"), source=SOURCE
    )
    change_contact_detail(
        by=by, person_id=mother.id, detail_id=way.id, version=1, source=SOURCE,
        facts=WayFacts(**{**facts_of(way).__dict__, "is_safe": "no"}),
    )  # fmt: skip
    add_address(
        by=by, person_id=mother.id, facts=AddressFacts("4 Quay Lane", "ZZ9 9ZZ"), source=SOURCE, ends_earlier=True
    )
    record_immigration(by=by, person_id=mother.id, code="asylum", note="came alone", source=SOURCE)
    mother.refresh_from_db()
    details = PersonDetails(**{**details_of(mother).__dict__, "own_word": "survivor"})
    change_person(by=by, person_id=mother.id, details=details, version=mother.version, source=SOURCE)
    add_to_household(by=by, person_ids=(mother.id, family.child.id), label="At her sister's")
    link = link_people(by=by, first_id=mother.id, second_id=world.case("idva").person_id, reason="She said so herself")
    unlink_people(by=by, link_id=link.id, reason="She is another")
    assert told(world, case)[before:] == [
        "A name was added", "A name was taken back", "A name was put back", "A number or reference was added",
        "A way to reach them was added", "A way to reach them was changed", "Where they live was changed",
        "Something on a page of its own was changed", "Details were changed", "Who they live with was written down",
        "Two records were linked as one person", "Two records are no longer linked",
    ]  # fmt: skip
    world.act("idva")
    written = str(list(ChronologyEntry.objects.filter(case=case).values_list("title", "text")))
    for secret in (
        "Majken",
        "Berg",
        "EP/2026",
        "900111",
        "dentist",
        "Quay",
        "asylum",
        "alone",
        "sister",
        "Noor",
        "Erik",
    ):
        assert secret not in written, secret


def test_a_relationship_and_a_claim_are_one_line_each(world: World) -> None:
    family = home(world)
    lines = told(world, family.case)
    assert lines == [
        "A relationship was written down",  # mother and child
        "Child: a relationship was written down",  # his and the child's: neither is whom the case is about
        "A relationship was written down",
        "Something was written down about who causes harm",
    ]
    dispute_claim(by=world.act("idva"), claim_id=family.claim.id, version=1, disputed_by="Erik", note="")
    assert told(world, family.case)[-1] == "What was said about who causes harm is disputed"
    world.act("idva")
    assert set(ChronologyEntry.objects.filter(kind="harm").values_list("scope", flat=True)) == {3}


def test_an_address_is_told_to_who_may_know_it_and_a_status_to_ones_own(world: World) -> None:
    family = home(world)
    share(world, family.case, "haven", address=False)
    share(world, family.case, "council", address=True)
    by = world.act("idva")
    add_address(by=by, person_id=family.mother.id, facts=AddressFacts("4 Quay Lane"), source=SOURCE, ends_earlier=True)
    record_immigration(by=by, person_id=family.mother.id, code="asylum", note="", source=SOURCE)
    home_line, ours = "Where they live was changed", "Something on a page of its own was changed"
    for user, seen in (
        ("idva", {home_line, ours}), ("harbour_manager", {home_line, ours}), ("social_worker", {home_line}),
        ("haven_worker", set()),
    ):  # fmt: skip
        assert set(told(world, family.case, user)) & {home_line, ours} == seen, user
        page = browser(world, user).get(reverse("case", args=[family.case.id])).content.decode()
        assert (home_line in page, ours in page) == (home_line in seen, ours in seen), user


def test_a_sealed_address_is_told_in_the_words_of_any_other(world: World) -> None:
    family = home(world)
    share(world, family.case, "haven", user_id=world.users["haven_worker"].id)
    seal_address(
        by=world.act("haven_worker"), person_id=family.mother.id, text="Refuge", area_note="North", source=SOURCE
    )
    assert told(world, family.case)[-1] == "Where they live was changed"
    world.act("idva")
    assert ChronologyEntry.objects.latest("at").needs_address


def test_a_summary_shows_none_of_it(world: World) -> None:
    family = home(world)
    share(world, family.case, "haven", scope=2, address=False, risk=False)
    add_name(by=world.act("idva"), person_id=family.mother.id, given="M", family="B", kind="used", source=SOURCE)
    assert told(world, family.case, "haven_worker") == []


def test_an_organisation_that_is_not_involved_there_leaves_a_line_without_a_name(world: World) -> None:
    """The children's worker of another service learns that the child's record changed, and not who works with whom."""
    family = home(world)
    childs = own_case(world, family, "haven_worker", "child")
    add_name(by=world.act("idva"), person_id=family.child.id, given="Nora", family="L", kind="used", source=SOURCE)
    assert told(world, childs, "haven_worker") == ["A name was added"]
    world.act("haven_worker")
    line = ChronologyEntry.objects.get(case=childs, about_kind="person")
    assert (line.by_name, line.organisation_id) == ("", None)
    assert told(world, family.case, "idva")[-1] == "Child: a name was added"
    world.act("idva")
    assert ChronologyEntry.objects.latest("at").by_name == "Ruth Adeyemi"
    # and what one organisation keeps to itself never goes there, with or without a name
    record_immigration(by=world.act("idva"), person_id=family.child.id, code="asylum", note="", source=SOURCE)
    assert told(world, childs, "haven_worker") == ["A name was added"]


def test_who_sees_nothing_of_a_person_writes_nothing(world: World) -> None:
    family = home(world)
    before = told(world, family.case)
    with pytest.raises(Refused):
        add_name(by=world.act("officer"), person_id=family.mother.id, given="X", family="Y", kind="used", source=SOURCE)
    # The function alone, as code that had gone wrong might call it.
    for user in ("officer", "haven_worker"):
        world.act(user)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT cases_tell(%s::bigint[], %s::bigint[], %s, %s, %s)",
                [[family.mother.id, family.child.id], [family.case.id] * 2, "Made up", "person", "Somebody"],
            )
    assert told(world, family.case) == before


def test_a_circle_that_one_does_not_see_takes_no_line(world: World) -> None:
    family = home(world)
    theirs = world.case("haven_worker", given="Ana", family="Petrov")
    by = world.act("haven_worker")
    with acting.making(family.child.id):
        add_person_to_case(by=by, case=theirs, person=family.child, part="child")
    world.act("idva")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cases_tell(%s::bigint[], %s::bigint[], %s, %s, %s)",
            [[family.child.id], [theirs.id], "A name was added", "person", "Ruth"],
        )
    assert told(world, theirs, "haven_worker") == []


def test_a_walled_worker_changes_nothing_and_reads_nothing(world: World) -> None:
    family = home(world)
    before = told(world, family.case)
    world.act("harbour_manager")
    Wall(person_id=family.mother.id, user=world.users["idva"], kind="set").save(force_insert=True)
    with pytest.raises(Refused):
        add_name(by=world.act("idva"), person_id=family.mother.id, given="X", family="Y", kind="used", source=SOURCE)
    assert told(world, family.case, "idva") == []
    assert told(world, family.case, "harbour_manager") == before
    # A colleague's line is hidden from them with the case.
    add_name(
        by=world.act("harbour_manager"), person_id=family.mother.id, given="X", family="Y", kind="used", source=SOURCE
    )
    assert told(world, family.case, "idva") == []


def test_a_restricted_case_gets_its_line_from_a_colleague_who_does_not_see_it(world: World) -> None:
    family = home(world)
    childs = own_case(world, family, "harbour_manager", "child")
    manager = world.users["harbour_manager"].id
    restrict_case(by=world.act("harbour_manager"), case=childs, user_ids=[manager], why="A councillor's child")
    add_name(by=world.act("idva"), person_id=family.child.id, given="Nora", family="L", kind="used", source=SOURCE)
    assert told(world, childs, "idva") == []
    assert told(world, childs, "harbour_manager")[-1] == "A name was added"
    world.act("harbour_manager")
    assert ChronologyEntry.objects.filter(case=childs).latest("at").by_name == ""


def test_nothing_is_told_from_one_side_to_the_other(world: World) -> None:
    """His record is named in her case and has a case of its own: neither story learns of the other's changes."""
    family = home(world)
    his = own_case(world, family, "changer", "causing_harm", family.father)
    add_name(by=world.act("idva"), person_id=family.father.id, given="Erke", family="L", kind="used", source=SOURCE)
    relate(by=world.act("idva"), facts=RelationshipFacts(family.father.id, family.mother.id, "friend"), source=SOURCE)
    record_claim(
        by=world.act("idva"), facts=ClaimFacts(family.father.id, family.mother.id, "Erik", date(2026, 3, 6), "threats")
    )
    assert told(world, his, "changer") == []
    hers = told(world, family.case)
    add_name(by=world.act("changer"), person_id=family.father.id, given="E", family="L", kind="used", source=SOURCE)
    assert told(world, his, "changer") == ["A name was added"]
    assert told(world, family.case) == hers
    # A child who is known in both: what his worker learns of the child does not reach her case, nor the child's own.
    childs = own_case(world, family, "idva", "child")
    known_in(world, "changer", his, family.child.id)
    add_name(by=world.act("changer"), person_id=family.child.id, given="N", family="L", kind="used", source=SOURCE)
    assert told(world, his, "changer")[-1] == "Child: a name was added"
    assert told(world, childs) == []
    assert told(world, family.case) == hers


def test_a_closed_case_gets_no_line(world: World) -> None:
    family = home(world)
    world.act("idva")
    Case.objects.filter(id=family.case.id).update(status="closed")
    before = told(world, family.case)
    add_name(by=world.act("idva"), person_id=family.mother.id, given="M", family="B", kind="used", source=SOURCE)
    assert told(world, family.case) == before
