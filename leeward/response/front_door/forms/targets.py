"""The form of a target."""

from __future__ import annotations

from typing import Any

from leeward.platform.ui.forms import ChoiceField, DateField, Form, ManyField, NumberField, Option, TimeField
from leeward.response.front_door.rules import DAYS, MOST_HOURS


class TargetForm(Form):
    """Within how many hours, counted how, from which day on."""

    hours = NumberField(label="Within how many hours?", what="how many hours", least=1, most=MOST_HOURS)
    counted = ChoiceField(
        label="How are the hours counted?", what="how the hours are counted",
        choices=[
            Option("working", "Working hours", hint="They stand still at night, on days off and on bank holidays."),
            Option("clock", "Round the clock", hint="Nights, weekends and bank holidays count."),
        ],
    )  # fmt: skip
    opens = TimeField(label="The working day begins at", required=False)
    closes = TimeField(label="The working day ends at", required=False)
    weekdays = ManyField(
        label="Working days", required=False, choices=[Option(str(number), day) for number, day in enumerate(DAYS)]
    )
    starts_on = DateField(
        label="From which day on?", what="from which day on", future=True,
        help_text="It holds for whoever comes from then on. Who waits already keeps the promise that they were given.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Working hours need a day that begins, ends, and comes."""
        data = super().clean() or {}
        if data.get("counted") == "working":
            for name, words in (
                ("opens", "Enter when the working day begins"), ("closes", "Enter when the working day ends"),
                ("weekdays", "Choose at least one working day"),
            ):  # fmt: skip
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, words)
            opens, closes = data.get("opens"), data.get("closes")
            if opens and closes and opens >= closes:
                self.add_error("closes", "The working day must end after it begins")
        return data
