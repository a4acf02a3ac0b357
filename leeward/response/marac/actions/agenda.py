"""The agenda: built in one click, put in order by hand, sent to the table."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import CasePerson
from leeward.response.marac.actions.meetings import next_meeting
from leeward.response.marac.actions.table import (
    ask,
    change_referrals,
    lock_item,
    lock_meeting,
    move,
    notify_meeting,
    tick,
)
from leeward.response.marac.models import Item, Marac, MaracAgency, Meeting, Referral, Research
from leeward.response.marac.queries.agenda import waiting_for

BEFORE = (Meeting.PLANNED, Meeting.CIRCULATED)


@dataclass(frozen=True)
class Built:
    """What building an agenda did: how many were put on it, and how many wait since it is full."""

    added: int
    waiting: int


def first_to_last(referral: Referral, children: int) -> tuple[bool, bool, object, int]:
    """The order of an agenda: children first, then adults only; in each repeats first, then the oldest."""
    return (not children, not referral.is_repeat, referral.referred_at, referral.id)


@transaction.atomic
def build_agenda(*, by: Acting, meeting: Meeting) -> Built:
    """Put every referral of the MARAC that waits on the agenda, up to the case limit, in order.

    What stands there already keeps its place: the agenda can be built again when more has come in.
    """
    meeting = lock_meeting(by, meeting.id)
    if meeting.status not in BEFORE:
        raise Refused("The meeting has begun or is over: its agenda stands.")
    waiting = list(waiting_for(meeting))
    there = list(Item.objects.filter(meeting=meeting).order_by("position"))
    here = {item.referral_id: item for item in there}
    children = children_of([row.case_id for row in waiting])
    waiting.sort(key=lambda row: first_to_last(row, children.get(row.case_id, 0)))
    free = max(meeting.marac.case_limit - sum(item.status == Item.LISTED for item in there), 0)
    taken, left = waiting[:free], waiting[free:]
    position = max((item.position for item in there), default=0)
    made: list[Item] = []
    again: list[Item] = []
    for number, row in enumerate(taken, position + 1):
        known = here.get(row.id)  # it was put off from this very meeting and comes back
        item = known or Item(meeting=meeting, referral=row, case_id=row.case_id, person_id=row.person_id)
        item.position, item.minutes = number, meeting.marac.minutes_a_case
        item.children, item.status, item.why_not = children.get(row.case_id, 0), Item.LISTED, ""
        item.brought_by_id, item.brought_for_id = row.referrer_id, row.organisation_id
        (again if known else made).append(item)
    Item.objects.bulk_create(made)
    Item.objects.bulk_update(
        again, ["position", "minutes", "children", "status", "why_not", "brought_by", "brought_for"]
    )
    change_referrals(by, taken, Referral.LISTED, "")
    if taken:
        meeting.version += 1
        meeting.save(update_fields=["version"])
        tick(meeting.id)
    audit.record(
        "built_agenda", "meeting", meeting.id, listed=[item.case_id for item in (*made, *again)],
        detail={"added": len(taken), "waiting": len(left)},
    )  # fmt: skip
    return Built(len(taken), len(left))


def children_of(cases: list[int]) -> dict[int, int]:
    """How many children are known in some cases."""
    found: dict[int, int] = {}
    for case_id in CasePerson.objects.filter(case_id__in=cases, part="child", ended_at=None).values_list(
        "case_id", flat=True
    ):
        found[case_id] = found.get(case_id, 0) + 1
    return found


@transaction.atomic
def reorder_item(*, by: Acting, item: Item, to: str) -> None:
    """Move an item up, down, or to the top of the agenda."""
    item = lock_item(by, item.id)
    if item.meeting.status not in (*BEFORE, Meeting.OPEN):
        raise Refused("The meeting is over: its agenda stands.")
    rows = list(Item.objects.filter(meeting_id=item.meeting_id, status=Item.LISTED).order_by("position", "id"))
    ids = [row.id for row in rows]
    if item.id not in ids:
        raise Refused("This item is no longer on the agenda.")
    at = ids.index(item.id)
    target = {"up": max(at - 1, 0), "down": min(at + 1, len(rows) - 1), "top": 0}.get(to)
    if target is None:
        raise Refused("Choose up, down or top.")
    moved = rows.pop(at)
    rows.insert(target, moved)
    changed = []
    for number, row in enumerate(rows, 1):
        if row.position != number:
            row.position = number
            changed.append(row)
    Item.objects.bulk_update(changed, ["position"])
    tick(item.meeting_id)
    audit.record("ordered_agenda", "meeting", item.meeting_id, detail={"item": item.id, "to": to})


@transaction.atomic
def set_minutes(*, by: Acting, item: Item, minutes: int) -> None:
    """How many minutes are kept for an item."""
    item = lock_item(by, item.id)
    if not 1 <= minutes <= 120:
        raise Refused("Keep between 1 and 120 minutes for a case.")
    item.minutes = minutes
    item.version += 1
    item.save(update_fields=["minutes", "version"])
    tick(item.meeting_id)
    audit.record("set_item_minutes", "marac_item", item.id, detail={"minutes": minutes})


@transaction.atomic
def put_off(*, by: Acting, item: Item, why: str) -> Meeting | None:
    """Put an item off to the next meeting, with the reason; answers that meeting, if one is planned."""
    item = lock_item(by, item.id)
    if not why.strip():
        raise Refused("Say why it is put off.")
    if item.status != Item.LISTED or item.referral.status == Referral.WITHDRAWN:
        raise Refused("This item was heard, put off or withdrawn already.")
    _close(item, Item.PUT_OFF, why)
    change_referrals(by, [item.referral], Referral.SENT, f"Put off: {why}"[:1000])
    following = next_meeting(item.meeting.marac_id, item.meeting.begins_at)
    if following is not None:
        _carry(by, item, following)
    audit.record("put_off_item", "marac_item", item.id, person=item.person_id)
    return following


def _carry(by: Acting, item: Item, to: Meeting) -> None:
    """To the top of a later agenda, whatever its limit: nobody is put off twice for want of room."""
    again = Item.objects.filter(meeting=to, referral_id=item.referral_id).first()
    if again is None:
        Item(
            meeting=to, referral_id=item.referral_id, case_id=item.case_id, person_id=item.person_id, position=0,
            minutes=item.minutes, children=item.children, brought_by_id=item.brought_by_id,
            brought_for_id=item.brought_for_id,
        ).save(force_insert=True)  # fmt: skip
    else:
        again.status, again.position, again.why_not = Item.LISTED, 0, ""
        again.save(update_fields=["status", "position", "why_not"])
    change_referrals(by, [item.referral], Referral.LISTED, "On the agenda of the next meeting")
    if to.status == Meeting.CIRCULATED:
        ask("marac_open_to_table", to.id)
        ask_for_research(to)


@transaction.atomic
def withdraw_item(*, by: Acting, item: Item, why: str) -> None:
    """The case is withdrawn, on the morning of the meeting too: it leaves the agenda, the table's sight ends."""
    item = lock_item(by, item.id)
    if not why.strip():
        raise Refused("Say why it is withdrawn.")
    if item.status != Item.LISTED:
        raise Refused("This item was heard, put off or withdrawn already.")
    _close(item, Item.WITHDRAWN, why)
    change_referrals(by, [item.referral], Referral.WITHDRAWN, why)
    ask("marac_close", item.meeting.marac_id, None, None, item.case_id)
    audit.record("withdrew_item", "marac_item", item.id, person=item.person_id)


