"""The form of an agency's research: known or not, lines of fact and of opinion apart, saved as they are typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.http import QueryDict

from leeward.platform.common.ids import new_id
from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.platform.ui.forms.base import printable
from leeward.response.marac.actions.research import Findings, LineFacts
from leeward.response.marac.models import ResearchLine

BLANK = {ResearchLine.FACT: 3, ResearchLine.OPINION: 2}
MOST = 40  # lines of one kind: more than anybody reads out in twelve minutes


class ResearchForm(forms.Form):
    """What an agency knows. Nothing is required while it is typed; returning it asks for sense.

    Each line carries a number made beforehand, so that what is saved twice as it is typed stays one line.
    """

    mark_optional = False

    known = forms.ChoiceField(
        label="Are they known to you?", what="whether they are known", choices=lambda: choices("marac_known"),
        required=False,
    )  # fmt: skip
    not_shared_why = forms.LongTextField(
        label="Why do you not share it?", longest=1000, rows=2, required=False,
        help_text="Only where you know them and do not share it. The table is told this reason.",
    )  # fmt: skip
    version = forms.VersionField()

    def __init__(self, lines: Iterable[ResearchLine], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows: dict[str, list[str]] = {kind: [] for kind in BLANK}
        shown = {str(line.id): line for line in lines if line.shared_at is None}
        for kind in BLANK:
            ids = [key for key, line in shown.items() if line.kind == kind]
            if self.is_bound:
                posted = [
                    one for one in cast(QueryDict, self.data).getlist(f"{kind}-id") if one.isdecimal() and len(one) < 20
                ]
                ids += [one for one in posted if one not in ids]
            else:
                ids += [str(new_id()) for _ in range(BLANK[kind])]
            for key in ids[:MOST]:
                self._add(kind, key, shown.get(key))

    def _add(self, kind: str, key: str, line: ResearchLine | None) -> None:
        self.rows[kind].append(key)
        name = f"{kind}-{key}"
        is_fact = kind == ResearchLine.FACT
        self.fields[f"{name}-words"] = forms.LongTextField(
            label="What happened, or what is so" if is_fact else "What you think, and why", longest=2000, rows=2,
            required=False, initial=line.words if line else "",
        )  # fmt: skip
        self.fields[f"{name}-about"] = forms.ChoiceField(
            label="About whom?", choices=choices("marac_about"), drawn_as="select", required=False,
            initial=line.about if line else "victim",
        )  # fmt: skip
        if is_fact:
            self.fields[f"{name}-on"] = forms.DateField(
                label="On which day?", what="the day", past=True, required=False,
                initial=line.happened_on if line else None,
            )  # fmt: skip
            self.fields[f"{name}-source"] = forms.TextField(
                label="How do you know?", longest=200, required=False, initial=line.source if line else "",
                help_text="A record, a visit, who said so",
            )  # fmt: skip

    def shown(self, name: str) -> str:
        """What stands in a box."""
        return str(printable(self[name].value()) or "")

    def boxes(self, name: str) -> dict[str, str]:
        """What stands in the boxes of a date."""
        found: dict[str, str] = self.fields[name].boxes(self[name].value())  # type: ignore[attr-defined]  # ours
        return found

    def findings(self) -> Findings:
        """What was entered, after `is_valid()`. A line without words is none."""
        said = self.cleaned_data
        lines = []
        for kind, keys in self.rows.items():
            for key in keys:
                name = f"{kind}-{key}"
                if not said[f"{name}-words"].strip():
                    continue
                lines.append(
                    LineFacts(
                        kind=kind,
                        about=said[f"{name}-about"] or "victim",
                        words=said[f"{name}-words"],
                        happened_on=said.get(f"{name}-on"),
                        source=said.get(f"{name}-source") or "",
                        id=int(key),
                    )
                )
        return Findings(said["known"] or "", said["not_shared_why"], tuple(lines))
