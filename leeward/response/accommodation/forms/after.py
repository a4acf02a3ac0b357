"""Forms of what comes after: closing with people in it, support after they left, letters, filters of lists."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.accommodation.actions.moving import Resettled
from leeward.response.accommodation.documents import StayLetter
from leeward.response.accommodation.forms.needs import NEEDS
from leeward.response.accommodation.rules.facts import NeedFacts


def as_initial(facts: NeedFacts) -> dict[str, Any]:
    """What a form of a need begins with, from what was needed before."""
    known = {name: getattr(facts, name) for name in NeedFacts.__dataclass_fields__}
    return known | {"when": "open", "needs": [option.value for option in NEEDS if known[option.value]]}


class CloseForm(forms.OnceMixin, forms.Form):
    """Why it is closed, and what becomes of who lives there."""

    why = forms.TextField(label="Why?", what="why", longest=300)
    may_stay = forms.ChoiceField(
        label="What becomes of who lives there?",
        what="what becomes of them",
        choices=(
            ("yes", "They stay until each has a next place. Nobody new is taken from now on"),
            ("no", "Nobody lives there any more"),
        ),
    )

    def __init__(self, *args: Any, live: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not live:
            del self.fields["may_stay"]

    @property
    def lets_stay(self) -> bool:
        """Whether who lives there stays, after `is_valid()`."""
        return self.cleaned_data.get("may_stay") == "yes"


class BackForm(forms.OnceMixin, forms.Form):
    """When they came back."""

    on = forms.DateField(label="On which day?", what="the day", past=True, initial=timezone.localdate)


class ResettleForm(forms.OnceMixin, forms.Form):
    """A word with somebody who has left, and whether support goes on."""

    on = forms.DateField(label="On which day?", what="the day", past=True, initial=timezone.localdate)
    words = forms.LongTextField(label="What was done?", what="what was done", longest=1000, rows=4)
    goes_on = forms.ChoiceField(
        label="Does the support go on?", what="an answer", choices=(("yes", "Yes"), ("no", "No, it has ended"))
    )
    until = forms.DateField(label="Until when?", what="the day", future=True, required=False)

    def clean(self) -> dict[str, Any]:
        """A day where it goes on."""
        said = super().clean() or self.cleaned_data
        if said.get("goes_on") == "yes" and not said.get("until") and "until" not in self.errors:
            self.add_error("until", "Enter the day until which it goes on.")
        return said

    def facts(self) -> Resettled:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        until: date | None = said["until"] if said["goes_on"] == "yes" else None
        return Resettled(said["on"], said["words"], until)


class LetterForm(forms.Form):
    """A letter that confirms a stay."""

    to = forms.TextField(label="To whom?", what="to whom", longest=120, initial="To whom it may concern")
    charges = forms.ChoiceField(
        label="Does it say what is charged?", what="an answer", choices=(("yes", "Yes"), ("no", "No")), initial="yes"
    )
    street = forms.ChoiceField(
        label="Does it say where the place is?",
        what="an answer",
        choices=(
            ("no", "No: who reads it writes to us"),
            ("yes", "Yes: they want it in this letter, and know who will read it"),
        ),
        initial="no",
        help_text="A letter is copied and put into files that others open",
    )

    def facts(self, *, signed_by: str, signed_as: str) -> StayLetter:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return StayLetter(said["to"], said["charges"] == "yes", said["street"] == "yes", signed_by, signed_as)


class MoveOnFilter(forms.Form):
    """What the list of who waits is narrowed to."""

    wants = forms.ChoiceField(label="Wants", drawn_as="select", required=False)
    area = forms.ChoiceField(label="Area", drawn_as="select", required=False)
    ready = forms.ChoiceField(
        label="Ready", drawn_as="select", required=False, choices=(("", "All"), ("1", "Ready to move now"))
    )

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["wants"].choices = [("", "Anything"), *choices("stay_destination")]  # type: ignore[attr-defined]  # of ours
        self.fields["area"].choices = [("", "Any area"), *areas]  # type: ignore[attr-defined]  # of ours

    def asked(self) -> dict[str, Any]:
        """How the list is narrowed; nothing where what was asked for does not exist."""
        said = self.cleaned_data if self.is_valid() else {}
        return {
            "wants": said.get("wants") or "",
            "area": said.get("area") or "",
            "only_ready": said.get("ready") == "1",
        }
