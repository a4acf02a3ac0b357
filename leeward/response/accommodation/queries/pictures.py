"""Pictures of places and need, drawn on the server: areas as tiles, months as columns. Their tables say the same.

Tiles stand about where their areas lie, from the centroids, one beside the other: a map that asks nobody outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from leeward.platform.reference.models import Area
from leeward.response.accommodation.queries.measures import AreaNow, Month

TILE, GAP = 100, 4  # in the picture's own units
NARROW = 4  # up to so many tiles side by side are legible on a phone; more are looked at by scrolling
LETTERS = 11  # of a name in a tile; the table has all of it
COLUMNS = 12  # months of the picture: the newest


@dataclass(frozen=True)
class Tile:
    """One area: where it stands, and what is there."""

    x: int
    y: int
    name: str
    short: str
    now: AreaNow

    @property
    def lacks(self) -> bool:
        """Whether more look from there than there is free: the tile has a thick edge then, and says so."""
        return (self.now.looking or int(self.now.few)) > self.now.free


@dataclass(frozen=True)
class TileMap:
    """The tiles of a partnership, by row."""

    tiles: list[Tile]
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        """Whether it is wider than a phone."""
        return self.width > NARROW * (TILE + GAP)

    @property
    def summary(self) -> str:
        """What it says, in a sentence."""
        free, lacking = sum(one.now.free for one in self.tiles), sum(one.lacks for one in self.tiles)
        more = f"In {lacking} of them more households look than spaces are free."
        return f"{len(self.tiles)} areas, {free} free spaces. {more}"


def tile_map(partnership_id: int, now: Mapping[str, AreaNow]) -> TileMap | None:
    """The map of a partnership's councils; None where it has none. One statement.

    An area without a centroid stands in the last row. Spaces of an area that is no council (a ward, a county) are
    counted with the council that it is a part of, where there is one.
    """
    every = list(Area.objects.filter(partnership_id=partnership_id).order_by("name", "code"))
    shown = [one for one in every if one.kind in ("unitary", "district")]
    if not shown:
        return None
    parent = {one.code: one.parent_code for one in every}
    codes = {one.code for one in shown}
    found: dict[str, AreaNow] = {one.code: AreaNow(one.code, 0, 0, 0, 0, few=False) for one in shown}
    for code, numbers in now.items():
        at: str = code
        for _ in range(len(parent) + 1):
            if at in codes or not at:
                break
            at = parent.get(at, "")
        if at in found:
            found[at] = _sum(found[at], numbers)
    places = grid([(one.code, one.latitude, one.longitude) for one in shown])
    tiles = [
        Tile(column * (TILE + GAP), row * (TILE + GAP), one.name, _short(one.name), found[one.code])
        for one in shown
        for column, row in [places[one.code]]
    ]
    tiles.sort(key=lambda one: (one.y, one.x))
    width = max(one.x for one in tiles) + TILE
    return TileMap(tiles, width, max(one.y for one in tiles) + TILE)


def _sum(one: AreaNow, other: AreaNow) -> AreaNow:
    return AreaNow(
        one.code, one.free + other.free, one.occupied + other.occupied, one.unusable + other.unusable,
        one.looking + other.looking, one.few or other.few,
    )  # fmt: skip


def _short(name: str) -> str:
    return name if len(name) <= LETTERS else f"{name[: LETTERS - 1].rstrip()}…"


def grid(areas: Sequence[tuple[str, float | None, float | None]]) -> dict[str, tuple[int, int]]:
    """(column, row) of each area, from the north-west: rows by latitude, within a row by longitude. No two share one.

    The number of columns follows from how wide the region is; a row holds its neighbours from west to east. The same
    areas stand always the same.
    """
    placed = [(code, lat, lon) for code, lat, lon in areas if lat is not None and lon is not None]
    rest = sorted(code for code, lat, lon in areas if lat is None or lon is None)
    found: dict[str, tuple[int, int]] = {}
    rows = 0
    columns = max(ceil(sqrt(len(areas))), 1)
    if placed:
        tall = max(lat for _, lat, _ in placed) - min(lat for _, lat, _ in placed)
        # A degree of longitude is about six tenths of one of latitude here.
        wide = 0.6 * (max(lon for _, _, lon in placed) - min(lon for _, _, lon in placed))
        shape = min(max(wide / tall, 0.5), 2.0) if tall > 0 else 2.0
        columns = min(max(round(sqrt(len(placed) * shape)), 1), len(placed))
        ordered = sorted(placed, key=lambda one: (-one[1], one[2], one[0]))
        for start in range(0, len(ordered), columns):
            line = sorted(ordered[start : start + columns], key=lambda one: (one[2], one[0]))
            found |= {code: (column, rows) for column, (code, _, _) in enumerate(line)}
            rows += 1
    for place, code in enumerate(rest):
        found[code] = (place % columns, rows + place // columns)
    return found


@dataclass(frozen=True)
class Column:
    """One month."""

    x: int
    middle: int
    y: int
    height: int
    words: str
    value: str


@dataclass(frozen=True)
class Columns:
    """Months from left to right, each with its number above."""

    columns: list[Column]
    width: int
    height: int
    base: int
    summary: str


def columns(values: Sequence[tuple[Month, int | None]], *, unit: str, top: int = 0) -> Columns | None:
    """The newest twelve months as columns; None where there is nothing to show. `top`: what fills the height."""
    shown = list(values)[-COLUMNS:]
    known = [number for _, number in shown if number is not None]
    if not known or not (top or max(known)):
        return None
    most, step, base = top or max(known), 38, 150
    made = []
    for place, (month, number) in enumerate(shown):
        tall = round((number or 0) / most * (base - 30))
        made.append(
            Column(
                place * step + 4, place * step + step // 2, base - tall, tall, f"{month.month:%b}",
                "–" if number is None else str(number),
            )
        )  # fmt: skip
    first, last = shown[0][0].month, shown[-1][0].month
    words = f"{unit}, {first:%B %Y} to {last:%B %Y}: least {min(known)}, most {max(known)}."
    return Columns(made, max(len(shown) * step, 4 * step), base + 24, base, words)
