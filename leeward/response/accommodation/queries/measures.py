"""Places and need of a period: how full, how long, why not, and who was not housed. Numbers alone, in one statement.

What each number means is said beside it on the page. Nights are counted at midnight of London; somebody counts as there
from the arrival, not from the promise. The occupancy is of all space-nights, those out of use too.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.reference.lists import label
from leeward.response.front_door.queries.counts import FEWEST, for_a_file


@dataclass(frozen=True)
class Row:
    """One line of a table. `note`: what is to be known of it, empty where nothing is."""

    words: str
    number: int
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A table of numbers that add up to a whole."""

    key: str
    heading: str
    unit: str
    rows: list[Row]

    @property
    def total(self) -> int:
        """The whole."""
        return sum(row.number for row in self.rows)


@dataclass(frozen=True)
class Month:
    """One month, or what of it lies in the period."""

    month: date
    total: int
    occupied: int
    looked: int
    unmet: int

    @property
    def share(self) -> int | None:
        """Occupied space-nights in the hundred; None where there was no space."""
        return round(100 * self.occupied / self.total) if self.total else None


@dataclass(frozen=True)
class Measures:
    """Everything that is counted of a period."""

    nights: Table
    occupied: int
    households: Table
    looked: int
    housed: int
    otherwise: int
    waiting: int
    ended: int
    refused_households: int
    people: int
    people_unmet: int
    searches: int
    found_nothing: int
    arrived: int
    stays_ended: int
    planned: int
    unplanned: int
    median_nights: int | None
    longest: int | None
    turnarounds: int
    median_days: int | None
    tables: list[Table]
    months: list[Month]

    @property
    def share(self) -> float | None:
        """Occupied space-nights in the hundred; None where there was no space."""
        return round(100 * self.occupied / self.nights.total, 1) if self.nights.total else None

    @property
    def unmet(self) -> int:
        """Households that looked and are neither housed nor safe otherwise."""
        return self.waiting + self.ended


def measures(*, by: Acting, since: date, until: date, form: str = "") -> Measures:
    """Everything of a period, both days counted, in one statement and its line in the log."""
    by.must(Permission.COUNTS, "Your role does not see counts.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_measures(%s, %s, %s)", [since, until, form])
        given = cursor.fetchone()[0]
    found: dict[str, Any] = json.loads(given) if isinstance(given, str) else given
    audit.record(
        "counted_places", "accommodation", detail={"since": since.isoformat(), "until": until.isoformat(), "form": form}
    )
    return _measures(found)


def _measures(found: Mapping[str, Any]) -> Measures:
    nights, homes, stays = found["nights"], found["households"], found["stays"]
    void = nights["void"]
    taken = nights["occupied"] + nights["promised"] + nights["turnaround"] + sum(void.values())
    unmet = Table("households", "Households that looked for a place", "Households", [
        Row("Housed in a safe place", homes["housed"]),
        Row("Safe otherwise", homes["otherwise"], "Found somewhere by other means, or stay at home safely"),
        Row("Still looking at the end of the period", homes["waiting"]),
        Row("Ended without a place", homes["ended"], "Went back, changed their mind, or contact was lost"),
    ])  # fmt: skip
    return Measures(
        nights=Table("nights", "Space-nights", "Nights", [
            Row("Somebody lived there", nights["occupied"]),
            Row("Promised, nobody there yet", nights["promised"]),
            Row("Made ready between two stays", nights["turnaround"]),
            Row("Out of use", sum(void.values())),
            Row("Free", max(nights["total"] - taken, 0)),
        ]),
        occupied=nights["occupied"],
        households=unmet,
        looked=homes["looked"], housed=homes["housed"], otherwise=homes["otherwise"], waiting=homes["waiting"],
        ended=homes["ended"], refused_households=homes["refused"], people=homes["people"],
        people_unmet=homes["people_unmet"],
        searches=found["searches"]["searches"], found_nothing=found["searches"]["nothing"],
        arrived=found["arrived"], stays_ended=stays["ended"], planned=stays["planned"], unplanned=stays["unplanned"],
        median_nights=stays["median"], longest=stays["longest"],
        turnarounds=found["turnaround"]["number"], median_days=found["turnaround"]["median"],
        tables=[
            _codes("void", "Nights out of use, by reason", "Nights", "void_reason", _flat(void)),
            _codes("refused", "Refusals by providers, by reason", "Refusals", "ask_refused", found["refused"]),
            _codes("declined", "Places that households declined, by reason", "Declined", "ask_declined",
                   found["declined"]),
            _codes("not_arrived", "Did not arrive, by reason", "Stays", "not_arrived", _flat(found["not_arrived"])),
            Table("planned", "Stays that ended, planned or not", "Stays", [
                Row("Planned", stays["planned"]), Row("Not planned", stays["unplanned"]),
                Row("Not said", stays["ended"] - stays["planned"] - stays["unplanned"]),
            ]),
            _codes("endings", "Stays that ended, how", "Stays", "stay_ending", _flat(found["endings"])),
            _codes("destinations", "Stays that ended, where to", "Stays", "stay_destination", found["destinations"]),
        ],
        months=[
            Month(date.fromisoformat(row["month"]), row["total"], row["occupied"], row["looked"], row["unmet"])
            for row in found["months"]
        ],
    )  # fmt: skip


