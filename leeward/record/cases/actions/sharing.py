"""Share a case, answer a share, change or end it. Each share is one row, and sight follows from rows alone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.models import Case, CaseAssignment, Involvement, Scope

ADVISED = {Scope.INDEX: "that there is a case", Scope.SUMMARY: "a summary", Scope.FULL: "the whole case"}


@transaction.atomic
def share_case(
    *,
    by: Acting,
    case: Case,
    organisation_id: int,
    organisation_name: str,
    scope: int,
    lawful_basis: str,
    told: str,
    why: str = "",
    team_id: int | None = None,
    user_id: int | None = None,
    address: bool = False,
    risk: bool = False,
    until: datetime | None = None,
    at_once: bool = False,
    as_lead: bool = False,
) -> Involvement:
    """Give an organisation (a team of it, or one user) sight of a case: from acceptance, or at once if so decided.

    Raises Refused where agreement is the basis but was not given, or where acting without it has no reason in words
    (UK GDPR Art 6; the record must show why, and whether the person was told).
    """
    by.must(Permission.CASEWORK)
    if lawful_basis == "consent" and told != "told_agreed":
        raise Refused(
            "Consent is the basis only if the person was told and agreed. Choose another basis, or ask first."
        )
    if told != "told_agreed" and not why.strip():
        raise Refused("Say why you share without agreement: the record must show the reason.")
    if until is not None and until <= timezone.now():
        raise Refused("The end of the share must lie ahead.")
    share = Involvement(
        case=case,
        organisation_id=organisation_id,
        team_id=team_id,
        user_id=user_id,
        scope=scope,
        address=address,
        risk=risk,
        status=Involvement.OFFERED,
        at_once=at_once,
        is_lead=as_lead,
        lawful_basis=lawful_basis,
        told=told,
        why=why,
        until=until,
        added_by_id=by.user_id,
        added_organisation_id=by.organisation_id,
    )
    share.save(force_insert=True)
    add_entry(
        by=by,
        case=case,
        kind="sharing",
        title=f"Shared with {organisation_name}: {ADVISED[Scope(scope)]}",
        text="" if told == "told_agreed" else f"Without agreement: {why}",
        about=("involvement", share.id),
        scope=2,
    )
    refresh_sight(case.id)
    audit.record(
        "shared_case", "case", case.id, person=case.person_id,
        detail={"to": organisation_id, "scope": scope, "basis": lawful_basis, "told": told},
    )  # fmt: skip
    return share


@transaction.atomic
def accept_share(*, by: Acting, share: Involvement, worker_id: int | None = None) -> Involvement:
    """Accept a share that was offered: sight begins. A lead share makes the receiver the one who leads."""
    share = Involvement.objects.select_for_update().get(id=share.id)
    if share.status != Involvement.OFFERED:
        raise Refused("Somebody has answered this already.")
    share.status = Involvement.ACTIVE
    share.answered_by_id, share.answered_at = by.user_id, timezone.now()
    share.save(update_fields=["status", "answered_by_id", "answered_at"])
    refresh_sight(share.case_id)
    case = Case.objects.get(id=share.case_id)
    if share.is_lead:
        _take_lead(by=by, case=case, share=share, worker_id=worker_id)
    if share.scope >= Scope.FULL:
        add_entry(by=by, case=case, kind="sharing", title=f"Accepted by {by.organisation_name}", scope=2)
    audit.record("accepted_share", "case", share.case_id, person=case.person_id, detail={"share": share.id})
    return share


def _take_lead(*, by: Acting, case: Case, share: Involvement, worker_id: int | None) -> None:
    Involvement.objects.filter(case=case, is_lead=True).exclude(id=share.id).update(is_lead=False)
    Case.objects.filter(id=case.id).update(
        lead_organisation_id=share.organisation_id, lead_team_id=share.team_id, lead_worker_id=worker_id,
        version=case.version + 1,
    )  # fmt: skip
    CaseAssignment(
        case=case, organisation_id=share.organisation_id, team_id=share.team_id, worker_id=worker_id, by_id=by.user_id,
        reason="Accepted",
    ).save(force_insert=True)  # fmt: skip
    refresh_sight(case.id)


@transaction.atomic
def return_share(*, by: Acting, share: Involvement, reason: str, note: str = "") -> Involvement:
    """Return a share with a reason from the list: no sight begins."""
    share = Involvement.objects.select_for_update().get(id=share.id)
    if share.status != Involvement.OFFERED:
        raise Refused("Somebody has answered this already.")
    share.status = Involvement.RETURNED
    share.return_reason, share.return_note = reason, note
    share.answered_by_id, share.answered_at = by.user_id, timezone.now()
    share.save(update_fields=["status", "return_reason", "return_note", "answered_by_id", "answered_at"])
    refresh_sight(share.case_id)
    audit.record("returned_share", "case", share.case_id, detail={"share": share.id, "reason": reason})
    return share


@transaction.atomic
def end_share(*, by: Acting, case: Case, share: Involvement, reason: str) -> Involvement:
    """End a share: sight ends with this transaction, in open sessions too. The one who leads cannot be ended."""
    if share.is_lead and share.status == Involvement.ACTIVE:
        raise Refused("This organisation leads the case. Transfer the case first.")
    if share.status not in (Involvement.ACTIVE, Involvement.OFFERED):
        raise Refused("This share has ended already.")
    share.status = Involvement.ENDED if share.status == Involvement.ACTIVE else Involvement.WITHDRAWN
    share.ended_at, share.ended_by_id, share.ended_reason = timezone.now(), by.user_id, reason
    share.save(update_fields=["status", "ended_at", "ended_by_id", "ended_reason"])
    add_entry(by=by, case=case, kind="sharing", title="A share was ended", text=reason, scope=2)
    refresh_sight(case.id)
    audit.record("ended_share", "case", case.id, person=case.person_id, detail={"share": share.id})
    return share
