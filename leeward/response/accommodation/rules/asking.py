"""How an ask may move, who moves it, and what a provider is told before a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from leeward.platform.reference.lists import label
from leeward.response.accommodation.models import Ask, Need, NeedMember
from leeward.response.accommodation.rules.household import age_of

# From which status to which, and whose step it is: the provider's or that of who looks for the place.
MOVES: dict[str, dict[str, str]] = {
    Ask.ASKED: {Ask.TALKING: "provider", Ask.REFUSED: "provider", Ask.WITHDRAWN: "seeker"},
    Ask.TALKING: {Ask.OFFERED: "provider", Ask.REFUSED: "provider", Ask.WITHDRAWN: "seeker", Ask.DECLINED: "seeker"},
    # Offered again, it is held for longer, or anew where the hold has run out.
    Ask.OFFERED: {
        Ask.OFFERED: "provider", Ask.ACCEPTED: "seeker", Ask.DECLINED: "seeker", Ask.REFUSED: "provider",
        Ask.WITHDRAWN: "seeker",
    },
}  # fmt: skip
OPEN = (Ask.ASKED, Ask.TALKING, Ask.OFFERED)
STATUS_WORDS = {
    Ask.ASKED: "Asked",
    Ask.TALKING: "We can talk",
    Ask.OFFERED: "Offered, held",
    Ask.ACCEPTED: "Accepted",
    Ask.REFUSED: "Refused by the provider",
    Ask.DECLINED: "Declined by the household",
    Ask.WITHDRAWN: "Taken back",
    Ask.EXPIRED: "The hold ran out",
    Ask.LOST: "They found another place",
}
# How long a hold lasts where the provider says nothing else, and how long it may last. Chosen by us: no rule says it.
HOLD = timedelta(hours=24)
LONGEST_HOLD = timedelta(days=7)
# An ask that nobody answered for so long is followed up.
STALLED = {Ask.ASKED: timedelta(hours=2), Ask.TALKING: timedelta(hours=4)}


def may_move(ask: Ask, to: str, side: str) -> bool:
    """Whether this side ("provider" or "seeker") can take an ask to a status from where it stands."""
    return MOVES.get(ask.status, {}).get(to) == side


def sheet_of(need: Need, members: Iterable[NeedMember], on: date) -> dict[str, Any]:
    """What a provider is told before a name: no name, no birth date, no street, no number that leads to a record.

    Ages in whole years. The area that they leave is left out: a provider sees only that its place is not too near.
    """
    people = [
        {
            "part": one.part,
            "sex": one.sex,
            "age": age_of(one, on),
            "expected": one.due_on is not None and one.birth_date is None,
        }
        for one in members
        if one.left_at is None
    ]
    return {
        "people": sorted(people, key=lambda one: ("main adult child".index(one["part"]), -(one["age"] or 0))),
        "risk": need.risk,
        "tonight": need.tonight,
        "by_on": need.by_on.isoformat() if need.by_on else "",
        "pets": need.pets,
        "pets_words": need.pets_words,
        "recourse": need.recourse,
        "needs": [words for name, words in NEEDS.items() if getattr(need, name)],
        "languages": list(need.languages),
        "specialisms": list(need.specialisms),
        "words": need.words,
    }


NEEDS = {
    "wheelchair": "a wheelchair",
    "step_free": "no steps",
    "ground_floor": "the ground floor",
    "self_contained": "nothing shared",
    "substance_use": "support with substances",
    "mental_health": "support with mental health",
    "offending": "has a history of offending",
    "night_support": "staff at night",
}


def people_in_words(sheet: dict[str, Any]) -> str:
    """Who comes: "Woman, 34, with a son of 15 and a daughter of 3"."""
    grown = [one for one in sheet["people"] if one["part"] != "child"]
    children = [one for one in sheet["people"] if one["part"] == "child"]
    who = ", ".join(filter(None, [_adult(one) for one in grown]))
    said = f"{who}, with {_listed([_child(one) for one in children])}" if children else who
    return f"{said[:1].upper()}{said[1:]}"


def _adult(one: dict[str, Any]) -> str:
    word = {"female": "woman", "male": "man"}.get(one["sex"], "adult")
    return f"{word}, {one['age']}" if one["age"] is not None else word


def _child(one: dict[str, Any]) -> str:
    if one.get("expected"):
        return "a baby expected"
    word = {"female": "a daughter", "male": "a son"}.get(one["sex"], "a child")
    return f"{word} of {one['age']}" if one["age"] is not None else f"{word} of an age not known"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def refusal_words(list_name: str, reason: str, words: str) -> str:
    """A refusal as it is read: its code in words, then what was typed."""
    return ". ".join(filter(None, [label(list_name, reason), words]))
