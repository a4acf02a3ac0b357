"""Question sets as data with a version, and the one engine that asks them.

Owns how a YAML file becomes pages, forms, a list to check and a typed result. Pure: no database, no request, no clock
but the one that form fields use. The questions of an instrument come from the risk room (screening.py). Never keeps an
answer: whoever calls does, and never in a browser.

A set is steps, a step is one page, a page has one question (or a few). Answers are a plain dictionary that JSON can
hold: question key to value, or to None where the question was asked and skipped. A key that is missing was not asked.
"""

from leeward.response.front_door.questions.answers import (
    Result,
    Row,
    Screened,
    Section,
    Spoken,
    check_answers,
    result_of,
)
from leeward.response.front_door.questions.flow import Flow
from leeward.response.front_door.questions.loading import QuestionSetError, load_set, parse_set, question_set
from leeward.response.front_door.questions.schema import (
    Answers,
    Question,
    QuestionSet,
    Route,
    Sensitivity,
    Step,
    Value,
)
from leeward.response.front_door.questions.screening import asked_with
from leeward.response.front_door.questions.steps import Asking, StepForm, build_form

__all__ = [
    "Answers",
    "Asking",
    "Flow",
    "Question",
    "QuestionSet",
    "QuestionSetError",
    "Result",
    "Route",
    "Row",
    "Screened",
    "Section",
    "Sensitivity",
    "Spoken",
    "Step",
    "StepForm",
    "Value",
    "asked_with",
    "build_form",
    "check_answers",
    "load_set",
    "parse_set",
    "question_set",
    "result_of",
]
