"""A corrected incident is told to whoever had the first version and sees the case no more, and opens nothing to them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.actions.sharing import accept_share, end_share, share_case
from leeward.record.cases.models import Case, CaseSight, Involvement
from leeward.record.people.actions.family import read_notice
from leeward.record.people.models import Person, Wall
from leeward.record.people.queries.walls import claim_notices
from leeward.record.risk.actions.incidents import IncidentFacts, correct_incident, record_incident, withdraw_incident
from leeward.record.risk.models import Incident
from tests.worlds import World

DAY = dt.timedelta(days=1)
WHAT = "He broke the door of 12 Quay Street."


def shared_and_ended(world: World, case: Case, *, risk: bool = True) -> None:
    """Haven has a share of the case; it is accepted, and ended."""
    share = share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id,
        organisation_name="Haven", scope=2, lawful_basis="consent", told="told_agreed", risk=risk,
    )  # fmt: skip
    accept_share(by=world.act("haven_worker"), share=Involvement.objects.get(id=share.id))
    end_share(by=world.act("idva"), case=case, share=Involvement.objects.get(id=share.id), reason="No longer needed")


def recorded(world: World, case: Case) -> Incident:
    facts = IncidentFacts(timezone.localdate() - 9 * DAY, ("economic",), "person", what=WHAT)
    return record_incident(by=world.act("idva"), case=case, facts=facts)


def corrected(world: World, incident: Incident, on: dt.date | None = None) -> None:
    facts = IncidentFacts(on or timezone.localdate() - 4 * DAY, ("physical_sexual",), "person", what=f"{WHAT} Twice.")
    correct_incident(by=world.act("idva"), incident=incident, facts=facts, version=incident.version)


def test_whose_share_has_ended_is_told_and_sees_nothing_else(world: World) -> None:
    case = world.case()
    incident = recorded(world, case)
    shared_and_ended(world, case)
    corrected(world, incident)
    by = world.act("haven_worker")
    [notice] = claim_notices(by)
    for said in ("Maya Lindqvist", "when", "the kind of abuse", "what happened"):
        assert said in notice.words
    assert "Quay Street" not in notice.words
    assert notice.ring.startswith("Harbour Outreach")
    assert not Case.objects.filter(id=case.id).exists()
    assert not CaseSight.objects.exists()
    assert not Incident.objects.exists()
    assert not Person.objects.filter(id=case.person_id).exists()
    client = world.browser("haven_worker")
    assert "Corrected since you were told" in client.get(reverse("today")).content.decode()
    assert "the kind of abuse" in client.get(reverse("claim_notices")).content.decode()
    assert client.get(reverse("case", args=[case.id])).status_code == 404
    read_notice(by=world.act("haven_worker"), notice_id=notice.id)
    for other in ("social_worker", "officer", "housing"):
        assert claim_notices(world.act(other)) == [], other
    assert claim_notices(world.act("idva")) == [], "who sees the case reads the line of the chronology"


def test_who_was_told_once_is_told_again_also_when_it_is_taken_back(world: World) -> None:
    case = world.case()
    incident = recorded(world, case)
    shared_and_ended(world, case)
    corrected(world, incident)
    withdraw_incident(by=world.act("idva"), incident=incident, reason="It was another Maya")
    words = sorted(notice.words for notice in claim_notices(world.act("haven_worker")))
    assert ["taken back" in one for one in words].count(True) == 1
    assert len(words) == 2
    assert not any("another Maya" in one for one in words)


def test_who_never_had_it_is_not_told(world: World) -> None:
    case = world.case()
    shared_and_ended(world, case)
    corrected(world, recorded(world, case))
    assert claim_notices(world.act("haven_worker")) == [], "their share had ended before it was written down"
    without = world.case(given="Ana", family="Rowe")
    incident = recorded(world, without)
    shared_and_ended(world, without, risk=False)
    corrected(world, incident)
    assert claim_notices(world.act("haven_worker")) == [], "their share did not show risk"


def test_who_sees_it_again_is_not_told_apart(world: World) -> None:
    case = world.case()
    incident = recorded(world, case)
    shared_and_ended(world, case)
    again = share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven",
        scope=2, lawful_basis="consent", told="told_agreed", risk=True,
    )  # fmt: skip
    accept_share(by=world.act("haven_worker"), share=Involvement.objects.get(id=again.id))
    corrected(world, incident)
    assert claim_notices(world.act("haven_worker")) == []


def test_a_wall_hides_the_notice(world: World) -> None:
    case = world.case()
    incident = recorded(world, case)
    shared_and_ended(world, case)
    corrected(world, incident)
    [notice] = claim_notices(world.act("haven_worker"))
    with world.acting("dpl"):
        Wall(person_id=case.person_id, user=world.users["haven_worker"], kind="set", reason="Family").save(
            force_insert=True
        )
    by = world.act("haven_worker")
    assert claim_notices(by) == []
    with pytest.raises(Refused):
        read_notice(by=by, notice_id=notice.id)


def test_of_a_restricted_case_only_who_was_named_while_they_had_it_is_told(world: World) -> None:
    """A share made out to somebody who was never named there opened nothing; one that ended before counts no more."""
    case = world.case()
    incident = recorded(world, case)
    share = share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven",
        user_id=world.users["haven_worker"].id, scope=2, lawful_basis="consent", told="told_agreed", risk=True,
    )  # fmt: skip
    accept_share(by=world.act("haven_worker"), share=Involvement.objects.get(id=share.id))
    end_share(by=world.act("idva"), case=case, share=Involvement.objects.get(id=share.id), reason="Over")
    named = [world.users["harbour_manager"].id, world.users["idva"].id]
    restrict_case(by=world.act("harbour_manager"), case=case, user_ids=named, why="A councillor")
    corrected(world, incident)
    assert claim_notices(world.act("haven_worker")) == []


def test_restricted_between_two_corrections_the_second_is_told_to_nobody_new(world: World) -> None:
    case = world.case()
    incident = recorded(world, case)
    shared_and_ended(world, case)
    corrected(world, incident)
    assert len(claim_notices(world.act("haven_worker"))) == 1
    named = [world.users["harbour_manager"].id, world.users["idva"].id]
    restrict_case(by=world.act("harbour_manager"), case=case, user_ids=named, why="A councillor")
    world.act("idva")
    corrected(world, Incident.objects.get(id=incident.id), on=timezone.localdate() - 2 * DAY)
    assert len(claim_notices(world.act("haven_worker"))) == 1


def test_it_says_which_parts_and_nothing_that_is_new(world: World) -> None:
    case = world.case()
    incident = recorded(world, case)
    shared_and_ended(world, case)
    corrected(world, incident)
    [notice] = claim_notices(world.act("haven_worker"))
    assert "Economic" in notice.words or "economic" in notice.words
    assert "exual" not in notice.words
    assert "hysical" not in notice.words
