"""Whether words that a provider reads name somebody of the household."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Names that are words as well: only written as a name do they count as one.
_ALSO_WORDS = frozenset(_WORD.findall("""
    will may mark grace rose hope faith joy dawn art bill rob sue pat jack frank grant dean guy don iris
    ivy lily daisy olive amber ruby pearl jade summer april june august autumn harmony mercy patience
    prudence young long short small little brown white black green gray grey day king knight cook baker
    smith carter mason hunter fisher page bell field wood woods hill house street church park lane bush
    stone rivers waters best good noble sharp strong swift west north
"""))  # fmt: skip


def names_in(text: str, names: Iterable[str]) -> bool:
    """Whether a given or a family name, or a part of one, stands in a text as a word of its own."""
    written = set(_WORD.findall(text))
    folded = {word.casefold().removesuffix("'s").removesuffix("’s") for word in written}
    bare = {word.removesuffix("'s").removesuffix("’s") for word in written}
    for name in names:
        for part in _WORD.findall(name):
            if len(part) < 2:
                continue
            if part.casefold() in _ALSO_WORDS:
                # At the beginning of a sentence it may be either: rather refused than told.
                if {part.capitalize(), part.upper()} & bare:
                    return True
            elif part.casefold() in folded:
                return True
    return False
