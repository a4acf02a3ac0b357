"""What safe places ask of somebody today, in one statement: Today has many other things to ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.response.accommodation.queries.after import BIRTHDAY_AHEAD
from leeward.response.accommodation.queries.after_today import AFTER, RESETTLED_EVERY
from leeward.response.accommodation.queries.movers import SWAPS_TODAY, SwapToday, swap_values, swaps_of
from leeward.response.accommodation.queries.places import STALE

MOST = 200

# Whatever row policies hide is not counted. A provider's own asks name nobody; who looks sees whom they look for.
_ALL = f"""
SELECT jsonb_build_object(
  'asked', (SELECT jsonb_agg(x) FROM (
    SELECT a.id, s.label, t.name AS site, a.status_at AS at, (a.sheet ->> 'tonight')::boolean AS tonight
      FROM accommodation_ask a JOIN accommodation_space s ON s.id = a.space_id
      JOIN accommodation_site t ON t.id = s.site_id
     WHERE a.organisation_id = %(organisation)s AND a.status = 'asked'
     ORDER BY tonight DESC, a.status_at LIMIT %(most)s) x),
  'held', (SELECT jsonb_agg(x) FROM (
    SELECT a.id, p.called, a.status, a.hold_until AS at
      FROM accommodation_ask a JOIN people_person p ON p.id = a.person_id
     WHERE a.asked_organisation_id = %(organisation)s
       AND (a.status = 'offered' OR (a.status = 'talking' AND a.share_id IS NULL))
     ORDER BY a.hold_until NULLS LAST, a.id LIMIT %(most)s) x),
  'steps', (SELECT jsonb_agg(x) FROM (
    SELECT k.id, p.called, k.look_again_on AS day FROM accommodation_nextstep k
      JOIN accommodation_need n ON n.id = k.need_id JOIN people_person p ON p.id = n.person_id
     WHERE n.organisation_id = %(organisation)s AND n.status = 'open' AND k.ended_at IS NULL
       AND k.look_again_on <= %(today)s ORDER BY k.look_again_on, k.id LIMIT %(most)s) x),
  'alone', (SELECT jsonb_agg(x) FROM (
    SELECT n.case_id, p.called, n.opened_at AS at FROM accommodation_need n JOIN people_person p ON p.id = n.person_id
     WHERE n.organisation_id = %(organisation)s AND n.status = 'open'
       AND NOT EXISTS (SELECT FROM accommodation_ask a
                        WHERE a.need_id = n.id AND a.status IN ('asked', 'talking', 'offered'))
       AND NOT EXISTS (SELECT FROM accommodation_nextstep k WHERE k.need_id = n.id AND k.ended_at IS NULL)
     ORDER BY n.opened_at LIMIT %(most)s) x),
  'late', (SELECT jsonb_agg(x) FROM (
    SELECT y.id, p.called, y.expected_at AS at FROM accommodation_stay y JOIN people_person p ON p.id = y.person_id
     WHERE y.organisation_id = %(organisation)s AND y.status = 'expected' AND y.expected_at < %(now)s
     ORDER BY y.expected_at LIMIT %(most)s) x),
  'suggested', (SELECT jsonb_agg(x) FROM (
    SELECT n.case_id, p.called, g.at FROM accommodation_suggestion g
      JOIN accommodation_need n ON n.id = g.need_id JOIN people_person p ON p.id = n.person_id
     WHERE g.status = 'open' AND n.status = 'open' AND n.organisation_id = %(organisation)s
     ORDER BY g.at LIMIT %(most)s) x),
  'stale', (SELECT jsonb_agg(x) FROM (
    SELECT t.id, t.name, t.said_at AS at FROM accommodation_site t
     WHERE t.organisation_id = %(organisation)s AND t.closed_on IS NULL AND (t.said_at IS NULL OR t.said_at < %(stale)s)
       AND EXISTS (SELECT FROM accommodation_space s WHERE s.site_id = t.id AND s.closed_on IS NULL)
     ORDER BY t.said_at NULLS FIRST LIMIT %(most)s) x),
{AFTER},
  'swaps', (SELECT jsonb_agg(jsonb_build_array(x.kind, x.id, x.due, x.status, x.called)) FROM ({SWAPS_TODAY}) x)
)
"""


@dataclass(frozen=True)
class Line:
    """One thing: the number of what it is about, its words, and since or until when."""

    id: int
    words: str
    at: datetime | None = None
    urgent: bool = False


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


NAMED = (
    "held", "steps", "late", "overstay", "birthdays", "resettle", "home", "closing", "away", "twice", "reviews",
)  # fmt: skip


def places_today(*, by: Acting) -> PlacesToday:
    """Everything that safe places ask of whoever acts. One statement."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            _ALL,
            {
                "organisation": by.acts_for,
                "user": by.worker_id,
                "today": timezone.localdate(now),
                "now": now,
                "stale": now - STALE,
                "since": timezone.localdate(now) - timedelta(days=14),
                "ahead": timezone.localdate(now) + BIRTHDAY_AHEAD,
                "quiet": now - RESETTLED_EVERY,
                "while_ago": now - timedelta(days=90),
                "most": MOST + 1,
                **swap_values(by),
            },
        )
        found = cursor.fetchone()[0]
    rows: dict[str, list[Any]] = json.loads(found) if isinstance(found, str) else found

    def lines(key: str, number: str = "id", words: str = "called") -> list[Line]:
        return [
            Line(
                row[number],
                row[words],
                _moment(row.get("at")) or _noon(row.get("day")),
                row.get("status") == "offered" or bool(row.get("tonight")),
            )
            for row in rows[key] or []
        ]

    asked = [
        Line(row["id"], f"{row['label']}, {row['site']}", _moment(row["at"]), row["tonight"])
        for row in rows["asked"] or []
    ]
    named = {key: lines(key) for key in NAMED}
    return PlacesToday(
        asked=asked,
        alone=lines("alone", "case_id"),
        stale=lines("stale", words="name"),
        suggested=lines("suggested", "case_id"),
        swaps=swaps_of([*row[:2], row[2] and date.fromisoformat(row[2]), *row[3:]] for row in rows["swaps"] or []),
        **named,
    )


def _noon(text: str | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(date.fromisoformat(text), time(12))) if text else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
