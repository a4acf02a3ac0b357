"""The risk line: its points stand where the days are, the axis says which, and the summary what it shows."""

from __future__ import annotations

import datetime as dt

import pytest

from leeward.record.risk.models import Assessment
from leeward.record.risk.queries.picture import EDGE, LEFT, WIDTH, RiskLine, risk_line

START = dt.date(2026, 1, 1)


def one(days: int, level: str, scored: str = "") -> Assessment:
    return Assessment(assessed_on=START + dt.timedelta(days=days), level=level, scored_level=scored or level)


def line(*rows: Assessment) -> RiskLine:
    found = risk_line(rows)
    assert found is not None
    return found


@pytest.mark.parametrize("rows", [[], [one(0, "high")], [one(0, "high"), one(3, "")]])
def test_a_dot_is_no_line(rows: list[Assessment]) -> None:
    assert risk_line(rows) is None


def test_points_stand_in_the_order_of_days_whatever_the_order_of_entry() -> None:
    drawn = line(one(100, "medium"), one(0, "standard"), one(50, "high", "medium"))
    assert [point.x for point in drawn.points] == [LEFT, (LEFT + WIDTH - EDGE) // 2, WIDTH - EDGE]
    heights = dict(drawn.levels)
    assert [point.y for point in drawn.points] == [heights["standard"], heights["high"], heights["medium"]]
    assert heights["high"] < heights["medium"] < heights["standard"] < drawn.height
    assert [point.is_judged for point in drawn.points] == [False, True, False]
    assert drawn.path == (
        f"M {LEFT} {heights['standard']} H {drawn.points[1].x} V {heights['high']}"
        f" H {WIDTH - EDGE} V {heights['medium']}"
    )


def test_the_axis_has_the_days_that_have_room() -> None:
    drawn = line(one(0, "high"), one(2, "high"), one(50, "medium"), one(99, "medium"), one(100, "standard"))
    assert [(mark.words, mark.anchor) for mark in drawn.marks] == [
        ("1 Jan 2026", "start"), ("20 Feb 2026", "middle"), ("11 Apr 2026", "end"),
    ]  # fmt: skip
    same_day = line(one(0, "high"), one(0, "medium"))
    assert [mark.words for mark in same_day.marks] == ["1 Jan 2026"]
    assert same_day.points[0].x < same_day.points[1].x


def test_the_summary_says_what_the_line_shows() -> None:
    assert line(one(0, "standard"), one(30, "high"), one(100, "medium")).summary == (
        "Level of risk over 3 assessments: standard on 1 Jan 2026, medium on 11 Apr 2026, 2 changes between; "
        "at its highest high."
    )
    assert line(one(0, "high"), one(31, "high")).summary == (
        "Level of risk over 2 assessments: stayed at high from 1 Jan 2026 to 1 Feb 2026."
    )
