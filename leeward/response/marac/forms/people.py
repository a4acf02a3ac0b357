"""Whom a referral without a case is about: the person, up to six children, up to two people who cause harm."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.record.people.actions import PersonFacts
from leeward.record.people.actions.equality import NOT_ASKED
from leeward.record.people.forms.person import equality_answer, equality_field
from leeward.record.people.queries.duplicates import Duplicate
from leeward.response.marac.actions.agency_cases import Harming, Newcomers, too_young
from leeward.response.marac.rules.referring import RETURN_ASKS, TOO_YOUNG

CHILDREN, HARMING = 6, 2
OF_HARMING = ("given", "family", "birth", "relationship")
SAME, OTHER = "same", "other"


def born_field(label: str, **options: Any) -> forms.ApproximateDateField:
    """A birth date of which the year may be all that is known."""
    return forms.ApproximateDateField(
        label=label, past=True, required=False, help_text="The year alone will do", **options
    )


class PeopleForm(forms.OnceMixin, forms.Form):
    """Little is needed: a name of the person, and who is said to cause harm where that is known."""

    given = forms.TextField(label="First names", longest=200, required=False)
    family = forms.TextField(label="Last name", longest=200, required=False)
    birth = forms.ApproximateDateField(
        label="Date of birth", past=True, required=False, help_text="For example, 27 3 1990. The year alone will do"
    )
    nhs_number = forms.NhsNumberField(label="NHS number", required=False)
    area = forms.ChoiceField(label="Where do they live?", drawn_as="select", required=False, choices=())
    says_so = forms.TextField(
        label="Who says who causes the harm?", longest=120, required=False,
        help_text="For example: herself, a neighbour, a police report",
    )  # fmt: skip

    def __init__(self, *args: Any, areas: dict[str, str], works: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not works:  # a number is a fact of the whole record, which who only sits at a MARAC does not keep
            del self.fields["nhs_number"]
        self.fields["area"].choices = [forms.Option("", "Not known"), *(  # type: ignore[attr-defined]  # our own field
            forms.Option(code, name) for code, name in areas.items()
        )]  # fmt: skip
        for number in range(1, HARMING + 1):
            self.fields[f"harm{number}_given"] = forms.TextField(label="First names", longest=200, required=False)
            self.fields[f"harm{number}_family"] = forms.TextField(label="Last name", longest=200, required=False)
            self.fields[f"harm{number}_birth"] = born_field("Date of birth")
            self.fields[f"harm{number}_relationship"] = forms.CodeField(
                label="Who are they to the person?", choices=lambda: choices("relationship"), drawn_as="select",
                required=False,
            )  # fmt: skip
        for number in range(1, CHILDREN + 1):
            self.fields[f"child{number}_given"] = forms.TextField(label="First names", longest=200, required=False)
            self.fields[f"child{number}_family"] = forms.TextField(label="Last name", longest=200, required=False)
            self.fields[f"child{number}_birth"] = born_field("Date of birth")
        for name in RETURN_ASKS:
            self.fields[name] = equality_field(name, drawn_as="select", required=False)
        self.order_fields(
            [
                "given", "family", "birth", "nhs_number", "area", *RETURN_ASKS,
                *(f"harm{n}_{part}" for n in range(1, HARMING + 1) for part in OF_HARMING),
                "says_so",
            ]
        )  # fmt: skip

    def groups(self, what: str, most: int) -> list[tuple[int, list[Any], bool]]:
        """The boxes of each, and whether anything stands in them (then their fold is open)."""
        found = []
        for number in range(1, most + 1):
            bound = [self[name] for name in self.fields if name.startswith(f"{what}{number}_")]
            filled = any(_filled(one.value()) for one in bound)
            found.append((number, bound, filled or number == 1))
        return found

    @property
    def asks(self) -> list[Any]:
        """The boxes for what the return asks."""
        return [self[name] for name in RETURN_ASKS]

    @property
    def asks_open(self) -> bool:
        """Whether something stands in them: then their fold is open."""
        return any(one.errors or equality_answer(one.value() or "").state != NOT_ASKED for one in self.asks)

    def clean(self) -> dict[str, Any]:
        """One of the two names is enough; who is entered needs one; below 16 the MARAC does not hear."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not said.get("given") and not said.get("family") and not ({"given", "family"} & set(self.errors)):
            self.add_error("given", ValidationError("Enter a first name or a last name"))
        born = said.get("birth")
        if born is not None and too_young(born.earliest):
            self.add_error("birth", ValidationError(TOO_YOUNG))
        some_harm = False
        for what, most in (("harm", HARMING), ("child", CHILDREN)):
            for number in range(1, most + 1):
                key = f"{what}{number}"
                named = said.get(f"{key}_given") or said.get(f"{key}_family")
                more = said.get(f"{key}_birth") or said.get(f"{key}_relationship")
                if more and not named and f"{key}_given" not in self.errors:
                    self.add_error(f"{key}_given", ValidationError("Enter a name, or clear the rest of this person"))
                some_harm = some_harm or (what == "harm" and bool(named))
        if some_harm and not said.get("says_so") and "says_so" not in self.errors:
            self.add_error("says_so", ValidationError("Say who says so: it is kept with the claim"))
        return said

    def _facts(self, key: str) -> PersonFacts:
        said = self.cleaned_data
        prefix = f"{key}_" if key else ""
        birth = said[f"{prefix}birth"]
        return PersonFacts(
            given=said[f"{prefix}given"], family=said[f"{prefix}family"],
            birth_date=birth.earliest if birth else None, birth_precision=birth.precision if birth else "unknown",
            learned_from=said["says_so"], area_code="" if prefix else said["area"],
        )  # fmt: skip

    def _named(self, what: str, most: int) -> list[str]:
        said = self.cleaned_data
        keys = [f"{what}{number}" for number in range(1, most + 1)]
        return [key for key in keys if said[f"{key}_given"] or said[f"{key}_family"]]

    def newcomers(self, same_as: tuple[int, ...] = ()) -> Newcomers:
        """Everybody who was entered, after `is_valid()`."""
        said = self.cleaned_data
        return Newcomers(
            person=self._facts(""),
            children=tuple(self._facts(key) for key in self._named("child", CHILDREN)),
            harming=tuple(
                Harming(self._facts(key), said[f"{key}_relationship"]) for key in self._named("harm", HARMING)
            ),
            says_so=said["says_so"], area=said["area"], same_as=same_as, nhs_number=said.get("nhs_number") or "",
            answers={name: equality_answer(said[name]) for name in RETURN_ASKS},
        )  # fmt: skip


def _filled(value: Any) -> bool:
    return any(value.values()) if isinstance(value, dict) else bool(value)


class SameForm(forms.Form):
    """For each record that may be theirs: is it the same person?"""

    def __init__(self, *args: Any, found: list[Duplicate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in found:
            self.fields[f"same_{one.person_id}"] = forms.ChoiceField(
                label=f"{one.name}{f', born {one.born}' if one.born else ''}",
                what=f"whether it is {one.name}",
                choices=[forms.Option(SAME, "The same person"), forms.Option(OTHER, "Somebody else")],
                help_text=f"{one.likelihood.capitalize()} to be the same" if one.likelihood != "possible"
                else "Possibly the same",
            )  # fmt: skip

    def same(self) -> tuple[int, ...]:
        """The records that are of the same person, after `is_valid()`."""
        return tuple(int(name.removeprefix("same_")) for name, value in self.cleaned_data.items() if value == SAME)
