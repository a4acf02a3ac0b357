"""HiGHS in a box: a packing programme whose columns come bit by bit, and the same in whole numbers.

highspy and numpy are imported where they are used: a process that solves nothing never pays for it. One thread and a
fixed seed: the same input gives the same answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import highspy
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_MUCH = 4000  # columns

Column = Sequence[tuple[int, float]]  # (row, how much of it one unit of the column uses)


@dataclass(frozen=True)
class Whole:
    """An answer in whole numbers: the columns chosen (None: nothing was found in time), and a bound that nothing
    exceeds.
    """

    chosen: list[int] | None
    bound: float


class Packing:
    """Maximise the worth of the columns taken, each row within its limits. Columns may be added at any time."""

    def __init__(self, lower: Sequence[float], upper: Sequence[float]) -> None:
        self._lower, self._upper = list(lower), list(upper)
        self._worth: list[float] = []
        self._columns: list[Column] = []
        self._taken: list[int] = []
        self.answered = False  # whether the last question in fractions was answered in time
        self._highs = _highs()
        none = _ints([0] * len(self._lower))
        self._highs.addRows(len(none), _floats(lower), _floats(upper), 0, none, _ints([]), _floats([]))
        self._highs.changeObjectiveSense(_sense())

    def add(self, worth: Sequence[float], columns: Sequence[Column]) -> None:
        """More columns to choose from."""
        if not columns:
            return
        self._worth += worth
        self._columns += columns
        starts, rows, values = _packed(columns)
        number = len(columns)
        # No limit of its own above: the rows are limit enough, and so all of a column's price is in theirs.
        most = _floats([float("inf")] * number)
        self._highs.addCols(number, _floats(worth), _floats([0.0] * number), most, len(rows), starts, rows, values)

    def value(self, worth: Sequence[float]) -> None:
        """Another worth for every column there is."""
        self._worth = list(worth)
        self._highs.changeColsCost(len(worth), _ints(range(len(worth))), _floats(worth))

    def limit(self, row: int, least: float | None) -> None:
        """Another least amount for a row; None: none."""
        self._lower[row] = -float("inf") if least is None else float(least)
        self._highs.changeRowBounds(row, self._lower[row], self._upper[row])

    def relaxed(self, seconds: float) -> tuple[float, Floats] | None:
        """The best in fractions: its worth, and what one more of each row would be worth. None: not in this time."""
        import numpy as np

        # Interior points where there is much of it: half the time. Where there is little, simplex from the last answer.
        self._highs.setOptionValue("solver", "ipm" if len(self._worth) > _MUCH else "simplex")
        self._highs.setOptionValue("time_limit", self._highs.getRunTime() + max(seconds, 0.01))
        self._highs.run()
        self.answered = _is_optimal(self._highs)
        if not self.answered:
            return None
        answer = self._highs.getSolution()
        return float(self._highs.getInfo().objective_function_value), np.array(answer.row_dual)

    def parts(self) -> Floats:
        """How much of each column the last answer in fractions takes."""
        import numpy as np

        return np.array(self._highs.getSolution().col_value)

    def take(self, column: int) -> None:
        """A column is taken whole from now on."""
        self._taken.append(column)
        self._highs.changeColBounds(column, 1.0, 1.0)

    def give_back(self) -> None:
        """What was taken whole may be chosen again, or not."""
        for column in self._taken:
            self._highs.changeColBounds(column, 0.0, float("inf"))
        self._taken.clear()


def in_whole_numbers(
    worth: Sequence[float],
    columns: Sequence[Column],
    lower: Sequence[float],
    upper: Sequence[float],
    *,
    start: Sequence[int],
    seconds: float,
    near: float = 0.99,
) -> Whole:
    """The best choice of columns, each whole or not at all. `start`: columns of an answer known. Worths are whole
    numbers.
    """
    import highspy
    import numpy as np

    model = _highs()
    model.setOptionValue("time_limit", max(seconds, 0.01))
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("mip_abs_gap", near)
    none = _ints([0] * len(lower))
    model.addRows(len(lower), _floats(lower), _floats(upper), 0, none, _ints([]), _floats([]))
    starts, rows, values = _packed(columns)
    number = len(columns)
    model.addCols(number, _floats(worth), np.zeros(number), np.ones(number), len(rows), starts, rows, values)
    model.changeColsIntegrality(number, _ints(range(number)), np.ones(number, dtype=np.uint8))
    model.changeObjectiveSense(_sense())
    if start:
        known = np.zeros(number)
        known[list(start)] = 1.0
        model.setSolution(number, _ints(range(number)), known)
    model.run()
    info = model.getInfo()
    bound = float(info.mip_dual_bound)
    if info.primal_solution_status != int(highspy.SolutionStatus.kSolutionStatusFeasible):
        return Whole(None, bound)
    return Whole([int(one) for one in np.flatnonzero(np.array(model.getSolution().col_value) > 0.5)], bound)


def _highs() -> highspy.Highs:
    import highspy

    made = highspy.Highs()  # type: ignore[no-untyped-call]  # its one method without types
    made.setOptionValue("output_flag", False)
    made.setOptionValue("threads", 1)
    made.setOptionValue("random_seed", 1)
    return made


def _sense() -> highspy.ObjSense:
    import highspy

    return highspy.ObjSense.kMaximize


def _is_optimal(model: highspy.Highs) -> bool:
    import highspy

    return bool(model.getModelStatus() == highspy.HighsModelStatus.kOptimal)


def _packed(columns: Sequence[Column]) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
    starts, rows, values = [0], [], []
    for column in columns:
        for row, value in column:
            rows.append(row)
            values.append(value)
        starts.append(len(rows))
    return _ints(starts[:-1]), _ints(rows), _floats(values)


def _ints(values: Iterable[int]) -> NDArray[np.int32]:
    import numpy as np

    return np.fromiter(values, dtype=np.int32)


def _floats(values: Sequence[float]) -> Floats:
    import numpy as np

    return np.array(values, dtype=np.float64)
