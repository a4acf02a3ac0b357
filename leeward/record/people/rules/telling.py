"""Where rooms above say that they want to know of a change in a person's record: a case writes it into its story.

The words say that something changed, never what: a line of a case is read by everybody who sees the case.
"""

from __future__ import annotations

from collections.abc import Callable

from leeward.platform.access.acting import Acting

Listener = Callable[[Acting, int, str], None]

_LISTENERS: list[Listener] = []


def listen(listener: Listener) -> None:
    """Have `listener(by, person_id, words)` called in the transaction of each change."""
    if listener not in _LISTENERS:
        _LISTENERS.append(listener)


def tell(by: Acting, person_id: int, words: str) -> None:
    """Say that a person's record changed."""
    for listener in _LISTENERS:
        listener(by, person_id, words)
