"""A table as the generator needs it, a case that may be referred, a referral as it is being made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from leeward.demo.marac.words import AGENCIES, EVERY, FRIDAY, HISTORY, LOCAL, SLICES_A_TABLE, WEDNESDAY

if TYPE_CHECKING:
    from leeward.demo.generate import Somebody


@dataclass(frozen=True)
class Sitting:
    """Somebody who sits at a table."""

    key: str
    user_id: int
    name: str
    organisation_id: int
    part: str


@dataclass(frozen=True)
class Agency:
    """An agency of a table."""

    organisation_id: int
    kind: str
    name: str
    researches: bool


@dataclass(frozen=True)
class Table:
    """One MARAC of a partnership, as the generator needs it."""

    id: int
    name: str
    agencies: list[Agency]
    seats: list[Sitting]
    meetings: list[tuple[int, datetime]]  # from the first to the one after next
    coming: int  # the place in `meetings` of the one whose agenda is out
    slices: int
    daily: tuple[int, list[tuple[int, datetime]]] | None = None  # the short meeting: the last one, and the next


@dataclass
class Put:
    """A case that may be referred, with what the referral says of it."""

    case_id: int
    subject: Somebody
    children: int
    provider_id: int
    worker: tuple[int, str]
    opened: datetime
    closed: datetime | None
    risk: str
    assessment_id: int | None
    points: int | None
    sent: dict[str, object]
    reference: str
    lead: int
    review: date | None
    people: list[tuple[Somebody, str]]
    area: str
    human: int


@dataclass
class Told:
    """A referral as it is being made."""

    put: Put
    at: datetime
    id: int = 0
    meeting: int | None = None  # place in the table's meetings; none: waiting
    late: bool = False
    withdrawn: bool = False
    put_off: bool = False
    returned: bool = False
    again: date | None = None  # when they were heard last


def tables(
    *, county: str, slices: int, ids: Iterator[int], organisations: dict[str, tuple[int, str]],
    users: dict[str, tuple[int, str]], today: date,
) -> list[Table]:  # fmt: skip
    """The MARACs of a partnership with so many slices, with their seats and meetings."""
    coming = today + timedelta(days=3)
    coming += timedelta(days=(WEDNESDAY - coming.weekday()) % 7)
    back = HISTORY.days // EVERY
    made = []
    count = max(round(slices / SLICES_A_TABLE), 1)
    for place in range(count):
        agencies = [
            Agency(organisations[key][0], kind, organisations[key][1], researches)
            for key, kind, researches, _ in AGENCIES
        ]
        seats = [
            Sitting(user, *users[user], organisations[key][0], part)
            for key, _, _, sitting in AGENCIES
            for user, part in sitting
            if user in users
        ]
        days = [coming + timedelta(days=EVERY * step) for step in range(-back, 3)]
        before, after = today - timedelta(days=1), today
        while before.weekday() > FRIDAY:
            before -= timedelta(days=1)
        while after.weekday() > FRIDAY:
            after += timedelta(days=1)
        hours = [datetime.combine(day, time(9, 15), LOCAL) for day in (before, after)]
        daily = (next(ids), [(next(ids), at) for at in hours]) if place == 0 else None
        made.append(
            Table(
                next(ids), f"{county} MARAC" + (f" {place + 1}" if count > 1 else ""), agencies, seats,
                [(next(ids), datetime.combine(day, time(9, 30), LOCAL)) for day in days], back,
                max(slices // count, 1), daily,
            )
        )  # fmt: skip
    return made
