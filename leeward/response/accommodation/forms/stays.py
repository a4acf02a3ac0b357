"""Forms of a stay: arrival, residents, what happened, money, moving on, leaving."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.accommodation.actions.stays import Ending, MoveOnFacts
from leeward.response.accommodation.models import MoveOn
from leeward.response.accommodation.rules.clocks import LEFT_OUT, exists, said_past

YES_NO = (("yes", "Yes"), ("no", "No"))


def moment_of(day: date, clock: time | None) -> datetime:
    """A day and a time as typed. Without a time: now for today, else the end of that day."""
    now = timezone.now()
    if clock is None:
        return min(timezone.make_aware(datetime.combine(day, time(23, 59))), now)
    return said_past(day, clock, now)


class MomentMixin(forms.OnceMixin, forms.Form):
    """A day, and a time where it is known."""

    on = forms.DateField(label="On which day?", what="the day", past=True, initial=timezone.localdate)
    clock = forms.TimeField(label="At what time?", what="the time", required=False)

    def clean(self) -> dict[str, Any]:
        """In spring a clock leaves an hour out."""
        said = super().clean() or self.cleaned_data
        if said.get("on") and said.get("clock") and not exists(said["on"], said["clock"]):
            self.add_error("clock", LEFT_OUT)
        return said

    def moment(self) -> datetime:
        """What was entered, after `is_valid()`."""
        return moment_of(self.cleaned_data["on"], self.cleaned_data["clock"])


class ArriveForm(MomentMixin):
    """When they came."""


class NotArrivedForm(forms.OnceMixin, forms.Form):
    """Why they did not come."""

    why = forms.CodeField(label="Why did they not come?", what="why", choices=lambda: choices("not_arrived"))
    words = forms.TextField(label="Anything to add?", longest=500, required=False)


class EndStayForm(MomentMixin):
    """How the stay ended, and where to."""

    planned = forms.ChoiceField(label="Was it planned?", what="whether it was planned", choices=YES_NO)
    ending = forms.CodeField(label="How did it end?", what="how it ended", choices=lambda: choices("stay_ending"))
    destination = forms.CodeField(
        label="Where did they go?", what="where they went", choices=lambda: choices("stay_destination")
    )
    words = forms.TextField(
        label="Anything to add?", longest=500, required=False, help_text="Do not write an address here"
    )

    def ending_facts(self) -> Ending:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return Ending(self.moment(), said["planned"] == "yes", said["ending"], said["destination"], said["words"])


class LicenceForm(forms.OnceMixin, forms.Form):
    """When the licence was signed, and when it ends."""

    on = forms.DateField(label="Signed on", what="the day", past=True, initial=timezone.localdate)
    until = forms.DateField(label="Until when?", what="the day", future=True, required=False)


class EventForm(MomentMixin):
    """What happened in the house, or an absence."""

    kind = forms.ChoiceField(
        label="What is it?",
        what="what it is",
        choices=(("absence", "They were away"), ("incident", "An incident in the house"), ("note", "A note")),
    )
    what = forms.CodeField(
        label="Which kind of incident?", what="which kind", required=False, choices=lambda: choices("house_incident")
    )
    back_on = forms.DateField(label="When did they come back?", what="the day", past=True, required=False)
    words = forms.LongTextField(label="What happened?", what="what happened", longest=1000, rows=4)
    field_order = ["kind", "what", "on", "clock", "back_on", "words"]

    def clean(self) -> dict[str, Any]:
        """An incident has a kind."""
        said = super().clean() or self.cleaned_data
        if said.get("kind") == "incident" and not said.get("what") and "what" not in self.errors:
            self.add_error("what", "Choose which kind of incident.")
        return said


class ResidentForm(forms.OnceMixin, forms.Form):
    """Somebody joins, or was born."""

    part = forms.ChoiceField(label="Who?", what="who", choices=(("child", "A child"), ("adult", "Another adult")))
    called = forms.TextField(label="What are they called?", what="a name", longest=120)
    sex = forms.CodeField(label="Sex", what="an answer", required=False, choices=lambda: choices("member_sex"))
    birth_date = forms.DateField(label="Born on", what="the birth date", past=True, required=False)
    age = forms.NumberField(
        label="If the birth date is not known: age in years", what="an age", least=0, most=110, required=False
    )
    from_on = forms.DateField(label="Since when?", what="the day", past=True, initial=timezone.localdate)


class MoneyField(forms.TextField):
    """An amount in pounds as people type it: 12, 12.50, £1,250. Cleaned to pence."""

    def __init__(self, *, below_zero: bool = False, **kwargs: Any) -> None:
        super().__init__(longest=14, **kwargs)
        self.below_zero = below_zero

    def clean(self, value: Any) -> Any:
        """Pence, as a whole number."""
        text = str(super().clean(value) or "").replace("£", "").replace(",", "").replace(" ", "")
        if not text:
            return None
        try:
            pence = Decimal(text) * 100
        except InvalidOperation:
            raise self.wrong("{What} must be pounds and pence, like 12.50") from None
        if not pence.is_finite() or pence != pence.to_integral_value() or abs(pence) > 100_000_00:
            raise self.wrong("{What} must be pounds and pence, like 12.50")
        if pence < 0 and not self.below_zero:
            raise self.wrong("{What} must be 0 or more")
        return int(pence)


class ChargeForm(forms.OnceMixin, forms.Form):
    """What is charged each week."""

    kind = forms.CodeField(label="For what?", what="for what", choices=lambda: choices("charge_kind"))
    pence = MoneyField(label="How much a week, in pounds?", what="the amount")
    eligible = forms.ChoiceField(
        label="Is it covered by housing benefit?", what="whether it is covered", choices=YES_NO, initial="yes"
    )
    from_on = forms.DateField(label="From when?", what="the day", initial=timezone.localdate)


class PaymentForm(forms.OnceMixin, forms.Form):
    """Money that came in."""

    pence = MoneyField(
        label="How much, in pounds?", what="the amount", below_zero=True, help_text="With a minus to correct a mistake"
    )
    on = forms.DateField(label="On which day?", what="the day", past=True, initial=timezone.localdate)
    source = forms.CodeField(label="From whom?", what="from whom", choices=lambda: choices("payment_source"))
    words = forms.TextField(label="Note", longest=200, required=False)


class BenefitForm(forms.OnceMixin, forms.Form):
    """Where the claim stands."""

    benefit = forms.CodeField(
        label="Where does the claim stand?", what="an answer", choices=lambda: choices("benefit_status")
    )
    words = forms.TextField(label="Note", longest=200, required=False)


class MoveOnForm(forms.OnceMixin, forms.Form):
    """Where they want to go next, and why they stay longer than they need."""

    wants = forms.CodeField(
        label="Where do they want to go?", what="where", required=False, choices=lambda: choices("stay_destination")
    )
    areas = forms.ManyField(label="In which areas?", what="areas", required=False)
    bedrooms = forms.NumberField(label="How many bedrooms?", what="a number", least=0, most=9, required=False)
    ready_on = forms.DateField(label="Ready to move since", what="the day", required=False)
    longer = forms.ManyField(
        label="If they stay longer than they need: why?",
        what="why",
        required=False,
        choices=lambda: choices("stays_longer"),
    )
    waiting_since = forms.DateField(label="On the waiting list since", what="the day", past=True, required=False)
    applied_on = forms.DateField(label="Applied on", what="the day", past=True, required=False)
    offered_on = forms.DateField(label="Offered a home on", what="the day", past=True, required=False)
    plan = forms.LongTextField(label="What is being done?", longest=2000, rows=4, required=False)
    resettled_until = forms.DateField(label="Resettlement support until", what="the day", required=False)
    version = forms.VersionField(required=False)

    def __init__(
        self, *args: Any, areas: list[tuple[str, str]], plan: MoveOn | None, longer: list[str], **kwargs: Any
    ) -> None:
        initial: dict[str, Any] = {"longer": longer}
        if plan is not None:
            initial |= {name: getattr(plan, name) for name in (*MoveOnFacts.__dataclass_fields__, "version")}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["areas"].choices = areas  # type: ignore[attr-defined]  # of ours

    def facts(self) -> MoveOnFacts:
        """What was entered, after `is_valid()`."""
        said = {name: self.cleaned_data[name] for name in MoveOnFacts.__dataclass_fields__}
        return MoveOnFacts(**said | {"areas": tuple(said["areas"]), "wants": said["wants"] or ""})
