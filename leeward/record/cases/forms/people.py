"""Somebody is entered in a case; whether a record that is there already is theirs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.record.cases.actions.people import Newcomer
from leeward.record.cases.queries.same import Candidate
from leeward.record.people.actions import PersonFacts
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import ClaimFacts

SAME, OTHER = "same", "other"
USUAL = {"child": "child"}  # what a newcomer of this part mostly is to whom the case is about


class PersonForm(forms.OnceMixin, forms.Form):
    """Who they are and what they are to whom the case is about. Little is needed: one name will do."""

    given = forms.TextField(label="First names", longest=200, required=False)
    family = forms.TextField(label="Last name", longest=200, required=False)
    birth = forms.ApproximateDateField(
        label="Date of birth", past=True, required=False, help_text="For example, 27 3 2017. The year alone will do"
    )
    nhs_number = forms.NhsNumberField(label="NHS number", required=False)
    relationship = forms.CodeField(
        label="Who are they?", choices=lambda: choices("relationship"), drawn_as="select", required=False
    )
    lives_together = forms.CodeField(
        label="Do they live together?", choices=lambda: choices("three_answers"), initial="unknown"
    )
    learned_from = forms.TextField(
        label="Who told us?",
        longest=120,
        required=False,
        help_text="For example: herself, the midwife, a police report",
    )
    learned_on = forms.DateField(
        label="When did we learn this?", what="the date", past=True, initial=timezone.localdate
    )

    def __init__(self, *args: Any, part: str, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part = part
        self.fields["relationship"].label = f"Who are they to {name}?"
        self.fields["relationship"].initial = USUAL.get(part, "")

    def clean(self) -> dict[str, Any]:
        """One of the two names is enough; both empty is not."""
        data = super().clean() or self.cleaned_data
        if not data.get("given") and not data.get("family") and not ({"given", "family"} & set(self.errors)):
            self.add_error("given", ValidationError("Enter a first name or a last name"))
        return data

    @property
    def source(self) -> Source:
        """When it was learned and from whom, after `is_valid()`."""
        return Source(self.cleaned_data["learned_on"], self.cleaned_data["learned_from"])

    def facts(self) -> PersonFacts:
        """Who they are, after `is_valid()`."""
        data = self.cleaned_data
        birth = data["birth"]
        return PersonFacts(
            given=data["given"],
            family=data["family"],
            birth_date=birth.earliest if birth else None,
            birth_precision=birth.precision if birth else "unknown",
            learned_from=self.source.who,
        )

    def said(self) -> ClaimFacts | None:
        """What was said about harm: nothing on this page."""
        return None

    def newcomer(self, same_as: tuple[int, ...]) -> Newcomer:
        """Everything for the action, after `is_valid()`."""
        data = self.cleaned_data
        return Newcomer(
            part=self.part,
            facts=self.facts(),
            source=self.source,
            relationship=data["relationship"],
            lives_together=data["lives_together"],
            nhs_number=data["nhs_number"] or "",
            said=self.said(),
            same_as=same_as,
        )


class HarmForm(PersonForm):
    """Somebody who is said to cause harm: who says so and when is what is kept, never a label."""

    learned_from = forms.TextField(label="Who says so?", what="who says so", longest=120)
    learned_on = forms.DateField(label="When did they say it?", what="the date", past=True, initial=timezone.localdate)
    kind = forms.CodeField(
        label="What kind of harm?", choices=lambda: choices("harm_kind"), drawn_as="select", required=False
    )
    happened_on = forms.ApproximateDateField(
        label="When did it happen?", what="the date", past=True, required=False, help_text="The year alone will do"
    )
    note = forms.LongTextField(label="In their words", longest=1000, rows=3, required=False)

    def said(self) -> ClaimFacts | None:
        """The claim; the action says between whom."""
        data = self.cleaned_data
        return ClaimFacts(
            0, 0, data["learned_from"], data["learned_on"], data["kind"],
            data["happened_on"].earliest if data["happened_on"] else None, data["note"],
        )  # fmt: skip


class SameForm(forms.Form):
    """For each record that may be theirs: is it the same person?"""

    def __init__(self, *args: Any, found: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in found:
            self.fields[f"same_{one.person_id}"] = forms.ChoiceField(
                label=_legend(one),
                what=f"whether it is {one.name}",
                choices=[forms.Option(SAME, "The same person"), forms.Option(OTHER, "Somebody else")],
                help_text=_hint(one),
            )

    def same(self) -> tuple[int, ...]:
        """The records that are of the same person, after `is_valid()`."""
        return tuple(int(name.removeprefix("same_")) for name, value in self.cleaned_data.items() if value == SAME)


def _legend(one: Candidate) -> str:
    born = f", born {one.born}" if one.born else ""
    return f"{one.name}{born}{' (in this case already)' if one.is_here else ''}"


def _hint(one: Candidate) -> str:
    known = f" Known in the case of {' and of '.join(one.known)}." if one.known else ""
    return f"{one.likelihood.capitalize()} to be the same.{known}" if one.likelihood != "possible" else (
        f"Possibly the same.{known}"
    )  # fmt: skip
