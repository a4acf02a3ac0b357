"""Safety plans."""

from __future__ import annotations

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.record.risk.actions.planning import PlanFacts, StepFacts


class StepForm(forms.OnceMixin, forms.Form):
    """One thing that somebody does."""

    situation = forms.ChoiceField(
        label="For which situation?", what="a situation", choices=lambda: choices("plan_situation"), drawn_as="select"
    )
    words = forms.LongTextField(
        label="What is done, in their words", what="what is done", longest=1000, rows=3,
        help_text="Something they can do or somebody does for them. As they would say it.",
    )  # fmt: skip
    who = forms.TextField(label="Who does it?", longest=120, required=False)
    when_words = forms.TextField(label="When?", longest=120, required=False)

    def facts(self) -> StepFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return StepFacts(said["situation"], said["words"], said["who"], said["when_words"])


class PlanForm(forms.OnceMixin, forms.Form):
    """What stands over the steps."""

    version = forms.VersionField()
    about = forms.LongTextField(
        label="What matters most to them", longest=2000, rows=4, required=False, help_text="In their own words."
    )
    copy = forms.ChoiceField(
        label="A copy for them", what="whether a copy is safe", choices=lambda: choices("plan_copy"), drawn_as="radios",
        help_text="Never by default. Only in a form that they say is safe today.",
    )  # fmt: skip
    copy_words = forms.TextField(
        label="What they said about a copy", longest=500, required=False,
        help_text="For example: he does not read my handbag",
    )  # fmt: skip
    review_on = forms.DateField(label="When to go through it again", what="the day", required=False)

    def facts(self) -> PlanFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return PlanFacts(said["about"], said["copy"], said["copy_words"], said["review_on"])


class GivenForm(forms.OnceMixin, forms.Form):
    """That a copy was given: nothing to enter, recorded once."""


class ReviewForm(forms.OnceMixin, forms.Form):
    """That a plan was gone through."""

    words = forms.TextField(label="What came out", longest=500, required=False)
    review_on = forms.DateField(label="When to go through it again", what="the day", required=False)
