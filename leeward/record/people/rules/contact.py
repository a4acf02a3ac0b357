"""Whether somebody may be reached by a way, now, and the sentence that says so.

Everything is unsafe until they said that it is safe. What they said holds until the date by which it was to be asked
again, and never for a number or address that somebody else of the same case has too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from leeward.platform.reference.working_time import LONDON
from leeward.record.people.models import ContactDetail

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
EVERY_DAY = range(7)
MOST_SENTENCES = 3

SAFE, UNSAFE, EXPIRED, SHARED, UNKNOWN = "safe", "unsafe", "expired", "shared", "unknown"
STATE_WORDS = {
    SAFE: "Safe",
    UNSAFE: "Not safe",
    EXPIRED: "Not known to be safe any more",
    SHARED: "Not safe: somebody else in the case has it too",
    UNKNOWN: "Not known to be safe",
}


@dataclass(frozen=True)
class Way:
    """One way to reach somebody, with what holds for it now."""

    detail: ContactDetail
    state: str
    may_now: bool
    may_voicemail: bool
    may_text: bool

    @property
    def words(self) -> str:
        """What is known of it, as a page says it."""
        return STATE_WORDS[self.state]

    @property
    def times(self) -> str:
        """When it is safe, as a page says it; empty is at any time."""
        return windows_in_words(self.detail.windows)

    @property
    def is_safe(self) -> bool:
        """Whether it is known to be safe at all (perhaps not at this hour)."""
        return self.state == SAFE


@dataclass(frozen=True)
class SafeContact:
    """How somebody may be reached, in one sentence that stands beside their name."""

    words: str
    is_safe: bool
    may_now: bool = False
    is_stale: bool = False


def state_of(detail: ContactDetail, *, today: date, is_shared: bool = False) -> str:
    """What is known of a way: only `safe` lets anybody use it."""
    if detail.is_safe == "no":
        return UNSAFE
    if is_shared:
        return SHARED
    if detail.is_safe != "yes":
        return UNKNOWN
    if detail.review_by is not None and detail.review_by < today:
        return EXPIRED
    return SAFE


def read_way(detail: ContactDetail, *, at: datetime, is_shared: bool = False) -> Way:
    """A contact detail with what holds for it at a moment."""
    local = at.astimezone(LONDON)
    state = state_of(detail, today=local.date(), is_shared=is_shared)
    safe = state == SAFE
    return Way(
        detail=detail,
        state=state,
        may_now=safe and in_window(detail.windows, local),
        may_voicemail=safe and detail.voicemail == "yes",
        may_text=safe and detail.text == "yes",
    )


def read_ways(details: Iterable[ContactDetail], *, at: datetime, shared: Collection[int] = ()) -> list[Way]:
    """Every way that is still true, the safe ones first."""
    ways = [read_way(one, at=at, is_shared=one.id in shared) for one in details if one.ended_on is None]
    return sorted(ways, key=lambda way: (not way.is_safe, way.detail.kind != "phone", way.detail.id))


def in_words(ways: Iterable[Way]) -> SafeContact:
    """The sentence for a person: what is safe, with its limits, and nothing that is not."""
    known = list(ways)
    safe = [way for way in known if way.is_safe]
    stale = any(way.state == EXPIRED for way in known)
    if not safe:
        if stale:
            return SafeContact(
                "Not known to be safe any more: ask again before you call or write", False, is_stale=True
            )
        if any(way.state in (UNSAFE, SHARED) for way in known):
            return SafeContact("No safe way is known. Do not call, write or text", False)
        return SafeContact("Not asked yet: treat every way as unsafe", False)
    sentences = list(dict.fromkeys(_sentence(way) for way in safe))[:MOST_SENTENCES]
    if any(way.detail.code_word_sealed for way in safe):
        sentences.append("Code word set")
    return SafeContact(". ".join(sentences), True, any(way.may_now for way in safe), stale)


def _sentence(way: Way) -> str:
    detail = way.detail
    how = {"phone": "Call", "email": "E-mail", "through": "Through someone else"}.get(detail.kind, "Another way")
    words = [f"{how} {way.times or 'at any time'}"]
    if detail.kind == "phone":
        words.append("voicemail is safe" if way.may_voicemail else "no voicemail")
        words.append("texts are safe" if way.may_text else "no texts")
    if detail.who_may_answer:
        words.append(f"may be answered by {detail.who_may_answer}")
    if detail.cover_name:
        words.append(f"we are “{detail.cover_name}”")
    return ", ".join(words)


def in_window(windows: list[dict[str, Any]], at: datetime) -> bool:
    """Whether a moment lies in one of the weekly windows; none of them means any time."""
    if not windows:
        return True
    clock = at.time()
    return any(
        at.weekday() in (window.get("days") or EVERY_DAY)
        and _time(window.get("from"), time.min) <= clock < _time(window.get("to"), time.max)
        for window in windows
    )


def _time(text: object, otherwise: time) -> time:
    try:
        return time.fromisoformat(str(text))
    except ValueError:
        return otherwise


def windows_in_words(windows: list[dict[str, Any]]) -> str:
    """Weekly times in words: `10:00–14:00 Mon to Fri`."""
    found = []
    for window in windows:
        days = sorted(day for day in window.get("days", []) if day in EVERY_DAY)
        times = f"{window.get('from', '')}–{window.get('to', '')}".strip("–")
        found.append(f"{times} {_days(days)}".strip())
    return " or ".join(found)


def _days(days: list[int]) -> str:
    if not days:
        return ""
    if len(days) == 7:
        return "every day"
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{DAYS[days[0]]} to {DAYS[days[-1]]}"
    return ", ".join(DAYS[day] for day in days)
