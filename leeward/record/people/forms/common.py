"""What every form about a fact asks: when it was learned, and from whom."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui.forms import DateField, Form, OnceMixin, Option, TextField
from leeward.record.people.actions.facts import Source

NOT_KNOWN = "unknown"


def codes(name: str, *without: str) -> list[Option]:
    """The codes of a list as answers."""
    return [Option(code, words) for code, words in choices(name) if code not in without]


class SourceMixin(forms.Form):
    """When a fact was learned and from whom: last on each page."""

    learned_from = TextField(
        label="Who told us?",
        required=False,
        longest=120,
        help_text="For example: herself, the midwife, a police report",
    )
    learned_on = DateField(label="When did we learn this?", what="the date", past=True, initial=timezone.localdate)

    @property
    def source(self) -> Source:
        """What was said, after `is_valid()`."""
        return Source(self.cleaned_data["learned_on"], self.cleaned_data["learned_from"])


class FactForm(SourceMixin, OnceMixin, Form):
    """A form that adds one fact, once."""

    field_order: list[str] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The mixin's questions come first in Django's order; on the page they come last.
        own = [name for name in self.fields if name not in SourceMixin.base_fields]
        self.order_fields([*own, *SourceMixin.base_fields])
