"""Everybody who waits for a place in the partnership, without names: the placement coordinator's page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.pages import page_of
from leeward.response.accommodation.rules.asking import people_in_words
from leeward.response.accommodation.rules.coordinating import danger_of, needs_in_words, number_of


@dataclass(frozen=True)
class Waiting:
    """One household that waits, as a coordinator may know it. `need` is a number that leads to no name."""

    need: int
    who: str  # "Woman, 34, with a son of 15"
    number: str  # "1 adult and 1 child"
    people: int
    risk: str
    tonight: bool
    by_on: date | None
    opened_at: datetime
    area: str  # code, where it may be told
    keys: frozenset[str]  # what filters ask for
    needs: tuple[str, ...]
    searches: int
    found_nothing: int
    asks_open: int
    asks_refused: int
    step: str
    look_again_on: date | None
    suggested: int
    again_at: datetime | None

    @property
    def is_stalled(self) -> bool:
        """Whether nobody is asked and nothing is done meanwhile, or what is done was to be looked at before today."""
        late = self.look_again_on is not None and self.look_again_on < timezone.localdate()
        return not self.asks_open and (not self.step or late)

    @property
    def waits(self) -> timedelta:
        """Since they were first looked for."""
        return timezone.now() - self.opened_at

    @property
    def danger(self) -> int:
        """Its place in the order of danger."""
        return danger_of(self.risk, tonight=self.tonight)


@dataclass(frozen=True)
class Asked:
    """What a coordinator asked to see: each empty means any."""

    risk: str = ""
    when: str = ""  # tonight
    wants: str = ""  # a key of a need, or a specialism
    longer: int = 0  # days
    stalled: bool = False
    sort: str = "danger"


ORDERS: dict[str, Callable[[Waiting], tuple[Any, ...]]] = {
    "danger": lambda one: (-one.danger, one.opened_at, one.need),
    "longest": lambda one: (one.opened_at, one.need),
    "largest": lambda one: (-one.people, -one.danger, one.opened_at, one.need),
    "nothing": lambda one: (-one.found_nothing, -one.danger, one.opened_at, one.need),
}


@dataclass(frozen=True)
class WaitingPage:
    """A page of those who match, in the order asked for; how many wait in all, how many people and stalled ones."""

    rows: list[Waiting]
    more: bool
    matching: int
    all: int
    people: int
    stalled: int


def waiting_page(*, by: Acting, asked: Asked, page: int = 1) -> WaitingPage:
    """Who waits. Two statements, whatever there is."""
    by.must(Permission.PLACEMENT)
    every = everybody_waiting()
    found = sorted(matching(every, asked), key=ORDERS[asked.sort])
    shown, more = page_of(found, page)
    audit.record("listed_waiting", "need", listed=[one.need for one in shown])
    return WaitingPage(
        shown, more, len(found), len(every), sum(one.people for one in every), sum(one.is_stalled for one in every)
    )


def everybody_waiting() -> list[Waiting]:
    """Everybody whom whoever acts may know of; nobody for who is no placement coordinator. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_waiting()")
        rows = [row[0] for row in cursor.fetchall()]
    return [_waiting(json.loads(row) if isinstance(row, str) else row) for row in rows]


def matching(every: Iterable[Waiting], asked: Asked) -> list[Waiting]:
    """Those who match what was asked for."""
    before = timezone.now() - timedelta(days=asked.longer)
    return [
        one
        for one in every
        if (not asked.risk or one.risk == asked.risk)
        and (asked.when != "tonight" or one.tonight)
        and (not asked.wants or asked.wants in one.keys)
        and (not asked.longer or one.opened_at <= before)
        and (not asked.stalled or one.is_stalled)
    ]


FLAGS = ("wheelchair", "step_free", "ground_floor", "self_contained", "substance_use", "mental_health", "offending",
         "night_support")  # fmt: skip


def _waiting(row: dict[str, Any]) -> Waiting:
    people = seen_people(row["people"] or [])
    keys = {name for name in FLAGS if row[name]} | set(row["specialisms"])
    keys |= {"pets"} if row["pets"] != "none" else set()
    keys |= {"no_funds"} if row["recourse"] == "none" else set()
    return Waiting(
        need=row["need"],
        who=people_in_words({"people": people}),
        number=number_of(people),
        people=len(people),
        risk=row["risk"],
        tonight=row["tonight"],
        by_on=date.fromisoformat(row["by_on"]) if row["by_on"] else None,
        opened_at=datetime.fromisoformat(row["opened_at"]),
        area=row["from_area"] or "",
        keys=frozenset(keys),
        needs=tuple(needs_in_words(row)),
        searches=row["searches"],
        found_nothing=row["found_nothing"],
        asks_open=row["asks_open"],
        asks_refused=row["asks_refused"],
        step=row["step"] or "",
        look_again_on=date.fromisoformat(row["look_again_on"]) if row["look_again_on"] else None,
        suggested=row["suggested"],
        again_at=datetime.fromisoformat(row["again_at"]) if row["again_at"] else None,
    )


def seen_people(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """People of a household in the order in which they are told."""
    return sorted(people, key=lambda one: ("main adult child".index(one["part"]), -(one["age"] or 0)))
