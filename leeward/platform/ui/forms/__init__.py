"""Forms whose every mistake has a sentence of its own, drawn with GOV.UK components by `field(form["name"])`.

Nothing typed is lost: what a person entered comes back exactly as it was, whatever was wrong with it.
"""

from leeward.platform.ui.forms.base import Form, OnceMixin, VersionField
from leeward.platform.ui.forms.choices import (
    ChoiceField,
    CodeField,
    ConfirmField,
    Divider,
    ManyField,
    Option,
)
from leeward.platform.ui.forms.contact import EmailField, NhsNumberField, PhoneField, PostcodeField
from leeward.platform.ui.forms.dates import ApproximateDate, ApproximateDateField, DateField, TimeField
from leeward.platform.ui.forms.text import FileField, LongTextField, NumberField, TextField

__all__ = [
    "ApproximateDate",
    "ApproximateDateField",
    "ChoiceField",
    "CodeField",
    "ConfirmField",
    "DateField",
    "Divider",
    "EmailField",
    "FileField",
    "Form",
    "LongTextField",
    "ManyField",
    "NhsNumberField",
    "NumberField",
    "OnceMixin",
    "Option",
    "PhoneField",
    "PostcodeField",
    "TextField",
    "TimeField",
    "VersionField",
]
