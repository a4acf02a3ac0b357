"""Places and need, against a count by hand: over generated worlds night by night and household by household.

Other worlds: `LEEWARD_SEED=… pytest leeward/response/accommodation/tests/test_measures.py`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median_low
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.roles import ROLES, Permission
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.platform.reference.working_time import LONDON
from leeward.record.cases.models import Case
from leeward.record.people.actions.linking import link_people
from leeward.record.people.models import Person, PersonLink
from leeward.response.accommodation.actions.asking import ask_providers, refuse_ask
from leeward.response.accommodation.actions.needs import end_need
from leeward.response.accommodation.models import (
    Ask,
    Need,
    NeedMember,
    Occupancy,
    Provider,
    Search,
    Site,
    Space,
    Stay,
)
from leeward.response.accommodation.queries.measures import Measures, by_area, measures
from tests.accommodation import areas, coordinator, living, need, provider
from tests.committed import committed  # noqa: F401  a fixture
from tests.worlds import World, build

SEED = int(os.environ.get("LEEWARD_SEED", "11"))
DAYS = 420
MET = {"housed", "housed_elsewhere", "stays_safely"}


class Made:
    """A generated world: rows written by the owner, kept here to be counted by hand."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.now = timezone.now()
        self.begin = self.now - timedelta(days=DAYS)
        self.spaces: list[Space] = []
        self.periods: list[Occupancy] = []
        self.stays: list[Stay] = []
        self.asks: list[Ask] = []
        self.needs: list[Need] = []
        self.members: list[NeedMember] = []
        self.links: list[PersonLink] = []
        self.searches: list[Search] = []
        self.people: list[Person] = []
        self.haven = world.organisations["haven"].id
        self.form_of: dict[int, str] = {}
        self._places()
        for space in self.spaces:
            self._history(space)
        for _ in range(25):
            self._looks_in_vain()
        self._link()

    def _save(self, row: Any) -> Any:
        row.save(force_insert=True, using="owner")
        return row

    def _day(self, days: int) -> date:
        return timezone.localdate(self.begin) + timedelta(days=days)

    def _places(self) -> None:
        partnership = self.world.partnership.id
        one = self._save(Provider(partnership_id=partnership, organisation_id=self.haven, joined_on=self._day(0)))
        for number, form in enumerate(("refuge", "dispersed")):
            site = self._save(
                Site(provider=one, partnership_id=partnership, organisation_id=self.haven, name=f"House {number}",
                     form=form, area_code="E07990003")
            )  # fmt: skip
            for label in range(3):
                closed = self._day(self.chance.randint(300, 380)) if self.chance.random() < 0.3 else None
                space = Space(site=site, partnership_id=partnership, organisation_id=self.haven, label=f"Room {label}",
                              opened_on=self._day(self.chance.randint(0, 60)), closed_on=closed)  # fmt: skip
                self.spaces.append(self._save(space))
                self.form_of[space.id] = form

    def person(self) -> Person:
        if self.people and self.chance.random() < 0.2:
            return self.chance.choice(self.people)
        made = self._save(Person(partnership_id=self.world.partnership.id))
        self.people.append(made)
        return made

    def need(self, opened: datetime, status: str, ended: datetime | None, why: str) -> Need:
        person = self.person()
        case = self._save(
            Case(partnership_id=self.world.partnership.id, reference=f"w-{new_id() % 10**8}", person=person, side="harmed",
                 lead_organisation_id=self.world.organisations["harbour"].id)
        )  # fmt: skip
        row = Need(partnership_id=self.world.partnership.id, case=case, person=person, status=status, opened_at=opened,
                   organisation_id=self.world.organisations["harbour"].id, ended_at=ended, ended_why=why)  # fmt: skip
        self.needs.append(self._save(row))
        self._member(row, person)
        for _ in range(self.chance.randint(0, 3)):
            self._member(row, self.chance.choice(self.people) if self.chance.random() < 0.3 else None)
        for _ in range(self.chance.randint(0, 3)):
            at = opened + timedelta(hours=self.chance.randint(0, 100))
            self.searches.append(
                self._save(
                    Search(need=row, case=case, partnership_id=row.partnership_id, organisation_id=row.organisation_id,
                           at=at, looked_at=6, fits=self.chance.choice((0, 0, 2)))
                )
            )  # fmt: skip
        return row

    def _member(self, row: Need, person: Person | None) -> None:
        left = self.now if person is None and self.chance.random() < 0.1 else None
        one = NeedMember(need=row, case_id=row.case_id, person=person, part="main" if person else "child", left_at=left)
        self.members.append(self._save(one))

    def ask(self, row: Need, space: Space, status: str, at: datetime, reason: str = "") -> Ask:
        one = Ask(partnership_id=row.partnership_id, need=row, case_id=row.case_id, person_id=row.person_id, space=space,
                  organisation_id=self.haven, asked_organisation_id=row.organisation_id, status=status, status_at=at,
                  reason=reason, reason_list="ask_refused" if reason else "", reason_version="2025" if reason else "")  # fmt: skip
        self.asks.append(self._save(one))
        return one

    def _period(self, space: Space, kind: str, low: datetime, high: datetime | None, **more: Any) -> Occupancy:
        one = Occupancy(space=space, partnership_id=space.partnership_id, organisation_id=self.haven, kind=kind,
                        during=DateTimeTZRange(low, high, "[)"), **more)  # fmt: skip
        self.periods.append(self._save(one))
        return one

    def _history(self, space: Space) -> None:
        at = datetime.combine(space.opened_on, time(9), LONDON) - timedelta(days=self.chance.randint(-5, 3))
        while at < self.now - timedelta(days=2):
            length = timedelta(days=self.chance.randint(0, 60), minutes=self.chance.randint(1, 1439))
            end = min(at + length, self.now - timedelta(minutes=1))
            kind = self.chance.choice(("stay", "stay", "stay", "void", "turnaround", "hold", "gap", "none"))
            if kind == "stay":
                self._stay(space, at, end)
            elif kind == "void":
                self._period(space, "void", at, end, reason=self.chance.choice(("repairs", "staffing", "")))
            elif kind in ("turnaround", "hold"):
                self._period(space, kind, at, end)
            elif kind == "none":  # a period that never began
                self._period(space, "hold", at, at)
            at = end + timedelta(minutes=self.chance.randint(0, 3000))

    def _stay(self, space: Space, at: datetime, end: datetime) -> None:
        arrived = min(at + timedelta(minutes=self.chance.randint(0, 4000)), end)
        came = self.chance.random() < 0.85
        still = self.chance.random() < 0.1 and end > self.now - timedelta(days=3)
        opened = at - timedelta(days=self.chance.randint(0, 20))
        row = self.need(opened, "ended" if came else "open", arrived if came else None, "housed" if came else "")
        ask = self.ask(row, space, "accepted" if came else "expired", at)
        stay = Stay(
            partnership_id=space.partnership_id, organisation_id=self.haven, need=row, ask=ask, case_id=row.case_id,
            person_id=row.person_id, space=space, expected_at=at,
            status="not_arrived" if not came else "in" if still else "left", arrived_at=arrived if came else None,
            not_arrived_why="" if came else self.chance.choice(("prevented", "other")),
            left_at=None if came and still else end, planned=self.chance.choice((True, False)) if came else None,
            ending="moved_on" if came else "", destination=self.chance.choice(("private_tenancy", "returned")),
            destination_version="2025",
        )  # fmt: skip
        self.stays.append(self._save(stay))
        self._period(space, "stay", at, None if came and still else end, stay_id=stay.id, ask_id=ask.id)

    def _looks_in_vain(self) -> None:
        opened = self.begin + timedelta(days=self.chance.randint(0, DAYS - 5), minutes=self.chance.randint(0, 1439))
        why = self.chance.choice(("", "", *sorted(MET), "returned", "changed_mind", "entered_in_error"))
        ended = min(opened + timedelta(days=self.chance.randint(0, 90), hours=3), self.now - timedelta(hours=1))
        row = self.need(opened, "ended" if why else "open", ended if why else None, why)
        for _ in range(self.chance.randint(0, 4)):
            when = opened + timedelta(hours=self.chance.randint(1, 72))
            self.ask(row, self.chance.choice(self.spaces), "refused", when, self.chance.choice(("no_space", "pets")))

    def _link(self) -> None:
        for _ in range(6):
            first, second = self.chance.sample(self.people, 2)
            undone = self.now if self.chance.random() < 0.3 else None
            self.links.append(self._save(PersonLink(first=first, second=second, reason="Same voice", undone_at=undone)))


