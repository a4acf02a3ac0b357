"""Where a room above says that the same people were before a MARAC: for who finishes an assessment."""

from __future__ import annotations

from collections.abc import Callable

from leeward.platform.access.acting import Acting
from leeward.record.cases.models import Case

Answerer = Callable[[Acting, Case], str]
_ANSWERERS: list[Answerer] = []


def answer_with(answerer: Answerer) -> None:
    """Have `answerer(by, case)` asked when an assessment is finished; it answers in words, or nothing."""
    if answerer not in _ANSWERERS:
        _ANSWERERS.append(answerer)


def heard_before(by: Acting, case: Case) -> str:
    """When the people of a case were heard at a MARAC within its months, in words; empty where nobody knows of it."""
    return " ".join(words for answerer in _ANSWERERS if (words := answerer(by, case)))
