"""Whether somebody was before a MARAC already: the same people within so many months, by the national definition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format

from leeward.platform.access.acting import Acting
from leeward.record.cases.models import Case
from leeward.record.risk.rules import Thresholds

# What `thresholds_of` reads, in the statement that needs it: what was set last; the shipped value where nothing was.
REPEAT_MONTHS = (
    "SELECT repeat_months FROM risk_risksettings WHERE partnership_id = %s ORDER BY set_at DESC, id DESC LIMIT 1"
)


@dataclass(frozen=True)
class Earlier:
    """The last referral of the same person. `same_harming`: None where one of the two names nobody who causes harm."""

    referred_on: date
    heard_on: date | None
    same_harming: bool | None

    @property
    def on(self) -> date:
        """The day to show: when they were heard, or else referred."""
        return self.heard_on or self.referred_on


def last_referrals(
    *, by: Acting, case_ids: Collection[int], before: datetime | None = None, months: int | None = None
) -> dict[int, Earlier]:
    """By case: when its people were last referred to a MARAC within the partnership's months. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, referred_on, heard_on, same_harming FROM marac_last_referrals(%s::bigint[], %s,"
            f" COALESCE(%s, ({REPEAT_MONTHS}), %s))",
            [list(case_ids), before or timezone.now(), months, by.partnership_id, Thresholds().repeat_months],
        )
        return {row[0]: Earlier(row[1], row[2], row[3]) for row in cursor.fetchall()}


def heard_before(by: Acting, case: Case) -> str:
    """For the room below, when an assessment is finished: that the same people were heard, in words; or nothing."""
    earlier = last_referrals(by=by, case_ids=[case.id]).get(case.id)
    if earlier is None or earlier.same_harming is False:
        return ""
    on = date_format(earlier.on, "j F Y")
    said = f"Heard at a MARAC on {on}" if earlier.heard_on else f"Referred to a MARAC on {on}"
    if earlier.same_harming is None:
        return f"{said}. If the same person causes harm, any abuse since then is a repeat."
    return f"{said}: any abuse by the same person since then is a repeat."
