"""A page of questions as a Django form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from leeward.platform.ui.forms import Form
from leeward.response.front_door.questions.conditions import holds
from leeward.response.front_door.questions.flow import Flow
from leeward.response.front_door.questions.kinds import Asking, kind_of
from leeward.response.front_door.questions.schema import Question, Step, Value

__all__ = ["Asking", "StepForm", "build_form", "worded"]


def worded(question: Question, flow: Flow, part: str, language: str) -> str:
    """The label, hint or short name of a question, in the wording that these answers call for."""
    for wording in question.instead:
        text = getattr(wording, part)
        if text and holds(wording.when, flow.kept):
            return str(text.in_(language))
    return str(getattr(question, part).in_(language))


class StepForm(Form):
    """The form of one page. `answers` is what to keep, after `is_valid()`."""

    def __init__(self, *args: Any, step: Step, flow: Flow, asking: Asking, **kwargs: Any) -> None:
        self.step = step
        self.questions = flow.questions_on(step)
        self.mark_optional = flow.set.mark_optional
        initial: dict[str, Any] = {}
        for question in self.questions:
            value = flow.kept.get(question.key)
            if value is not None:
                parts = kind_of(question).initial(value)
                initial |= {field_name(question, suffix): part for suffix, part in parts.items()}
        super().__init__(*args, initial=initial, **kwargs)
        for question in self.questions:
            common = _common(question, flow, asking.language)
            for suffix, field in kind_of(question).fields(question, asking, common).items():
                self.fields[field_name(question, suffix)] = field

    def clean(self) -> dict[str, Any]:
        """What is wrong between the fields of one question."""
        for question in self.questions:
            if any(name in self.errors for name in self.names_of(question)):
                continue
            for suffix, words in kind_of(question).problems(self._parts(question)):
                self.add_error(field_name(question, suffix), words)
        return self.cleaned_data

    def names_of(self, question: Question) -> list[str]:
        """The names of a question's form fields, the labelled one first."""
        first = field_name(question, "")
        return [name for name in self.fields if name == first or name.startswith(f"{first}__")]

    def _parts(self, question: Question) -> dict[str, Any]:
        first = field_name(question, "")
        return {
            "" if name == first else name.removeprefix(f"{first}__"): self.cleaned_data.get(name)
            for name in self.names_of(question)
        }

    @property
    def answers(self) -> dict[str, Value | None]:
        """The answers of this page: a value, or None where nothing was given."""
        return {question.key: kind_of(question).read(self._parts(question)) for question in self.questions}

    @property
    def skipped(self) -> dict[str, Value | None]:
        """What to keep when the page is skipped; only for a page that can be."""
        if not self.step.skippable:
            raise ValueError("This page has a question that cannot be skipped.")
        return {question.key: None for question in self.questions}


def field_name(question: Question, suffix: str) -> str:
    """The name of a form field in the page."""
    return f"{question.key}__{suffix}" if suffix else question.key


def build_form(step: Step, flow: Flow, asking: Asking, data: Mapping[str, Any] | None = None) -> StepForm:
    """The form of a page, with what was answered before, bound to `data` when it was sent."""
    return StepForm(data, step=step, flow=flow, asking=asking)


def _common(question: Question, flow: Flow, language: str) -> dict[str, Any]:
    short = worded(question, flow, "short", language)
    common: dict[str, Any] = {
        "label": worded(question, flow, "label", language),
        "help_text": worded(question, flow, "hint", language),
        "required": question.required,
        # In the middle of a sentence: "Date of birth" becomes "date of birth", "NHS number" stays.
        "what": short if short[1:2].isupper() else short[:1].lower() + short[1:],
    }
    if question.required:
        words = question.error.in_(language) or gettext("Answer this question to go on")
        common["error_messages"] = {"required": words}
    return common
