"""The kinds of question: what each looks like as form fields, and how its answer is kept, typed and said.

An answer is kept as JSON (see schema.Value). One kind can need several form fields: the field of suffix "" carries the
question's label; the others have labels of their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django import forms
from django.utils.translation import gettext, override

from leeward.platform.ui.filters import day as day_in_words
from leeward.platform.ui.forms import (
    ApproximateDate,
    ApproximateDateField,
    ChoiceField,
    DateField,
    EmailField,
    LongTextField,
    ManyField,
    NumberField,
    Option,
    PhoneField,
    PostcodeField,
    TextField,
    TimeField,
)
from leeward.response.front_door.questions.schema import Question, Value

MOST_RADIOS = 7
ELSEWHERE = "elsewhere"


@dataclass(frozen=True)
class Asking:
    """What a page needs to know to ask: the language, and the partnership's areas as (code, name)."""

    language: str = "en"
    areas: tuple[tuple[str, str], ...] = ()


class Kind(Protocol):
    """What every kind can do."""

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """Form fields by suffix; `common` has label, hint, required and words for errors."""

    def read(self, cleaned: Mapping[str, Any]) -> Value | None:
        """The answer to keep, from cleaned values by suffix; None when nothing was given."""

    def problems(self, cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What is wrong between the fields: (suffix, sentence)."""

    def initial(self, value: Value) -> dict[str, Any]:
        """What stands in the fields when the page is opened again."""

    def fits(self, question: Question, value: Value) -> bool:
        """Whether a kept value is an answer to this question."""

    def typed(self, value: Value) -> Any:
        """The value as the record wants it."""

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The answer as a person would read it, a line each."""


def longest_of(question: Question, otherwise: int) -> int:
    """The limit in characters."""
    return question.longest or otherwise


class Written:
    """Text in any script, kept as typed."""

    def __init__(self, field: type[TextField], longest: int) -> None:
        self._field = field
        self._longest = longest

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """One box."""
        return {"": self._field(longest=longest_of(question, self._longest), **common)}

    def read(self, cleaned: Mapping[str, Any]) -> Value | None:
        """The text, or nothing."""
        return str(cleaned.get("") or "") or None

    def problems(self, cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
        """None: there is one field."""
        return []

    def initial(self, value: Value) -> dict[str, Any]:
        """The text."""
        return {"": value}

    def fits(self, question: Question, value: Value) -> bool:
        """Any text within the limit."""
        return isinstance(value, str) and 0 < len(value) <= longest_of(question, self._longest)

    def typed(self, value: Value) -> Any:
        """The text."""
        return value

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The text, line by line."""
        return str(value).split("\n")


class Postcode(Written):
    """A postcode, of which the first half will do."""

    def __init__(self) -> None:
        super().__init__(PostcodeField, 20)

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """One box."""
        return {"": PostcodeField(outward=True, **common)}


class Number(Written):
    """A whole number from 0 up."""

    def __init__(self, most: int) -> None:
        super().__init__(TextField, 12)
        self._most = most

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """One box."""
        return {"": NumberField(least=0, most=self._most, **common)}

    def read(self, cleaned: Mapping[str, Any]) -> Value | None:
        """The figures, or nothing; 0 is an answer."""
        number = cleaned.get("")
        return None if number is None else str(number)

    def fits(self, question: Question, value: Value) -> bool:
        """Figures within the limit."""
        return isinstance(value, str) and value.isascii() and value.isdecimal() and int(value) <= self._most

    def typed(self, value: Value) -> Any:
        """The number."""
        return int(str(value))


class Chosen(Written):
    """One answer of several: radios while they are few, else a list to open."""

    def __init__(self) -> None:
        super().__init__(TextField, 0)

    def _options(self, question: Question, asking: Asking) -> list[Option]:
        return [
            Option(option.value, option.label.in_(asking.language), option.hint.in_(asking.language), option.alone)
            for option in question.options
        ]

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """One choice."""
        options = self._options(question, asking)
        # A list to open is hard to use with one thumb or by voice: only where the radios would fill screens.
        drawn_as = "radios" if len(options) <= 2 * MOST_RADIOS else "select"
        return {"": ChoiceField(choices=options, drawn_as=drawn_as, **common)}

    def fits(self, question: Question, value: Value) -> bool:
        """One of the options."""
        return isinstance(value, str) and question.option(value) is not None

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The option's label."""
        option = question.option(str(value))
        return [option.label.in_(asking.language) if option else str(value)]


class Area(Chosen):
    """The council area somebody lives in, of those the partnership has, or elsewhere."""

    def _areas(self, asking: Asking) -> list[tuple[str, str]]:
        with override(_django_language(asking.language)):
            return [*asking.areas, (ELSEWHERE, gettext("Somewhere else"))]

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """One choice of the areas."""
        areas = self._areas(asking)
        drawn_as = "radios" if len(areas) <= 2 * MOST_RADIOS else "select"
        return {"": ChoiceField(choices=[Option(code, name) for code, name in areas], drawn_as=drawn_as, **common)}

    def fits(self, question: Question, value: Value) -> bool:
        """A code: whether the partnership has it was checked when it was chosen."""
        return isinstance(value, str) and 0 < len(value) <= len(ELSEWHERE)

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The area's name."""
        return [dict(self._areas(asking)).get(str(value), str(value))]


class Several(Chosen):
    """Any number of answers."""

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """Tick boxes."""
        return {"": ManyField(choices=self._options(question, asking), **common)}

    def read(self, cleaned: Mapping[str, Any]) -> Value | None:
        """The codes in the order of the page, or nothing."""
        return list(cleaned.get("") or []) or None

    def fits(self, question: Question, value: Value) -> bool:
        """Some of the options, each once."""
        codes = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
        offered = [option.value for option in question.options]
        return bool(codes) and len(codes) == len(value) and len(set(codes)) == len(codes) and set(codes) <= set(offered)

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The labels."""
        return [line for item in value for line in super(Several, self).words(question, str(item), asking)]


class WholeDate(Written):
    """A date: day, month, year."""

    def __init__(self) -> None:
        super().__init__(TextField, 10)

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """Three boxes."""
        return {"": DateField(past=question.past, own=question.own, **common)}

    def read(self, cleaned: Mapping[str, Any]) -> Value | None:
        """The date as 2026-03-04, or nothing."""
        date = cleaned.get("")
        return date.isoformat() if isinstance(date, dt.date) else None

    def initial(self, value: Value) -> dict[str, Any]:
        """The date."""
        return {"": self.typed(value)}

    def fits(self, question: Question, value: Value) -> bool:
        """A date that exists."""
        try:
            return isinstance(value, str) and bool(self.typed(value))
        except ValueError:
            return False

    def typed(self, value: Value) -> Any:
        """The date."""
        return dt.date.fromisoformat(str(value))

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The date in words."""
        with override(_django_language(asking.language)):
            return [day_in_words(self.typed(value))]


class RoughDate(WholeDate):
    """A date of which the year alone will do."""

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """Three boxes, two of which may stay empty."""
        return {"": ApproximateDateField(past=question.past, own=question.own, **common)}

    def read(self, cleaned: Mapping[str, Any]) -> Value | None:
        """As much as is known: 1987, 1987-03 or 1987-03-04."""
        date = cleaned.get("")
        return date.iso if isinstance(date, ApproximateDate) else None

    def fits(self, question: Question, value: Value) -> bool:
        """A date, a month or a year that exists."""
        try:
            return isinstance(value, str) and bool(self.typed(value).latest >= self.typed(value).earliest)
        except (ValueError, TypeError):
            return False

    def typed(self, value: Value) -> Any:
        """The date as far as it is known."""
        return ApproximateDate.from_iso(str(value))

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The date in words."""
        with override(_django_language(asking.language)):
            return [str(self.typed(value))]


class Times(Written):
    """One weekly window in which something is safe, kept as the record keeps it.

    Nothing is guessed: days without times, or times without days, are asked again, since a guess could ring the phone
    at the wrong moment.
    """

    def __init__(self) -> None:
        super().__init__(TextField, 0)

    def fields(self, question: Question, asking: Asking, common: dict[str, Any]) -> dict[str, forms.Field]:
        """The days, from when, until when."""
        with override(_django_language(asking.language)):
            start, end, example = gettext("From"), gettext("Until"), gettext("Like 10:00 or 2pm")
            what_start, what_end = gettext("the time it begins"), gettext("the time it ends")
        days = [
            Option(str(number), name[:1].upper() + name[1:]) for number, name in enumerate(_weekdays(asking.language))
        ]
        return {
            "": ManyField(choices=days, **common),
            "from": TimeField(label=start, help_text=example, what=what_start, required=False),
            "to": TimeField(label=end, help_text=example, what=what_end, required=False),
        }

    def read(self, cleaned: Mapping[str, Any]) -> Value | None:
        """One window, or nothing."""
        days, start, end = cleaned.get(""), cleaned.get("from"), cleaned.get("to")
        if not days or start is None or end is None:
            return None
        return [{"days": [int(day) for day in days], "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}]

    def problems(self, cleaned: Mapping[str, Any]) -> list[tuple[str, str]]:
        """A window with a part missing, or one that ends before it begins."""
        days, start, end = cleaned.get(""), cleaned.get("from"), cleaned.get("to")
        if not days and start is None and end is None:
            return []
        found = []
        if not days:
            found.append(("", gettext("Choose the days as well, or take out the times")))
        if start is None:
            found.append(("from", gettext("Enter from when, like 10:00")))
        if end is None:
            found.append(("to", gettext("Enter until when, like 14:00")))
        if start is not None and end is not None and end <= start:
            found.append(("to", gettext("The end must be later than the beginning. Midnight is 23:59")))
        return found

    def initial(self, value: Value) -> dict[str, Any]:
        """The parts of the window."""
        window = _window(value)
        return {
            "": [str(day) for day in window["days"]],
            "from": dt.time.fromisoformat(window["from"]),
            "to": dt.time.fromisoformat(window["to"]),
        }

    def fits(self, question: Question, value: Value) -> bool:
        """One window whose parts make sense."""
        try:
            window = _window(value)
            in_order = dt.time.fromisoformat(window["from"]) < dt.time.fromisoformat(window["to"])
            return in_order and bool(window["days"]) and set(window["days"]) <= set(range(7))
        except (KeyError, TypeError, ValueError, IndexError):
            return False

    def words(self, question: Question, value: Value, asking: Asking) -> list[str]:
        """The days, then the times."""
        window = _window(value)
        names = _weekdays(asking.language)
        with override(_django_language(asking.language)):
            between = gettext("%(start)s to %(end)s") % {"start": window["from"], "end": window["to"]}
        return [", ".join(names[day] for day in window["days"]), between]


def _window(value: Value) -> dict[str, Any]:
    window = value[0]
    if not isinstance(window, dict) or len(value) != 1:
        raise TypeError
    return window


def _weekdays(language: str) -> Sequence[str]:
    with override(_django_language(language)):
        return [
            gettext(name) for name in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        ]


def _django_language(language: str) -> str:
    return "en-gb" if language == "en" else language


KINDS: dict[str, Kind] = {
    "radios": Chosen(),
    "checkboxes": Several(),
    "text": Written(TextField, 200),
    "name": Written(TextField, 200),
    "longtext": Written(LongTextField, 5000),
    "phone": Written(PhoneField, 60),
    "email": Written(EmailField, 254),
    "postcode": Postcode(),
    "number": Number(50),
    "area": Area(),
    "date": WholeDate(),
    "approximate_date": RoughDate(),
    "times": Times(),
}
# Kinds whose answers are listed in the file.
WITH_OPTIONS = frozenset({"radios", "checkboxes"})


def kind_of(question: Question) -> Kind:
    """The kind of a question."""
    return KINDS[question.kind]
