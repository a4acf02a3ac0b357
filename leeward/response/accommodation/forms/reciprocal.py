"""Forms of the reciprocal: a landlord, a pledged home, a household, the numbers of the scheme, answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils import timezone

from leeward.platform.ui import forms
from leeward.response.accommodation.models import Mover, PledgedHome, ReciprocalRules
from leeward.response.accommodation.rules.reciprocal import LEAST_AREAS, LONGEST, HomeFacts, MoverFacts, SchemeFacts

Areas = list[tuple[str, str]]
ACCESS = (
    forms.Option("step_free", "No steps"),
    forms.Option("wheelchair", "A wheelchair can be used everywhere"),
)


class JoinForm(forms.OnceMixin, forms.Form):
    """Which landlord joins."""

    organisation = forms.ChoiceField(label="Which landlord joins?", what="a landlord", drawn_as="select")

    def __init__(self, *args: Any, organisations: Areas, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "Choose one"), *organisations]  # type: ignore[attr-defined]  # of ours


class PledgedHomeForm(forms.OnceMixin, forms.Form):
    """An empty home for the scheme."""

    label = forms.TextField(
        label="What is it called with you?",
        what="a name",
        longest=40,
        help_text="Its number, for example: Home 12. Never an address",
    )
    area_code = forms.ChoiceField(
        label="In which area?", what="an area", drawn_as="select", help_text="The district, nothing nearer"
    )
    bedrooms = forms.NumberField(label="How many bedrooms?", what="a number of bedrooms", least=1, most=9)
    access = forms.ManyField(label="What is true of it?", what="what is true", required=False, choices=ACCESS)
    ready_on = forms.DateField(label="From which day can somebody move in?", what="the day", future=True)
    version = forms.VersionField(required=False)

    def __init__(self, *args: Any, areas: Areas, home: PledgedHome | None = None, **kwargs: Any) -> None:
        if home is not None:
            kwargs["initial"] = {
                "label": home.label,
                "area_code": home.area_code,
                "bedrooms": home.bedrooms,
                "ready_on": home.ready_on,
                "access": [one.value for one in ACCESS if getattr(home, one.value)],
                "version": home.version,
            }
        else:
            kwargs.setdefault("initial", {"ready_on": timezone.localdate()})
        super().__init__(*args, **kwargs)
        self.fields["area_code"].choices = [("", "Choose an area"), *areas]  # type: ignore[attr-defined]  # of ours

    def facts(self) -> HomeFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return HomeFacts(
            said["label"],
            said["area_code"],
            said["bedrooms"],
            "step_free" in said["access"] or "wheelchair" in said["access"],
            "wheelchair" in said["access"],
            said["ready_on"],
        )


class MoverForm(forms.OnceMixin, forms.Form):
    """A household that must leave its secure home."""

    from_area = forms.ChoiceField(label="Which area do they leave?", what="an area", drawn_as="select")
    home_bedrooms = forms.NumberField(
        label="How many bedrooms has the home that they leave?", what="a number of bedrooms", least=1, most=9
    )
    home_access = forms.ManyField(
        label="What is true of the home that they leave?", what="what is true", required=False, choices=ACCESS
    )
    people = forms.NumberField(label="How many people move?", what="a number of people", least=1, most=20)
    bedrooms = forms.NumberField(label="How many bedrooms do they need?", what="a number of bedrooms", least=1, most=9)
    access = forms.ManyField(label="What do they need?", what="what they need", required=False, choices=ACCESS)
    away_areas = forms.ManyField(
        label="Which areas must they keep away from?",
        what="areas",
        required=False,
        help_text="Also where he works, or has family. Nothing there is ever proposed",
    )
    areas = forms.ManyField(
        label="In which areas would they live?",
        what="at least five areas",
        help_text=f"At least {LEAST_AREAS}: fewer would tell where they went",
    )
    consent = forms.ChoiceField(
        label="Do they agree to be registered?",
        what="whether they agree",
        help_text="Other landlords read what they need, without a name. They get one offer, and keep their tenancy",
        choices=(("yes", "Yes"), ("no", "No, or not asked yet")),
    )
    consent_on = forms.DateField(label="On which day did they say so?", what="the day", required=False)
    version = forms.VersionField(required=False)

    def __init__(self, *args: Any, areas: Areas, mover: Mover | None = None, **kwargs: Any) -> None:
        if mover is not None:
            kwargs["initial"] = {
                **{
                    name: getattr(mover, name)
                    for name in ("from_area", "home_bedrooms", "people", "bedrooms", "areas", "away_areas", "version")
                },
                "access": [one.value for one in ACCESS if getattr(mover, one.value)],
                "home_access": [one.value for one in ACCESS if getattr(mover, f"home_{one.value}")],
            }
        else:
            kwargs.setdefault("initial", {}).setdefault("consent_on", timezone.localdate())
        super().__init__(*args, **kwargs)
        if mover is not None:  # said once, when they were registered
            del self.fields["consent"], self.fields["consent_on"]
        self.fields["from_area"].choices = [("", "Choose an area"), *areas]  # type: ignore[attr-defined]  # of ours
        for name in ("areas", "away_areas"):
            self.fields[name].choices = areas  # type: ignore[attr-defined]  # of ours

    def clean(self) -> dict[str, Any]:
        """That they agree."""
        said = super().clean() or self.cleaned_data
        if said.get("consent") == "no":
            self.add_error("consent", "They are registered only if they agree.")
        elif said.get("consent") == "yes" and not said.get("consent_on") and "consent_on" not in self.errors:
            self.add_error("consent_on", "Enter the day on which they said so.")
        return said

    def facts(self) -> MoverFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        home, needs = said["home_access"], said["access"]
        return MoverFacts(
            said["from_area"],
            said["home_bedrooms"],
            said["people"],
            said["bedrooms"],
            tuple(said["areas"]),
            tuple(said["away_areas"]),
            bool(home),
            "wheelchair" in home,
            bool(needs),
            "wheelchair" in needs,
            said.get("consent_on"),
        )


class SchemeForm(forms.OnceMixin, forms.Form):
    """The numbers of the scheme."""

    longest_chain = forms.NumberField(
        label="How many households may a chain have at most?",
        what="a number",
        least=0,
        most=LONGEST,
        help_text="A chain begins with a pledged home",
    )
    longest_cycle = forms.NumberField(
        label="How many households may go round at most?",
        what="a number",
        least=0,
        most=LONGEST,
        help_text="Two never change homes with each other, so fewer than 3 means none",
    )
    ledger_limit = forms.NumberField(
        label="How many homes may a landlord owe, or be owed?",
        what="a number",
        least=0,
        most=50,
        required=False,
        help_text="Empty: any number",
    )
    days_per_risk = forms.NumberField(
        label="How many days of waiting does one step of risk count for?", what="a number of days", least=0, most=1000
    )
    least_areas = forms.NumberField(
        label="How many areas does a household name at least?", what="a number of areas", least=LEAST_AREAS, most=30
    )
    spare_bedrooms = forms.NumberField(
        label="How many bedrooms more than needed may a home have?", what="a number", least=0, most=3
    )
    agree_days = forms.NumberField(
        label="How many days does a landlord have to agree?", what="a number of days", least=1, most=60
    )
    answer_days = forms.NumberField(
        label="After how many days is a household asked for its answer again?",
        what="a number of days",
        least=1,
        most=60,
    )
    seconds = forms.NumberField(label="How many seconds may a run look?", what="a number of seconds", least=5, most=600)
    why = forms.TextField(label="Why are they changed?", what="why", longest=300)
    version = forms.VersionField(required=False)

    def __init__(self, *args: Any, rules: ReciprocalRules, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(rules, name) for name in asdict(SchemeFacts())} | {"version": rules.version}
        super().__init__(*args, **kwargs)

    def facts(self) -> SchemeFacts:
        """What was entered, after `is_valid()`."""
        return SchemeFacts(**{name: self.cleaned_data[name] for name in asdict(SchemeFacts())})


class ReasonForm(forms.OnceMixin, forms.Form):
    """Why something is refused or taken back."""

    why = forms.TextField(label="Why?", what="why", longest=300, help_text="No name and no address")


class OfferAnswerForm(forms.OnceMixin, forms.Form):
    """What a household says to its one offer."""

    answer = forms.ChoiceField(
        label="What do they say?",
        what="what they say",
        choices=(("yes", "They take it"), ("no", "They do not take it")),
    )
    why = forms.TextField(label="If they do not take it: why?", what="why", longest=300, required=False)

    def clean(self) -> dict[str, Any]:
        """Why, where they do not take it."""
        said = super().clean() or self.cleaned_data
        if said.get("answer") == "no" and not said.get("why") and "why" not in self.errors:
            self.add_error("why", "Enter why they do not take it. It helps the next run.")
        return said


class MovedForm(forms.OnceMixin, forms.Form):
    """Since when they live there."""

    moved_on = forms.DateField(label="On which day did they move?", what="the day", initial=timezone.localdate)
