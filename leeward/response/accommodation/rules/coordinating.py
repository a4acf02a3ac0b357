"""What a coordinator reads of a household that waits, in words; how danger is put in order for a proposal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from leeward.platform.reference.lists import label
from leeward.response.accommodation.rules.asking import NEEDS

# Greatest first: the risk as the case has it. Who was not assessed counts as medium: nobody knows that they are safe.
# Of the same risk, who has nowhere tonight comes first. Chosen by us: no guidance puts these in one order.
RISK = {"high": 3, "medium": 2, "unknown": 2, "standard": 1}
# A proposal that has not ended after so long never will: its worker was stopped.
TOO_LONG = timedelta(minutes=10)
PETS = {"small": "small pets come", "any": "a dog, a cat or more come"}


def danger_of(risk: str, *, tonight: bool) -> int:
    """A household's place in the order of danger: more is greater."""
    return 2 * RISK.get(risk, RISK["unknown"]) + tonight


def needs_in_words(facts: Mapping[str, Any]) -> list[str]:
    """What a place must have, in short labels: codes and flags of a need, no free text."""
    found = [words for name, words in NEEDS.items() if facts.get(name)]
    if facts.get("pets") in PETS:
        found.append(PETS[facts["pets"]])
    if facts.get("recourse") == "none":
        found.append("no recourse to public funds")
    found += [f"speaks {label('language', code)}" for code in facts.get("languages") or []]
    found += [label("accommodation_specialism", code) for code in facts.get("specialisms") or []]
    return found


def number_of(people: Sequence[Mapping[str, Any]]) -> str:
    """How many people: "1 adult and 2 children"."""
    children = sum(1 for one in people if one["part"] == "child" and (one["age"] is None or one["age"] < 18))
    adults = len(people) - children
    parts = [f"{adults} adult{'s'[: adults != 1]}"] if adults else []
    if children:
        parts.append(f"{children} {'child' if children == 1 else 'children'}")
    return " and ".join(parts)
