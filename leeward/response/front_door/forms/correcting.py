"""The form with which triage puts right what is known of a contact."""

from __future__ import annotations

from typing import Any

from leeward.platform.reference.lists import choices
from leeward.platform.ui.forms import (
    ApproximateDate,
    ApproximateDateField,
    ChoiceField,
    CodeField,
    Form,
    LongTextField,
    ManyField,
    OnceMixin,
    Option,
    TextField,
    VersionField,
)
from leeward.response.front_door.actions.correcting import ContactFacts
from leeward.response.front_door.models import Contact


def _codes(name: str) -> list[Option]:
    return [Option(code, words) for code, words in choices(name)]


class CorrectForm(OnceMixin, Form):
    """Risk and facts as they are known now, and what is to be added to the story."""

    danger = ChoiceField(label="Are they in danger now?", choices=[Option("yes", "Yes"), Option("no", "No")])
    risk = CodeField(label="Risk", choices=_codes("risk_level"))
    risk_reason = TextField(
        label="Why this risk", longest=300, required=False, help_text="In a few words; it stands in the queue."
    )
    area = ChoiceField(label="Where they live", choices=(), required=False, drawn_as="select")
    language = CodeField(label="Language", choices=_codes("language"), required=False, drawn_as="select")
    given = TextField(
        label="First name", longest=200, required=False, what="their first name",
        help_text="If you know it now. The index is asked at once whether they are known.",
    )  # fmt: skip
    family = TextField(label="Last name", longest=200, required=False, what="their last name")
    birth = ApproximateDateField(
        label="Date of birth", past=True, required=False, help_text="For example, 27 3 1987. The year alone will do"
    )
    needs = ManyField(label="What would help", required=False, choices=_codes("need"))
    added = LongTextField(
        label="Add to the story", longest=2000, required=False,
        help_text="What they told before stays as it is. Your name and the time stand with what you add.",
    )  # fmt: skip
    must_not_know = LongTextField(
        label="Who else must not know of this?", longest=500, rows=3, required=False,
        help_text="Each person on a line of their own: their name, then a comma, then where they work. Users of such a"
        " name are kept out at once, and who is invited later too. They are not told.",
    )  # fmt: skip
    version = VersionField(required=False)

    def __init__(
        self, *args: Any, contact: Contact, areas: list[tuple[str, str]], is_named: bool, is_born: bool, **kwargs: Any
    ) -> None:  # fmt: skip
        self.own_needs = [need for need in contact.needs if need not in dict(choices("need"))]
        kwargs.setdefault(
            "initial",
            {
                "danger": "yes" if contact.danger_now else "no", "risk": contact.risk,
                "risk_reason": contact.risk_reason, "area": contact.area_code, "language": contact.language,
                "needs": [need for need in contact.needs if need not in self.own_needs], "version": contact.version,
            },
        )  # fmt: skip
        super().__init__(*args, **kwargs)
        # What is known already is changed on their record, where the earlier name stays.
        for name in (*(("given", "family") if is_named else ()), *(("birth",) if is_born else ())):
            del self.fields[name]
        known = areas if contact.area_code in ("", *dict(areas)) else [(contact.area_code, contact.area_code), *areas]
        self.fields["area"].choices = [  # type: ignore[attr-defined]  # of our own field
            Option("", "Not known"), *(Option(code, name) for code, name in known)
        ]  # fmt: skip

    def facts(self) -> ContactFacts:
        """What was said, after `is_valid()`."""
        data = self.cleaned_data
        birth: ApproximateDate | None = data.get("birth")
        return ContactFacts(
            risk=data["risk"], risk_reason=data["risk_reason"], danger_now=data["danger"] == "yes",
            area_code=data["area"], language=data["language"], needs=(*data["needs"], *self.own_needs),
            added=data["added"], must_not_know=data["must_not_know"],
            given=data.get("given", ""), family=data.get("family", ""),
            birth_date=birth.earliest if birth else None, birth_precision=birth.precision if birth else "unknown",
        )  # fmt: skip
