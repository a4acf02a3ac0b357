"""How the words that say who must not know are compared with the name of a user."""

from __future__ import annotations

import re

from leeward.record.people import naming


def people_named(text: str) -> list[set[str]]:
    """The normalised words of each person who was named: a line, or what stands between commas."""
    pieces = re.split(r"[,;\n]| and ", text)
    found = [{naming.normalise(word) for word in piece.split()} - {""} for piece in pieces]
    return [words for words in found if words]


def name_of(name: str) -> tuple[str, set[str]]:
    """The family name of a user, and what they may be called, nicknames counted."""
    words = [naming.normalise(word) for word in name.split()] or [""]
    return words[-1], {words[0], *naming.also_called(words[0])}
