"""A case that comes of a case opens no more than was given: not in an emergency, not past a restriction or a wall."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.common.errors import Refused
from leeward.platform.directory.models import Service
from leeward.record.cases.actions.apart import open_case_apart
from leeward.record.cases.actions.children import open_case_for_child
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.opening import add_person_to_case, open_case, refresh_sight
from leeward.record.cases.actions.people import put_back_into_case, take_out_of_case
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.actions.sharing import accept_share, share_case
from leeward.record.cases.models import Case, CasePerson, CaseSight, Involvement, NamedUser
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import RelationshipFacts, relate
from leeward.record.people.actions.linking import link_people
from leeward.record.people.actions.walls import set_wall
from leeward.record.people.models import Person, PersonLink, PersonName, PersonSight, Relationship
from leeward.record.people.queries.matching import index_matches
from tests.homes import Home, browser, home, share
from tests.worlds import World

WHY = "Her children are at the police station and somebody asks to take them."
AGREED = {"lawful_basis": "consent", "told": "told_agreed"}


def child_row(family: Home) -> CasePerson:
    return CasePerson.objects.get(case=family.case, person=family.child)


def father_row(family: Home) -> CasePerson:
    return CasePerson.objects.get(case=family.case, person=family.father)


# 1. a child's own case


def test_emergency_sight_opens_no_case_for_a_child(world: World) -> None:
    family = home(world)
    break_glass(by=world.act("haven_worker"), reference=family.case.reference, reason=WHY)
    by = world.act("haven_worker")
    row = child_row(family)
    with pytest.raises(Refused, match="not change it"):
        open_case_for_child(by=by, case=family.case, child=row, lawful_basis="consent", told="told_agreed")
    client = browser(world, "haven_worker")
    path = reverse("case_child_open", args=[family.case.id, row.id])
    assert client.get(path).status_code == 404
    assert client.post(path, AGREED).status_code == 404


def test_a_childs_case_gives_who_opens_it_no_more_than_their_own_share(world: World) -> None:
    family = home(world)
    until = timezone.now() + timedelta(days=9)
    by = world.act("idva")
    council, team, user = world.organisations["council"], world.teams["safeguarding"], world.users["social_worker"]
    share_case(
        by=by, case=family.case, organisation_id=council.id, organisation_name="x", team_id=team.id, user_id=user.id,
        scope=3, lawful_basis="consent", told="told_agreed", at_once=True, address=False, risk=False, until=until,
    )  # fmt: skip
    by = world.act("social_worker")
    made = open_case_for_child(
        by=by, case=family.case, child=child_row(family), lawful_basis="consent", told="told_agreed"
    )
    given = Involvement.objects.get(case=made, organisation=council)
    assert (given.address, given.risk, given.until, given.team_id, given.user_id) == (
        False, False, until, team.id, user.id,
    )  # fmt: skip
    # The day on which it ends must not leave the child's case without a lead: who leads the parent's is asked now.
    world.act("idva")
    [asked] = Involvement.objects.filter(case=made, organisation=world.organisations["harbour"])
    assert (asked.status, asked.is_lead, asked.until) == (Involvement.OFFERED, True, None)
    accept_share(by=world.act("idva"), share=asked)
    assert Case.objects.get(id=made.id).lead_organisation_id == world.organisations["harbour"].id
    world.act("social_worker")
    own = CaseSight.objects.get(case=made)
    assert (own.address, own.risk, own.until) == (False, False, until)
    world.act("housing")
    assert not Case.objects.filter(id=made.id).exists()
    # who leads the parent's case still gets the whole of what they open
    second = world.case(given="Ada", family="Berg")
    by = world.act("idva")
    with acting.making():
        noa = world.person(by, given="Noa", family="Berg")
        with acting.making(noa.id):
            row = add_person_to_case(by=by, case=second, person=noa, part="child")
    lead = open_case_for_child(by=by, case=second, child=row, lawful_basis="consent", told="told_agreed")
    given = Involvement.objects.get(case=lead)
    assert (given.address, given.risk, given.until, given.team_id, given.user_id) == (True, True, None, None, None)


# 2. a restriction goes along


@pytest.mark.parametrize("whose", ["child", "father"])
def test_a_restriction_goes_along_into_the_new_case(world: World, whose: str) -> None:
    family = home(world)
    Service.objects.create(
        partnership=world.partnership, organisation=world.organisations["harbour"], name="Change",
        sides=["causing_harm"],
    )  # fmt: skip
    named = {world.users["idva"].id, world.users["harbour_manager"].id}
    restrict_case(by=world.act("harbour_manager"), case=family.case, user_ids=sorted(named), why="A colleague's sister")
    by = world.act("idva")
    if whose == "child":
        made = open_case_for_child(
            by=by, case=family.case, child=child_row(family), lawful_basis="consent", told="told_agreed"
        )
        given, born, side = "Noor", date(2017, 6, 1), "child"
    else:
        made = open_case_apart(
            by=by, case=family.case, him=father_row(family), lawful_basis="public_task", told="not_told", why="Risk"
        )
        given, born, side = "Erik", date(1988, 1, 9), "causing_harm"
    made = Case.objects.get(id=made.id)
    assert made.is_restricted
    assert set(NamedUser.objects.filter(case=made, ended_at=None).values_list("user_id", flat=True)) == named
    # another of the same organisation sees nothing of it, and the index tells nobody
    world.act("child_worker")
    assert not Case.objects.filter(id=made.id).exists()
    assert not CaseSight.objects.filter(case_id=made.id).exists()
    assert not Person.objects.filter(id=made.person_id).exists()
    world.act("haven_worker")
    assert index_matches(given=given, family="Lindqvist", born=born, sides=(side,)) == []


# 3. a wall around who looks after a child


@pytest.mark.parametrize("how", ["nothing recorded", "grandparent", "entered later"])
def test_a_wall_around_who_cares_hides_the_childs_own_case(world: World, how: str) -> None:
    case = world.case(given="Maya", family="Lindqvist")
    by = world.act("idva")
    with acting.making():
        child = world.person(by, given="Noor", family="Lindqvist")
        with acting.making(child.id):
            row = add_person_to_case(by=by, case=case, person=child, part="child")
    if how == "grandparent":
        relate(by=by, facts=RelationshipFacts(case.person_id, child.id, "grandparent"), source=Source(None, "x"))
    if how == "entered later":
        with acting.making(child.id):
            made = open_case(by=by, person=child, side="child", lawful_basis="consent", told="told_agreed")
        add_person_to_case(by=by, case=made, person=case.person, part="carer")
    else:
        made = open_case_for_child(by=by, case=case, child=row, lawful_basis="consent", told="told_agreed")
        assert Relationship.objects.filter(ended_in_error_at=None).count() == 1, "written once, and not again"
    world.act("child_worker")
    assert Case.objects.filter(id=made.id).exists(), "before the wall"
    set_wall(
        by=world.act("harbour_manager"), person_id=case.person_id, reason="Her cousin",
        user_id=world.users["child_worker"].id,
    )  # fmt: skip
    by = world.act("child_worker")
    assert not Case.objects.exists()
    assert not CaseSight.objects.exists()
    assert not PersonSight.objects.exists()
    with pytest.raises(Refused, match="No case opens"):
        break_glass(by=world.act("child_worker"), reference=made.reference, reason=WHY)
    # nor is the colleague behind the wall offered to work with the child
    world.act("idva")
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM cases_people_of(%s, true)", [made.id])
        offered = {user_id for (user_id,) in cursor.fetchall()}
    assert world.users["idva"].id in offered
    assert world.users["child_worker"].id not in offered


# 4. emergency sight and the record of a person


def test_emergency_sight_reads_a_record_and_changes_nothing(world: World) -> None:
    family = home(world)
    break_glass(by=world.act("haven_worker"), reference=family.case.reference, reason=WHY)
    client = browser(world, "haven_worker")
    for name in ("person", "person_contact", "person_places", "person_equality", "person_records", "family"):
        page = client.get(reverse(name, args=[family.mother.id]))
        assert page.status_code == 200, name
    shown = client.get(reverse("person", args=[family.mother.id])).content.decode()
    for name in ("person_edit", "person_name_add", "person_contact_add", "person_address_add", "relationship_add"):
        path = reverse(name, args=[family.mother.id])
        assert path not in shown
        assert client.get(path).status_code == 404, name
        assert client.post(path, {"given": "Other"}).status_code == 404, name
    world.act("haven_worker")
    name = PersonName.objects.get(person=family.mother)
    assert Person.objects.filter(id=family.mother.id).update(called="Other") == 0
    assert PersonName.objects.filter(id=name.id).update(family="Other") == 0
    for row in (
        PersonName(person=family.mother, given="Other"),
        Relationship(person=family.mother, other=family.child, kind="carer"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
    # whoever is involved writes as before
    share(world, family.case, "haven")
    world.act("haven_worker")
    assert Person.objects.filter(id=family.mother.id).update(called="Other") == 1


# 5. two records


def test_records_are_linked_by_who_works_with_both(world: World) -> None:
    family, case = home(world), world.case("haven_worker", given="Maja", family="Lindqvist")
    world.act("haven_worker")
    share_case(
        by=world.act("haven_worker"), case=case, organisation_id=world.organisations["harbour"].id,
        organisation_name="x", scope=2, lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    by = world.act("idva")
    for first, second in ((family.mother.id, case.person_id), (case.person_id, family.mother.id)):
        with pytest.raises(Refused, match="who works with both"):
            link_people(by=by, first_id=first, second_id=second, reason="Same voice")
        with pytest.raises(DatabaseError), transaction.atomic():
            PersonLink(first_id=first, second_id=second, reason="x", linked_by_id=by.user_id).save(force_insert=True)


# 6. what the rows themselves allow


def test_nobody_is_brought_into_a_case_by_who_does_not_see_them(world: World) -> None:
    hers = home(world)
    elsewhere = world.case("haven_worker", given="Ana", family="Silva")
    world.act("idva")
    with pytest.raises(DatabaseError), transaction.atomic():
        CasePerson(case=hers.case, person_id=elsewhere.person_id, part="other_adult").save(force_insert=True)
    row = child_row(hers)
    with pytest.raises(DatabaseError), transaction.atomic():
        CasePerson.objects.filter(id=row.id).update(person_id=elsewhere.person_id)
    with pytest.raises(DatabaseError), transaction.atomic():
        CasePerson.objects.filter(id=row.id).update(part="said_to_cause_harm")
    by = world.act("idva")
    take_out_of_case(by=by, case=hers.case, row=row)
    put_back_into_case(by=by, case=hers.case, row=row)
    assert Person.objects.filter(id=hers.child.id).exists()
    break_glass(by=world.act("haven_worker"), reference=hers.case.reference, reason=WHY)
    world.act("haven_worker")
    assert CasePerson.objects.filter(id=row.id).update(ended_at=timezone.now()) == 0
    refresh_sight(hers.case.id)


@pytest.mark.parametrize("user", ["spa", "dpl", "admin", "chief", "analyst"])
def test_functions_of_emergency_sight_answer_to_who_has_it(world: World, user: str) -> None:
    case = world.case()

    def asked() -> tuple[object, object]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cases_find_for_emergency(%s)", [case.reference])
            found = cursor.fetchone()[0]
            cursor.execute("SELECT reference FROM cases_emergency_facts(%s)", [case.id])
            return found, cursor.fetchone()

    world.act("haven_worker")
    assert asked() == (case.id, (case.reference,))
    world.act(user)
    assert asked() == (None, None)


def test_no_function_leads_from_the_index_to_a_case(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_proc WHERE proname = 'cases_case_of_handle'")
        assert cursor.fetchone()[0] == 0
