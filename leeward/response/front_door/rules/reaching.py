"""Whether somebody in triage may be called now, and in which ways they may be tried.

What holds is what the person's record says today (rules/contact.py of the people's room). What the contact brought is
asked only where the record has never had a way to reach them, or where they said that they will call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from leeward.platform.reference.working_time import LONDON
from leeward.record.people.models import ContactDetail
from leeward.record.people.rules.contact import (
    EVERY_DAY,
    EXPIRED,
    SHARED,
    UNSAFE,
    Way,
    in_window,
    in_words,
    read_ways,
)
from leeward.response.front_door.models import Contact
from leeward.response.front_door.rules.queue import Standing

TEXT_ONLY = "text_only"
HOWS = ("call", "text", "email", "through")
ONLY = {"text": "Text only", "email": "E-mail only", "through": "Through someone else only"}
NOT_SAFE = {
    "call": "They have not said that a call is safe.",
    "text": "They have not said that a text is safe.",
    "email": "They have not said that an e-mail is safe.",
    "through": "They have not named anybody through whom it is safe.",
    "visit": "They have not said that a visit is safe.",
}
UNSAFE_THEN = "They have not said that any way is safe at this time"
NO_VOICEMAIL = "They have not said that a voicemail is safe."


@dataclass(frozen=True)
class SafeTime:
    """Whether somebody may be called at a moment, the words that say so, and in which ways they may be tried at all."""

    now: bool
    words: str
    until: datetime | None = None
    said: str | None = None  # what the contact brought, where the record never had a way
    ways: tuple[Way, ...] = ()
    hows: frozenset[str] = frozenset()  # ways that are safe at some time (code list attempt_how)
    hows_now: frozenset[str] = frozenset()  # and at this moment
    voicemail: bool = False

    @property
    def sentence(self) -> str:
        """Every way with its limits, for who is about to try; put in words only where it is asked for."""
        if self.said is not None:
            return self.said
        texts = [way for way in self.ways if way.state == TEXT_ONLY]
        if texts and not any(way.is_safe for way in self.ways):
            return f"Text {texts[0].times or 'at any time'}, no calls, no voicemail"
        return in_words(self.ways).words

    def against(self, how: str, outcome: str) -> list[tuple[str, str]]:
        """What speaks against a try: the field of the form and a sentence. Nothing means that it was safe."""
        found = []
        if how not in self.hows:
            found.append(("how", NOT_SAFE.get(how, "They have not said that this is safe.")))
        elif how not in self.hows_now:
            found.append(("how", f"This was outside the safe time ({self.words})."))
        if outcome == "voicemail_left" and not self.voicemail:
            found.append(("outcome", NO_VOICEMAIL))
        return found


def safe_time(contact: Contact | Standing, details: Iterable[ContactDetail], at: datetime) -> SafeTime:
    """Whether it is safe to call at a moment. Unknown is not safe: silence is never read as yes.

    `details` are all that the person's record has, ended ones too: a way that was taken away is not what it was when
    they asked for help. Each may carry `shared`: somebody else of the same case has that number or address.
    """
    rows = list(details)
    if not rows:
        return _as_they_said(contact, at)
    local = at.astimezone(LONDON)
    shared = {row.id for row in rows if getattr(row, "shared", False)}
    ways = tuple(_text_only(way, local) or way for way in read_ways(rows, at=at, shared=shared))
    usable: dict[str, list[Way]] = {how: [] for how in HOWS}
    for way in ways:
        if way.state == TEXT_ONLY:
            usable["text"].append(way)
        elif way.is_safe and way.detail.kind == "phone":
            usable["call"].append(way)
            if way.may_text:
                usable["text"].append(way)
        elif way.is_safe and way.detail.kind in ("email", "through"):
            usable[way.detail.kind].append(way)
    found = SafeTime(
        now=False, words="", ways=ways,
        hows=frozenset(how for how, list_ in usable.items() if list_),
        hows_now=frozenset(how for how, list_ in usable.items() if any(way.may_now for way in list_)),
        voicemail=any(way.may_voicemail for way in usable["call"]),
    )  # fmt: skip
    if usable["call"]:
        now, words, until = _when([way.detail.windows for way in usable["call"]], local)
        return replace(found, now=now, words=words, until=until)
    for how, words in ONLY.items():
        if usable[how]:
            _, when, _ = _when([way.detail.windows for way in usable[how]], local)
            return replace(found, words=f"{words}: {when[0].lower()}{when[1:]}")
    if contact.may_contact == "no":
        return replace(found, words="Do not call: they will call us")
    states = {way.state for way in ways}
    if EXPIRED in states:
        return replace(found, words="Not known to be safe any more: wait for them to call")
    return replace(found, words="No safe way is known" if states & {UNSAFE, SHARED} else "Not known to be safe")


def _text_only(way: Way, at: datetime) -> Way | None:
    """A number for texts and not for calls: not safe to call, and a text was said to be safe."""
    detail = way.detail
    if detail.kind != "phone" or detail.is_safe != "no" or detail.text != "yes" or getattr(detail, "shared", False):
        return None
    if detail.review_by is not None and detail.review_by < at.date():
        return None
    return replace(way, state=TEXT_ONLY, may_text=True, may_now=in_window(detail.windows, at))


def _as_they_said(contact: Contact | Standing, at: datetime) -> SafeTime:
    """What the contact brought, where the record has no way to reach them: no number, so nothing to leave on one."""
    said = SafeTime(False, "Not known to be safe", said=contact.safe_contact)
    if contact.may_contact == "no":
        return replace(said, words="Do not call: they will call us")
    windows = contact.contact_windows if contact.may_contact == "windows" else []
    if contact.may_contact != "yes" and not windows:
        return said
    now, words, until = _when([windows], at.astimezone(LONDON))
    hows = frozenset(("call", "email", "through"))
    return replace(said, now=now, words=words, until=until, hows=hows, hows_now=hows if now else frozenset())


def _when(choices: list[list[dict[str, Any]]], local: datetime) -> tuple[bool, str, datetime | None]:
    """Whether now lies in one of several lists of weekly windows, and the words; no window in a list is any time."""
    if any(not windows for windows in choices):
        return True, "Any time", None
    upcoming: datetime | None = None
    open_until: datetime | None = None
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        for window in (window for windows in choices for window in windows):
            if day.weekday() not in (window.get("days") or EVERY_DAY):
                continue
            begins, ends = _at(day, window.get("from"), time.min), _at(day, window.get("to"), time.max)
            if begins <= local < ends:
                open_until = max(open_until or ends, ends)
            if begins > local and (upcoming is None or begins < upcoming):
                upcoming = begins
        if upcoming is not None or open_until is not None:
            break
    if open_until is not None:
        return True, f"Now until {open_until:%H:%M}", open_until
    if upcoming is None:
        return False, "Not known to be safe", None
    days = (upcoming.date() - local.date()).days
    when = "" if days == 0 else "tomorrow " if days == 1 else f"{upcoming:%A} "
    return False, f"After {when}{upcoming:%H:%M}", None


def _at(day: date, text: object, otherwise: time) -> datetime:
    try:
        clock = time.fromisoformat(str(text))
    except ValueError:
        clock = otherwise
    return datetime.combine(day, clock, LONDON)
