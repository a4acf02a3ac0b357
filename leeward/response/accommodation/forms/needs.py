"""Forms of a need: what a household needs, who comes, which areas matter, what is done where there is no room."""

from __future__ import annotations

from typing import Any

from leeward.platform.reference.lists import choices, label
from leeward.platform.ui import forms
from leeward.response.accommodation.actions.needs import before_it
from leeward.response.accommodation.models import Need
from leeward.response.accommodation.rules.facts import AreaFacts, MemberFacts, NeedFacts

PETS = (("none", "None"), ("small", "Small ones, in a cage or tank"), ("any", "A dog, a cat or more"))
WHEN = (
    forms.Option("tonight", "Tonight"),
    forms.Option("by", "By a day"),
    forms.Option("open", "As soon as there is one that fits"),
)
NEEDS = (
    forms.Option("wheelchair", "A wheelchair is used"),
    forms.Option("step_free", "No steps"),
    forms.Option("ground_floor", "The ground floor"),
    forms.Option("self_contained", "They cannot share a kitchen or bathroom"),
    forms.Option("substance_use", "Support with the use of substances"),
    forms.Option("mental_health", "Support with mental health"),
    forms.Option("offending", "A history of offending that a provider must know of"),
    forms.Option("night_support", "Staff at night"),
)
MILES = (("0", "In that area itself"), ("5", "Within 5 miles"), ("15", "Within 15 miles"), ("30", "Within 30 miles"),
         ("60", "Within 60 miles"))  # fmt: skip


class NeedForm(forms.OnceMixin, forms.Form):
    """What is needed."""

    when = forms.ChoiceField(label="When do they need it?", what="when", choices=WHEN)
    by_on = forms.DateField(label="By which day?", what="the day", future=True, required=False)
    needs = forms.ManyField(label="What does the place have to have?", what="needs", required=False, choices=NEEDS)
    pets = forms.ChoiceField(label="Do pets come?", what="whether pets come", choices=PETS)
    pets_words = forms.TextField(label="Which pets?", longest=120, required=False, help_text="For example: a small dog")
    recourse = forms.CodeField(label="Public funds", what="an answer", choices=lambda: choices("recourse"))
    languages = forms.ManyField(
        label="Which languages would help?", what="languages", required=False, choices=lambda: choices("language")
    )
    specialisms = forms.ManyField(
        label="Would they rather be with a service that is run for",
        what="services",
        required=False,
        choices=lambda: choices("accommodation_specialism"),
    )
    from_area = forms.ChoiceField(label="Which area do they leave?", what="an area", drawn_as="select", required=False)
    words = forms.LongTextField(
        label="What should a provider know?",
        longest=1000,
        rows=4,
        required=False,
        help_text="They read it before they know who it is: no name, no street, no school",
    )
    version = forms.VersionField(required=False)

    def __init__(self, *args: Any, areas: list[tuple[str, str]], need: Need | None = None, **kwargs: Any) -> None:
        if need is not None:
            kwargs["initial"] = {name: getattr(need, name) for name in NeedFacts.__dataclass_fields__} | {
                "when": "tonight" if need.tonight else "by" if need.by_on else "open",
                "needs": [option.value for option in NEEDS if getattr(need, option.value)],
                "version": need.version,
            }
        super().__init__(*args, **kwargs)
        self.fields["from_area"].choices = [("", "Not known"), *areas]  # type: ignore[attr-defined]  # of ours

    def clean(self) -> dict[str, Any]:
        """A day where "by a day" was chosen."""
        said = super().clean() or self.cleaned_data
        if said.get("when") == "by" and not said.get("by_on") and "by_on" not in self.errors:
            self.add_error("by_on", "Enter the day by which they need it.")
        return said

    def facts(self) -> NeedFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return NeedFacts(
            tonight=said["when"] == "tonight",
            by_on=said["by_on"] if said["when"] == "by" else None,
            pets=said["pets"],
            pets_words=said["pets_words"],
            recourse=said["recourse"],
            languages=tuple(said["languages"]),
            specialisms=tuple(said["specialisms"]),
            from_area=said["from_area"],
            words=said["words"],
            **{option.value: option.value in said["needs"] for option in NEEDS},
        )


class MemberForm(forms.OnceMixin, forms.Form):
    """Somebody who comes too and is not known in the case, or a birth that is expected."""

    part = forms.ChoiceField(
        label="Who comes too?", what="who", choices=(("child", "A child"), ("adult", "Another adult"))
    )
    sex = forms.CodeField(label="Sex", what="an answer", required=False, choices=lambda: choices("member_sex"))
    age = forms.NumberField(label="Age in years", what="an age", least=0, most=110, required=False)
    due_on = forms.DateField(
        label="If a birth is expected: about which day?", what="the day", future=True, required=False
    )

    def facts(self) -> MemberFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return MemberFacts(said["part"], sex=said["sex"] or "", age=said["age"], due_on=said["due_on"])


class AreaForm(forms.OnceMixin, forms.Form):
    """An area to keep away from, or one to be near."""

    kind = forms.ChoiceField(
        label="What is it?",
        what="what it is",
        choices=(("danger", "An area to keep away from"), ("wanted", "An area to be near")),
    )
    area_code = forms.ChoiceField(label="Which area?", what="an area", drawn_as="select")
    miles = forms.ChoiceField(label="How far around it?", what="how far", choices=MILES, initial="15")
    why = forms.CodeField(label="Why?", what="why", choices=lambda: choices("need_area_why"))

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area_code"].choices = [("", "Choose an area"), *areas]  # type: ignore[attr-defined]  # of ours

    def facts(self) -> AreaFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return AreaFacts(said["kind"], said["area_code"], int(said["miles"]), said["why"])


class EndNeedForm(forms.OnceMixin, forms.Form):
    """Why nobody looks any more."""

    why = forms.CodeField(label="Why does the search end?", what="why", choices=lambda: choices("need_ended"))
    words = forms.TextField(label="Anything to add?", longest=500, required=False)


class StepForm(forms.OnceMixin, forms.Form):
    """What is done where there is no room. In the order in which it is to be thought of."""

    kind = forms.CodeField(
        label="What is done meanwhile?", what="what is done", choices=lambda: choices("no_room_step")
    )
    words = forms.LongTextField(label="How, with whom?", longest=500, rows=3, required=False)
    passed = forms.TextField(
        label="If it is not the first that was not tried: why not the ones before?",
        longest=300,
        required=False,
        help_text="They stand in the order in which they are to be thought of",
    )

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need

    def clean(self) -> dict[str, Any]:
        """Whoever takes a later one says why."""
        said = super().clean() or self.cleaned_data
        before = before_it(self.need, said["kind"]) if said.get("kind") else []
        if before and not said.get("passed") and "passed" not in self.errors:
            words = ", ".join(label("no_room_step", code).lower() for code in before)
            self.add_error("passed", f"Say why this is not possible first: {words}.")
        return said


class LookAgainForm(forms.OnceMixin, forms.Form):
    """What came of a step."""

    outcome = forms.TextField(label="What came of it?", what="what came of it", longest=300)
    goes_on = forms.ChoiceField(
        label="Does it go on?",
        what="an answer",
        choices=(("yes", "Yes, look again tomorrow"), ("no", "No, it is over")),
    )
