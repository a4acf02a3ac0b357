"""Forms of a person's record: details, names, numbers, an end, equality."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from leeward.platform.ui.forms import (
    ApproximateDate,
    ApproximateDateField,
    ChoiceField,
    CodeField,
    ConfirmField,
    DateField,
    Divider,
    Form,
    LongTextField,
    NhsNumberField,
    OnceMixin,
    Option,
    TextField,
    VersionField,
)
from leeward.record.people.actions.details import PersonDetails
from leeward.record.people.actions.equality import ANSWERED, DECLINED, NOT_ASKED, NOT_KNOWN, QUESTIONS, Answer
from leeward.record.people.forms.common import FactForm, codes
from leeward.record.people.models import EqualityAnswer, Person


class DetailsForm(FactForm):
    """What one page changes together."""

    version = VersionField()
    called = TextField(label="What they want to be called", longest=120, required=False)
    own_word = TextField(
        label="The word they use for themselves", longest=60, required=False,
        help_text="For example: survivor, victim, neither",
    )  # fmt: skip
    birth = ApproximateDateField(
        label="Date of birth", past=True, required=False, help_text="For example, 27 3 1987. The year alone will do"
    )
    is_guess = ConfirmField(label="This is a guess", required=False)
    died_on = DateField(label="Date of death", past=True, required=False, help_text="Only if they have died")
    language = CodeField(label="Language they are most at ease in", choices=lambda: codes("language"), required=False)
    interpreter = CodeField(label="Do they need an interpreter?", choices=lambda: codes("three_answers"))
    interpreter_note = TextField(
        label="About the interpreter", longest=300, required=False,
        help_text="For example: a woman, nobody from the same town, never family",
    )  # fmt: skip
    communication_needs = LongTextField(
        label="What makes talking and reading easier", longest=500, rows=3, required=False,
        help_text="For example: large print, text before calling, short sentences",
    )  # fmt: skip

    @staticmethod
    def start(person: Person) -> dict[str, Any]:
        """What stands in the boxes to begin with."""
        born, precision = person.birth_date, person.birth_precision
        birth = None
        if born:
            birth = ApproximateDate(
                born.year,
                born.month if precision not in ("year", "about") else None,
                born.day if precision in ("day", "unknown") else None,
            )
        return {
            "version": person.version, "called": person.called, "own_word": person.own_word, "birth": birth,
            "is_guess": precision == "about", "died_on": person.died_on, "language": person.language,
            "interpreter": person.interpreter, "interpreter_note": person.interpreter_note,
            "communication_needs": person.communication_needs,
        }  # fmt: skip

    def details(self) -> PersonDetails:
        """What was answered, after `is_valid()`."""
        data = self.cleaned_data
        birth: ApproximateDate | None = data["birth"]
        precision = "unknown" if birth is None else "about" if data["is_guess"] else birth.precision
        return PersonDetails(
            called=data["called"], own_word=data["own_word"], birth_date=birth.earliest if birth else None,
            birth_precision=precision, died_on=data["died_on"], language=data["language"],
            interpreter=data["interpreter"], interpreter_note=data["interpreter_note"],
            communication_needs=data["communication_needs"],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Nobody dies before they are born."""
        data = super().clean() or self.cleaned_data
        if data.get("died_on") and data.get("birth") and data["died_on"] < data["birth"].earliest:
            self.add_error("died_on", ValidationError("The date of death lies before the date of birth"))
        return data


class NameForm(FactForm):
    """One more name."""

    given = TextField(label="First names", longest=200, required=False)
    family = TextField(label="Last name", longest=200, required=False)
    kind = CodeField(label="Which name is this?", choices=lambda: codes("name_kind"), initial="current")

    def clean(self) -> dict[str, Any]:
        """One of the two is enough; both empty is not."""
        data = super().clean() or self.cleaned_data
        if not data.get("given") and not data.get("family") and not self.errors:
            self.add_error("given", ValidationError("Enter a first name or a last name"))
        return data


class IdentifierForm(FactForm):
    """A number that some agency knows them by."""

    kind = CodeField(label="Which number is this?", choices=lambda: codes("identifier_kind"))
    value = TextField(label="Number or reference", longest=60)

    def clean(self) -> dict[str, Any]:
        """An NHS number has a check digit."""
        data = super().clean() or self.cleaned_data
        if data.get("kind") == "nhs" and data.get("value"):
            try:
                data["value"] = NhsNumberField(label="NHS number").clean(data["value"])
            except ValidationError as wrong:
                self.add_error("value", wrong)
        return data


class EndForm(OnceMixin, Form):
    """Say that something is no longer so, or never was."""

    how = ChoiceField(
        label="What is right?",
        choices=[
            Option("ended", "It was so, and is not any more"),
            Option("error", "It was never so: it was written down by mistake"),
        ],
        initial="ended",
    )
    on = DateField(label="Until when?", what="the date", past=True, initial=timezone.localdate, required=False)


EQUALITY_LABELS = {
    "ethnicity": "Ethnic group",
    "sex": "Sex",
    "gender_same": "Gender the same as the sex registered at birth?",
    "sexual_orientation": "Sexual orientation",
    "religion": "Religion",
    "disability": "Disability or health condition",
}


def equality_field(name: str, *, drawn_as: str = "", required: bool = True) -> CodeField:
    """One question: the codes of its list, declined, not known, and not asked, which stands there to begin with."""
    return CodeField(
        label=EQUALITY_LABELS[name],
        drawn_as=drawn_as or ("select" if name == "ethnicity" else "radios"),
        choices=[
            *codes(name),
            Divider("or"),
            Option(f"state:{DECLINED}", "Asked, did not want to say"),
            Option(f"state:{NOT_KNOWN}", "Not known"),
            Option(f"state:{NOT_ASKED}", "Not asked"),
        ],
        initial=f"state:{NOT_ASKED}",
        required=required,
    )


def equality_answer(value: str, own_words: str = "") -> Answer:
    """What was chosen in such a field; nothing chosen is not asked."""
    value = value or f"state:{NOT_ASKED}"
    state = value.removeprefix("state:") if value.startswith("state:") else ANSWERED
    return Answer(state, value if state == ANSWERED else "", own_words if state != NOT_ASKED else "")


class EqualityForm(FactForm):
    """All questions on one page; each can stay unasked."""

    mark_optional = False
    version = VersionField()

    LABELS = EQUALITY_LABELS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in QUESTIONS:
            self.fields[name] = equality_field(name)
            self.fields[f"{name}_words"] = TextField(label="In their own words", longest=120, required=False)
        own = [part for name in QUESTIONS for part in (name, f"{name}_words")]
        self.order_fields([*own, "learned_from", "learned_on"])

    @staticmethod
    def start(answers: dict[str, EqualityAnswer]) -> dict[str, Any]:
        """What stands to begin with."""
        found: dict[str, Any] = {}
        for name, row in answers.items():
            found[name] = row.code if row.state == ANSWERED else f"state:{row.state}"
            found[f"{name}_words"] = row.own_words
        return found

    def answers(self) -> dict[str, Answer]:
        """What was answered, after `is_valid()`."""
        said = self.cleaned_data
        return {name: equality_answer(said[name], said[f"{name}_words"]) for name in QUESTIONS}
