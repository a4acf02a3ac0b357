"""Two assessments side by side, by what their questions ask about, whatever instruments they were made with."""

from __future__ import annotations

from dataclasses import dataclass

from leeward.record.risk.instruments import NOT_ASKED, Instrument, Item, Option
from leeward.record.risk.models import Assessment
from leeward.record.risk.queries.assessments import answers_of, instrument_of, words_of
from leeward.record.risk.queries.thresholds import topics

# In this order on the page: what is worse, what nobody can tell, what is better, what stayed.
CHANGES = ("new", "more", "unclear", "less", "gone", "same")


@dataclass(frozen=True)
class Said:
    """One answer to what a topic asks."""

    label: str
    words: str
    comment: str
    source: str
    is_so: bool | None  # None: not known, not asked
    scale: tuple[str, ...]  # the values of its scale, from least to most
    grade: int  # where on it


@dataclass(frozen=True)
class Compared:
    """One topic in two assessments: everything that each says about it."""

    topic: str
    words: str
    before: list[Said]
    after: list[Said]
    change: str


def compare(earlier: Assessment, later: Assessment) -> list[Compared]:
    """Two assessments by topic; what changed stands first."""
    before, after = _by_topic(earlier), _by_topic(later)
    known = topics()
    found = [
        Compared(
            topic, known.get(topic) or (after.get(topic) or before[topic])[0].label,
            before.get(topic, []), after.get(topic, []), _change(before.get(topic, []), after.get(topic, [])),
        )
        for topic in {**after, **before}
    ]  # fmt: skip
    return sorted(found, key=lambda one: CHANGES.index(one.change))


def _by_topic(assessment: Assessment) -> dict[str, list[Said]]:
    instrument, given = instrument_of(assessment), answers_of(assessment)
    found: dict[str, list[Said]] = {}
    for key, item in instrument.items.items():
        one = given.get(key)
        answer = one.answer if one else NOT_ASKED
        option, scale = instrument.option(item, answer), from_least(instrument, item)
        found.setdefault(item.about, []).append(
            Said(
                item.label, words_of(instrument, item, answer), one.comment if one else "", one.source if one else "",
                option.affirms if option else None, scale, scale.index(option.value) if option else -1,
            )
        )  # fmt: skip
    return found


def from_least(instrument: Instrument, item: Item) -> tuple[str, ...]:
    """The answers of an item from "not so" to "most": by what affirms, then by points, then as the file goes.

    A file can begin at either end: where something that is so stands first, it goes downwards.
    """
    options = instrument.options(item)
    falls = options[0].affirms and not options[-1].affirms
    placed = list(enumerate(reversed(options) if falls else options))

    def weight(pair: tuple[int, Option]) -> tuple[bool, int, int]:
        return pair[1].affirms, pair[1].score, pair[0]

    return tuple(option.value for _, option in sorted(placed, key=weight))


def _change(before: list[Said], after: list[Said]) -> str:
    """What became of a topic. Nobody's "not known" is read as a no."""
    was, now = _is_so(before), _is_so(after)
    if was is None and now is None:
        return "same"
    if was is None or now is None:
        return "unclear"
    if was != now:
        return "new" if now else "gone"
    return _grade(before, after) if now else "same"


def _is_so(said: list[Said]) -> bool | None:
    """So where one answer says so; not so where all deny it; else nobody knows."""
    if any(one.is_so for one in said):
        return True
    return None if not said or any(one.is_so is None for one in said) else False


def _grade(before: list[Said], after: list[Said]) -> str:
    """Both so: more or less of it, where both were answered on the same scale."""
    scales = {one.scale for one in (*before, *after)}
    if len(scales) != 1:
        return "same"
    was, now = max(one.grade for one in before), max(one.grade for one in after)
    return "same" if was == now else ("more" if now > was else "less")
