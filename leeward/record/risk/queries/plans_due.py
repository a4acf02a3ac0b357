"""Why a safety plan should be gone through again: its day has come, or the danger is not what it was."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from leeward.platform.reference.lists import label
from leeward.record.risk.models import Assessment, Incident, PlanEvent, SafetyPlan


@dataclass(frozen=True)
class WaitingPlan:
    """A plan that waits, and why in words."""

    plan: SafetyPlan
    reasons: tuple[str, ...]
    is_overdue: bool


def plans_waiting(*, cases: Collection[int] = (), plan: SafetyPlan | None = None) -> list[WaitingPlan]:
    """Of some cases (or of one plan) what should be gone through again, in one statement."""
    wanted = SafetyPlan.objects.filter(case_id__in=cases) if plan is None else SafetyPlan.objects.filter(id=plan.id)
    reviews = PlanEvent.objects.filter(plan_id=OuterRef("id"), kind="review").order_by("-at")
    known = Incident.objects.filter(case_id=OuterRef("case_id"), withdrawn_at=None).order_by("-recorded_at")
    finished = Assessment.objects.filter(
        case_id=OuterRef("case_id"), status=Assessment.FINISHED, finished_at__isnull=False
    ).order_by("finished_at")
    plans = wanted.annotate(
        reviewed_at=Subquery(reviews.values("at")[:1]),
        incident_at=Subquery(known.values("recorded_at")[:1]),
        levels=ArraySubquery(finished.values(one=JSONObject(at="finished_at", level="level", criteria="criteria"))),
    )
    today, found = timezone.localdate(), []
    for one in plans.order_by("id")[:500]:
        last = one.reviewed_at or one.made_at
        reasons = _changed(
            [(datetime.fromisoformat(row["at"]), row["level"], "escalation" in row["criteria"]) for row in one.levels],
            last,
        )
        if one.incident_at is not None and one.incident_at > last:
            reasons.append("An incident was recorded since")
        overdue = one.review_on is not None and one.review_on < today
        if reasons or overdue:
            found.append(WaitingPlan(one, tuple(reasons), overdue))
    return found


def _changed(rows: list[tuple[datetime, str, bool]], last: datetime) -> list[str]:
    """What assessments finished since a moment say otherwise than those before. The same level again says nothing."""
    level, escalating, reasons = "", False, []
    for at, found, escalates in rows:
        if at <= last:
            level, escalating = found or level, escalates
    before, before_escalating = level, escalating
    for at, found, escalates in rows:
        if at > last:
            level, escalating = found or level, escalates
    if level != before:
        was = f", before {label('risk_level', before).lower()}" if before else ""
        reasons.append(f"Risk is now {label('risk_level', level).lower()}{was}")
    if escalating and not before_escalating:
        reasons.append("It is escalating")
    return reasons
