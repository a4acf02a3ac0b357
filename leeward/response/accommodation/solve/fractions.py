"""The best in fractions, over every cycle and every chain: a bound that no set of whole moves exceeds.

A column is a cycle or a chain, a row is what only one of them may use: a mover, a pledged home, what a landlord's
ledger bears. Columns come in as the prices of the rows make them worth it, the best first, until none is missing. A
chain is found by its length and its last mover, from the best of one move fewer; that way a mover may come twice in
it, which no real chain does: so the bound is never too low, and such a chain is never proposed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from leeward.response.accommodation.solve.highs import Column, Packing
from leeward.response.accommodation.solve.pool import Group, Pool

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

_NEAR = 1e-6
_CLOSE = 1e-5  # worths are whole numbers
_A_ROUND = 2500
_ROUNDS = 5  # of pricing before a dive
_EACH = 6


class Fractions:
    """The programme in fractions, kept from one question to the next."""

    def __init__(self, pool: Pool, cycles: Numbers, until: float) -> None:
        import numpy as np

        self.pool, self.until = pool, until
        self.movers, self.homes, landlords = len(pool.people), len(pool.giver), len(pool.room)
        self.people: Numbers = np.array(pool.people, dtype=np.int64)
        self.weight: Numbers = np.array(pool.weight, dtype=np.int64)
        self.landlord: Numbers = np.array(pool.landlord, dtype=np.int64)
        self.giver: Numbers = np.array(pool.giver, dtype=np.int64)
        self.ledger_row = self.movers + self.homes
        self.people_row = self.ledger_row + landlords
        once = self.movers + self.homes
        self.packing = Packing(
            [-np.inf] * once + [float(least) for least, _ in pool.room] + [-np.inf],
            [1.0] * once + [float(most) for _, most in pool.room] + [np.inf],
        )
        self.cycles = cycles
        self.draw = np.random.default_rng(1).random(len(cycles))
        self.groups: list[Group] = []  # by column
        self.column: dict[Group, int] = {}
        self.prices: Floats = np.zeros(self.people_row + 1)
        self.used: Table = np.zeros(self.movers, dtype=bool)
        self.begun: Table = np.zeros(self.homes, dtype=bool)

    def bound(self, worth: Sequence[int], *, people: int | None = None) -> int:
        """No set of whole moves is worth more; with `people`: none that houses at least so many."""
        import numpy as np

        self.packing.limit(self.people_row, people)
        return math.floor(self._relax(np.array(worth, dtype=np.int64)) + 10 * _CLOSE)

    def _sum(self, group: Group, worth: Numbers) -> int:
        return int(worth[list(group.movers)].sum())

    def _relax(self, worth: Numbers, *, rounds: int | None = None, enough: float = math.inf) -> float:
        """The best in fractions over every cycle and every chain, priced in until none is missing: a bound.

        With `rounds`: only so often, or until `enough`; then it is a good answer and no bound.
        """
        self.packing.value([float(self._sum(group, worth)) for group in self.groups])
        reserve = float(worth.sum())
        if not self.groups:
            self._add(self._promising(worth)[0], worth)
        if not self.groups:
            return 0.0
        while True:
            answer = self.packing.relaxed(self.until - time.monotonic())
            if answer is None:
                return reserve
            value, self.prices = answer
            if rounds is not None and (rounds <= 0 or value >= enough):
                return value
            rounds = None if rounds is None else rounds - 1
            new, most = self._promising(worth)
            # No more groups than this can be chosen, and none adds more than `most`: a bound even before the end.
            reserve = min(reserve, value + most * (self.movers // max(self.pool.shortest_cycle, 2) + self.homes))
            if most <= _CLOSE:
                return reserve + 10 * _CLOSE
            self._add(new, worth)

    def _add(self, groups: Sequence[Group], worth: Numbers) -> None:
        fresh = [group for group in groups if group not in self.column]
        for group in fresh:
            self.column[group] = len(self.groups)
            self.groups.append(group)
        self.packing.add([float(self._sum(group, worth)) for group in fresh], [self._rows(group) for group in fresh])

    def _rows(self, group: Group) -> Column:
        rows: dict[int, float] = {}
        for mover in group.movers:
            rows[mover] = rows.get(mover, 0.0) + 1.0
        if group.start is not None:
            rows[self.movers + group.start] = 1.0
            gives = self.ledger_row + int(self.giver[group.start])
            takes = self.ledger_row + int(self.landlord[group.movers[-1]])
            if gives != takes:
                rows[gives], rows[takes] = 1.0, -1.0
        rows[self.people_row] = float(self._sum(group, self.people))
        return list(rows.items())

    def _left_over(self, worth: Numbers) -> tuple[Floats, Floats, Floats]:
        """What is left of each mover's worth at the prices; of starting at each pledged home; of ending at each
        mover.
        """
        import numpy as np

        prices = self.prices
        of_ledger = prices[self.ledger_row : self.people_row]
        mover = worth - prices[: self.movers] - prices[self.people_row] * self.people
        mover = np.where(self.used, -np.inf, mover)
        start = np.where(self.begun, -np.inf, -prices[self.movers : self.ledger_row] - of_ledger[self.giver])
        return mover, start, of_ledger[self.landlord]

    def _promising(self, worth: Numbers) -> tuple[list[Group], float]:
        """Cycles and chains worth more than they cost at the prices, the best first, and how much the best gains."""
        import numpy as np

        mover, start, end = self._left_over(worth)
        gains = np.append(mover, 0.0)[self.cycles].sum(axis=1)
        new = [self._cycle(self.cycles[one]) for one in self._spread(gains)]
        most = float(gains.max(initial=0.0))
        for gain, group in self._chains(mover, start, end):
            most = max(most, gain)
            new.append(group)
        return new, most

    def _spread(self, gains: Floats) -> Numbers:
        """The cycles that gain most, so chosen that every mover has its share of them: else the same few come again."""
        import numpy as np

        good = np.flatnonzero(gains > _CLOSE)
        good = good[np.lexsort((self.draw[good], -gains[good].round(3)))]
        often = np.zeros(self.movers + 1, dtype=np.int64)
        chosen = []
        for one in good[: 40 * _A_ROUND]:
            row = self.cycles[one]
            if often[row].min() < _EACH:
                often[row] += 1
                often[-1] = _EACH
                chosen.append(one)
                if len(chosen) >= _A_ROUND:
                    break
        return np.array(chosen, dtype=np.int64)

    def _cycle(self, row: Numbers) -> Group:
        return Group(tuple(int(one) for one in row if one >= 0))

    def _chains(self, mover: Floats, start: Floats, end: Floats) -> list[tuple[float, Group]]:
        """For each length and each last mover the chain that gains most. A mover may come twice: a bound is still a
        bound.
        """
        import numpy as np

        if not self.homes or not self.pool.longest_chain or not self.movers:
            return []
        first = np.where(self.pool.starts, start[:, None], -np.inf)
        came = [first.argmax(axis=0)]
        gain = first.max(axis=0) + mover
        found = []
        for length in range(1, self.pool.longest_chain + 1):
            if length > 1:
                step = np.where(self.pool.follows, gain[:, None], -np.inf)
                came.append(step.argmax(axis=0))
                gain = step.max(axis=0) + mover
            total = gain + end
            for last in np.flatnonzero(total > _CLOSE):
                path = [int(last)]
                for before in reversed(came[1:]):
                    path.append(int(before[path[-1]]))
                home = int(came[0][path[-1]])
                found.append((float(total[last]), Group(tuple(reversed(path)), home)))
        found.sort(key=lambda one: -one[0])
        return found[:1000]

    def dive(self, worth: Sequence[int], *, tail: int, enough: float) -> list[Group]:
        """Whole groups by taking for good, again and again, what the fractions take most of, pricing in between.

        It stops before the last `tail` movers, or some time before where it would begin to lose: those are settled
        better in whole numbers. `enough`: what nothing is worth more than.
        """
        import numpy as np

        self.packing.limit(self.people_row, None)
        both = np.array(worth, dtype=np.int64)
        before = self._relax(both, rounds=_ROUNDS, enough=enough - 0.5)
        taken: list[Group] = []
        while self.packing.answered and time.monotonic() < self.until:
            batch = self._nearly_whole(max(3, int((~self.used).sum()) // 30))
            if not batch:
                break
            value = self._relax(both, rounds=1, enough=before - 0.5)
            rest = self.movers - int(self.used.sum())
            if value < before - 0.5 and rest < 2 * tail:
                self._mark(batch, used=False)
                break
            taken += batch
            if rest < tail:
                break
        self.packing.give_back()
        self.used[:], self.begun[:] = False, False
        return taken

    def _nearly_whole(self, at_most: int) -> list[Group]:
        """The groups that the fractions take most of, no two in each other's way; now taken whole."""
        import numpy as np

        parts = self.packing.parts()
        batch: list[Group] = []
        for column in np.argsort(-parts, kind="stable"):
            if parts[column] < _NEAR or (parts[column] < 0.9 and len(batch) >= at_most):
                break
            group = self.groups[column]
            twice = len(set(group.movers)) < len(group.movers)
            if twice or self.used[list(group.movers)].any() or (group.start is not None and self.begun[group.start]):
                continue
            self.packing.take(int(column))
            self._mark([group], used=True)
            batch.append(group)
        return batch

    def _mark(self, groups: Sequence[Group], *, used: bool) -> None:
        for group in groups:
            self.used[list(group.movers)] = used
            if group.start is not None:
                self.begun[group.start] = used
