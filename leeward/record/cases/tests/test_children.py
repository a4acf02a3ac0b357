"""A child has a case of their own; a case of a person causing harm stays apart."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leeward.platform.access import acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.children import open_case_for_child
from leeward.record.cases.actions.opening import add_person_to_case, link_cases, open_case
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, CaseLink, CasePerson
from leeward.record.cases.queries.case import linked_cases
from leeward.record.people.models import Person
from tests.worlds import World


def add(world: World, case: Case, name: str, part: str) -> CasePerson:
    by = world.act("idva")
    person = world.person(by, given=name, family="Lindqvist")
    with acting.making(person.id):
        return add_person_to_case(by=by, case=case, person=person, part=part)


def test_a_child_gets_a_case_of_their_own_from_the_page(world: World) -> None:
    case = world.case()
    child, him = add(world, case, "Elsa", "child"), add(world, case, "Karl", "said_to_cause_harm")
    browser = world.browser("idva")
    page = browser.get(reverse("case_people", args=[case.id])).content.decode()
    assert "Elsa" in page
    assert "Karl" in page
    assert page.count("Open a case for this child") == 1
    address = reverse("case_child_open", args=[case.id, child.id])
    assert browser.get(reverse("case_child_open", args=[case.id, him.id])).status_code == 404
    answer = browser.post(
        address, {"lawful_basis": "legitimate_safeguarding", "told": "not_told", "why": "A child at risk"}
    )
    assert answer.status_code == 303
    world.act("idva")
    made = Case.objects.get(side="child")
    assert made.person_id == child.person_id
    assert set(CasePerson.objects.filter(case=made).values_list("person_id", "part")) == {(case.person_id, "carer")}
    assert CaseLink.objects.get().kind == "child"
    page = browser.get(reverse("case", args=[case.id])).content.decode()
    assert reverse("case", args=[made.id]) in page
    with pytest.raises(Refused, match="already"):
        open_case_for_child(by=world.act("idva"), case=case, child=child, lawful_basis="consent", told="told_agreed")


def test_who_is_involved_in_one_is_not_involved_in_the_other(world: World) -> None:
    case = world.case()
    child = add(world, case, "Elsa", "child")
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="x",
        scope=3, lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    made = open_case_for_child(by=world.act("idva"), case=case, child=child, lawful_basis="consent", told="told_agreed")
    world.act("haven_worker")
    assert Case.objects.filter(id=case.id).exists()
    assert not Case.objects.filter(id=made.id).exists()
    assert not CaseLink.objects.exists()
    page = world.browser("haven_worker").get(reverse("case_people", args=[case.id])).content.decode()
    assert "Elsa" in page
    assert str(made.id) not in page


def test_a_case_of_a_person_causing_harm_stays_apart(world: World) -> None:
    hers = world.case()
    by = world.act("idva")
    him = world.person(by, given="Karl", family="Lindqvist")
    with acting.making(him.id):
        his = open_case(
            by=by, person=him, side="causing_harm", lawful_basis="public_task", told="not_told", why="Programme"
        )
    with pytest.raises(Refused, match="apart"):
        link_cases(by=by, first=hers, second=his, kind="family")
    # A link that something else wrote is not followed either.
    CaseLink(first=hers, second=his, kind="family").save(force_insert=True)
    assert linked_cases(hers) == linked_cases(his) == []
    page = world.browser("idva").get(reverse("case", args=[hers.id])).content.decode()
    assert str(his.id) not in page
    assert Person.objects.filter(id=him.id).exists()
