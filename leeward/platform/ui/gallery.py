"""The component gallery: invented people in every state of every component. Shown in development and demonstration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from leeward.platform.ui import forms

AREAS = ("Ashby", "Brill", "Calder", "Dunmore", "Eastley", "Fenby", "Garth", "Holme")
LONG = "A very long answer that goes on and on, as people write when they have waited for years to be asked. " * 12


class ExampleForm(forms.OnceMixin, forms.Form):
    """One of each kind of question."""

    full_name = forms.TextField(label="Full name", what="your name", help_text="As you want us to say it")
    birth = forms.DateField(
        label="Date of birth", what="the date of birth", past=True, help_text="For example, 27 3 1987"
    )
    began = forms.ApproximateDateField(
        label="When did it begin?", what="the date", past=True, required=False, help_text="The year alone will do"
    )
    safe = forms.ChoiceField(
        label="Is it safe for us to call you?",
        what="whether it is safe to call",
        choices=[
            forms.Option("times", "Yes, at certain times"),
            forms.Option("any", "Yes, at any time"),
            forms.Option("no", "No, I will call you", hint="We will not ring, write or leave a message"),
            forms.Divider(),
            forms.Option("unsure", "I am not sure"),
        ],
    )
    times = forms.TextField(label="Which times?", required=False)
    needs = forms.ManyField(
        label="What would help?",
        required=False,
        choices=[
            ("housing", "Somewhere safe to live"),
            ("legal", "Legal help"),
            forms.Divider(),
            forms.Option("none", "None of these", alone=True),
        ],
    )
    area = forms.CodeField(
        label="Area",
        required=False,
        choices=[(str(i), name) for i, name in enumerate(AREAS)],
    )
    phone = forms.PhoneField(label="Telephone number", required=False)
    email = forms.EmailField(label="Email address", required=False)
    postcode = forms.PostcodeField(label="Postcode", required=False)
    nhs = forms.NhsNumberField(label="NHS number", required=False)
    at = forms.TimeField(label="From what time?", what="the time", required=False)
    children = forms.NumberField(label="How many children?", what="the number of children", most=20, required=False)
    story = forms.LongTextField(
        label="What happened, in your own words?", what="what happened", longest=500, required=False
    )
    letter = forms.FileField(label="A letter or picture", endings=("pdf", "jpg", "png"), required=False)
    agree = forms.ConfirmField(label="I have read what happens with my answers")


class QuestionForm(forms.Form):
    """One question on a page."""

    mark_optional = False
    safe = ExampleForm.base_fields["safe"]


BAD = {
    "full_name": "",
    "birth-day": "31",
    "birth-month": "2",
    "birth-year": "1987",
    "began-day": "3",
    "began-year": "2019",
    "safe": "",
    "needs": ["housing", "none"],
    "phone": "ring the bell",
    "email": "maya at example",
    "postcode": "the blue house",
    "nhs": "999 123 4561",
    "at": "25:70",
    "children": "-1",
    "story": LONG,
}
RIGHT_TO_LEFT = {
    "full_name": "مايا الحداد 🌱",
    "birth-day": "٢٧",
    "birth-month": "3",
    "birth-year": "1987",
    "safe": "any",
    "story": "لا أعرف من أين أبدأ.\nأريد أن أكون في أمان مع أطفالي.",
}


def _now() -> dt.datetime:
    return timezone.now()


def _case() -> dict[str, Any]:
    return {
        "facts": [
            {"label": "Risk", "value": "High · 16 of 24 · 2 days ago", "tone": "high"},
            {"label": "Safe to contact", "value": "Call 10:00–14:00, school days. No voicemail. Code word set"},
            {"label": "Children", "value": "2 with their own records", "tone": "child"},
        ],
        "filters": [
            {"text": text, "href": "#", "selected": text == "Everything"}
            for text in ("Everything", "Risk", "Contacts", "Safety plan", "MARAC", "Home", "Children")
        ],
        "events": [
            {
                "title": "Listed for MARAC on 14 May: repeat within 12 months",
                "meta": "Today 09:12 · found by Leeward from police incident of 2 May · agencies have until 12 May",
                "tone": "high",
                "href": "#",
            },
            {
                "title": "Spoke with Maya, 25 minutes",
                "meta": "Yesterday 11:05 · Ruth Adeyemi",
                "tone": "info",
                "body": "She feels watched after school pick-up. Agreed a new route and a second safe place.",
            },
            {
                "title": "Risk assessed: high, raised by judgement from 13 to high",
                "meta": "2 days ago · strangulation, separation under a year, escalation (3 incidents in 12 months)",
                "tone": "high",
                "tag": "16 of 24",
            },
            {
                "title": "Space held: self-contained flat, 22 miles from danger area",
                "meta": "3 days ago · accepts a boy of 15 and a dog · hold ends today 18:00",
                "tone": "info",
            },
            {"title": "Referred by midwife; agreed to share", "meta": "4 March · referrer told: accepted"},
        ],
    }


def _queue() -> dict[str, Any]:
    rows = [
        (
            "KITE-419",
            "Self, web",
            [("Said: afraid tonight", "high"), ("2 children", "child")],
            "3 h 40 of 4 h",
            True,
            "Now",
            "until 14:00, no voicemail",
            "Yes: Harbour Outreach",
        ),
        (
            "FERN-207",
            "Midwife, agreed",
            [("12 of 24", "medium")],
            "5 h of 24 h",
            False,
            "Now",
            "text first",
            "No match",
        ),
        (
            "REED-880",
            "Police notice",
            [("Third notice this year", "medium")],
            "7 h of 24 h",
            False,
            "",
            "After 16:30",
            "Yes: 2 services",
        ),
        (
            "WREN-032",
            "Self, about own behaviour",
            [("Wants to change", "info")],
            "9 h of 24 h",
            False,
            "",
            "Evenings",
            "Not checked",
        ),
        (
            "MOSS-518",
            "School, acting without agreement",
            [("Boy, 15", "child")],
            "11 h of 24 h",
            False,
            "",
            "School hours only",
            "Possible match",
        ),
    ]
    keys = ("word", "route", "tags", "waiting", "late", "now", "safe", "known")
    return {
        "rows": [dict(zip(keys, row, strict=True)) for row in rows],
        "filters": [
            {"text": text, "href": "#", "selected": text == "Waiting"}
            for text in ("Waiting", "Mine", "High risk", "Young people", "Behaviour", "Out of hours")
        ],
    }


@dataclass(frozen=True)
class Example:
    """One page of the gallery."""

    name: str
    label: str
    template: str
    context: Callable[[], dict[str, Any]] = field(default=dict)


EXAMPLES = [
    Example(
        "pieces",
        "Pieces: tags, chips, tables, cards, notices",
        "ui/gallery/pieces.jinja",
        lambda: {**_case(), "long": LONG, "now": _now()},
    ),
    Example("form", "A form, empty", "ui/gallery/form.jinja", lambda: {"form": ExampleForm()}),
    Example(
        "form-errors", "A form with every mistake", "ui/gallery/form.jinja", lambda: {"form": ExampleForm(Many(BAD))}
    ),
    Example(
        "form-rtl",
        "A form in a script that runs right to left",
        "ui/gallery/form_rtl.jinja",
        lambda: {"form": ExampleForm(Many(RIGHT_TO_LEFT))},
    ),
    Example("case", "A case", "ui/gallery/case.jinja", _case),
    Example("queue", "A queue", "ui/gallery/queue.jinja", _queue),
    Example("queue-empty", "A queue with nobody waiting", "ui/gallery/queue.jinja", lambda: {**_queue(), "rows": []}),
    Example("confirm", "Before sharing", "ui/gallery/confirm.jinja"),
    Example("delete", "Before deletion", "ui/gallery/delete.jinja"),
    Example("question", "A public question", "ui/gallery/question.jinja", lambda: {"form": QuestionForm()}),
    Example(
        "question-errors",
        "A public question with a mistake",
        "ui/gallery/question.jinja",
        lambda: {"form": QuestionForm({})},
    ),
    Example("public", "A public page of text", "ui/gallery/public.jinja"),
    Example("print", "For paper", "ui/gallery/print.jinja", lambda: {**_case(), "printed_at": _now()}),
    Example(
        "error-403",
        "No permission",
        "ui/errors/permission_denied.jinja",
        lambda: {"words": "Only a manager of this service can close a case that is under review."},
    ),
    Example("error-404", "Not found", "ui/errors/not_found.jinja"),
    Example("error-csrf", "A form too old", "ui/errors/form_too_old.jinja"),
    Example("error-500", "A fault", "ui/errors/server_error.jinja"),
    Example("error-503", "No database", "ui/errors/database_gone.jinja", lambda: {"sent": True, "typed": ()}),
]


class Many(dict[str, Any]):
    """Just enough of a QueryDict for examples."""

    def getlist(self, key: str) -> list[Any]:
        """The values of a key, as a list."""
        value = self.get(key, [])
        return value if isinstance(value, list) else [value]


def page(name: str) -> Example | None:
    """The example of that name; without a name the index; None if there is none."""
    if not name:
        return Example("", "Gallery", "ui/gallery/index.jinja", lambda: {"examples": EXAMPLES})
    return next((example for example in EXAMPLES if example.name == name), None)
