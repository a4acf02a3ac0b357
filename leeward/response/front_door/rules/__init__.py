"""Promised times, and what may be done with a contact."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from leeward.platform.reference.working_time import Hours, add_working_time
from leeward.response.front_door.models import Contact, Target

MOST_HOURS = 240  # a promise of more than ten days round the clock is none

OPEN_STATUSES = (Contact.NEW, Contact.TAKEN, Contact.OFFERED)


@dataclass(frozen=True)
class Promise:
    """Within how long a first attempt is promised: of working time in these hours, or round the clock."""

    duration: timedelta
    working: bool
    hours: Hours = field(default_factory=Hours)

    @property
    def hours_given(self) -> str:
        """How many hours, as a page says it: "4", "1.5"."""
        return f"{self.duration.total_seconds() / 3600:g}"

    @property
    def words(self) -> str:
        """The promise as a page says it."""
        count = self.duration.total_seconds() / 3600
        number = f"{count:g} {'working ' if self.working else ''}hour{'' if count == 1 else 's'}"
        if not self.working:
            return f"{number}, round the clock"
        return f"{number}, {days_in_words(self.hours.weekdays)} {self.hours.opens:%H:%M} to {self.hours.closes:%H:%M}"

    def due(self, received_at: datetime) -> datetime:
        """When it runs out for somebody who came at this moment."""
        if self.working:
            return add_working_time(received_at, self.duration, self.hours)
        return received_at + self.duration


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def days_in_words(days: Collection[int]) -> str:
    """Weekdays as people say them: "Monday to Friday", "Monday, Wednesday"."""
    found = sorted(days)
    if len(found) > 2 and found == list(range(found[0], found[-1] + 1)):
        return f"{DAYS[found[0]]} to {DAYS[found[-1]]}"
    return ", ".join(DAYS[day] for day in found)


def default_promise(risk: str) -> Promise:
    """Where a partnership has set nothing: 4 working hours for high risk, 24 hours for everybody else."""
    return Promise(timedelta(hours=4), True) if risk == "high" else Promise(timedelta(hours=24), False)


def promise_of(target: Target) -> Promise:
    """What a row of the targets promises."""
    hours = Hours(target.opens, target.closes, frozenset(target.weekdays or range(5)))
    return Promise(timedelta(hours=float(target.hours)), target.is_working_time, hours)


def target_at(targets: Iterable[Target], risk: str, at: datetime) -> Target | None:
    """The target that holds for somebody who came at this moment; of two that began together the later one set."""
    holding = [row for row in targets if row.risk == risk and row.withdrawn_at is None and row.starts_at <= at]
    return max(holding, key=lambda row: (row.starts_at, row.set_at, row.id), default=None)


def promise_at(targets: Iterable[Target], risk: str, at: datetime) -> Promise:
    """What is promised to somebody who comes at this moment."""
    found = target_at(targets, risk, at)
    return promise_of(found) if found else default_promise(risk)


def targets_of(partnership_id: int) -> list[Target]:
    """Every target of a partnership that was not withdrawn: one statement, a handful of rows."""
    return list(Target.objects.filter(partnership_id=partnership_id, withdrawn_at=None))


def attempt_due(partnership_id: int, risk: str, received_at: datetime) -> datetime:
    """When a first attempt is promised at the latest."""
    return promise_at(targets_of(partnership_id), risk, received_at).due(received_at)


def hash_code(code: str) -> str:
    """A receipt's code as it is kept: a stranger who reads the table cannot open a receipt."""
    return hashlib.sha256(code.strip().upper().replace(" ", "").encode()).hexdigest()
