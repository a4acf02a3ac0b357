"""How the spaces of a site were used: who knows a house sees how full it was, why not, and how long it stood between.

Nights are counted at midnight of London, as in the measures of the partnership (measures.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median

from django.utils import timezone

from leeward.platform.access import audit
from leeward.response.accommodation.models import Occupancy, Site, Space, Stay

LISTED = 300  # periods shown


@dataclass(frozen=True)
class Used:
    """What a space was used for in so many nights. `voids`: nights out of use, by reason."""

    space: Space
    nights: int
    lived: int = 0
    promised: int = 0
    turnaround: int = 0
    voids: dict[str, int] = field(default_factory=dict)
    between: int | None = None  # days from one household to the next, the middle one; None: no two in these days

    @property
    def free(self) -> int:
        """Nights that nothing took."""
        return max(self.nights - self.lived - self.promised - self.turnaround - sum(self.voids.values()), 0)

    @property
    def share(self) -> int | None:
        """Nights lived in, in the hundred of all; None where there were none."""
        return round(100 * self.lived / self.nights) if self.nights else None


@dataclass(frozen=True)
class History:
    """A site's spaces, each with how it was used, and the periods behind it, the newest first."""

    spaces: list[Used]
    periods: list[Occupancy]
    more: int


def history_of(site: Site, *, days: int) -> History:
    """The last days of a site. Logged as listed. Three statements."""
    now = timezone.now()
    until = timezone.localdate(now)
    since = until - timedelta(days=days)
    rows = Occupancy.objects.filter(
        space__site=site, during__isempty=False, during__overlap=(now - timedelta(days=days), now)
    ).select_related("space")
    taken: dict[int, list[Occupancy]] = defaultdict(list)
    for row in rows.order_by("during"):
        taken[row.space_id].append(row)
    shown = sorted((row for some in taken.values() for row in some), key=lambda row: row.during.lower, reverse=True)
    stays = {one.id: one for one in Stay.objects.filter(id__in=[row.stay_id for row in shown if row.stay_id])}
    audit.record("listed_history", "site", site.id, listed=sorted(stays))
    return History(
        [
            _used(space, [(row, stays.get(row.stay_id or 0)) for row in taken[space.id]], since, until)
            for space in Space.objects.filter(site=site).select_related("site").order_by("position", "id")
            if taken[space.id] or space.closed_on is None or space.closed_on > since
        ],
        shown[:LISTED],
        max(len(shown) - LISTED, 0),
    )


def _used(space: Space, rows: Sequence[tuple[Occupancy, Stay | None]], since: date, until: date) -> Used:
    opened = min([space.opened_on, *(timezone.localdate(row.during.lower) for row, _ in rows)])
    closed = [day for day in (space.closed_on, space.site.closed_on) if day]
    begins, ends = max(since, opened), min([until, *closed])

    def nights(first: datetime, last: datetime | None) -> int:
        until_day = min(timezone.localdate(last), ends) if last else ends
        return max((until_day - max(timezone.localdate(first), begins)).days, 0)

    number: dict[str, int] = defaultdict(int)
    voids: dict[str, int] = defaultdict(int)
    lived: list[tuple[datetime, datetime | None]] = []
    for row, stay in rows:
        first, last = row.during.lower, row.during.upper
        if row.kind == Occupancy.VOID:
            voids[row.reason] += nights(first, last)
        elif row.kind != Occupancy.STAY:
            number[row.kind] += nights(first, last)
        elif stay is None or stay.arrived_at is None:  # promised, and not there; or whose stay the reader does not see
            number[Occupancy.HOLD if stay else Occupancy.STAY] += nights(first, last)
        else:
            there = max(first, stay.arrived_at)
            left = min((one for one in (last, stay.left_at) if one), default=None)
            number[Occupancy.HOLD] += nights(first, there)
            number[Occupancy.STAY] += nights(there, left)
            lived.append((there, left))
    gaps = [
        (timezone.localdate(after[0]) - timezone.localdate(before[1])).days
        for before, after in pairwise(lived)
        if before[1]
    ]
    return Used(
        space,
        max((ends - begins).days, 0),
        number[Occupancy.STAY],
        number[Occupancy.HOLD],
        number[Occupancy.TURNAROUND],
        {reason: count for reason, count in voids.items() if count},
        round(median(gaps)) if gaps else None,
    )
