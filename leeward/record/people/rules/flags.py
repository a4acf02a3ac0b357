"""Where a room above says what stands on a person's record: that they were heard at a MARAC, and whom to ring.

A flag is for whoever meets the person again; the room that answers says who may be told of it (in the database).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from leeward.platform.access.acting import Acting


@dataclass(frozen=True)
class Flag:
    """What is told to who meets a person again: never why."""

    person_id: int
    words: str  # where they were heard
    until: date
    ring: str  # whom to ring; empty where nobody is named


Answerer = Callable[[Acting, Collection[int]], list[Flag]]
_ANSWERERS: list[Answerer] = []


def answer_with(answerer: Answerer) -> None:
    """Have `answerer(by, person_ids)` asked whenever a page shows people."""
    if answerer not in _ANSWERERS:
        _ANSWERERS.append(answerer)


def flags_on(by: Acting, person_ids: Collection[int]) -> list[Flag]:
    """The flags on these records that whoever acts may know of: one statement for each room that answers."""
    return [flag for answerer in _ANSWERERS for flag in answerer(by, person_ids)] if person_ids else []
