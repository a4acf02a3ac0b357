"""Where the room above says which level of risk was assessed: what a person sets by hand never stands below it."""

from __future__ import annotations

from collections.abc import Callable

from leeward.record.cases.models import Case

Answerer = Callable[[Case], str]
_ANSWERERS: list[Answerer] = []

# From the smallest danger; a level that is none of these (not assessed) stands below them all.
LEVELS = ("standard", "medium", "high")


def answer_with(answerer: Answerer) -> None:
    """Have `answerer(case)` asked when a level is set by hand; it answers a level, or nothing."""
    if answerer not in _ANSWERERS:
        _ANSWERERS.append(answerer)


def least_risk(case: Case) -> str:
    """The level that was assessed last, below which nobody sets a case; empty where nothing was assessed."""
    return max((answerer(case) for answerer in _ANSWERERS), key=rank, default="")


def rank(level: str) -> int:
    """Where a level stands; -1 for none."""
    return LEVELS.index(level) if level in LEVELS else -1
