"""Forms of the directory."""

from __future__ import annotations

from typing import Any

from leeward.platform.access.models import Organisation, Team
from leeward.platform.directory.models import Service
from leeward.platform.reference.lists import choices
from leeward.platform.ui.forms import (
    ChoiceField,
    ConfirmField,
    DateField,
    Form,
    LongTextField,
    ManyField,
    NumberField,
    OnceMixin,
    Option,
    PhoneField,
    TextField,
    TimeField,
    VersionField,
)

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _many(label: str, list_name: str, hint: str = "Tick none for no limit.") -> ManyField:
    return ManyField(label=label, required=False, help_text=hint, choices=lambda: choices(list_name))


class ServiceForm(Form):
    """What a service is, for whom, where and when."""

    name = TextField(label="Name of the service", longest=120)
    description = LongTextField(label="What it does", longest=400, rows=3, required=False)
    phone = PhoneField(
        label="Telephone for colleagues", required=False, longest=40,
        help_text="A refuge gives no street address anywhere here.",
    )  # fmt: skip
    team = ChoiceField(
        label="Which team takes what is handed to it?", required=False, drawn_as="select",
        help_text="None: everybody who takes cases in the organisation sees what is offered.",
    )  # fmt: skip
    sides = _many("Whom is it for?", "side")
    youngest = NumberField(label="Youngest age", required=False, most=120)
    oldest = NumberField(label="Oldest age", required=False, most=120)
    areas = ManyField(label="Where", required=False, help_text="Tick none for everywhere in the partnership.")
    needs = _many("What does it help with?", "need")
    languages = _many("Languages without an interpreter", "language", "Tick none if an interpreter is always found.")
    weekdays = ManyField(
        label="Open on", required=False, help_text="Tick none for Monday to Friday.",
        choices=[Option(str(number), day) for number, day in enumerate(DAYS)],
    )  # fmt: skip
    opens = TimeField(label="Opens at", required=False)
    closes = TimeField(label="Closes at", required=False)
    on_bank_holidays = ConfirmField(label="Open on bank holidays too", required=False)
    answers_within_hours = NumberField(
        label="Accepts or returns within how many working hours?", what="how many working hours", least=1, most=200
    )
    capacity = TextField(
        label="How much room has it now?", required=False, longest=200,
        help_text="In words, like “two places a week” or “waiting about three weeks”. Workers see it.",
    )  # fmt: skip
    referral_terms = LongTextField(
        label="What must be so before somebody is referred?", required=False, longest=2000, rows=4
    )

    def __init__(self, *args: Any, areas: dict[str, str], teams: list[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = list(areas.items())  # type: ignore[attr-defined]  # our own field
        if teams:
            self.fields["team"].choices = [("", "None"), *((str(team.id), team.name) for team in teams)]  # type: ignore[attr-defined]  # as above
        else:
            del self.fields["team"]
        if not areas:
            del self.fields["areas"]


class ServiceAddForm(OnceMixin, ServiceForm):
    """The same for a new one."""


class ServiceChangeForm(ServiceForm):
    """The same for one that is there."""

    version = VersionField()


class WhoseForm(Form):
    """Which organisation's service it is, asked first where one administers several."""

    organisation = ChoiceField(label="Which organisation runs it?", what="an organisation", drawn_as="select")

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [(str(one.id), one.name) for one in organisations]  # type: ignore[attr-defined]  # our own field


class PauseForm(Form):
    """Why a service takes nobody, and until when."""

    reason = TextField(label="Why does it take nobody now?", what="why", longest=200, help_text="Workers see this.")
    until = DateField(
        label="On which day does it go on?", required=False, future=True,
        help_text="Leave this empty if nobody knows: it then goes on when somebody says so here.",
    )  # fmt: skip


class RuleForm(Form):
    """A rule that proposes a service."""

    service = ChoiceField(label="Which service is proposed?", what="a service", drawn_as="select")
    reason = TextField(
        label="Why, in words that the worker sees", what="why", longest=200,
        help_text="Like “High risk goes to an adviser.”",
    )  # fmt: skip
    sides = _many("The person to be helped is", "side", "Tick none for everybody.")
    risks = _many("Risk is", "risk_level")
    needs = _many("They need", "need", "One of those ticked is enough. Tick none if it does not matter.")
    areas = ManyField(label="They live in", required=False, help_text="Tick none for everywhere.")
    languages = _many("They speak", "language", "Tick none if it does not matter.")
    youngest = NumberField(label="They are at least this old", required=False, most=120)
    oldest = NumberField(label="They are at most this old", required=False, most=120)
    only_when_open = ConfirmField(label="Only while the service is open", required=False)

    def __init__(self, *args: Any, areas: dict[str, str], services: list[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = [(str(one.id), f"{one.name}, {one.organisation.name}") for one in services]  # type: ignore[attr-defined]  # our own field
        self.fields["areas"].choices = list(areas.items())  # type: ignore[attr-defined]  # as above
        if not areas:
            del self.fields["areas"]


class RuleAddForm(OnceMixin, RuleForm):
    """The same for a new one."""


class RuleChangeForm(RuleForm):
    """The same for one that is there."""

    version = VersionField()


class TryForm(Form):
    """An invented need, to see what the rules make of it. Kinds of things only, never a person."""

    mark_optional = False
    side = ChoiceField(label="Who is to be helped?", what="who is to be helped", choices=lambda: choices("side"))
    risk = ChoiceField(label="Risk", what="a level of risk", choices=lambda: choices("risk_level"))
    needs = ManyField(label="What do they need?", required=False, choices=lambda: choices("need"))
    age = NumberField(label="Age, if it is known", required=False, most=120)
    area = ChoiceField(label="Where do they live?", required=False, drawn_as="select")
    language = ChoiceField(
        label="Which language do they speak?", required=False, drawn_as="select", choices=lambda: choices("language")
    )
    at = ChoiceField(
        label="When?", what="when",
        choices=[Option("now", "Now"), Option("office", "On a Tuesday at 11 in the morning"),
                 Option("night", "On a Sunday at 3 in the night")],
    )  # fmt: skip

    def __init__(self, *args: Any, areas: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", "Not known"), *areas.items()]  # type: ignore[attr-defined]  # our own field
        self.fields["language"].choices = [("", "Not known"), *choices("language")]  # type: ignore[attr-defined]  # as above
