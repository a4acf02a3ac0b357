"""The form with which an emergency sight is reviewed."""

from __future__ import annotations

from leeward.platform.ui.forms import ChoiceField, ConfirmField, Form, LongTextField, Option


class ReviewForm(Form):
    """Was it justified, what was looked at, and whether it ends now."""

    outcome = ChoiceField(
        label="Was it justified?", what="whether it was justified",
        choices=[Option("justified", "Yes, it was justified"), Option("not_justified", "No, it was not justified")],
    )  # fmt: skip
    note = LongTextField(
        label="What did you look at, and what follows?", what="what you looked at, and what follows", longest=1000,
        help_text="Everybody who reviews after you reads this. Name nobody who was helped.",
    )  # fmt: skip
    end_now = ConfirmField(label="End the emergency sight now", required=False)

    def __init__(self, *args: object, is_running: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        if not is_running:
            del self.fields["end_now"]
