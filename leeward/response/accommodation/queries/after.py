"""After the arrival: who waits to move on, what happened in a house, who would be in the way of closing it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models.functions import Coalesce
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.pages import PAGE, page_of
from leeward.record.cases.queries.case import sight_of
from leeward.response.accommodation.models import (
    Ask,
    MoveOn,
    Need,
    NeedMember,
    Occupancy,
    Resident,
    Site,
    Space,
    Stay,
    StayEvent,
)
from leeward.response.accommodation.queries.sanctuary import may_make_safe
from leeward.response.accommodation.queries.stays import StayPage, nights_of
from leeward.response.accommodation.rules.asking import OPEN, people_in_words
from leeward.response.accommodation.rules.household import BABY, age_of

# From how many days before a birthday its provider is told that a limit is near. Chosen by us: no rule says it.
BIRTHDAY_AHEAD = timedelta(days=42)
# A house is asked why somebody who is ready to move is still there after so many days. Chosen by us.
LONGER = timedelta(days=14)
DUE_ABOUT = 100  # days between a birth and the day on which it was expected, beyond which it is another


@dataclass(frozen=True)
class Waiting:
    """Somebody who lives with us and waits to move on."""

    stay: Stay
    plan: MoveOn
    people: int
    nights: int
    waits: int | None  # days on the waiting list
    looks: bool  # a next place of ours or others is looked for


@dataclass(frozen=True)
class WaitingList:
    """A page of who waits; of all who wait, how many they are and how many for each reason to stay longer."""

    rows: list[Waiting]
    more: bool
    count: int
    reasons: list[tuple[str, int]]  # the most frequent first


def waiting_to_move(
    by: Acting, *, wants: str = "", area: str = "", only_ready: bool = False, page: int = 1, size: int = PAGE
) -> WaitingList:
    """The waiting list of the organisation that acts: who waits longest first. Logged as listed."""
    now = timezone.now()
    today = timezone.localdate(now)
    plans = MoveOn.objects.filter(organisation_id=by.acts_for, stay__status=Stay.IN)
    plans = plans.exclude(waiting_since=None, ready_on=None, wants="", areas=[])
    if wants:
        plans = plans.filter(wants=wants)
    if area:
        plans = plans.filter(areas__contains=[area])
    if only_ready:
        plans = plans.filter(ready_on__lte=today)
    order = Coalesce("waiting_since", "ready_on").asc(nulls_last=True)
    every = list(plans.order_by(order, "stay_id").values_list("id", "stay__longer"))
    shown, more = page_of([plan for plan, _ in every], page, size)
    whole = MoveOn.objects.select_related("stay__space__site", "stay__person").in_bulk(shown)
    found = [whole[one] for one in shown if one in whole]
    stays = [plan.stay_id for plan in found]
    people = Counter(Resident.objects.filter(stay_id__in=stays, until_on=None).values_list("stay_id", flat=True))
    looked = Need.objects.filter(moves_from_id__in=stays, status__in=(Need.OPEN, Need.PLACED))
    moving = set(looked.values_list("moves_from_id", flat=True))
    rows = [
        Waiting(
            plan.stay,
            plan,
            people[plan.stay_id],
            nights_of(plan.stay, now),
            (today - plan.waiting_since).days if plan.waiting_since else None,
            plan.stay_id in moving,
        )
        for plan in found
    ]
    audit.record("listed_move_on", "stay", listed=stays)
    reasons = Counter(code for _, longer in every for code in longer)
    return WaitingList(rows, more, len(every), reasons.most_common())


@dataclass(frozen=True)
class WaitingAnywhere:
    """A household of any provider that waits to move on: no name, and no number that leads to anybody."""

    provider: str
    phone: str
    wants: str
    areas: list[str]
    bedrooms: int | None
    ready_on: date | None
    waiting_since: date | None
    applied_on: date | None
    offered_on: date | None
    longer: list[str]
    people: int
    nights: int
    looks: bool


def waiting_anywhere(*, wants: str = "", area: str = "", only_ready: bool = False) -> list[WaitingAnywhere]:
    """Who waits to move on with every provider, for the placement coordinator. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_move_on_waiting()")
        rows = [WaitingAnywhere(*row) for row in cursor.fetchall()]
    audit.record("listed_move_on_anywhere", "accommodation", detail={"households": len(rows)})
    today = timezone.localdate()
    return [
        row
        for row in rows
        if (not wants or row.wants == wants)
        and (not area or area in row.areas)
        and (not only_ready or (row.ready_on is not None and row.ready_on <= today))
    ]


@dataclass(frozen=True)
class Incident:
    """Something that happened in a house, during whose stay, in which of its spaces."""

    event: StayEvent
    called: str
    space: str


@dataclass(frozen=True)
class Incidents:
    """A page of what happened in a house, newest first; of all of it, how many of each kind."""

    rows: list[Incident]
    more: bool
    kinds: list[tuple[str, int]]


def incidents_of(site: Site, *, what: str = "", days: int = 365, page: int = 1) -> Incidents:
    """What happened in a house in the last days, during stays in it. Logged as listed. Three statements."""
    now = timezone.now()
    since = now - timedelta(days=days)
    periods = Occupancy.objects.filter(space__site=site, kind=Occupancy.STAY, during__isempty=False)
    there: dict[int, list[Occupancy]] = {}
    for row in periods.filter(during__overlap=(since, now)).select_related("space"):
        if row.stay_id is not None:
            there.setdefault(row.stay_id, []).append(row)
    events = StayEvent.objects.filter(stay_id__in=list(there), kind="incident", at__gte=since)
    if what:
        events = events.filter(what=what)
    rows = []
    for event in events.select_related("stay__person").order_by("-at", "-id"):
        # Who moved away since had it elsewhere.
        inside = next((one for one in there[event.stay_id] if _holds(one, event.at)), None)
        if inside is not None:
            rows.append(Incident(event, event.stay.person.called, inside.space.label))
    shown, more = page_of(rows, page)
    audit.record("listed_incidents", "stay", listed=sorted({row.event.stay_id for row in shown}))
    return Incidents(shown, more, Counter(row.event.what for row in rows).most_common())


