"""The index check, links between records, walls."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from leeward.platform.ui.forms import (
    ChoiceField,
    DateField,
    Form,
    LongTextField,
    NhsNumberField,
    OnceMixin,
    Option,
    TextField,
)


class IndexCheckForm(OnceMixin, Form):
    """Is she known?"""

    given = TextField(label="First name", longest=200, required=False)
    family = TextField(label="Last name", longest=200, required=False)
    born = DateField(label="Date of birth", past=True, required=False, help_text="For example, 27 3 1987")
    nhs_number = NhsNumberField(label="NHS number", required=False)
    about = ChoiceField(
        label="What do you need to know?",
        choices=[
            Option("harmed", "Whether they are being helped"),
            Option("causing_harm", "Whether they work on their own behaviour"),
        ],
        initial="harmed",
    )
    reason = LongTextField(
        label="Why do you ask?", what="why you ask", longest=300, rows=2,
        help_text="Kept with the check. The data protection lead reads it",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Enough to mean one person: both names, or one with the birth date, or the number."""
        data = super().clean() or self.cleaned_data
        names = bool(data.get("given")) + bool(data.get("family"))
        if self.errors or data.get("nhs_number") or names == 2 or (names == 1 and data.get("born")):
            return data
        missing = "family" if data.get("given") else "given"
        self.add_error(
            missing, ValidationError("Enter both names, or one name and the date of birth, or the NHS number")
        )
        return data

    def clean_reason(self) -> str:
        """A reason says something."""
        reason = str(self.cleaned_data["reason"]).strip()
        if len(reason) < 10:
            raise ValidationError("Say in a few words why you need to know")
        return reason


class LinkForm(OnceMixin, Form):
    """That two records are of one person."""

    reason = LongTextField(
        label="How do you know that they are the same person?", what="how you know", longest=300, rows=2
    )


class UnlinkForm(OnceMixin, Form):
    """That they are two."""

    reason = LongTextField(label="Why are they two people?", what="why they are two", longest=300, rows=2)


class KnowThemForm(OnceMixin, Form):
    """I know this person."""

    relation = TextField(
        label="How do you know them?", what="how you know them", longest=120,
        help_text="For example: my cousin, my neighbour, my son’s teacher",
    )  # fmt: skip


class DeclareForm(KnowThemForm):
    """I know somebody of this name."""

    given = TextField(label="Their first name", longest=200)
    family = TextField(label="Their last name", longest=200)
    born = DateField(label="Their date of birth", past=True, required=False, help_text="If you know it")
    field_order = ["given", "family", "born", "relation"]


class AskBackForm(OnceMixin, Form):
    """Why a declaration is to be taken back."""

    why = LongTextField(label="Why should it be taken back?", what="why", longest=300, rows=3)


class WallForm(OnceMixin, Form):
    """A wall set by a manager or the data protection lead."""

    who = ChoiceField(label="Who may never see this person?", what="who it is", choices=(), drawn_as="select")
    reason = LongTextField(label="Why?", what="why", longest=500, rows=2)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [Option(value, words) for value, words in choices]  # type: ignore[attr-defined]  # our own field


class WallByNumberForm(WallForm):
    """The same, for the data protection lead, who sees no record: by its number in the log."""

    number = TextField(label="Number of the record, from the log", what="the number", longest=20)
    field_order = ["number", "who", "reason"]

    def clean_number(self) -> int:
        """Figures only."""
        text = str(self.cleaned_data["number"]).strip()
        if not text.isdecimal() or len(text) > 18:
            raise ValidationError("The number of a record has up to 18 figures")
        return int(text)


class LiftForm(OnceMixin, Form):
    """Why a wall is lifted."""

    reason = LongTextField(label="Why is it lifted?", what="why it is lifted", longest=500, rows=2)
