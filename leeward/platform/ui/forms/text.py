"""Text, numbers and files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext

from leeward.platform.ui.forms.base import Question


class TextField(Question, forms.CharField):
    """One line of text. Any script, any length of name, emoji too; trimmed at its ends.

    The browser is not told the limit: it would cut pasted text off silently. We say how much is too much instead.
    """

    component = "input"

    def __init__(self, *, longest: int = 200, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        """The text with plain line ends."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: Any) -> None:
        """That something was entered, that it can be kept, and that it fits."""
        self.refuse_unwritable(value)
        super().validate(value)
        if len(value) > self.longest:
            raise self.wrong(
                gettext("{What} must be {limit:,} characters or fewer. It is {over:,} over: shorten it a little"),
                "max_length",
                limit=self.longest,
                over=len(value) - self.longest,
            )


class LongTextField(TextField):
    """Several lines of text, with a count of the characters left near the limit."""

    component = "character-count"
    widget = forms.Textarea

    def __init__(self, *, longest: int = 5000, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(longest=longest, **kwargs)
        self.rows = rows


class NumberField(Question, forms.Field):
    """A whole number, within limits where given."""

    component = "input"
    inputmode = "numeric"

    def __init__(self, *, least: int | None = 0, most: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least
        self.most = most

    def to_python(self, value: Any) -> int | None:
        """The number; spaces and commas between the figures are forgiven."""
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        figures = text.replace(",", "").replace(" ", "")
        sign = -1 if figures[:1] in {"-", "\N{MINUS SIGN}"} else 1
        figures = figures[1:] if sign < 0 else figures
        if not figures.isdecimal() or len(figures) > 12:
            raise self.wrong(gettext("{What} must be a whole number, like 3"))
        return sign * int(figures)

    def validate(self, value: Any) -> None:
        """That it lies within the limits."""
        super().validate(value)
        if value is None:
            return
        if self.least is not None and value < self.least:
            raise self.wrong(gettext("{What} must be {limit} or more"), "min_value", limit=self.least)
        if self.most is not None and value > self.most:
            raise self.wrong(gettext("{What} must be {limit} or fewer"), "max_value", limit=self.most)


class FileField(Question, forms.FileField):
    """A file, by name and size; what it really is must be checked by who keeps it."""

    component = "file-upload"
    required_words = "Choose {what}"

    def __init__(self, *, endings: Sequence[str] = (), megabytes: int = 20, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.endings = tuple(ending.lower().lstrip(".") for ending in endings)
        self.megabytes = megabytes

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The uploaded file, or what was there before when none was sent."""
        if not data:
            if initial:
                return initial
            self.validate(data)
            return None
        return self._checked(data)

    def _checked(self, file: UploadedFile[Any]) -> UploadedFile[Any]:
        name = str(file.name or "")
        if not file.size:
            raise self.wrong(gettext("The file is empty: choose another"), "empty")
        if file.size > self.megabytes * 1024 * 1024:
            raise self.wrong(
                gettext("The file must be smaller than {limit} MB. Save it smaller, or send it in parts"),
                "too_big",
                limit=self.megabytes,
            )
        self.refuse_unwritable(name)
        if self.endings and name.rpartition(".")[2].lower() not in self.endings:
            kinds = ", ".join(ending.upper() for ending in self.endings)
            raise self.wrong(gettext("The file must be one of these kinds: {kinds}"), "kind", kinds=kinds)
        return file