def _close(item: Item, status: str, why: str) -> None:
    if item.meeting.status not in (*BEFORE, Meeting.OPEN):
        raise Refused("The meeting is over: its agenda stands.")
    item.status, item.why_not = status, why
    item.version += 1
    item.save(update_fields=["status", "why_not", "version"])
    tick(item.meeting_id)


@dataclass(frozen=True)
class SentOut:
    """What circulating did."""

    items: int
    agencies: int
    asked: int
    notices: int


@transaction.atomic
def circulate(*, by: Acting, meeting: Meeting) -> SentOut:
    """Send the agenda to the table: each item opens to who sits there, research is asked for, a notice goes by mail.

    Can be done again when the agenda has grown: what was asked for already is not asked twice.
    """
    meeting = lock_meeting(by, meeting.id)
    if meeting.marac.kind == Marac.DAILY:
        raise Refused("A daily meeting is opened as it stands: nothing is sent out before it.")
    if not Item.objects.filter(meeting=meeting, status=Item.LISTED).exists():
        raise Refused("There is nothing on the agenda yet.")
    if meeting.status == Meeting.PLANNED:
        move(by, meeting, Meeting.CIRCULATED)
    elif meeting.status != Meeting.CIRCULATED:
        raise Refused("The meeting has begun or is over: its agenda stands.")
    meeting.circulated_at = timezone.now()
    meeting.save(update_fields=["circulated_at"])
    opened = int(ask("marac_open_to_table", meeting.id) or 0)
    agencies, asked = ask_for_research(meeting)
    notices = notify_meeting(by, meeting)
    tick(meeting.id)
    audit.record(
        "circulated_agenda", "meeting", meeting.id, detail={"items": opened, "asked": asked, "notices": notices}
    )
    return SentOut(opened, agencies, asked, notices)


def ask_for_research(meeting: Meeting) -> tuple[int, int]:
    """Ask each agency that researches about each item; how many agencies, and how many were asked anew."""
    if meeting.marac.kind == Marac.DAILY:
        return 0, 0
    agencies = list(
        MaracAgency.objects.filter(marac_id=meeting.marac_id, until_on=None, researches=True).values_list(
            "organisation_id", flat=True
        )
    )
    items = list(Item.objects.filter(meeting=meeting, status=Item.LISTED))
    there = set(Research.objects.filter(item__in=items).values_list("item_id", "organisation_id"))
    rows = [
        Research(item=item, case_id=item.case_id, organisation_id=agency)
        for item in items
        for agency in agencies
        if (item.id, agency) not in there
    ]
    Research.objects.bulk_create(rows)
    return len(agencies), len(rows)
