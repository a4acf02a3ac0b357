"""How somebody may safely be reached, in one sentence that stands beside their name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from leeward.record.people.models import ContactDetail

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MOST_DIFFERENT = 3


@dataclass(frozen=True)
class SafeContact:
    """The sentence; whether it says that something is safe; whether it is due to be asked again."""

    words: str
    is_safe: bool
    is_stale: bool = False


def safe_contact(person_id: int) -> SafeContact:
    """The sentence for a person, from every way to reach them that is still true."""
    return in_words(ContactDetail.objects.filter(person_id=person_id, ended_on=None).order_by("kind", "id"))


def in_words(details: Iterable[ContactDetail], today: date | None = None) -> SafeContact:
    """Everything is unsafe until they said that it is safe: only what is safe is offered, with its limits."""
    today = today or timezone.localdate()
    known = list(details)
    said_safe = [detail for detail in known if detail.is_safe == "yes"]
    # A way whose review date has passed is not known to be safe any more: what is safe changes.
    safe = [detail for detail in said_safe if detail.review_by is None or detail.review_by >= today]
    if not safe:
        if said_safe:
            return SafeContact(
                "Not known to be safe any more: ask again before you call or write", is_safe=False, is_stale=True
            )
        if any(detail.is_safe == "no" for detail in known):
            return SafeContact("No safe way is known. Do not call, write or text", is_safe=False)
        return SafeContact("Not asked yet: treat every way as unsafe", is_safe=False)
    sentences = list(dict.fromkeys(_one(detail) for detail in safe))[:MOST_DIFFERENT]
    if any(detail.code_word_sealed for detail in safe):
        sentences.append("Code word set")
    stale = len(safe) < len(said_safe)
    return SafeContact(". ".join(sentences), is_safe=True, is_stale=stale)


def _one(detail: ContactDetail) -> str:
    how = {"phone": "Call", "email": "E-mail", "through": "Through someone else"}.get(detail.kind, "Another way")
    words = [f"{how} {windows(detail.windows) or 'at any time'}".strip()]
    if detail.kind == "phone":
        words.append("voicemail is safe" if detail.voicemail == "yes" else "no voicemail")
        words.append("texts are safe" if detail.text == "yes" else "no texts")
    if detail.who_may_answer:
        words.append(f"may be answered by {detail.who_may_answer}")
    if detail.cover_name:
        words.append(f"we are “{detail.cover_name}”")
    return ", ".join(words)


def windows(given: list[dict[str, Any]]) -> str:
    """Weekly times in words: `10:00–14:00 Mon to Fri`."""
    found = []
    for window in given:
        days = sorted(day for day in window.get("days", []) if 0 <= day <= 6)
        times = f"{window.get('from', '')}–{window.get('to', '')}".strip("–")
        found.append(f"{times} {_days(days)}".strip())
    return " or ".join(found)


def _days(days: list[int]) -> str:
    if not days or len(days) == 7:
        return "every day" if days else ""
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{DAYS[days[0]]} to {DAYS[days[-1]]}"
    return ", ".join(DAYS[day] for day in days)
