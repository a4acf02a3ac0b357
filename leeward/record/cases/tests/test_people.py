"""Somebody is entered in a case: never twice by accident, with what was said as a claim, and nobody hidden shows."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.platform.access import acting
from leeward.platform.access.models import AuditEntry
from leeward.platform.directory.models import Service
from leeward.record.cases.actions.children import open_case_for_child
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.opening import open_case, refresh_sight
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.models import Case, CaseLink, CasePerson, ChronologyEntry
from leeward.record.people.actions.details import add_identifier
from leeward.record.people.actions.facts import Source
from leeward.record.people.models import (
    HarmClaim,
    Identifier,
    Person,
    PersonLink,
    PersonName,
    PersonSight,
    Relationship,
    Wall,
)
from tests.homes import browser, home, share, statements
from tests.worlds import World

TODAY = {"learned_on-day": "4", "learned_on-month": "3", "learned_on-year": "2026"}
NOOR = {"given": "Noor", "family": "Lindqvist", "birth-day": "1", "birth-month": "6", "birth-year": "2017"}


def add(client: Client, case: Case, word: str = "child", **typed: str) -> str:
    """Send the page; answers what came back, after the redirect where there was one."""
    data = {"relationship": "", "lives_together": "unknown", "learned_from": "the midwife", **TODAY, **typed}
    answer = client.post(reverse("case_person_add", args=[case.id, word]), data, follow=True)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def other(world: World, user: str = "idva") -> Case:
    """Another case of the same service."""
    return world.case(user, given="Solveig", family="Aas", birth_date=date(1985, 5, 5), birth_precision="day")


def test_a_child_is_entered_with_who_they_are_to_whom(world: World) -> None:
    case, client = world.case(), browser(world, "idva")
    page = client.get(reverse("case_person_add", args=[case.id, "child"])).content.decode()
    assert "Maya" not in page.split("<title>")[1].split("</title>")[0]
    said = add(client, case, **NOOR, relationship="child", lives_together="yes", nhs_number="943 476 5919")
    assert "The child was added to the case." in said
    world.act("idva")
    row = CasePerson.objects.get(case=case)
    assert (row.part, row.person.called, row.person.birth_date) == ("child", "Noor", date(2017, 6, 1))
    relation = Relationship.objects.get()
    assert (relation.person_id, relation.other_id, relation.kind) == (row.person_id, case.person_id, "child")
    assert (relation.learned_from, relation.lives_together) == ("the midwife", "yes")
    assert Identifier.objects.get(person=row.person).value == "9434765919"
    world.act("idva")
    lines = list(ChronologyEntry.objects.filter(case=case).order_by("at").values_list("title", flat=True))
    assert lines == ["Case opened", "A child was added to the case"]
    assert HarmClaim.objects.count() == 0
    world.act("dpl")
    assert AuditEntry.objects.filter(action="added_person_to_case", person_id=row.person_id).count() == 1


def test_a_page_with_mistakes_keeps_what_was_typed(world: World) -> None:
    case, client = world.case(), browser(world, "idva")
    page = add(client, case, **{**NOOR, "given": "", "family": "", "birth-month": "13"})
    assert "<title>Error: " in page
    assert "Enter a first name or a last name" in page
    assert "The month must be a number" in page
    world.act("idva")
    assert CasePerson.objects.count() == 0


def test_harm_is_a_claim_with_source_and_date_and_no_label(world: World) -> None:
    case, client = world.case(), browser(world, "idva")
    page = add(client, case, "harm", given="Erik", family="Berg", learned_from="")
    assert "Enter who says so" in page
    said = add(
        client, case, "harm", given="Erik", family="Berg", relationship="former_partner", learned_from="herself",
        kind="stalking", note="He waits at the school.",
    )  # fmt: skip
    assert "They were added to the case, with what was said." in said
    world.act("idva")
    row = CasePerson.objects.get(case=case)
    claim = HarmClaim.objects.get()
    assert (claim.harmed_id, claim.harming_id) == (case.person_id, row.person_id)
    assert (claim.source, claim.said_on, claim.kind, claim.status) == ("herself", date(2026, 3, 4), "stalking", "made")
    assert Relationship.objects.get().kind == "former_partner"
    assert not {name for name in row.person.__dict__ if "harm" in name}
    titles = set(ChronologyEntry.objects.filter(case=case).values_list("title", flat=True))
    assert {"Something was written down about who causes harm",
            "Somebody who is said to cause harm was added to the case"} <= titles  # fmt: skip
    assert "school" not in str(list(ChronologyEntry.objects.values_list("title", "text")))


def test_the_same_child_is_asked_about_and_linked(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    case = other(world)
    page = add(client, case, **NOOR)
    assert "Is it somebody who is recorded already?" in page
    assert "Noor Lindqvist, born 1 June 2017" in page
    assert "Known in the case of Maya" in page
    assert "Noor" not in page.split("<title>")[1].split("</title>")[0]
    world.act("idva")
    assert CasePerson.objects.filter(case=case).count() == 0
    key = f"same_{family.child.id}"
    assert "Choose whether it is Noor" in add(client, case, **NOOR, asked="1")
    assert 'value="Noor"' in add(client, case, **NOOR, asked="1", back="1", **{key: "same"})
    said = add(client, case, **NOOR, asked="1", **{key: "same"})
    assert "The child was added to the case, and the two records are linked." in said
    world.act("idva")
    row = CasePerson.objects.get(case=case)
    assert row.person_id != family.child.id  # a record of this circle's own: nothing of the other comes along
    link = PersonLink.objects.get()
    assert {link.first_id, link.second_id} == {row.person_id, family.child.id}
    # and once more: nobody is added again
    again = add(client, case, **NOOR, asked="1", **{key: "same", f"same_{row.person_id}": "other"})
    assert "They are in this case already. Nobody was added." in again
    world.act("idva")
    assert CasePerson.objects.filter(case=case).count() == 1
    assert Person.objects.filter(called="Noor").count() == 2


def test_the_same_nhs_number_under_another_name_is_asked_about(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    add_identifier(
        by=world.act("idva"),
        person_id=family.child.id,
        kind="nhs",
        value="9434765919",
        source=Source(None, "the school"),
    )
    page = add(client, other(world), given="Nour", family="Berg", nhs_number="943 476 5919")
    assert "Noor Lindqvist" in page
    assert "Is it somebody who is recorded already?" in page


def test_somebody_else_gets_a_record_without_a_link(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    case = other(world)
    said = add(client, case, **NOOR, asked="1", **{f"same_{family.child.id}": "other"})
    assert "The child was added to the case." in said
    world.act("idva")
    assert PersonLink.objects.count() == 0
    assert CasePerson.objects.get(case=case).person_id != family.child.id


def test_a_name_of_a_record_that_is_not_asked_about_links_nothing(world: World) -> None:
    """What is sent for a record that is no candidate counts for nothing, whoever's it is."""
    family, client = home(world), browser(world, "idva")
    case, strangers = other(world), world.case("haven_worker", given="Ana", family="Petrov")
    for person_id in (strangers.person_id, family.mother.id, family.father.id):
        said = add(client, case, given=f"Kid{person_id}", family="Zhu", asked="1", **{f"same_{person_id}": "same"})
        assert "The child was added to the case." in said
    world.act("idva")
    assert PersonLink.objects.count() == 0


