"""Promised times, safe times, and what may be done with a contact."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from leeward.platform.reference.working_time import LONDON, Hours, add_working_time
from leeward.response.front_door.models import Contact, Target

# Where a partnership has set nothing: 4 working hours for high risk, 24 hours for everybody else.
DEFAULT_TARGETS = {"high": (timedelta(hours=4), True)}
DEFAULT_TARGET = (timedelta(hours=24), False)

OPEN_STATUSES = (Contact.NEW, Contact.TAKEN, Contact.OFFERED)


@dataclass(frozen=True)
class SafeTime:
    """Whether somebody may be called at a moment, and the words that say so."""

    now: bool
    words: str
    until: datetime | None = None


def attempt_due(partnership_id: int, risk: str, received_at: datetime) -> datetime:
    """When a first attempt is promised at the latest."""
    target = Target.objects.filter(partnership_id=partnership_id, risk=risk).first()
    if target is None:
        duration, working = DEFAULT_TARGETS.get(risk, DEFAULT_TARGET)
        hours = Hours()
    else:
        duration, working = timedelta(hours=float(target.hours)), target.is_working_time
        hours = Hours(target.opens, target.closes, frozenset(target.weekdays or range(5)))
    return add_working_time(received_at, duration, hours) if working else received_at + duration


def safe_time(may_contact: str, windows: list[dict[str, Any]], at: datetime) -> SafeTime:
    """Whether it is safe to call at `at`. Unknown is not safe: silence is never read as yes."""
    if may_contact == "yes":
        return SafeTime(True, "Any time")
    if may_contact == "no":
        return SafeTime(False, "Do not call: they will call us")
    if may_contact != "windows" or not windows:
        return SafeTime(False, "Not known to be safe")
    local = at.astimezone(LONDON)
    upcoming: datetime | None = None
    for ahead in range(8):
        day = local.date() + timedelta(days=ahead)
        for window in windows:
            if day.weekday() not in window["days"]:
                continue
            begins = datetime.combine(day, time.fromisoformat(window["from"]), LONDON)
            ends = datetime.combine(day, time.fromisoformat(window["to"]), LONDON)
            if begins <= local < ends:
                return SafeTime(True, f"Now until {ends:%H:%M}", ends)
            if begins > local and (upcoming is None or begins < upcoming):
                upcoming = begins
        if upcoming is not None:
            break
    if upcoming is None:
        return SafeTime(False, "Not known to be safe")
    days = (upcoming.date() - local.date()).days
    when = "" if days == 0 else "tomorrow " if days == 1 else f"{upcoming:%A} "
    return SafeTime(False, f"After {when}{upcoming:%H:%M}")


def hash_code(code: str) -> str:
    """A receipt's code as it is kept: a stranger who reads the table cannot open a receipt."""
    return hashlib.sha256(code.strip().upper().replace(" ", "").encode()).hexdigest()
