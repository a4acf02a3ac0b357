"""Share a case, answer a share, change or end it. Each share is one row, and sight follows from rows alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.models import Case, CaseAssignment, CaseSight, Involvement, Scope, Task

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
    ends_sender: bool = False,
    origin: str = "share",
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
    if as_lead and (scope < Scope.FULL or until is not None):
        raise Refused("Whoever leads a case sees the whole of it, without an end.")
    _must_have(case, address=address, risk=risk)
    already = Involvement.objects.filter(
        case=case,
        organisation_id=organisation_id,
        status__in=(Involvement.ACTIVE, Involvement.OFFERED),
        **_is("team", team_id),
        **_is("user", user_id),
    )
    if origin == Involvement.PLACE:
        already = already.filter(origin=origin)  # stands beside one that opens less, and ends by itself
    if not as_lead and already.exists():
        raise Refused("This is shared with them already. Change that share, or end it first.")
    share = Involvement(
        case=case,
        organisation_id=organisation_id,
        team_id=team_id,
        user_id=user_id,
        scope=scope,
        address=address and scope > Scope.INDEX,
        risk=risk and scope > Scope.INDEX,
        status=Involvement.OFFERED,
        at_once=at_once,
        is_lead=as_lead,
        ends_sender=ends_sender,
        origin=origin,
        lawful_basis=lawful_basis,
        told=told,
        why=why,
        until=until,
        added_by_id=by.user_id,
        added_organisation_id=by.acts_for,
    )
    share.save(force_insert=True)
    add_entry(
        by=by,
        case=case,
        kind="sharing",
        title=f"Offered to {organisation_name} to lead this case"
        if as_lead
        else f"Shared with {organisation_name}: {ADVISED[Scope(scope)]}",
        words="" if told == "told_agreed" else f"Without agreement: {why}",
        about=("involvement", share.id),
        scope=2,
        needs_address=_names_place(share),
    )
    refresh_sight(case.id)
    audit.record(
        "shared_case", "case", case.id, person=case.person_id,
        detail={"to": organisation_id, "scope": scope, "basis": lawful_basis, "told": told},
    )  # fmt: skip
    return share


@transaction.atomic
def accept_share(*, by: Acting, share: Involvement, worker_id: int | None = None) -> Involvement:
    """Accept a share that was offered: sight begins. A lead share makes the receiver the one who leads.

    Raises Refused where somebody has answered it, or where consent has to be asked first (a handover).
    """
    share = _lock_offered(share)
    if share.lawful_basis == "consent" and share.told != "told_agreed":
        raise Refused("The person has to be asked first. You will see this case as soon as they have agreed.")
    if share.until is not None and share.until <= timezone.now():
        raise Refused("The time of this share is over. Ask the sender to share it anew.")
    share.status = Involvement.ACTIVE
    share.answered_by_id, share.answered_at = by.user_id, timezone.now()
    share.save(update_fields=["status", "answered_by_id", "answered_at"])
    refresh_sight(share.case_id)
    # What is opened may be no more than an index entry: then there is no case to read here.
    case = Case.objects.filter(id=share.case_id).first()
    if case is not None and share.is_lead:
        _take_lead(by=by, case=case, share=share, worker_id=worker_id)
    if case is not None and share.scope >= Scope.FULL:
        add_entry(
            by=by, case=case, kind="sharing", title=f"Accepted by {by.organisation_name}", scope=2,
            needs_address=_names_place(share),
        )  # fmt: skip
    audit.record("accepted_share", "case", share.case_id, detail={"share": share.id})
    return share


def _take_lead(*, by: Acting, case: Case, share: Involvement, worker_id: int | None) -> None:
    others = Involvement.objects.filter(case=case).exclude(id=share.id)
    others.filter(is_lead=True).update(is_lead=False)
    if share.ends_sender and share.added_organisation_id is not None:
        others.filter(organisation_id=share.added_organisation_id, status=Involvement.ACTIVE).update(
            status=Involvement.ENDED, ended_at=timezone.now(), ended_by_id=by.user_id, ended_reason="Transferred"
        )
        Task.objects.filter(case=case, organisation_id=share.added_organisation_id, status="open").update(
            organisation_id=share.organisation_id, assignee_id=None, version=F("version") + 1
        )
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
    """Return a share with a reason from the list: no sight begins, and one that was given at once ends."""
    share = _lock_offered(share)
    share.status = Involvement.RETURNED
    share.return_reason, share.return_note = reason, note
    share.answered_by_id, share.answered_at = by.user_id, timezone.now()
    share.save(update_fields=["status", "return_reason", "return_note", "answered_by_id", "answered_at"])
    refresh_sight(share.case_id)
    audit.record("returned_share", "case", share.case_id, detail={"share": share.id, "reason": reason})
    return share


def _lock_offered(share: Involvement) -> Involvement:
    # Two who answer at once: the second waits here, and then no longer finds an offer.
    found = Involvement.objects.select_for_update(no_key=True).filter(id=share.id, status=Involvement.OFFERED).first()
    if found is None:
        raise Refused("Somebody has answered this already, or it was withdrawn.")
    return found


@transaction.atomic
def end_share(*, by: Acting, case: Case, share: Involvement, reason: str) -> Involvement:
    """End a share: sight ends with this transaction, in open sessions too. The one who leads cannot be ended."""
    share = _lock(share)
    if share.is_lead and share.status == Involvement.ACTIVE:
        raise Refused("This organisation leads the case. Transfer the case first.")
    if share.status not in (Involvement.ACTIVE, Involvement.OFFERED):
        raise Refused("This share has ended already.")
    share.status = Involvement.ENDED if share.status == Involvement.ACTIVE else Involvement.WITHDRAWN
    share.ended_at, share.ended_by_id, share.ended_reason = timezone.now(), by.user_id, reason
    share.save(update_fields=["status", "ended_at", "ended_by_id", "ended_reason"])
    add_entry(by=by, case=case, kind="sharing", title="A share was ended", words=reason, scope=2,
              needs_address=_names_place(share))  # fmt: skip
    refresh_sight(case.id)
    audit.record("ended_share", "case", case.id, person=case.person_id, detail={"share": share.id})
    return share


@transaction.atomic
def change_share(
    *,
    by: Acting,
    case: Case,
    share: Involvement,
    scope: int,
    address: bool,
    risk: bool,
    until: datetime | None,
    why: str,
) -> Involvement:
    """Give more or less, or for longer: the old row ends and a new one stands in its place, so that history is kept.

    Who has accepted need not accept again; who has not still has to.
    """
    by.must(Permission.CASEWORK)
    old = _lock(share)
    if old.status not in (Involvement.ACTIVE, Involvement.OFFERED):
        raise Refused("Somebody changed or ended this share meanwhile. Look at the list again.")
    if old.is_lead:
        raise Refused("Whoever leads a case sees the whole of it. Transfer the case to change that.")
    if old.origin == Involvement.PLACE:
        raise Refused(
            "This share goes with an ask for a safe place, and ends with it. End it and share anew for more or less."
        )
    if until is not None and until <= timezone.now():
        raise Refused("The end of the share must lie ahead.")
    if not why.strip():
        raise Refused("Say why this share is changed.")
    _must_have(case, address=address and not old.address, risk=risk and not old.risk)
    Involvement.objects.filter(id=old.id).update(
        status=Involvement.ENDED if old.status == Involvement.ACTIVE else Involvement.WITHDRAWN,
        ended_at=timezone.now(), ended_by_id=by.user_id, ended_reason="Changed",
    )  # fmt: skip
    new = Involvement(
        case=case, organisation_id=old.organisation_id, team_id=old.team_id, user_id=old.user_id, scope=scope,
        address=address and scope > Scope.INDEX, risk=risk and scope > Scope.INDEX, status=old.status,
        at_once=old.at_once, lawful_basis=old.lawful_basis, told=old.told, why=old.why or why, until=until,
        added_by_id=by.user_id, added_organisation_id=by.acts_for, answered_by_id=old.answered_by_id,
        answered_at=old.answered_at, origin=old.origin,
    )  # fmt: skip
    new.save(force_insert=True)
    add_entry(
        by=by, case=case, kind="sharing", title=f"A share was changed: {ADVISED[Scope(scope)]}", words=why,
        about=("involvement", new.id), scope=2, needs_address=_names_place(new),
    )  # fmt: skip
    refresh_sight(case.id)
    audit.record("changed_share", "case", case.id, person=case.person_id, detail={"share": new.id, "scope": scope})
    return new


@transaction.atomic
def answer_consent(*, by: Acting, case: Case, share: Involvement, agreed: bool, note: str = "") -> Involvement:
    """Write down what the person said, where consent had to be asked again. Without it the share is withdrawn."""
    by.must(Permission.CASEWORK)
    share = _lock(share)
    if share.status != Involvement.OFFERED or share.lawful_basis != "consent" or share.told == "told_agreed":
        raise Refused("There is no consent to be asked for this share.")
    if agreed:
        Involvement.objects.filter(id=share.id).update(told="told_agreed", why=note)
        words = "Agreed that this case goes to another provider"
    else:
        Involvement.objects.filter(id=share.id).update(
            status=Involvement.WITHDRAWN, told="told_disagreed", why=note or share.why, ended_at=timezone.now(),
            ended_by_id=by.user_id, ended_reason="Did not agree",
        )  # fmt: skip
        words = "Did not agree that this case goes to another provider"
    Task.objects.filter(case=case, kind="ask_consent", about_id=share.id, status="open").update(
        status="done", done_at=timezone.now(), done_by_id=by.user_id, outcome=words, version=F("version") + 1
    )
    add_entry(
        by=by, case=case, kind="sharing", title=words, words=note, about=("involvement", share.id), scope=2,
        needs_address=_names_place(share),
    )  # fmt: skip
    refresh_sight(case.id)
    audit.record("answered_consent", "case", case.id, person=case.person_id, detail={"agreed": agreed})
    return Involvement.objects.get(id=share.id)


def _names_place(share: Involvement) -> bool:
    """Whether a line about a share names a refuge that was asked for a place: an address, nearly."""
    return share.origin == Involvement.PLACE


def _lock(share: Involvement) -> Involvement:
    found = Involvement.objects.select_for_update(no_key=True).filter(id=share.id).first()
    if found is None:
        raise Refused("This share cannot be changed by you, or somebody ended it meanwhile.")
    return found


def _must_have(case: Case, *, address: bool, risk: bool) -> None:
    """Nobody gives more than they have; the database refuses it too, with fewer words."""
    sights = list(CaseSight.objects.filter(case=case).values_list("source", "address", "risk"))
    involved = [(has_address, has_risk) for source, has_address, has_risk in sights if source == "involvement"]
    if sights and not involved:
        raise Refused("Emergency sight is for reading. Ask whoever leads this case to share it.")
    if address and not any(has_address for has_address, _ in involved):
        raise Refused("You do not see where they are yourself, so you cannot share it.")
    if risk and not any(has_risk for _, has_risk in involved):
        raise Refused("You do not see the risk assessments yourself, so you cannot share them.")


def _is(name: str, value: int | None) -> dict[str, Any]:
    return {f"{name}__isnull": True} if value is None else {f"{name}_id": value}