def test_what_a_link_does_not_open(world: World) -> None:
    """Whoever is in the second case alone learns nothing that the first one knows of the child."""
    family = home(world)
    case = other(world)
    share(world, case, "haven")
    add(browser(world, "idva"), case, **NOOR, asked="1", **{f"same_{family.child.id}": "same"})
    world.act("haven_worker")
    row = CasePerson.objects.get(case=case)
    assert Person.objects.filter(id=row.person_id).exists()
    assert not Person.objects.filter(id=family.child.id).exists()
    assert PersonLink.objects.count() == 0
    page = browser(world, "haven_worker").get(reverse("case_people", args=[case.id])).content.decode()
    assert str(family.child.id) not in page


def hidden(world: World, how: str) -> None:
    """A child Noor whose record the adviser does not see, or not as one to ask about."""
    if how == "another service":
        home(world, "haven_worker")
    elif how == "restricted":
        family = home(world, "harbour_manager")
        restrict_case(
            by=world.act("harbour_manager"), case=family.case, user_ids=[world.users["harbour_manager"].id], why="Known"
        )
    elif how == "walled":
        family = home(world, "harbour_manager")
        world.act("harbour_manager")
        Wall(person_id=family.mother.id, user=world.users["idva"], kind="set").save(force_insert=True)
    elif how == "other side":
        case = world.case("harbour_manager", side="causing_harm", given="Karl", family="Moor")
        add(browser(world, "harbour_manager"), case, **NOOR)


