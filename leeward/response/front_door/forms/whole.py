"""All questions of a set at once: a call on one page, and the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leeward.response.front_door.questions import Asking, Flow, Question, QuestionSet, Step, StepForm, build_form
from leeward.response.front_door.questions.schema import ALWAYS, Condition


@dataclass(frozen=True)
class Whole(Flow):
    """A set with every question on its page, whatever the answers: the worker goes where the talk goes."""

    def questions_on(self, step: Step) -> tuple[Question, ...]:
        """All questions of the step."""
        return step.questions


@dataclass(frozen=True)
class Block:
    """One step on the page: its form, its heading where it has one, and for each question when it is called for."""

    step: Step
    form: StepForm
    title: str
    intro: str
    whens: dict[str, Any]


def blocks_of(question_set: QuestionSet, asking: Asking, data: Mapping[str, Any] | None) -> list[Block]:
    """Every step of a set as a form, bound to `data` when it was sent."""
    whole = Whole(question_set, {})
    found = []
    for step in question_set.steps:
        form = build_form(step, whole, asking, data)
        whens = {question.key: _both(step.show_if, question.show_if) for question in step.questions}
        title = step.title.in_(asking.language)
        found.append(Block(step, form, title, step.intro.in_(asking.language), whens))
    return found


def read_answers(question_set: QuestionSet, blocks: list[Block], asking: Asking, data: Mapping[str, Any]) -> Flow:
    """The answers that count, step by step; mistakes in answers that do not count are forgotten."""
    answers: dict[str, Any] = {}
    for block in blocks:
        flow = Flow(question_set, answers)
        asked = flow.questions_on(block.step)
        names = {name for question in asked for name in block.form.names_of(question)}
        for name in [name for name in block.form.errors if name not in names]:
            del block.form.errors[name]
        if asked and not block.form.errors:
            form = build_form(block.step, flow, asking, data)
            form.is_valid()
            answers |= form.answers
    return Flow(question_set, answers)


def _both(one: Condition, other: Condition) -> list[Any]:
    if other == ALWAYS:
        return _listed(one)
    return _listed(other) if one == ALWAYS else ["all", _listed(one), _listed(other)]


def _listed(condition: Condition) -> list[Any]:
    if condition.kind == "answer":
        return ["answer", condition.question, list(condition.values)]
    return [condition.kind, *(_listed(part) for part in condition.parts)]
