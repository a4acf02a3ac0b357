"""Forms of sites and spaces."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.accommodation.actions.places import SiteFacts, SpaceFacts
from leeward.response.accommodation.models import Site, Space

AreaChoices = list[tuple[str, str]]


class SiteForm(forms.OnceMixin, forms.Form):
    """What a site is. Its street has a form of its own."""

    name = forms.TextField(
        label="What is it called among workers?",
        what="a name",
        longest=80,
        help_text="Everybody who looks for a place reads it. Never a street, a town or the name on the door",
    )
    form = forms.CodeField(label="What is it?", what="what it is", choices=lambda: choices("accommodation_form"))
    area_code = forms.ChoiceField(
        label="In which area?",
        what="an area",
        drawn_as="select",
        help_text="The district. Nothing nearer is ever shown",
    )
    danger_areas = forms.ManyField(
        label="From which areas can nobody come?",
        what="areas",
        required=False,
        help_text="Where those whom residents flee would find them",
    )
    takes_local = forms.ChoiceField(
        label="Do you take people from your own area?",
        what="whether you take people from your own area",
        choices=(("yes", "Yes"), ("no", "No")),
    )
    support_hours = forms.CodeField(label="When is staff there?", what="when", choices=lambda: choices("support_hours"))
    specialisms = forms.ManyField(
        label="For whom is it run in particular?",
        what="for whom",
        required=False,
        choices=lambda: choices("accommodation_specialism"),
    )
    languages = forms.ManyField(
        label="Which languages does staff speak, besides English?",
        what="languages",
        required=False,
        choices=lambda: choices("language"),
    )
    turnaround_days = forms.NumberField(
        label="How many days does a space need between two stays?", what="a number of days", least=0, most=60, initial=1
    )

    def __init__(self, *args: Any, areas: AreaChoices, site: Site | None = None, **kwargs: Any) -> None:
        if site is not None:
            kwargs["initial"] = {name: getattr(site, name) for name in SiteFacts.__dataclass_fields__}
            kwargs["initial"]["takes_local"] = "yes" if site.takes_local else "no"
        super().__init__(*args, **kwargs)
        self.fields["area_code"].choices = [("", "Choose an area"), *areas]  # type: ignore[attr-defined]  # of ours
        self.fields["danger_areas"].choices = areas  # type: ignore[attr-defined]  # of ours

    def facts(self) -> SiteFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return SiteFacts(
            name=said["name"],
            form=said["form"],
            area_code=said["area_code"],
            danger_areas=tuple(said["danger_areas"]),
            takes_local=said["takes_local"] == "yes",
            support_hours=said["support_hours"],
            specialisms=tuple(said["specialisms"]),
            languages=tuple(said["languages"]),
            turnaround_days=said["turnaround_days"] or 0,
        )


ACCESS = (
    forms.Option("self_contained", "Nothing is shared: own kitchen and bathroom"),
    forms.Option("step_free", "No steps"),
    forms.Option("wheelchair", "A wheelchair can be used everywhere"),
    forms.Option("ground_floor", "On the ground floor"),
)
_TAKES = ("no_recourse", "substance_use", "mental_health", "offending")


class SpaceForm(forms.OnceMixin, forms.Form):
    """What a space is."""

    label = forms.TextField(label="What is it called?", what="a name", longest=40, help_text="For example: Room 4")
    kind = forms.CodeField(label="What is it?", what="what it is", choices=lambda: choices("space_kind"))
    beds = forms.NumberField(label="How many can sleep in a bed?", what="a number", least=1, most=20)
    cots = forms.NumberField(label="How many cots have room besides?", what="a number", least=0, most=6, initial=0)
    access = forms.ManyField(label="What is true of it?", what="what is true", required=False, choices=ACCESS)
    for_whom = forms.CodeField(label="Who can live there?", what="who", choices=lambda: choices("space_for"))
    sons_up_to = forms.NumberField(
        label="Up to which age can a son come?",
        what="an age",
        least=0,
        most=25,
        required=False,
        help_text="Empty: of any age",
    )
    pets = forms.CodeField(label="Can pets come?", what="whether pets can come", choices=lambda: choices("space_pets"))
    no_recourse = forms.CodeField(
        label="Without recourse to public funds?", what="an answer", choices=lambda: choices("space_takes")
    )
    substance_use = forms.CodeField(
        label="With use of substances?", what="an answer", choices=lambda: choices("space_takes")
    )
    mental_health = forms.CodeField(
        label="With needs of mental health?", what="an answer", choices=lambda: choices("space_takes")
    )
    offending = forms.CodeField(
        label="With a history of offending?", what="an answer", choices=lambda: choices("space_takes")
    )

    def __init__(self, *args: Any, space: Space | None = None, **kwargs: Any) -> None:
        if space is not None:
            kwargs["initial"] = {name: getattr(space, name) for name in SpaceFacts.__dataclass_fields__}
            kwargs["initial"]["access"] = [option.value for option in ACCESS if getattr(space, option.value)]
        else:
            kwargs.setdefault("initial", {}).update(
                {"kind": "room", "for_whom": "women", "pets": "none"} | dict.fromkeys(_TAKES, "ask")
            )
        super().__init__(*args, **kwargs)

    def facts(self) -> SpaceFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        has, takes = said["access"], {name: said[name] for name in _TAKES}
        return replace(
            SpaceFacts(said["label"], said["kind"], said["beds"], said["cots"] or 0, for_whom=said["for_whom"]),
            self_contained="self_contained" in has,
            step_free="step_free" in has,
            wheelchair="wheelchair" in has,
            ground_floor="ground_floor" in has,
            sons_up_to=said["sons_up_to"],
            pets=said["pets"],
            **takes,
        )


class AddressForm(forms.Form):
    """Where a site is."""

    lines = forms.LongTextField(
        label="Where is it?",
        what="the address",
        longest=300,
        rows=4,
        help_text="Encrypted. Read by your organisation, and by who has the address of somebody who stays there",
    )


class TeamForm(forms.Form):
    """Which team a person is shared with."""

    team = forms.ChoiceField(label="With which team?", what="a team", drawn_as="select", required=False)

    def __init__(self, *args: Any, teams: AreaChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everybody = ("", "Everybody of us who works with cases")
        self.fields["team"].choices = [everybody, *teams]  # type: ignore[attr-defined]  # of ours


class OutOfUseForm(forms.OnceMixin, forms.Form):
    """Why a space cannot be used, and until when."""

    reason = forms.CodeField(label="Why can it not be used?", what="why", choices=lambda: choices("void_reason"))
    until = forms.DateField(
        label="From when can it be used again?",
        what="the day",
        future=True,
        required=False,
        help_text="Empty: until you say that it can",
    )
    note = forms.TextField(label="Note", longest=300, required=False)


class WhyForm(forms.OnceMixin, forms.Form):
    """Why something is closed."""

    why = forms.TextField(label="Why?", what="why", longest=300)
