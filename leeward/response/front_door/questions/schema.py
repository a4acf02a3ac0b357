"""What a question set is made of. Everything here is read-only once loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import Any, TypeAlias

# What JSON can hold of one answer: a code or text; several codes; windows of time as the record keeps them.
Value: TypeAlias = str | list[str] | list[dict[str, Any]]
# None: asked and skipped. A missing key: not asked.
Answers: TypeAlias = Mapping[str, Value | None]


class Sensitivity(IntEnum):
    """How much harm an answer can do in the wrong hands; higher is never treated as lower."""

    ORDINARY = 1  # says nothing of a person
    PERSONAL = 2  # says who somebody is, or how to reach them
    SPECIAL = 3  # health, origin, faith, sexuality, what happened
    SEALED = 4  # must not be seen even by most who may see the rest: walls, code words


class Route(StrEnum):
    """A way to help that does not wait for us, stated at once when an answer calls for it."""

    EMERGENCY = "emergency"
    CHILD_PROTECTION = "child_protection"


@dataclass(frozen=True)
class Text:
    """Words in each language of the set."""

    words: Mapping[str, str]

    def in_(self, language: str) -> str:
        """The words in a language; in English where it has none (a set offers only languages it has whole)."""
        return self.words.get(language) or self.words.get("en", "")

    def __bool__(self) -> bool:
        return any(self.words.values())


NO_TEXT = Text({})


@dataclass(frozen=True)
class Condition:
    """When something is asked. `kind` is one of: always, answer, any, all, not."""

    kind: str
    question: str = ""
    values: tuple[str, ...] = ()
    parts: tuple[Condition, ...] = ()

    def questions(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each question that it looks at, with the values it looks for."""
        if self.kind == "answer":
            yield self.question, self.values
        for part in self.parts:
            yield from part.questions()


ALWAYS = Condition("always")


@dataclass(frozen=True)
class Option:
    """One answer to choose.

    `sets` puts constants into other record fields; `means` says that choosing it is `declined` or `not_known` rather
    than an answer; `alone` unticks the rest; `states` are the routes to state at once; `demands` what else an answer to
    an instrument asks for (keys that the risk room knows).
    """

    value: str
    label: Text
    hint: Text = NO_TEXT
    alone: bool = False
    means: str = ""
    sets: Mapping[str, str] | None = None
    states: tuple[Route, ...] = ()
    demands: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """Other words for the same question when a condition holds ("your name" becomes "their name")."""

    when: Condition
    label: Text = NO_TEXT
    hint: Text = NO_TEXT
    short: Text = NO_TEXT


@dataclass(frozen=True)
class Question:
    """One question. `fills` is the record field that its answer goes to, `extra` or `nothing`.

    `item` is the item of an instrument that it asks (see `asked_with`).
    """

    key: str
    kind: str
    label: Text
    short: Text
    fills: str
    sensitivity: Sensitivity
    hint: Text = NO_TEXT
    error: Text = NO_TEXT
    required: bool = False
    options: tuple[Option, ...] = ()
    show_if: Condition = ALWAYS
    instead: tuple[Wording, ...] = ()
    longest: int = 0
    past: bool = False
    own: bool = False
    line: int = 0
    item: str = ""

    def option(self, value: str) -> Option | None:
        """The option with a value."""
        return next((option for option in self.options if option.value == value), None)


@dataclass(frozen=True)
class Step:
    """One page. With one question its label is the heading; with several, `title` is.

    A page that names an `instrument` has its questions from there; `made_of` is the version that they were made of.
    """

    key: str
    section: str
    questions: tuple[Question, ...]
    title: Text = NO_TEXT
    intro: Text = NO_TEXT
    show_if: Condition = ALWAYS
    line: int = 0
    instrument: str = ""
    made_of: int = 0

    @property
    def skippable(self) -> bool:
        """Whether the whole page can be skipped."""
        return not any(question.required for question in self.questions)


@dataclass(frozen=True)
class QuestionSet:
    """A whole set with its version. Raise the version when a question's meaning changes: contacts keep theirs."""

    name: str
    version: int
    languages: tuple[str, ...]
    steps: tuple[Step, ...]
    sections: Mapping[str, Text]
    # Which public content page states each route.
    routes: Mapping[Route, str]
    mark_optional: bool = False

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Every question by key, in the order they are asked."""
        return {question.key: question for step in self.steps for question in step.questions}

    @cached_property
    def step_of(self) -> dict[str, Step]:
        """The step that each question is asked on, by question key."""
        return {question.key: step for step in self.steps for question in step.questions}

    def step(self, key: str) -> Step | None:
        """A step by key."""
        return next((step for step in self.steps if step.key == key), None)
