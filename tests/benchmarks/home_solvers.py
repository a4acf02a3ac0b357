"""The two questions about everybody at once: allocation against the plain model, the reciprocal against kep-solver.

Instances are drawn with a seed, as uneven as the real thing: few households in the greatest danger, few spaces for large
families, popular areas, landlords of one area. Needs no database. Prints FIGURE lines.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import highspy
import numpy as np

from leeward.response.accommodation.solve.allocation import Cap, Household, allocate
from leeward.response.accommodation.solve.reciprocal import Home, Mover, Pledge, Rules, fits, propose, weight_of
from tests.benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parents[2]
KEP = ROOT / "build" / "kep"  # an environment of its own for the yardstick
BASELINE_SECONDS = 150.0
# At the first kep-solver ends in time, so that values can be compared; the last is what was asked for.
MOVERS = (100, 200, 1000)
Pairs = list[tuple[int, int, int]]


def county(
    households: int = 2000, spaces: int = 400, seed: int = 1
) -> tuple[list[Household], list[int], Pairs, list[Cap]]:
    """Households, spaces, the pairs that break no hard limit with their scores, and the caps of 40 providers."""
    draw = random.Random(seed)
    areas, providers = 60, 40
    place = [(draw.random() * 90, draw.random() * 90) for _ in range(areas)]
    apart = [[((a - c) ** 2 + (b - d) ** 2) ** 0.5 for c, d in place] for a, b in place]
    owner = [draw.choices(range(providers), [1 + one % 7 for one in range(providers)])[0] for _ in range(spaces)]
    at = [draw.randrange(areas) for _ in range(providers)]
    beds = draw.choices([1, 2, 3, 4, 5, 6], [18, 30, 26, 16, 7, 3], k=spaces)
    sons_to = draw.choices([11, 14, 16, 99], [20, 30, 20, 30], k=spaces)
    step_free, pets = [draw.random() < 0.3 for _ in range(spaces)], [draw.random() < 0.25 for _ in range(spaces)]
    waiting, pairs = [], []
    for key in range(households):
        people = draw.choices([1, 2, 3, 4, 5, 6], [34, 25, 20, 12, 6, 3])[0]
        waiting.append(Household(key, draw.choices([1, 2, 3, 4], [25, 40, 25, 10])[0], people))
        danger, far = draw.randrange(areas), draw.choice([20, 35, 50, 70])
        wanted = draw.randrange(areas)
        son = draw.choices([0, 13, 15, 17], [70, 12, 10, 8])[0] if people > 1 else 0
        needs_step_free, has_pet = draw.random() < 0.08, draw.random() < 0.12
        for space in range(spaces):
            miles = apart[at[owner[space]]][danger]
            if beds[space] < people or sons_to[space] < son or miles < far:
                continue
            if (needs_step_free and not step_free[space]) or (has_pet and not pets[space]):
                continue
            near = max(0.0, 1 - apart[at[owner[space]]][wanted] / 60)
            pairs.append((key, space, round(40 * near + 10 * (beds[space] == people) + min(miles, 60) / 6)))
    caps = []
    for provider in range(providers):
        theirs = frozenset(space for space in range(spaces) if owner[space] == provider)
        if theirs:
            caps.append(
                Cap(
                    provider,
                    f"Provider {provider}",
                    theirs,
                    max(1, round(len(theirs) * draw.choice([0.4, 0.6, 0.8, 1]))),
                )
            )
    return waiting, list(range(spaces)), pairs, caps


def plain_allocation(
    households: list[Household], spaces: list[int], pairs: Pairs, caps: list[Cap]
) -> tuple[float, float | None]:
    """The model that one would write first: one choice for each pair. Seconds, and its gap (None: nothing found)."""
    begin = time.monotonic()
    order = {one: place for place, one in enumerate(sorted({(one.danger, one.people) for one in households}), 1)}
    weight = {one.key: order[(one.danger, one.people)] for one in households}
    unit = len(spaces) * max(score for _, _, score in pairs) + 1
    capped = {space: index for index, cap in enumerate(caps) for space in cap.spaces}
    rows = len(households) + len(spaces) + len(caps)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("time_limit", BASELINE_SECONDS)
    model.setOptionValue("mip_rel_gap", 0.0)
    upper = np.array([1.0] * (rows - len(caps)) + [float(cap.most) for cap in caps])
    none = np.zeros(0, dtype=np.int32)
    model.addRows(rows, np.full(rows, -np.inf), upper, 0, np.zeros(rows, dtype=np.int32), none, np.zeros(0))
    index = np.array(
        [row for who, space, _ in pairs
         for row in (who, len(households) + space, len(households) + len(spaces) + capped[space])], dtype=np.int32,
    )  # fmt: skip
    number = len(pairs)
    worth = np.array([float(weight[who] * unit + score) for who, _, score in pairs])
    starts = np.arange(0, 3 * number, 3, dtype=np.int32)
    model.addCols(number, worth, np.zeros(number), np.ones(number), 3 * number, starts, index, np.ones(3 * number))
    model.changeColsIntegrality(number, np.arange(number, dtype=np.int32), np.ones(number, dtype=np.uint8))
    model.changeObjectiveSense(highspy.ObjSense.kMaximize)
    model.run()
    gap = float(model.getInfo().mip_gap)
    return time.monotonic() - begin, gap if gap == gap and gap != float("inf") else None


def allocation() -> Iterator[Figure]:
    """2,000 households to 400 spaces with caps."""
    given = county()
    begin = time.monotonic()
    result = allocate(*given)
    seconds = time.monotonic() - begin
    base, base_gap = plain_allocation(*given)
    note = (
        f"{len(given[2])} pairs, {len(given[3])} caps, {len(result.placed)} housed; the plain HiGHS model"
        f" {base / seconds:.1f} times as long"
    )
    yield Figure("allocation.seconds", round(seconds, 2), "s", "county", round(base, 2), note)
    yield Figure("allocation.gap", result.gap, "share", "county", base_gap, note)


def scheme(movers: int = 1000, pledges: int = 50, seed: int = 1) -> tuple[list[Mover], list[Pledge]]:
    """Tenants of 40 landlords in 33 areas, each naming five or more, and pledged homes."""
    draw = random.Random(seed)
    areas = [f"area {number}" for number in range(33)]
    popular = [0.3 + draw.random() for _ in areas]
    base = [draw.choice(areas) for _ in range(40)]

    def home() -> Home:
        landlord = draw.randrange(40)
        area = base[landlord] if draw.random() < 0.8 else draw.choice(areas)
        step_free = draw.random() < 0.35
        bedrooms = draw.choices([1, 2, 3, 4], [30, 40, 24, 6])[0]
        return Home(landlord, area, bedrooms, step_free, step_free and draw.random() < 0.2)

    found = []
    for key in range(movers):
        lives = home()
        wants: set[str] = set()
        number = draw.choice([5, 5, 5, 6, 6, 7, 8, 10, 12])
        while len(wants) < number:
            wants |= set(draw.choices(areas, popular)) - {lives.area}
        found.append(
            Mover(
                key, lives, frozenset(wants), min(4, max(1, lives.bedrooms + draw.choice([0, 0, 0, 0, 0, 0, -1, 1]))),
                step_free=draw.random() < 0.15, wheelchair=draw.random() < 0.03, risk=draw.choice([0, 1, 1, 2, 2, 3]),
                waited_days=min(int(draw.expovariate(1 / 120)), 900),
            )
        )  # fmt: skip
    return found, [Pledge(key, home()) for key in range(pledges)]


def kep_python() -> Path | None:
    """A Python that has kep-solver, made in build/kep when there is a registry to get it from; None where there is none."""
    if given := os.environ.get("LEEWARD_KEP_PYTHON"):
        return Path(given)
    python = KEP / "bin" / "python"
    if not (KEP / "ready").exists():
        try:
            subprocess.run([sys.executable, "-m", "venv", str(KEP)], check=True, capture_output=True)
            subprocess.run(
                [str(python), "-m", "pip", "install", "-q", "kep-solver~=4.0", "pulp<4"], check=True, capture_output=True,
                timeout=300,
            )  # fmt: skip
        except (subprocess.SubprocessError, OSError):
            return None
        (KEP / "ready").touch()
    return python


def kep(movers: list[Mover], pledges: list[Pledge], rules: Rules) -> dict[str, object] | None:
    """What kep-solver finds on the same instance; it knows no ledger, so neither is asked to keep one."""
    python = kep_python()
    if python is None:
        return None
    homes = [one.home for one in movers] + [one.home for one in pledges]
    arcs = [
        (place, who) for place, home in enumerate(homes) for who, one in enumerate(movers)
        if place != who and fits(one, home, rules)
    ]  # fmt: skip
    instance = {
        "movers": len(movers), "homes": len(pledges), "arcs": arcs, "people": [one.people for one in movers],
        "weight": [weight_of(one, rules) for one in movers], "longest_cycle": rules.longest_cycle,
        "longest_chain": rules.longest_chain,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "instance.json"
        file.write_text(json.dumps(instance))
        whole = 2 * BASELINE_SECONDS  # its own bound does not hold while it makes its model
        try:
            done = subprocess.run(
                [str(python), str(ROOT / "tests" / "benchmarks" / "kep_baseline.py"), str(file), str(BASELINE_SECONDS)],
                capture_output=True, text=True, check=False, timeout=whole,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return {"values": None, "seconds": whole, "proven": False}
    if done.returncode:
        print(done.stderr[-2000:], file=sys.stderr)
        return None
    return dict(json.loads(done.stdout.splitlines()[-1]))


def reciprocal(movers: int) -> Iterator[Figure]:
    """So many movers, a pledged home for each twenty, cycles up to 3 and chains up to 4."""
    size = "county" if movers == MOVERS[-1] else f"{movers} movers"
    given = scheme(movers, movers // 20)
    rules = Rules(ledger_limit=None)
    begin = time.monotonic()
    result = propose(*given, rules=rules)
    seconds = time.monotonic() - begin
    base = kep(*given, rules)
    note = (
        f"{movers} movers, {result.moved} move, {result.people} people of at most {result.people_bound};"
        f" gap {result.gap:.5f}, weight {result.weight} of at most {result.weight_bound}"
    )
    # What is proven without any yardstick: 0 is the best there is. People first; their weight where as many are proven.
    yield Figure("reciprocal.gap", round(result.gap, 6), "share", size, 0.01, note)
    if base is None:
        yield Figure("reciprocal.seconds", round(seconds, 1), "s", size, None, note + "; kep-solver could not be had")
        return
    took = float(base["seconds"])  # type: ignore[arg-type]
    times = f"ours {seconds:.1f} s, kep-solver {took:.1f} s: kep-solver {took / seconds:.2f} times as long"
    # Side by side: below 1, ours is the quicker.
    yield Figure("reciprocal.time_ratio", round(seconds / took, 3), "ratio", size, 1.0, times)
    if base["values"] is None:
        note += f"; kep-solver found nothing in {took:.0f} s, {times}"
        yield Figure("reciprocal.seconds", round(seconds, 1), "s", size, round(took, 1), note)
        return
    people, weight = base["values"]  # type: ignore[misc]
    proven = "proven" if base["proven"] else "stopped"
    note += f"; kep-solver {people:.0f} move, weight {weight:.0f}, {proven}, {times}"
    yield Figure("reciprocal.seconds", round(seconds, 1), "s", size, round(took, 1), note)
    better, theirs = (result.people, people) if result.people != people else (result.weight, weight)
    ratio = better / theirs if theirs else 1.0
    yield Figure("reciprocal.value_ratio", round(ratio, 6), "ratio", size, 1.0, note)


def main() -> None:
    """The parts whose names were asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", default="")
    parser.add_argument("--movers", type=int, default=0)
    given = parser.parse_args()
    if "allocation".startswith(given.only.split(".")[0]):
        for figure in allocation():
            print(figure.line(), flush=True)
    if "reciprocal".startswith(given.only.split(".")[0]):
        for movers in [given.movers] if given.movers else MOVERS:
            for figure in reciprocal(movers):
                print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
