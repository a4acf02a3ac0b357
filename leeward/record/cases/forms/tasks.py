"""Tasks."""

from __future__ import annotations

from typing import Any

from leeward.platform.ui import forms


class TaskForm(forms.OnceMixin, forms.Form):
    """Something to do, by when and by whom."""

    title = forms.TextField(label="What is to be done?", what="what is to be done", longest=200)
    due_on = forms.DateField(label="By when?", what="the date", required=False)
    assignee = forms.ChoiceField(label="Who does it?", what="who does it", drawn_as="select", required=False)

    def __init__(self, *args: Any, colleagues: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].choices = [("", "Nobody yet"), *((str(id_), name) for id_, name in colleagues)]  # type: ignore[attr-defined]  # of our own field

    @property
    def assignee_id(self) -> int | None:
        """Who was chosen, after `is_valid()`."""
        return int(self.cleaned_data["assignee"]) if self.cleaned_data["assignee"] else None


class ChangeTaskForm(TaskForm):
    """A change knows which version it was written on."""

    version = forms.VersionField()


class DropTaskForm(forms.Form):
    """Why a task need not be done any more."""

    why = forms.TextField(label="Why need this not be done any more?", what="why", longest=300)
