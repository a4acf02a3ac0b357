"""Questions answered by choosing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext

from leeward.platform.ui.forms.base import Question, Words

MOST_RADIOS = 7


@dataclass(frozen=True)
class Option:
    """One answer to choose. `alone` is for tick boxes: choosing it unticks the rest ("None of these")."""

    value: str
    label: Words
    hint: Words = ""
    alone: bool = False


@dataclass(frozen=True)
class Divider:
    """A word between the answers and the one that is none of them."""

    words: Words = "or"


Entry = Option | Divider
Given = Iterable[Entry | tuple[Any, Any]]


class _Choosing(Question):
    """Keeps the answers, which may come from a function that is asked anew for each form."""

    required_words = "Choose {what}"

    def __init__(self, *, choices: Given | Callable[[], Given] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = choices

    @property
    def entries(self) -> list[Entry]:
        """The answers in order, dividers among them."""
        given = self.choices() if callable(self.choices) else self.choices
        return [item if isinstance(item, Option | Divider) else Option(str(item[0]), item[1]) for item in given]

    def allowed(self) -> set[str]:
        """The values that may be sent."""
        return {entry.value for entry in self.entries if isinstance(entry, Option)}

    def not_offered(self) -> Exception:
        """The error for a value that is not among the answers."""
        return self.wrong(gettext("Choose one of the answers on this page"), "invalid_choice")


class ChoiceField(_Choosing, forms.Field):
    """One answer of several: radios, or a list to open with `drawn_as="select"`."""

    def __init__(self, *, drawn_as: str = "radios", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.component = drawn_as

    def to_python(self, value: Any) -> str:
        """The value sent."""
        return "" if value is None else str(value)

    def validate(self, value: Any) -> None:
        """That something was chosen, and that it was on offer."""
        super().validate(value)
        if value and value not in self.allowed():
            raise self.not_offered()


class CodeField(ChoiceField):
    """One code of a list: radios while they are few, else a list to open."""

    def __init__(self, *, drawn_as: str = "code", **kwargs: Any) -> None:
        super().__init__(drawn_as=drawn_as, **kwargs)

    @property
    def are_few(self) -> bool:
        """Whether the answers can all be shown."""
        return len(self.allowed()) <= MOST_RADIOS


class ManyField(_Choosing, forms.Field):
    """Any number of answers: tick boxes. The value is a list in the order of the page."""

    component = "checkboxes"
    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        """The values sent, in the order of the page."""
        sent = [str(item) for item in value or []]
        if not set(sent) <= self.allowed():
            raise self.not_offered()
        return [entry.value for entry in self.entries if isinstance(entry, Option) and entry.value in sent]

    def validate(self, value: Any) -> None:
        """That something was chosen, and that "none of these" stands alone."""
        super().validate(value)
        for entry in self.entries:
            if isinstance(entry, Option) and entry.alone and entry.value in value and len(value) > 1:
                raise self.wrong(
                    gettext("Choose either “{label}” or the other answers, not both"), "alone", label=entry.label
                )


class ConfirmField(Question, forms.BooleanField):
    """One tick box with its own label. Required means that it must be ticked."""

    component = "confirm"
    required_words = "Tick the box to go on"
    hint: str = ""

    def validate(self, value: Any) -> None:
        """That it is ticked, where it must be."""
        if self.required and not value:
            raise self.missing()
