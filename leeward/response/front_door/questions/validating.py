"""What must hold across a whole question set: keys once, conditions that look back, fields of the right kind."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator

from leeward.response.front_door.questions.fields import EXTRA, NOTHING, RECORD_FIELDS
from leeward.response.front_door.questions.kinds import WITH_OPTIONS
from leeward.response.front_door.questions.schema import Condition, Question, QuestionSet


def problems_of(questions: QuestionSet) -> list[str]:
    """Everything that is wrong with a set whose parts are each well formed."""
    return [
        *_names(questions),
        *_keys(questions),
        *_sections_and_titles(questions),
        *_conditions(questions),
        *(problem for question in questions.questions.values() for problem in _question(question)),
        *_routes(questions),
    ]


def _names(questions: QuestionSet) -> Iterator[str]:
    if not questions.name:
        yield "set must be the name of the set, like ask_for_help."


def _keys(questions: QuestionSet) -> Iterator[str]:
    for what, keys in (
        ("step", Counter(step.key for step in questions.steps)),
        ("question", Counter(question.key for step in questions.steps for question in step.questions)),
    ):
        for key, times in keys.items():
            if times > 1:
                yield f"The {what} “{key}” is there {times} times; keys must differ, since answers are kept by them."


def _sections_and_titles(questions: QuestionSet) -> Iterator[str]:
    for step in questions.steps:
        where = f"step “{step.key}” (line {step.line})"
        if step.section not in questions.sections:
            yield f"{where}: section must be one of {', '.join(questions.sections)}, not “{step.section}”."
        if len(step.questions) > 1 and not step.title:
            yield f"{where}: a page with several questions needs a title."


def _conditions(questions: QuestionSet) -> Iterator[str]:
    """Conditions look only at earlier pages: else a page without scripts could not know them, and flow could loop."""
    earlier: dict[str, Question] = {}
    for step in questions.steps:
        yield from _condition(step.show_if, earlier, f"step “{step.key}” (line {step.line})", questions)
        for question in step.questions:
            where = f"question “{question.key}” (line {question.line})"
            yield from _condition(question.show_if, earlier, where, questions)
            for wording in question.instead:
                yield from _condition(wording.when, earlier, where, questions)
        earlier |= {question.key: question for question in step.questions}


def _condition(condition: Condition, earlier: dict[str, Question], where: str, all_of: QuestionSet) -> Iterator[str]:
    for key, values in condition.questions():
        if key not in earlier:
            if key in all_of.questions:
                yield f"{where}: the condition looks at “{key}”, which is not asked on an earlier page."
            else:
                near = difflib.get_close_matches(key, list(all_of.questions), n=1)
                yield f"{where}: there is no question “{key}”" + (f"; did you mean {near[0]}?" if near else ".")
            continue
        question = earlier[key]
        if question.kind not in WITH_OPTIONS:
            yield f"{where}: the condition looks at “{key}”, which has no options to compare with."
            continue
        for value in values:
            if question.option(value) is None:
                offered = ", ".join(option.value for option in question.options)
                yield f"{where}: “{key}” has no option “{value}”; it has {offered}."


def _question(question: Question) -> Iterator[str]:
    where = f"question “{question.key}” (line {question.line})"
    for value, times in Counter(option.value for option in question.options).items():
        if times > 1:
            yield f"{where}: the option “{value}” is there {times} times."
    if question.kind == "checkboxes":
        for option in question.options:
            if option.means:
                yield f"{where}: options of checkboxes cannot have means."
    yield from _sets(question, where)
    if question.fills in (EXTRA, NOTHING):
        if question.fills == NOTHING and question.kind not in WITH_OPTIONS:
            yield f"{where}: an answer that fills nothing would be lost; use {EXTRA}."
        return
    record = RECORD_FIELDS[question.fills]
    if question.kind not in record.kinds:
        yield f"{where}: {question.fills} is filled by {', '.join(sorted(record.kinds))}, not by {question.kind}."
    if question.sensitivity < record.sensitivity:
        needed = record.sensitivity.name.lower()
        yield f"{where}: {question.fills} is {needed} at least; sensitivity cannot be lower."
    limited = question.kind in ("text", "name", "longtext", "phone", "email")
    if limited and record.longest and not 0 < question.longest <= record.longest:
        yield f"{where}: {question.fills} holds {record.longest} characters; give longest, at most that."
    for option in question.options:
        if record.values and not option.means and option.value not in record.values:
            yield f"{where}: {question.fills} knows {', '.join(sorted(record.values))}, not “{option.value}”."


def _sets(question: Question, where: str) -> Iterator[str]:
    for option in question.options:
        for name, value in (option.sets or {}).items():
            if name not in RECORD_FIELDS:
                yield f"{where}: option “{option.value}” sets {name}, which is no field of the record."
            elif RECORD_FIELDS[name].values and value not in RECORD_FIELDS[name].values:
                yield f"{where}: {name} knows {', '.join(sorted(RECORD_FIELDS[name].values))}, not “{value}”."


def _routes(questions: QuestionSet) -> Iterator[str]:
    for question in questions.questions.values():
        for option in question.options:
            for route in option.states:
                if route not in questions.routes:
                    yield f"question “{question.key}”: the set does not say which page states the route {route}."


def uncoded(questions: QuestionSet, codes: dict[str, frozenset[str]]) -> list[str]:
    """Options that are in no code list of the record, given the lists: checked apart, since lists are loaded apart."""
    found = []
    for question in questions.questions.values():
        named = RECORD_FIELDS.get(question.fills)
        if named is not None and named.codes:
            for option in question.options:
                if not option.means and option.value not in codes[named.codes]:
                    found.append(f"question “{question.key}”: {option.value} is no code of the list {named.codes}.")
        for option in question.options:
            for name, value in (option.sets or {}).items():
                listed = RECORD_FIELDS[name].codes
                if listed and value not in codes[listed]:
                    found.append(f"question “{question.key}”: {value} is no code of the list {listed}.")
    return found
