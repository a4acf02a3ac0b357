"""Problems that a person can meet, with words that a person would say."""

from __future__ import annotations


class Refused(Exception):
    """An action was refused by a rule. The text is shown to the person who tried."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Conflict(Exception):
    """Somebody else changed the same thing meanwhile. Carries what they wrote, so that nothing is lost."""

    def __init__(self, words: str, *, theirs: dict[str, object], by: str = "") -> None:
        super().__init__(words)
        self.words = words
        self.theirs = theirs
        self.by = by
