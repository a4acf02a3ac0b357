"""Forms of the table: meetings, agenda, minutes, actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.response.marac.actions.meetings import MeetingFacts, next_free
from leeward.response.marac.actions.minuting import ActionFacts
from leeward.response.marac.library import Known, library
from leeward.response.marac.models import Marac, MaracAction
from leeward.response.marac.queries.actions import Actor, may_know, people_named, sitting_agencies, who_could_act

SOMEBODY_ELSE = "else"


class MeetingForm(forms.OnceMixin, forms.Form):
    """One meeting, or a series in the rhythm of its MARAC."""

    on = forms.DateField(label="Which day?", what="the day", future=True)
    at = forms.TimeField(label="When does it begin?", what="the time", help_text="For example 9:30")
    place = forms.TextField(label="Where?", what="the place", longest=120, required=False,
                            help_text="A room or “online”. It stands in no message and no calendar entry.")  # fmt: skip
    lasts = forms.NumberField(label="How many minutes may it last?", what="the minutes", least=15, most=600)
    count = forms.NumberField(label="How many meetings?", what="how many meetings", least=1, most=60)

    def facts(self) -> MeetingFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return MeetingFacts(on=said["on"], at=said["at"], place=said["place"], lasts=said["lasts"])


class MoveForm(MeetingForm):
    """Another day, hour or place, and why."""

    count = None  # type: ignore[assignment]  # a moved meeting is one
    why = forms.TextField(label="Why is it moved?", what="why it is moved", longest=500)
    version = forms.VersionField()


class WhyForm(forms.OnceMixin, forms.Form):
    """A reason."""

    why = forms.TextField(label="Why?", what="why", longest=500)


class SendForm(forms.OnceMixin, forms.Form):
    """Nothing but a button that counts once."""


class AcceptForm(forms.OnceMixin, forms.Form):
    """Confidentiality, accepted by name."""

    accept = forms.ConfirmField(label="I accept this.")


class AttendanceForm(forms.OnceMixin, forms.Form):
    """Apologies and observers, as the chair writes them down."""

    status = forms.ChoiceField(
        label="Apologies, or an observer?", what="one of the two",
        choices=lambda: [(code, words) for code, words in choices("marac_attendance") if code != "present"],
    )  # fmt: skip
    name = forms.TextField(label="Name", what="the name", longest=120)
    organisation = forms.ChoiceField(label="Of which agency?", drawn_as="select", required=False)

    def __init__(self, *args: Any, agencies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "organisation", [("", "None of the table’s"), *_pairs(agencies)])


class LineForm(forms.OnceMixin, forms.Form):
    """A line of the minutes."""

    kind = forms.ChoiceField(label="What is it?", what="what it is", choices=lambda: choices("marac_line"))
    words = forms.LongTextField(label="What was said", what="what was said", longest=4000, rows=3)
    said_by = forms.TextField(label="Who said so", longest=120, required=False)


class CorrectLineForm(LineForm):
    """The same line, put right; `stands` is the line that it was read from."""

    stands = forms.VersionField()


class WithholdForm(forms.OnceMixin, forms.Form):
    """For which agencies a line is not."""

    organisations = forms.ManyField(
        label="For which agencies is this line not?", what="an agency", required=False,
        help_text="They see the minutes without it, on the page and in their document.",
    )  # fmt: skip

    def __init__(self, *args: Any, agencies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "organisations", _pairs(agencies))

    def chosen(self) -> list[int]:
        """The agencies, after `is_valid()`."""
        return [int(one) for one in self.cleaned_data["organisations"]]


class ActionForm(forms.OnceMixin, forms.Form):
    """What one agency does by when, for whom. What is left empty comes from the library, where one was chosen of it."""

    key = forms.ChoiceField(label="From the library", drawn_as="select", required=False)
    words = forms.LongTextField(
        label="Or in your own words",
        longest=1000,
        rows=2,
        required=False,
        help_text="These count where both are given.",
    )
    organisation = forms.ChoiceField(label="Which agency does it?", drawn_as="select", required=False)
    owner = forms.ChoiceField(label="Who does it, if a person is agreed?", drawn_as="select", required=False)
    owner_name = forms.TextField(label="If it is somebody else of the agency: their name", longest=120, required=False,
                                 help_text="As it is written in Leeward.")  # fmt: skip
    for_whom = forms.ChoiceField(label="For whom?", choices=lambda: [("", "Choose"), *choices("marac_for")],
                                 drawn_as="select", required=False)  # fmt: skip
    due_on = forms.DateField(label="By when?", future=True, required=False,
                             help_text="Left empty: as long as the library says, else two weeks.")  # fmt: skip
    wishes = forms.TextField(label="What they wish about it", longest=500, required=False)

    def __init__(self, *args: Any, marac: Marac, item_id: int, **kwargs: Any) -> None:
        # It stands beside other forms on the chair's screen: its boxes have ids of their own.
        super().__init__(*args, **{"auto_id": "action-%s", **kwargs})
        self.marac = marac
        self.item_id = item_id
        able = who_could_act(item_id)
        self.kinds = {agency: kind for agency, _, kind in able.agencies}
        self.actors = {one.key: one for one in able.actors}
        self.owner_id: int | None = None
        if marac.kind == Marac.DAILY:
            self.fields["due_on"].help_text = "Left empty: today."
        _offer(self, "key", [("", "None"), *((one.key, one.words) for one in library().values())])
        named = [(agency, name) for agency, name, _ in able.agencies]
        _offer(self, "organisation", [("", "Choose an agency"), *_pairs(named)])
        somebody = [(key, f"{one.organisation}: {one.name}") for key, one in self.actors.items()]
        _offer(self, "owner", [("", "Nobody by name"), *somebody, (SOMEBODY_ELSE, "Somebody else, named below")])

    def fills(self) -> list[tuple[str, str, dict[str, str]]]:
        """The library for a page: key, words, and what choosing it writes into the boxes that are still empty."""
        found = []
        for one in library().values():
            due, usual = self._due(one), self._usual(one)
            boxes = {"for_whom": one.for_whom, "organisation": str(usual) if usual else ""}
            boxes |= {"due_on-day": str(due.day), "due_on-month": str(due.month), "due_on-year": str(due.year)}
            found.append((one.key, one.words, boxes))
        return found

    def _due(self, known: Known | None) -> date:
        if self.marac.kind == Marac.DAILY:
            return timezone.localdate()
        return next_free(timezone.localdate() + timedelta(days=known.days if known else 14))

    def _usual(self, known: Known | None) -> int | None:
        """The agency of this table that usually takes it, where there is one."""
        kinds = known.agencies if known else ()
        return next((agency for kind in kinds for agency, is_kind in self.kinds.items() if is_kind == kind), None)

    def clean(self) -> dict[str, Any]:
        """An action has words, an agency, a day and somebody it is for: the library’s, or its own."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return said
        known = library().get(said["key"])
        if known is None and not said["words"].strip():
            self.add_error("words", "Choose an action from the library, or write one")
        chosen = self.actors.get(said["owner"])
        theirs = str(chosen.organisation_id) if chosen else ""
        said["organisation"] = said["organisation"] or theirs or str(self._usual(known) or "")
        if not said["organisation"]:
            self.add_error("organisation", "Choose which agency does it")
        said["for_whom"] = said["for_whom"] or (known.for_whom if known else "")
        if not said["for_whom"]:
            self.add_error("for_whom", "Choose for whom it is")
        said["due_on"] = said["due_on"] or self._due(known)
        self._name_owner(said, chosen)
        return said

    def _name_owner(self, said: dict[str, Any], chosen: Actor | None) -> None:
        """Who of the agency does it: chosen of the list, or somebody else whose name was written."""
        typed = said["owner_name"].strip()
        if chosen is not None:
            if typed:
                self.add_error("owner_name", f"Clear this name, or choose “Somebody else” instead of {chosen.name}")
            elif said["organisation"] != str(chosen.organisation_id):
                self.add_error(
                    "owner", f"{chosen.name} acts for {chosen.organisation}. Choose that agency, or another person"
                )
            self.owner_id = chosen.user_id
        elif said["owner"] == SOMEBODY_ELSE and not typed:
            self.add_error("owner_name", "Write the name of who does it, or choose “Nobody by name”")
        elif typed and said["organisation"]:
            # Who may not know of the item is as if nobody had that name: who is walled is not told.
            found = [one for one in people_named(int(said["organisation"]), typed) if may_know(self.item_id, one)]
            if len(found) != 1:
                self.add_error(
                    "owner_name",
                    "Nobody of that name can be given this action. Leave it empty, or write the name as in Leeward"
                    if not found else "Several people of that name work for this agency. Leave it empty",
                )  # fmt: skip
            else:
                self.owner_id = found[0]

    def facts(self) -> ActionFacts:
        """What was entered, after `is_valid()`."""
        said = self.cleaned_data
        return ActionFacts(
            organisation_id=int(said["organisation"]), words=said["words"], due_on=said["due_on"],
            for_whom=said["for_whom"], wishes=said["wishes"], key=said["key"], owner_id=self.owner_id,
        )  # fmt: skip


