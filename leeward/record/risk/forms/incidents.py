"""An incident."""

from __future__ import annotations

from typing import Any

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.record.risk.actions.incidents import IncidentFacts


class IncidentForm(forms.OnceMixin, forms.Form):
    """Something that was done to somebody."""

    from_on = forms.DateField(label="When did it happen?", what="the day", past=True)
    until_on = forms.DateField(
        label="Until when, if it went on?", what="the last day", past=True, required=False,
    )  # fmt: skip
    is_about = forms.ConfirmField(label="The date is not exact", required=False)
    kinds = forms.ManyField(
        label="What kind of abuse was it?", what="at least one kind", choices=lambda: choices("abuse_kind")
    )
    what = forms.LongTextField(
        label="What happened", what="what happened", longest=2000, rows=4, required=False,
        help_text="Facts, and who told you. No opinion of anybody.",
    )  # fmt: skip
    place = forms.ChoiceField(label="Where?", choices=lambda: choices("incident_place"), required=False)
    children_present = forms.ChoiceField(
        label="Did a child see or hear it?", choices=lambda: choices("three_answers"), required=False
    )
    causing = forms.ChoiceField(label="Who is said to have done it?", choices=[], required=False)
    source = forms.CodeField(label="Who told of it?", what="who told of it", choices=lambda: choices("incident_source"))
    reported = forms.CodeField(
        label="Was it reported to the police?", what="whether it was reported",
        choices=lambda: choices("incident_reported"),
    )  # fmt: skip
    crime_reference = forms.TextField(
        label="Crime reference", longest=40, required=False,
        help_text="With it, what the police know too is counted once.",
    )  # fmt: skip

    def __init__(self, *args: Any, causing: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["causing"] = forms.ChoiceField(
            label="Who is said to have done it?", what="who is said to have done it", drawn_as="select", required=False,
            help_text="People who are in this case as said to cause harm.",
            choices=[("", "Not known, or nobody of this case"), *((str(pk), name) for pk, name in causing)],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """It cannot end before it began; a crime reference comes from a report."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("from_on") and said.get("until_on") and said["until_on"] < said["from_on"]:
            self.add_error("until_on", "It cannot end before it began. Look over both dates.")
        if said.get("crime_reference") and said.get("reported") == "no":
            self.add_error("reported", "There is a crime reference, so it was reported. Look over both answers.")
        return said

    def facts(self) -> IncidentFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return IncidentFacts(
            from_on=said["from_on"], until_on=said["until_on"], is_about=said["is_about"], kinds=tuple(said["kinds"]),
            what=said["what"], place=said["place"] or "", children_present=said["children_present"] or "unknown",
            source=said["source"], reported=said["reported"], crime_reference=said["crime_reference"].strip(),
            causing_id=int(said["causing"]) if said["causing"] else None,
        )  # fmt: skip


class CorrectIncidentForm(IncidentForm):
    """A correction knows which version it was written on."""

    version = forms.VersionField()
