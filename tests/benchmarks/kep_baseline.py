"""The same instance by the public package kep-solver, in an environment of its own: what our reciprocal is compared with.

Run as a program, never imported: `python kep_baseline.py instance.json seconds`. kep-solver is under the GNU licences and
wants older parts than ours; it is no dependency of Leeward, only a yardstick of the benchmark.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import pulp
from kep_solver.entities import Donor, Instance, KEPSolveFail, Transplant
from kep_solver.graph import Vertex
from kep_solver.model import PICEF, Objective, Sense
from kep_solver.solving import SolvingOptions


class Housed(Objective):
    """The worth of each household that moves; a home that nobody moves into counts nothing."""

    def __init__(self, worth: dict[str, int]) -> None:
        self._worth = worth

    def edgeValue(self, graph: Any, edge: Any, position: int | None = None) -> float:
        return 0.0 if edge.end == Vertex.sink() else float(self._worth[edge.end.donor.recipient.id])

    def value(self, graph: Any, exchange: Any) -> float:
        return float(sum(self._worth[vertex.donor.recipient.id] for vertex in exchange if not vertex.isNdd()))

    def describe(self) -> str:
        return "worth of those who move"

    @property
    def sense(self) -> Sense:
        return Sense.MAX


class Swaps(Objective):
    """How many direct swaps there are: none are allowed."""

    def __init__(self) -> None:
        pass

    def edgeValue(self, graph: Any, edge: Any, position: int | None = None) -> float:
        return 0.0

    def value(self, graph: Any, exchange: Any) -> float:
        return float(len(exchange) == 2)

    def describe(self) -> str:
        return "direct swaps"

    @property
    def sense(self) -> Sense:
        return Sense.MIN


def main() -> None:
    """Read, solve, print one line of JSON."""
    with open(sys.argv[1]) as stream:
        given = json.load(stream)
    begin = time.monotonic()
    instance = Instance()
    donors = {}
    for mover in range(given["movers"]):
        recipient = instance.recipient(str(mover))
        donor = donors[mover] = Donor(f"home {mover}")
        donor.recipient = recipient
        recipient.addDonor(donor)
        instance.addDonor(donor)
    for home in range(given["homes"]):
        donor = donors[given["movers"] + home] = Donor(f"pledged {home}")
        donor.NDD = True
        instance.addDonor(donor)
    for home, mover in given["arcs"]:
        transplant = Transplant(donors[home], instance.recipient(str(mover)), 1.0)
        donors[home].addTransplant(transplant)
        instance.addTransplant(transplant)
    people = {str(mover): worth for mover, worth in enumerate(given["people"])}
    weight = {str(mover): worth for mover, worth in enumerate(given["weight"])}
    model = PICEF(
        instance, [Housed(people), Housed(weight)], maxCycleLength=given["longest_cycle"],
        maxChainLength=given["longest_chain"] + 1, extra_constraints=[(Swaps(), 0)],
    )  # fmt: skip
    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=float(sys.argv[2]))
    try:
        model.solve(solvingOptions=SolvingOptions(solver=solver))
    except KEPSolveFail:
        print(json.dumps({"values": None, "seconds": time.monotonic() - begin, "proven": False}))
        return
    proven = model.sol_status == pulp.constants.LpSolutionOptimal
    print(json.dumps({"values": model.objective_values, "seconds": time.monotonic() - begin, "proven": proven}))


if __name__ == "__main__":
    main()
