"""Telephone numbers, e-mail addresses, postcodes and NHS numbers: however people write them."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from nhs_number.validate import is_valid

from leeward.platform.ui.forms.text import TextField

HOME = "GB"
OUTWARD = r"(?:[A-Z]{1,2}[0-9][A-Z0-9]?|GIR|BFPO)"
POSTCODE = re.compile(rf"({OUTWARD})([0-9][ABD-HJLNP-UW-Z]{{2}}|0AA)")
OUTWARD_ONLY = re.compile(OUTWARD)


class PhoneField(TextField):
    """A telephone number in any written form, kept as typed; only what can be no number at all is refused."""

    inputmode = "tel"
    input_type = "tel"

    def __init__(self, *, longest: int = 60, **kwargs: Any) -> None:
        super().__init__(longest=longest, **kwargs)

    def validate(self, value: Any) -> None:
        """That a number is in it somewhere."""
        super().validate(value)
        if value and not self._possible(value):
            raise self.wrong(gettext("Enter a telephone number, like 07700 900 982, 01632 960 001 or +44 7700 900 982"))

    @staticmethod
    def _possible(text: str) -> bool:
        try:
            return phonenumbers.is_possible_number(phonenumbers.parse(text, HOME))
        except phonenumbers.NumberParseException:
            return False


class EmailField(TextField):
    """An e-mail address."""

    inputmode = "email"
    input_type = "email"

    def __init__(self, *, longest: int = 254, **kwargs: Any) -> None:
        super().__init__(longest=longest, **kwargs)

    def validate(self, value: Any) -> None:
        """That it has the form of an address."""
        super().validate(value)
        if value:
            try:
                validate_email(value)
            except ValidationError as problem:
                raise self.wrong(gettext("Enter an email address in the form name@example.org")) from problem


class PostcodeField(TextField):
    """A UK postcode in any case and spacing; its value is written the usual way. `outward` lets half of it do."""

    def __init__(self, *, outward: bool = False, longest: int = 20, **kwargs: Any) -> None:
        super().__init__(longest=longest, **kwargs)
        self.outward = outward

    def clean(self, value: Any) -> str:
        """The postcode in capitals with one space, or nothing."""
        text = super().clean(value)
        if not text:
            return ""
        plain = re.sub(r"[^A-Z0-9]", "", text.upper())
        if whole := POSTCODE.fullmatch(plain):
            return f"{whole[1]} {whole[2]}"
        if self.outward and OUTWARD_ONLY.fullmatch(plain):
            return plain
        if self.outward:
            raise self.wrong(gettext("Enter a postcode like LS1 4AP, or only its first half, like LS1"))
        raise self.wrong(gettext("Enter a full UK postcode, like LS1 4AP. If you do not know it, leave this empty"))


class NhsNumberField(TextField):
    """An NHS number with its check digit; its value is the ten figures."""

    inputmode = "numeric"

    def __init__(self, *, longest: int = 30, **kwargs: Any) -> None:
        super().__init__(longest=longest, **kwargs)

    def clean(self, value: Any) -> str:
        """Ten figures, or nothing."""
        text = super().clean(value)
        if not text:
            return ""
        figures = re.sub(r"[\s\-.]", "", text)
        if not re.fullmatch(r"[0-9]{10}", figures):
            raise self.wrong(gettext("Enter a 10 digit NHS number, like 999 000 0018"))
        if not is_valid(figures):
            raise self.wrong(gettext("This NHS number has a mistake in it: check each figure"), "check_digit")
        return figures