class ByHand:
    """The same numbers, counted from the rows with loops; asks no SQL."""

    def __init__(self, made: Made, since: date, until: date, form: str) -> None:
        self.made, self.since, self.until = made, since, until
        self.low = datetime.combine(since, time(), LONDON)
        self.high = min(datetime.combine(until + timedelta(days=1), time(), LONDON), made.now)
        self.spaces = [one for one in made.spaces if not form or made.form_of[one.id] == form]
        self.ids = {one.id for one in self.spaces}
        self.stay_of = {one.id: one for one in made.stays}
        self.stays = [one for one in made.stays if one.space_id in self.ids]

    def inside(self, at: datetime | None) -> bool:
        return at is not None and self.low <= at < self.high

    def nights(self) -> tuple[int, Counter[str]]:
        total, found = 0, Counter[str]()
        for space in self.spaces:
            rows = [
                one for one in self.made.periods if one.space_id == space.id and one.during.lower != one.during.upper
            ]
            opened = min([space.opened_on, *(timezone.localdate(one.during.lower, LONDON) for one in rows)])
            day = max(self.since, opened)
            while day <= self.until and (space.closed_on is None or day < space.closed_on):
                moment = datetime.combine(day + timedelta(days=1), time(), LONDON)
                day += timedelta(days=1)
                if moment >= self.made.now:
                    break
                total += 1
                for one in rows:
                    if one.during.lower <= moment and (one.during.upper is None or moment < one.during.upper):
                        found[self.what(one, moment)] += 1
        return total, found

    def what(self, row: Occupancy, moment: datetime) -> str:
        if row.kind == "void":
            return f"void:{row.reason or 'not_said'}"
        if row.kind == "stay":
            stay = self.stay_of[row.stay_id or 0]
            return "occupied" if stay.arrived_at is not None and stay.arrived_at <= moment else "promised"
        return "promised" if row.kind == "hold" else row.kind

    def households(self) -> dict[str, int]:
        group = {one.id: {one.id} for one in self.made.people}
        for link in self.made.links:
            if link.undone_at is None:
                both = group[link.first_id] | group[link.second_id]
                for each in both:
                    group[each] = both
        human = {key: min(value) for key, value in group.items()}
        by_house: dict[int, list[Need]] = {}
        for one in self.made.needs:
            over = one.ended_at is not None and one.ended_at < self.low
            if one.opened_at < self.high and not over and one.ended_why != "entered_in_error":
                by_house.setdefault(human[one.person_id], []).append(one)
        found: Counter[str] = Counter(looked=len(by_house))
        everybody: set[int] = set()
        met_people: set[int] = set()
        strangers = strangers_unmet = 0
        for house, rows in by_house.items():
            ended = {one.id: one.ended_at for one in rows if one.ended_at is not None and one.ended_at < self.high}
            met = [one for one in rows if one.id in ended and one.ended_why in MET]
            last = max((ended[one.id] for one in met if one.id in ended), default=None)
            open_ones = [one for one in rows if one not in met and (last is None or one.opened_at > last)]
            if any(one.id not in ended for one in open_ones):
                state = "waiting"
            elif open_ones:
                state = "ended"
            else:
                state = "housed" if any(one.ended_why == "housed" for one in met) else "otherwise"
            found[state] += 1
            ids = {one.id for one in rows}
            found["refused"] += any(
                one.need_id in ids and one.status == "refused" and self.inside(one.status_at) for one in self.made.asks
            )
            members = [one for one in self.made.members if one.need_id in ids and one.left_at is None]
            known = {human[one.person_id] for one in members if one.person_id} | {house}
            largest = max(Counter(one.need_id for one in members).values())
            more = max(largest - len(known), 0)
            everybody |= known
            strangers += more
            if state in ("housed", "otherwise"):
                met_people |= known
            else:
                strangers_unmet += more
        found["people"] = len(everybody) + strangers
        found["people_unmet"] = len(everybody - met_people) + strangers_unmet
        return dict(found)

    def gaps(self) -> list[int]:
        found = []
        for space in self.spaces:
            lived = sorted(
                (max(one.during.lower, stay.arrived_at), min(one.during.upper or _END, stay.left_at or _END))
                for one in self.made.periods
                if one.kind == "stay" and one.space_id == space.id and one.during.lower != one.during.upper
                for stay in [self.stay_of[one.stay_id or 0]]
                if stay.arrived_at is not None and stay.arrived_at < (one.during.upper or _END)
            )
            for (_, before), (begins, _) in pairwise(lived):
                if self.inside(begins):
                    days = timezone.localdate(begins, LONDON) - timezone.localdate(before, LONDON)
                    found.append(days.days)
        return found


