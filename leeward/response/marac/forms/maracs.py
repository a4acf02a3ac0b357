"""Forms that set up a MARAC: what it is, its agencies, its seats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from leeward.platform.access.models import Membership, Organisation
from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.marac.actions.maracs import MaracFacts
from leeward.response.marac.models import Marac

KINDS = (
    forms.Option(Marac.MARAC, "A MARAC", "Takes referrals, has an agenda, research, minutes and the quarterly return"),
    forms.Option(Marac.DAILY, "A short daily meeting", "New high-risk contacts since yesterday: who acts today"),
)


class MaracForm(forms.OnceMixin, forms.Form):
    """What a MARAC is, how often it meets, and by when things are due."""

    name = forms.TextField(label="Name", longest=120, help_text="For example: Estuary North MARAC")
    kind = forms.ChoiceField(label="What is it?", what="what it is", choices=KINDS, initial=Marac.MARAC)
    areas = forms.ManyField(
        label="For which areas?", required=False, choices=list,
        help_text="None ticked: for the whole partnership. Who refers is shown the MARAC of the area first.",
    )  # fmt: skip
    every_days = forms.NumberField(
        label="Days from one meeting to the next", what="how many days", least=1, most=92, initial=14
    )
    begins = forms.TimeField(label="Usual hour", required=False, help_text="For example, 9:30")
    place = forms.TextField(
        label="Where it usually meets", longest=120, required=False, help_text="A room, or how to join from afar"
    )
    case_limit = forms.NumberField(label="Most cases of a meeting", what="how many cases", least=1, most=60, initial=16)
    minutes_a_case = forms.NumberField(label="Minutes a case", what="how many minutes", least=3, most=60, initial=12)
    refer_days = forms.NumberField(
        label="Referrals are due so many days before", what="how many days", least=0, most=60, initial=8
    )
    research_days = forms.NumberField(
        label="Research is due so many days before", what="how many days", least=0, most=59, initial=2
    )
    sight_days = forms.NumberField(
        label="Agencies see a case so many days after its meeting", what="how many days", least=1, most=365, initial=28
    )
    flag_months = forms.NumberField(
        label="The flag stays on the record so many months", what="how many months", least=1, most=60, initial=12
    )
    adult_females = forms.NumberField(
        label="Women of 16 and over who live here", what="how many women", least=1, most=5_000_000, required=False,
        help_text="For the rate in the return. Left empty, the return gives no rate",
    )  # fmt: skip
    adult_females_source = forms.TextField(
        label="Where that number is from", longest=200, required=False,
        help_text="For example: mid-year population estimates, 2025",
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = [forms.Option(code, name) for code, name in areas.items()]  # type: ignore[attr-defined]  # our own field
        if not areas:
            del self.fields["areas"]

    def clean(self) -> dict[str, Any]:
        """Research comes after the referrals; a number has a source."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        refer, research = said.get("refer_days"), said.get("research_days")
        is_daily = said.get("kind") == Marac.DAILY
        if refer is not None and research is not None and research >= refer and not is_daily:
            self.add_error(
                "research_days", "Research is due after the referrals are in: give it fewer days before the meeting"
            )
        unsaid = not said.get("adult_females_source") and "adult_females_source" not in self.errors
        if said.get("adult_females") is not None and unsaid:
            self.add_error("adult_females_source", "Say where the number of women is from: the return names it")
        return said

    def facts(self) -> MaracFacts:
        """What was entered, after `is_valid()`."""
        said = {name: self.cleaned_data[name] for name in MaracFacts.__dataclass_fields__ if name in self.cleaned_data}
        return MaracFacts(**{**said, "areas": tuple(self.cleaned_data.get("areas", ()))})


class MaracChangeForm(MaracForm):
    """The same, of one that is there."""

    version = forms.VersionField()


class AgencyForm(forms.OnceMixin, forms.Form):
    """An organisation that sits at a MARAC."""

    organisation = forms.ChoiceField(label="Which organisation?", what="an organisation", drawn_as="select")
    kind = forms.CodeField(
        label="As what does it count in the return?", what="as what it counts", drawn_as="select",
        choices=lambda: choices("marac_agency"),
    )  # fmt: skip
    researches = forms.ConfirmField(label="It returns research on each case", required=False, initial=True)

    def __init__(self, *args: Any, organisations: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [forms.Option(str(one.id), one.name) for one in organisations]  # type: ignore[attr-defined]  # our own field


class SeatForm(forms.OnceMixin, forms.Form):
    """Somebody's seat: for one organisation, in one part."""

    member = forms.ChoiceField(
        label="Who?", what="who gets the seat", drawn_as="select",
        help_text="People of its agencies who have the role of a MARAC representative, coordinator or chair",
    )  # fmt: skip
    part = forms.CodeField(label="As what?", what="as what", choices=lambda: choices("marac_part"))

    def __init__(self, *args: Any, members: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(one.id): one for one in members}
        self.fields["member"].choices = [  # type: ignore[attr-defined]  # our own field
            forms.Option(key, f"{one.user.name}, {one.organisation.name}") for key, one in self.members.items()
        ]
