"""How dates, waits, numbers and typed text are written on a page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext
from markupsafe import Markup, escape

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def day(value: dt.date | dt.datetime | None, *, short: bool = False) -> str:
    """A date in words, `4 March 2026`; with `short`, `4 March` while it is in this year. Nothing for None."""
    if value is None:
        return ""
    date = _local_date(value)
    return _written(date, short and date.year == timezone.localdate().year, get_language() or "")


@lru_cache(maxsize=4096)
def _written(date: dt.date, without_year: bool, language: str) -> str:
    del language  # part of the key
    return date_format(date, "j E" if without_year else "j E Y")


def time(value: dt.datetime | dt.time | None) -> str:
    """A time on the 24-hour clock, `09:12`. Nothing for None."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _local(value).time()
    return value.strftime("%H:%M")


def when(value: dt.date | dt.datetime | None) -> str:
    """When something was: `Today 09:12`, `Yesterday 11:05`, `4 March 2026 at 11:05`.

    A date without a time stays without one: `Today`, `4 March 2026`, never a false 00:00.
    """
    if value is None:
        return ""
    if not isinstance(value, dt.datetime):
        return _near_day(value) or day(value)
    clock = time(value)
    near = _near_day(_local_date(value))
    if near:
        return f"{near} {clock}"
    return gettext("%(day)s at %(time)s") % {"day": day(value), "time": clock}


def then(value: dt.date | dt.datetime | None) -> str:
    """As `when`, within a sentence: `today 09:12`, `4 March 2026 at 11:05`."""
    words = when(value)
    return words[:1].lower() + words[1:]


def ago(value: dt.date | dt.datetime | None) -> str:
    """How long ago, as exactly as it matters: `2 days ago`, `12 h ago`, `3 h 40 ago`, `just now`."""
    if value is None:
        return ""
    if not isinstance(value, dt.datetime):
        days = (timezone.localdate() - value).days
        if days == 0:
            return gettext("today")
        return _days_ago(days) if days > 0 else day(value)
    passed = timezone.now() - value
    seconds = passed.total_seconds()
    if seconds < MINUTE:
        return gettext("just now") if seconds > -MINUTE else when(value)
    if seconds > 6 * HOUR:
        passed -= dt.timedelta(seconds=seconds % HOUR)
    if seconds < DAY:
        return gettext("%(length)s ago") % {"length": waited(passed)}
    return _days_ago((timezone.localdate() - _local_date(value)).days)


def waited(value: dt.timedelta | None) -> str:
    """A length of time as a worker would say it: `25 min`, `3 h 40`, `2 days`. A negative one counts as nothing."""
    if value is None:
        return ""
    seconds = max(0, int(value.total_seconds()))
    if seconds < HOUR:
        return gettext("%(minutes)d min") % {"minutes": seconds // MINUTE}
    if seconds < 2 * DAY:
        hours, minutes = seconds // HOUR, seconds % HOUR // MINUTE
        if minutes:
            return gettext("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
        return gettext("%(hours)d h") % {"hours": hours}
    days = seconds // DAY
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def plural(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun: `{{ 3|plural("child", "children") }}` is `3 children`; without `many` an s is added.

    For English text only; translated text uses `ngettext`.
    """
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def number(value: int | None) -> str:
    """A count with a comma for thousands: `1,204`."""
    return "" if value is None else f"{value:,}"


def none_recorded(value: Any, words: str = "") -> Any:
    """The value, or `None recorded` in place of an empty one. Zero and False are answers and stay."""
    if value is None or value == "" or (hasattr(value, "__len__") and len(value) == 0):
        return Markup('<span class="lw-none">{}</span>').format(words or gettext("None recorded"))
    return value


def multiline(value: str | None) -> Markup:
    """Typed text as paragraphs: escaped, an empty line ends a paragraph, a line end stays a line end."""
    text = str(value or "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    paragraphs = [part for part in re.split(r"\n[ \t]*\n+", text) if part.strip()]
    return Markup("\n").join(
        # dir="auto": each paragraph runs the way its own words do
        Markup('<p class="govuk-body" dir="auto">{}</p>').format(Markup("<br>").join(escape(part).split("\n")))
        for part in paragraphs
    )


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def _local_date(value: dt.date | dt.datetime) -> dt.date:
    return _local(value).date() if isinstance(value, dt.datetime) else value


def _near_day(date: dt.date) -> str:
    distance = (date - timezone.localdate()).days
    if abs(distance) > 1:
        return ""
    return gettext("Today") if distance == 0 else gettext("Yesterday") if distance < 0 else gettext("Tomorrow")


def _days_ago(days: int) -> str:
    if days < 60:
        return ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}
    if days < 730:
        months = days // 30
        return ngettext("%(months)d month ago", "%(months)d months ago", months) % {"months": months}
    years = days // 365
    return ngettext("%(years)d year ago", "%(years)d years ago", years) % {"years": years}


FILTERS: dict[str, Callable[..., Any]] = {
    "day": day,
    "time": time,
    "when": when,
    "ago": ago,
    "waited": waited,
    "plural": plural,
    "then": then,
    "number": number,
    "none_recorded": none_recorded,
    "multiline": multiline,
}
