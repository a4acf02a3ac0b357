"""The agenda of a meeting: its items, its minutes against its length, what comes with it."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from leeward.platform.access.models import Organisation
from leeward.response.marac.models import Item, MaracAction, MaracFlag, Meeting, MeetingChange, Referral, Research
from leeward.response.marac.queries.table import Spoken, Table, items_of

BEFORE_ALL = Value(datetime(2000, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Flagged:
    """Somebody whose twelve months end before the next meeting."""

    case_id: int
    name: str
    until_on: object


@dataclass
class Agenda:
    """Everything the page of an agenda shows to this reader."""

    items: list[Spoken]
    waiting: int = 0
    flags: list[Flagged] = field(default_factory=list)
    outstanding: Outstanding = field(default_factory=lambda: Outstanding())
    apart: int = 0
    changes: list[MeetingChange] = field(default_factory=list)
    returned: dict[int, tuple[int, int]] = field(default_factory=dict)  # item: asked, returned

    @property
    def live(self) -> list[Spoken]:
        """What is to be heard, or was."""
        return [one for one in self.items if one.state in (Item.LISTED, Item.HEARD)]

    @property
    def gone(self) -> list[Spoken]:
        """What was put off or withdrawn."""
        return [one for one in self.items if one.state not in (Item.LISTED, Item.HEARD)]

    @property
    def minutes(self) -> int:
        """How long all of it takes."""
        return sum(one.item.minutes for one in self.live)

    @property
    def children(self) -> int:
        """How many children."""
        return sum(one.item.children for one in self.live)

    @property
    def with_children(self) -> int:
        """In how many items there are children."""
        return sum(one.item.children > 0 for one in self.live)

    @property
    def repeats(self) -> int:
        """How many are repeats."""
        return sum(one.item.referral.is_repeat for one in self.live)


def agenda_of(table: Table) -> Agenda:
    """The agenda as its reader may see it; what only chair and coordinator need is asked for them alone."""
    whole = Agenda(items_of(table), changes=changes_of(table.meeting))
    if not table.arranges:
        return whole
    meeting = table.meeting
    whole.waiting = waiting_for(meeting).count()
    whole.flags = flags_reaching(table)
    whole.outstanding = outstanding_of(meeting.marac_id, meeting)
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_heard_apart(%s)", [meeting.id])
        whole.apart = int((cursor.fetchone() or (0,))[0] or 0)
    for item_id, returned in Research.objects.filter(item__meeting=meeting).values_list("item_id", "returned_at"):
        asked, done = whole.returned.get(item_id, (0, 0))
        whole.returned[item_id] = (asked + 1, done + (returned is not None))
    return whole


def waiting_for(meeting: Meeting) -> QuerySet[Referral]:
    """Referrals that wait for this agenda: not those that came too late for it, and can wait for the one after."""
    early = Q(skips=None) | Q(skips__begins_at__lt=meeting.begins_at) | Q(skips__status=Meeting.CANCELLED)
    return Referral.objects.filter(early, marac_id=meeting.marac_id, status=Referral.SENT)


def changes_of(meeting: Meeting) -> list[MeetingChange]:
    """What was changed about a meeting's day and status, newest first."""
    return list(MeetingChange.objects.filter(meeting=meeting).order_by("-at"))


def flags_reaching(table: Table) -> list[Flagged]:
    """Flags that end before the meeting after this one: the table hears who reaches twelve months."""
    until = timezone.localdate(table.meeting.begins_at) + timedelta(days=table.marac.every_days)
    rows = (
        MaracFlag.objects.filter(
            marac=table.marac, ended_at=None, until_on__lte=until, until_on__gte=timezone.localdate()
        )
        .select_related("person")
        .order_by("until_on")
    )
    return [Flagged(row.case_id, row.person.called or "Name not known", row.until_on) for row in rows]


@dataclass(frozen=True)
class Outstanding:
    """What a table has to hear of earlier meetings before it begins, apart by what became of it."""

    overdue: list[MaracAction] = field(default_factory=list)  # past its day, and no answer
    not_done: list[MaracAction] = field(default_factory=list)  # answered since the last meeting: nobody did it
    changed: list[MaracAction] = field(default_factory=list)  # answered since then: it could not be done any more

    @property
    def all(self) -> list[MaracAction]:
        """All of them, those without an answer first."""
        return [*self.overdue, *self.not_done, *self.changed]

    def of(self, organisation_id: int) -> Outstanding:
        """Those of one agency."""
        return self._where(lambda row: row.organisation_id == organisation_id)

    def without(self, item_ids: Set[int]) -> Outstanding:
        """All but those that were agreed on these items."""
        return self._where(lambda row: row.item_id not in item_ids)

    def _where(self, wanted: Callable[[MaracAction], bool]) -> Outstanding:
        return Outstanding(*(list(filter(wanted, rows)) for rows in (self.overdue, self.not_done, self.changed)))


def outstanding_of(marac_id: int, meeting: Meeting | None = None) -> Outstanding:
    """What is outstanding at a table, for a meeting or as it stands now; longest due first, in one statement.

    Once the minutes of the meeting are out, it is told as it stood then.
    """
    as_at = (meeting.minutes_out_at if meeting else None) or timezone.now()
    before = meeting.begins_at if meeting else as_at
    # The last meeting before, if there was one: what was answered before it ended was told there.
    last = Meeting.objects.filter(marac_id=marac_id, status__in=(Meeting.HELD, Meeting.MINUTED), begins_at__lt=before)
    ended = Subquery(last.order_by("-begins_at").values_list(Coalesce("closed_at", "begins_at"))[:1])
    unanswered = Q(status=MaracAction.OPEN) | Q(answered_at__gt=as_at)
    told = Q(status__in=(MaracAction.NOT_DONE, MaracAction.CHANGED), answered_at__lte=as_at)
    told &= Q(answered_at__gt=Coalesce(ended, BEFORE_ALL))
    late = unanswered & Q(due_on__lt=timezone.localdate(as_at))
    rows = MaracAction.objects.filter(late | told, item__meeting__marac_id=marac_id)
    if meeting is not None:
        rows = rows.filter(item__meeting__begins_at__lt=before)
    found = Outstanding()
    for row in rows.select_related("organisation", "owner", "item__person", "item__meeting").order_by("due_on", "id"):
        is_late = row.status == MaracAction.OPEN or row.answered_at is None or row.answered_at > as_at
        kept = found.overdue if is_late else found.not_done if row.status == MaracAction.NOT_DONE else found.changed
        kept.append(row)
    return found


@dataclass(frozen=True)
class AgencyReturn:
    """What one agency has returned for a meeting."""

    organisation: Organisation
    asked: int
    returned: int
    missing: list[int]  # item ids
    chased: int
    chased_at: object

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return self.asked == self.returned


def returns_of(table: Table) -> list[AgencyReturn]:
    """Who has returned what for a meeting, who nothing: for chair and coordinator, and nothing of what it says."""
    rows = list(
        Research.objects.filter(item__meeting=table.meeting, item__status__in=(Item.LISTED, Item.HEARD)).select_related(
            "organisation"
        )
    )
    found: dict[int, list[Research]] = {}
    for row in rows:
        found.setdefault(row.organisation_id, []).append(row)
    return sorted(
        (
            AgencyReturn(
                some[0].organisation, len(some), sum(row.returned_at is not None for row in some),
                [row.item_id for row in some if row.returned_at is None], max(row.chased for row in some),
                max((row.chased_at for row in some if row.chased_at), default=None),
            )
            for some in found.values()
        ),
        key=lambda one: (one.is_whole, one.organisation.name),
    )  # fmt: skip
