"""The first page of the room: what needs whoever opens it, at each MARAC where they sit."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.response.marac.models import Item, Marac, MaracAction, Meeting, Referral, Research
from leeward.response.marac.queries.actions import SOON, open_of
from leeward.response.marac.queries.research import to_return
from leeward.response.marac.queries.table import is_arranger, my_parts

LIVE = (Meeting.PLANNED, Meeting.CIRCULATED, Meeting.OPEN, Meeting.HELD)


@dataclass
class At:
    """One MARAC as its reader meets it."""

    marac: Marac
    arranges: bool
    meetings: list[Meeting] = field(default_factory=list)
    waiting: int = 0
    not_returned: int = 0
    overdue: int = 0


@dataclass
class Home:
    """What needs somebody in this room."""

    tables: list[At]
    research: list[tuple[Meeting, int]]
    actions: list[MaracAction]
    brought: list[Meeting]

    @property
    def arranges(self) -> list[At]:
        """The MARACs that they chair or coordinate."""
        return [one for one in self.tables if one.arranges]


def home_of(by: Acting) -> Home:
    """What needs whoever acts: a constant number of statements."""
    parts = my_parts(by)
    today = timezone.localdate()
    tables = {
        marac.id: At(marac, is_arranger(by, parts[marac.id]))
        for marac in Marac.objects.filter(id__in=list(parts), is_active=True).order_by("name")
    }
    for meeting in Meeting.objects.filter(marac_id__in=list(tables), status__in=LIVE).order_by("begins_at"):
        if len(tables[meeting.marac_id].meetings) < 4:
            tables[meeting.marac_id].meetings.append(meeting)
    led = [key for key, one in tables.items() if one.arranges]
    if led:
        waiting = Referral.objects.filter(marac_id__in=led, status=Referral.SENT).values("marac_id")
        for row in waiting.annotate(n=Count("id")).order_by():
            tables[row["marac_id"]].waiting = row["n"]
        missing = Research.objects.filter(
            item__meeting__marac_id__in=led, item__meeting__status=Meeting.CIRCULATED, item__status=Item.LISTED,
            returned_at=None,
        ).values("item__meeting__marac_id")  # fmt: skip
        for one in missing.annotate(n=Count("id")).order_by():
            tables[one["item__meeting__marac_id"]].not_returned = one["n"]
        late = MaracAction.objects.filter(
            item__meeting__marac_id__in=led, status=MaracAction.OPEN, due_on__lt=today
        ).values("item__meeting__marac_id")  # fmt: skip
        for many in late.annotate(n=Count("id")).order_by():
            tables[many["item__meeting__marac_id"]].overdue = many["n"]
    brought = Item.objects.filter(
        Q(brought_by_id=by.user_id) & Q(brought_for_id=by.organisation_id),
        status=Item.LISTED, meeting__status__in=(Meeting.CIRCULATED, Meeting.OPEN),
    ).select_related("meeting__marac")  # fmt: skip
    meetings = {item.meeting_id: item.meeting for item in brought if item.meeting.marac_id not in tables}
    return Home(
        list(tables.values()), to_return(by, list(tables)), open_of(by, today + SOON),
        sorted(meetings.values(), key=lambda one: one.begins_at),
    )  # fmt: skip
