"""Forms of a referral: what the agencies are sent; people without a case; return, withdraw, send again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.platform.ui.filters import day
from leeward.response.marac.actions.referring import Received, ReferralFacts, must_make_sense
from leeward.response.marac.forms.hiding import tells_place
from leeward.response.marac.models import Marac
from leeward.response.marac.queries.repeats import Earlier
from leeward.response.marac.rules.referring import Dates

TOLD_TO_ALL = ("why", "wishes", "afraid_of", "safe_to_talk", "not_safe_to_talk", "not_aware_why", "late_why")
NEXT, AFTER = "next", "after"
YES_NO = (forms.Option("yes", "Yes"), forms.Option("no", "No"))
HEARD_HERE = (
    forms.Option("yes", "Yes"), forms.Option("no", "No"), forms.Option("unknown", "Not known"),
)  # fmt: skip


class ReferForm(forms.OnceMixin, forms.Form):
    """What the agencies are sent. The MARAC is chosen by the area; what is known stands in the boxes already."""

    marac = forms.ChoiceField(label="Which MARAC?", what="a MARAC", choices=())
    criteria = forms.ManyField(
        label="Why is it referred?", what="at least one reason for the referral",
        choices=lambda: [
            forms.Option("score", "The score of the risk assessment"),
            forms.Option("judgement", "Professional judgement", "Say below what you fear"),
            forms.Option("escalation", "It is escalating"),
            forms.Option("repeat", "Abuse again since the last MARAC about the same people"),
        ],
    )  # fmt: skip
    same_person = forms.ChoiceField(
        label="Does the same person cause harm as then?", required=False, choices=YES_NO,
        help_text="One of the two referrals names nobody, so we cannot tell",
    )  # fmt: skip
    why = forms.LongTextField(
        label="Why now, and what is feared?", what="why now, and what is feared", longest=4000, rows=6
    )
    own_tool = forms.TextField(
        label="How was the risk assessed?", longest=300, required=False,
        help_text="Tool, result and day, where it was not done in Leeward. For example: DARA, high, 3 March",
    )  # fmt: skip
    wishes = forms.LongTextField(label="What they want, in their words", longest=2000, rows=3, required=False)
    afraid_of = forms.TextField(label="Whom are they afraid of?", longest=500, required=False)
    safe_to_talk = forms.TextField(
        label="Who is it safe to talk to?", longest=500, required=False,
        help_text="Only who, never a number or an address",
    )  # fmt: skip
    not_safe_to_talk = forms.TextField(label="Who is it not safe to talk to?", longest=500, required=False)
    aware = forms.CodeField(
        label="Do they know that you refer them?", what="whether they know", choices=lambda: choices("marac_aware")
    )
    not_aware_why = forms.LongTextField(
        label="Why without their agreement, or why were they not told?", longest=1000, rows=3, required=False
    )
    lawful_basis = forms.CodeField(
        label="On which basis is it shared?", what="the basis", drawn_as="select",
        choices=lambda: choices("lawful_basis"),
    )  # fmt: skip
    other_marac = forms.TextField(
        label="Did another area’s MARAC hear them?", longest=300, required=False, help_text="Where and when"
    )
    when = forms.ChoiceField(label="For which meeting?", what="for which meeting", choices=(), initial=NEXT)
    late_why = forms.TextField(label="Why can it not wait?", longest=500, required=False)
    agency_kind = forms.CodeField(
        label="As what does your organisation count in the return?", what="as what your organisation counts",
        choices=lambda: choices("marac_agency"), drawn_as="select",
    )  # fmt: skip

    def __init__(
        self, *args: Any, maracs: Sequence[Marac], dates: dict[int, Dates], earlier: Earlier | None,
        kinds: dict[int, str], assessed: bool, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.maracs = {str(one.id): one for one in maracs}
        self.dates, self.earlier, self.kinds, self.assessed = dates, earlier, kinds, assessed
        self.fields["marac"].choices = [  # type: ignore[attr-defined]  # our own field
            forms.Option(key, one.name, _dates_in_words(dates[one.id])) for key, one in self.maracs.items()
        ]
        self.fields["marac"].initial = next(iter(self.maracs), "")
        if earlier is None or earlier.same_harming is not None:
            del self.fields["same_person"]
        if assessed:
            del self.fields["own_tool"]
        if not any(one.is_past() for one in dates.values()):
            del self.fields["when"], self.fields["late_why"]
        else:
            self.fields["when"].choices = [  # type: ignore[attr-defined]  # our own field
                forms.Option(NEXT, "For the next meeting, late, because it cannot wait"),
                forms.Option(AFTER, "For the meeting after that"),
            ]
        if all(kinds.values()):
            del self.fields["agency_kind"]
        else:  # asked of those MARACs at which the organisation does not sit
            self.fields["agency_kind"].required = False

    @property
    def chosen(self) -> Marac:
        """The MARAC, after `is_valid()`."""
        return self.maracs[self.cleaned_data["marac"]]

    @property
    def is_late(self) -> bool:
        """Whether the date of the chosen MARAC's next meeting has passed."""
        marac = self.maracs.get(self.cleaned_data.get("marac", ""))
        return marac is not None and self.dates[marac.id].is_past()

    def clean(self) -> dict[str, Any]:
        """Answers agree with each other and with what the system found; each mistake stands beside its own field."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if "same_person" in self.fields and not said.get("same_person"):
            self.add_error("same_person", "Say whether the same person causes harm as then")
        marac = self.maracs.get(said.get("marac", ""))
        if marac is not None and not self.kinds.get(marac.id) and not said.get("agency_kind"):
            self.add_error("agency_kind", "Choose as what your organisation counts")
        for name in TOLD_TO_ALL:
            if words := tells_place(said.get(name, "")):
                self.add_error(name, words)
        if {"criteria", "aware", "lawful_basis"} & set(self.errors):
            return said
        for name, words in must_make_sense(self.facts(), earlier=self.earlier, is_late=self.is_late).items():
            if name not in self.errors:
                self.add_error(name, words)
        return said

    def facts(self, risk_words: dict[str, Any] | None = None) -> ReferralFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        marac = self.maracs.get(said.get("marac", ""))
        words = dict(risk_words or {})
        if said.get("own_tool"):
            words["own_tool"] = said["own_tool"]
        same = said.get("same_person")
        return ReferralFacts(
            criteria=tuple(said.get("criteria", ())), why=said.get("why", ""), aware=said.get("aware", ""),
            lawful_basis=said.get("lawful_basis", ""), not_aware_why=said.get("not_aware_why", ""),
            wishes=said.get("wishes", ""), afraid_of=said.get("afraid_of", ""),
            safe_to_talk=said.get("safe_to_talk", ""), not_safe_to_talk=said.get("not_safe_to_talk", ""),
            other_marac=said.get("other_marac", ""), late_why=said.get("late_why", ""),
            for_next=said.get("when") != AFTER, same_person=None if not same else same == "yes",
            agency_kind=(marac and self.kinds.get(marac.id)) or said.get("agency_kind") or "other", risk_words=words,
        )  # fmt: skip


class SendAgainForm(ReferForm):
    """The same, of a referral that came back."""

    version = forms.VersionField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["marac"]
        self.fields.pop("agency_kind", None)

    @property
    def chosen(self) -> Marac:
        """The MARAC that it was referred to."""
        return next(iter(self.maracs.values()))

    @property
    def is_late(self) -> bool:
        """Whether the date of its next meeting has passed."""
        return self.dates[self.chosen.id].is_past()


def _dates_in_words(dates: Dates) -> str:
    if dates.first is None:
        return "No meeting is planned yet"
    words = f"Next meeting on {day(dates.first.begins_at)}, referrals by {day(dates.first.referrals_due_at)}"
    if dates.is_past():
        words += ": that day has passed"
        if dates.second is not None:
            words += f". The one after that is on {day(dates.second.begins_at)}"
    return words


class ReceivedForm(forms.Form):
    """Where a referral comes from another area's MARAC: asked on the same page."""

    prefix = "received"
    other_marac = forms.TextField(label="Which MARAC sent it?", what="which MARAC sent it", longest=200)
    why = forms.CodeField(
        label="Why did they send it?", what="why they sent it", choices=lambda: choices("marac_transfer_why")
    )
    heard_here = forms.ChoiceField(label="Was it heard here before?", choices=HEARD_HERE, initial="unknown")
    sent = forms.ManyField(label="What came with it?", what="what came with it", choices=lambda: choices("marac_sent"))
    how = forms.TextField(
        label="By which secure way did it come?", longest=200, what="by which way", help_text="For example: secure mail"
    )
    sent_on = forms.DateField(label="When did they send it?", what="the day", past=True, initial=timezone.localdate)

    def received(self) -> Received:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return Received(
            said["other_marac"], said["why"], said["heard_here"], tuple(said["sent"]), said["how"], said["sent_on"]
        )


class ReturnForm(forms.OnceMixin, forms.Form):
    """What is missing."""

    version = forms.VersionField()
    missing = forms.LongTextField(label="What is missing?", what="what is missing", longest=1000, rows=4)


class WithdrawForm(forms.OnceMixin, forms.Form):
    """Why a referral is withdrawn."""

    version = forms.VersionField()
    why = forms.LongTextField(label="Why is it withdrawn?", what="why it is withdrawn", longest=500, rows=3)


class AcceptForm(forms.OnceMixin, forms.Form):
    """That it is complete."""

    version = forms.VersionField()


class EndFlagForm(forms.OnceMixin, forms.Form):
    """Why a flag ends before its time."""

    why = forms.LongTextField(label="Why does it end before its time?", what="why it ends", longest=500, rows=3)
