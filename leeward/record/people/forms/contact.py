"""A way to reach somebody, and whether it is safe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from leeward.platform.ui.forms import (
    CodeField,
    ConfirmField,
    DateField,
    EmailField,
    ManyField,
    Option,
    PhoneField,
    TextField,
    TimeField,
    VersionField,
)
from leeward.record.people.actions.contact import WayFacts
from leeward.record.people.forms.common import FactForm, codes
from leeward.record.people.models import ContactDetail

DAY_OPTIONS = [
    Option(str(number), name)
    for number, name in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
]
WINDOWS = (1, 2)
ASK_AGAIN_AFTER = timedelta(days=90)


class WayForm(FactForm):
    """A way to reach somebody: nothing is safe unless they said so."""

    version = VersionField(required=False)
    kind = CodeField(label="How?", choices=lambda: codes("contact_kind"), initial="phone")
    value = TextField(label="Number, address or name", longest=254)
    is_safe = CodeField(
        label="Did they say that this is safe?", choices=lambda: codes("three_answers"), initial="unknown"
    )
    days_1 = ManyField(label="Safe days", choices=DAY_OPTIONS, required=False, help_text="None ticked: every day")
    from_1 = TimeField(label="Safe from", what="the time", required=False)
    until_1 = TimeField(label="Safe until", what="the time", required=False)
    days_2 = ManyField(label="Other safe days", choices=DAY_OPTIONS, required=False)
    from_2 = TimeField(label="Safe from", what="the time", required=False)
    until_2 = TimeField(label="Safe until", what="the time", required=False)
    voicemail = CodeField(label="May a voicemail be left?", choices=lambda: codes("three_answers"), initial="unknown")
    text = CodeField(label="May a text be sent?", choices=lambda: codes("three_answers"), initial="unknown")
    who_may_answer = TextField(label="Who else may answer?", longest=200, required=False)
    who_else_sees = TextField(label="Who else sees the phone, computer or account?", longest=200, required=False)
    cover_name = TextField(
        label="What we call ourselves", longest=120, required=False, help_text="For example: the dentist’s surgery"
    )
    message_text = TextField(
        label="What a message may say", longest=300, required=False, help_text="Leave empty if no message may be left"
    )
    code_word = TextField(
        label="Code word", longest=60, required=False, help_text="Kept sealed, and shown only when somebody asks for it"
    )
    forget_code_word = ConfirmField(label="Take the code word away", required=False)
    confirmed_on = DateField(label="When did they last say that this is safe?", past=True, required=False)
    review_by = DateField(
        label="Ask again by", future=False, required=False,
        help_text="After this day it counts as not known to be safe any more",
    )  # fmt: skip

    @staticmethod
    def start(detail: ContactDetail | None) -> dict[str, Any]:
        """What stands to begin with."""
        today = timezone.localdate()
        if detail is None:
            return {"confirmed_on": today, "review_by": today + ASK_AGAIN_AFTER}
        names = (
            "version", "kind", "value", "is_safe", "voicemail", "text", "who_may_answer", "who_else_sees", "cover_name",
            "message_text", "confirmed_on", "review_by",
        )  # fmt: skip
        found = {name: getattr(detail, name) for name in names}
        for number, window in zip(WINDOWS, detail.windows, strict=False):
            found[f"days_{number}"] = [str(day) for day in window.get("days", [])]
            found[f"from_{number}"] = window.get("from", "")
            found[f"until_{number}"] = window.get("to", "")
        return found

    def clean(self) -> dict[str, Any]:
        """The number must be one; times come in pairs; safe needs a day on which they said so."""
        data = super().clean() or self.cleaned_data
        self._check_value(data)
        for number in WINDOWS:
            begin, end = data.get(f"from_{number}"), data.get(f"until_{number}")
            if begin and not end:
                self.add_error(f"until_{number}", ValidationError("Enter until when it is safe"))
            elif end and not begin:
                self.add_error(f"from_{number}", ValidationError("Enter from when it is safe"))
            elif begin and end and end <= begin:
                self.add_error(f"until_{number}", ValidationError("The end must be later than the beginning"))
        if data.get("is_safe") == "yes" and "confirmed_on" in data and not data["confirmed_on"]:
            self.add_error("confirmed_on", ValidationError("Enter the day on which they said that it is safe"))
        if data.get("is_safe") == "yes" and "review_by" in data and not data["review_by"]:
            self.add_error("review_by", ValidationError("Enter when to ask again: what is safe changes"))
        return data

    def _check_value(self, data: dict[str, Any]) -> None:
        checks = {"phone": PhoneField, "email": EmailField}
        check = checks.get(data.get("kind", ""))
        if check and data.get("value"):
            try:
                data["value"] = check(label="Number").clean(data["value"])
            except ValidationError as wrong:
                self.add_error("value", wrong)

    def facts(self) -> WayFacts:
        """What was answered, after `is_valid()`."""
        data = self.cleaned_data
        windows = []
        for number in WINDOWS:
            days = [int(day) for day in data[f"days_{number}"]]
            begin, end = data[f"from_{number}"], data[f"until_{number}"]
            if days or begin:
                window: dict[str, Any] = {"days": days}
                if begin:
                    window |= {"from": begin.strftime("%H:%M"), "to": end.strftime("%H:%M")}
                windows.append(window)
        names = (
            "kind", "value", "is_safe", "voicemail", "text", "who_may_answer", "who_else_sees", "cover_name",
            "message_text", "confirmed_on", "review_by",
        )  # fmt: skip
        return WayFacts(windows=windows, **{name: data[name] for name in names})
