"""Relationships, who knows where somebody lives, and who is said to harm whom."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from leeward.platform.ui.forms import (
    ApproximateDateField,
    ChoiceField,
    CodeField,
    DateField,
    Form,
    LongTextField,
    OnceMixin,
    Option,
    TextField,
    VersionField,
)
from leeward.record.people.forms.common import FactForm, codes

People = list[tuple[int, str]]


def _people(form: Form, name: str, people: People) -> None:
    form.fields[name].choices = [Option(str(pk), words) for pk, words in people]  # type: ignore[attr-defined]  # our own field


class RelationshipForm(FactForm):
    """How two people are related."""

    other = CodeField(label="Who?", what="who it is", choices=(), drawn_as="select")
    kind = CodeField(
        label="Who are they?", what="who they are", choices=lambda: codes("relationship"), drawn_as="select"
    )
    from_on = ApproximateDateField(label="Since when?", what="the date", past=True, required=False)
    until_on = ApproximateDateField(
        label="Until when?", what="the date", past=True, required=False, help_text="Only if it has ended"
    )
    lives_together = CodeField(
        label="Do they live together?", choices=lambda: codes("three_answers"), initial="unknown"
    )

    def __init__(self, *args: Any, people: People, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "other", people)
        self.fields["kind"].label = f"Who are they to {name}?"

    def clean(self) -> dict[str, Any]:
        """It cannot end before it began."""
        data = super().clean() or self.cleaned_data
        begin, end = data.get("from_on"), data.get("until_on")
        if begin and end and end.latest < begin.earliest:
            self.add_error("until_on", ValidationError("It cannot have ended before it began"))
        return data


class KnowsForm(FactForm):
    """Whether somebody knows where this person lives."""

    other = CodeField(label="Who may know?", what="who it is", choices=(), drawn_as="select")
    answer = CodeField(label="Do they know where?", choices=lambda: codes("knows_place"))
    how = TextField(
        label="How they know, or may find out", longest=300, required=False,
        help_text="For example: through school, a shared account, a relative. Never write where",
    )  # fmt: skip

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "other", people)


class ClaimForm(OnceMixin, Form):
    """Somebody says that one person harms another."""

    harming = CodeField(label="Who is said to cause harm?", what="who it is", choices=(), drawn_as="select")
    harmed = CodeField(label="To whom?", what="to whom", choices=(), drawn_as="select")
    kind = CodeField(label="What kind of harm?", choices=lambda: codes("harm_kind"), required=False, drawn_as="select")
    happened_on = ApproximateDateField(
        label="When did it happen?", what="the date", past=True, required=False, help_text="The year alone will do"
    )
    source = TextField(label="Who says so?", what="who says so", longest=120)
    said_on = DateField(label="When did they say it?", what="the date", past=True, initial=timezone.localdate)
    note = LongTextField(label="In their words", longest=1000, rows=3, required=False)

    def __init__(self, *args: Any, people: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _people(self, "harming", people)
        _people(self, "harmed", people)

    def clean(self) -> dict[str, Any]:
        """Two different people."""
        data = super().clean() or self.cleaned_data
        if data.get("harming") and data.get("harming") == data.get("harmed"):
            self.add_error("harmed", ValidationError("Choose two different people"))
        return data


class DisputeForm(OnceMixin, Form):
    """Somebody disputes what was said."""

    version = VersionField()
    disputed_by = TextField(label="Who disputes it?", what="who disputes it", longest=120)
    note = LongTextField(label="What they say", longest=1000, rows=3, required=False)


class StandsForm(OnceMixin, Form):
    """That something stands as it was first said, after all."""

    version = VersionField()
    why = LongTextField(
        label="Why does it stand after all?", longest=500, rows=2, what="why it stands",
        help_text="Everyone who got it will read this",
    )  # fmt: skip


class CorrectForm(ClaimForm):
    """What is right instead."""

    version = VersionField()
    what = ChoiceField(
        label="What is right?",
        choices=[
            Option("replace", "Something else: as below"),
            Option("withdraw", "None of it: it is withdrawn"),
        ],
        initial="replace",
    )
    why = LongTextField(
        label="Why it is corrected", longest=500, rows=2, what="why it is corrected",
        help_text="Everyone who got the first version will read this",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["what", "harming", "harmed", "kind", "happened_on", "source", "said_on", "note", "why"])
