"""The risk line over time: a small picture, drawn on the server, that its table beside it says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leeward.record.risk.instruments import LEVELS
from leeward.record.risk.models import Assessment

WIDTH, HEIGHT, EDGE = 640, 150, 20  # in the picture's own units


@dataclass(frozen=True)
class Point:
    """One assessment on the line."""

    assessment: Assessment
    x: int
    y: int
    is_judged: bool


@dataclass(frozen=True)
class RiskLine:
    """Points in the order of time, and where each level stands."""

    points: list[Point]
    levels: list[tuple[str, int]]

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
    heights = {level: HEIGHT - EDGE - index * (HEIGHT - 2 * EDGE) // 2 for index, level in enumerate(LEVELS)}
    if len(rows) < 2:
        return None
    first = rows[0].assessed_on.toordinal()
    span = max(rows[-1].assessed_on.toordinal() - first, 1)
    points = []
    for index, row in enumerate(rows):
        along = (row.assessed_on.toordinal() - first) / span if span > 1 else index / (len(rows) - 1)
        points.append(
            Point(row, round(110 + along * (WIDTH - 110 - EDGE)), heights[row.level], row.level != row.scored_level)
        )
    return RiskLine(points, [(level, heights[level]) for level in reversed(LEVELS)])
