"""The first page of the room: what needs whoever opens it, at each MARAC where they sit. Today asks the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.response.marac.models import Marac, Meeting
from leeward.response.marac.queries.actions import SOON
from leeward.response.marac.queries.table import is_arranger, my_parts
from leeward.response.marac.queries.today import AskedToday, Led, asked_today

LIVE = (Meeting.PLANNED, Meeting.CIRCULATED, Meeting.OPEN, Meeting.HELD)
SHOWN = 4


@dataclass
class At:
    """One MARAC as its reader meets it."""

    marac: Marac
    arranges: bool
    led: Led | None
    meetings: list[Meeting] = field(default_factory=list)


@dataclass
class Home:
    """What needs somebody in this room."""

    tables: list[At]
    asked: AskedToday

    @property
    def arranges(self) -> list[At]:
        """The MARACs that they chair or coordinate."""
        return [one for one in self.tables if one.arranges]


def home_of(by: Acting) -> Home:
    """What needs whoever acts: a constant number of statements."""
    parts = my_parts(by)
    asked = asked_today(by=by, until=timezone.localdate() + SOON, sits=by.may(Permission.MARAC))
    led = {one.marac_id: one for one in asked.led}
    tables = {
        marac.id: At(marac, is_arranger(by, parts[marac.id]), led.get(marac.id))
        for marac in Marac.objects.filter(id__in=list(parts), is_active=True).order_by("name")
    }
    for meeting in Meeting.objects.filter(marac_id__in=list(tables), status__in=LIVE).order_by("begins_at"):
        if len(tables[meeting.marac_id].meetings) < SHOWN:
            tables[meeting.marac_id].meetings.append(meeting)
    return Home(list(tables.values()), asked)
