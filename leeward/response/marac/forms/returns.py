"""Sending a return, and the period of a table."""

from __future__ import annotations

from typing import Any

from leeward.platform.reference.lists import choices
from leeward.platform.ui.forms import CodeField, Form, LongTextField, OnceMixin, TextField
from leeward.record.people.actions import PersonFacts
from leeward.record.people.forms.common import FactForm
from leeward.record.people.forms.person import equality_answer, equality_field
from leeward.response.marac.actions.agency_cases import Harming
from leeward.response.marac.actions.asking import Told
from leeward.response.marac.forms.people import born_field
from leeward.response.marac.queries.asked import Lacking


class SendReturnForm(OnceMixin, Form):
    """Send the return of a quarter: its figures stay as they are now."""

    why = LongTextField(
        label="Why it is sent although something is missing", longest=1000, rows=3, required=False,
        help_text="Say what was tried, and what is still expected. No names.",
    )  # fmt: skip


class TellForm(FactForm):
    """What the return lacks of whom a referral is about, and of who is said to cause harm."""

    mark_optional = False

    def __init__(self, *args: Any, lacking: Lacking, person_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lacking = lacking
        self.births = {**({person_id: "Date of birth"} if lacking.birth else {}),
                       **{one: f"Date of birth of {name}" for one, name in lacking.harming.items()}}  # fmt: skip
        for one, words in self.births.items():
            self.fields[f"born_{one}"] = born_field(words)
        for name in lacking.answers:
            self.fields[name] = equality_field(name)
        if lacking.nobody:
            self.fields |= {
                "harm_given": TextField(
                    label="Who is said to cause harm? First names", longest=200, required=False,
                    help_text="Leave it empty where nobody knows",
                ),
                "harm_family": TextField(label="Their last name", longest=200, required=False),
                "harm_birth": born_field("Their date of birth"),
                "harm_relationship": CodeField(
                    label="Who are they to the person?", choices=lambda: choices("relationship"), drawn_as="select",
                    required=False,
                ),
            }  # fmt: skip
        # Without what is hidden: a refusal stands beside the first of these, and the list on top leads there.
        self.asked = [name for name in self.fields
                      if name not in ("learned_from", "learned_on") and not self[name].is_hidden]  # fmt: skip
        self.order_fields([*self.asked, "learned_from", "learned_on"])

    def clean(self) -> dict[str, Any]:
        """Who causes harm has a name, and somebody who says so."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        named = said.get("harm_given") or said.get("harm_family")
        if (said.get("harm_birth") or said.get("harm_relationship")) and not named and "harm_given" not in self.errors:
            self.add_error("harm_given", "Enter a name, or clear the rest of this person")
        if named and not said.get("learned_from") and "learned_from" not in self.errors:
            self.add_error("learned_from", "Say who says so: it is kept with the claim")
        return said

    def told(self) -> Told:
        """What was answered, after `is_valid()`."""
        said = self.cleaned_data
        born = {one: said[f"born_{one}"] for one in self.births if said[f"born_{one}"]}
        return Told(
            {name: equality_answer(said[name]) for name in self.lacking.answers},
            {one: (when.earliest, when.precision) for one, when in born.items()},
            self._harming(),
        )

    def _harming(self) -> Harming | None:
        said = self.cleaned_data
        if not self.lacking.nobody or not (said["harm_given"] or said["harm_family"]):
            return None
        born = said["harm_birth"]
        facts = PersonFacts(
            given=said["harm_given"], family=said["harm_family"], birth_date=born.earliest if born else None,
            birth_precision=born.precision if born else "unknown", learned_from=said["learned_from"],
        )  # fmt: skip
        return Harming(facts, said["harm_relationship"])
