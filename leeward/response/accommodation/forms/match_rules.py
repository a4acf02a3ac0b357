"""The form of the rules of the match: bad input stands beside its field, and what was typed is kept."""

from __future__ import annotations

from typing import Any

from leeward.platform.ui import forms
from leeward.response.accommodation.rules.matching import MOST_MILES, MOST_POINTS, POINTS, Rules


class RulesForm(forms.OnceMixin, forms.Form):
    """Which limits are never broken, what earns points, how far is near and far."""

    mark_optional = False
    hard = forms.ManyField(
        label="What is never broken?", what="what is never broken", required=False,
        help_text="What is left out becomes a wish: places that break it are shown, with a word of caution",
    )  # fmt: skip

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        may_be_soft = [one for one in rules.limits if not one.floor]
        kwargs.setdefault(
            "initial",
            {
                "hard": [one.key for one in may_be_soft if one.hard],
                "near_miles": rules.near_miles,
                "far_miles": rules.far_miles,
                "version": rules.version,
                **{f"points_{key}": value for key, value in rules.points.items()},
            },
        )
        super().__init__(*args, **kwargs)
        self._floor = {one.key for one in rules.limits if one.floor}
        self.fields["hard"].choices = [forms.Option(one.key, one.title) for one in may_be_soft]  # type: ignore[attr-defined]  # of ours
        for key, words in POINTS.items():
            self.fields[f"points_{key}"] = forms.NumberField(
                label=f"Points: {words[:1].lower()}{words[1:]}", what="the points", least=-MOST_POINTS, most=MOST_POINTS
            )
        self.fields["near_miles"] = forms.NumberField(
            label="Near: within how many miles of where they want to be?", what="the miles", least=1, most=MOST_MILES
        )
        self.fields["far_miles"] = forms.NumberField(
            label="Far: from how many miles from danger on is more no better?", what="the miles", least=1,
            most=MOST_MILES,
        )  # fmt: skip
        self.fields["why"] = forms.TextField(
            label="Why, and who decided it?", what="why, and who decided it", longest=300
        )
        self.fields["version"] = forms.VersionField(required=False)

    def said(self) -> dict[str, Any]:
        """What was entered, for the action, after `is_valid()`."""
        data = self.cleaned_data
        return {
            "hard": {*data["hard"], *self._floor},
            "points": {key: data[f"points_{key}"] for key in POINTS},
            "near_miles": data["near_miles"],
            "far_miles": data["far_miles"],
            "why": data["why"],
            "version": data["version"] or 0,
        }


class ShippedForm(forms.OnceMixin, forms.Form):
    """Why the rules go back to what was shipped."""

    why = forms.TextField(label="Why, and who decided it?", what="why, and who decided it", longest=300)
    version = forms.VersionField(required=False)
