"""Forms of making a home safe."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.accommodation.actions.sanctuary import WorkFacts
from leeward.response.accommodation.forms.stays import MoneyField


class ReferForm(forms.OnceMixin, forms.Form):
    """What the home is, and whose consent is needed."""

    tenure = forms.CodeField(label="Whose home is it?", what="whose home it is", choices=lambda: choices("tenure"))
    consent = forms.CodeField(
        label="The landlord’s consent", what="where the consent stands", choices=lambda: choices("landlord_consent")
    )
    why = forms.LongTextField(
        label="What makes the home unsafe, and do they want to stay?", what="what makes it unsafe", longest=500, rows=4
    )


class SurveyForm(forms.OnceMixin, forms.Form):
    """What was found."""

    on = forms.DateField(label="When was it looked at?", what="the day", past=True, initial=timezone.localdate)
    found = forms.LongTextField(label="What was found?", what="what was found", longest=2000, rows=6)


class ConsentForm(forms.OnceMixin, forms.Form):
    """What the landlord answered."""

    consent = forms.CodeField(
        label="What did the landlord answer?", what="an answer", choices=lambda: choices("landlord_consent")
    )
    on = forms.DateField(label="When?", what="the day", past=True, initial=timezone.localdate)
    words = forms.TextField(label="In their words", longest=300, required=False)


class WorkForm(forms.OnceMixin, forms.Form):
    """A piece of work to order."""

    kind = forms.CodeField(
        label="What is to be done?", what="what is to be done", choices=lambda: choices("sanctuary_work")
    )
    place = forms.TextField(label="Which door or window?", longest=120, required=False)
    on = forms.DateField(label="Ordered on", what="the day", past=True, initial=timezone.localdate)
    due_on = forms.DateField(label="To be done by", what="the day", required=False)
    pence = MoneyField(label="What does it cost, in pounds?", what="the cost", required=False)
    payer = forms.CodeField(
        label="Who pays?", what="who pays", required=False, choices=lambda: choices("sanctuary_payer")
    )

    def facts(self) -> WorkFacts:
        """What was entered, after `is_valid()`."""
        said: dict[str, Any] = self.cleaned_data
        return WorkFacts(said["kind"], said["place"], said["due_on"], said["pence"], said["payer"] or "")


class DayForm(forms.OnceMixin, forms.Form):
    """A day on which something was done."""

    on = forms.DateField(label="When?", what="the day", past=True, initial=timezone.localdate)


class DropForm(forms.OnceMixin, forms.Form):
    """Why a piece of work is not done."""

    why = forms.TextField(label="Why is it not done?", what="why", longest=300)


class ReviewForm(forms.OnceMixin, forms.Form):
    """Whether it is still safe."""

    safe = forms.CodeField(label="Is it still safe?", what="whether it is safe", choices=lambda: choices("still_safe"))
    on = forms.DateField(label="Asked on", what="the day", past=True, initial=timezone.localdate)
    words = forms.LongTextField(label="In their words", longest=1000, rows=3, required=False)


class EndForm(forms.OnceMixin, forms.Form):
    """Why it ends."""

    why = forms.CodeField(label="Why does it end?", what="why", choices=lambda: choices("sanctuary_ended"))
    words = forms.TextField(label="Anything to add?", longest=500, required=False)
