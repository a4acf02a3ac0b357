"""Sending a return, and the period of a table."""

from __future__ import annotations

from leeward.platform.ui.forms import Form, LongTextField, OnceMixin


class SendReturnForm(OnceMixin, Form):
    """Send the return of a quarter: its figures stay as they are now."""

    why = LongTextField(
        label="Why it is sent although something is missing", longest=1000, rows=3, required=False,
        help_text="Say what was tried, and what is still expected. No names.",
    )  # fmt: skip
