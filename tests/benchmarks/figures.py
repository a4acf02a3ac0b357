"""One figure, and what a list of times says."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One line of build/bench.json."""

    name: str
    value: float
    unit: str
    size: str
    baseline: float | None = None
    note: str = ""

    def line(self) -> str:
        """As a line for the parent process to read."""
        return "FIGURE " + json.dumps(asdict(self))


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie: 0.95, not 95."""
    assert 0 < share < 1, share
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]
