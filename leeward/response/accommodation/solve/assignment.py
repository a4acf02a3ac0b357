"""The assignment problem in whole numbers: each row one column of its own, at the least cost, and the prices that
prove it.

Shortest augmenting paths (Jonker and Volgenant, 1987). Written here and not left to HiGHS because it is exact to the
last unit however large the numbers, and many times faster than the same as a linear programme (docs/decisions/0019).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

FAR = 2**61  # the cost of what is not allowed; all sums of costs must stay below


@dataclass(frozen=True)
class Assigned:
    """The column of each row (None: there was no time), the sum of the prices: no assignment costs less; and the
    prices.
    """

    columns: list[int] | None
    bound: int
    row_price: Numbers
    column_price: Numbers


def assign(cost: Numbers, until: float) -> Assigned:
    """The cheapest assignment. There must be one that uses no cost of FAR. `until`: of time.monotonic()."""
    import numpy as np

    row_price, column_price = cost.min(axis=1), np.zeros(cost.shape[1], dtype=np.int64)
    at: Numbers = np.full(cost.shape[1], -1, dtype=np.int64)  # column -> row
    holds: Numbers = np.full(cost.shape[0], -1, dtype=np.int64)
    for row, first in enumerate(cost.argmin(axis=1)):
        if at[first] < 0:
            at[first], holds[row] = row, first
    done = True
    for start in np.flatnonzero(holds < 0):
        if time.monotonic() > until:
            done = False
            break
        _augment(cost, int(start), row_price, column_price, at, holds)
    # What the prices prove is checked against every pair rather than believed.
    if bool((cost - row_price[:, None] < column_price).any()) or bool((column_price > 0).any()):
        raise ArithmeticError("the prices of the assignment do not prove it")
    bound = int(row_price.sum() + column_price.sum())
    return Assigned([int(one) for one in holds] if done else None, bound, row_price, column_price)


def _augment(cost: Numbers, start: int, row_price: Numbers, column_price: Numbers, at: Numbers, holds: Numbers) -> None:
    """Give one more row a column by the cheapest chain of changes, and keep the prices right."""
    import numpy as np

    distance = cost[start] - row_price[start] - column_price
    came: Numbers = np.full(len(distance), start, dtype=np.int64)
    open_at = distance.copy()  # as `distance`, but out of reach once looked at
    out = np.int64(2 * FAR)
    looked: list[Numbers] = []
    every = np.arange(len(distance))
    while True:
        # All that are equally near at once: with whole numbers there are many, and one of them may be free.
        least = open_at.min()
        nearest = np.flatnonzero(open_at == least)
        rows = at[nearest]
        free = nearest[rows < 0]
        if len(free):
            column = int(free[0])
            break
        looked.append(nearest)
        open_at[nearest] = out
        through = cost[rows] + (least - row_price[rows])[:, None] - column_price
        first = through.argmin(axis=0)
        shortest = through[first, every]
        nearer = np.flatnonzero(shortest < open_at)
        nearer = nearer[open_at[nearer] < out]
        distance[nearer] = open_at[nearer] = shortest[nearer]
        came[nearer] = rows[first[nearer]]
    if looked:
        seen = np.concatenate(looked)
        change = least - distance[seen]
        column_price[seen] -= change
        row_price[at[seen]] += change
    row_price[start] += least
    while True:
        row = int(came[column])
        at[column] = row
        column, holds[row] = int(holds[row]), column
        if row == start:
            break
