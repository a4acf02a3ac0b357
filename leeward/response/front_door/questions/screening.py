"""An instrument of the risk room among the questions: its items as questions, so that nobody keeps a second list."""

from __future__ import annotations

from dataclasses import replace

from leeward.record.risk.instruments import NOT_KNOWN, Instrument, Item, demands
from leeward.response.front_door.questions.fields import EXTRA
from leeward.response.front_door.questions.schema import (
    Option,
    Question,
    QuestionSet,
    Route,
    Sensitivity,
    Step,
    Text,
)

PREFIX = "screen_"  # before the key of an item: the two kinds of key never meet


def asked_with(questions: QuestionSet, instrument: Instrument | None, made_of: int = 0) -> QuestionSet:
    """The set with the questions of this version on the page that names its instrument.

    Without one (the partnership has paused it) the page is not offered, nor the answers of its section that lead to it.
    """
    steps = questions.steps
    for step in questions.steps:
        if not step.instrument:
            continue
        if instrument is None:
            leading = {(key, value) for key, values in step.show_if.questions() for value in values}
            steps = tuple(_without(one, leading) if one.section == step.section else one for one in steps)
        else:
            asked = tuple(_question(questions, instrument, item) for item in instrument.items.values())
            intro = {**step.intro.words, **{code: one.intro for code, one in instrument.translations.items()}}
            made = replace(step, questions=asked, made_of=made_of, intro=Text(intro))
            steps = tuple(made if one.key == step.key else one for one in steps)
    return replace(questions, steps=steps)


def _question(questions: QuestionSet, instrument: Instrument, item: Item) -> Question:
    routes = {demands()[key].route for key in item.demands if key in demands()}
    states = tuple(route for route in Route if route in routes and route in questions.routes)
    options = [
        Option(
            one.value, Text(instrument.option_in(item, one)), states=states if one.affirms else (),
            demands=item.demands if one.affirms else (),
        )
        for one in instrument.options(item)
    ]  # fmt: skip
    # What was left out was not asked.
    not_known = {"en": "Not known"} | {code: one.not_known for code, one in instrument.translations.items()}
    options.append(Option(NOT_KNOWN, Text(not_known), means="not_known"))
    label = Text(instrument.label_in(item))
    return Question(
        key=f"{PREFIX}{item.key}", kind="radios", label=label, short=label, fills=EXTRA,
        sensitivity=Sensitivity.SPECIAL, hint=Text(instrument.hint_in(item)), options=tuple(options), item=item.key,
    )  # fmt: skip


def _without(step: Step, leading: set[tuple[str, str]]) -> Step:
    return replace(
        step,
        questions=tuple(
            replace(
                question, options=tuple(one for one in question.options if (question.key, one.value) not in leading)
            )
            for question in step.questions
        ),
    )
