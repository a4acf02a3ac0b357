"""What the MARAC asks of somebody today, in one statement: Today has many other things to ask for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from leeward.platform.access.acting import Acting

MOST = 200
LATELY = timedelta(days=14)  # minutes of a meeting to which one brought a case are shown so long
NO_LONGER = timedelta(days=200)  # what a return lacks and is older than this went into it long ago


@dataclass(frozen=True)
class Returned:
    """A referral that came back because something is missing."""

    referral_id: int
    person: str
    missing: str


@dataclass(frozen=True)
class AskedFor:
    """A referral of one's own of which the return lacks something."""

    referral_id: int
    person: str
    words: str


@dataclass(frozen=True)
class Due:
    """An action of one's agency, or of one's own."""

    action_id: int
    item_id: int
    words: str
    due_on: date


@dataclass(frozen=True)
class ToReturn:
    """Research that one's agency has to return for a meeting."""

    meeting_id: int
    marac: str
    due_at: datetime
    begins_at: datetime
    items: int


@dataclass(frozen=True)
class Led:
    """A MARAC that one arranges, and what waits there."""

    marac_id: int
    marac: str
    research_for: int | None  # the meeting for which research is out
    waiting: int
    not_returned: int
    overdue: int


@dataclass(frozen=True)
class Soon:
    """A meeting that is on, or comes soon; or one to which somebody without a seat brings a case."""

    meeting_id: int
    marac: str
    begins_at: datetime
    status: str


@dataclass(frozen=True)
class AskedToday:
    """Everything that the MARAC asks of somebody."""

    returned: list[Returned]
    actions: list[Due]
    research: list[ToReturn]
    led: list[Led]
    meetings: list[Soon]
    brought: list[Soon]
    asked: list[AskedFor]


# Whatever row policies hide is not counted: these are the reader's own rows.
_ALL = """
SELECT jsonb_build_object(
  'returned', (SELECT jsonb_agg(x) FROM (
    SELECT r.id, p.called, r.status_words FROM marac_referral r JOIN people_person p ON p.id = r.person_id
     WHERE r.organisation_id = %(organisation)s AND r.status = 'returned'
     ORDER BY r.referrer_id <> %(user)s, r.status_at LIMIT %(most)s) x),
  'asked', (SELECT jsonb_agg(x) FROM (
    SELECT r.id, p.called, c.words FROM marac_referral r JOIN people_person p ON p.id = r.person_id
      CROSS JOIN LATERAL (SELECT h.status, h.words FROM marac_referralchange h
                           WHERE h.referral_id = r.id AND h.status IN ('asked', 'told') ORDER BY h.id DESC LIMIT 1) c
     WHERE r.referrer_id = %(user)s AND r.organisation_id = %(organisation)s AND r.status = 'heard'
       AND r.status_at > %(no_longer)s AND c.status = 'asked'
     ORDER BY r.id LIMIT %(most)s) x),
  'actions', (SELECT jsonb_agg(x) FROM (
    SELECT a.id, a.item_id, a.words, a.due_on FROM marac_maracaction a
     WHERE a.organisation_id = %(organisation)s AND a.status = 'open' AND a.due_on <= %(until)s
       AND (a.owner_id = %(user)s OR (a.owner_id IS NULL AND %(sits)s))
     ORDER BY a.due_on, a.id LIMIT %(most)s) x),
  'research', (SELECT jsonb_agg(x) FROM (
    SELECT m.id, mm.name, m.research_due_at AS due, m.begins_at, d.n
      FROM (SELECT u.meeting_id, count(*) AS n
              FROM marac_research_due() u JOIN marac_research r ON r.id = u.research_id GROUP BY u.meeting_id) d
      JOIN marac_meeting m ON m.id = d.meeting_id JOIN marac_marac mm ON mm.id = m.marac_id
     ORDER BY m.research_due_at, m.id) x),
  'led', (SELECT jsonb_agg(x) FROM (
    SELECT mm.id, mm.name,
           (SELECT m.id FROM marac_meeting m WHERE m.marac_id = mm.id AND m.status = 'circulated'
             ORDER BY m.begins_at LIMIT 1) AS research_for,
           (SELECT count(*) FROM marac_referral f WHERE f.marac_id = mm.id AND f.status = 'sent') AS waiting,
           (SELECT count(*) FROM marac_meeting m JOIN marac_item i ON i.meeting_id = m.id
              JOIN marac_research r ON r.item_id = i.id
             WHERE m.marac_id = mm.id AND m.status = 'circulated' AND i.status = 'listed' AND r.returned_at IS NULL)
             AS not_returned,
           coalesce(o.overdue, 0) AS overdue
      FROM marac_marac mm
      LEFT JOIN (SELECT u.marac_id, count(*) AS overdue
                   FROM marac_overdue(%(today)s) u JOIN marac_maracaction a ON a.id = u.action_id
                   JOIN marac_item i ON i.id = u.item_id GROUP BY u.marac_id) o ON o.marac_id = mm.id
     WHERE mm.id = ANY ((SELECT marac_arranges())::bigint[]) AND mm.is_active
     ORDER BY mm.name) x),
  'meetings', (SELECT jsonb_agg(x) FROM (
    SELECT m.id, mm.name, m.begins_at, m.status FROM marac_meeting m JOIN marac_marac mm ON mm.id = m.marac_id
     WHERE m.marac_id = ANY ((SELECT marac_seats())::bigint[]) AND mm.is_active
       AND (m.status = 'open' OR (m.status IN ('planned', 'circulated') AND m.begins_at <= %(meets)s))
     ORDER BY m.begins_at LIMIT %(most)s) x),
  'brought', (SELECT jsonb_agg(x) FROM (
    SELECT DISTINCT m.id, mm.name, m.begins_at, m.status
      FROM marac_item i JOIN marac_meeting m ON m.id = i.meeting_id JOIN marac_marac mm ON mm.id = m.marac_id
     WHERE i.brought_by_id = %(user)s AND i.brought_for_id = %(organisation)s
       AND m.marac_id <> ALL ((SELECT marac_seats())::bigint[])
       AND ((m.status IN ('circulated', 'open') AND i.status = 'listed')
            OR (m.status = 'minuted' AND i.status = 'heard' AND m.minutes_out_at > %(lately)s))
     ORDER BY m.begins_at LIMIT %(most)s) x))
"""


