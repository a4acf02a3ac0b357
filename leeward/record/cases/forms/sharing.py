"""Sharing, answering, restricting."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from leeward.platform.reference.lists import choices
from leeward.platform.reference.working_time import LONDON
from leeward.platform.ui import forms
from leeward.record.cases.models import Scope

SCOPES = (
    forms.Option(str(int(Scope.INDEX)), "That there is a case, and whom to ring", "Reference, our name and telephone."),
    forms.Option(
        str(int(Scope.SUMMARY)), "A summary",
        "Name, risk, who is involved, who is known in the case, and what of the chronology is marked for a summary.",
    ),
    forms.Option(
        str(int(Scope.FULL)), "The whole case", "Also safe contact, the whole chronology, notes, tasks and documents."
    ),
)  # fmt: skip


class BasisMixin(forms.Form):
    """The lawful basis, whether the person was told and agreed, and why not."""

    lawful_basis = forms.CodeField(label="On which lawful basis?", what="the lawful basis",
                                   choices=lambda: choices("lawful_basis"), drawn_as="radios")  # fmt: skip
    told = forms.CodeField(
        label="Does the person know, and agree?", what="whether they know", choices=lambda: choices("told")
    )
    why = forms.LongTextField(
        label="Why is it shared?", what="why it is shared", longest=1000, rows=4, required=False,
        help_text="Needed where they did not agree or were not told. They may read this one day.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Consent is a basis only where it was given; acting without it says why."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        told = cleaned.get("told")
        if cleaned.get("lawful_basis") == "consent" and told and told != "told_agreed":
            self.add_error(
                "lawful_basis",
                "Consent is the basis only if they were told and agreed. Choose another basis, or ask first.",
            )
        if told and told != "told_agreed" and not cleaned.get("why") and "why" not in self.errors:
            self.add_error("why", "Say why it is shared without their agreement: the record must show the reason.")
        return cleaned


class ChooseOrganisationForm(forms.Form):
    """With whom: the first step, so that teams and people of it can be offered in the second without a script."""

    to = forms.ChoiceField(label="Which organisation?", what="an organisation", drawn_as="select")

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(str(id_), name) for id_, name in organisations]  # type: ignore[attr-defined]  # of our own field


class Receivers:
    """Who of an organisation can be chosen: all of it, one team, one named person."""

    def __init__(self, teams: list[tuple[int, str]], users: list[tuple[int, str]]) -> None:
        self.choices: list[tuple[str, str]] = [("all", "Everybody there who works with cases")]
        self.choices += [(f"team-{id_}", f"The team: {name}") for id_, name in teams]
        self.choices += [(f"user-{id_}", f"One person: {name}") for id_, name in users]

    @staticmethod
    def read(value: str) -> tuple[int | None, int | None]:
        """(team, user) of a choice."""
        kind, _, number = value.partition("-")
        return (int(number) if kind == "team" else None, int(number) if kind == "user" else None)


class ShareForm(forms.OnceMixin, BasisMixin, forms.Form):
    """How much is shared with whom, on which basis, until when."""

    receiver = forms.ChoiceField(label="Who there may see it?", what="who may see it", drawn_as="select")
    scope = forms.ChoiceField(label="How much may they see?", what="how much they may see", choices=SCOPES)
    also = forms.ManyField(
        label="May they also see", what="what else they may see", required=False,
        choices=[forms.Option("address", "where they are now", "Only for who must go there or keep others away."),
                 forms.Option("risk", "risk assessments and the safety plan")],
    )  # fmt: skip
    until = forms.DateField(label="Until when?", what="the last day", future=True, required=False,
                            help_text="Empty: until it is ended. It ends by itself after this day.")  # fmt: skip
    begins = forms.ChoiceField(
        label="From when do they see it?", what="from when they see it",
        choices=[forms.Option("accepted", "When they accept it"),
                 forms.Option("at_once", "At once", "For emergencies, and where they must act today.")],
    )  # fmt: skip
    field_order = ["receiver", "scope", "also", "begins", "until", "lawful_basis", "told", "why"]

    def __init__(self, *args: Any, receivers: Receivers, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = receivers.choices  # type: ignore[attr-defined]  # of our own field

    def until_moment(self) -> datetime | None:
        """The end of the last day."""
        return end_of(self.cleaned_data["until"])


class ChangeShareForm(forms.Form):
    """Give more or less, or for longer."""

    scope = forms.ChoiceField(label="How much may they see?", what="how much they may see", choices=SCOPES)
    also = forms.ManyField(
        label="May they also see", what="what else they may see", required=False,
        choices=[("address", "where they are now"), ("risk", "risk assessments and the safety plan")],
    )  # fmt: skip
    until = forms.DateField(label="Until when?", what="the last day", future=True, required=False)
    why = forms.TextField(label="Why is this share changed?", what="why", longest=300)

    def until_moment(self) -> datetime | None:
        """The end of the last day."""
        return end_of(self.cleaned_data["until"])


class EndShareForm(forms.Form):
    """Why a share ends."""

    why = forms.TextField(label="Why does this share end?", what="why", longest=300)


class ConsentForm(forms.Form):
    """What the person said when asked again."""

    agreed = forms.ChoiceField(
        label="Do they agree that their case goes to the new provider?", what="what they said",
        choices=[("yes", "Yes, they agree"), ("no", "No, they do not agree")],
    )  # fmt: skip
    note = forms.LongTextField(label="What did they say?", what="what they said", longest=1000, rows=4, required=False)


class AnswerForm(forms.Form):
    """Accept what was offered, or return it with a reason."""

    answer = forms.ChoiceField(
        label="Can you take this on?", what="your answer",
        choices=[("mine", "Yes, I take it on"), ("later", "Yes, my organisation does: who leads is decided later"),
                 ("return", "No, return it")],
    )  # fmt: skip
    reason = forms.CodeField(label="Why is it returned?", what="the reason", required=False,
                             choices=lambda: choices("return_reason"), drawn_as="select")  # fmt: skip
    note = forms.LongTextField(label="What should the sender know?", what="what they should know", longest=1000, rows=3,
                               required=False)  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A return has its reason."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "return" and not cleaned.get("reason"):
            self.add_error("reason", "Choose why it is returned: the sender has to find somebody else.")
        return cleaned


class RestrictForm(forms.Form):
    """Who alone may see a case."""

    named = forms.ManyField(label="Who alone may see this case?", what="who may see it")
    why = forms.TextField(label="Why?", what="why", longest=300)

    def __init__(self, *args: Any, people: list[forms.Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["named"].choices = people  # type: ignore[attr-defined]  # of our own field


class LiftForm(forms.Form):
    """Why a restriction is lifted."""

    why = forms.TextField(label="Why is the restriction lifted?", what="why", longest=300)


class EmergencyForm(forms.Form):
    """Which case, and what the emergency is."""

    reference = forms.TextField(label="The reference of the case", what="the reference", longest=20,
                                help_text="The service that leads it tells you, for example KITE-419")  # fmt: skip
    reason = forms.LongTextField(label="What is the emergency?", what="what the emergency is", longest=1000, rows=4)


def end_of(day: Any) -> datetime | None:
    """The last moment of a day, in UK time."""
    return datetime.combine(day, time(23, 59, 59), LONDON) if day else None