def _flat(numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    return [{"code": code, "version": "", "number": number} for code, number in numbers.items()]


VERIFIED = " (verified category of the return"


def _codes(key: str, heading: str, unit: str, codes: str, rows: list[dict[str, Any]]) -> Table:
    """Lines by code, the most first. Of which year's list one is, and whether the return has it, is said beside it."""
    made = []
    for row in sorted(rows, key=lambda one: (-one["number"], one["code"], one["version"])):
        words, verified, _ = label(codes, row["code"]).partition(VERIFIED) if row["code"] else ("Not said", "", "")
        year = f"List of {row['version']}" if row["version"] else ""
        of_return = "a category of the return" if verified else "ours, not verified against the return" if year else ""
        made.append(Row(words, row["number"], ", ".join(filter(None, [year, of_return]))))
    return Table(key, heading, unit, made)


def as_csv(found: Measures, since: date, until: date, form: str) -> str:
    """Every table in one file, without the few: nor a middle value that few stand behind."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["From", "To", "Form", "Table", "Line", "Number", "Note"])
    period = [since.isoformat(), until.isoformat(), label("accommodation_form", form) if form else "All forms"]
    kept_back = f"fewer than {FEWEST}, or kept back"

    def write(heading: str, rows: list[Row]) -> None:
        for row, number in zip(rows, for_a_file([row.number for row in rows]), strict=True):
            writer.writerow([*period, heading, row.words, kept_back if number is None else number, row.note])

    for table in (found.nights, found.households, *found.tables):
        write(table.heading, table.rows)
    for heading, number in (
        ("Searches", found.searches), ("Searches that found nothing", found.found_nothing),
        ("Households that were refused at least once", found.refused_households),
        ("People who looked", found.people), ("People not housed", found.people_unmet), ("Arrivals", found.arrived),
    ):  # fmt: skip
        write("All", [Row(heading, number)])
    few = found.stays_ended < FEWEST
    for heading, value, hidden in (
        ("Length of stay, middle value in nights", found.median_nights, few),
        ("Longest stay that ended, in nights", found.longest, few),
        ("Days between two stays, middle value", found.median_days, found.turnarounds < FEWEST),
    ):
        said = kept_back if hidden else "" if value is None else value
        writer.writerow([*period, "All", heading, said, ""])
    for month in found.months:
        share = "" if month.share is None else month.share
        writer.writerow([*period, "Occupancy in the hundred", f"{month.month:%B %Y}", share, ""])
    write("Households not housed", [Row(f"{one.month:%B %Y}", one.unmet) for one in found.months])
    return out.getvalue()


@dataclass(frozen=True)
class AreaNow:
    """An area as the map shows it. `few`: one to four households look and left it; how many is not said."""

    code: str
    free: int
    occupied: int
    unusable: int
    looking: int
    few: bool

    @property
    def need(self) -> str:
        """How many look, in words."""
        return "1 to 4" if self.few else str(self.looking)


def by_area() -> dict[str, AreaNow]:
    """Free and taken spaces and waiting need by area, now; nothing for who sees no counts. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_by_area()")
        return {row[0]: AreaNow(*row) for row in cursor.fetchall()}
