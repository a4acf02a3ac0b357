"""Twelve months beside the year before, the recommended levels and the national figures: one table, shown and sent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from leeward.response.marac.queries.returns import FIELDS, Return

NATIONAL = Path(__file__).parent.parent / "returns" / "national.yaml"
NUMBER, SHARE, RATE, POSTS, CHANGE = "number", "share", "rate", "posts", "change"
# How each line is compared: heading, field of ours, field of theirs, what the number is.
# In the order of the published figures; what is ours alone comes after them.
BESIDE = (
    (FIELDS["cases"], "cases", "cases", NUMBER),
    ("Cases, change on the year before", "cases", "change", CHANGE),
    (FIELDS["children"], "children", "children", NUMBER),
    ("Cases for every 10,000 adult women", "rate", "rate", RATE),
    (FIELDS["repeats"], "repeats", "repeats", SHARE),
    (FIELDS["partners"], "partners", "partners", SHARE),
    ("Referred by the police", "police", "police", SHARE),
    *((FIELDS[name], name, name, SHARE) for name in ("minoritised", "lgbt", "disability", "male", "young")),
    (FIELDS["harming_young"], "harming_young", "harming_young_number", NUMBER),
    ("Full-time advisers (IDVAs) that so many cases need", "idva", "", POSTS),
    ("Full-time administrators that so many cases need", "administrator", "", POSTS),
)
NOT_PUBLISHED = "Not published"


@lru_cache(maxsize=1)
def national() -> dict[str, Any]:
    """The published figures, each period with where it was read, and the recommended levels."""
    read: dict[str, Any] = yaml.safe_load(NATIONAL.read_text())
    return read


@dataclass(frozen=True)
class Level:
    """A recommended level: its words, and where they were read; without a source nobody found one."""

    words: str
    source: str

    @property
    def cell(self) -> str:
        """As a spreadsheet has it."""
        return f"{self.words} ({self.source or 'unverified: no source found'})"


@dataclass(frozen=True)
class Line:
    """One line of the year, in words: ours, the change, what is recommended, theirs by period."""

    heading: str
    here: str
    share: str
    not_known: str
    change: str
    level: Level | None
    theirs: list[str]

    @property
    def cells(self) -> list[str]:
        """The line as it is sent: cell by cell what the page shows."""
        level = self.level.cell if self.level else ""
        return [self.heading, self.here, self.share, self.not_known, self.change, level, *self.theirs]


def heads() -> list[str]:
    """What stands above the cells of a line."""
    return [
        "Field", "Here", "Share of cases", "Not known", "Change on the year before", "Recommended",
        *(f"UK to {one['until']:%b %Y}" for one in national()["periods"]),
    ]  # fmt: skip


def year_lines(found: Return, before: Return) -> list[Line]:
    """Twelve months, line by line; `before` are the twelve months before them."""
    lines = []
    for heading, mine, theirs, kind in BESIDE:
        now, then = _value(found, mine, kind), _value(before, mine, kind)
        missing = found.total.missing.get(mine, 0)
        level = national()["recommended"].get(mine) if kind != CHANGE else None
        lines.append(
            Line(
                heading,
                _changed(found, before) if kind == CHANGE else _here(found, mine, kind),
                f"{now} %" if kind == SHARE and now is not None else "",
                str(missing) if missing and kind != CHANGE else "",
                "" if kind == CHANGE or not before.meetings else _change(now, then, kind),
                Level(level["words"], level["source"]) if level else None,
                [_theirs(one["figures"].get(theirs), kind) if theirs else "" for one in national()["periods"]],
            )
        )  # fmt: skip
    return lines


def _value(found: Return, name: str, kind: str) -> float | None:
    """What is compared with the year before: the share where the line is one."""
    if kind == RATE:
        return found.rate
    if kind == POSTS:
        return round(found.total.cases / int(national()["recommended"][name]["cases"]), 1)
    return found.total.share(name) if kind == SHARE else found.total.numbers.get(name, 0)


def _here(found: Return, name: str, kind: str) -> str:
    if kind in (RATE, POSTS):
        value = _value(found, name, kind)
        return "Not known" if value is None else f"{value}"
    return f"{found.total.number(name):,}"


def _theirs(number: float | None, kind: str) -> str:
    if number is None:
        return NOT_PUBLISHED
    if kind == CHANGE:
        return _percent(number)
    return f"{number} %" if kind == SHARE else f"{number:,}"


def _change(now: float | None, then: float | None, kind: str) -> str:
    """In words: a cell that begins with a sign is a formula to a spreadsheet."""
    if now is None or then is None:
        return ""
    by = round(abs(now - then), 1)
    if not by:
        return "the same"
    unit = " points" if kind == SHARE else ""
    return f"{'up' if now > then else 'down'} {by:,g}{unit}"


def _changed(found: Return, before: Return) -> str:
    if not before.total.cases:
        return "Not known"
    return _percent(round(100 * (found.total.cases - before.total.cases) / before.total.cases, 1))


def _percent(number: float) -> str:
    return "the same" if not number else f"{'up' if number > 0 else 'down'} {abs(number):g} %"
