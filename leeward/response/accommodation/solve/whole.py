"""A part of the moves, or all of them, settled in whole numbers.

Each cycle is one choice. A chain is chosen move by move, each with its place in the chain: a home is left for
somebody at place k + 1 only by who has moved at place k (the position-indexed edges of Dickerson and others, 2016).
That says the same as a choice for each chain, with far fewer choices.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from leeward.response.accommodation.solve.highs import Column, in_whole_numbers
from leeward.response.accommodation.solve.pool import Group, Pool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_LOTS = 1024  # what the lots of a choice may never add up to

_Move = tuple[
    str, int, int, int
]  # "start": pledged home, mover, 1; "move": leaver, mover, place; "cycle": its row, 0, 0


@dataclass(frozen=True)
class Part:
    """The groups chosen (None: nothing was found in time), and a worth that no choice exceeds."""

    groups: list[Group] | None
    bound: int


def settle(
    pool: Pool,
    worth: Sequence[int],
    cycles: Numbers,
    *,
    movers: Collection[int],
    kept: Sequence[Group],
    start: Sequence[Group],
    seconds: float,
    people: int | None = None,
    lot: random.Random | None = None,
) -> Part:
    """The best groups out of these movers and the pledged homes that `kept` leaves, on top of what `kept` adds to the
    ledger.

    `start`: groups known to be possible. `people`: house at least so many. `lot`: of choices worth the same
    some are preferred by lot, so that another time other moves are found.
    """
    model = _Model(pool, worth, cycles, sorted(movers), kept)
    if not model.columns:
        return Part([], 0)
    if people is not None:
        row = len(model.lower)
        model.lower.append(float(people))
        model.upper.append(math.inf)
        for index, housed in enumerate(model.housed):
            model.columns[index] = [*model.columns[index], (row, float(sum(pool.people[one] for one in housed)))]
    unit = _LOTS if lot else 1
    values = [float(sum(worth[one] for one in housed) * unit) for housed in model.housed]
    if lot:
        each = max(_LOTS // (len(movers) + 1), 1)
        values = [value + lot.randrange(each) for value in values]
    answer = in_whole_numbers(
        values, model.columns, model.lower, model.upper, start=model.places(start), seconds=seconds, near=unit - 0.01
    )
    most = sum(worth[one] for one in movers)
    bound = min(most, math.floor(answer.bound / unit + 1e-4)) if math.isfinite(answer.bound) else most
    return Part(None if answer.chosen is None else model.groups(answer.chosen), bound)


class _Model:
    def __init__(
        self, pool: Pool, worth: Sequence[int], cycles: Numbers, movers: list[int], kept: Sequence[Group]
    ) -> None:
        import numpy as np

        self.pool = pool
        begun = {group.start for group in kept}
        homes = [home for home in range(len(pool.giver)) if home not in begun]
        added: Counter[int] = Counter()
        for group in kept:
            if group.start is not None:
                added[pool.giver[group.start]] += 1
                added[pool.landlord[group.movers[-1]]] -= 1
        links = range(1, pool.longest_chain)
        self.row_of_mover = {mover: row for row, mover in enumerate(movers)}
        self.row_of_home = {home: len(movers) + row for row, home in enumerate(homes)}
        ledger = len(movers) + len(homes)
        flow = ledger + len(pool.room)
        self.row_of_flow = {
            (mover, place): flow + index
            for index, (mover, place) in enumerate((mover, place) for mover in movers for place in links)
        }
        self.ledger = ledger
        self.lower = [-math.inf] * ledger + [float(least - added[lord]) for lord, (least, _) in enumerate(pool.room)]
        self.upper = [1.0] * ledger + [float(most - added[lord]) for lord, (_, most) in enumerate(pool.room)]
        self.lower += [-math.inf] * len(self.row_of_flow)
        self.upper += [0.0] * len(self.row_of_flow)
        self.moves: list[_Move] = []
        self.columns: list[Column] = []
        self.housed: list[tuple[int, ...]] = []
        self.cycles = cycles
        there = np.zeros(len(pool.people) + 1, dtype=bool)
        there[movers] = True
        there[-1] = True
        for row in np.flatnonzero(there[cycles].all(axis=1)):
            housed = tuple(int(one) for one in cycles[row] if one >= 0)
            self._add(("cycle", int(row), 0, 0), [(self.row_of_mover[one], 1.0) for one in housed], housed)
        if not pool.longest_chain or not homes:
            return
        among = np.array(movers, dtype=np.int64)
        reached: set[int] = set()
        for home in homes:
            for mover in among[pool.starts[home, among]]:
                self._start(home, int(mover))
                reached.add(int(mover))
        for place in range(2, pool.longest_chain + 1):
            onward: set[int] = set()
            for leaver in sorted(reached):
                for mover in among[pool.follows[leaver, among]]:
                    self._move(leaver, int(mover), place)
                    onward.add(int(mover))
            reached = onward

    def _add(self, move: _Move, column: Column, housed: tuple[int, ...]) -> None:
        self.moves.append(move)
        self.columns.append(column)
        self.housed.append(housed)

    def _start(self, home: int, mover: int) -> None:
        column = [(self.row_of_home[home], 1.0), (self.row_of_mover[mover], 1.0)]
        column += self._ledger(self.pool.giver[home], self.pool.landlord[mover])
        if (mover, 1) in self.row_of_flow:
            column.append((self.row_of_flow[(mover, 1)], -1.0))
        self._add(("start", home, mover, 1), column, (mover,))

    def _move(self, leaver: int, mover: int, place: int) -> None:
        column = [(self.row_of_mover[mover], 1.0), (self.row_of_flow[(leaver, place - 1)], 1.0)]
        column += self._ledger(self.pool.landlord[leaver], self.pool.landlord[mover])
        if (mover, place) in self.row_of_flow:
            column.append((self.row_of_flow[(mover, place)], -1.0))
        self._add(("move", leaver, mover, place), column, (mover,))

    def _ledger(self, gives: int, takes: int) -> list[tuple[int, float]]:
        return [] if gives == takes else [(self.ledger + gives, 1.0), (self.ledger + takes, -1.0)]

    def places(self, groups: Sequence[Group]) -> list[int]:
        """The choices that make up these groups."""
        wanted: set[tuple[object, ...]] = set()
        for group in groups:
            if group.start is None:
                wanted.add(("cycle", group.movers))
                continue
            wanted.add(("start", group.start, group.movers[0], 1))
            wanted |= {("move", leaver, mover, place) for place, (leaver, mover) in enumerate(_pairs(group.movers), 2)}
        return [
            index
            for index, move in enumerate(self.moves)
            if (("cycle", self.housed[index]) if move[0] == "cycle" else move) in wanted
        ]

    def groups(self, chosen: Sequence[int]) -> list[Group]:
        """The groups that these choices make up."""
        moves = [self.moves[index] for index in chosen]
        found = [Group(self.housed[index]) for index in chosen if self.moves[index][0] == "cycle"]
        after = {(leaver, place): mover for what, leaver, mover, place in moves if what == "move"}
        for what, home, mover, _ in moves:
            if what != "start":
                continue
            chain = [mover]
            while (chain[-1], len(chain) + 1) in after:
                chain.append(after[(chain[-1], len(chain) + 1)])
            found.append(Group(tuple(chain), home))
        return found


def _pairs(movers: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(movers))