_END = datetime.max.replace(tzinfo=LONDON)


@pytest.fixture
def made(committed: None) -> Made:  # noqa: F811  the fixture above
    with transaction.atomic():
        world = build()
    with transaction.atomic(using="owner"):
        return Made(world, random.Random(SEED))


def numbers(found: Measures, key: str) -> dict[str, int]:
    return {row.words: row.number for row in next(one for one in found.tables if one.key == key).rows}


@pytest.mark.parametrize("form", ["", "refuge"])
def test_every_number_is_what_is_counted_by_hand(made: Made, form: str) -> None:
    today = timezone.localdate(made.now)
    chance = random.Random(SEED + 1)
    for _ in range(8):
        until = today - timedelta(days=chance.choice((0, 0, 10, 100, 240)))
        since = until - timedelta(days=chance.choice((0, 6, 30, 120, 400)))
        hand = ByHand(made, since, until, form)
        with transaction.atomic():
            found = measures(by=made.world.act("analyst"), since=since, until=until, form=form)
        total, nights = hand.nights()
        assert found.nights.total == total, (since, until)
        said = {row.words: row.number for row in found.nights.rows}
        assert said["Somebody lived there"] == found.occupied == nights["occupied"], (since, until)
        assert said["Promised, nobody there yet"] == nights["promised"]
        assert said["Made ready between two stays"] == nights["turnaround"]
        voids = {key: number for key, number in nights.items() if key.startswith("void:")}
        assert said["Out of use"] == sum(voids.values())
        assert sorted(numbers(found, "void").values()) == sorted(voids.values())
        homes = hand.households()
        for key in ("looked", "housed", "otherwise", "waiting", "ended", "people", "people_unmet"):
            assert getattr(found, key) == homes.get(key, 0), (key, since, until)
        assert found.refused_households == homes.get("refused", 0)
        searched = [one for one in made.searches if hand.inside(one.at)]
        assert (found.searches, found.found_nothing) == (len(searched), sum(one.fits == 0 for one in searched))
        refused = Counter(
            one.reason for one in made.asks
            if one.status == "refused" and one.space_id in hand.ids and hand.inside(one.status_at)
        )  # fmt: skip
        assert sorted(numbers(found, "refused").values()) == sorted(refused.values())
        left = [one for one in hand.stays if one.status == "left" and hand.inside(one.left_at)]
        length = [(timezone.localdate(one.left_at, LONDON) - timezone.localdate(one.arrived_at, LONDON)).days
                  for one in left if one.left_at and one.arrived_at]  # fmt: skip
        assert (found.stays_ended, found.planned) == (len(left), sum(one.planned is True for one in left))
        assert found.unplanned == sum(one.planned is False for one in left)
        assert found.longest == (max(length) if length else None)
        assert found.median_nights == (median_low(length) if length else None)
        assert sum(numbers(found, "destinations").values()) == len(left)
        assert found.arrived == sum(hand.inside(one.arrived_at) for one in hand.stays)
        missed = Counter(
            one.not_arrived_why for one in hand.stays if one.status == "not_arrived" and hand.inside(one.left_at)
        )
        assert sorted(numbers(found, "not_arrived").values()) == sorted(missed.values())
        gaps = hand.gaps()
        assert (found.turnarounds, found.median_days) == (len(gaps), median_low(gaps) if gaps else None)


