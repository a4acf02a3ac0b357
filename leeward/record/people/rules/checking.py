"""How likely an answer of the index is, in words, and how often somebody may ask."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

VERY_LIKELY, LIKELY, POSSIBLE = 90, 70, 50


def likelihood_words(points: int) -> str:
    """Very likely, likely, possible; nothing below that."""
    if points >= VERY_LIKELY:
        return "very likely"
    if points >= LIKELY:
        return "likely"
    return "possible" if points >= POSSIBLE else ""


def an_hour() -> int:
    """How many checks one user may make in an hour (setting INDEX_CHECKS_AN_HOUR)."""
    return int(getattr(settings, "INDEX_CHECKS_AN_HOUR", 30))


def a_day() -> int:
    """How many checks one user may make in a day (setting INDEX_CHECKS_A_DAY)."""
    return int(getattr(settings, "INDEX_CHECKS_A_DAY", 100))


@dataclass(frozen=True)
class Habits:
    """How somebody used the index in a period: numbers only."""

    checks: int
    hits: int  # checks that found somebody
    out_of_hours: int  # before 7, from 20, at weekends
    busiest_day: int
    same_name: int  # how often the name asked for most was asked for
    limited: int  # how often the limit stopped them


BUSY_DAY, SAME_NAME, ENOUGH = 15, 4, 6


def unusual(habits: Habits) -> tuple[str, ...]:
    """What somebody should ask about, in words. Each has innocent reasons too: a night shift, a name spelled badly."""
    found = []
    if habits.limited:
        found.append("Stopped by the limit")
    if habits.busiest_day >= BUSY_DAY:
        found.append(f"{habits.busiest_day} in one day")
    if habits.same_name >= SAME_NAME:
        found.append(f"The same name {habits.same_name} times")
    if habits.checks >= ENOUGH and habits.out_of_hours * 2 > habits.checks:
        found.append("Mostly at night or weekends")
    return tuple(found)
