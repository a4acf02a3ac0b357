"""Forms of transfers and of letters."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.marac.actions.letters import LetterFacts
from leeward.response.marac.actions.transfers import TransferFacts
from leeward.response.marac.forms.hiding import tells_place
from leeward.response.marac.forms.referring import HEARD_HERE
from leeward.response.marac.queries.letters import UNNAMED


class TransferForm(forms.OnceMixin, forms.Form):
    """What goes to another area's MARAC, and how."""

    other_marac = forms.TextField(label="To which MARAC?", what="which MARAC", longest=200)
    why = forms.CodeField(label="Why?", what="why", choices=lambda: choices("marac_transfer_why"))
    heard_here = forms.ChoiceField(label="Has it been heard here?", choices=HEARD_HERE)
    sent = forms.ManyField(label="What was sent?", what="what was sent", choices=lambda: choices("marac_sent"))
    how = forms.TextField(
        label="By which secure way?", what="by which secure way", longest=200, help_text="For example: secure mail"
    )
    sent_on = forms.DateField(label="When?", what="the day", past=True, initial=timezone.localdate)

    def facts(self) -> TransferFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return TransferFacts(
            said["other_marac"], said["why"], tuple(said["sent"]), said["how"], said["sent_on"], said["heard_here"]
        )


class TransferAnswerForm(forms.OnceMixin, forms.Form):
    """What they answered."""

    answer = forms.LongTextField(label="What did they answer?", what="what they answered", longest=500, rows=3)
    answered_on = forms.DateField(label="When?", what="the day", past=True, initial=timezone.localdate)


class LetterForm(forms.OnceMixin, forms.Form):
    """A letter, in words that can be changed before it is final."""

    addressee = forms.TextField(
        label="To whom?", what="to whom it goes", longest=200, initial="The Legal Aid Agency",
        help_text="A solicitor, or the agency. Never the home of anybody",
    )  # fmt: skip
    body = forms.LongTextField(
        label="The letter", longest=6000, rows=16,
        help_text="Names and days are filled in. Write no address and no telephone of the person",
    )  # fmt: skip
    signed_by = forms.TextField(label="Signed by", longest=120)
    signed_as = forms.TextField(
        label="As what", longest=200, help_text="For example: Coordinator and member of the MARAC, Estuary Council"
    )

    def clean(self) -> dict[str, Any]:
        """No place and no number goes out in a letter."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("addressee", "body"):
            if words := tells_place(said.get(name, "")):
                self.add_error(name, words)
        if UNNAMED in said.get("body", ""):
            self.add_error("body", "Write the name of the person causing harm in place of the words in brackets")
        return said

    def facts(self) -> LetterFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return LetterFacts(said["addressee"], said["body"], said["signed_by"], said["signed_as"])
