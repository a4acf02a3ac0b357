"""Open a case, and say who is known in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, making
from leeward.platform.access.models import Team
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.platform.common.references import new_reference
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import (
    Case,
    CaseAssignment,
    CaseLink,
    CasePerson,
    CaseStatus,
    CaseStory,
    Involvement,
    NamedUser,
    Scope,
)
from leeward.record.cases.rules import shortened
from leeward.record.people.models import Person


@dataclass(frozen=True)
class Reach:
    """How far the organisation that opens a case sees into it: all of it, unless the case comes of a narrower share."""

    address: bool = True
    risk: bool = True
    until: datetime | None = None
    user_id: int | None = None


WHOLE = Reach()


def named_in(case: Case) -> list[int]:
    """Who may see a restricted case; nobody is named in one that is not restricted."""
    if not case.is_restricted:
        return []
    return list(NamedUser.objects.filter(case=case, ended_at=None).values_list("user_id", flat=True).distinct())


def refresh_sight(case_id: int) -> None:
    """Work out anew who has sight of a case and its people; the one way in which sight begins or ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_refresh_sight(%s)", [case_id])


def _taken(reference: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_reference_taken(%s)", [reference])
        return bool(cursor.fetchone()[0])


@transaction.atomic
def open_case(
    *,
    by: Acting,
    person: Person,
    side: str,
    lawful_basis: str,
    told: str,
    why: str = "",
    team: Team | None = None,
    lead_worker_id: int | None = None,
    counts_for: str = "",
    risk: str = "unknown",
    own_words: str = "",
    others: tuple[tuple[Person, str], ...] = (),
    opened_at: datetime | None = None,
    reference: str = "",
    reach: Reach = WHOLE,
    named: Collection[int] = (),
) -> Case:
    """Open an episode of help for one person, led by the organisation (and team) that acts.

    `others` are the people known in it with their part (code list part_in_case). `lawful_basis`, `told` and `why`
    are those of holding the record itself. A reference may be carried over from the contact that it began with.
    `reach`: how far the organisation that acts sees into it. `named`: it is restricted to these users from the start.
    """
    assert by.organisation_id is not None
    at = opened_at or timezone.now()
    case = Case(
        id=new_id(),
        partnership_id=by.partnership_id,
        reference=reference if reference and not _taken(reference) else new_reference(_taken),
        person=person,
        side=side,
        opened_at=at,
        lead_organisation_id=by.organisation_id,
        lead_team=team,
        lead_worker_id=lead_worker_id,
        counts_for=counts_for,
        risk=risk,
        risk_on=timezone.localdate(at) if risk != "unknown" else None,
        is_restricted=bool(named),
        created_by_id=by.user_id,
    )
    case.save(force_insert=True)
    with making(case.id):
        CaseStatus(case=case, status="open", by_id=by.user_id, at=at).save(force_insert=True)
        CaseAssignment(
            case=case, organisation_id=by.organisation_id, team=team, worker_id=lead_worker_id, by_id=by.user_id, at=at
        ).save(force_insert=True)
        if own_words:
            CaseStory(case=case, own_words=shortened(own_words, 1000)).save(force_insert=True)
        for user_id in named:
            NamedUser(case=case, user_id=user_id, added_by_id=by.user_id).save(force_insert=True)
        for other, part in others:
            CasePerson(case=case, person=other, part=part).save(force_insert=True)
        Involvement(
            case=case,
            organisation_id=by.organisation_id,
            team=team,
            user_id=reach.user_id,
            scope=Scope.FULL,
            address=reach.address,
            risk=reach.risk,
            until=reach.until,
            is_lead=True,
            status=Involvement.ACTIVE,
            lawful_basis=lawful_basis,
            told=told,
            why=why,
            added_by_id=by.user_id,
            added_organisation_id=by.organisation_id,
            from_at=at,
            answered_at=at,
        ).save(force_insert=True)
        add_entry(by=by, case=case, kind="status", title="Case opened", at=at, scope=2)
    refresh_sight(case.id)
    audit.record("opened_case", "case", case.id, person=person.id)
    return case


@transaction.atomic
def add_person_to_case(*, by: Acting, case: Case, person: Person, part: str) -> CasePerson:
    """Say that somebody is known in this case; whoever sees the case then sees them (not where they live)."""
    row = CasePerson(case=case, person=person, part=part)
    row.save(force_insert=True)
    refresh_sight(case.id)
    add_entry(by=by, case=case, kind="person", title="Somebody was added to the case", about=("person", person.id))
    audit.record("added_person_to_case", "case", case.id, person=person.id, detail={"part": part})
    return row


@transaction.atomic
def link_cases(*, by: Acting, first: Case, second: Case, kind: str) -> CaseLink:
    """Say that two cases belong together. Each keeps its own involvement: a link opens nothing.

    Raises Refused for a case of somebody causing harm and one of whom they harm: nobody comes from one to the other.
    """
    if (first.side == "causing_harm") != (second.side == "causing_harm"):
        raise Refused("A case of a person causing harm stays apart from the cases of those they harm.")
    link = CaseLink(first=first, second=second, kind=kind, by_id=by.user_id)
    link.save(force_insert=True)
    audit.record("linked_cases", "case", first.id, detail={"with": second.id, "kind": kind})
    return link
