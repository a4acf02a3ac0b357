"""The risk line over time: a small picture, drawn on the server, that its table beside it says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.formats import date_format

from leeward.platform.reference.lists import label
from leeward.record.risk.instruments import LEVELS
from leeward.record.risk.models import Assessment

WIDTH, HEIGHT, EDGE, LEFT, AXIS = 640, 180, 20, 110, 30  # in the picture's own units
APART = 120  # a day's words need so much room


@dataclass(frozen=True)
class Point:
    """One assessment on the line."""

    assessment: Assessment
    x: int
    y: int
    is_judged: bool


@dataclass(frozen=True)
class Mark:
    """A day under the line. `anchor`: on which side of it its words stand."""

    x: int
    words: str
    anchor: str


@dataclass(frozen=True)
class RiskLine:
    """Points in the order of time, where each level stands, the days under them, and all of it in a sentence."""

    points: list[Point]
    levels: list[tuple[str, int]]
    marks: list[Mark]
    summary: str
    height: int = HEIGHT

    @property
    def path(self) -> str:
        """The line through the points: a level holds until the next assessment."""
        parts: list[str] = []
        for index, point in enumerate(self.points):
            parts.append(f"{'M' if index == 0 else 'H'} {point.x}" + (f" {point.y}" if index == 0 else f" V {point.y}"))
        return " ".join(parts)


def risk_line(finished: Sequence[Assessment]) -> RiskLine | None:
    """The line of the assessments that gave a level; None with fewer than two, since a dot is no line."""
    rows = sorted((one for one in finished if one.level), key=lambda one: (one.assessed_on, one.started_at))
    floor = HEIGHT - AXIS - EDGE
    heights = {level: floor - index * (floor - EDGE) // 2 for index, level in enumerate(LEVELS)}
    if len(rows) < 2:
        return None
    first = rows[0].assessed_on.toordinal()
    span = rows[-1].assessed_on.toordinal() - first
    points = []
    for index, row in enumerate(rows):
        along = (row.assessed_on.toordinal() - first) / span if span else index / (len(rows) - 1)
        points.append(
            Point(row, round(LEFT + along * (WIDTH - LEFT - EDGE)), heights[row.level], row.level != row.scored_level)
        )
    levels = [(level, heights[level]) for level in reversed(LEVELS)]
    return RiskLine(points, levels, _marks(points), _summary(rows))


def _marks(points: list[Point]) -> list[Mark]:
    """The first day and the last, and between them those that have room."""
    first, last = points[0], points[-1]
    if first.assessment.assessed_on == last.assessment.assessed_on:
        return [Mark(first.x, _on(first.assessment), "start")]
    found = [Mark(first.x, _on(first.assessment), "start")]
    room = first.x + 1.5 * APART
    for point in points[1:-1]:
        if room <= point.x <= last.x - 1.5 * APART:
            found.append(Mark(point.x, _on(point.assessment), "middle"))
            room = point.x + APART
    return [*found, Mark(last.x, _on(last.assessment), "end")]


def _summary(rows: list[Assessment]) -> str:
    """What the line shows: from where to where, over how long, and how often it changed its level."""
    first, last = rows[0], rows[-1]
    highest = max((row.level for row in rows), key=LEVELS.index)
    changes = sum(before.level != after.level for before, after in pairwise(rows))
    moved = (
        f"stayed at {_level(first)}"
        if not changes
        else f"{_level(first)} on {_on(first)}, {_level(last)} on {_on(last)}, {changes} "
        f"{'change' if changes == 1 else 'changes'} between"
    )
    is_between = highest not in (first.level, last.level)
    peak = f"; at its highest {label('risk_level', highest).lower()}" if is_between else ""
    over = "" if changes else f" from {_on(first)} to {_on(last)}"
    return f"Level of risk over {len(rows)} assessments: {moved}{over}{peak}."


def _level(row: Assessment) -> str:
    return label("risk_level", row.level).lower()


def _on(row: Assessment) -> str:
    return date_format(row.assessed_on, "j M Y")
