"""The form of a call: what only a worker can say. The questions themselves are a form a step (see whole.py)."""

from __future__ import annotations

from leeward.platform.ui.forms import ChoiceField, Form, OnceMixin, Option, TextField


class CallForm(OnceMixin, Form):
    """How the call came, and the full name for the index. The questions themselves are a StepForm a step."""

    mark_optional = False
    route = ChoiceField(
        label="How did they reach us?",
        choices=[Option("phone", "Telephone"), Option("walk_in", "In person")],
        initial="phone",
    )
    given = TextField(
        label="First name of the person to be helped", longest=200, required=False,
        help_text="Only if they want to say it: they can be helped without a name.",
    )  # fmt: skip
    family = TextField(label="Last name", longest=200, required=False)
