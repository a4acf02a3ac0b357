"""The form of a partnership."""

from __future__ import annotations

from typing import Any

from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.access.partnership import fact
from leeward.platform.access.running import OWN_WORDS, SAID, PartnershipFacts
from leeward.platform.ui.forms import ChoiceField, Form, PhoneField, TextField

_EMPTY = "Leave this empty and general words stand there."


class PartnershipForm(Form):
    """What the public pages say of the partnership, and its access point."""

    name = TextField(label="Name of the partnership", longest=120)
    access_point = ChoiceField(
        label="Which organisation is the access point?", required=False, drawn_as="select",
        help_text="What is sent on the public pages comes to the team of it that takes contacts.",
    )  # fmt: skip
    phone = PhoneField(label="Local helpline", required=False, longest=40, help_text="It stands on every public page.")
    local_hours = TextField(
        label="When is the helpline open?",
        required=False,
        longest=200,
        help_text="Like “9am to 5pm, Monday to Friday”.",
    )
    local_hours_pl = TextField(label="The same in Polish", required=False, longest=200)
    children_number = PhoneField(
        label="Children’s social care, telephone", required=False, longest=40, help_text=_EMPTY
    )
    adults_number = PhoneField(label="Adult social care, telephone", required=False, longest=40, help_text=_EMPTY)
    privacy_contact = TextField(
        label="Whom to ask about personal information", required=False, longest=200,
        help_text="An e-mail address or a telephone number.",
    )  # fmt: skip
    accessibility_contact = TextField(
        label="Whom to tell about a page that cannot be used", required=False, longest=200,
        help_text="An e-mail address or a telephone number.",
    )  # fmt: skip

    def __init__(self, *args: Any, organisations: list[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["access_point"].choices = [  # type: ignore[attr-defined]  # our own field
            ("", "None yet"), *((str(one.id), one.name) for one in organisations)
        ]  # fmt: skip

    @staticmethod
    def initial_of(partnership: Partnership, organisations: list[Organisation]) -> dict[str, Any]:
        """What stands now."""
        said = partnership.facts
        point = next((str(one.id) for one in organisations if one.is_access_point), "")
        words = {name: fact(said, name, "en") for name in SAID}
        hours = said.get("local_hours")
        return {
            **words, "name": partnership.name, "phone": partnership.phone or fact(said, "local_number", "en"),
            "access_point": point, "local_hours_pl": hours.get("pl", "") if isinstance(hours, dict) else "",
        }  # fmt: skip

    @property
    def facts(self) -> PartnershipFacts:
        """What was entered."""
        data = self.cleaned_data
        said: dict[str, str | dict[str, str]] = {name: data[name] for name in SAID if name not in OWN_WORDS}
        for name in OWN_WORDS:
            by_language = {"en": data[name], "pl": data[f"{name}_pl"]}
            said[name] = {language: words for language, words in by_language.items() if words}
        return PartnershipFacts(
            data["name"], data["phone"], said, int(data["access_point"]) if data["access_point"] else None
        )
