"""A household in numbers: who it is, how old they are on a day, who needs a bed. Ages in whole years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

BABY = 2  # younger than this sleeps in a cot where there is one


class _Member(Protocol):
    part: str
    sex: str
    birth_date: date | None
    age: int | None
    age_on: date | None

    @property
    def due_on(self) -> date | None: ...


def age_of(member: _Member, on: date) -> int | None:
    """Whole years on a day, from the birth date or from the age as it was said; None where neither is known.

    Somebody expected but not born by then is 0.
    """
    if member.birth_date is not None:
        born = member.birth_date
        return max(on.year - born.year - ((on.month, on.day) < (born.month, born.day)), 0)
    if member.due_on is not None:
        return 0
    if member.age is None:
        return None
    said = member.age_on or on
    return member.age + max(on.year - said.year - ((on.month, on.day) < (said.month, said.day)), 0)


@dataclass(frozen=True)
class Household:
    """Who comes, as the match looks at it. An age that nobody knows counts as 17: never too small."""

    adults: tuple[str, ...]  # their sexes
    children: tuple[tuple[str, int | None], ...]  # sex and age
    grown: tuple[tuple[str, int], ...] = ()  # of the adults, those who are somebody's child: sex and age

    @property
    def people(self) -> int:
        """Everybody."""
        return len(self.adults) + len(self.children)

    @property
    def babies(self) -> int:
        """Children who can sleep in a cot."""
        return sum(1 for _, age in self.children if age is not None and age < BABY)

    @property
    def oldest_son(self) -> int | None:
        """Age of the oldest who is, or may be, a son, grown up too; 17 where nobody knows it; None for none."""
        ages = [17 if age is None else age for sex, age in (*self.children, *self.grown) if sex != "female"]
        return max(ages, default=None)


def household(members: Iterable[_Member], on: date) -> Household:
    """The household on a day. A child who is 18 by then is an adult, and still a son to a house with a limit."""
    adults: list[str] = []
    children: list[tuple[str, int | None]] = []
    grown: list[tuple[str, int]] = []
    for one in members:
        age = age_of(one, on)
        if one.part == "child" and (age is None or age < 18):
            children.append((one.sex, age))
        else:
            adults.append(one.sex)
            if one.part == "child" and age is not None:
                grown.append((one.sex, age))
    return Household(tuple(adults), tuple(children), tuple(grown))


@dataclass(frozen=True)
class Wanted:
    """A need in the numbers that the match asks for. Distances are by area code, in miles."""

    id: int
    partnership_id: int
    household: Household
    ready: datetime  # by when
    from_area: str = ""
    from_areas: tuple[str, ...] = ()  # with what it is a part of, and its parts
    unsure: frozenset[str] = frozenset()  # areas of which nobody can tell how far they are from danger
    blocked: tuple[str, ...] = ()  # areas nearer to danger than is safe
    wanted: dict[str, float] = field(default_factory=dict)  # miles from each area to the nearest one they want
    danger: dict[str, float] = field(default_factory=dict)  # miles from each area to the nearest danger
    pets: int = 0  # 0 none, 1 small, 2 any
    wheelchair: bool = False
    step_free: bool = False
    ground_floor: bool = False
    alone: bool = False
    no_recourse: bool = False
    substance_use: bool = False
    mental_health: bool = False
    offending: bool = False
    night: bool = False
    languages: tuple[str, ...] = ()
    specialisms: tuple[str, ...] = ()
    moves: bool = False  # from a place that they have already
