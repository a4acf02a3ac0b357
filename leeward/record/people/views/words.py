"""Values as words, for pages that show what stands beside what was typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from leeward.platform.reference.lists import label
from leeward.platform.ui.filters import day
from leeward.record.people.rules.contact import windows_in_words
from leeward.record.people.rules.words import born_in_words

PERSON = {
    "called": "What they want to be called",
    "own_word": "The word they use for themselves",
    "birth_date": "Date of birth",
    "died_on": "Date of death",
    "language": "Language",
    "interpreter": "Interpreter",
    "interpreter_note": "About the interpreter",
    "communication_needs": "What makes talking and reading easier",
}
WAY = {
    "kind": "How",
    "value": "Number, address or name",
    "is_safe": "Safe",
    "windows": "Safe times",
    "voicemail": "Voicemail",
    "text": "Text",
    "who_may_answer": "Who may answer",
    "who_else_sees": "Who else sees it",
    "cover_name": "What we call ourselves",
    "message_text": "What a message may say",
    "code_word_sealed": "Code word",
    "confirmed_on": "Last confirmed",
    "review_by": "Ask again by",
}
_LISTS = {
    "language": "language",
    "interpreter": "three_answers",
    "is_safe": "three_answers",
    "voicemail": "three_answers",
    "text": "three_answers",
    "kind": "contact_kind",
}


def value_in_words(name: str, value: Any, precision: str = "day") -> str:
    """One value as it is read."""
    if value in (None, "", b""):
        return ""
    if name == "birth_date":
        return born_in_words(value, precision)
    if name in ("died_on", "confirmed_on", "review_by"):
        return day(value)
    if name == "windows":
        return windows_in_words(value)
    if name == "code_word_sealed":
        return "Set"
    if name in _LISTS:
        return label(_LISTS[name], str(value))
    return str(value)


def kept_in_words(kept: dict[str, Any]) -> dict[str, str]:
    """Values as the history of changes keeps them (dates as text), as they are read."""
    dates = ("birth_date", "died_on", "confirmed_on", "review_by")
    return in_words(
        {name: date.fromisoformat(value) if name in dates and value else value for name, value in kept.items()}
    )


def in_words(facts: dict[str, Any]) -> dict[str, str]:
    """All values of a form or a row as they are read."""
    precision = str(facts.get("birth_precision", "day"))
    return {name: value_in_words(name, value, precision) for name, value in facts.items()}
