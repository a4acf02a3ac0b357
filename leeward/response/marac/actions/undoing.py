"""Taken back before the minutes are out: heard, put off, withdrawn, a cancelled meeting, a line taken out."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.response.marac.actions.agenda import BEFORE, ask_for_research
from leeward.response.marac.actions.meetings import CANCELLED
from leeward.response.marac.actions.minuting import must_be_minuted
from leeward.response.marac.actions.table import (
    ARRANGES,
    ask,
    change_referrals,
    lock_item,
    lock_meeting,
    move,
    must_arrange,
    notify,
    tell_case,
    tick,
)
from leeward.response.marac.models import Item, MaracFlag, Meeting, MinuteLine, Referral, Seat
from leeward.response.marac.rules.referring import STANDING


@transaction.atomic
def not_heard(*, by: Acting, item: Item) -> Item:
    """It was marked as heard by mistake: it waits again, and the flag that came of it is off the record."""
    item = lock_item(by, item.id)
    if item.meeting.status != Meeting.OPEN:
        raise Refused("The meeting is not open. Open it again first.")
    if item.status != Item.HEARD:
        raise Refused("This item is not marked as heard.")
    item.status, item.heard_at = Item.LISTED, None
    item.version += 1
    item.save(update_fields=["status", "heard_at", "version"])
    MaracFlag.objects.filter(item=item, ended_at=None).update(
        ended_at=timezone.now(), ended_why="Marked as heard by mistake"
    )
    change_referrals(by, [item.referral], Referral.LISTED, "Not heard after all")
    tell_case(item, "Not heard after all: it was marked by mistake")
    tick(item.meeting_id)
    audit.record("unmarked_heard", "marac_item", item.id, person=item.person_id)
    return item


@transaction.atomic
def put_back(*, by: Acting, item: Item) -> Item:
    """An item that was put off or withdrawn by whoever arranges is on this agenda again."""
    item = lock_item(by, item.id)
    if item.meeting.status not in (*BEFORE, Meeting.OPEN):
        raise Refused("The meeting is over: its agenda stands.")
    if item.status == Item.PUT_OFF:
        _leave_the_later_one(item)
    elif item.status == Item.WITHDRAWN:
        _must_be_ours_to_undo(item)
    else:
        raise Refused("This item is on the agenda.")
    item.status, item.why_not = Item.LISTED, ""
    item.version += 1
    item.save(update_fields=["status", "why_not", "version"])
    change_referrals(by, [item.referral], Referral.LISTED, "Back on the agenda")
    if item.meeting.status != Meeting.PLANNED:
        ask("marac_open_to_table", item.meeting_id)
        ask_for_research(item.meeting)
    tick(item.meeting_id)
    audit.record("put_item_back", "marac_item", item.id, person=item.person_id)
    return item


def _leave_the_later_one(item: Item) -> None:
    later = Item.objects.filter(referral_id=item.referral_id, status=Item.LISTED).select_related("meeting").first()
    if later is None:
        if item.referral.status != Referral.SENT:
            raise Refused("The referral has gone on since. Look at it first.")
        return
    if later.meeting.status not in BEFORE:
        raise Refused("A later meeting speaks of it already.")
    later.status, later.why_not = Item.PUT_OFF, "Back on the agenda of the meeting before"
    later.version += 1
    later.save(update_fields=["status", "why_not", "version"])
    tick(later.meeting_id)


def _must_be_ours_to_undo(item: Item) -> None:
    """What whoever referred took back is theirs; what whoever arranges withdrew can be taken back by them."""
    arrangers = Seat.objects.filter(
        marac_id=item.meeting.marac_id, part__in=ARRANGES, user__name=item.referral.status_by
    )
    if item.referral.status != Referral.WITHDRAWN or not arrangers.exists():
        raise Refused("Whoever referred it withdrew it. They refer again if it is to be heard.")
    if Referral.objects.filter(case_id=item.case_id, marac_id=item.meeting.marac_id, status__in=STANDING).exists():
        raise Refused("It was referred again meanwhile: that referral stands.")


@transaction.atomic
def hold_after_all(*, by: Acting, meeting: Meeting) -> Meeting:
    """A cancelled meeting is held after all, on its day: what waits since comes back to it, and it is sent out anew."""
    meeting = lock_meeting(by, meeting.id)
    if meeting.begins_at < timezone.now():
        raise Refused("Its hour has passed. Plan another meeting.")
    move(by, meeting, Meeting.PLANNED, "Held after all")
    items = list(
        Item.objects.filter(
            meeting=meeting, status=Item.PUT_OFF, why_not=CANCELLED, referral__status=Referral.SENT
        ).select_related("referral")
    )  # fmt: skip
    for item in items:
        item.status, item.why_not = Item.LISTED, ""
        item.version += 1
    Item.objects.bulk_update(items, ["status", "why_not", "version"])
    change_referrals(by, [item.referral for item in items], Referral.LISTED, "The meeting is held after all")
    notify(by, meeting.marac_id)
    audit.record("restored_meeting", "meeting", meeting.id, detail={"items": len(items)})
    return meeting


@transaction.atomic
def line_back(*, by: Acting, line: MinuteLine) -> MinuteLine:
    """A line that was taken out stands in the minutes again."""
    must_arrange(by, line.item.meeting.marac_id)
    must_be_minuted(line.item)
    if line.ended_at is None or MinuteLine.objects.filter(replaces_id=line.id).exists():
        raise Refused("This line was not taken out: it stands, or another took its place.")
    line.ended_at = None
    line.save(update_fields=["ended_at"])
    tick(line.item.meeting_id)
    audit.record("put_minute_back", "minute_line", line.id, person=line.item.person_id)
    return line
