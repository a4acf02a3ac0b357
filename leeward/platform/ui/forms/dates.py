"""Dates in three boxes, dates only roughly known, and times of day."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext

from leeward.platform.ui.filters import day as day_in_words
from leeward.platform.ui.forms.base import UNWRITABLE, Question, Words, sentence

PARTS = ("day", "month", "year")
EARLIEST_YEAR = 1900
LATEST_YEAR = 2200
ENGLISH_MONTHS = {name[:3].lower(): number for number, name in enumerate(calendar.month_name) if name}


class Boxes(forms.Widget):
    """Three boxes, whose value is what was typed in each: `{"day": "31", "month": "2", "year": "2026"}`."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """What was typed, untouched."""
        return {part: str(data.get(f"{name}-{part}", "") or "") for part in PARTS}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Whether none of the boxes was sent."""
        return all(f"{name}-{part}" not in data for part in PARTS)


class _Boxed(Question, forms.Field):
    """What the two kinds of date share: reading boxes, and saying exactly which box is wrong."""

    component = "date-input"
    widget = Boxes
    parts: tuple[str, ...] = PARTS

    def __init__(self, *, past: bool = False, future: bool = False, own: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.past = past  # today or earlier
        self.future = future  # today or later
        self.own = own  # the person's own birth date, for autocomplete

    def boxes(self, value: Any) -> dict[str, str]:
        """What stands in each box, for a page: typed text, or the parts of a date."""
        if isinstance(value, Mapping):
            return {part: UNWRITABLE.sub("", str(value.get(part, "") or "")) for part in PARTS}
        if isinstance(value, ApproximateDate):
            return {"day": str(value.day or ""), "month": str(value.month or ""), "year": str(value.year)}
        if isinstance(value, dt.date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        return dict.fromkeys(PARTS, "")

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes differ from those first shown."""
        return bool(self.boxes(initial) != self.boxes(data))

    def part_error(self, words: str, *parts: str, **params: Any) -> ValidationError:
        """A mistake in some of the boxes; the summary links to the first of them."""
        text = words.format(what=self.what, What=self.What, **params)
        return sentence(text, "invalid", {"parts": parts})

    def _read_year(self, text: str) -> int:
        if not text.isdecimal():
            raise self.part_error(gettext("The year must be in figures, like 1987"), "year")
        if len(text) != 4:
            raise self.part_error(gettext("The year must have 4 figures, like 1987"), "year")
        year = int(text)
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            raise self.part_error(
                gettext("Check the year: it must be between {first} and {last}"),
                "year",
                first=EARLIEST_YEAR,
                last=timezone.localdate().year if self.past else LATEST_YEAR,
            )
        return year

    def _read_month(self, text: str) -> int:
        month = int(text) if text.isdecimal() and len(text) < 3 else _month_by_name(text)
        if not 1 <= month <= 12:
            raise self.part_error(gettext("The month must be a number from 1 to 12, or its name"), "month")
        return month

    def _read_day(self, text: str, month: int, year: int) -> int:
        day = int(text) if text.isdecimal() and len(text) < 3 else 0
        if not 1 <= day <= 31:
            raise self.part_error(gettext("The day must be a number from 1 to 31"), "day")
        last = calendar.monthrange(year, month)[1]
        if day > last:
            raise self.part_error(
                gettext("There is no such date: {month} {year} has only {last} days"),
                "day",
                month=MONTHS[month],
                year=year,
                last=last,
            )
        return day

    def _check_side(self, earliest: dt.date, latest: dt.date) -> None:
        today = timezone.localdate()
        if self.past and earliest > today:
            raise self.part_error(
                gettext("{What} must be today or in the past: check the year"), "year", "month", "day"
            )
        if self.future and latest < today:
            raise self.part_error(gettext("{What} must be today or later"), "day", "month", "year")


class DateField(_Boxed):
    """A whole date: day, month, year. `past` or `future` say on which side of today it must lie."""

    def clean(self, value: Any) -> dt.date | None:
        """The date, or None; each way of being wrong has its sentence."""
        boxes = {part: text.strip() for part, text in self.boxes(value).items()}
        empty = [part for part in PARTS if not boxes[part]]
        if len(empty) == 3:
            if self.required:
                raise self.missing(parts=PARTS)
            return None
        if empty:
            raise self.part_error(gettext("{What} must have a {missing} too"), *empty, missing=_listed(empty))
        year, month = self._read_year(boxes["year"]), self._read_month(boxes["month"])
        date = dt.date(year, month, self._read_day(boxes["day"], month, year))
        self._check_side(date, date)
        return date


@dataclass(frozen=True, order=True)
class ApproximateDate:
    """A date of which only the year, or the year and month, may be known."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`: how much is known."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def earliest(self) -> dt.date:
        """The first day that it can be."""
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> dt.date:
        """The last day that it can be."""
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def iso(self) -> str:
        """`2026`, `2026-03` or `2026-03-04`: how to keep it in one column."""
        return self.earliest.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]

    @classmethod
    def from_iso(cls, text: str) -> ApproximateDate:
        """Back from `iso`."""
        return cls(*(int(part) for part in text.split("-")))

    def __str__(self) -> str:
        if self.day:
            return day_in_words(self.earliest)
        return f"{MONTHS[self.month]} {self.year}" if self.month else str(self.year)


class ApproximateDateField(_Boxed):
    """A date of which the year alone will do, or the month and year."""

    def clean(self, value: Any) -> ApproximateDate | None:
        """As much of the date as is known, or None."""
        boxes = {part: text.strip() for part, text in self.boxes(value).items()}
        if not any(boxes.values()):
            if self.required:
                raise self.missing(parts=PARTS)
            return None
        if not boxes["year"]:
            raise self.part_error(
                gettext("{What} must have a year; leave out the day or month if you do not know them"), "year"
            )
        if boxes["day"] and not boxes["month"]:
            raise self.part_error(gettext("{What} has a day but no month: add the month, or take out the day"), "month")
        year = self._read_year(boxes["year"])
        month = self._read_month(boxes["month"]) if boxes["month"] else None
        day = self._read_day(boxes["day"], month, year) if boxes["day"] and month else None
        date = ApproximateDate(year, month, day)
        self._check_side(date.earliest, date.latest)
        return date


CLOCK = re.compile(r"(\d{1,2})(?:[:.\s]?(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.IGNORECASE)
WORDS = {"noon": dt.time(12), "midday": dt.time(12), "midnight": dt.time(0)}


class TimeField(Question, forms.Field):
    """A time of day as people write it: 9, 9am, 9:30, 09.30, 1430, noon."""

    component = "input"

    def to_python(self, value: Any) -> dt.time | None:
        """The time, or None."""
        if isinstance(value, dt.time):
            return value
        text = str(value or "").strip().lower()
        if not text:
            return None
        if text in WORDS:
            return WORDS[text]
        found = CLOCK.fullmatch(text)
        if not found:
            raise self.wrong(gettext("Enter a time like 9:30, 2pm or 14:00"))
        hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
        if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
            raise self.wrong(gettext("There is no such time: enter one like 9:30, 2pm or 14:00"))
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return dt.time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        """What stands in the box."""
        return value.strftime("%H:%M") if isinstance(value, dt.time) else value


def _month_by_name(text: str) -> int:
    name = text.strip(".").lower()
    if len(name) < 3:
        return 0
    for number, words in MONTHS.items():
        if str(words).lower() == name:
            return int(number)
    found = ENGLISH_MONTHS.get(name[:3], 0)
    return found if found and calendar.month_name[found].lower().startswith(name) else 0


def _listed(parts: list[str]) -> str:
    names: dict[str, Words] = {"day": gettext("day"), "month": gettext("month"), "year": gettext("year")}
    return str(gettext(" and ")).join(str(names[part]) for part in parts)
