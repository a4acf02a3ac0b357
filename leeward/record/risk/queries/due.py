"""What of risk waits for a worker over all their cases: the next assessment, and steps that answers asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from leeward.platform.access.acting import Acting
from leeward.record.cases.models import CaseSight
from leeward.record.risk.instruments import demands
from leeward.record.risk.models import Assessment, Demand


@dataclass(frozen=True)
class Due:
    """One thing that waits in a case."""

    case_id: int
    person_id: int
    title: str
    due_on: date | None = None
    at_once: bool = False


def cases_led(*, by: Acting) -> list[int]:
    """Open cases that the worker leads and whose risk they see."""
    return list(
        CaseSight.objects.filter(
            lead_worker_id=by.user_id, organisation_id=by.acts_for, status="open", risk=True
        ).values_list("case_id", flat=True)[:500]
    )


def assessments_due(*, cases: list[int], until: date) -> list[Due]:
    """Of some cases those whose newest assessment asks for the next by a day, longest overdue first."""
    newest = (
        Assessment.objects.filter(case_id__in=cases, status=Assessment.FINISHED)
        .exclude(level="")
        .order_by("case_id", "-assessed_on", "-started_at")
        .distinct("case_id")
        .values_list("case_id", "person_id", "review_on")
    )
    found = [Due(case, person, "", on) for case, person, on in newest if on is not None and on <= until]
    return sorted(found, key=lambda one: (one.due_on or until, one.case_id))


def steps_open(*, cases: list[int], most: int = 200) -> list[Due]:
    """Of some cases the steps that answers asked for and that nobody recorded yet; what is for now comes first."""
    rows = Demand.objects.filter(case_id__in=cases, status=Demand.OPEN).order_by("raised_at")[:most]
    known = demands()
    found = [
        Due(row.case_id, row.assessment.person_id, known[row.key].title, None, known[row.key].at_once)
        for row in rows.select_related("assessment")
        if row.key in known
    ]
    return sorted(found, key=lambda one: not one.at_once)
