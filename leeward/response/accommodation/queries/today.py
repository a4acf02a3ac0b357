"""What safe places ask of somebody today, in one statement: Today has many other things to ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.response.accommodation.queries.after import BIRTHDAY_AHEAD
from leeward.response.accommodation.queries.after_today import AFTER, RESETTLED_EVERY
from leeward.response.accommodation.queries.movers import SWAPS_TODAY, SwapToday, swap_values, swaps_of
from leeward.response.accommodation.queries.places import STALE

MOST = 200
LISTED = 1000  # of each kind, for a list of them: more than any organisation has under way at once

# What the statement is told, and of which type. It reads them from `told` and so is planned once and kept: given as
# they come, PostgreSQL plans it anew each time for what it guesses from them, which takes longer than running it.
_TOLD = {
    "organisation": "bigint", "me": "bigint", "everyone": "boolean", "today": "date", "now": "timestamptz",
    "stale": "timestamptz", "since": "date", "ahead": "date", "quiet": "timestamptz", "while_ago": "timestamptz",
    "most": "int", "manages": "boolean", "coordinates": "boolean",
}  # fmt: skip


def _planned_once(statement: str) -> str:
    """The statement with what it is told read from `told`."""
    for name in _TOLD:
        statement = statement.replace(f"%({name})s", f"(SELECT {name} FROM told)")
    values = ", ".join(f"%({name})s::{kind} AS {name}" for name, kind in _TOLD.items())
    return f"WITH told AS MATERIALIZED (SELECT {values}), {statement}"


# Whatever row policies hide is not counted. A provider's own asks name nobody; who looks sees whom they look for, whose
# name is read with all the other names of the page. Each part has one line for a household, a stay or a home, as the
# list that it leads to has. What several parts ask of the same rows is read once. Whose cases they are is asked as a
# list of numbers: PostgreSQL may ask that before the row policies, which then judge the few.
_ALL = _planned_once(f"""
led AS MATERIALIZED (
  SELECT s.case_id FROM cases_casesight s
   WHERE s.lead_worker_id = %(me)s AND s.organisation_id = %(organisation)s AND s.status IN ('open', 'closing')
), looked AS MATERIALIZED (
  SELECT n.id, n.case_id, n.person_id, n.opened_at, n.status FROM accommodation_need n
   WHERE n.organisation_id = %(organisation)s AND n.status IN ('open', 'placed')
     AND (%(everyone)s OR n.opened_by_id = %(me)s OR n.case_id = ANY (ARRAY(SELECT case_id FROM led)))
), next AS MATERIALIZED (
  SELECT k.id, k.need_id, k.look_again_on, n.person_id FROM looked n JOIN accommodation_nextstep k ON k.need_id = n.id
   WHERE n.status = 'open' AND k.ended_at IS NULL
)
SELECT jsonb_build_object(
  'asked', (SELECT jsonb_agg(x) FROM (
    SELECT a.id, s.label, t.name AS site, a.status_at AS at, (a.sheet ->> 'tonight')::boolean AS tonight
      FROM (SELECT * FROM accommodation_ask  -- these first: few, against every space of the partnership
             WHERE organisation_id = %(organisation)s AND status = 'asked' OFFSET 0) a
      JOIN accommodation_space s ON s.id = a.space_id JOIN accommodation_site t ON t.id = s.site_id
     ORDER BY tonight DESC, a.status_at LIMIT %(most)s) x),
  'held', (SELECT jsonb_agg(x) FROM (
    SELECT a.* FROM (
      SELECT DISTINCT ON (a.need_id) a.id, a.person_id, a.need_id AS of, a.status, a.hold_until AS at
        FROM accommodation_ask a
       WHERE a.asked_organisation_id = %(organisation)s
         AND (a.status = 'offered' OR (a.status = 'talking' AND a.share_id IS NULL))
         AND (%(everyone)s OR a.asked_by_id = %(me)s OR a.need_id = ANY (ARRAY(SELECT id FROM looked)))
       ORDER BY a.need_id, a.hold_until NULLS LAST, a.id) a
     ORDER BY a.at NULLS LAST, a.id LIMIT %(most)s) x),
  'steps', (SELECT jsonb_agg(x) FROM (
    SELECT k.* FROM (
      SELECT DISTINCT ON (k.need_id) k.id, k.person_id, k.need_id AS of, k.look_again_on AS day FROM next k
       WHERE k.look_again_on <= %(today)s ORDER BY k.need_id, k.look_again_on, k.id) k
     ORDER BY k.day, k.id LIMIT %(most)s) x),
  'alone', (SELECT jsonb_agg(x) FROM (
    SELECT n.case_id AS id, n.person_id, n.id AS of, n.opened_at AS at FROM looked n
     WHERE n.status = 'open' AND NOT EXISTS (SELECT FROM next k WHERE k.need_id = n.id)
       AND NOT EXISTS (SELECT FROM accommodation_ask a  -- whoever asks for them: another organisation may look, too
                        WHERE a.need_id = n.id AND a.status IN ('asked', 'talking', 'offered'))
     ORDER BY n.opened_at LIMIT %(most)s) x),
  'late', (SELECT jsonb_agg(x) FROM (
    SELECT y.id, y.person_id, y.expected_at AS at FROM accommodation_stay y
     WHERE y.organisation_id = %(organisation)s AND y.status = 'expected' AND y.expected_at < %(now)s
     ORDER BY y.expected_at LIMIT %(most)s) x),
  'suggested', (SELECT jsonb_agg(x) FROM (
    SELECT n.case_id AS id, n.person_id, n.id AS of, min(g.at) AS at
      FROM accommodation_suggestion g JOIN looked n ON n.id = g.need_id
     WHERE g.status = 'open' AND n.status = 'open'
     GROUP BY n.case_id, n.person_id, n.id ORDER BY min(g.at) LIMIT %(most)s) x),
  'stale', (SELECT jsonb_agg(x) FROM (
    SELECT t.id, t.name, t.said_at AS at FROM accommodation_site t
     WHERE t.organisation_id = %(organisation)s AND t.closed_on IS NULL AND (t.said_at IS NULL OR t.said_at < %(stale)s)
       AND EXISTS (SELECT FROM accommodation_space s WHERE s.site_id = t.id AND s.closed_on IS NULL)
     ORDER BY t.said_at NULLS FIRST LIMIT %(most)s) x),
{AFTER},
  'swaps', (SELECT jsonb_agg(jsonb_build_array(x.kind, x.id, x.due, x.status, x.called)) FROM ({SWAPS_TODAY}) x)
)
""")


@dataclass(frozen=True)
class Line:
    """One thing: the number of what it is about, its words or whose name they are, and since or until when.

    `of`: the search for a place, or the home made safe, that a list of those knows it by.
    """

    id: int
    words: str = ""
    person_id: int | None = None
    at: datetime | None = None
    urgent: bool = False
    of: int | None = None


@dataclass(frozen=True)
class PlacesToday:
    """What waits: asks of us, holds and talks of mine, steps, households nobody does anything for, arrivals, sites."""

    asked: list[Line]
    held: list[Line]
    steps: list[Line]
    alone: list[Line]
    late: list[Line]
    stale: list[Line]
    suggested: list[Line]  # what a placement coordinator put to who looks
    overstay: list[Line]  # the licence has ended, and they are still there
    birthdays: list[Line]  # a son will soon be older than the house takes
    resettle: list[Line]  # support after they left: a word is due, or its end
    home: list[Line]  # went home, and nobody was asked to make it safe
    closing: list[Line]  # live where nobody new is taken, and no next place is looked for
    away: list[Line]  # away, and nobody knows until when
    twice: list[Line]  # the same human being may be looked for under another name
    reviews: list[Line]  # a home that was made safe is to be asked after
    swaps: SwapToday


OF_PEOPLE = (
    "held", "steps", "alone", "late", "suggested", "overstay", "birthdays", "resettle", "home", "closing", "away",
    "twice", "reviews",
)  # fmt: skip


def places_today(*, by: Acting, everyone: bool | None = None, most: int = MOST) -> PlacesToday:
    """Everything that safe places ask of whoever acts, of each kind at most `most` and one more. One statement.

    Of the households that their organisation looks for these are their own: whose case they lead, or whom they began to
    look for. For who gives cases to workers it is everybody, as it is with `everyone`.
    """
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _ALL,
            {
                "organisation": by.acts_for,
                "me": by.user_id,
                "everyone": by.may(Permission.ALLOCATE) if everyone is None else everyone,
                "today": timezone.localdate(now),
                "now": now,
                "stale": now - STALE,
                "since": timezone.localdate(now) - timedelta(days=14),
                "ahead": timezone.localdate(now) + BIRTHDAY_AHEAD,
                "quiet": now - RESETTLED_EVERY,
                "while_ago": now - timedelta(days=90),
                "most": most + 1,
                **swap_values(by),
            },
        )
        found = cursor.fetchone()[0]
    rows: dict[str, list[Any]] = json.loads(found) if isinstance(found, str) else found

    of_people = {
        key: [
            Line(
                row["id"],
                person_id=row["person_id"],
                at=_moment(row.get("at")) or _noon(row.get("day")),
                urgent=row.get("status") == "offered" or bool(row.get("tonight")),
                of=row.get("of"),
            )
            for row in rows[key] or []
        ]
        for key in OF_PEOPLE
    }
    return PlacesToday(
        asked=[
            Line(row["id"], f"{row['label']}, {row['site']}", at=_moment(row["at"]), urgent=row["tonight"])
            for row in rows["asked"] or []
        ],
        stale=[Line(row["id"], row["name"], at=_moment(row["at"])) for row in rows["stale"] or []],
        swaps=swaps_of([*row[:2], row[2] and date.fromisoformat(row[2]), *row[3:]] for row in rows["swaps"] or []),
        **of_people,
    )


def _noon(text: str | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(date.fromisoformat(text), time(12))) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