def asked_today(*, by: Acting, until: date, sits: bool) -> AskedToday:
    """What waits for whoever acts up to a day; `sits`: their role has a place at a table. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ALL,
            {
                "organisation": by.acts_for, "user": by.worker_id, "until": until, "today": timezone.localdate(),
                "meets": timezone.make_aware(datetime.combine(until, datetime.max.time())), "most": MOST, "sits": sits,
                "lately": timezone.now() - LATELY, "no_longer": timezone.now() - NO_LONGER,
            },
        )  # fmt: skip
        (found,) = cursor.fetchone()
    rows: dict[str, list[dict[str, Any]] | None] = json.loads(found) if isinstance(found, str) else found
    return AskedToday(
        [Returned(row["id"], row["called"] or "Name not known", row["status_words"]) for row in rows["returned"] or []],
        [
            Due(row["id"], row["item_id"], row["words"], date.fromisoformat(row["due_on"]))
            for row in rows["actions"] or []
        ],
        [
            ToReturn(
                row["id"], row["name"], datetime.fromisoformat(row["due"]), datetime.fromisoformat(row["begins_at"]),
                row["n"],
            )
            for row in rows["research"] or []
        ],
        [
            Led(row["id"], row["name"], row["research_for"], row["waiting"], row["not_returned"], row["overdue"])
            for row in rows["led"] or []
        ],
        [_soon(row) for row in rows["meetings"] or []],
        [_soon(row) for row in rows["brought"] or []],
        [AskedFor(row["id"], row["called"] or "Name not known", row["words"]) for row in rows["asked"] or []],
    )  # fmt: skip


def _soon(row: dict[str, Any]) -> Soon:
    return Soon(row["id"], row["name"], datetime.fromisoformat(row["begins_at"]), row["status"])
