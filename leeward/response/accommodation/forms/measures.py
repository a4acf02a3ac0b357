"""Which period, and of which form of accommodation, is counted."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms

LONGEST = timedelta(days=3653)  # ten years


class MeasuresForm(forms.Form):
    """A period of days, both counted; and a form of accommodation, or any."""

    mark_optional = False
    since = forms.DateField(label="From", what="the first day", required=False)
    until = forms.DateField(label="To", what="the last day", required=False)
    form = forms.CodeField(
        label="Form of accommodation", required=False, drawn_as="select",
        choices=lambda: [forms.Option("", "All"), *(forms.Option(*one) for one in choices("accommodation_form"))],
    )  # fmt: skip

    def period(self) -> tuple[date, date]:
        """What was asked for; the last year of days where nothing was."""
        today = timezone.localdate()
        said = getattr(self, "cleaned_data", {})
        until = said.get("until") or today
        return said.get("since") or until - timedelta(days=364), until

    def clean(self) -> dict[str, Any]:
        """The end may not lie before the beginning, nor ten years after it."""
        said = super().clean() or self.cleaned_data
        if said.get("since") and said.get("until"):
            if said["since"] > said["until"]:
                self.add_error("until", ValidationError("The end lies before the beginning"))
            elif said["until"] - said["since"] > LONGEST:
                self.add_error("until", ValidationError("Choose a period of ten years or less"))
        return said
