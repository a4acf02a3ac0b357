"""Working hours and English bank holidays: when a promised time runs out.

Bank holidays come from the package `govuk-bank-holidays`, which carries them; no request is made.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays  # carries no types

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Hours:
    """When a service works: from and to on certain weekdays (Monday is 0), bank holidays or not."""

    opens: time = time(9)
    closes: time = time(17)
    weekdays: frozenset[int] = frozenset(range(5))
    on_bank_holidays: bool = False

    def window(self, day: date) -> tuple[datetime, datetime] | None:
        """The working time of one day, or None."""
        if day.weekday() not in self.weekdays or (not self.on_bank_holidays and is_bank_holiday(day)):
            return None
        return datetime.combine(day, self.opens, LONDON), datetime.combine(day, self.closes, LONDON)


ALWAYS = Hours(time(0), time(23, 59, 59), frozenset(range(7)), on_bank_holidays=True)


@lru_cache(maxsize=1)
def _bank_holidays() -> frozenset[date]:
    carried: Any = BankHolidays(use_cached_holidays=True)  # type: ignore[no-untyped-call]  # carries no types
    return frozenset(entry["date"] for entry in carried.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def is_bank_holiday(day: date) -> bool:
    """Whether a day is a bank holiday in England."""
    return day in _bank_holidays()


def add_working_time(start: datetime, duration: timedelta, hours: Hours) -> datetime:
    """The moment at which `duration` of working time has passed since `start` (aware; answered in UK time).

    A clock that starts outside working hours starts when they begin. Raises ValueError if the hours never come.
    """
    left = duration
    moment = start.astimezone(LONDON)
    for ahead in range(400):
        window = hours.window((moment + timedelta(days=ahead)).date() if ahead else moment.date())
        if window is None:
            continue
        begins, ends = max(window[0], moment), window[1]
        if begins >= ends:
            continue
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    raise ValueError("These working hours never come.")


def working_time_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """How much working time lies between two moments; zero if the end comes first."""
    total = timedelta()
    start, end = start.astimezone(LONDON), end.astimezone(LONDON)
    day = start.date()
    while day <= end.date():
        if window := hours.window(day):
            begins, ends = max(window[0], start), min(window[1], end)
            total += max(ends - begins, timedelta())
        day += timedelta(days=1)
    return total
