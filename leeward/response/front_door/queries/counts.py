"""Counts for any period: what commissioners are told each month comes out of here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission

# What a table of counts may be split by: column, code list (empty: an area), heading.
SPLITS = (
    ("route", "contact_route", "How they came"),
    ("outcome", "contact_outcome", "What was decided"),
    ("referrer_kind", "referrer_kind", "Who referred"),
    ("area_code", "", "Where they live"),
    ("about", "contact_about", "Who was asked for"),
    ("risk", "risk_level", "Risk at first"),
)


@dataclass(frozen=True)
class Speed:
    """Time in minutes to something that was promised: middle value and how many in time."""

    counted: int
    median: int | None
    in_time: int

    @property
    def median_time(self) -> timedelta | None:
        """The middle value as a length of time."""
        return None if self.median is None else timedelta(minutes=self.median)


@dataclass(frozen=True)
class Counts:
    """Everything counted for a period. Each split adds up to the total."""

    total: int
    by: dict[str, list[tuple[str, int]]]
    attempt: Speed
    decision: Speed
    by_month: list[tuple[date, int]]


# By the codes together, by area and by day: what a table shows is added up from those few hundred lines.
_GROUPS = """
SELECT kind, area_code, received_on, count(*) FROM front_door_contactcount
 WHERE partnership_id = %s AND received_on BETWEEN %s AND %s
 GROUP BY GROUPING SETS ((kind), (area_code), (received_on))
"""
_WHOLE = """
SELECT count(*), count(minutes_to_attempt), count(*) FILTER (WHERE attempt_in_time), count(minutes_to_decision),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes_to_attempt),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes_to_decision)
  FROM front_door_contactcount
 WHERE partnership_id = %s AND received_on BETWEEN %s AND %s
"""
# The codes that ContactCount.kind holds, in its order.
_IN_KIND = ("route", "outcome", "referrer_kind", "about", "risk")


def contact_counts(*, by: Acting, since: date, until: date) -> Counts:
    """Contacts received in a period (both days counted), in two statements."""
    by.must(Permission.COUNTS if by.may(Permission.COUNTS) else Permission.TRIAGE, "Your role does not see counts.")
    tables: dict[str, Counter[str]] = {column: Counter() for column, _, _ in SPLITS}
    months: Counter[date] = Counter()
    period: list[int | date] = [by.partnership_id, since, until]
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, period)
        for kind, area, day, number in cursor.fetchall():
            if kind is not None:
                for column, code in zip(_IN_KIND, kind.split("|"), strict=True):
                    tables[column][code] += number
            elif area is not None:
                tables["area_code"][area] += number
            else:
                months[day.replace(day=1)] += number
        cursor.execute(_WHOLE, period)
        total, tried, in_time, decided, to_attempt, to_decision = cursor.fetchone() or (0, 0, 0, 0, None, None)
    audit.record("counted_contacts", "contact", detail={"since": since.isoformat(), "until": until.isoformat()})
    return Counts(
        total,
        {column: sorted(rows.items(), key=lambda row: (-row[1], row[0])) for column, rows in tables.items() if rows},
        Speed(tried, to_attempt, in_time),
        Speed(decided, to_decision, decided),
        sorted(months.items()),
    )
