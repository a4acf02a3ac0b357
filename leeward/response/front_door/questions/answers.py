"""What was answered: as rows to check, and as a typed result for the record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from leeward.response.front_door.questions.fields import EXTRA, NOTHING, RECORD_FIELDS
from leeward.response.front_door.questions.flow import Flow
from leeward.response.front_door.questions.kinds import Asking, kind_of
from leeward.response.front_door.questions.schema import Option, Question, Route, Sensitivity, Step, Value
from leeward.response.front_door.questions.steps import worded

ANSWERED, DECLINED, NOT_KNOWN = "answered", "declined", "not_known"


@dataclass(frozen=True)
class Row:
    """One line to check: what was asked, in short, and what was answered; no lines where it was skipped."""

    question: str
    step: str
    label: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Spoken:
    """A question in the words it was asked in, and the answer in words; for the record of what was said."""

    question: str
    asked: str
    lines: tuple[str, ...]
    sensitivity: Sensitivity


@dataclass(frozen=True)
class Screened:
    """The answers to an instrument that was asked among the questions: item to answer, and the version it was."""

    instrument: str
    made_of: int
    given: dict[str, str]


@dataclass(frozen=True)
class Result:
    """Everything answered, for the action that makes the record.

    `fields`: typed values by record field. `states`: for each field that was asked, whether it was answered, declined
    (skipped, or "prefer not to say") or not known; a field that is missing was not asked. `spoken` is what was said, in
    the order it was asked; entries that are sealed must be kept apart from the rest.
    """

    question_set: str
    version: int
    language: str
    fields: dict[str, Any] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    spoken: tuple[Spoken, ...] = ()
    routes: tuple[Route, ...] = ()
    demands: tuple[str, ...] = ()
    screened: Screened | None = None

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a record field, or the default where it has none."""
        if name not in RECORD_FIELDS:
            raise KeyError(f"There is no record field {name!r}.")
        return self.fields.get(name, default)


def check_answers(flow: Flow, asking: Asking) -> tuple[Section, ...]:
    """The rows of the page on which somebody checks their answers, by section."""
    sections: dict[str, list[Row]] = {}
    for step in flow.steps:
        for question in flow.questions_on(step):
            if question.key in flow.kept:
                sections.setdefault(step.section, []).append(_row(flow, step, question, asking))
    return tuple(Section(flow.set.sections[name].in_(asking.language), tuple(rows)) for name, rows in sections.items())


def _row(flow: Flow, step: Step, question: Question, asking: Asking) -> Row:
    label = worded(question, flow, "short", asking.language)
    return Row(question.key, step.key, label, _lines(flow, question, asking))


def _lines(flow: Flow, question: Question, asking: Asking) -> tuple[str, ...]:
    value = flow.kept.get(question.key)
    return () if value is None else tuple(kind_of(question).words(question, value, asking))


def _chosen(question: Question, value: Value | None) -> list[Option]:
    return [option for option in question.options if option.value in (value if isinstance(value, list) else [value])]


def result_of(flow: Flow, asking: Asking) -> Result:
    """The typed result. Raises ValueError while something that cannot be skipped is still to be asked.

    Somebody may stop early and send what there is: what came after was not asked, and is missing from the result.
    """
    if not flow.may_finish:
        raise ValueError("A question that cannot be skipped was not answered.")
    fields: dict[str, Any] = {}
    states: dict[str, str] = {}
    spoken: list[Spoken] = []
    for question in (question for step in flow.steps for question in flow.questions_on(step)):
        if question.key not in flow.kept:
            continue
        value = flow.kept[question.key]
        spoken.append(
            Spoken(
                question.key,
                worded(question, flow, "label", asking.language),
                _lines(flow, question, asking),
                question.sensitivity,
            )
        )
        for chosen in _chosen(question, value):
            for name, constant in (chosen.sets or {}).items():
                fields[name], states[name] = constant, ANSWERED
        if question.fills in (EXTRA, NOTHING):
            continue
        if value is None:
            states.setdefault(question.fills, DECLINED)
        elif means := next((option.means for option in _chosen(question, value) if option.means), ""):
            states[question.fills] = means
        else:
            typed = kind_of(question).typed(value)
            if RECORD_FIELDS[question.fills].many:
                typed = [*fields.get(question.fills, []), *typed]
            fields[question.fills], states[question.fills] = typed, ANSWERED
    return Result(
        flow.set.name, flow.set.version, asking.language, fields, states, tuple(spoken), flow.routes, flow.demands,
        _screened(flow),
    )  # fmt: skip


def _screened(flow: Flow) -> Screened | None:
    for step in flow.steps:
        asked = {question.item: flow.kept.get(question.key) for question in flow.questions_on(step) if question.item}
        if given := {item: str(answer) for item, answer in asked.items() if answer is not None}:
            return Screened(step.instrument, step.made_of, given)
    return None
