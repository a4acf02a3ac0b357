"""A letter as an accessible PDF: tagged, with its title and language, in the partnership's name, with no address."""

from __future__ import annotations

from leeward.platform.ui.filters import day
from leeward.response.marac.documents import render
from leeward.response.marac.models import Letter


def letter_pdf(letter: Letter) -> bytes:
    """The letter, as it was kept."""
    marac = letter.item.meeting.marac
    data = {
        "marac": marac.name, "partnership": marac.partnership.name, "phone": marac.partnership.phone,
        "day": day(letter.made_at), "to": letter.addressee, "paragraphs": letter.body.split("\n\n"),
        "signed_by": letter.signed_by, "signed_as": letter.signed_as,
    }  # fmt: skip
    return render("letter", data)
