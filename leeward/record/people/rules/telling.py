"""Where rooms above say that they want to know of a change in a person's record: a case writes it into its story.

The words say that something changed, never what: a line of a case is read by everybody who sees the case. The topic
says who may learn even that: where somebody lives is for those who may know it, a status that one organisation keeps
to itself is for that organisation.
"""

from __future__ import annotations

from typing import Protocol

from leeward.platform.access.acting import Acting

PERSON, HARM, HOME, OURS = "person", "harm", "home", "ours"


class Listener(Protocol):
    """What a room above does with a change."""

    def __call__(self, by: Acting, person_ids: tuple[int, ...], words: str, *, topic: str) -> None: ...


_LISTENERS: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have `listener(by, person_ids, words, topic=…)` called in the transaction of each change."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell(by: Acting, person: int | tuple[int, ...], words: str, *, topic: str = PERSON) -> None:
    """Say that a person's record changed, or that of several by one and the same fact (a relationship, a household).

    `words` begin a line: "An address was added", never which.
    """
    person_ids = (person,) if isinstance(person, int) else person
    for listener in _LISTENERS:
        listener(by, person_ids, words, topic=topic)
