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
    """What the answers come to. `level` is empty where the instrument gives none.

    `not_known` and `not_asked` are of what counts, as the points are; `open_beside`: what was left open of the rest.
    """

    points: int
    most: int
    level: str
    affirmed: tuple[str, ...]
    not_known: int
    not_asked: int
    open_beside: int
    follow_on: tuple[str, ...]
    contradictions: tuple[str, ...]


def score(
    instrument: Instrument,
    given: Mapping[str, Given],
    bands: Mapping[str, int] | None = None,
    *,
    age: int | None = None,
) -> Result:
    """Points and level of some answers; `bands` are a partnership's own (level to points), else the file's.

    What should follow is what is meant for the person's age. An answer to an item that the instrument does not have
    counts for nothing; no answer counts as not asked.
    """
    points, affirmed, not_known, not_asked, open_beside = 0, [], 0, 0, 0
    for key, item in instrument.items.items():
        answer = given[key].answer if key in given else NOT_ASKED
        not_known += item.scored and answer == NOT_KNOWN
        not_asked += item.scored and answer == NOT_ASKED
        open_beside += not item.scored and answer in (NOT_KNOWN, NOT_ASKED)
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
        open_beside=open_beside,
        follow_on=tuple(
            one.instrument
            for one in instrument.follow_on
            if one.fits(age)
            and (set(one.when) & set(affirmed) or (one.from_level and level and _at(level) >= _at(one.from_level)))
        ),
        contradictions=tuple(
            check.words
            for check in instrument.checks
            if set(check.so) <= set(affirmed) and all(_denied(instrument, given, key) for key in check.not_so)
        ),
    )


def tally(instrument: Instrument, points: int | None, most: int | None) -> str:
    """How much was said, in words: items where each counts one, points where they weigh; nothing where none count."""
    if points is None or not most:
        return ""
    return f"{points} of {most} said yes" if instrument.counts_yes else f"{points} of {most} points"


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
