"""The form that opens a receipt."""

from __future__ import annotations

import re

from django.utils.translation import gettext, gettext_lazy

from leeward.platform.ui.forms import Form, TextField


class ReceiptForm(Form):
    """The code of a receipt, however it is written."""

    mark_optional = False
    code = TextField(
        label=gettext_lazy("The code on your receipt"),
        help_text=gettext_lazy("Three groups of four letters and figures, like ABCD-EFGH-JKMN"),
        longest=40,
        error_messages={"required": gettext_lazy("Enter the code on your receipt")},
    )

    def clean_code(self) -> str:
        """The code as it is printed."""
        plain = re.sub(r"[^A-Z0-9]", "", str(self.cleaned_data["code"]).upper())
        if len(plain) != 12:
            self.add_error("code", gettext("The code has 12 letters and figures, like ABCD-EFGH-JKMN"))
        return "-".join(plain[start : start + 4] for start in range(0, len(plain), 4))
