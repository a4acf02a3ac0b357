"""What a partnership sets for risk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from leeward.platform.ui import forms
from leeward.record.risk.instruments import Instrument
from leeward.record.risk.rules import Thresholds


class SettingsForm(forms.OnceMixin, forms.Form):
    """Bands of each instrument that has them, and what holds for all."""

    escalation_count = forms.NumberField(label="Incidents that are an escalation", what="how many", least=1, most=50)
    escalation_months = forms.NumberField(label="Within how many months", what="how many months", least=1, most=60)
    repeat_months = forms.NumberField(
        label="Abuse again within so many months of the last MARAC is a repeat", what="how many months", least=1,
        most=60,
    )  # fmt: skip
    review_weeks = forms.NumberField(
        label="The next assessment is due after so many weeks", what="how many weeks", least=1, most=104
    )
    plan_weeks = forms.NumberField(
        label="A safety plan is gone through again after so many weeks", what="how many weeks", least=1, most=104
    )
    offered = forms.ManyField(
        label="Offered for new assessments", what="at least one instrument", choices=list,
        help_text="One that is taken off stays readable where it was used, and can still be compared.",
    )  # fmt: skip
    why = forms.TextField(label="Who decided this, and when?", what="who decided this", longest=500)

    def __init__(self, *args: Any, instruments: Mapping[str, Instrument], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instruments = instruments
        self.fields["offered"] = forms.ManyField(
            label=self.fields["offered"].label, what="at least one instrument",
            help_text=self.fields["offered"].help_text,
            choices=[forms.Option(key, one.title) for key, one in instruments.items()],
        )  # fmt: skip
        for key, one in instruments.items():
            for band in one.bands[1:]:
                self.fields[f"{key}-{band.level}"] = forms.NumberField(
                    label=f"{one.short}: {band.level} from", what="how many points", least=1, most=one.most
                )

    def clean(self) -> dict[str, Any]:
        """Bands rise."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for key in self.instruments:
            medium, high = said.get(f"{key}-medium"), said.get(f"{key}-high")
            if medium is not None and high is not None and medium >= high:
                self.add_error(f"{key}-high", "High must begin at more points than medium.")
        return said

    def thresholds(self) -> Thresholds:
        """What was entered, after `is_valid()`. Bands that are as the file has them are left to the file."""
        said = self.cleaned_data
        bands: dict[str, dict[str, int]] = {}
        for key, one in self.instruments.items():
            own: dict[str, int] = {str(band.level): said[f"{key}-{band.level}"] for band in one.bands[1:]}
            if own != {str(band.level): band.at_least for band in one.bands[1:]}:
                bands[key] = own
        return Thresholds(
            bands=bands, paused=frozenset(set(self.instruments) - set(said["offered"])),
            escalation_count=said["escalation_count"], escalation_months=said["escalation_months"],
            repeat_months=said["repeat_months"], review_weeks=said["review_weeks"], plan_weeks=said["plan_weeks"],
        )  # fmt: skip


def as_initial(now: Thresholds, instruments: Mapping[str, Instrument]) -> dict[str, Any]:
    """The settings as their form shows them."""
    bands = {
        f"{key}-{band.level}": now.bands.get(key, {}).get(band.level, band.at_least)
        for key, one in instruments.items()
        for band in one.bands[1:]
    }
    return {
        "escalation_count": now.escalation_count, "escalation_months": now.escalation_months,
        "repeat_months": now.repeat_months, "review_weeks": now.review_weeks, "plan_weeks": now.plan_weeks,
        "offered": [key for key in instruments if key not in now.paused], **bands,
    }  # fmt: skip
