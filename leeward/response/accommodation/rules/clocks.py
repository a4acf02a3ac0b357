"""Moments as people say them, on days on which the clocks change. Everything else is counted by the world's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time
from datetime import date as day_type

from leeward.platform.reference.working_time import LONDON

LEFT_OUT = "There was no such time on this day: the clocks went forward. Say the time as the clock showed it."


def exists(day: day_type, clock: time) -> bool:
    """Whether a clock in England showed this time on this day; in spring one hour is left out."""
    said = datetime.combine(day, clock, LONDON)
    back = said.astimezone(UTC).astimezone(LONDON)
    return back.replace(tzinfo=None) == said.replace(tzinfo=None)


def said_past(day: day_type, clock: time, now: datetime) -> datetime:
    """The moment of something that has happened. In the hour that comes twice in autumn: the later, if it is past.

    Who writes it down does so soon after, mostly; and nobody is said to have come before a place was promised to them.
    """
    first, second = (datetime.combine(day, clock, LONDON).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    return second if first < second <= now else first
