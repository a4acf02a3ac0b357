"""Person search and the index check: how fast, and how many are found when what was typed has one mistake."""

from __future__ import annotations

import argparse
import random
import time
from datetime import date

import django

django.setup()

from django.db import transaction  # noqa: E402

from leeward.demo.names import FAMILY_COMMON, SHORT  # noqa: E402
from leeward.platform.access import acting  # noqa: E402
from leeward.platform.access.models import User  # noqa: E402
from leeward.record.people import naming  # noqa: E402
from leeward.record.people.models import PersonName  # noqa: E402
from leeward.record.people.queries.matching import index_matches  # noqa: E402
from leeward.record.people.queries.search import Wanted, search_people  # noqa: E402
from tests.benchmarks.figures import Figure, percentile  # noqa: E402

QUERIES = 1000
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def with_a_mistake(chance: random.Random, given: str, family: str, born: date | None) -> tuple[str, Wanted]:
    """One mistake of the kinds that people make, and its name."""
    kinds = ["typo", "typo", "typo"]
    if naming.swapped(born):
        kinds.append("swapped")
    if given in SHORT:
        kinds += ["nickname"] * 3
    if born:
        kinds.append("surname")
    kind = chance.choice(kinds)
    if kind == "swapped":
        return kind, Wanted(given, family, naming.swapped(born))
    if kind == "nickname":
        return kind, Wanted(SHORT[given], family, born)
    if kind == "surname":
        return kind, Wanted(given, chance.choice([name for name in FAMILY_COMMON if name != family]), born)
    return kind, Wanted(given, _typo(chance, family), born if chance.random() < 0.5 else None)


def _typo(chance: random.Random, name: str) -> str:
    place = chance.randrange(1, len(name))
    match chance.randrange(4):
        case 0:
            return name[:place] + name[place + 1 :]
        case 1:
            return name[:place] + chance.choice(LETTERS) + name[place:]
        case 2:
            return name[:place] + chance.choice(LETTERS) + name[place + 1 :]
        case _:
            return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]


def main() -> None:
    """1,000 searches by an adviser of the largest service, under policies; the same through the index check."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", required=True)
    given = parser.parse_args()
    chance = random.Random(11)
    adviser = User.objects.filter(email__startswith="staff-outreach-0@").order_by("id").first()
    with transaction.atomic():
        acting.begin(adviser.id, None)
        known = list(
            PersonName.objects.filter(kind="current", person__personname_rows__isnull=False)
            .values_list("person_id", "given", "family", "person__birth_date")
            .order_by("person_id")[:: max(PersonName.objects.count() // 1500, 1)]
        )
    chance.shuffle(known)
    times: list[float] = []
    checks: list[float] = []
    found: dict[str, list[bool]] = {}
    for person, first, last, born in known[:QUERIES]:
        if len(last) < 4:
            continue
        kind, wanted = with_a_mistake(chance, first, last, born)
        with transaction.atomic():
            by = acting.begin(adviser.id, None)
            begin = time.perf_counter()
            hits = search_people(by=by, wanted=wanted)
            times.append((time.perf_counter() - begin) * 1000)
            begin = time.perf_counter()
            index_matches(given=wanted.given, family=wanted.family, born=wanted.born)
            checks.append((time.perf_counter() - begin) * 1000)
        found.setdefault(kind, []).append(person in [hit.person_id for hit in hits])
    everything = [hit for hits in found.values() for hit in hits]
    note = ", ".join(f"{kind} {sum(hits) / len(hits):.3f} of {len(hits)}" for kind, hits in sorted(found.items()))
    for figure in (
        Figure("search.person.p95", round(percentile(times, 0.95), 2), "ms", given.size, None,
               f"p50 {percentile(times, 0.5):.2f} ms, {len(times)} searches"),
        Figure("search.person.recall", round(sum(everything) / len(everything), 4), "share", given.size, None, note),
        Figure("search.index_check.p95", round(percentile(checks, 0.95), 2), "ms", given.size, None,
               f"p50 {percentile(checks, 0.5):.2f} ms"),
    ):  # fmt: skip
        print(figure.line(), flush=True)


if __name__ == "__main__":
    main()
