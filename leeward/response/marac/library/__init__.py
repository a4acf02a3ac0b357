"""The library of actions: what a table asks of agencies again and again, as data in words of our own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leeward.platform.common.yaml_files import read_plain_yaml
from leeward.platform.reference.lists import choices

FILE = Path(__file__).parent / "actions.yaml"


@dataclass(frozen=True)
class Known:
    """One action of the library: its words, for whom it is, which kinds of agency usually take it."""

    key: str
    words: str
    for_whom: str
    agencies: tuple[str, ...]
    days: int


@lru_cache(maxsize=1)
def library() -> dict[str, Known]:
    """Every action of the library by its key, in the order of the file. Raises ValueError where one is malformed."""
    for_whom = {code for code, _ in choices("marac_for")}
    agencies = {code for code, _ in choices("marac_agency")}
    found: dict[str, Known] = {}
    for key, entry in read_plain_yaml(FILE.read_text()).items():
        one = Known(key, entry["words"], entry["for"], tuple(entry["agencies"]), int(entry.get("days", 14)))
        if one.for_whom not in for_whom or not set(one.agencies) <= agencies or not one.words:
            raise ValueError(f"{FILE.name}: “{key}” is for nobody, of no agency, or without words")
        found[key] = one
    return found
