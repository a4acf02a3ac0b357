"""The reciprocal in plain values: what a scheme chooses, what is entered, the words of a run and its proof."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

LONGEST = 6  # a cycle or a chain: longer ones fall through too often, and take the solver too long
RISK_STEPS = {"high": 3, "medium": 2, "standard": 1}  # of code list risk_level; anything else counts as none
# Choices of ours, not verified with a scheme; five areas are those of the Pan-London Housing Reciprocal (Safer London).
LEAST_AREAS = 5


@dataclass(frozen=True)
class SchemeFacts:
    """What a scheme has chosen; `ledger_limit` None: a landlord may owe, or be owed, any number."""

    longest_cycle: int = 3
    longest_chain: int = 4
    ledger_limit: int | None = 3
    days_per_risk: int = 180
    least_areas: int = LEAST_AREAS
    spare_bedrooms: int = 0
    agree_days: int = 5
    answer_days: int = 3
    seconds: int = 60


@dataclass(frozen=True)
class HomeFacts:
    """A pledged home: never where it is, an area and what it has."""

    label: str
    area_code: str
    bedrooms: int
    step_free: bool = False
    wheelchair: bool = False
    ready_on: date | None = None


@dataclass(frozen=True)
class MoverFacts:
    """A household that must move: the secure home that it leaves, what it needs, where it could live."""

    from_area: str
    home_bedrooms: int
    people: int
    bedrooms: int
    areas: tuple[str, ...]
    away_areas: tuple[str, ...] = ()
    home_step_free: bool = False
    home_wheelchair: bool = False
    step_free: bool = False
    wheelchair: bool = False
    consent_on: date | None = None


def household_words(sheet: Mapping[str, object]) -> str:
    """A household without a name: how many, and what they need."""
    people, bedrooms = int(str(sheet.get("people", 1))), int(str(sheet.get("bedrooms", 1)))
    who = "1 person" if people == 1 else f"{people} people"
    return f"{who}, {bedrooms_words(bedrooms)}{access_words(sheet)}"


def home_words(sheet: Mapping[str, object]) -> str:
    """A home: what it has."""
    return f"{bedrooms_words(int(str(sheet.get('bedrooms', 1))))}{access_words(sheet)}"


def bedrooms_words(number: int) -> str:
    """How many bedrooms."""
    return "1 bedroom" if number == 1 else f"{number} bedrooms"


def access_words(sheet: Mapping[str, object]) -> str:
    """What is needed, or there, to get about."""
    return ", for a wheelchair" if sheet.get("wheelchair") else ", no steps" if sheet.get("step_free") else ""


def proof_words(*, people: int, people_bound: int, value: float, bound: float, seconds: float) -> list[str]:
    """What is proven of a run, as one would say it to a landlord."""
    if people >= people_bound:
        words = ["No set of moves houses more people." if people else "No set of moves houses anybody."]
        if not people:
            return words
        if value >= bound:
            return [*words, "And none that houses as many counts more risk and time waited."]
        share = (bound - value) / bound if bound else 0.0
        return [*words, f"One that houses as many could count at most {share:.1%} more risk and time waited."]
    more = people_bound - people
    return [
        f"The time ran out after {seconds:.0f} seconds: at most {more} more {'person' if more == 1 else 'people'}"
        f" could be housed, that is {people_bound} and not {people}."
    ]


LEFT_WORDS = {
    "offered": "have had their one offer",
    "areas": "name too few areas outside their own",
    "none_fits": "find no home in an area that they named, with what they need",
    "no_way": "fit a home to which no chain and no cycle leads",
    "ledger": "are kept back by the limit of the ledger",
    "others": "need a home or a household of other moves proposed here",
}


def balance_words(balance: int) -> str:
    """What a landlord owes or is owed."""
    if balance == 0:
        return "Even"
    number = abs(balance)
    homes = "1 home" if number == 1 else f"{number} homes"
    return f"Is owed {homes}" if balance > 0 else f"Owes {homes}"
