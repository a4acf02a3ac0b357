"""Forms of asks: can we talk, the share, an offer, a refusal, declining."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.record.cases.forms.sharing import BasisMixin
from leeward.response.accommodation.actions.asking import Leave

HOURS = (("4", "4 hours"), ("12", "12 hours"), ("24", "24 hours"), ("72", "3 days"), ("168", "7 days"))


class OfferForm(forms.OnceMixin, forms.Form):
    """Offer a space and hold it."""

    hours = forms.ChoiceField(
        label="For how long is it held?",
        what="for how long",
        choices=HOURS,
        initial="24",
        help_text="Nobody else can have it until then. It ends by itself",
    )
    ready_time = forms.TimeField(
        label="From which time can they come?",
        what="a time",
        required=False,
        help_text="Empty: now. A time that is past today means tomorrow",
    )
    words = forms.TextField(label="What should they know?", longest=500, required=False)

    def hold_for(self) -> timedelta:
        """How long the hold lasts."""
        return timedelta(hours=int(self.cleaned_data["hours"]))

    def ready_at(self) -> datetime | None:
        """The moment from which they can come; a time that is past today means tomorrow: nights have two days."""
        clock = self.cleaned_data["ready_time"]
        return next_time(clock, timezone.now()) if clock is not None else None


def next_time(clock: time, now: datetime) -> datetime:
    """When a clock shows a time next; the last ten minutes are now. What a spring night leaves out is later."""
    today = timezone.localdate(now)
    for day in (today, today + timedelta(days=1)):
        # By the world's clock: an hour that does not exist moves on, one that comes twice is the first.
        moment = timezone.make_aware(datetime.combine(day, clock)).astimezone(UTC)
        if moment > now - timedelta(minutes=10):
            return max(moment, now)
    return now


class RefuseForm(forms.OnceMixin, forms.Form):
    """Why a provider cannot take them."""

    reason = forms.CodeField(label="Why not?", what="why not", choices=lambda: choices("ask_refused"))
    words = forms.TextField(label="Anything that would change it?", longest=500, required=False)


class DeclineForm(forms.OnceMixin, forms.Form):
    """Why a household does not take a place."""

    reason = forms.CodeField(label="Why not?", what="why not", choices=lambda: choices("ask_declined"))
    words = forms.TextField(label="In their words", longest=500, required=False)


class TalkForm(forms.OnceMixin, forms.Form):
    """A provider can talk."""

    words = forms.TextField(
        label="What do you need to know first?", longest=500, required=False, help_text="They read it before you talk"
    )


class ShareForm(forms.OnceMixin, BasisMixin, forms.Form):
    """On what ground the case is shared with the provider."""

    field_order = ["lawful_basis", "told", "why"]

    def leave(self) -> Leave:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return Leave(said["lawful_basis"], said["told"], said["why"])
