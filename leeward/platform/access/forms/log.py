"""The form that searches the log."""

from __future__ import annotations

from typing import Any

from leeward.platform.ui.forms import ChoiceField, DateField, Form, TextField


class LogForm(Form):
    """About whom, by whom, and when. It is sent and not asked for: no reference and no name stands in an address."""

    mark_optional = False
    about = TextField(
        label="Reference or record number", required=False, longest=40,
        help_text="Of a case or a contact, as it stands there, like HERON-4172: it finds everything about its person, "
        "their record, their cases and contacts. Or the number of a person’s record.",
    )  # fmt: skip
    who = TextField(label="Colleague", required=False, longest=254, help_text="Their name, or their e-mail address.")
    organisation = ChoiceField(label="Organisation", required=False, drawn_as="select")
    since = DateField(label="From", required=False)
    until = DateField(label="Until", required=False)

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [("", "Every organisation"), *organisations]  # type: ignore[attr-defined]  # our own field
