"""Stays of a provider, and one stay: who lives there, what happened, what is owed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.pages import page_of
from leeward.response.accommodation.models import (
    Charge,
    MoveOn,
    Payment,
    Resident,
    SiteAddress,
    Space,
    Stay,
    StayEvent,
)
from leeward.response.accommodation.queries.places import opened
from leeward.response.accommodation.rules.household import age_of

ENDED_SHOWN = timedelta(days=90)


@dataclass(frozen=True)
class StayRow:
    """A stay in a list."""

    stay: Stay
    called: str
    nights: int
    warns: tuple[str, ...]  # what to look at: a licence that ended, an arrival that is late
    is_away: bool


def our_stays(
    by: Acting, *, ended: bool = False, only: Collection[int] | None = None, site: int | None = None, page: int = 1
) -> tuple[list[StayRow], bool]:
    """A page of who is expected and who stays with the organisation that acts, and whether there are more.

    `ended`: who left in the last ninety days instead; `only`: of these stays alone, whether they have ended or not;
    `site`: at this site alone. Which stays come first is found before anything else of them is read. Logged as listed.
    """
    now = timezone.now()
    rows = Stay.objects.filter(organisation_id=by.acts_for)
    if site is not None:
        rows = rows.filter(space__site_id=site)
    if only is not None:
        rows = rows.filter(id__in=only).order_by("status", "expected_at", "id")
    elif ended:
        rows = rows.filter(status__in=(Stay.LEFT, Stay.NOT_ARRIVED), left_at__gt=now - ENDED_SHOWN)
        rows = rows.order_by("-left_at", "id")
    else:
        rows = rows.filter(status__in=(Stay.EXPECTED, Stay.IN)).order_by("status", "expected_at", "id")
    shown, more = page_of(rows.values_list("id", flat=True), page)
    away = StayEvent.objects.filter(stay_id=OuterRef("id"), kind="absence", until=None)
    whole = Stay.objects.filter(id__in=shown).select_related("space__site", "person").annotate(is_away=Exists(away))
    stays = {stay.id: stay for stay in whole}
    audit.record("listed_stays", "stay", listed=shown)
    return [_row(stays[one], now) for one in shown if one in stays], more


def _row(stay: Any, now: datetime) -> StayRow:
    away = stay.status == Stay.IN and stay.is_away
    return StayRow(stay, stay.person.called, nights_of(stay, now), _warnings(stay, now), away)


def nights_of(stay: Stay, now: datetime) -> int:
    """Nights from arrival to leaving, or to today; 0 before arrival."""
    if stay.arrived_at is None:
        return 0
    return (timezone.localdate(stay.left_at or now) - timezone.localdate(stay.arrived_at)).days


def _warnings(stay: Stay, now: datetime) -> tuple[str, ...]:
    found = []
    if stay.status == Stay.EXPECTED and stay.expected_at < now - timedelta(hours=3):
        found.append("Expected some time ago: did they come?")
    if stay.status == Stay.IN and stay.licence_until is not None and stay.licence_until < timezone.localdate(now):
        found.append("The licence has ended")
    if stay.status == Stay.IN and stay.licence_on is None:
        found.append("No licence is signed")
    return tuple(found)


@dataclass(frozen=True)
class Money:
    """What was charged and what came in, in pence, up to a day."""

    charged: int
    eligible: int
    paid: int

    @property
    def owed(self) -> int:
        """What is still owed; below zero where too much came in."""
        return self.charged - self.paid


def money_of(charges: list[Charge], payments: list[Payment], until: date) -> Money:
    """What charges a week come to, up to and including a day. A day is a seventh of a week."""
    charged = eligible = 0
    for charge in charges:
        days = (min(charge.until_on or until, until) - charge.from_on).days + 1
        if days > 0:
            amount = round(charge.pence_a_week * days / 7)
            charged += amount
            eligible += amount if charge.eligible else 0
    return Money(charged, eligible, sum(payment.pence for payment in payments if payment.on <= until))


@dataclass(frozen=True)
class StayPage:
    """One stay with all that hangs on it. The address only where the reader may open it."""

    stay: Stay
    called: str
    nights: int
    warns: tuple[str, ...]
    residents: list[Resident]
    ages: dict[int, int]  # of whom a birth date is known, in whole years now
    over_limit: list[Resident]  # sons who are older by now than the space takes
    events: list[StayEvent]
    charges: list[Charge]
    payments: list[Payment]
    money: Money
    move_on: MoveOn | None
    address: str
    is_ours: bool
    free: list[Space]


def stay_page(by: Acting, stay_id: int) -> StayPage:
    """One stay, for its provider and for who has the address of the case. Raises Http404 else. Logged as read."""
    now = timezone.now()
    stay = Stay.objects.select_related("space__site", "person", "case", "organisation").filter(id=stay_id).first()
    if stay is None:
        raise Http404
    today = timezone.localdate(now)
    # Whom the stay is for stands first, then other adults, then the children from the oldest.
    residents = sorted(
        stay.residents.order_by("birth_date", "id"), key=lambda one: ("main", "adult", "child").index(one.part)
    )
    limit = stay.space.sons_up_to
    over = [
        one
        for one in residents
        if limit is not None and one.part == "child" and one.until_on is None and one.sex != "female"
        and (age_of(one, today) or 0) > limit
    ]  # fmt: skip
    charges, payments = list(stay.charges.order_by("from_on", "id")), list(stay.payments.order_by("-on", "-id"))
    here = SiteAddress.objects.filter(Q(space_id=stay.space_id) | Q(space=None), site_id=stay.space.site_id)
    # Of this home, where it lies apart; else of the site.
    sealed = here.order_by(F("space_id").asc(nulls_last=True)).first()
    ours = stay.organisation_id == by.organisation_id
    audit.record("read_stay", "stay", stay.id, person=stay.person_id, detail={"address": sealed is not None})
    return StayPage(
        stay=stay,
        called=stay.person.called,
        nights=nights_of(stay, now),
        warns=_warnings(stay, now),
        residents=residents,
        ages={one.id: age_of(one, today) or 0 for one in residents if one.birth_date},
        over_limit=over,
        events=list(stay.events.order_by("-at", "-id")),
        charges=charges,
        payments=payments,
        money=money_of(charges, payments, timezone.localdate(stay.left_at or now)),
        move_on=MoveOn.objects.filter(stay=stay).first(),
        address=opened(sealed) if sealed else "",
        is_ours=ours,
        free=free_spaces(by, now) if ours and stay.status == Stay.IN else [],
    )


def free_spaces(by: Acting, now: datetime) -> list[Space]:
    """Open spaces of the organisation that acts in which nobody stays and which nobody is promised."""
    taken = Space.objects.filter(occupancies__kind__in=("stay", "hold"), occupancies__during__contains=now)
    rows = Space.objects.filter(organisation_id=by.acts_for, closed_on=None, site__closed_on=None)
    return list(rows.exclude(id__in=taken.values("id")).select_related("site").order_by("site__name", "position"))
