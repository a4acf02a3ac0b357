"""How likely an answer of the index is, in words, and how often somebody may ask."""

from __future__ import annotations

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
