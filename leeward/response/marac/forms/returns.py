"""Sending a return, and the period of a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from leeward.platform.ui.forms import Form, LongTextField, OnceMixin
from leeward.record.people.actions.equality import Answer
from leeward.record.people.forms.common import FactForm
from leeward.record.people.forms.person import equality_answer, equality_field


class SendReturnForm(OnceMixin, Form):
    """Send the return of a quarter: its figures stay as they are now."""

    why = LongTextField(
        label="Why it is sent although something is missing", longest=1000, rows=3, required=False,
        help_text="Say what was tried, and what is still expected. No names.",
    )  # fmt: skip


class TellForm(FactForm):
    """What the return lacks of whom a referral is about."""

    mark_optional = False

    def __init__(self, *args: Any, lacks: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lacks = tuple(lacks)
        for name in self.lacks:
            self.fields[name] = equality_field(name)
        self.order_fields([*self.lacks, "learned_from", "learned_on"])

    def answers(self) -> dict[str, Answer]:
        """What was answered, after `is_valid()`."""
        return {name: equality_answer(self.cleaned_data[name]) for name in self.lacks}
