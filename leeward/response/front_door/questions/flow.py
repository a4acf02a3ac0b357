"""Which page comes next, given the answers so far.

A question is reachable when the conditions of its page and its own hold for the reachable answers before it. An answer
whose question is no longer reachable is dropped, and never influences anything after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from leeward.response.front_door.questions.conditions import holds
from leeward.response.front_door.questions.kinds import kind_of
from leeward.response.front_door.questions.schema import Answers, Question, QuestionSet, Route, Step, Value


@dataclass(frozen=True)
class Flow:
    """A set and the answers so far. Make a new one after each answer: it is cheap, and it never changes."""

    set: QuestionSet
    answers: Answers

    @cached_property
    def _walk(self) -> tuple[dict[str, Value | None], tuple[tuple[Step, tuple[Question, ...]], ...]]:
        kept: dict[str, Value | None] = {}
        pages: list[tuple[Step, tuple[Question, ...]]] = []
        for step in self.set.steps:
            if not holds(step.show_if, kept):
                continue
            asked = tuple(question for question in step.questions if holds(question.show_if, kept))
            if not asked:
                continue
            pages.append((step, asked))
            for question in asked:
                if question.key not in self.answers:
                    continue
                value = self.answers[question.key]
                if value is None:
                    if not question.required:
                        kept[question.key] = None
                elif kind_of(question).fits(question, value):
                    kept[question.key] = value
        return kept, tuple(pages)

    @cached_property
    def kept(self) -> dict[str, Value | None]:
        """The answers that count: reachable, and such as their questions allow."""
        return dict(self._walk[0])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The pages that these answers lead over, in order; later ones may still change."""
        return tuple(step for step, _ in self._walk[1])

    def questions_on(self, step: Step) -> tuple[Question, ...]:
        """What is asked on a page; nothing where the page is not reachable."""
        return next((asked for page, asked in self._walk[1] if page.key == step.key), ())

    @cached_property
    def unanswered(self) -> Step | None:
        """The first page with a question that was neither answered nor skipped; None when all are done."""
        for step, asked in self._walk[1]:
            if any(question.key not in self.kept for question in asked):
                return step
        return None

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing left to ask."""
        return self.unanswered is None

    @property
    def may_finish(self) -> bool:
        """Whether what there is may be sent: nothing that cannot be skipped is still to be asked."""
        return not any(
            question.required and question.key not in self.kept for _, asked in self._walk[1] for question in asked
        )

    def may_open(self, step: Step) -> bool:
        """Whether a page may be shown: it is reachable, and everything before it was asked."""
        for page in self.steps:
            if page.key == step.key:
                return True
            if self.unanswered is not None and page.key == self.unanswered.key:
                return False
        return False

    def after(self, step: Step, *, checking: bool = False) -> Step | None:
        """The page after this one; None means: check your answers.

        When an answer is changed from that page (`checking`), only what has become newly asked comes before it again.
        """
        if checking:
            return self.unanswered
        keys = [page.key for page in self.steps]
        if step.key not in keys:
            return self.unanswered
        place = keys.index(step.key) + 1
        return self.steps[place] if place < len(keys) else None

    def before(self, step: Step) -> Step | None:
        """The page before this one; None means: the page before the questions."""
        keys = [page.key for page in self.steps]
        place = keys.index(step.key) if step.key in keys else 0
        return self.steps[place - 1] if place else None

    def place(self, step: Step) -> int:
        """Which page this is, counted from one: for a neutral title."""
        keys = [page.key for page in self.steps]
        return keys.index(step.key) + 1 if step.key in keys else 0

    def routes_on(self, step: Step) -> tuple[Route, ...]:
        """The routes that the answers of one page call for, the most urgent first."""
        return self._routes(self.questions_on(step))

    @cached_property
    def routes(self) -> tuple[Route, ...]:
        """The routes that any of the answers calls for."""
        return self._routes(tuple(question for _, asked in self._walk[1] for question in asked))

    def demands_on(self, step: Step) -> tuple[str, ...]:
        """What the answers of one page ask for, where its questions are those of an instrument."""
        return self._demands(self.questions_on(step))

    @cached_property
    def demands(self) -> tuple[str, ...]:
        """What the answers to instruments ask for, each once."""
        return self._demands(tuple(question for _, asked in self._walk[1] for question in asked))

    def _demands(self, questions: tuple[Question, ...]) -> tuple[str, ...]:
        chosen = (question.option(str(self.kept.get(question.key))) for question in questions if question.item)
        return tuple(dict.fromkeys(key for option in chosen if option for key in option.demands))

    def _routes(self, questions: tuple[Question, ...]) -> tuple[Route, ...]:
        found: set[Route] = set()
        for question in questions:
            value = self.kept.get(question.key)
            for option in question.options:
                if option.states and (value == option.value or (isinstance(value, list) and option.value in value)):
                    found.update(option.states)
        return tuple(route for route in Route if route in found)
