"""Users who have the name of somebody who is said to cause harm, for the data protection lead."""

from __future__ import annotations

from dataclasses import dataclass

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, User
from leeward.response.front_door.models import SameName

PAGE = 50


@dataclass(frozen=True)
class SameNameLine:
    """A user, where they work, and the number of the record. Nothing of whom is helped."""

    row: SameName
    user: User
    places: str


@dataclass(frozen=True)
class SameNames:
    """What waits to be looked at, the oldest first."""

    lines: list[SameNameLine]
    has_more: bool


def same_names(*, by: Acting) -> SameNames:
    """Lines that nobody has looked at: two statements, and that they were read."""
    rows = list(SameName.objects.filter(looked_at=None).select_related("user").order_by("found_at", "id")[: PAGE + 1])
    shown = rows[:PAGE]
    places: dict[int, list[str]] = {}
    members = Membership.objects.filter(user_id__in=[row.user_id for row in shown], is_active=True)
    for user_id, name in members.order_by("organisation__name").values_list("user_id", "organisation__name"):
        places.setdefault(user_id, []).append(name)
    audit.record("listed_same_names", "same_name", listed=[row.id for row in shown], detail={"by": by.kind})
    return SameNames(
        [SameNameLine(row, row.user, ", ".join(places.get(row.user_id, []))) for row in shown], len(rows) > PAGE
    )


def how_many_same_names() -> int:
    """How many wait to be looked at."""
    return SameName.objects.filter(looked_at=None).count()
