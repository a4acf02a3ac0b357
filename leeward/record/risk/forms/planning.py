"""Safety plans."""

from __future__ import annotations

from typing import Any

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
    copy_asked_on = forms.DateField(
        label="When did they say so?", what="the day", past=True, required=False, help_text="Empty means today."
    )
    copy_to = forms.TextField(
        label="To whom is it sent?", longest=200, required=False,
        help_text="Only for a copy that is sent. The name on the envelope, as they want it.",
    )  # fmt: skip
    copy_address = forms.ChoiceField(
        label="To which address?", what="an address", choices=[], drawn_as="select", required=False
    )
    review_on = forms.DateField(label="When to go through it again", what="the day", required=False)

    def __init__(self, *args: Any, addresses: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["copy_address"] = forms.ChoiceField(
            label="To which address?", what="an address", drawn_as="select", required=False,
            help_text="Only for a copy that is sent. An address that is not here is first put on their record.",
            choices=[("", "None"), *((str(number), words) for number, words in addresses)],
        )  # fmt: skip
        self.order_fields([*(name for name in self.fields if name != "review_on"), "review_on"])

    def facts(self) -> PlanFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return PlanFacts(
            about=said["about"], copy=said["copy"], copy_words=said["copy_words"], review_on=said["review_on"],
            copy_asked_on=said["copy_asked_on"], copy_to=said["copy_to"],
            copy_address_id=int(said["copy_address"]) if said["copy_address"] else None,
        )  # fmt: skip


class GivenForm(forms.OnceMixin, forms.Form):
    """That a copy was given: nothing to enter, recorded once."""


class ReviewForm(forms.OnceMixin, forms.Form):
    """That a plan was gone through."""

    words = forms.TextField(label="What came out", longest=500, required=False)
    review_on = forms.DateField(label="When to go through it again", what="the day", required=False)
