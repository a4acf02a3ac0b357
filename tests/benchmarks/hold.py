"""500 workers hold, accept and cancel at once on 400 spaces for a minute: nobody placed twice, nothing lost, no error.

Run on a loaded demonstration with a superuser's address: the spaces and the needs are written past the policies, each
step then runs in a transaction of its own as the web role, as a request does. A worker is somebody who looks for one
household at a time; as many work at the same moment as the server would let. What was made stays in this database,
ended; nothing of it is looked for afterwards. Prints FIGURE lines.
"""

from __future__ import annotations

import argparse
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import django

django.setup()

from django.db import connection, connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from leeward.platform.access import acting  # noqa: E402
from leeward.platform.access.acting import Acting  # noqa: E402
from leeward.platform.access.models import Membership  # noqa: E402
from leeward.platform.common.errors import Refused  # noqa: E402
from leeward.platform.reference.models import Area  # noqa: E402
from leeward.response.accommodation import models as room  # noqa: E402
from leeward.response.accommodation.actions import asking  # noqa: E402
from leeward.response.accommodation.actions.stays import say_not_arrived  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402

WORKERS, SPACES, AT_ONCE, A_SITE = 500, 400, 32, 20
LEAVE = asking.Leave("consent", "told_agreed")
# Cases of who is harmed, whole and with the address, each with somebody who works with it; not of the provider itself.
_CASES = """
SELECT DISTINCT ON (c.id) c.id, c.person_id, m.user_id, m.organisation_id
  FROM cases_case c
  JOIN cases_casesight s ON s.case_id = c.id AND s.scope = 3 AND s.address AND s.risk AND s.source = 'involvement'
   AND s.user_id IS NULL AND s.until IS NULL AND s.organisation_id <> %(provider)s
  JOIN access_membership m ON m.organisation_id = s.organisation_id AND m.is_active
   AND m.roles::text[] && ARRAY['practitioner', 'manager']
   AND (s.team_id IS NULL OR EXISTS (SELECT FROM access_membership_teams t
                                      WHERE t.membership_id = m.id AND t.team_id = s.team_id))
 WHERE c.partnership_id = %(partnership)s AND c.status = 'open' AND c.side = 'harmed' AND NOT c.is_restricted
   AND NOT EXISTS (SELECT FROM accommodation_need n WHERE n.case_id = c.id AND n.status IN ('open', 'placed'))
 ORDER BY c.id, m.id LIMIT %(most)s
"""


@dataclass(frozen=True)
class Looks:
    """A household, and who looks for it."""

    need_id: int
    user_id: int
    organisation_id: int


@dataclass
class Tally:
    """What was done, refused and met."""

    done: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    kept: dict[int, int] = field(default_factory=dict)  # stay that was accepted and not cancelled -> need
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """One more of this."""
        with self.lock:
            self.done[what] += 1