def test_each_month_is_what_the_month_alone_says(made: Made) -> None:
    until = timezone.localdate(made.now) - timedelta(days=1)
    since = until - timedelta(days=200)
    with transaction.atomic():
        by = made.world.act("analyst")
        whole = measures(by=by, since=since, until=until)
        assert sum(one.total for one in whole.months) == whole.nights.total
        assert sum(one.occupied for one in whole.months) == whole.occupied
        for month in whole.months:
            last = (month.month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            one = measures(by=by, since=max(since, month.month), until=min(until, last))
            assert (month.total, month.occupied, month.looked, month.unmet) == (
                one.nights.total, one.occupied, one.looked, one.unmet
            )  # fmt: skip


def today_counts(world: World) -> Measures:
    today = timezone.localdate()
    return measures(by=world.act("analyst"), since=today - timedelta(days=30), until=today)


def test_a_woman_refused_by_four_is_counted_once(world: World) -> None:
    areas(world)
    coordinator(world)
    spaces = provider(world, spaces=4)
    looked = need(world, world.case(given="Iris", family="Holt"))
    for number, space in enumerate(spaces):
        (ask,) = ask_providers(by=world.act("idva"), need=looked, spaces=[space])
        refuse_ask(by=world.act("haven_worker"), ask=ask, reason=("no_space", "pets", "other", "no_space")[number])
    found = today_counts(world)
    assert numbers(found, "refused") == {"No space after all": 2, "Pets cannot be taken": 1, "Another reason": 1}
    assert (found.looked, found.refused_households, found.unmet) == (1, 1, 1)
    assert (found.people, found.people_unmet) == (1, 1)
    refused = next(one for one in found.tables if one.key == "refused")
    assert [row.note for row in refused.rows if row.words == "No space after all"] == [
        "List of 2025, a category of the return"
    ]
    assert [row.note for row in refused.rows if row.words.startswith("Pets")] == [
        "List of 2025, ours, not verified against the return"
    ]


def test_the_same_woman_under_two_names_is_counted_once(world: World) -> None:
    areas(world)
    coordinator(world)
    (space,) = provider(world)
    one = need(world, world.case(given="Iris", family="Holt"))
    other = need(world, world.case(given="Irena", family="Holt-Wood"))
    (ask,) = ask_providers(by=world.act("idva"), need=one, spaces=[space])
    refuse_ask(by=world.act("haven_worker"), ask=ask, reason="no_space")
    assert (today_counts(world).looked, today_counts(world).people_unmet) == (2, 2)
    link_people(by=world.act("idva"), first_id=one.person_id, second_id=other.person_id, reason="Same voice")
    found = today_counts(world)
    assert (found.looked, found.unmet, found.people, found.people_unmet) == (1, 1, 1, 1)
    # Housed under one of her names, she is housed.
    end_need(by=world.act("idva"), need=one, why="housed_elsewhere", words="")
    found = today_counts(world)
    assert (found.looked, found.unmet, found.otherwise, found.people_unmet) == (1, 0, 1, 0)


def test_who_was_housed_counts_as_housed_and_the_space_as_taken(world: World) -> None:
    areas(world)
    coordinator(world)
    first, _ = provider(world, spaces=2)
    living(world, first)
    found = today_counts(world)
    assert (found.looked, found.housed, found.unmet, found.arrived) == (1, 1, 0, 1)
    world.act("analyst")
    (area,) = by_area().values()
    assert (area.free, area.occupied, area.looking, area.few) == (1, 1, 0, False)


def test_who_sees_no_counts_gets_none_from_the_functions_either(world: World) -> None:
    areas(world)
    provider(world)
    need(world, world.case())
    may = {key for key, role in ROLES.items() if Permission.COUNTS in role.permissions}
    today = timezone.localdate()
    with connection.cursor() as cursor:
        for key in ROLES:
            name = f"only_{key}"
            world.add_user(name, "Somebody Else", "council", key)
            by = world.act(name)
            cursor.execute("SELECT accommodation_measures(%s, %s, '')", [today, today])
            assert (cursor.fetchone()[0] is not None) == (key in may), key
            assert bool(by_area()) == (key in may), key
            if key not in may:
                with pytest.raises(Refused):
                    measures(by=by, since=today, until=today)
            status = world.browser(name).get(reverse("counts_places")).status_code
            assert (status == 200) == (key in may), key


def test_the_page_the_map_and_the_file(world: World) -> None:
    areas(world)
    coordinator(world)
    first, _ = provider(world, spaces=2)
    living(world, first)
    looked = need(world, world.case(given="Iris", family="Holt"))
    client = world.browser("analyst")
    page = client.get(reverse("counts_places")).content.decode()
    assert "3 areas, 1 free spaces. In 1 of them more households look than spaces are free." in page
    assert "Look 1–4 !" in page
    assert "Iris" not in page
    assert looked.case.reference not in page
    bad = client.get(_period("2026-02-01", "2026-01-01")).content.decode()
    assert "The end lies before the beginning" in bad
    many = client.get(_period("1990-01-01", "2026-01-01")).content.decode()
    assert "ten years or less" in many
    some = client.get(reverse("counts_places") + "?form=dispersed").content.decode()
    assert "There were no spaces" in some
    answer = client.get(reverse("counts_places_csv"))
    text = answer.content.decode()
    assert 'Households that looked for a place,Still looking at the end of the period,"fewer than 5' in text
    assert "Iris" not in text
    assert "places-" in answer["Content-Disposition"]
    placement = world.browser("placement").get(reverse("counts_places")).content.decode()
    assert "Rules of the match" in placement
    assert "Rules of the match" not in page


def _period(since: str, until: str) -> str:
    parts = []
    for name, text in (("since", since), ("until", until)):
        year, month, day = text.split("-")
        parts += [f"{name}-day={int(day)}", f"{name}-month={int(month)}", f"{name}-year={year}"]
    return f"{reverse('counts_places')}?{'&'.join(parts)}"


def test_the_page_costs_the_same_for_more(world: World) -> None:

    areas(world)
    coordinator(world)
    first, *_ = provider(world, spaces=3)
    client = world.browser("analyst")

    def cost(client: Client) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("counts_places")).status_code == 200
        return len([one for one in captured.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    cost(client)
    before = cost(client)
    living(world, first)
    for number in range(5):
        need(world, world.case(given=f"Ada{number}", family=f"Fen{number}"))
    assert cost(client) == before <= 15