class NotesForm(forms.OnceMixin, forms.Form):
    """A line of any other business."""

    words = forms.LongTextField(label="Any other business", what="what was said", longest=2000, rows=2,
                                help_text="All at the table read this: no names, nothing of a case.")  # fmt: skip


class LevelForm(forms.Form):
    """The risk that the table agrees on."""

    level = forms.ChoiceField(
        label="Risk agreed",
        what="a level",
        choices=lambda: [one for one in choices("risk_level") if one[0] != "unknown"],
    )
    version = forms.VersionField()


class PublishForm(forms.OnceMixin, forms.Form):
    """The last words of the minutes."""

    notes = forms.LongTextField(
        label="Any other business", longest=4000, rows=4, required=False,
        help_text="Everybody at the table reads this: no names, nothing of a case.",
    )  # fmt: skip
    read = forms.VersionField(required=False)  # how much of it stood there when the page was opened


class AnswerForm(forms.OnceMixin, forms.Form):
    """What became of an action."""

    status = forms.ChoiceField(
        label="Was it done?", what="what became of it",
        choices=lambda: [
            forms.Option(MaracAction.DONE, "Yes, it is done"),
            forms.Option(MaracAction.NOT_DONE, "No, it was not done", "Say why"),
            forms.Option(MaracAction.CHANGED, "It could not be done, things have changed", "Say what has changed"),
        ],
    )  # fmt: skip
    outcome = forms.LongTextField(
        label="What was done, or why not", longest=1000, rows=4, required=False,
    )  # fmt: skip
    version = forms.VersionField()

    def clean(self) -> dict[str, Any]:
        """What was not done has a reason."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("status") in (MaracAction.NOT_DONE, MaracAction.CHANGED) and not said.get("outcome", "").strip():
            words = "Say why it was not done" if said["status"] == MaracAction.NOT_DONE else "Say what has changed"
            self.add_error("outcome", words)
        return said


class ChangeActionForm(forms.OnceMixin, forms.Form):
    """Another agency, or more time, and why."""

    organisation = forms.ChoiceField(label="Which agency does it?", what="an agency", drawn_as="select")
    due_on = forms.DateField(label="By when?", what="the day", future=True)
    why = forms.TextField(label="Why is it changed?", what="why it is changed", longest=500)
    version = forms.VersionField()

    def __init__(self, *args: Any, agencies: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "organisation", _pairs(agencies))


def agencies_of(marac_id: int) -> list[tuple[int, str]]:
    """The agencies that sit at a MARAC, by name."""
    return [(row.organisation_id, row.organisation.name) for row in sitting_agencies(marac_id)]


def _pairs(agencies: list[tuple[int, str]]) -> list[tuple[str, str]]:
    return [(str(one), name) for one, name in agencies]


def _offer(form: forms.Form, name: str, offered: list[tuple[str, str]]) -> None:
    field: Any = form.fields[name]
    field.choices = offered
