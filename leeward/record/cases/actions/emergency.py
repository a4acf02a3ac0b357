"""Emergency sight ("break glass"): a day, for a typed reason, told at once to the data protection lead, reviewed."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.notices import tell_those_of
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.models import BreakGlass, Case, CaseSight
from leeward.record.cases.rules import EMERGENCY_LASTS, EMERGENCY_REASON, EMERGENCY_TRIES

NONE_OPENS = "No case opens with this reference. Check it with the service that you rang."


def break_glass(*, by: Acting, reference: str, reason: str) -> BreakGlass:
    """Open the whole of a case for a day. The row is what the data protection lead sees from this moment on.

    A reference of nobody's, and one of a person behind a wall, get the same answer and are both written down; who
    tries many is stopped. The caller keeps the transaction after a refusal, so that the tries are kept.
    """
    by.must(Permission.BREAK_GLASS, "Your role has no emergency sight. Ring the service that leads the case.")
    if len(reason.strip()) < EMERGENCY_REASON:
        raise Refused(f"Say what the emergency is, in at least {EMERGENCY_REASON} characters.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_emergency_tries()")
        tries = int(cursor.fetchone()[0])
        if tries >= EMERGENCY_TRIES:
            raise Refused("Too many references were tried. Ring the service, or try again in an hour.")
        cursor.execute("SELECT cases_find_for_emergency(%s)", [reference.strip()])
        case_id = cursor.fetchone()[0]
    if case_id is None:
        audit.record("tried_emergency", "case", detail={"reference": audit.blind(reference)})
        raise Refused(NONE_OPENS)
    if CaseSight.objects.filter(case_id=case_id, scope=3).exists():
        raise Refused("You see this case already: it is in your list of cases.")
    with transaction.atomic():
        return _open(by, int(case_id), reason.strip())


def _open(by: Acting, case_id: int, reason: str) -> BreakGlass:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, lead_organisation_id FROM cases_emergency_facts(%s)", [case_id])
        reference, lead_organisation_id = cursor.fetchone()
    now = timezone.now()
    sight = BreakGlass(
        case_id=case_id,
        user_id=by.worker_id,
        organisation_id=by.acts_for,
        partnership_id=by.partnership_id,
        reference=reference,
        lead_organisation_id=lead_organisation_id,
        reason=reason,
        at=now,
        until=now + EMERGENCY_LASTS,
    )
    sight.save(force_insert=True)
    refresh_sight(case_id)
    case = Case.objects.get(id=case_id)
    add_entry(
        by=by, case=case, kind="sharing", title=f"Opened in an emergency by {by.user_name}, {by.organisation_name}",
        words=reason, about=("breakglass", sight.id), scope=2,
    )  # fmt: skip
    tell_those_of("cases_emergency_told", sight.id)
    audit.record("broke_glass", "case", case_id, person=case.person_id, detail={"until": sight.until.isoformat()})
    return sight


@transaction.atomic
def review_emergency(*, by: Acting, sight: BreakGlass, outcome: str, note: str, end_now: bool = False) -> BreakGlass:
    """Write down whether an emergency sight was justified; it can be ended at once."""
    by.must(Permission.REVIEW_ACCESS, "The data protection lead reviews emergency sight.")
    if sight.user_id == by.user_id:
        raise Refused("You opened this yourself: somebody else must review it.")
    if outcome not in ("justified", "not_justified"):
        raise Refused("Choose whether it was justified.")
    if not note.strip():
        raise Refused("Say what you looked at, and what follows.")
    now = BreakGlass.objects.select_for_update(no_key=True).filter(id=sight.id).first()
    if now is None:
        raise Refused("There is no such emergency sight.")
    if now.reviewed_at is not None:
        raise Refused("This was reviewed meanwhile. What was written stands below.")
    changed: dict[str, Any] = {
        "reviewed_by_id": by.user_id,
        "reviewed_at": timezone.now(),
        "outcome": outcome,
        "review_note": note.strip()[:1000],
    }
    if end_now and now.ended_at is None:
        changed["ended_at"] = timezone.now()
    BreakGlass.objects.filter(id=sight.id).update(**changed)
    refresh_sight(sight.case_id)
    audit.record("reviewed_emergency", "breakglass", sight.id, detail={"outcome": outcome, "ended": bool(end_now)})
    return BreakGlass.objects.get(id=sight.id)


@transaction.atomic
def end_emergency(*, by: Acting, sight: BreakGlass) -> None:
    """End an emergency sight at once, before it is reviewed."""
    by.must(Permission.REVIEW_ACCESS, "The data protection lead ends emergency sight.")
    if sight.user_id == by.user_id:
        raise Refused("You opened this yourself: somebody else must decide about it.")
    ended = BreakGlass.objects.filter(id=sight.id, ended_at=None, until__gt=timezone.now()).update(
        ended_at=timezone.now()
    )
    if not ended:
        raise Refused("It is over already.")
    refresh_sight(sight.case_id)
    audit.record("ended_emergency", "breakglass", sight.id)
