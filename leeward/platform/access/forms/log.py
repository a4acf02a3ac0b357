"""The form that searches the log."""

from __future__ import annotations

from leeward.platform.ui.forms import DateField, Form, TextField


class LogForm(Form):
    """About what, and when. It is sent and not asked for: a reference does not stand in an address."""

    mark_optional = False
    about = TextField(
        label="Case reference or record number", required=False, longest=40,
        help_text="As it stands on the case, like HERON-4172; or the number of a person’s record.",
    )  # fmt: skip
    since = DateField(label="From", required=False)
    until = DateField(label="Until", required=False)
