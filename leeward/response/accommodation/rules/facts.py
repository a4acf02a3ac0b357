"""What is entered about a need: what is needed, who comes, which areas matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class NeedFacts:
    """What is needed. `pets`: none, small or any; `words` go to a provider and must name nobody."""

    tonight: bool = False
    by_on: date | None = None
    pets: str = "none"
    pets_words: str = ""
    recourse: str = "unknown"
    wheelchair: bool = False
    step_free: bool = False
    ground_floor: bool = False
    self_contained: bool = False
    substance_use: bool = False
    mental_health: bool = False
    offending: bool = False
    night_support: bool = False
    languages: tuple[str, ...] = ()
    specialisms: tuple[str, ...] = ()
    from_area: str = ""
    words: str = ""


@dataclass(frozen=True)
class MemberFacts:
    """Somebody who comes: a person of the case, or one who is only described. Ages in whole years."""

    part: str  # main, adult, child
    person_id: int | None = None
    sex: str = ""
    birth_date: date | None = None
    age: int | None = None
    due_on: date | None = None


@dataclass(frozen=True)
class AreaFacts:
    """An area to keep away from or to be near; `miles` 0: the area itself."""

    kind: str  # danger, wanted
    area_code: str
    miles: int = 0
    why: str = ""


@dataclass(frozen=True)
class Coming:
    """Who comes, and which areas matter."""

    members: tuple[MemberFacts, ...] = ()
    areas: tuple[AreaFacts, ...] = ()