@pytest.mark.parametrize("how", ["another service", "restricted", "walled", "other side"])
def test_a_hidden_record_is_not_given_away(world: World, how: str) -> None:
    """A name that a hidden record has is entered with the same words as a name that nobody has, and without a link."""
    hidden(world, how)
    case, client = other(world), browser(world, "idva")
    nobody = {"given": "Xqwe", "family": "Zzyzx", "birth-day": "2", "birth-month": "2", "birth-year": "2015"}
    costs = []
    for typed in ({"given": "Warm", "family": "Up"}, NOOR, nobody):
        data = {"relationship": "", "lives_together": "unknown", "learned_from": "x", **TODAY, **typed}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(reverse("case_person_add", args=[case.id, "child"]), data)
        assert (answer.status_code, answer["Location"]) == (303, reverse("case_people", args=[case.id]))
        costs.append(len(captured.captured_queries))
        shown = client.get(answer["Location"]).content.decode()
        assert "The child was added to the case." in shown
        assert "recorded already" not in shown
    if how != "other side":  # that one they do see, elsewhere: it is kept apart here, not hidden
        assert costs[1] == costs[2]
    world.act("idva")
    assert PersonLink.objects.count() == 0


def test_a_child_recognised_who_has_a_case_brings_it_along(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    child = CasePerson.objects.filter(person=family.child)
    world.act("idva")
    own = open_case_for_child(
        by=world.act("idva"), case=family.case, child=child.get(), lawful_basis="consent", told="told_agreed"
    )
    case = other(world)
    add(client, case, **NOOR, asked="1", **{f"same_{family.child.id}": "same"})
    page = client.get(reverse("case_people", args=[case.id])).content.decode()
    assert reverse("case", args=[own.id]) in page
    assert "Open a case for this child" not in page
    world.act("idva")
    assert CaseLink.objects.filter(first=case, second=own).exists()
    row = CasePerson.objects.get(case=case)
    answer = client.post(
        reverse("case_child_open", args=[case.id, row.id]), {"lawful_basis": "consent", "told": "told_agreed"}
    )
    assert "has an open case already" in answer.content.decode()


def test_a_double_submission_enters_one(world: World) -> None:
    case, client = world.case(), browser(world, "idva")
    for _ in range(2):
        add(client, case, **NOOR, once_token="t" * 32, asked="1")
    world.act("idva")
    assert CasePerson.objects.filter(case=case).count() == 1


def test_somebody_is_taken_out_and_put_back(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    world.act("idva")
    row = CasePerson.objects.get(person=family.child)
    assert client.post(reverse("case_person_remove", args=[family.case.id, row.id])).status_code == 303
    assert "Noor" not in client.get(reverse("case_people", args=[family.case.id])).content.decode()
    world.act("idva")
    assert not PersonSight.objects.filter(person=family.child).exists()
    page = client.post(reverse("case_person_put_back", args=[family.case.id, row.id]), follow=True)
    assert "Noor" in page.content.decode()
    # Taken out and recognised again: the old place, no second record.
    client.post(reverse("case_person_remove", args=[family.case.id, row.id]))
    add(client, family.case, **NOOR)
    world.act("idva")
    assert (
        CasePerson.objects.filter(case=family.case, part="child").count() == 2
    )  # nobody could recognise an unseen one


def test_the_parts_of_each_side(world: World) -> None:
    client = browser(world, "idva")
    for side, allowed in (
        ("harmed", {"child", "adult", "harm"}), ("child", {"child", "adult", "carer", "harm"}),
        ("causing_harm", {"child", "adult"}),
    ):  # fmt: skip
        case = world.case(side=side)
        for word in ("child", "adult", "carer", "harm", "nonsense"):
            status = client.get(reverse("case_person_add", args=[case.id, word])).status_code
            assert status == (200 if word in allowed else 404), (side, word)


def test_emergency_sight_and_strangers_enter_nobody(world: World) -> None:
    case = world.case()
    break_glass(by=world.act("haven_worker"), reference=case.reference, reason="She is at the door with the children.")
    for user in ("haven_worker", "officer", "changer"):
        client = browser(world, user)
        assert client.get(reverse("case_person_add", args=[case.id, "child"])).status_code == 404, user
        assert client.post(reverse("case_person_add", args=[case.id, "child"]), NOOR).status_code == 404, user
    assert (
        "Add a child" not in browser(world, "haven_worker").get(reverse("case_people", args=[case.id])).content.decode()
    )


def test_a_case_for_who_is_said_to_cause_harm_stays_apart(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    world.act("idva")
    him = CasePerson.objects.get(person=family.father)
    address = reverse("case_apart_open", args=[family.case.id, him.id])
    page = client.get(address).content.decode()
    assert "Your organisation does not work with people who cause harm." in page
    sent = {"lawful_basis": "public_task", "told": "told_agreed", "why": ""}
    assert client.post(address, sent).status_code == 200
    world.act("idva")
    assert not Case.objects.filter(side="causing_harm").exists()
    Service.objects.create(
        partnership=world.partnership,
        organisation=world.organisations["harbour"],
        name="Choices",
        sides=["causing_harm"],
    )
    assert client.post(address, sent).status_code == 303
    world.act("idva")
    his = Case.objects.get(side="causing_harm")
    assert his.person_id != family.father.id
    assert PersonName.objects.get(person_id=his.person_id).given == "Erik"
    assert not CaseLink.objects.exists()
    assert not PersonLink.objects.exists()
    assert not CasePerson.objects.filter(case=his).exists()
    assert not Relationship.objects.filter(person_id=his.person_id).exists()
    for hers, his_id in ((family.case, his), (his, family.case)):
        for name in ("case", "case_people", "case_details", "case_sharing", "case_print"):
            assert str(his_id.id) not in client.get(reverse(name, args=[hers.id])).content.decode(), name
    for person, case_id in ((family.father.id, his.id), (his.person_id, family.case.id)):
        for name in ("person", "family", "person_records"):
            assert str(case_id) not in client.get(reverse(name, args=[person])).content.decode(), name
    lines = ChronologyEntry.objects.filter(case=family.case)
    assert not any("behaviour" in line.title for line in lines)
    # The same again: the record on that side is asked about, and an open case of theirs is enough.
    page = client.post(address, sent).content.decode()
    assert "Is it somebody who is recorded already?" in page
    again = client.post(address, {**sent, "asked": "1", f"same_{his.person_id}": "same"}).content.decode()
    assert "They have an open case of their own already" in again


def test_the_person_page_lists_the_cases_that_open_and_never_both_sides(world: World) -> None:
    family, client = home(world), browser(world, "idva")

    def listed(person: Person) -> set[int]:
        page = client.get(reverse("person", args=[person.id])).content.decode()
        return {case.id for case in everything if reverse("case", args=[case.id]) in page}

    everything = [family.case]
    assert listed(family.mother) == {family.case.id}
    assert listed(family.child) == {family.case.id}
    by = world.act("idva")
    with acting.making(family.father.id):
        his = open_case(by=by, person=family.father, side="causing_harm", lawful_basis="consent", told="told_agreed")
    everything.append(his)
    assert listed(family.father) == {his.id}
    with acting.making(family.child.id):
        CasePerson(case=his, person=family.child, part="child").save(force_insert=True)
        refresh_sight(his.id)
    assert listed(family.child) == set()  # named on both sides: neither is reached from here
    own = open_case(by=world.act("idva"), person=family.child, side="child", lawful_basis="consent", told="told_agreed")
    everything.append(own)
    assert listed(family.child) == {family.case.id, own.id}
    page = client.get(reverse("case", args=[family.case.id])).content.decode()
    for name in ("person", "family"):
        assert reverse(name, args=[family.mother.id]) in page


def test_the_pages_cost_a_constant_number_of_statements(world: World) -> None:
    family, client = home(world), browser(world, "idva")

    def own_cases() -> None:
        by = world.act("idva")
        have = set(Case.objects.filter(side="child").values_list("person_id", flat=True))
        for child in CasePerson.objects.filter(case=family.case, part="child").exclude(person_id__in=have):
            open_case_for_child(by=by, case=family.case, child=child, lawful_basis="consent", told="told_agreed")

    def costs() -> list[int]:
        for page in pages:
            client.get(page)
        return [len(statements(client, page)) for page in pages]

    pages = [
        reverse("case", args=[family.case.id]),
        reverse("case_people", args=[family.case.id]),
        reverse("case_person_add", args=[family.case.id, "child"]),
        reverse("person", args=[family.mother.id]),
        reverse("family", args=[family.mother.id]),
        reverse("person", args=[family.child.id]),
    ]
    own_cases()
    few = costs()
    for number in range(6):
        add(client, family.case, given=f"Kid{number}", family=f"Zhu{number}x", relationship="child")
    own_cases()
    many = costs()
    assert many == few
    assert max(many) <= 15, many
