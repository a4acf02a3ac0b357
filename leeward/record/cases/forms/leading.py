"""Details, allocation, transfer, closing, handover."""

from __future__ import annotations

from typing import Any

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.record.cases.forms.sharing import BasisMixin
from leeward.record.cases.rules import REASON, Check


class DetailsForm(forms.Form):
    """What a case says about itself."""

    risk = forms.CodeField(label="Risk", what="the level of risk", choices=lambda: choices("risk_level"))
    why_risk = forms.LongTextField(
        label="Why has the risk changed?", what="why", longest=1000, rows=3, required=False,
        help_text=f"Needed only if you change it, at least {REASON} characters. Others will act on it. "
        "What an assessment says can be raised here, never lowered.",
    )  # fmt: skip
    review_on = forms.DateField(label="When is it looked at again?", what="the review date", required=False)
    own_words = forms.LongTextField(
        label="What they want, in their own words", what="their words", longest=1000, rows=4, required=False
    )
    counts_for = forms.ChoiceField(
        label="Which authority does it count for?", what="the authority", drawn_as="select", required=False
    )
    version = forms.VersionField()

    def __init__(self, *args: Any, areas: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["counts_for"].choices = [("", "Not known"), *areas]  # type: ignore[attr-defined]  # of our own field


class AllocateForm(forms.Form):
    """Who leads a case inside the organisation."""

    worker = forms.ChoiceField(label="Who leads this case?", what="who leads it", drawn_as="select", required=False)
    team = forms.ChoiceField(
        label="Which team?", what="the team", drawn_as="select", required=False,
        help_text="If the case is one team’s, another team means that the first one no longer sees it.",
    )  # fmt: skip
    reason = forms.TextField(label="Why?", what="why", longest=300, required=False)
    version = forms.VersionField()

    def __init__(self, *args: Any, workers: list[tuple[int, str]], teams: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = [("", "Nobody yet"), *((str(id_), name) for id_, name in workers)]  # type: ignore[attr-defined]  # of our own field
        self.fields["team"].choices = [("", "No team"), *((str(id_), name) for id_, name in teams)]  # type: ignore[attr-defined]  # of our own field

    def chosen(self, name: str) -> int | None:
        """A chosen worker or team, after `is_valid()`."""
        return int(self.cleaned_data[name]) if self.cleaned_data[name] else None


class GiveForm(forms.Form):
    """To whom the cases go that are ticked in a list."""

    worker = forms.ChoiceField(
        label="Give the ticked cases to", what="who gets them", drawn_as="select",
        help_text="Each stays with its team: a case that is one team’s goes only to somebody of that team.",
    )  # fmt: skip
    reason = forms.TextField(label="Why?", what="why", longest=300, required=False)

    def __init__(self, *args: Any, workers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = [("", "Choose"), *((str(id_), name) for id_, name in workers)]  # type: ignore[attr-defined]  # of our own field


class TransferForm(forms.OnceMixin, BasisMixin, forms.Form):
    """Another organisation is to lead a case."""

    to = forms.ChoiceField(label="Who is to lead this case?", what="who is to lead it", drawn_as="select")
    after = forms.ChoiceField(
        label="What happens with us when they accept?", what="what happens then",
        choices=[forms.Option("ends", "Our part ends", "We no longer see this case."),
                 forms.Option("stays", "We stay involved", "They lead, and we go on seeing the whole case.")],
    )  # fmt: skip
    field_order = ["to", "after", "lawful_basis", "told", "why"]

    def __init__(self, *args: Any, receivers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = receivers  # type: ignore[attr-defined]  # of our own field

    def receiver(self) -> tuple[int, int | None]:
        """(organisation, team), after `is_valid()`."""
        organisation, _, team = self.cleaned_data["to"].partition("-")
        return int(organisation), int(team) if team else None


class CloseForm(forms.Form):
    """The closing checklist (a file with a version), the reason, what becomes of tasks and shares."""

    reason = forms.CodeField(
        label="Why is this case closed?", what="the reason", choices=lambda: choices("closing_reason")
    )
    note = forms.LongTextField(
        label="What was reached, and what is left", what="a note", longest=2000, rows=4, required=False
    )
    drop_tasks = forms.ConfirmField(label="The tasks that are still open need not be done any more", required=False)
    shares = forms.ChoiceField(
        label="What happens with the shares with others?", what="what happens with shares",
        choices=[("end", "They end now"), ("leave", "They stay until their own end")],
    )  # fmt: skip
    version = forms.VersionField()

    def __init__(self, *args: Any, checks: tuple[Check, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.checks = checks
        for check in checks:
            self.fields[f"check_{check.key}"] = forms.ChoiceField(
                label=check.label, help_text=check.hint, what="an answer",
                choices=[("yes", "Yes"), ("not_applicable", "Does not apply")],
                error_messages={"required": "Answer this line. If it is not done yet, the case cannot be closed yet"},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What does not apply is explained."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "not_applicable" in self.answers().values() and not cleaned.get("note") and "note" not in self.errors:
            self.add_error("note", "Say why a line of the checklist does not apply.")
        return cleaned

    def answers(self) -> dict[str, str]:
        """The answers to the checklist by key."""
        found = {check.key: self.cleaned_data.get(f"check_{check.key}", "") for check in self.checks}
        return {key: value for key, value in found.items() if value}


class SignOffForm(forms.Form):
    """A supervisor agrees that a case is closed, or sends it back."""

    answer = forms.ChoiceField(
        label="Is this case closed?", what="your answer",
        choices=[("yes", "Yes, it is closed"), ("no", "No, something is still to be done")],
    )  # fmt: skip
    note = forms.LongTextField(label="What is still to be done, or what else is to be known?", what="a note",
                               longest=2000, rows=3, required=False)  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Who sends a case back says what is to be done."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "no" and not cleaned.get("note"):
            self.add_error("note", "Say what is still to be done.")
        return cleaned


class ReopenForm(forms.Form):
    """Why a case is opened again."""

    why = forms.TextField(label="Why is this case opened again?", what="why", longest=300)


class ChildCaseForm(forms.OnceMixin, BasisMixin, forms.Form):
    """A child gets a case of their own."""

    field_order = ["lawful_basis", "told", "why"]


class HandoverForm(forms.OnceMixin, forms.Form):
    """All open cases of a provider go to another."""

    from_ = forms.ChoiceField(label="Which provider gives its cases away?", what="the provider", drawn_as="select")
    to = forms.ChoiceField(label="Which provider takes over?", what="the new provider", drawn_as="select")
    lawful_basis = forms.CodeField(
        label="On which basis, where it is not consent?", what="the lawful basis", drawn_as="radios",
        choices=lambda: [pair for pair in choices("lawful_basis") if pair[0] != "consent"],
        help_text="Where consent is the basis, each person is asked again before their case goes.",
    )  # fmt: skip
    ask_consent_by = forms.DateField(label="By when are they asked?", what="the day", future=True)
    reason = forms.LongTextField(label="Why do the cases go to another provider?", what="why", longest=1000, rows=3)

    def __init__(
        self, *args: Any, sources: list[tuple[int, str]], receivers: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_"].choices = [(str(id_), name) for id_, name in sources]  # type: ignore[attr-defined]  # of our own field
        self.fields["to"].choices = receivers  # type: ignore[attr-defined]  # of our own field

    def receiver(self) -> tuple[int, int | None]:
        """(organisation, team), after `is_valid()`."""
        organisation, _, team = self.cleaned_data["to"].partition("-")
        return int(organisation), int(team) if team else None


class ReviewHandoverForm(forms.Form):
    """A second person decides."""

    answer = forms.ChoiceField(
        label="Do you agree?", what="your answer",
        choices=[("yes", "Yes: the cases go over now"), ("no", "No: nothing moves")],
    )  # fmt: skip
    why = forms.LongTextField(label="Why not?", what="why not", longest=1000, rows=3, required=False)

    def clean(self) -> dict[str, Any]:
        """Who does not agree says why."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "no" and not cleaned.get("why"):
            self.add_error("why", "Say why not: whoever proposed it has to know.")
        return cleaned
