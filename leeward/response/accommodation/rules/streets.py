"""Whether words that everybody reads tell where a place is."""

from __future__ import annotations

import re

# What streets are called. With a number before it any of these tells; the first list tells without one as well.
_ALONE = "street|road|lane|avenue|ave|close|drive|terrace|crescent|cres|court|mews|gardens|boulevard|parade|rd|ln"
_NUMBERED = (
    f"{_ALONE}|st|way|row|grove|hill|view|park|place|walk|square|sq|green|rise|gate|yard|wharf|quay|end|path|mount|vale"
    "|croft|field|fields|meadow|meadows|bank|bridge|cottages|villas|buildings|mansions|heights|common|cross|alley|dr"
    "|cl|ct|gdns|terr|pl|passage|esplanade|broadway|highway|orchard|chase|dene|garth|fold|brow|circus|crossing|parkway|approach"
)
_STREET = re.compile(
    r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b"  # a postcode
    rf"|\b\d+[a-z]?,?\s+(?:[\w'’.-]+\s+){{1,4}}?(?:{_NUMBERED})\b"  # 14 St Mary's Court, 7 The Grove
    rf"|\b(?!the\b|our\b|a\b|no\b)[^\W\d][\w'’.-]*\s+(?:{_ALONE})\b",  # Linden Court
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
# Words of addresses that say nothing: what a home is called, and what streets are.
_SAY_NOTHING = frozenset(
    f"flat|room|house|home|homes|unit|floor|block|building|ground|first|second|third|{_ALONE}".split("|")
)


def tells_street(words: str) -> bool:
    """Whether words look as if they said where a place is."""
    return _STREET.search(words) is not None


def shared_words(name: str, address: str) -> frozenset[str]:
    """Words of four letters or more that a name shares with an address: who reads it could guess the street."""
    return (_words(name) & _words(address)) - _SAY_NOTHING


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text))
