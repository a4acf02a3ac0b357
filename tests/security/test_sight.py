"""Who sees a case, by the rows that give sight. Each test says one rule of brief and guidance."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.sharing import accept_share, end_share, return_share, share_case
from leeward.record.cases.models import Case, CaseSight, ChronologyEntry, Involvement
from leeward.record.people.models import Person, PersonName, PersonSight, Wall
from tests.worlds import World


def sees(world: World, user: str, case: Case) -> bool:
    world.act(user)
    found = Case.objects.filter(id=case.id).exists()
    assert Person.objects.filter(id=case.person_id).exists() == found
    return found


def share(world: World, case: Case, organisation: str, **options: object) -> Involvement:
    by = world.act("idva")
    target = world.organisations[organisation]
    values = {"scope": 3, "lawful_basis": "consent", "told": "told_agreed", **options}
    return share_case(by=by, case=case, organisation_id=target.id, organisation_name=target.name, **values)  # type: ignore[arg-type]


def test_without_involvement_nothing_is_seen(world: World) -> None:
    case = world.case()
    assert sees(world, "idva", case)
    assert sees(world, "harbour_manager", case)
    for other in ("haven_worker", "spa", "officer", "dpl", "admin", "chief", "analyst"):
        assert not sees(world, other, case), other


def test_nobody_acting_sees_nothing(world: World) -> None:
    from leeward.platform.access import acting

    world.case()
    acting.end()
    assert Case.objects.count() == Person.objects.count() == CaseSight.objects.count() == 0
    world.visitor()
    assert Case.objects.count() == Person.objects.count() == PersonName.objects.count() == 0


def test_sight_begins_when_the_receiver_accepts(world: World) -> None:
    case = world.case()
    offered = share(world, case, "haven")
    assert not sees(world, "haven_worker", case)
    accept_share(by=world.act("haven_worker"), share=offered)
    assert sees(world, "haven_worker", case)


def test_sight_begins_at_once_where_so_decided(world: World) -> None:
    case = world.case()
    share(world, case, "haven", at_once=True)
    assert sees(world, "haven_worker", case)


def test_a_team_alone_sees_what_it_was_sent(world: World) -> None:
    case = world.case()
    offered = share(world, case, "council", team_id=world.teams["safeguarding"].id)
    world.act("housing")
    assert not Involvement.objects.filter(id=offered.id).exists()
    accept_share(by=world.act("social_worker"), share=offered)
    assert sees(world, "social_worker", case)
    assert not sees(world, "housing", case)


def test_a_returned_or_ended_share_shows_nothing(world: World) -> None:
    case = world.case()
    return_share(by=world.act("haven_worker"), share=share(world, case, "haven"), reason="no_capacity")
    assert not sees(world, "haven_worker", case)
    again = share(world, case, "haven", at_once=True)
    assert sees(world, "haven_worker", case)
    end_share(by=world.act("idva"), case=case, share=again, reason="Moved on")
    assert not sees(world, "haven_worker", case)


def test_a_share_ends_by_itself(world: World) -> None:
    case = world.case()
    offered = share(world, case, "haven", at_once=True, until=timezone.now() + timedelta(days=1))
    assert sees(world, "haven_worker", case)
    world.act("idva")
    Involvement.objects.filter(id=offered.id).update(until=timezone.now() - timedelta(seconds=1))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_refresh_sight(%s)", [case.id])
    assert not sees(world, "haven_worker", case)


def test_index_scope_shows_that_there_is_a_case_and_no_story(world: World) -> None:
    case = world.case()
    share(world, case, "haven", scope=1, at_once=True)
    world.act("haven_worker")
    assert CaseSight.objects.get(case_id=case.id).reference == case.reference
    assert not Case.objects.filter(id=case.id).exists()
    assert not Person.objects.filter(id=case.person_id).exists()
    assert ChronologyEntry.objects.count() == 0


def test_a_wall_beats_every_grant(world: World) -> None:
    case = world.case()
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["idva"], kind="set", reason="cousin").save(force_insert=True)
    assert not sees(world, "idva", case)
    assert sees(world, "harbour_manager", case)
    world.act("idva")
    assert CaseSight.objects.count() == PersonSight.objects.count() == Wall.objects.count() == 0


def test_a_new_record_of_a_walled_person_is_walled_too(world: World) -> None:
    case = world.case()
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["haven_worker"], kind="set").save(force_insert=True)
    twin = world.case("child_worker")
    share(world, twin, "haven", at_once=True)
    assert not sees(world, "haven_worker", twin)


def test_agreement_is_a_basis_only_if_it_was_given(world: World) -> None:
    case = world.case()
    with pytest.raises(Refused, match="Consent"):
        share(world, case, "haven", told="not_told", why="could not ask")
    with pytest.raises(Refused, match="why"):
        share(world, case, "haven", lawful_basis="public_task", told="not_told")


def test_sight_cannot_be_written_by_the_web_role(world: World) -> None:
    case = world.case()
    world.act("haven_worker")
    with pytest.raises(DatabaseError), transaction.atomic():
        CaseSight(
            case_id=case.id, person_id=case.person_id, organisation=world.organisations["haven"], scope=3,
            side="harmed", status="open", risk_level="unknown", opened_at=timezone.now(),
        ).save(force_insert=True)  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Involvement(
            case_id=case.id, organisation=world.organisations["haven"], status="active", lawful_basis="consent",
            told="told_agreed",
        ).save(force_insert=True)  # fmt: skip


def test_sight_of_one_person_is_not_sight_of_another(world: World) -> None:
    first = world.case()
    second = world.case("haven_worker", given="Ana", family="Petrov")
    world.act("idva")
    assert set(Person.objects.values_list("id", flat=True)) == {first.person_id}
    assert set(PersonName.objects.values_list("given", flat=True)) == {"Maya"}
    assert set(ChronologyEntry.objects.values_list("case_id", flat=True)) == {first.id}
    assert not Case.objects.filter(id=second.id).exists()
