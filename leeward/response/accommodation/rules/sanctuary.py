"""Where making a home safe stands in words, and when it is looked at again."""

from __future__ import annotations

import calendar
from datetime import date

# Where a referral stands, by Sanctuary.status.
STATUS_WORDS = {
    "referred": "Referred",
    "surveyed": "Looked at",
    "ordered": "Work is ordered",
    "done": "Done, to be tested",
    "tested": "Made safe",
    "ended": "Ended",
}
REVIEWED_AFTER = (3, 12)  # months after the works were tested


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
