"""Close a case with its reason and checklist, sign closing off where an organisation asks for that, reopen."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.models import Case, CaseStatus, Involvement, Task
from leeward.record.cases.rules import CLOSED, CLOSING, OPEN, checklist, may_sign_off, must_lead, must_move

ANSWERS = ("yes", "not_applicable")


@transaction.atomic
def close_case(
    *,
    by: Acting,
    case: Case,
    reason: str,
    answers: dict[str, str],
    version: int,
    note: str = "",
    drop_tasks: bool = False,
    end_shares: bool = True,
) -> Case:
    """Close a case; where its organisation asks for a sign-off, it waits for a supervisor instead.

    `answers` are those of the checklist by key. Raises Refused for an incomplete one, or where tasks are still open
    and are not to be dropped; Conflict where somebody changed the case meanwhile.
    """
    by.must(Permission.CASEWORK)
    now_stands = _lock(case)
    must_lead(by, now_stands)
    if now_stands.version != version:
        raise Conflict("Somebody else changed this case meanwhile.", theirs={"status": now_stands.status})
    waits = now_stands.lead_organisation.signs_off_closing
    must_move(now_stands, CLOSING if waits else CLOSED)
    _must_be_complete(now_stands, answers, note)
    open_tasks = Task.objects.filter(case=now_stands, status="open")
    if not drop_tasks and open_tasks.exists():
        raise Refused("There are still tasks open. Do them first, or say that they need not be done any more.")
    kept = {
        "version": checklist().version, "answers": answers, "drop_tasks": drop_tasks, "end_shares": end_shares,
        "reason": reason,
    }  # fmt: skip
    if waits:
        _set(by, now_stands, CLOSING, reason=reason, note=note, checklist=kept)
        add_entry(
            by=by, case=now_stands, kind="status", title="Closing asked for, waiting for sign-off",
            text=label("closing_reason", reason), scope=2,
        )  # fmt: skip
        refresh_sight(case.id)
        audit.record("asked_to_close_case", "case", case.id, person=case.person_id)
        return now_stands
    return _close(by, now_stands, reason=reason, note=note, kept=kept)


@transaction.atomic
def close_without_work(*, by: Acting, case: Case, reason: str, note: str) -> Case:
    """Close a case that no service took up: there was no work to check or to sign off. The note says what was decided.

    Raises Refused where somebody else leads it.
    """
    by.must(Permission.CASEWORK)
    now_stands = _lock(case)
    must_lead(by, now_stands)
    must_move(now_stands, CLOSED)
    return _close(by, now_stands, reason=reason, note=note, kept={"drop_tasks": True, "end_shares": True})


@transaction.atomic
def sign_off_closing(*, by: Acting, case: Case, note: str = "") -> Case:
    """Agree that a case is closed: a supervisor of the organisation that leads it, not who asked."""
    now_stands = _lock(case)
    asked = _asked(now_stands)
    if not may_sign_off(by, now_stands, asked.by_id):
        raise Refused("A supervisor other than the one who asked signs closing off.")
    return _close(by, now_stands, reason=asked.reason, note=note, kept=asked.checklist)


@transaction.atomic
def refuse_closing(*, by: Acting, case: Case, why: str) -> Case:
    """Send a case that waits for sign-off back to work, with the reason."""
    now_stands = _lock(case)
    if not may_sign_off(by, now_stands, _asked(now_stands).by_id):
        raise Refused("A supervisor other than the one who asked decides about closing.")
    if not why.strip():
        raise Refused("Say what is still to be done.")
    _set(by, now_stands, OPEN, note=why)
    add_entry(by=by, case=now_stands, kind="status", title="Not closed yet", words=why, scope=2)
    refresh_sight(case.id)
    audit.record("refused_closing", "case", case.id, person=case.person_id)
    return now_stands


@transaction.atomic
def reopen_case(*, by: Acting, case: Case, why: str) -> Case:
    """Open a closed case again, or take back that closing was asked for. Shares that were ended stay ended."""
    by.must(Permission.CASEWORK)
    now_stands = _lock(case)
    must_lead(by, now_stands)
    must_move(now_stands, OPEN)
    if not why.strip():
        raise Refused("Say why the case is opened again.")
    _set(by, now_stands, OPEN, note=why)
    add_entry(by=by, case=now_stands, kind="status", title="Case opened again", words=why, scope=2)
    refresh_sight(case.id)
    audit.record("reopened_case", "case", case.id, person=case.person_id)
    return now_stands


def _close(by: Acting, case: Case, *, reason: str, note: str, kept: dict[str, object]) -> Case:
    now = timezone.now()
    if kept.get("drop_tasks"):
        Task.objects.filter(case=case, status="open").update(
            status="dropped", done_at=now, done_by_id=by.user_id, outcome="The case was closed"
        )
    if kept.get("end_shares"):
        others = Involvement.objects.filter(case=case).exclude(organisation_id=by.acts_for)
        others.filter(status=Involvement.ACTIVE).update(
            status=Involvement.ENDED, ended_at=now, ended_by_id=by.user_id, ended_reason="The case was closed"
        )
        others.filter(status=Involvement.OFFERED).update(
            status=Involvement.WITHDRAWN, ended_at=now, ended_by_id=by.user_id, ended_reason="The case was closed"
        )
        # Whom a place was asked of is not for everybody who may close: a function ends those that are not seen.
        with connection.cursor() as cursor:
            cursor.execute("SELECT cases_close_place_shares(%s)", [case.id])
    _set(by, case, CLOSED, reason=reason, note=note, checklist=kept)
    add_entry(
        by=by, case=case, kind="status", title=f"Case closed: {label('closing_reason', reason).lower()}", words=note,
        scope=2,
    )  # fmt: skip
    refresh_sight(case.id)
    audit.record("closed_case", "case", case.id, person=case.person_id, detail={"reason": reason})
    return case


def _set(
    by: Acting, case: Case, status: str, *, reason: str = "", note: str = "", checklist: dict[str, object] | None = None
) -> None:
    CaseStatus(
        case=case, status=status, reason=reason, note=note[:2000], checklist=checklist or {}, by_id=by.user_id
    ).save(force_insert=True)
    case.status = status
    case.closed_at = timezone.now() if status == CLOSED else None
    case.version += 1
    case.save(force_update=True)


def _asked(case: Case) -> CaseStatus:
    asked = CaseStatus.objects.filter(case=case, status=CLOSING).order_by("-at").first()
    if asked is None or case.status != CLOSING:
        raise Refused("This case is not waiting for sign-off.")
    return asked


def _must_be_complete(case: Case, answers: dict[str, str], note: str) -> None:
    for check in checklist().for_side(case.side):
        if answers.get(check.key) not in ANSWERS:
            raise Refused(f"Answer every line of the checklist: “{check.label}” has no answer yet.")
    if "not_applicable" in answers.values() and not note.strip():
        raise Refused("Say in the note why a line of the checklist does not apply.")


def _lock(case: Case) -> Case:
    found = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lead_organisation")
        .filter(id=case.id)
        .first()
    )
    if found is None:
        raise Refused("You can read this case, but not change it.")
    return found
