"""Notes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.reference.working_time import LONDON
from leeward.platform.ui import forms
from leeward.record.cases.actions.notes import NoteFacts


class NoteForm(forms.OnceMixin, forms.Form):
    """What was said, seen or done."""

    kind = forms.CodeField(label="What was it?", what="what it was", choices=lambda: choices("note_kind"))
    happened_on = forms.DateField(label="When?", what="the date", past=True)
    happened_at = forms.TimeField(label="At what time?", what="the time", required=False)
    minutes = forms.NumberField(label="How long did it take?", what="the length", most=1440, required=False)
    seen_alone = forms.ChoiceField(
        label="Were they seen or spoken to alone?",
        what="whether they were alone",
        choices=lambda: choices("three_answers"),
        required=False,
    )
    present = forms.TextField(
        label="Who else was there?", what="who else was there", longest=200, required=False,
        help_text="By name or by part, for example: her sister, an interpreter",
    )  # fmt: skip
    text = forms.LongTextField(label="What happened", what="what happened", longest=20_000, rows=10)
    own_organisation = forms.ConfirmField(
        label="Only my organisation may read this",
        help_text="For supervision and worries of your own. Others who are involved do not see that it is there.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """A note is about something that has happened."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, clock = cleaned.get("happened_on"), cleaned.get("happened_at")
        if day and clock and datetime.combine(day, clock, LONDON) > timezone.now():
            self.add_error("happened_at", "This time lies ahead. A note is about something that has happened.")
        return cleaned

    def facts(self) -> NoteFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        moment = datetime.combine(said["happened_on"], said["happened_at"] or time(12), LONDON)
        if said["happened_at"] is None:
            moment = min(moment, timezone.now())
        return NoteFacts(
            kind=said["kind"],
            text=said["text"],
            happened_at=moment,
            minutes=said["minutes"],
            seen_alone=said["seen_alone"] or "unknown",
            present=said["present"],
            own_organisation=said["own_organisation"],
        )


class CorrectNoteForm(NoteForm):
    """A correction knows which wording it was written on."""

    version = forms.VersionField()


def as_initial(facts: NoteFacts) -> dict[str, Any]:
    """A note as its form shows it."""
    local = timezone.localtime(facts.happened_at)
    return {
        "kind": facts.kind,
        "happened_on": local.date(),
        "happened_at": local.time().replace(second=0, microsecond=0),
        "minutes": facts.minutes,
        "seen_alone": facts.seen_alone,
        "present": facts.present,
        "text": facts.text,
        "own_organisation": facts.own_organisation,
    }
