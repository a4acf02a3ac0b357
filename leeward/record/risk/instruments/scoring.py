"""From answers to points, a level, and what follows. A person's judgement raises a level and never lowers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from leeward.record.risk.instruments.schema import NOT_ASKED, NOT_KNOWN, Instrument

LEVELS = ("standard", "medium", "high")


@dataclass(frozen=True)
class Given:
    """One answer as it was given."""

    answer: str
    comment: str = ""
    source: str = ""


@dataclass(frozen=True)
class Result:
    """What the answers come to. `level` is empty where the instrument gives none."""

    points: int
    most: int
    level: str
    affirmed: tuple[str, ...]
    not_known: int
    not_asked: int
    follow_on: tuple[str, ...]
    contradictions: tuple[str, ...]


def score(
    instrument: Instrument, given: Mapping[str, Given], bands: Mapping[str, int] | None = None, age: int | None = None
) -> Result:
    """Points and level of some answers; `bands` are a partnership's own (level to points), else the file's.

    `age` decides which instrument follows, where the file names several for different ages.

    An answer to an item that the instrument does not have counts for nothing; no answer counts as not asked.
    """
    points, affirmed, not_known, not_asked = 0, [], 0, 0
    for key, item in instrument.items.items():
        answer = given[key].answer if key in given else NOT_ASKED
        not_known += answer == NOT_KNOWN
        not_asked += answer == NOT_ASKED
        option = instrument.option(item, answer)
        if option is not None:
            points += option.score if item.scored else 0
            if option.affirms:
                affirmed.append(key)
    level = level_of(instrument, points, bands)
    return Result(
        points=points,
        most=instrument.most,
        level=level,
        affirmed=tuple(affirmed),
        not_known=not_known,
        not_asked=not_asked,
        follow_on=tuple(
            one.instrument
            for one in instrument.follow_on
            if one.suits(age)
            and (set(one.when) & set(affirmed) or (one.from_level and level and _at(level) >= _at(one.from_level)))
        ),
        contradictions=tuple(
            check.words
            for check in instrument.checks
            if set(check.so) <= set(affirmed) and all(_denied(instrument, given, key) for key in check.not_so)
        ),
    )


def level_of(instrument: Instrument, points: int, bands: Mapping[str, int] | None = None) -> str:
    """The highest level whose points are reached; empty where the instrument has no bands."""
    if not instrument.bands:
        return ""
    at_least = {band.level: band.at_least for band in instrument.bands} | dict(bands or {})
    return max((level for level in at_least if points >= at_least[level]), key=_at, default="standard")


def raised(scored: str, judged: str) -> str:
    """The higher of two levels: judgement never lowers what the score says."""
    return max((level for level in (scored, judged) if level), key=_at, default="")


def _at(level: str) -> int:
    return LEVELS.index(level)


def _denied(instrument: Instrument, given: Mapping[str, Given], key: str) -> bool:
    if key not in given or given[key].answer in (NOT_KNOWN, NOT_ASKED):
        return False
    return not instrument.affirms(key, given[key].answer)
