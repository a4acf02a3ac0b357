"""Cases of each meeting as bars: a small picture, drawn on the server, that the table beside it says in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leeward.response.marac.queries.returns import Figures

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 170, 34, 22  # in the picture's own units


@dataclass(frozen=True)
class Bar:
    """One meeting: all its cases, and from the bottom up those that are repeats."""

    x: int
    width: int
    y: int
    height: int
    repeat_y: int
    repeat_height: int
    words: str


@dataclass(frozen=True)
class Bars:
    """Bars in the order of time, and where the lines of the scale stand."""

    bars: list[Bar]
    scale: list[tuple[int, int]]  # number, height
    base: int
    width: int = WIDTH
    height: int = HEIGHT


def bars(meetings: Sequence[Figures]) -> Bars | None:
    """The bars of some meetings; None where nothing was heard, since nothing is no picture."""
    most = max((one.cases for one in meetings), default=0)
    if not most:
        return None
    step = max(-(-most // 4), 1)
    top = step * -(-most // step)
    base = HEIGHT - BOTTOM
    room = (WIDTH - LEFT) / len(meetings)
    width = max(round(room * 0.7), 2)

    def tall(number: int) -> int:
        return round(number / top * (base - 12))

    made = []
    for place, one in enumerate(meetings):
        cases, repeats = tall(one.cases), tall(one.numbers.get("repeats", 0))
        day = f"{one.held_on.day} {one.held_on:%b}" if one.held_on else ""
        made.append(Bar(round(LEFT + place * room), width, base - cases, cases, base - repeats, repeats, day))
    return Bars(made, [(number, base - tall(number)) for number in range(0, top + 1, step)], base)
