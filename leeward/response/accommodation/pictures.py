"""Pictures that the server draws: who moves where. Plain numbers for an SVG; the table beside it says the same."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from leeward.response.accommodation.queries.runs import GroupRow

WIDTH, BOX, GAP, EDGE = 280, 58, 34, 6


@dataclass(frozen=True)
class Box:
    """A home or a household in the picture."""

    y: int
    title: str
    sub: str
    is_home: bool


@dataclass(frozen=True)
class Arrow:
    """From a box to the next: the household moves into that home."""

    y1: int
    y2: int


@dataclass(frozen=True)
class Picture:
    """One chain or cycle, from top to bottom: narrow enough for a phone."""

    width: int
    height: int
    boxes: list[Box]
    arrows: list[Arrow]
    back: str  # the path of the last arrow of a cycle, from its end round to its beginning; empty for a chain


def chain_picture(group: GroupRow) -> Picture:
    """Where each household goes: every arrow points to the home that is moved into."""
    boxes: list[Box] = []
    if not group.is_cycle and group.steps:
        first = group.steps[0]
        boxes.append(Box(0, first.home, first.move.gives.organisation.name, True))
    for place, step in enumerate(group.steps, 1):
        boxes.append(Box(0, f"{place}. {step.household}", f"{step.move.takes.organisation.name}", False))
    placed = [Box(EDGE + place * (BOX + GAP), box.title, box.sub, box.is_home) for place, box in enumerate(boxes)]
    # The household below moves into the home above.
    arrows = [Arrow(below.y, above.y + BOX) for above, below in itertools.pairwise(placed)]
    height = EDGE * 2 + len(placed) * BOX + (len(placed) - 1) * GAP
    back = ""
    if group.is_cycle and placed:
        right, top, bottom = WIDTH - 34, placed[0].y + BOX // 2, placed[-1].y + BOX // 2
        back = f"M{right} {top}H{WIDTH - 8}V{bottom}H{right + 6}"
    return Picture(WIDTH, height, placed, arrows, back)
