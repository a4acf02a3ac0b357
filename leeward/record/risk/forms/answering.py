"""The form of an assessment: made from the instrument's definition, one question with a comment for each item."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import label
from leeward.platform.ui import forms
from leeward.platform.ui.forms.base import printable
from leeward.record.risk.actions.assessing import Judgement
from leeward.record.risk.instruments import LEVELS, NOT_ASKED, NOT_KNOWN, Given, Instrument
from leeward.record.risk.rules import JUDGEMENT

AS_SCORED = "as_scored"


class AnswersForm(forms.Form):
    """Every item of an instrument. Nothing is required: it is saved in parts, and as it is typed."""

    version = forms.VersionField()

    def __init__(self, instrument: Instrument, given: Mapping[str, Given], *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {**_initial(given), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        for key, item in instrument.items.items():
            offered = [forms.Option(one.value, one.label) for one in instrument.options(item)]
            offered += [forms.Option(NOT_KNOWN, "Not known"), forms.Option(NOT_ASKED, "Not asked")]
            self.fields[f"{key}-answer"] = forms.ChoiceField(
                label=item.label, help_text=item.hint, choices=offered, required=False
            )
            self.fields[f"{key}-comment"] = forms.LongTextField(
                label="What was said", longest=2000, rows=2, required=False
            )
            self.fields[f"{key}-source"] = forms.TextField(
                label="Who said so, if not they themselves", longest=200, required=False
            )

    def shown(self, name: str) -> str:
        """What stands in a box: what was typed, without the characters that a page cannot hold."""
        return str(printable(self[name].value()) or "")

    def given(self) -> dict[str, Given]:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return {
            key: Given(said[f"{key}-answer"] or "", said[f"{key}-comment"], said[f"{key}-source"])
            for key in self.instrument.items
        }


def _initial(given: Mapping[str, Given]) -> dict[str, str]:
    return {
        f"{key}-{part}": getattr(one, part) for key, one in given.items() for part in ("answer", "comment", "source")
    }


class FinishForm(forms.OnceMixin, forms.Form):
    """What a person adds before an assessment is finished."""

    version = forms.VersionField()
    assessed_on = forms.DateField(label="When did you speak with them?", what="the day", past=True)
    own_view = forms.LongTextField(
        label="How do they see it themselves?", longest=2000, rows=3, required=False,
        help_text="What they fear most, of whom, and what they want to happen. In their words.",
    )  # fmt: skip
    level = forms.ChoiceField(
        label="Your judgement", required=False, choices=lambda: [forms.Option(AS_SCORED, "What the answers say")],
        help_text="You can judge the danger greater than the answers show, never smaller.",
    )  # fmt: skip
    why = forms.LongTextField(
        label="Why do you judge it greater?", longest=2000, rows=3, required=False,
        help_text=f"At least {JUDGEMENT} characters: others will act on it.",
    )  # fmt: skip
    repeat = forms.ConfirmField(
        label="There was abuse again within 12 months of the last MARAC about the same people", required=False
    )

    def __init__(self, *args: Any, scored: str, months: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"assessed_on": timezone.localdate(), "level": AS_SCORED, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        above = LEVELS[LEVELS.index(scored) + 1 :] if scored else LEVELS
        said = f"What the answers say: {label('risk_level', scored).lower()}" if scored else "No level of my own"
        self.fields["level"] = forms.ChoiceField(
            label="Your judgement", required=False, help_text=self.fields["level"].help_text,
            choices=[forms.Option(AS_SCORED, said), *(forms.Option(code, label("risk_level", code)) for code in above)],
        )  # fmt: skip
        self.fields[
            "repeat"
        ].label = f"There was abuse again within {months} months of the last MARAC about the same people"

    def judgement(self) -> Judgement:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return Judgement(
            assessed_on=said["assessed_on"],
            level="" if said["level"] == AS_SCORED else said["level"],
            why=said["why"],
            own_view=said["own_view"],
            repeat=said["repeat"],
        )


class StartForm(forms.OnceMixin, forms.Form):
    """Which instrument to begin."""

    instrument = forms.ChoiceField(label="Which one?", what="an assessment", choices=[])

    def __init__(self, *args: Any, offered: list[tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"] = forms.ChoiceField(
            label="Which one?", what="an assessment", drawn_as="radios",
            choices=[forms.Option(key, title, hint) for key, title, hint in offered],
        )  # fmt: skip


class WithdrawForm(forms.OnceMixin, forms.Form):
    """Why something is taken back."""

    reason = forms.TextField(label="Why is it taken back?", what="why", longest=500)


class StepTaskForm(forms.OnceMixin, forms.Form):
    """A task made of a demanded step. Its words are read by everybody in the case, so they are the worker's own."""

    title = forms.TextField(
        label="What is to be done?", what="what is to be done", longest=200,
        help_text="Everybody in the case reads a task, also who is not told of the risk. Say no more than is needed.",
    )  # fmt: skip
    due_on = forms.DateField(label="By when?", what="the date", required=False)
    assignee = forms.ChoiceField(label="Who does it?", what="who does it", choices=[], required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"] = forms.ChoiceField(
            label="Who does it?", what="who does it", drawn_as="select", required=False,
            choices=[("", "Nobody yet"), *((str(number), name) for number, name in colleagues)],
        )  # fmt: skip


class DemandForm(forms.OnceMixin, forms.Form):
    """What was done about a demanded step, or why it was not."""

    status = forms.ChoiceField(
        label="Was it done?", what="whether it was done",
        choices=[forms.Option("taken", "Yes"), forms.Option("not_taken", "No, and here is why")],
    )  # fmt: skip
    words = forms.LongTextField(
        label="What was done, by whom and when; or why not", what="what was done, or why not", longest=2000, rows=4
    )
