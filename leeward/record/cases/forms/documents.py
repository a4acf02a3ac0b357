"""Documents."""

from __future__ import annotations

from leeward.platform.reference.lists import choices
from leeward.platform.ui import forms
from leeward.record.cases.files.kinds import ALLOWED, MEGABYTES


class DocumentForm(forms.OnceMixin, forms.Form):
    """A file to keep."""

    file = forms.FileField(
        label="The file", what="a file", megabytes=MEGABYTES,
        help_text=f"{ALLOWED}, up to {MEGABYTES} MB. Where and how a picture was taken is left out of it.",
    )  # fmt: skip
    kind = forms.CodeField(label="What is it?", what="what it is", choices=lambda: choices("document_kind"))
    title = forms.TextField(
        label="What do you call it?", what="what you call it", longest=200,
        help_text="The file's own name is not kept. For example: letter of the school, 3 March",
    )  # fmt: skip
    own_organisation = forms.ConfirmField(label="Only my organisation may open this", required=False)


class WithdrawForm(forms.Form):
    """Why a document is withdrawn."""

    why = forms.TextField(label="Why is it withdrawn?", what="why", longest=300)
