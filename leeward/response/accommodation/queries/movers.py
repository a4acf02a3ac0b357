"""A case's place in the reciprocal, for who works with it; and what the scheme asks of somebody today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.http import Http404

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.record.cases.models import Case
from leeward.record.cases.queries.case import CaseFrame
from leeward.response.accommodation.models import Landlord, MovePart, Mover, Need, NeedArea
from leeward.response.accommodation.queries.geography import blocked_by, centroids
from leeward.response.accommodation.queries.needs import known_household
from leeward.response.accommodation.queries.reciprocal import our_landlord
from leeward.response.accommodation.rules.reciprocal import access_words


def danger_of(case: Case) -> frozenset[str]:
    """Areas that the search for a place of this case keeps away from, with their miles."""
    areas = NeedArea.objects.filter(case=case, kind=NeedArea.DANGER, ended_at=None).exclude(need__status=Need.ENDED)
    return frozenset(blocked_by(centroids(case.partnership_id), list(areas)))


def known_of(frame: CaseFrame) -> dict[str, Any]:
    """What the form begins with, from what is known of the person and her search for a place."""
    people = len(known_household(frame).members)
    return {
        "from_area": frame.person.area_code,
        "people": people,
        "bedrooms": min(max(people, 1), 4),
        "away_areas": sorted(danger_of(frame.case)),
    }


@dataclass(frozen=True)
class Offered:
    """What is proposed or offered to a household, for who works with its case."""

    id: int
    status: str
    words: str
    answer_due: date | None
    moved_on: date | None
    landlord: str
    area_code: str
    home: str
    ready_on: date | None


@dataclass(frozen=True)
class MoverPage:
    """A case's place in the scheme: the newest registration, what is offered, earlier ones."""

    mover: Mover | None
    offers: list[Offered]
    earlier: list[Mover]
    landlord: Landlord | None  # of whoever acts
    may_change: bool
    danger_named: list[str]


def offers_of(mover: Mover) -> list[Offered]:
    """What was proposed to a household, newest first. Before it binds neither whose home it is, nor where."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, status, words, answer_due, moved_on, landlord, area_code, bedrooms, step_free, wheelchair,"
            " ready_on FROM accommodation_swap_offer(%s)",
            [mover.id],
        )
        rows = cursor.fetchall()
    return [
        Offered(
            id=row[0], status=row[1], words=row[2], answer_due=row[3], moved_on=row[4], landlord=row[5] or "",
            area_code=row[6] or "", home=_home_words(row[7], row[8], row[9]), ready_on=row[10],
        )
        for row in rows
    ]  # fmt: skip


def _home_words(bedrooms: int | None, step_free: bool, wheelchair: bool) -> str:
    if bedrooms is None:
        return ""
    rooms = "1 bedroom" if bedrooms == 1 else f"{bedrooms} bedrooms"
    return rooms + access_words({"step_free": step_free, "wheelchair": wheelchair})


def mover_page(by: Acting, case: Case, danger: frozenset[str]) -> MoverPage:
    """The registration of a case that stands, or the newest. Logged as read. `danger`: areas to keep away from."""
    rows = list(
        Mover.objects.filter(case=case).select_related("landlord__organisation").order_by("-registered_on", "-id")
    )
    rows.sort(key=lambda one: one.status not in (*Mover.STANDS, Mover.REFUSED))
    mover = rows[0] if rows else None
    audit.record("read_mover", "case", case.id, person=case.person_id)
    return MoverPage(
        mover,
        offers_of(mover) if mover else [],
        rows[1:],
        our_landlord(by),
        mover is not None
        and mover.organisation_id == by.organisation_id
        and mover.status in (Mover.REGISTERED, Mover.PROPOSED),
        sorted(danger & set(mover.areas)) if mover and mover.status in Mover.STANDS else [],
    )


def find_mover(mover_id: int) -> Mover:
    """A registered household whose case the reader works with. Raises Http404 else."""
    found = Mover.objects.select_related("case").filter(id=mover_id).first()
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True)
class SwapToday:
    """What the scheme asks of somebody: parts to agree to, offers to answer, moves to confirm, runs to look at."""

    parts: list[tuple[int, str, date]]
    offers: list[tuple[int, str, str, date | None]]  # case, called, status, due
    runs: list[tuple[int, str]]


# kind, number, due, status, called
SWAPS_TODAY = """
SELECT 'part' AS kind, p.id, p.due_on AS due, p.side AS status, NULL AS called FROM accommodation_movepart p
 WHERE p.organisation_id = %(organisation)s AND p.status = 'asked' AND %(manages)s
UNION ALL
SELECT 'offer', v.case_id, o.answer_due, o.status, n.called FROM accommodation_mover v
  CROSS JOIN LATERAL accommodation_swap_offer(v.id) o JOIN people_person n ON n.id = v.person_id
 WHERE v.organisation_id = %(organisation)s AND v.status = 'offered' AND o.status IN ('bound', 'accepted')
UNION ALL
SELECT 'run', r.id, NULL, r.status, NULL FROM accommodation_run r
 WHERE %(coordinates)s AND r.at > now() - interval '14 days' AND (r.status = 'failed' OR EXISTS (
   SELECT FROM accommodation_proposedmove m WHERE m.run_id = r.id AND m.status = 'proposed'))
ORDER BY 1, 3 NULLS LAST LIMIT 201
"""


def swap_values(by: Acting) -> dict[str, Any]:
    """What SWAPS_TODAY asks of whoever acts."""
    return {
        "organisation": by.organisation_id,
        "manages": by.may(Permission.PLACES),
        "coordinates": by.may(Permission.PLACEMENT),
    }


def swap_today(*, by: Acting) -> SwapToday:
    """What the scheme asks of whoever acts today. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(SWAPS_TODAY, swap_values(by))
        return swaps_of(cursor.fetchall())


def swaps_of(rows: Iterable[Sequence[Any]]) -> SwapToday:
    """The rows of SWAPS_TODAY in words."""
    found = list(rows)
    return SwapToday(
        [
            (
                row[1],
                "A home of yours is asked for" if row[3] == MovePart.GIVES else "A household of yours could be housed",
                row[2],
            )
            for row in found
            if row[0] == "part"
        ],
        [(row[1], row[4] or "Name not known", row[3], row[2]) for row in found if row[0] == "offer"],
        [(row[1], row[3]) for row in found if row[0] == "run"],
    )