def _holds(period: Occupancy, at: datetime) -> bool:
    return bool(period.during.lower <= at and (period.during.upper is None or at < period.during.upper))


@dataclass(frozen=True)
class InTheWay:
    """What stands on spaces that are to close: who lives there, who is expected, what is held, who has only asked."""

    live: list[Stay]
    expected: list[Stay]
    held: list[tuple[Ask, str]]
    asks: list[tuple[Ask, str]]
    looks: frozenset[int] = field(default_factory=frozenset)  # stays from which a next place is looked for

    @property
    def nobody(self) -> bool:
        """Whether nothing stands on them."""
        return not (self.live or self.expected or self.held or self.asks)


def in_the_way(by: Acting, *, site: Site | None = None, space: Space | None = None) -> InTheWay:
    """What stands on a space, a site, or all spaces of the organisation that acts. Three statements."""
    spaces = Space.objects.filter(organisation_id=by.acts_for)
    if site is not None:
        spaces = spaces.filter(site=site)
    if space is not None:
        spaces = spaces.filter(id=space.id)
    numbers = spaces.values("id")
    rows = Stay.objects.filter(space_id__in=numbers, status__in=(Stay.EXPECTED, Stay.IN))
    stays = list(rows.select_related("space__site", "person").order_by("id"))
    asks = Ask.objects.filter(space_id__in=numbers, status__in=OPEN).select_related("space__site").order_by("id")
    said = [(ask, people_in_words(ask.sheet)) for ask in asks]
    now = timezone.now()
    held = [row for row in said if row[0].status == Ask.OFFERED and row[0].hold_until and row[0].hold_until > now]
    looked = Need.objects.filter(moves_from_id__in=[one.id for one in stays], status__in=(Need.OPEN, Need.PLACED))
    audit.record("listed_stays", "stay", listed=[one.id for one in stays])
    return InTheWay(
        live=[one for one in stays if one.status == Stay.IN],
        expected=[one for one in stays if one.status == Stay.EXPECTED],
        held=held,
        asks=[row for row in said if row not in held],
        looks=frozenset(looked.values_list("moves_from_id", flat=True)),
    )


@dataclass(frozen=True)
class Room:
    """Whether a space has room for who lives there by now."""

    people: int
    beds: int
    cots: int
    babies: int

    @property
    def is_too_small(self) -> bool:
        """Somebody has neither a bed nor, being a baby, a cot."""
        return self.people - min(self.babies, self.cots) > self.beds

    @property
    def lacks_cot(self) -> bool:
        """A baby has no cot, though somebody may find a bed."""
        return self.babies > self.cots


def room_of(space: Space, residents: list[Resident], on: date) -> Room:
    """The beds and cots of a space beside who lives there on a day."""
    here = [one for one in residents if one.until_on is None]
    ages = [age_of(one, on) for one in here if one.part == "child"]
    return Room(len(here), space.beds, space.cots, sum(1 for age in ages if age is not None and age < BABY))


def looked_for_twice(need: Need) -> list[int | None]:
    """Other open needs of the same human being, by case; None for one of which the reader may know no more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id FROM accommodation_looked_for_twice(%s::bigint[])", [[need.id]])
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True)
class AfterStay:
    """What the page of a stay says beside the stay itself: the next place, absence, room, births, the way home."""

    next_need: Need | None
    away: StayEvent | None
    room: Room
    due: list[NeedMember]
    goes_home: bool
    may_refer: bool
    may_change: bool
    sees_risk: bool


def after_stay(seen: StayPage) -> AfterStay:
    """The same of a stay that was read. Five statements."""
    stay, today = seen.stay, timezone.localdate()
    moves = (
        Need.objects.filter(moves_from_id=stay.id, status__in=(Need.OPEN, Need.PLACED)) if stay.status == "in" else None
    )
    sight = sight_of(stay.case_id)
    born = [one.birth_date for one in seen.residents if one.birth_date]
    due = [
        one
        for one in NeedMember.objects.filter(need__stays=stay.id, due_on__isnull=False, birth_date=None, left_at=None)
        if one.due_on and not any(abs((day - one.due_on).days) < DUE_ABOUT for day in born)
    ]
    home = stay.destination if stay.status == "left" else seen.move_on.wants if seen.move_on else ""
    goes_home = home == "returned_safe" and stay.status in ("in", "left")
    may_refer = goes_home and may_make_safe(stay.case_id)
    has_address = sight.address
    return AfterStay(
        next_need=moves.first() if moves is not None else None,
        away=next((one for one in seen.events if one.kind == "absence" and one.until is None), None)
        if stay.status == "in"
        else None,
        room=room_of(stay.space, seen.residents if stay.status in ("expected", "in") else [], today),
        due=due if stay.status in ("expected", "in") else [],
        # Where a home is being made safe already, nobody is asked again; who has no address cannot know.
        goes_home=goes_home and (may_refer or not has_address),
        may_refer=may_refer,
        may_change=sight.may_change,
        sees_risk=sight.risk,
    )
