"""What of risk waits over some cases: a first or the next assessment, steps that were asked for, safety plans."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
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


@dataclass(frozen=True)
class Stands:
    """How risk stands in an open case: whether it was ever assessed to a level, and when it should be again."""

    case_id: int
    person_id: int
    side: str
    opened_at: datetime
    is_assessed: bool
    review_on: date | None
    case_review_on: date | None  # when the case itself is to be looked at again
    sees_risk: bool


def risk_of(rows: QuerySet[CaseSight], most: int = MOST) -> list[Stands]:
    """How risk stands in the cases of some rows of sight, each case once. One statement."""
    newest = (
        Assessment.objects.filter(case_id=OuterRef("case_id"), status=Assessment.FINISHED)
        .exclude(level="")
        .order_by("-assessed_on", "-started_at")
    )
    found = (
        rows.order_by("case_id", "-risk")
        .distinct("case_id")
        .annotate(newest=Subquery(newest.values(one=JSONObject(again="review_on"))[:1]))
        .values_list("case_id", "person_id", "side", "opened_at", "newest", "review_on", "risk")[:most]
    )
    return [
        Stands(case, person, side, at, newest is not None, _day(newest), again, risk)
        for case, person, side, at, newest, again, risk in found
    ]


def _day(newest: dict[str, str | None] | None) -> date | None:
    found = newest["again"] if newest else None
    return date.fromisoformat(found) if found else None


def risk_led(*, by: Acting) -> list[Stands]:
    """The same of the open cases that the worker leads; whether they see its risk is said of each."""
    return risk_of(
        CaseSight.objects.filter(lead_worker_id=by.user_id, organisation_id=by.acts_for, status="open", scope__gt=1)
    )


def assessments_due(*, cases: Collection[Stands], until: date) -> list[Due]:
    """Of some cases those whose newest assessment asks for the next by a day, longest overdue first."""
    found = [
        Due(one.case_id, one.person_id, "", one.review_on) for one in cases if one.review_on and one.review_on <= until
    ]
    return sorted(found, key=lambda one: (one.due_on or until, one.case_id))


def never_assessed(*, cases: Collection[Stands]) -> list[Due]:
    """Of some cases those of somebody who is harmed in which no assessment ever gave a level, longest open first."""
    rows = [one for one in cases if one.side == "harmed" and not one.is_assessed]
    return [Due(one.case_id, one.person_id, "") for one in sorted(rows, key=lambda one: (one.opened_at, one.case_id))]


def steps_open(*, cases: Collection[int], most: int = 200) -> list[Due]:
    """Of some cases the steps that were asked for and that nobody recorded yet, each once; what is for now first."""
    rows = Demand.objects.filter(case_id__in=cases, status=Demand.OPEN)
    rows = rows.exclude(assessment__status=Assessment.WITHDRAWN).exclude(incident__withdrawn_at__isnull=False)
    known = demands()
    found = {
        (case, key): Due(case, person, known[key].title, None, known[key].at_once)
        for case, key, person in rows.order_by("raised_at").values_list("case_id", "key", "case__person_id")[:most]
        if key in known
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
    which: Callable[[list[Stands]], list[Due]]

    def cases(self, by: Acting, rows: QuerySet[CaseSight]) -> list[int]:
        """Of the rows of a list the cases that wait."""
        return list({one.case_id for one in self.which(risk_of(rows.filter(risk=True), LISTED))})


def ids_of(cases: Collection[Stands]) -> list[int]:
    """The cases themselves."""
    return [one.case_id for one in cases]


WAITING = {
    "steps": WaitingFor("A step is asked for", lambda cases: steps_open(cases=ids_of(cases), most=LISTED)),
    "assessment": WaitingFor(
        "Risk to assess again", lambda cases: assessments_due(cases=cases, until=timezone.localdate() + AHEAD)
    ),
    "first": WaitingFor("Risk never assessed", lambda cases: never_assessed(cases=cases)),
    "plan": WaitingFor("Plan to go through", lambda cases: plans_due(cases=ids_of(cases))),
}
