"""What of risk waits over some cases: a first or the next assessment, steps that were asked for, safety plans."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.record.cases.models import CaseSight
from leeward.record.risk.instruments import demands
from leeward.record.risk.models import Assessment, Demand
from leeward.record.risk.queries.plans_due import plans_waiting

AHEAD = timedelta(days=7)
MOST = 500  # cases that are looked at
LISTED = 2000  # the same where a list of an organisation is narrowed


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
        ).values_list("case_id", flat=True)[:MOST]
    )


def assessments_due(*, cases: Collection[int], until: date) -> list[Due]:
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


def never_assessed(*, cases: Collection[int]) -> list[Due]:
    """Of some cases those of somebody who is harmed in which no assessment ever gave a level, longest open first."""
    assessed = Assessment.objects.filter(case_id__in=cases, status=Assessment.FINISHED).exclude(level="")
    rows = (
        CaseSight.objects.filter(case_id__in=cases, side="harmed")
        .exclude(case_id__in=assessed.values("case_id"))
        .order_by("opened_at", "case_id")
        .values_list("case_id", "person_id")
    )
    return [Due(case, person, "") for case, person in dict.fromkeys(rows)]


def steps_open(*, cases: Collection[int], most: int = 200) -> list[Due]:
    """Of some cases the steps that were asked for and that nobody recorded yet, each once; what is for now first."""
    rows = Demand.objects.filter(case_id__in=cases, status=Demand.OPEN)
    rows = rows.exclude(assessment__status=Assessment.WITHDRAWN).exclude(incident__withdrawn_at__isnull=False)
    known = demands()
    found = {
        (row.case_id, row.key): Due(row.case_id, row.case.person_id, known[row.key].title, None, known[row.key].at_once)
        for row in rows.select_related("case").order_by("raised_at")[:most]
        if row.key in known
    }
    return sorted(found.values(), key=lambda one: not one.at_once)


def plans_due(*, cases: Collection[int]) -> list[Due]:
    """Of some cases the safety plans that should be gone through again, each with why."""
    return [
        Due(
            one.plan.case_id, one.plan.person_id, one.reasons[0] if one.reasons else "",
            one.plan.review_on if one.is_overdue else None,
        )
        for one in plans_waiting(cases=cases)
    ]  # fmt: skip


@dataclass(frozen=True)
class WaitingFor:
    """A list of cases that wait for something: its words, and which of some cases they are."""

    title: str
    which: Callable[[list[int]], list[Due]]

    def cases(self, by: Acting, rows: QuerySet[CaseSight]) -> list[int]:
        """Of the rows of a list the cases that wait."""
        seen = list(rows.filter(risk=True).order_by("case_id").values_list("case_id", flat=True).distinct()[:LISTED])
        return list({one.case_id for one in self.which(seen)})


WAITING = {
    "steps": WaitingFor("A step is asked for", lambda cases: steps_open(cases=cases, most=LISTED)),
    "assessment": WaitingFor(
        "Risk to assess again", lambda cases: assessments_due(cases=cases, until=timezone.localdate() + AHEAD)
    ),
    "first": WaitingFor("Risk never assessed", lambda cases: never_assessed(cases=cases)),
    "plan": WaitingFor("Plan to go through", lambda cases: plans_due(cases=cases)),
}
