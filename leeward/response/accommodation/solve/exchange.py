"""Which moves together are the best: the order in which it is found, and what is proven of it.

Fractions first: over every cycle and every chain they give a bound that nothing exceeds (fractions.py). Then whole
moves: by diving from the fractions, and by taking a part of the proposal up again and settling that part at its best
(whole.py), until the bound is reached. Where it cannot be reached, all of it is settled at once, as far as the time
allows. docs/decisions/0019-everybody-at-once.md says why.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from leeward.response.accommodation.solve.assignment import FAR, assign
from leeward.response.accommodation.solve.fractions import Fractions
from leeward.response.accommodation.solve.pool import Group, Pool, cycles
from leeward.response.accommodation.solve.whole import settle

_A_PART = 120  # movers taken up again at once
_A_FEW = 24  # so many are settled at once without more ado
_SMALL = 250  # as many may be settled all at once at the end


@dataclass(frozen=True)
class Best:
    """The best set of moves found, and what nothing can exceed: first people, then weight among those that house as
    many.
    """

    groups: tuple[Group, ...]
    people: int
    people_bound: int
    weight: int
    weight_bound: int


def best(pool: Pool, *, seconds: float) -> Best:
    """The set of moves that houses most people, and of those one with the greatest weight; with what is proven of
    it.
    """
    return _Search(pool, time.monotonic() + seconds).run()


class _Search:
    def __init__(self, pool: Pool, until: float) -> None:
        self.pool, self.until = pool, until
        self.cycles = cycles(pool)
        # A part of the whole, and where the pool is small not more than half of it: dense pools are hard beyond that.
        self.part = min(_A_PART, max(_A_FEW, len(pool.people) // 2))
        self.draw = random.Random(1)  # noqa: S311 - which part comes next; the same each time
        self.fractions = Fractions(pool, self.cycles, until)
        # One person more outweighs whatever the rest may weigh together.
        self.step = sum(pool.weight) + 1
        self.lexical = self._with(self.step)
        # Enough in practice, and kinder to the solver in whole numbers; what is proven never rests on it.
        self.scale = 4 * max(pool.weight, default=0) + 1
        self.both = self._with(self.scale)

    def _with(self, step: int) -> list[int]:
        return [people * step + weight for people, weight in zip(self.pool.people, self.pool.weight, strict=True)]

    def run(self) -> Best:
        """Bounds first, then whole moves that reach them."""
        everybody = set(range(len(self.pool.people)))
        target = self._any_length()
        self.fractions.until = time.monotonic() + self.left() * 0.5
        found = self.fractions.dive(self.both, tail=self.part, enough=target[0] * self.scale + target[1])
        rest = everybody - {mover for group in found for mover in group.movers}
        if len(rest) <= 2 * self.part:  # else the dive had not the time, and the rest is taken up part by part
            limit = min(self.left() / 3, 20.0)
            part = settle(self.pool, self.both, self.cycles, movers=rest, kept=found, start=[], seconds=limit)
            found = found + (part.groups or [])
        small = len(everybody) <= _SMALL
        # Then all of it is settled at once: easily where there are few, less and less so where there are more.
        patience = max(10, (len(everybody) // 20) ** 2) if small else None
        if not small:  # where there is little, the better bound costs next to nothing: it comes first
            found = self._take_up_again(found, target, 0.35)
        if not small and self.value(found)[0] < 0.99 * target[0]:
            found = self._take_up_again(found, target, 1.0)  # a better answer is worth more now than a better bound
        if self.value(found) != target:
            self.fractions.until = time.monotonic() + self.left() * 0.6
            fewer = self.fractions.bound(self.pool.people)
            if fewer < target[0]:
                target = fewer, sum(self.pool.weight)
            if self.value(found)[0] < target[0]:
                found = self._take_up_again(found, target, 0.3 if small else 0.6, patience)
        if self.value(found)[0] == target[0] and self.value(found) != target:
            self.fractions.until = time.monotonic() + self.left() * 0.7
            target = target[0], min(target[1], self.fractions.bound(self.pool.weight, people=target[0]))
        found = self._take_up_again(found, target, 0.4 if small else 1.0, patience)
        if self.value(found) != target and small:
            self.fractions.until = self.until
            found, target = self._all_at_once(found, target)
        people_bound, weight_bound = target
        people, weight = self.value(found)
        if people < people_bound and not small:  # what was proven of the weight is that of more people
            weight_bound = self.fractions.bound(self.pool.weight, people=people)
        order = sorted(found, key=lambda one: (one.start is None, one.start or 0, one.movers))
        return Best(tuple(order), people, max(people_bound, people), weight, max(weight_bound, weight))

    def _any_length(self) -> tuple[int, int]:
        """A bound at once and in whole numbers: were cycles and chains of any length, and the ledger without a limit.

        Then each mover takes some home, or stays in theirs, and each home takes one household: the assignment problem.
        """
        import numpy as np

        movers, homes = len(self.pool.people), len(self.pool.giver)
        if not movers:
            return 0, 0
        step = self.step
        if step * (sum(self.pool.people) + 1) * 4 > FAR:
            raise ValueError("the weights are too large: count the time waited in days")
        worth = np.array(self.lexical, dtype=np.int64)
        cost = np.where(np.vstack([self.pool.follows, self.pool.starts]).T, -worth[:, None], FAR)
        cost[np.arange(movers), np.arange(movers)] = 0
        assert cost.shape == (movers, movers + homes)
        answer = assign(cost, self.until)
        return min(-answer.bound // step, sum(self.pool.people)), -answer.bound % step

    def value(self, groups: list[Group]) -> tuple[int, int]:
        housed = [mover for group in groups for mover in group.movers]
        return sum(self.pool.people[one] for one in housed), sum(self.pool.weight[one] for one in housed)

    def left(self) -> float:
        return self.until - time.monotonic()

    def _take_up_again(
        self, found: list[Group], target: tuple[int, int], share: float, patience: int | None = None
    ) -> list[Group]:
        """Take up those left out and some of the moves; settle these anew, ties by lot; keep what is no worse.

        Until the bound is reached, or this share of the time left is gone, or so often (`patience`) nothing was gained.
        """
        draw = self.draw
        until = time.monotonic() + self.left() * share
        everybody, vain = range(len(self.pool.people)), 0
        while self.value(found) != target and time.monotonic() < until and (patience is None or vain < patience):
            housed = {mover for group in found for mover in group.movers}
            out = [mover for mover in everybody if mover not in housed]
            draw.shuffle(out)
            few = len(everybody) <= self.part or len(out) > 2 * self.part
            movers = set(out[: self.part] if few else out[: self.part // 2])
            order = list(found)
            draw.shuffle(order)
            again = []
            for group in order:
                if len(movers) >= self.part:
                    break
                again.append(group)
                movers.update(group.movers)
            kept = [group for group in found if group not in again]
            part = settle(
                self.pool,
                self.both,
                self.cycles,
                movers=movers,
                kept=kept,
                start=[],
                seconds=min(self.left(), 5.0),
                lot=draw,
            )
            vain += 1
            if part.groups is not None and self._both(part.groups) >= self._both(again):
                vain = 0 if self._both(part.groups) > self._both(again) else vain
                found = kept + part.groups
            if not kept and movers.issuperset(out):
                break  # that was everything at once
        return found

    def _both(self, groups: list[Group]) -> int:
        return sum(self.both[mover] for group in groups for mover in group.movers)

    def _all_at_once(self, found: list[Group], target: tuple[int, int]) -> tuple[list[Group], tuple[int, int]]:
        """Everything in whole numbers: people first, then the weight among those that house as many."""
        everybody = set(range(len(self.pool.people)))
        people_bound, weight_bound = target
        people, _ = self.value(found)
        if people < people_bound:
            part = settle(
                self.pool,
                self.pool.people,
                self.cycles,
                movers=everybody,
                kept=[],
                start=found,
                seconds=self.left() / 2,
            )
            people_bound = min(people_bound, part.bound)
            found = self._better(found, part.groups)
            people, _ = self.value(found)
            # What was proven of the weight is that of more people.
            weight_bound = self.fractions.bound(self.pool.weight, people=people)
        part = settle(
            self.pool,
            self.pool.weight,
            self.cycles,
            movers=everybody,
            kept=[],
            start=found,
            seconds=self.left(),
            people=people,
        )
        return self._better(found, part.groups), (people_bound, min(weight_bound, part.bound))

    def _better(self, found: list[Group], other: list[Group] | None) -> list[Group]:
        return other if other is not None and self.value(other) > self.value(found) else found
