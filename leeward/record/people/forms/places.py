"""Addresses, sealed addresses, immigration status, households."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError

from leeward.platform.ui.forms import (
    ApproximateDateField,
    CodeField,
    ConfirmField,
    Form,
    LongTextField,
    ManyField,
    OnceMixin,
    Option,
    PostcodeField,
    TextField,
)
from leeward.record.people.actions.places import AddressFacts
from leeward.record.people.forms.common import FactForm, codes


class AddressForm(FactForm):
    """One address of one person."""

    lines = LongTextField(label="Address", longest=300, rows=3)
    postcode = PostcodeField(label="Postcode", required=False)
    uprn = TextField(label="Property reference (UPRN)", longest=20, required=False)
    kind = CodeField(label="What is it?", choices=lambda: codes("address_kind"), initial="home")
    from_on = ApproximateDateField(
        label="Since when?", what="the date", past=True, required=False, help_text="The year alone will do"
    )
    ends_earlier = ConfirmField(label="They have left the address known before", required=False)

    def clean_uprn(self) -> str:
        """A UPRN has up to twelve figures."""
        text = re.sub(r"\s", "", str(self.cleaned_data["uprn"]))
        if text and not re.fullmatch(r"[0-9]{1,12}", text):
            raise ValidationError("A property reference (UPRN) has up to 12 figures")
        return text

    def facts(self) -> AddressFacts:
        """What was answered, after `is_valid()`."""
        data = self.cleaned_data
        since = data["from_on"].earliest if data["from_on"] else None
        return AddressFacts(data["lines"], data["postcode"], data["uprn"], data["kind"], since)


class SealForm(FactForm):
    """An address to be sealed."""

    address = LongTextField(label="Address to seal", longest=500, rows=4)
    area_note = TextField(
        label="Area, for planning",
        longest=120,
        required=False,
        help_text="As rough as will do. Never a street or place",
    )


class ImmigrationForm(FactForm):
    """What is known of somebody's immigration status."""

    code = CodeField(label="Status", choices=lambda: codes("immigration"), drawn_as="radios")
    note = LongTextField(label="What matters about it", longest=1000, rows=3, required=False)


class ShareStatusForm(OnceMixin, Form):
    """One organisation that may see it."""

    organisation = CodeField(label="Which organisation may see it?", choices=())
    confirm = ConfirmField(label="They know that this is shared, and agree")

    def __init__(self, *args: Any, organisations: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].choices = [Option(str(pk), name) for pk, name in organisations]  # type: ignore[attr-defined]  # our own field


class HouseholdForm(OnceMixin, Form):
    """Who lives with whom."""

    household = CodeField(label="Which household?", choices=())
    label = TextField(
        label="What to call a new household", longest=80, required=False,
        help_text="For example: Mum’s, or with her sister. Never an address or place",
    )  # fmt: skip
    people = ManyField(label="Who lives there too?", choices=(), required=False)
    from_on = ApproximateDateField(label="Since when?", what="the date", past=True, required=False)

    def __init__(
        self, *args: Any, households: list[tuple[int, str]], people: list[tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        options = [Option(str(pk), label or "Household without a name") for pk, label in households]
        self.fields["household"].choices = [*options, Option("new", "A new one")]  # type: ignore[attr-defined]  # our own field
        self.fields["household"].initial = "new"
        self.fields["people"].choices = [Option(str(pk), name) for pk, name in people]  # type: ignore[attr-defined]  # our own field
        if not people:
            del self.fields["people"]
