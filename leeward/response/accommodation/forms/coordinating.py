"""Forms of the placement coordinator: who waits, how a proposal is made, what is decided of its lines."""

from __future__ import annotations

from typing import Any

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.accommodation.queries.waiting import Asked

ANY = forms.Option("", "Any")
WANTS = (
    ("wheelchair", "A wheelchair"),
    ("step_free", "No steps"),
    ("ground_floor", "The ground floor"),
    ("self_contained", "Nothing shared"),
    ("night_support", "Staff at night"),
    ("substance_use", "Support with substances"),
    ("mental_health", "Support with mental health"),
    ("pets", "Pets"),
    ("no_funds", "No recourse to public funds"),
)
LONGER = (("1", "A day"), ("3", "3 days"), ("7", "A week"), ("28", "4 weeks"))
SORTS = (
    ("danger", "Greatest danger first"),
    ("longest", "Longest wait first"),
    ("largest", "Largest household first"),
    ("nothing", "Most often looked for in vain"),
)


class WaitingForm(forms.Form):
    """Which households to show, and in which order."""

    mark_optional = False
    risk = forms.CodeField(
        label="Risk", required=False, drawn_as="select",
        choices=lambda: [ANY, *(forms.Option(*one) for one in choices("risk_level"))],
    )  # fmt: skip
    when = forms.ChoiceField(
        label="By when", required=False, drawn_as="select", choices=[ANY, forms.Option("tonight", "Tonight")]
    )
    wants = forms.ChoiceField(
        label="What it must be", required=False, drawn_as="select",
        choices=lambda: [ANY, *(forms.Option(*one) for one in (*WANTS, *choices("accommodation_specialism")))],
    )  # fmt: skip
    longer = forms.ChoiceField(
        label="Waits longer than", required=False, drawn_as="select",
        choices=[ANY, *(forms.Option(*one) for one in LONGER)],
    )  # fmt: skip
    sort = forms.ChoiceField(label="Order", required=False, drawn_as="select", choices=SORTS, initial="danger")

    def asked(self) -> Asked:
        """What was asked for; any, where something that is not on offer was sent."""
        said = getattr(self, "cleaned_data", {})
        return Asked(
            risk=said.get("risk") or "",
            when=said.get("when") or "",
            wants=said.get("wants") or "",
            longer=int(said.get("longer") or 0),
            stalled=self.data.get("stalled") == "1",
            sort=said.get("sort") or "danger",
        )


class ProposalForm(forms.OnceMixin, forms.Form):
    """How a proposal is made: of how many of its spaces a provider can give at once, where it has said so."""

    def __init__(self, *args: Any, providers: list[tuple[int, str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for organisation, name, spaces in providers:
            self.fields[f"cap_{organisation}"] = forms.NumberField(
                label=name, what="the number", required=False, least=0, most=999,
                help_text=f"No more than so many at once, of {spaces} open space{'s'[: spaces != 1]}",
            )  # fmt: skip

    def caps(self) -> dict[int, int]:
        """By provider, the most it can take, after `is_valid()`."""
        return {
            int(name.removeprefix("cap_")): value
            for name, value in self.cleaned_data.items()
            if name.startswith("cap_") and value is not None
        }


class BecauseForm(forms.OnceMixin, forms.Form):
    """Why not."""

    because = forms.TextField(label="Why not?", what="why not", longest=300, help_text="Without anybody’s name")
