"""Forms of triage: an attempt, a decision, handing on, an answer to an offer, a period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from leeward.platform.reference.lists import choices, label
from leeward.platform.reference.working_time import LONDON
from leeward.platform.ui.forms import (
    ChoiceField,
    CodeField,
    ConfirmField,
    DateField,
    Form,
    LongTextField,
    ManyField,
    OnceMixin,
    Option,
    TextField,
    TimeField,
    VersionField,
)
from leeward.record.people.rules.contact import Way
from leeward.response.front_door.models import Contact
from leeward.response.front_door.rules.reaching import UNSAFE_THEN, SafeTime
from leeward.response.front_door.rules.trying import (
    IN_THE_FUTURE,
    NEVER_THEIRS,
    NOT_THEIRS,
    NOT_WITH_THIS,
    TOO_EARLY,
    fits,
    is_too_early,
)


def _codes(name: str, *without: str) -> list[Option]:
    return [Option(code, words) for code, words in choices(name) if code not in without]


class AttemptForm(OnceMixin, Form):
    """A try to reach somebody, or that they got in touch."""

    how = CodeField(label="How did you try, or how did they reach you?", choices=_codes("attempt_how"))
    they_came = ConfirmField(
        label="They got in touch with us", required=False,
        help_text="They rang, wrote or came: then the time and the way were theirs, and no safe time is asked for.",
    )  # fmt: skip
    way = ChoiceField(label="Which of their ways was it?", choices=(), required=False)
    outcome = CodeField(label="What happened?", choices=_codes("attempt_outcome"))
    note = LongTextField(label="What was said", longest=2000, required=False, help_text="In their words where you can.")
    tried_time = TimeField(
        label="At what time was it?", what="the time of the attempt", required=False,
        help_text="Leave this empty if it was just now.",
    )  # fmt: skip
    tried_on = DateField(
        label="On which day?", what="the day of the attempt", required=False, past=True,
        help_text="Leave this empty if it was today.",
    )  # fmt: skip
    why_outside = TextField(
        label="Why you tried all the same", longest=300, required=False,
        help_text="Only if they have not said that this way, time or voicemail is safe.",
    )  # fmt: skip

    next_on = DateField(
        label="When should somebody try again?", what="the day of the next try", required=False, future=True,
        help_text="Leave this empty if nobody should.",
    )  # fmt: skip
    next_time = TimeField(label="At what time?", what="the time of the next try", required=False)
    next_why = TextField(
        label="Why then all the same", longest=300, required=False,
        help_text="Only if they have not said that this time is safe.",
    )  # fmt: skip

    def __init__(self, *args: Any, contact: Contact, ways: Sequence[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact = contact
        self.kinds = {str(way.detail.id): way.detail.kind for way in ways}
        if len(ways) > 1:
            self.fields["way"].choices = [  # type: ignore[attr-defined]  # our own field
                Option(str(way.detail.id), f"{label('contact_kind', way.detail.kind)}: {way.detail.value}", way.words)
                for way in ways
            ]
        else:
            del self.fields["way"]

    def clean(self) -> dict[str, Any]:
        """The attempt lies between the contact and now, with a way that fits it; a next try has a day and a time."""
        data = super().clean() or self.cleaned_data
        self._check_time(data)
        if data.get("they_came") and data.get("outcome") in NEVER_THEIRS:
            self.add_error("outcome", ValidationError(NOT_THEIRS))
        if data.get("way") and data.get("how") and not fits(data["how"], self.kinds[data["way"]]):
            self.add_error("way", ValidationError(NOT_WITH_THIS))
        on, at = data.get("next_on"), data.get("next_time")
        if on and not at and "next_time" not in self.errors:
            self.add_error("next_time", ValidationError("Enter the time of the next try"))
        elif at and not on and "next_on" not in self.errors:
            self.add_error("next_on", ValidationError("Enter the day of the next try"))
        elif on and at and datetime.combine(on, at, LONDON) <= timezone.now():
            self.add_error("next_time", ValidationError("The next try must lie ahead"))
        return data

    def _check_time(self, data: dict[str, Any]) -> None:
        on, at = data.get("tried_on"), data.get("tried_time")
        if on and not at and "tried_time" not in self.errors:
            self.add_error("tried_time", ValidationError("Enter the time of the attempt"))
        moment = self.made_at()
        if moment is None or {"tried_on", "tried_time"} & set(self.errors):
            return
        if moment > timezone.now():
            self.add_error("tried_time", ValidationError(IN_THE_FUTURE))
        elif is_too_early(self.contact, moment):
            self.add_error("tried_time", ValidationError(TOO_EARLY))

    def made_at(self) -> datetime | None:
        """When they were tried, after `is_valid()`; None is just now."""
        at = self.cleaned_data.get("tried_time")
        return datetime.combine(self.cleaned_data.get("tried_on") or timezone.localdate(), at, LONDON) if at else None

    def way_id(self) -> int | None:
        """Which of their ways was tried, where somebody said so, after `is_valid()`."""
        chosen = self.cleaned_data.get("way")
        return int(chosen) if chosen else None

    def next_at(self) -> datetime | None:
        """When somebody should try again, after `is_valid()`."""
        on, at = self.cleaned_data["next_on"], self.cleaned_data["next_time"]
        return datetime.combine(on, at, LONDON) if on and at else None

    def needs_reason(self, safe: SafeTime, then: SafeTime | None = None) -> bool:
        """Say beside each answer what speaks against it, unless the worker has said why all the same.

        `safe` is what was safe when they were tried, with the way that was tried; `then` at the time of the next try.
        """
        data = self.cleaned_data
        against = [] if data["they_came"] else safe.against(data["how"], data["outcome"])
        if against and not data["why_outside"].strip():
            for name, words in against:
                self.add_error(name, ValidationError(words))
            self.add_error("why_outside", ValidationError("Say why you tried all the same"))
        if then is not None and not then.hows_now and not data["next_why"].strip():
            self.add_error("next_time", ValidationError(f"{UNSAFE_THEN} ({then.words})"))
            self.add_error("next_why", ValidationError("Say why somebody should try then all the same"))
        return not self.is_valid()


class TakeBackForm(OnceMixin, Form):
    """Why an attempt is taken back."""

    why = TextField(
        label="What was the mistake?", what="what the mistake was", longest=300,
        help_text="For example: recorded with the wrong contact. It stands beside the attempt, which stays to be read.",
    )  # fmt: skip


class DecideForm(OnceMixin, Form):
    """A decision that ends a contact without a referral."""

    outcome = CodeField(label="What was decided?", choices=_codes("contact_outcome", "referred"))
    signposted_to = TextField(label="Where they were signposted to", longest=300, required=False)
    duplicate_of = TextField(
        label="Reference of the contact that this is the same as",
        longest=20,
        required=False,
        help_text="For example KITE-419",
    )
    note = LongTextField(label="Why, in a sentence or two", longest=2000, required=False)
    version = VersionField(required=False)


# They agree now and said otherwise before: the record shows how that came about.
SAID_OTHERWISE = {
    "no": "They said no to sharing when they asked for help. Say what has changed, and when they agreed",
    "ask": "They want to be asked each time. Say when you asked, and what they agreed to",
}


class HandOnForm(OnceMixin, Form):
    """To which services, on which basis, and how much opens."""

    services = ManyField(label="Offer to", what="at least one service")
    scope = ChoiceField(
        label="What they see when they accept",
        choices=[
            Option("3", "The whole story", "What happened, attempts, notes, documents"),
            Option("2", "A summary", "That there is a case, what kind of help, who is involved"),
        ],
        initial="3",
    )
    flags = ManyField(
        label="And apart from that",
        required=False,
        choices=[
            Option("address", "Where they are now", "Only for those who need to go there or house them"),
            Option("risk", "Risk assessments and safety plan"),
            Option("at_once", "Sight at once, without waiting for acceptance", "Only where waiting is a danger"),
        ],
        initial=["risk"],
    )
    told = CodeField(label="Have they been told, and do they agree?", choices=_codes("told"))
    lawful_basis = CodeField(
        label="On which lawful basis do you share?", choices=_codes("lawful_basis"), drawn_as="select"
    )
    why = LongTextField(
        label="If they did not agree or were not told: why you share all the same", longest=1000, required=False
    )
    message = LongTextField(
        label="A message to the service", longest=2000, required=False,
        help_text="They read this before they accept: no name, no place, nothing by which somebody could be found.",
    )  # fmt: skip
    version = VersionField(required=False)

    def __init__(self, *args: Any, services: list[Option], consent: str = "yes", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.consent = consent  # what they said of sharing when they asked for help: yes, ask, no, not_asked
        self.fields["services"].choices = services  # type: ignore[attr-defined]  # our own field

    def clean(self) -> dict[str, Any]:
        """Agreement and basis must fit together; said beside the field, before anything is offered."""
        data = super().clean() or self.cleaned_data
        told, basis = data.get("told"), data.get("lawful_basis")
        if told and basis == "consent" and told != "told_agreed":
            self.add_error("lawful_basis", ValidationError("Consent is the basis only if they were told and agreed"))
        if told and told != "told_agreed" and not (data.get("why") or "").strip():
            self.add_error("why", ValidationError("Say why you share without their agreement"))
        elif told and self.consent in SAID_OTHERWISE and not (data.get("why") or "").strip():
            self.add_error("why", ValidationError(SAID_OTHERWISE[self.consent]))
        return data


class ReturnForm(Form):
    """Why an offer is returned."""

    reason = CodeField(label="Why do you return it?", choices=_codes("return_reason"))
    note = LongTextField(
        label="What the access point should know", longest=1000, required=False,
        help_text="They see this, and the person may be told.",
    )  # fmt: skip


class PeriodForm(Form):
    """A period of days, both counted."""

    mark_optional = False
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)

    def period(self) -> tuple[date, date]:
        """What was asked for; the last full year of days where nothing was."""
        today = timezone.localdate()
        data = getattr(self, "cleaned_data", {})
        return data.get("since") or today - timedelta(days=364), data.get("until") or today

    def clean(self) -> dict[str, Any]:
        """The end may not lie before the beginning."""
        data = super().clean() or self.cleaned_data
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", ValidationError("The end lies before the beginning"))
        return data


class DecidedForm(PeriodForm):
    """Which decisions to list."""

    outcome = CodeField(
        label="Decision", choices=[Option("", "Any"), *_codes("contact_outcome", "referred")], required=False,
        drawn_as="select",
    )  # fmt: skip
    risk = CodeField(label="Risk", choices=[Option("", "Any"), *_codes("risk_level")], required=False,
                     drawn_as="select")  # fmt: skip


class FindForm(Form):
    """The reference that somebody says on the telephone."""

    mark_optional = False
    reference = TextField(label="Reference", what="the reference that they say", longest=20)


class AcceptForm(OnceMixin, Form):
    """Accept an offer, and who will be the lead worker."""

    lead = ChoiceField(label="Who will work with them?", choices=(), required=False, drawn_as="select")
    # An offer has no name: who it is, and so whether somebody here knows them, is seen after accepting.
    confirm = ConfirmField(
        label="As soon as we see who it is, we check that nobody here knows them, and set a wall where somebody does",
        required=True,
    )

    def __init__(self, *args: Any, workers: list[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead"].choices = [Option("", "Decide later"), *workers]  # type: ignore[attr-defined]  # our own field
