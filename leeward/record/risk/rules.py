"""Who may do what with risk, in the words a person would be told; and what a partnership has set."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case
from leeward.record.risk.models import Assessment

OLDEST = timedelta(days=28)  # an assessment on paper is entered within four weeks
JUDGEMENT = 20  # characters: long enough to say something

# Why somebody is put before the MARAC (code list risk_criterion), in the order in which they are shown.
CRITERIA = ("score", "judgement", "escalation", "repeat")


@dataclass(frozen=True)
class Thresholds:
    """What counts as how much here. The shipped values are those of the national practice where there is one."""

    bands: dict[str, dict[str, int]] = field(default_factory=dict)
    paused: frozenset[str] = frozenset()
    escalation_count: int = 3
    escalation_months: int = 12
    repeat_months: int = 12
    review_weeks: int = 8
    plan_weeks: int = 8

    def escalates(self, incidents: int | None) -> bool:
        """Whether so many incidents in the period are an escalation."""
        return incidents is not None and incidents >= self.escalation_count

    def escalation_since(self, today: date) -> date:
        """From which day on incidents count."""
        return months_before(today, self.escalation_months)

    def review_on(self, assessed_on: date) -> date:
        """When the next assessment is due."""
        return assessed_on + timedelta(weeks=self.review_weeks)


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last day of a shorter month."""
    at = day.year * 12 + day.month - 1 - months
    first = date(at // 12, at % 12 + 1, 1)
    following = date((at + 1) // 12, (at + 1) % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def must_record(by: Acting, case: Case) -> None:
    """Raise Refused unless something can be recorded about the danger to the person of a case."""
    by.must(Permission.CASEWORK)
    if case.side == "causing_harm":
        raise Refused("This case is of a person causing harm. What is done to somebody stands in their own case.")
    if case.status == "closed":
        raise Refused("This case is closed. Reopen it first.")


def may_assess(by: Acting, case: Case) -> bool:
    """Whoever works in an open case."""
    return by.may(Permission.CASEWORK) and case.status != "closed" and case.side != "causing_harm"


def must_write(by: Acting, assessment: Assessment) -> None:
    """Raise Refused unless this assessment can still be written by whoever acts."""
    by.must(Permission.CASEWORK)
    if assessment.status == Assessment.FINISHED:
        raise Refused("This assessment is finished and stays as it is. Start a new one.")
    if assessment.status == Assessment.WITHDRAWN:
        raise Refused("This assessment was withdrawn. Start a new one.")
    if assessment.organisation_id != by.organisation_id:
        raise Refused("Another organisation began this assessment. You can read it, and make one of your own.")
