"""Answers to the questions about equality, as the record keeps them."""

from __future__ import annotations

from leeward.response.front_door.actions.receiving import EqualityFact
from leeward.response.front_door.questions import Result

# The record's list, and the field with the person's own words for it.
LISTS = {
    "sex": "",
    "gender_same": "gender_words",
    "sexual_orientation": "sexual_orientation_words",
    "ethnicity": "ethnicity_words",
    "religion": "religion_words",
    "disability": "",
}


def equality_facts(result: Result) -> tuple[EqualityFact, ...]:
    """One fact for each question that was asked: answered, declined or not known. What was not asked is not here."""
    found = []
    for name, words in LISTS.items():
        state = result.states.get(f"equality.{name}")
        own_words = str(result.get(f"equality.{words}", "") if words else "")
        code = str(result.get(f"equality.{name}", ""))
        if name == "ethnicity" and not code:
            # A group without a finer answer says something, but no code of the list: kept in its words.
            state = result.states.get("equality.ethnicity_group", state)
            group = _said(result, "ethnic_group") if state == "answered" else ""
            own_words = own_words or group
        if state is None:
            continue
        found.append(EqualityFact(name, "answered" if code or own_words else state, code, own_words))
    return tuple(found)


def _said(result: Result, question: str) -> str:
    return next((", ".join(item.lines) for item in result.spoken if item.question == question), "")
