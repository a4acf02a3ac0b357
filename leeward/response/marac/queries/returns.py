"""The quarterly return: aggregates that the database counts, nothing else. Twelve months of the same: year.py."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db import connection
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.reference.lists import label
from leeward.response.marac.models import Marac, Meeting, Referral, ReturnSent, Seat
from leeward.response.marac.queries.asked import ASKED, TOLD, last_asked, may_ask

# In the order and under the names in which the national figures are published, so that a line is found again there.
FIELDS: dict[str, str] = {
    "cases": "Cases",
    "children": "Children",
    "repeats": "Repeats",
    "partners": "Partner-agency (non-police) referrals",
    "minoritised": "Black, Asian or racially minoritised",
    "lgbt": "LGBT+",
    "disability": "Disability",
    "male": "Male victim",
    "young": "Victims 16-17",
    "harming_young": "Aged 17 or under perpetrating",
}
# What a referral does not say is looked for in the record of whom it is about.
ASKED_OF: dict[str, str] = {
    "minoritised": "ethnicity",
    "lgbt": "sexual orientation",
    "disability": "disability",
    "male": "sex",
    "young": "birth date",
    "harming_young": "the person causing harm, or their birth date",
}


@dataclass
class Figures:
    """What is counted of one meeting, or of several: numbers by field, and in how many cases nobody knows."""

    held_on: date | None = None
    meeting_id: int | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    missing: dict[str, int] = field(default_factory=dict)
    agencies: dict[str, int] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        """Cases heard."""
        return self.numbers.get("cases", 0)

    @property
    def partners(self) -> int:
        """Referrals that did not come from the police."""
        return sum(number for kind, number in self.agencies.items() if kind != "police")

    def number(self, name: str) -> int:
        """How many of a field; of the referrals, those of the police and those of all others."""
        if name == "partners":
            return self.partners
        return self.agencies.get("police", 0) if name == "police" else self.numbers.get(name, 0)

    def share(self, name: str) -> float | None:
        """Per cent of the cases; nothing where there is none."""
        return round(100 * self.number(name) / self.cases, 1) if self.cases else None

    @property
    def lacking(self) -> dict[str, int]:
        """Fields that cannot be counted whole, with in how many cases."""
        return {name: number for name, number in self.missing.items() if number}


@dataclass(frozen=True)
class Period:
    """From a day to a day, both counted."""

    since: date
    until: date

    @property
    def key(self) -> str:
        """What stands in an address: the year and month in which it begins."""
        return f"{self.since:%Y-%m}"


@dataclass
class Return:
    """The figures of a period, meeting by meeting and together."""

    marac: Marac
    period: Period
    meetings: list[Figures]
    uncounted: int  # for who arranges: cases kept from them, which they do not count

    @cached_property
    def total(self) -> Figures:
        """All meetings together."""
        return together(self.meetings)

    @property
    def rate(self) -> float | None:
        """Cases for every 10,000 adult women, where somebody has said how many there are. Of twelve months alone."""
        if not self.marac.adult_females:
            return None
        return round(10_000 * self.total.cases / self.marac.adult_females, 1)


@dataclass(frozen=True)
class Row:
    """One line of a return: a field, its number in each meeting, all together, in how many cases nobody knows."""

    words: str
    numbers: list[int]
    total: int
    missing: int = 0


def together(meetings: Iterable[Figures]) -> Figures:
    """The figures of several meetings as one."""
    whole = Figures()
    for one in meetings:
        for into, these in (
            (whole.numbers, one.numbers),
            (whole.missing, one.missing),
            (whole.agencies, one.agencies),
        ):
            for name, number in these.items():
                into[name] = into.get(name, 0) + number
    return whole


def rows_of(meetings: list[Figures]) -> list[Row]:
    """The table of a return: a line a field, then one for each kind of agency that referred, the most first."""
    whole = together(meetings)
    rows = [
        Row(words, [one.number(name) for one in meetings], whole.number(name), whole.missing.get(name, 0))
        for name, words in FIELDS.items()
    ]
    for kind, number in sorted(whole.agencies.items(), key=lambda pair: (-pair[1], pair[0])):
        words = f"Referred by: {label('marac_agency', kind)}"
        rows.append(Row(words, [one.agencies.get(kind, 0) for one in meetings], number))
    return rows


def figures_sent(row: ReturnSent) -> list[Figures]:
    """The meetings of a return as they were sent."""
    return [
        Figures(date.fromisoformat(one["held_on"]), None, one["numbers"], one["missing"], one["agencies"])
        for one in row.figures["meetings"]
    ]


def quarter_of(day: date) -> Period:
    """The calendar quarter in which a day lies."""
    first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    after = date(first.year + (first.month == 10), (first.month + 2) % 12 + 1, 1)
    return Period(first, after - timedelta(days=1))


def quarters(count: int = 8) -> list[Period]:
    """The running quarter and those before it, newest first."""
    made = [quarter_of(timezone.localdate())]
    while len(made) < count:
        made.append(quarter_of(made[-1].since - timedelta(days=1)))
    return made


def year_from(first: date) -> Period:
    """Twelve months from the first of a month."""
    return Period(first, date(first.year + 1, first.month, 1) - timedelta(days=1))


def year_before(period: Period) -> Period:
    """The twelve months before some twelve months."""
    return year_from(date(period.since.year - 1, period.since.month, 1))


def starts_of_years(last: date, chosen: date, count: int = 60) -> list[date]:
    """The months in which twelve months may begin, newest first: those of some years, and the one that was chosen."""
    at = last.year * 12 + last.month - 1
    months = {date((at - back) // 12, (at - back) % 12 + 1, 1) for back in range(count)}
    return sorted({*months, chosen}, reverse=True)


def counted_maracs(by: Acting) -> list[Marac]:
    """The MARACs whose figures one may see: those one arranges; for an analyst all of the partnership's."""
    rows = Marac.objects.filter(kind=Marac.MARAC)
    if "analyst" not in by.roles:
        rows = rows.filter(id__in=arranged_ids(by))
    return list(rows.order_by("name"))


