"""500 workers hold, accept and cancel at once on 400 spaces for a minute: nobody placed twice, nothing lost, no error.

Run with a superuser's address on a copy of a demonstration that is thrown away afterwards. The workers, their
households and the spaces are made past the policies; each step then runs in a transaction of its own as the web role,
as a request does. As many work at the same moment as the server would let. Prints FIGURE lines.
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
from leeward.platform.access.models import Membership, User  # noqa: E402
from leeward.platform.common.errors import Refused  # noqa: E402
from leeward.platform.reference.models import Area  # noqa: E402
from leeward.record.cases.actions.opening import open_case  # noqa: E402
from leeward.record.people.actions import PersonFacts, record_person  # noqa: E402
from leeward.response.accommodation import models as room  # noqa: E402
from leeward.response.accommodation.actions import asking  # noqa: E402
from leeward.response.accommodation.actions.needs import open_need  # noqa: E402
from leeward.response.accommodation.actions.stays import say_not_arrived  # noqa: E402
from leeward.response.accommodation.rules.facts import Coming, MemberFacts, NeedFacts  # noqa: E402
from tests.benchmarks.figures import Figure  # noqa: E402

WORKERS, HOUSEHOLDS, SPACES, AT_ONCE, A_SITE = 500, 400, 400, 32, 20
LEAVE = asking.Leave("consent", "told_agreed")


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


def make(chance: random.Random) -> tuple[list[int], list[Looks], list[tuple[int, int]]]:
    """The spaces, the households with who looks for each, and who works for the provider."""
    provider = room.Provider.objects.filter(partnership__is_demo=True, left_on=None).order_by("partnership_id", "id")[0]
    own = {"partnership_id": provider.partnership_id, "organisation_id": provider.organisation_id}
    codes = list(Area.objects.filter(partnership_id=provider.partnership_id, kind__in=("unitary", "district")))
    sites = room.Site.objects.bulk_create(
        room.Site(
            provider=provider, name=f"Bench {number}", form="emergency", area_code=chance.choice(codes).code,
            takes_local=True, said_at=timezone.now(), **own,
        )
        for number in range(SPACES // A_SITE)
    )  # fmt: skip
    spaces = room.Space.objects.bulk_create(
        room.Space(site=site, label=f"Room {number}", beds=9, for_whom="all", pets="any", **own)
        for site in sites for number in range(A_SITE)
    )  # fmt: skip
    houses = [_worker(f"house{number}", provider.organisation_id) for number in range(len(sites))]
    theirs = Membership.objects.filter(
        organisation__partnership_id=provider.partnership_id, is_active=True, roles__contains=["practitioner"]
    ).exclude(organisation_id=provider.organisation_id)
    advisers = sorted(set(theirs.values_list("organisation_id", flat=True)))
    looks = [_looks(number, advisers[number % len(advisers)]) for number in range(HOUSEHOLDS)]
    # The others work for a household that a colleague looks for as well.
    looks += [
        Looks(one.need_id, _worker(f"looks{number}", one.organisation_id), one.organisation_id)
        for number, one in enumerate(looks[: WORKERS - HOUSEHOLDS], HOUSEHOLDS)
    ]
    acting.end()
    return [space.id for space in spaces], looks, [(house, provider.organisation_id) for house in houses]


def _worker(called: str, organisation: int) -> int:
    user = User.objects.create_user(f"{called}@example.org", name=f"Bench {called}")
    Membership.objects.create(user=user, organisation_id=organisation, roles=["practitioner"])
    return user.id


def _looks(number: int, organisation: int) -> Looks:
    """One household with a case and a search, and who looks for it."""
    user = _worker(f"looks{number}", organisation)
    by = acting.begin(user, organisation)
    assert by is not None
    with acting.making():
        facts = PersonFacts(given="Bench", family=f"Household {number}", birth_date=date(1990, 5, 1))
        person = record_person(by=by, facts=facts)
        with acting.making(person.id):
            case = open_case(
                by=by, person=person, side="harmed", lawful_basis="consent", told="told_agreed", team=None,
                lead_worker_id=user,
            )  # fmt: skip
    home = Coming((MemberFacts("main", person.id, "female", birth_date=date(1990, 5, 1)),))
    need = open_need(by=by, case=case, facts=NeedFacts(tonight=True), household=home)
    return Looks(need.id, user, organisation)


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


def main() -> None:
    """Make, press for a minute, look, clear, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--size", required=True)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    chance = random.Random(4)
    with transaction.atomic():
        spaces, looks, providers = make(chance)
    tally, end = Tally(), time.monotonic() + given.seconds
    workers = [(one, random.Random(number)) for number, one in enumerate(looks)]
    waiting = list(range(WORKERS))
    chance.shuffle(waiting)

    def work() -> None:
        try:
            while time.monotonic() < end:
                with tally.lock:
                    number = waiting.pop(0)
                one, own = workers[number]
                turn(tally, own, spaces, one, own.choice(providers))
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
    pressed = tally.done["hold"] + tally.done["accept"] + tally.done["cancel"]
    said = ", ".join(f"{count} {what}" for what, count in sorted(tally.done.items()))
    note = f"{WORKERS} workers for {HOUSEHOLDS} households, {AT_ONCE} at the same moment, {SPACES} spaces: {said}"
    for name, value, unit, words in (
        ("double", double, "placements", note),
        ("errors", len(tally.errors), "errors", tally.errors[0] if tally.errors else note),
        ("per_s", round(pressed / given.seconds, 1), "1/s", note),
    ):
        print(Figure(f"hold.contention.{name}", value, unit, given.size, None, words).line())


if __name__ == "__main__":
    main()
