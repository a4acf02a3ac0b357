"""Names as search keys: normalised, hashed with a key, and with one letter deleted.

Two names that differ by one typing error share a variant: both are listed under every form with one letter deleted
(symmetric deletion). Person search and the index check meet the dictionary by plain equality, which row policies
leave fast. Measured against trigrams and metaphone in docs/decisions/0005-person-search.md.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.conf import settings
from nicknames import NickNamer

_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def normalise(name: str) -> str:
    """A name in one form: no case, no accents, no hyphens, spaces or apostrophes. Other scripts stay as they are."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    return "".join(letter for letter in folded if letter.isalnum())


def parts(name: str) -> list[str]:
    """The whole name normalised, and each of its parts where it has several (Smith-Jones: smithjones, smith, jones)."""
    whole = normalise(name)
    pieces = [normalise(piece) for piece in name.replace("-", " ").replace("\u2019", "'").split()]
    found = [whole, *(piece for piece in pieces if len(piece) > 1 and len(pieces) > 1)]
    return [piece for piece in dict.fromkeys(found) if piece]


@lru_cache(maxsize=65536)
def key(text: str) -> int:
    """A keyed 63-bit hash of a normalised name or variant."""
    digest = hashlib.blake2b(text.encode(), key=settings.INDEX_KEY.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def variants(normalised: str) -> set[str]:
    """The name and every form of it with one letter deleted. Names of two letters or fewer stand alone."""
    if len(normalised) <= 2:
        return {normalised}
    return {normalised, *(normalised[:i] + normalised[i + 1 :] for i in range(len(normalised)))}


def dictionary_rows(normalised: str) -> list[tuple[int, int]]:
    """(variant, name) of the dictionary for one name."""
    name = key(normalised)
    return [(key(variant), name) for variant in sorted(variants(normalised))]


@lru_cache(maxsize=1)
def _nicknames() -> NickNamer:
    return NickNamer()


@lru_cache(maxsize=8192)
def also_called(normalised: str) -> frozenset[str]:
    """Given names that the same person may go by: Bob and Robert, either way."""
    namer = _nicknames()
    found = namer.nicknames_of(normalised) | namer.canonicals_of(normalised)
    return frozenset(normalise(name) for name in found) - {normalised}


def variant_keys(names: Iterable[str]) -> list[int]:
    """The keys under which the dictionary is asked for some normalised names."""
    return sorted({key(variant) for name in names for variant in variants(name)})


def swapped(born: date | None) -> date | None:
    """The same date with day and month the other way round; None where that is no other date."""
    if born is None or born.day > 12 or born.day == born.month:
        return None
    return born.replace(month=born.day, day=born.month)
