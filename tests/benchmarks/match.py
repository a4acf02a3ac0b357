"""The match: a household against 5,000 spaces with reasons, and the nearest misses; holds under contention.

Run on a loaded demonstration with a superuser's address. Spaces are written past the policies in one transaction that is
rolled back; what is measured runs as the web role under them. Prints FIGURE lines.
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import timedelta

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange  # noqa: E402
from django.utils import timezone  # noqa: E402

from leeward.platform.access import acting  # noqa: E402
from leeward.platform.access.models import Membership  # noqa: E402
from leeward.platform.reference.models import Area  # noqa: E402
from leeward.record.cases.models import Case  # noqa: E402
from leeward.response.accommodation import models as room  # noqa: E402
from leeward.response.accommodation.queries.geography import centroids  # noqa: E402
from leeward.response.accommodation.queries.matching import misses, ranked  # noqa: E402
from leeward.response.accommodation.queries.needs import rules_of, wanted_of  # noqa: E402
from tests.benchmarks.figures import Figure, percentile  # noqa: E402

SPACES, A_SITE, TIMES, NEEDS = 5_000, 10, 200, 20


def spaces(partnership_id: int, chance: random.Random) -> None:
    """Sites of every form in every area, six spaces in ten taken."""
    provider = room.Provider.objects.filter(partnership_id=partnership_id).order_by("id")[0]
    codes = list(Area.objects.filter(partnership_id=partnership_id).values_list("code", flat=True))
    now = timezone.now()
    sites = room.Site.objects.bulk_create(
        room.Site(
            provider=provider, partnership_id=partnership_id, organisation_id=provider.organisation_id, name=f"Site {number}",
            form=chance.choice(("refuge", "dispersed", "second_stage", "specialist")), area_code=chance.choice(codes),
            danger_areas=chance.sample(codes, 1), takes_local=chance.random() < 0.3, said_at=now - timedelta(hours=chance.randrange(60)),
            support_hours=chance.choice(("visiting", "day", "night")), specialisms=chance.sample(["lgbt", "older", "complex"], 1),
        )
        for number in range(SPACES // A_SITE)
    )  # fmt: skip
    rows = room.Space.objects.bulk_create(
        room.Space(
            site=site, partnership_id=partnership_id, organisation_id=provider.organisation_id, label=f"Room {number}",
            beds=chance.choice((1, 2, 2, 3, 3, 4, 5)), cots=chance.choice((0, 1)), for_whom=chance.choice(("women", "women", "all")),
            sons_up_to=chance.choice((None, 11, 14, 17)), pets=chance.choice(("none", "none", "small", "any")),
            wheelchair=chance.random() < 0.06, step_free=chance.random() < 0.2, self_contained=chance.random() < 0.4,
            no_recourse=chance.choice(("no", "ask", "yes")),
        )
        for site in sites for number in range(A_SITE)
    )  # fmt: skip
    room.Occupancy.objects.bulk_create(
        room.Occupancy(
            space=space, partnership_id=partnership_id, organisation_id=space.organisation_id, kind="stay", stay_id=1,
            during=DateTimeTZRange(now - timedelta(days=chance.randrange(1, 90)), None, "[)"),
        )
        for space in rows if chance.random() < 0.6
    )  # fmt: skip


def needs(user_id: int, chance: random.Random) -> list[room.Need]:
    """Households of cases that this user sees: one to five people, danger within five to thirty miles."""
    by = acting.begin(user_id, None)
    assert by is not None
    # Read above the policies: that a provider looks for somebody's next place is not for this user to know.
    searches = room.Need.objects.filter(status__in=(room.Need.OPEN, room.Need.PLACED))
    looked_for = list(searches.values_list("case_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE leeward_web")
    cases = list(Case.objects.filter(status="open").exclude(id__in=looked_for).order_by("id")[:NEEDS])
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    codes = list(Area.objects.filter(partnership_id=by.partnership_id).values_list("code", flat=True))
    made = []
    for case in cases:
        need = room.Need(
            partnership_id=by.partnership_id, case=case, person_id=case.person_id, organisation_id=by.acts_for, tonight=True,
            from_area=chance.choice(codes), pets=chance.choice(("none", "none", "small", "any")),
            recourse=chance.choice(("yes", "none")), specialisms=["lgbt"] if chance.random() < 0.2 else [],
        )  # fmt: skip
        need.save(force_insert=True)
        people = [("main", "female", 34)] + [
            ("child", chance.choice(("female", "male")), chance.randrange(17)) for _ in range(chance.randrange(4))
        ]
        for part, sex, age in people:
            room.NeedMember(need=need, case=case, part=part, sex=sex, age=age, age_on=timezone.localdate()).save(
                force_insert=True
            )
        for kind, miles in (("danger", chance.choice((5, 15, 30))), ("wanted", 15)):
            room.NeedArea(need=need, case=case, kind=kind, area_code=chance.choice(codes), miles=miles).save(
                force_insert=True
            )
        made.append(need)
    return made


def main() -> None:
    """Write the spaces, measure, roll back, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", required=True)
    given = parser.parse_args()
    chance = random.Random(4)
    member = Membership.objects.filter(
        roles__contains=["practitioner"], organisation__partnership__is_demo=True
    ).order_by("organisation__partnership_id", "id")[0]
    partnership_id = member.organisation.partnership_id
    with transaction.atomic():
        spaces(partnership_id, chance)
        wants = needs(member.user_id, chance)
        with connection.cursor() as cursor:
            for table in ("site", "space", "occupancy"):
                cursor.execute(f"ANALYZE accommodation_{table}")
            acting.begin(member.user_id, None)
            cursor.execute("SET LOCAL ROLE leeward_web")
        times: dict[str, list[float]] = {"ranked": [], "misses": []}
        found = 0
        for number in range(TIMES + 10):
            need, now = wants[number % len(wants)], timezone.now()
            begin = time.perf_counter()
            rules, places = rules_of(partnership_id), centroids(partnership_id)
            wanted = wanted_of(need, now=now, places=places)
            _, count = ranked(wanted, rules, now=now)
            between = time.perf_counter()
            misses(wanted, rules, now=now)
            if number >= 10:
                times["ranked"].append((between - begin) * 1000)
                times["misses"].append((time.perf_counter() - between) * 1000)
                found += count
        transaction.set_rollback(True)
    note = f"{SPACES} spaces, {len(wants)} households, {found // TIMES} fit on average"
    for name, values in times.items():
        said = f"p50 {percentile(values, 0.5):.1f} ms; {note}"
        print(Figure(f"match.{name}.p95", round(percentile(values, 0.95), 2), "ms", given.size, None, said).line())


if __name__ == "__main__":
    main()