def arranged_ids(by: Acting) -> list[int]:
    """The MARACs that one chairs or coordinates, for the organisation that one acts for."""
    if not by.may(Permission.MARAC_ARRANGE):
        return []
    return list(
        Seat.objects.filter(
            user_id=by.worker_id,
            organisation_id=by.acts_for,
            ended_at=None,
            part__in=(Seat.CHAIR, Seat.COORDINATOR),
        ).values_list("marac_id", flat=True)
    )


def one_of(maracs: Iterable[Marac], wanted: str | None) -> Marac:
    """The MARAC that was asked for among those one may see; the first where none was. Raises Http404."""
    rows = list(maracs)
    found = next((one for one in rows if wanted and str(one.id) == wanted), None if wanted else next(iter(rows), None))
    if found is None:
        raise Http404
    return found


def return_of(*, by: Acting, marac: Marac, period: Period) -> Return:
    """The figures of a period, in two statements; what the database refuses to count is not there."""
    made: dict[int, Figures] = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM marac_figures(%s, %s, %s)", [marac.id, period.since, period.until])
        for meeting_id, held_on, name, number, missing in cursor.fetchall():
            one = made.setdefault(meeting_id, Figures(held_on, meeting_id))
            if name.startswith("agency:"):
                one.agencies[name.removeprefix("agency:")] = number
            else:
                one.numbers[name], one.missing[name] = number, missing
        cursor.execute("SELECT marac_uncounted(%s, %s, %s)", [marac.id, period.since, period.until])
        uncounted = int((cursor.fetchone() or (0,))[0] or 0)
    audit.record(
        "counted_marac", "marac", marac.id,
        detail={"since": period.since.isoformat(), "until": period.until.isoformat()},
    )  # fmt: skip
    return Return(
        marac, period, sorted(made.values(), key=lambda one: (one.held_on or date.min, one.meeting_id or 0)), uncounted
    )


@dataclass(frozen=True)
class Missing:
    """A referral that lacks something, for who can ask for it."""

    referral_id: int
    held_on: date
    lacks: list[str]
    referrer: str
    asked_on: datetime | None = None  # asked, and not answered since
    told_on: datetime | None = None  # answered, and something is still missing
    can_ask: bool = True


def missing_of(*, marac: Marac, period: Period) -> list[Missing]:
    """Which referrals lack what; those alone that whoever asks arranges and sees."""
    lacks: dict[tuple[date, int], list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT held_on, referral_id, field FROM marac_missing(%s, %s, %s)", [marac.id, period.since, period.until]
        )
        for held_on, referral_id, name in cursor.fetchall():
            lacks[held_on, referral_id].append(ASKED_OF[name])
    ids = [key[1] for key in lacks]
    who = dict(Referral.objects.filter(id__in=ids).values_list("id", "organisation__name"))
    last = last_asked(ids)
    found = []
    for (held_on, pk), names in sorted(lacks.items()):
        one = last.get(pk)
        found.append(
            Missing(
                pk, held_on, names, who.get(pk, ""), one.at if one and one.status == ASKED else None,
                one.at if one and one.status == TOLD else None, may_ask(one),
            )
        )  # fmt: skip
    return found


def unheld(marac: Marac, period: Period) -> int:
    """Meetings of a period that are not over yet, or whose minutes are not out: a return before them is early."""
    return (
        Meeting.objects.filter(marac=marac, begins_at__date__range=(period.since, period.until))
        .exclude(status__in=(Meeting.MINUTED, Meeting.CANCELLED))
        .count()
    )


def sent_before(marac: Marac) -> list[ReturnSent]:
    """The returns that were sent, newest first."""
    return list(ReturnSent.objects.filter(marac=marac).order_by("-quarter_from", "-sent_at")[:20])


def as_cells(meetings: list[Figures]) -> list[list[str]]:
    """The table of a return for a spreadsheet: as it stands on the page, a line a field and a column a meeting."""
    days = [one.held_on.isoformat() if one.held_on else "" for one in meetings]
    head = ["Field", *days, "All", "Not known"]
    return [
        head,
        *(
            [row.words, *map(str, row.numbers), str(row.total), str(row.missing or "")]
            for row in rows_of(meetings)
        ),
    ]  # fmt: skip


def safe_cell(words: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{words}" if words[:1] in ("=", "+", "-", "@", "\t", "\r") else words


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    """Rows as a spreadsheet reads them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([safe_cell(cell) for cell in row])
    return out.getvalue()
