"""Counts for any period: what commissioners are told each month comes out of here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
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


# The middle times are asked of the whole alone: sorting them for each line of each table took most of the time.
_SETS = """
SELECT grouping(route, outcome, referrer_kind, area_code, about, risk, month) AS which,
       route, outcome, referrer_kind, area_code, about, risk, month::date, count(*),
       count(minutes_to_attempt), count(*) FILTER (WHERE attempt_in_time), count(minutes_to_decision)
  FROM front_door_contactcount, LATERAL (SELECT date_trunc('month', received_on::timestamp) AS month) m
 WHERE partnership_id = %s AND received_on BETWEEN %s AND %s
 GROUP BY GROUPING SETS ((route), (outcome), (referrer_kind), (area_code), (about), (risk), (month), ())
"""
_MIDDLES = """
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes_to_attempt),
       percentile_disc(0.5) WITHIN GROUP (ORDER BY minutes_to_decision)
  FROM front_door_contactcount
 WHERE partnership_id = %s AND received_on BETWEEN %s AND %s
"""


def contact_counts(*, by: Acting, since: date, until: date) -> Counts:
    """Contacts received in a period (both days counted), in two statements."""
    by.must(Permission.COUNTS if by.may(Permission.COUNTS) else Permission.TRIAGE, "Your role does not see counts.")
    tables: dict[str, list[tuple[str, int]]] = defaultdict(list)
    months: list[tuple[date, int]] = []
    total, attempt, decision = 0, Speed(0, None, 0), Speed(0, None, 0)
    with connection.cursor() as cursor:
        cursor.execute(_SETS, [by.partnership_id, since, until])
        for which, *values in cursor.fetchall():
            number, tried, in_time, decided = values[7:]
            if which == 0b1111111:
                total = number
                attempt, decision = Speed(tried, None, in_time), Speed(decided, None, decided)
            elif which == 0b1111110:
                months.append((values[6], number))
            else:
                place = next(index for index in range(6) if not which & (1 << (6 - index)))
                tables[SPLITS_IN_ORDER[place]].append((values[place], number))
        cursor.execute(_MIDDLES, [by.partnership_id, since, until])
        middles = cursor.fetchone() or (None, None)
    attempt, decision = replace(attempt, median=middles[0]), replace(decision, median=middles[1])
    audit.record("counted_contacts", "contact", detail={"since": since.isoformat(), "until": until.isoformat()})
    for rows in tables.values():
        rows.sort(key=lambda row: (-row[1], row[0]))
    return Counts(total, dict(tables), attempt, decision, sorted(months))


SPLITS_IN_ORDER = ("route", "outcome", "referrer_kind", "area_code", "about", "risk")
