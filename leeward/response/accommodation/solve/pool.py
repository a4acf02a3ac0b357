"""Who could follow whom into which home, in numbers; and every cycle in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Table = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

MOST_CYCLES = 3_000_000


@dataclass(frozen=True)
class Group:
    """Movers by their place, each into the home that the one before leaves; the first into `start` (none: a cycle)."""

    movers: tuple[int, ...]
    start: int | None = None


@dataclass(frozen=True)
class Pool:
    """Who could follow whom. Places, not keys: mover 0 to n-1, pledged home 0 to h-1, landlord 0 to l-1."""

    follows: Table  # [m, n]: mover n could move into the home that mover m leaves
    starts: Table  # [h, n]: mover n could move into pledged home h
    people: Sequence[int]  # by mover
    weight: Sequence[int]  # by mover
    landlord: Sequence[int]  # by mover: whose tenant they are, and whose home they leave
    giver: Sequence[int]  # by pledged home: whose it is
    room: Sequence[tuple[int, int]]  # by landlord: the least and the most that a run may add to its ledger
    shortest_cycle: int
    longest_cycle: int
    longest_chain: int


def cycles(pool: Pool) -> Numbers:
    """Every cycle of the lengths allowed, each once, its lowest mover first; a row each, filled up with -1."""
    import numpy as np

    follows, longest = pool.follows, pool.longest_cycle
    found: list[Numbers] = []
    total = 0
    for first in range(len(follows) if longest >= pool.shortest_cycle else 0):
        paths = np.array([[first]])
        for length in range(1, longest + 1):
            if length >= max(pool.shortest_cycle, 2):
                closed = paths[follows[paths[:, -1], first]]
                total += len(closed)
                if len(closed):
                    found.append(np.pad(closed, ((0, 0), (0, longest - length)), constant_values=-1))
            if length == longest or total > MOST_CYCLES:
                break
            onward = follows[paths[:, -1]].copy()
            onward[:, : first + 1] = False
            if length + 1 == longest:
                onward &= follows[:, first]
            np.put_along_axis(onward, paths, False, axis=1)
            which, who = np.nonzero(onward)
            paths = np.column_stack([paths[which], who])
            if not len(paths):
                break
        if total > MOST_CYCLES:
            raise ValueError(f"more than {MOST_CYCLES:,} cycles are possible: allow shorter ones only")
    return np.concatenate(found) if found else np.zeros((0, max(longest, 1)), dtype=np.int64)