def make(chance: random.Random) -> tuple[list[int], list[Looks], tuple[int, int], list[int]]:
    """The sites with their spaces, the households, and who works for the provider."""
    provider = room.Provider.objects.filter(partnership__is_demo=True, left_on=None).order_by("partnership_id", "id")[0]
    worker = Membership.objects.filter(
        organisation_id=provider.organisation_id, is_active=True, roles__contains=["practitioner"]
    ).order_by("id")[0]
    own = {"partnership_id": provider.partnership_id, "organisation_id": provider.organisation_id}
    codes = list(Area.objects.filter(partnership_id=provider.partnership_id, kind__in=("unitary", "district")))
    stamp = f"{timezone.now():%Y%m%d%H%M%S}"
    sites = room.Site.objects.bulk_create(
        room.Site(
            provider=provider, name=f"Bench {stamp} {number}", form="emergency", area_code=chance.choice(codes).code,
            takes_local=True, said_at=timezone.now(), **own,
        )
        for number in range(SPACES // A_SITE)
    )  # fmt: skip
    spaces = room.Space.objects.bulk_create(
        room.Space(site=site, label=f"Room {number}", beds=9, for_whom="all", pets="any", **own)
        for site in sites for number in range(A_SITE)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            _CASES, {"provider": own["organisation_id"], "partnership": own["partnership_id"], "most": WORKERS}
        )
        rows = cursor.fetchall()
    looks = []
    for case, person, user, organisation in rows:
        need = room.Need(
            partnership_id=own["partnership_id"],
            case_id=case,
            person_id=person,
            organisation_id=organisation,
            tonight=True,
        )
        need.save(force_insert=True)
        room.NeedMember(need=need, case_id=case, part="main", sex="female", birth_date=date(1990, 5, 1)).save(
            force_insert=True
        )
        looks.append(Looks(need.id, user, organisation))
    return [space.id for space in spaces], looks, (worker.user_id, worker.organisation_id), [site.id for site in sites]


def step(tally: Tally, what: str, user: int, organisation: int, work: Callable[[Acting], Any]) -> Any:
    """One request: its answer, or None where it was refused in words. Anything else is an error that somebody met."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE leeward_web")
            by = acting.begin(user, organisation)
            assert by is not None
            found = work(by)
        tally.count(what)
        return found
    except Refused:
        tally.count(f"{what} refused")
    except Exception as problem:  # noqa: BLE001  whatever reaches a user is what is counted
        with tally.lock:
            tally.errors.append(f"{what}: {type(problem).__name__}: {problem}".splitlines()[0])
    return None


def turn(tally: Tally, chance: random.Random, spaces: list[int], one: Looks, provider: tuple[int, int]) -> None:
    """One worker: asks, is answered, told who it is, holds; then somebody accepts, declines or refuses, and cancels."""
    seeker = (one.user_id, one.organisation_id)

    def ask(by: Acting) -> Any:
        need = room.Need.objects.get(id=one.need_id)
        made = asking.ask_providers(by=by, need=need, spaces=room.Space.objects.filter(id=chance.choice(spaces)))
        return made[0] if made else None

    asked = step(tally, "ask", *seeker, ask)
    if asked is None:
        return
    if step(tally, "talk", *provider, lambda by: asking.say_can_talk(by=by, ask=asked)) is None:
        return
    if step(tally, "share", *seeker, lambda by: asking.share_person(by=by, ask=asked, leave=LEAVE)) is None:
        return
    if step(tally, "hold", *provider, lambda by: asking.offer_space(by=by, ask=asked)) is None:
        step(tally, "withdraw", *seeker, lambda by: asking.withdraw_ask(by=by, ask=asked))
        return
    lot = chance.random()
    if lot < 0.2:
        step(tally, "decline", *seeker, lambda by: asking.decline_offer(by=by, ask=asked, reason="too_far"))
    elif lot < 0.4:
        step(tally, "refuse", *provider, lambda by: asking.refuse_ask(by=by, ask=asked, reason="access"))
    else:
        stay = step(tally, "accept", *seeker, lambda by: asking.accept_space(by=by, ask=asked))
        if stay is None:
            return
        with tally.lock:
            tally.kept[stay] = one.need_id
        if chance.random() < 0.9:
            here = step(tally, "read", *provider, lambda by: room.Stay.objects.filter(id=stay).first())
            cancel = lambda by: say_not_arrived(by=by, stay=here, why="changed_mind")  # noqa: E731
            if here is not None and step(tally, "cancel", *provider, cancel):
                with tally.lock:
                    del tally.kept[stay]


def wrong(tally: Tally, looks: list[Looks]) -> int:
    """Households placed twice, spaces with two at once, and acceptances that came to nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT (SELECT count(*) FROM (
                      SELECT need_id FROM accommodation_stay WHERE need_id = ANY (%(needs)s) AND status IN ('expected', 'in')
                       GROUP BY need_id HAVING count(*) > 1) twice)
                 + (SELECT count(*) FROM accommodation_occupancy a JOIN accommodation_occupancy b
                      ON b.space_id = a.space_id AND b.id > a.id AND b.during && a.during)
                 + (SELECT count(*) FROM unnest(%(kept)s::bigint[]) k(id) WHERE NOT EXISTS (
                      SELECT FROM accommodation_stay y JOIN accommodation_occupancy o
                          ON o.stay_id = y.id AND o.space_id = y.space_id AND o.kind = 'stay' AND upper_inf(o.during)
                       WHERE y.id = k.id AND y.status = 'expected'))
            """,
            {"needs": [one.need_id for one in looks], "kept": list(tally.kept)},
        )
        return int(cursor.fetchone()[0])


def clear(looks: list[Looks], sites: list[int]) -> None:
    """End what is left: nobody looks for it, and the match does not offer it."""
    now, needs = timezone.now(), [one.need_id for one in looks]
    room.Ask.objects.filter(need_id__in=needs, status__in=("asked", "talking", "offered")).update(status="withdrawn")
    room.Stay.objects.filter(need_id__in=needs, status="expected").update(status="not_arrived", left_at=now)
    room.Need.objects.filter(id__in=needs).update(status="ended", ended_at=now, ended_why="entered_in_error")
    room.Site.objects.filter(id__in=sites).update(closed_on=timezone.localdate(now), closed_why="Benchmark")


def main() -> None:
    """Make, press for a minute, look, clear, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    chance = random.Random(4)
    with transaction.atomic():
        spaces, looks, provider, sites = make(chance)
    assert looks, "the demonstration has no case to look for a place for"
    tally, end = Tally(), time.monotonic() + given.seconds
    # 500 workers, each with a household of the list: where it has fewer, several work for the same one.
    workers = [(looks[number % len(looks)], random.Random(number)) for number in range(WORKERS)]
    waiting = list(range(WORKERS))
    chance.shuffle(waiting)

    def work() -> None:
        try:
            while time.monotonic() < end:
                with tally.lock:
                    number = waiting.pop(0)
                one, own = workers[number]
                turn(tally, own, spaces, one, provider)
                with tally.lock:
                    waiting.append(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(given.seconds + 60)
    double = wrong(tally, looks)
    clear(looks, sites)
    pressed = tally.done["hold"] + tally.done["accept"] + tally.done["cancel"]
    said = ", ".join(f"{count} {what}" for what, count in sorted(tally.done.items()))
    note = f"{WORKERS} workers for {len(looks)} households, {AT_ONCE} at the same moment, {SPACES} spaces: {said}"
    for name, value, unit, words in (
        ("double", double, "placements", note),
        ("errors", len(tally.errors), "errors", tally.errors[0] if tally.errors else note),
        ("per_s", round(pressed / given.seconds, 1), "1/s", note),
    ):
        print(Figure(f"hold.contention.{name}", value, unit, given.size, None, words).line())


if __name__ == "__main__":
    main()
