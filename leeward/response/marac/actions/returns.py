"""Send the return of a quarter: its figures are written down as they are, whatever is corrected later."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.response.marac.models import Marac, ReturnSent
from leeward.response.marac.queries.returns import FIELDS, Figures, Period, return_of, unheld


def _plain(one: Figures) -> dict[str, Any]:
    return {
        "held_on": one.held_on.isoformat() if one.held_on else "", "numbers": one.numbers, "missing": one.missing,
        "agencies": one.agencies,
    }  # fmt: skip


@transaction.atomic
def send_return(*, by: Acting, marac: Marac, period: Period, why: str) -> ReturnSent:
    """Freeze a quarter's figures. Raises Refused while something is missing and no reason is given."""
    by.must(Permission.MARAC_ARRANGE, "Who arranges the MARAC sends its return.")
    if period.until >= timezone.localdate():
        raise Refused("This quarter is not over. Its return can be sent from the day after its last.")
    found = return_of(by=by, marac=marac, period=period)
    if not found.meetings:
        raise Refused("No meeting was held in this quarter, so there is nothing to send.")
    if found.uncounted:
        raise Refused(
            "You cannot send this return: you cannot take part in something that it counts. "
            "Somebody else who arranges this MARAC has to send it."
        )
    lacking = found.total.lacking
    early = unheld(marac, period)
    if (lacking or early) and not why.strip():
        what = [FIELDS[name].lower() for name in lacking] + (["meetings whose minutes are not out"] if early else [])
        raise Refused(f"Something is missing: {', '.join(what)}. Have it recorded, or say why it is sent without.")
    row = ReturnSent(
        marac=marac, quarter_from=period.since, quarter_until=period.until,
        figures={"meetings": [_plain(one) for one in found.meetings], "total": _plain(found.total)},
        missing=[{"field": name, "cases": number} for name, number in lacking.items()],
        why_incomplete=why.strip(), sent_by=by.user_name,
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("sent_marac_return", "marac", marac.id, detail={"since": period.since.isoformat()})
    return row
