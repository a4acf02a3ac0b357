"""Counts for any period: what commissioners are told each month comes out of here."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.reference.lists import label
from leeward.platform.reference.models import Area
from leeward.platform.reference.working_time import LONDON
from leeward.response.front_door.models import Contact, ContactCount

# What a table of counts may be split by: column, code list (empty: an area), heading.
SPLITS = (
    ("route", "contact_route", "How they came"),
    ("outcome", "contact_outcome", "What was decided"),
    ("referrer_kind", "referrer_kind", "Who referred"),
    ("area_code", "", "Where they live"),
    ("about", "contact_about", "Who was asked for"),
    ("risk", "risk_level", "Risk at first"),
)
COLUMNS = {column: (codes, heading) for column, codes, heading in SPLITS}
FEWEST = 5  # fewer than this many do not leave in a file
PAGE = 25


@dataclass(frozen=True)
class Line:
    """One line of a table: a code, what it says, how many."""

    code: str
    words: str
    number: int


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


def tables_of(counts: Counts) -> list[tuple[str, str, list[Line]]]:
    """(column, heading, lines) for each way in which a period is split, in words."""
    areas = dict(Area.objects.values_list("code", "name"))
    return [
        (
            column, heading,
            [
                Line(code, words_of(column, code, areas), number)
                for code, number in counts.by.get(column, [])
                if code or column != "referrer_kind"
            ],
        )
        for column, _, heading in SPLITS
    ]  # fmt: skip


def words_of(column: str, code: str, areas: dict[str, str]) -> str:
    """What a code of a table says."""
    if not code:
        return "Not known"
    codes = COLUMNS[column][0]
    return label(codes, code) if codes else areas.get(code, code)


@dataclass(frozen=True)
class Counted:
    """The contacts behind one number, as far as the reader may open them, and the number itself."""

    rows: list[Contact]
    number: int
    has_more: bool


def counted_contacts(
    *, by: Acting, since: date, until: date, column: str = "", code: str = "", page: int = 1
) -> Counted:
    """The contacts that a number counts, newest first: three statements. Those that a service accepted are not here."""
    by.must(Permission.TRIAGE, "Only the single point of access opens contacts.")
    counted = ContactCount.objects.filter(partnership_id=by.partnership_id, received_on__range=(since, until))
    if column:
        counted = counted.filter(**{column: code})
    number = counted.count()
    found = list(
        Contact.objects.filter(
            team_id__in=by.team_ids, id__in=counted.values("contact_id"),
            received_at__gte=datetime.combine(since, time.min, LONDON),
            received_at__lt=datetime.combine(until + timedelta(days=1), time.min, LONDON),
        ).order_by("-received_at", "-id")[(page - 1) * PAGE : page * PAGE + 1]
    )  # fmt: skip
    audit.record("listed_contacts", "contact", listed=[row.id for row in found[:PAGE]])
    return Counted(found[:PAGE], number, len(found) > PAGE)


def for_a_file(numbers: Sequence[int]) -> list[int | None]:
    """Numbers as they may leave: few are not said (None), nor what would tell them by subtraction from the whole."""
    hidden = {place for place, number in enumerate(numbers) if 0 < number < FEWEST}
    others = sorted((place for place, number in enumerate(numbers) if number >= FEWEST), key=lambda at: numbers[at])
    while hidden and others and (len(hidden) < 2 or sum(numbers[place] for place in hidden) < FEWEST):
        hidden.add(others.pop(0))
    return [None if place in hidden else number for place, number in enumerate(numbers)]


def as_csv(counts: Counts, since: date, until: date) -> str:
    """Every table of a period in one file, without the few."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["From", "To", "Table", "Line", "Contacts"])
    period = [since.isoformat(), until.isoformat()]

    def write(heading: str, lines: Iterable[tuple[str, int]]) -> None:
        rows = list(lines)
        for (words, _), number in zip(rows, for_a_file([number for _, number in rows]), strict=True):
            said = f"fewer than {FEWEST}, or kept back" if number is None else number
            writer.writerow([*period, heading, _plain(words), said])

    write("All", [("All contacts", counts.total)])
    for _, heading, lines in tables_of(counts):
        write(heading, [(line.words, line.number) for line in lines])
    write("By month", [(f"{month:%B %Y}", number) for month, number in counts.by_month])
    return out.getvalue()


def _plain(words: str) -> str:
    """Words that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in "=+-@\t\r" else words
