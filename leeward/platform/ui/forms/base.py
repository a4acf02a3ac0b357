"""The form all others derive from, and what every question has in common."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

Words = str | Promise  # text, or text that is translated when it is shown

UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # what no database column and no page can hold
TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}")


class Form(forms.Form):
    """A form without browser validation: the server answers, in sentences.

    A field that is not required is marked `(optional)`, unless `mark_optional` is False: on public pages every
    question can be skipped, and a page says so once.
    """

    use_required_attribute = False
    mark_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class Question:
    """What every field of ours adds to Django's.

    `what` names the answer inside a sentence: `what="your name"` makes "Enter your name". Without it the label is
    used. `autocomplete` is a token of the HTML standard, only ever for a person's own details.
    """

    component = "input"
    required_words = "Enter {what}"

    # Attributes of Django's Field, for the type checker.
    label: Any
    help_text: Any
    required: bool

    def __init__(self, *, what: Words = "", autocomplete: str = "", **kwargs: Any) -> None:
        self._what = what
        self.autocomplete = autocomplete
        given = kwargs.get("error_messages") or {}
        super().__init__(**kwargs)
        self._own_required: Any = given.get("required")

    @property
    def what(self) -> str:
        """The answer's name inside a sentence."""
        if self._what:
            return str(self._what)
        label = str(self.label or "")
        if not label or label.endswith("?"):
            return gettext("an answer")
        # "Date of birth" becomes "date of birth"; "NHS number" stays.
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    @property
    def What(self) -> str:
        """The answer's name at the start of a sentence."""
        return self.what[:1].upper() + self.what[1:]

    def missing(self, **params: Any) -> ValidationError:
        """The error for no answer."""
        words = str(self._own_required) if self._own_required else gettext(self.required_words).format(what=self.what)
        return sentence(words, "required", params)

    def validate(self, value: Any) -> None:
        """Django's step for `required`, with our sentence."""
        if self.required and value in (None, "", [], (), {}):
            raise self.missing()

    def wrong(self, words: str, code: str = "invalid", **params: Any) -> ValidationError:
        """A mistake, in a sentence that says how to mend it. `{what}` and `{What}` stand for the answer's name."""
        return sentence(words.format(what=self.what, What=self.What, **params), code)

    def refuse_unwritable(self, text: str) -> None:
        """Text copied from elsewhere can hold characters that cannot be stored, and that nobody can see."""
        if UNWRITABLE.search(text):
            raise self.wrong(
                gettext(
                    "{What} holds a hidden character that cannot be kept. It often comes with copied text: "
                    "we took it out below, so look it over and send it again"
                ),
                "unwritable",
            )


def sentence(words: str, code: str, params: dict[str, Any] | None = None) -> ValidationError:
    """A finished sentence as Django's error; a per cent sign in it is not a placeholder, whatever rides along."""
    return ValidationError(words.replace("%", "%%") if params else words, code=code, params=params or None)


def printable(value: Any) -> Any:
    """What was typed, as it goes back on the page: without the characters that a page cannot hold."""
    return UNWRITABLE.sub("", value) if isinstance(value, str) else value


class VersionField(forms.IntegerField):
    """Hidden: which version of a record the page was made from, so that a second editor is told."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "error_messages",
            dict.fromkeys(
                _NUMBER_CODES, gettext_lazy("This page lost its place. Copy what you wrote, and open it again")
            ),
        )
        super().__init__(**kwargs)


_NUMBER_CODES = ("required", "invalid", "min_value", "max_value")


class OnceField(forms.CharField):
    """Hidden: a random token, new each time a form is shown, the same when it is sent twice."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(required=False, initial=new_token)

    def clean(self, value: Any) -> str:
        """The token; a missing or broken one is replaced, since it is never the person's fault."""
        text = str(value or "")
        return text if TOKEN.fullmatch(text) else new_token()


def new_token() -> str:
    """A token that nobody can guess."""
    return secrets.token_urlsafe(24)


class OnceMixin(forms.Form):
    """Makes a form count once, however often its button is pressed.

    The page carries a hidden token (`hidden_fields(form)` prints it). After `is_valid()` the view hands `form.once` to
    the action, which keeps it with a unique constraint and answers a token it has seen with the record made then.
    """

    once_token = OnceField()

    @property
    def once(self) -> str:
        """The token to hand to the action, after `is_valid()`."""
        return str(self.cleaned_data["once_token"])
