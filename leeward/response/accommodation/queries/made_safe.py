"""Homes that an organisation makes safe: the list behind what Today counts of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.record.people.models import Person
from leeward.response.accommodation.models import Sanctuary, SanctuaryReview, SanctuaryWork
from leeward.response.accommodation.queries.led import led_cases
from leeward.response.accommodation.queries.today import LISTED, Line, places_today

PAGE = 25
WAITS = {
    "home": "Went home: nobody asked yet",
    "reviews": "Ask whether it is still safe",
    "late": "Work past its day",
    "test": "To be tested",
    "landlord": "Waits for the landlord",
}


@dataclass(frozen=True)
class MadeSafe:
    """A home of the list: where it stands, its works and when it is asked after."""

    sanctuary: Sanctuary
    called: str
    works: int
    done: int
    late: int  # ordered, and past the day by which they were to be done
    review_on: date | None  # the next


@dataclass(frozen=True)
class MadeSafePage:
    """A page of the list; of `home` instead whoever went home and for whom nobody was asked: case, name, when."""

    rows: list[MadeSafe]
    went_home: list[tuple[Line, str]]
    count: int
    kinds: dict[str, int]
    number: int  # of the page, from 1
    is_last: bool


def made_safe(*, by: Acting, everyone: bool, waits: str = "", number: int = 1) -> MadeSafePage:
    """Homes that are being made safe or were; not `everyone`: of a case that the worker leads, or that they referred.

    `waits`: only those of a kind of WAITS. Who waits longest first. Seven statements.
    """
    asked = places_today(by=by, everyone=everyone, most=LISTED)
    today = timezone.localdate()
    found = list(_homes(by, everyone).order_by("referred_at", "id").values_list("id", "status", "consent")[:LISTED])
    unfinished = SanctuaryWork.objects.filter(done_on=None, dropped_why="", due_on__lt=today)
    ids = [row[0] for row in found]
    late = unfinished.filter(sanctuary_id__in=ids).values_list("sanctuary_id", flat=True)
    of: dict[str, set[int | None]] = {
        "home": {line.id for line in asked.home},
        "reviews": {line.of for line in asked.reviews},
        "late": set(late),
        "test": {one for one, status, _ in found if status == Sanctuary.DONE},
        "landlord": {one for one, status, consent in found if consent == "asked" and status != Sanctuary.TESTED},
    }
    wanted = [one for one in ids if not waits or one in of[waits]] if waits != "home" else []
    count = len(asked.home) if waits == "home" else len(wanted)
    last = max((count + PAGE - 1) // PAGE, 1)
    number = min(max(number, 1), last)
    page = slice((number - 1) * PAGE, number * PAGE)
    home = asked.home[page] if waits == "home" else []
    audit.record("listed_sanctuaries", "case" if home else "sanctuary", listed=[one.id for one in home] or wanted[page])
    return MadeSafePage(
        _rows(wanted[page], today), _named(home), count, {key: len(of[key]) for key in WAITS if of[key]}, number,
        number == last,
    )  # fmt: skip


def _homes(by: Acting, everyone: bool) -> QuerySet[Sanctuary]:
    rows = Sanctuary.objects.filter(organisation_id=by.acts_for).exclude(status=Sanctuary.ENDED)
    return rows if everyone else rows.filter(Q(referred_by_id=by.user_id) | Q(case_id__in=led_cases(by)))


def _named(lines: list[Line]) -> list[tuple[Line, str]]:
    people = Person.objects.filter(id__in=[line.person_id for line in lines if line.person_id])
    names = dict(people.values_list("id", "called")) if lines else {}
    return [(line, names.get(line.person_id or 0, "")) for line in lines]


def _rows(shown: list[int], today: date) -> list[MadeSafe]:
    works: dict[int, Mapping[str, Any]] = {
        row["sanctuary_id"]: row
        for row in SanctuaryWork.objects.filter(sanctuary_id__in=shown, dropped_why="")
        .values("sanctuary_id")
        .annotate(
            works=Count("id"),
            done=Count("id", filter=Q(done_on__isnull=False)),
            late=Count("id", filter=Q(done_on=None, due_on__lt=today)),
        )
    }
    reviews = dict(
        SanctuaryReview.objects.filter(sanctuary_id__in=shown, asked_on=None)
        .values("sanctuary_id")
        .annotate(next=Min("due_on"))
        .values_list("sanctuary_id", "next")
    )
    rows = {one.id: one for one in Sanctuary.objects.filter(id__in=shown).select_related("person")}
    none = {"works": 0, "done": 0, "late": 0}
    return [
        MadeSafe(
            rows[one], rows[one].person.called, review_on=reviews.get(one),
            **{key: works.get(one, none)[key] for key in none},
        )
        for one in shown
        if one in rows
    ]  # fmt: skip
