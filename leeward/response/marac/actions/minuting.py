"""The meeting itself: opened, led from item to item, minuted side by side, ended, its minutes published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import choices, label
from leeward.response.marac.actions.daily import begin_daily
from leeward.response.marac.actions.table import (
    arranges,
    ask,
    change_referrals,
    lock_item,
    lock_meeting,
    move,
    must_arrange,
    notify_meeting,
    tell_case,
    tick,
)
from leeward.response.marac.library import library
from leeward.response.marac.models import (
    Item,
    Marac,
    MaracAction,
    MaracAgency,
    MaracFlag,
    Meeting,
    MinuteLine,
    Referral,
)
from leeward.response.marac.queries.actions import may_know

VOICE = "voice"
NOTES = 4000


@transaction.atomic
def open_meeting(*, by: Acting, meeting: Meeting) -> Meeting:
    """Open the meeting, or open again one that was ended too early. The first item that waits is spoken of."""
    meeting = lock_meeting(by, meeting.id)
    is_daily = meeting.marac.kind == Marac.DAILY
    if meeting.status == Meeting.PLANNED and not is_daily:
        raise Refused("Send the agenda to the table first: nobody else sees its items before that.")
    listed = Item.objects.filter(meeting=meeting, status=Item.LISTED).exclude(referral__status=Referral.WITHDRAWN)
    first = listed.order_by("position", "id").first()
    move(by, meeting, Meeting.OPEN)
    meeting.opened_at, meeting.closed_at = meeting.opened_at or timezone.now(), None
    meeting.current_item_id = first.id if first else None
    meeting.save(update_fields=["opened_at", "closed_at", "current_item_id"])
    if is_daily:
        ask("marac_open_to_table", meeting.id)  # nothing is sent out before it: its list opens with it
    tick(meeting.id)
    audit.record("opened_meeting", "meeting", meeting.id)
    return meeting


@transaction.atomic
def go_to_item(*, by: Acting, meeting: Meeting, to: str | int) -> Meeting:
    """Lead the table to an item: `next`, `previous`, or the number of one."""
    meeting = lock_meeting(by, meeting.id)
    if meeting.status != Meeting.OPEN:
        raise Refused("The meeting is not open.")
    ids = list(
        Item.objects.filter(meeting=meeting)
        .exclude(status=Item.WITHDRAWN)
        .exclude(referral__status=Referral.WITHDRAWN)
        .order_by("position", "id")
        .values_list("id", flat=True)
    )
    if not ids:
        raise Refused("There is nothing on the agenda.")
    at = ids.index(meeting.current_item_id) if meeting.current_item_id in ids else -1
    if to == "next":
        target = ids[min(at + 1, len(ids) - 1)]
    elif to == "previous":
        target = ids[max(at - 1, 0)]
    elif isinstance(to, int) and to in ids:
        target = to
    else:
        raise Refused("This item is no longer on the agenda.")
    meeting.current_item_id = target
    meeting.save(update_fields=["current_item_id"])
    tick(meeting.id)
    audit.record("went_to_item", "meeting", meeting.id, detail={"item": target})
    return meeting


@transaction.atomic
def add_line(
    *, by: Acting, item: Item, kind: str, words: str, said_by: str = "", withheld_from: Sequence[int] = ()
) -> MinuteLine:
    """Add a line to the minutes of an item. Two who write at once write two lines.

    Chair and coordinator write every kind; who brings the item writes the voice of whom it is about.
    """
    may_all = arranges(by, item.meeting.marac_id)
    if not may_all and not (kind == VOICE and item.brought_by_id == by.user_id):
        raise Refused("Chair and coordinator write the minutes.")
    must_be_minuted(item)
    if not words.strip():
        raise Refused("Write what was said.")
    _must_stay_readable(by, withheld_from)
    line = MinuteLine(
        item=item, case_id=item.case_id, kind=kind, words=words, said_by=said_by, withheld_from=list(withheld_from),
        author_id=by.worker_id, author_name=by.user_name,
    )  # fmt: skip
    line.save(force_insert=True)
    tick(item.meeting_id)
    audit.record("wrote_minute", "minute_line", line.id, person=item.person_id, detail={"kind": kind})
    return line


@transaction.atomic
def correct_line(*, by: Acting, line: MinuteLine, kind: str, words: str, said_by: str = "") -> MinuteLine:
    """Correct a line: a new one takes its place, the old one stays to be read by who answers for the minutes.

    Raises Conflict with what now stands where somebody else corrected the same line.
    """
    item = line.item
    must_arrange(by, item.meeting.marac_id)
    must_be_minuted(item)
    if not words.strip():
        raise Refused("Write what was said, or take the line out.")
    made = MinuteLine(
        item=item, case_id=line.case_id, kind=kind, words=words, said_by=said_by,
        withheld_from=list(line.withheld_from), author_id=by.worker_id, author_name=by.user_name, replaces=line,
    )  # fmt: skip
    stands = newest_of(line)
    if stands.id != line.id:
        _somebody_else(stands)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        _somebody_else(newest_of(line))
    line.ended_at = timezone.now()
    line.save(update_fields=["ended_at"])
    tick(item.meeting_id)
    audit.record("corrected_minute", "minute_line", made.id, person=item.person_id, detail={"replaces": line.id})
    return made


def newest_of(line: MinuteLine) -> MinuteLine:
    """What stands now in place of a line."""
    stands = line
    while (later := MinuteLine.objects.filter(replaces_id=stands.id).first()) is not None:
        stands = later
    return stands


def _somebody_else(stands: MinuteLine) -> None:
    raise Conflict(
        "Somebody else corrected this line while you were writing.",
        theirs={"line": stands.id, "kind": stands.kind, "words": stands.words, "said_by": stands.said_by},
        by=stands.author_name,
    )


@transaction.atomic
def take_out_line(*, by: Acting, line: MinuteLine) -> None:
    """Take a line out of the minutes: written by mistake."""
    must_arrange(by, line.item.meeting.marac_id)
    must_be_minuted(line.item)
    line.ended_at = timezone.now()
    line.save(update_fields=["ended_at"])
    tick(line.item.meeting_id)
    audit.record("took_out_minute", "minute_line", line.id, person=line.item.person_id)


@transaction.atomic
def withhold_line(*, by: Acting, line: MinuteLine, organisations: Sequence[int]) -> None:
    """Say which agencies a line is not for: the database hides it, and what it replaced, from them at once."""
    must_arrange(by, line.item.meeting.marac_id)
    must_be_minuted(line.item)
    _must_stay_readable(by, organisations)
    row: MinuteLine | None = line
    while row is not None:
        row.withheld_from = sorted(set(organisations))
        row.save(update_fields=["withheld_from"])
        row = MinuteLine.objects.filter(id=row.replaces_id).first() if row.replaces_id else None
    tick(line.item.meeting_id)
    audit.record("withheld_minute", "minute_line", line.id, detail={"from": sorted(set(organisations))})


@transaction.atomic
def agree_level(*, by: Acting, item: Item, level: str, version: int) -> Item:
    """The risk that the table agrees on. Raises Conflict where somebody else wrote another meanwhile."""
    item = lock_item(by, item.id)
    must_be_minuted(item)
    if level not in dict(choices("risk_level")) or level == "unknown":
        raise Refused("Choose one of the levels shown.")
    if item.version != version and item.level != level:
        raise Conflict("Somebody else changed this item while you were looking at it.", theirs={"level": item.level})
    item.level = level
    item.version += 1
    item.save(update_fields=["level", "version"])
    tick(item.meeting_id)
    audit.record("agreed_risk", "marac_item", item.id, person=item.person_id, detail={"level": level})
    return item


@dataclass(frozen=True)
class ActionFacts:
    """What one agency is to do."""

    organisation_id: int
    words: str
    due_on: date
    for_whom: str
    wishes: str = ""
    key: str = ""
    owner_id: int | None = None


@transaction.atomic
def add_action(*, by: Acting, item: Item, facts: ActionFacts) -> MaracAction:
    """Write down an action: from the library, or in words of its own. Its agency gets it on its list at once."""
    must_arrange(by, item.meeting.marac_id)
    must_be_minuted(item)
    if facts.key and facts.key not in library():
        raise Refused("The library of actions has no such entry. Choose another, or write it yourself.")
    words = facts.words.strip() or (library()[facts.key].words if facts.key else "")
    if not words:
        raise Refused("Choose an action from the library, or write one.")
    if facts.due_on < timezone.localdate():
        raise Refused("The day by which it is done cannot lie in the past.")
    if not MaracAgency.objects.filter(
        marac_id=item.meeting.marac_id, organisation_id=facts.organisation_id, until_on=None
    ).exists() and facts.organisation_id != item.brought_for_id:  # fmt: skip
        raise Refused("That agency does not sit at this MARAC.")
    if facts.owner_id is not None and not Membership.objects.filter(
        user_id=facts.owner_id, organisation_id=facts.organisation_id, is_active=True
    ).exists():  # fmt: skip
        raise Refused("Whoever was named does not work for that agency.")
    # An action would be lost with somebody to whom the database never shows it.
    if facts.owner_id is not None and not may_know(item.id, facts.owner_id):
        raise Refused("Nobody of that name can be given this action. Choose somebody else, or leave it to the agency.")
    row = MaracAction(
        item=item, case_id=item.case_id, organisation_id=facts.organisation_id, owner_id=facts.owner_id,
        key=facts.key, words=words, for_whom=facts.for_whom, wishes=facts.wishes, due_on=facts.due_on,
        added_by_id=by.worker_id, added_by_name=by.user_name,
    )  # fmt: skip
    row.save(force_insert=True)
    is_marac = item.meeting.marac.kind == Marac.MARAC
    tell_case(
        item, "MARAC action" if is_marac else "Action of the daily meeting", f"{words} By {facts.due_on:%-d %B %Y}."
    )
    tick(item.meeting_id)
    audit.record("added_marac_action", "marac_action", row.id, person=item.person_id)
    return row


@transaction.atomic
def mark_heard(*, by: Acting, item: Item) -> Item:
    """The item was heard: the record carries a flag from today, the case is told, the referral is done."""
    item = lock_item(by, item.id)
    must_be_minuted(item)
    if item.status == Item.HEARD:
        return item
    if item.status != Item.LISTED or item.referral.status == Referral.WITHDRAWN:
        raise Refused("This item was put off or withdrawn.")
    now = timezone.now()
    item.status, item.heard_at = Item.HEARD, now
    item.version += 1
    item.save(update_fields=["status", "heard_at", "version"])
    flagged = MaracFlag.objects.filter(item=item)
    if flagged.exists():
        flagged.update(ended_at=None, ended_why="")  # marked once before, and taken back
    elif item.meeting.marac.kind == Marac.MARAC:
        today = timezone.localdate()
        MaracFlag(
            marac_id=item.meeting.marac_id, case_id=item.case_id, person_id=item.person_id, item=item, from_on=today,
            until_on=in_months(today, item.meeting.marac.flag_months),
        ).save(force_insert=True)  # fmt: skip
    change_referrals(by, [item.referral], Referral.HEARD, "")
    actions = MaracAction.objects.filter(item=item).count()
    level = f" Risk agreed: {label('risk_level', item.level).lower()}." if item.level else ""
    where = "the MARAC" if item.meeting.marac.kind == Marac.MARAC else "the daily meeting"
    tell_case(item, f"Heard at {where}", f"{actions} action{'' if actions == 1 else 's'} agreed.{level}")
    tick(item.meeting_id)
    audit.record("heard_item", "marac_item", item.id, person=item.person_id, detail={"actions": actions})
    return item


def in_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(day.year + year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@transaction.atomic
def end_meeting(*, by: Acting, meeting: Meeting) -> Meeting:
    """End the meeting. Every item was heard, put off or withdrawn before; its minutes are finished afterwards."""
    meeting = lock_meeting(by, meeting.id)
    listed = Item.objects.filter(meeting=meeting, status=Item.LISTED)
    # Whoever referred a case may have withdrawn it since: then there is nothing left to hear.
    listed.filter(referral__status=Referral.WITHDRAWN).update(
        status=Item.WITHDRAWN, why_not="Withdrawn by who referred it", version=F("version") + 1
    )
    left = listed.count()
    if left:
        raise Refused(
            f"{'One item has' if left == 1 else f'{left} items have'} not been heard yet. Mark each as heard, or put "
            "it off with a reason."
        )
    move(by, meeting, Meeting.HELD)
    meeting.closed_at, meeting.current_item_id = timezone.now(), None
    meeting.save(update_fields=["closed_at", "current_item_id"])
    tick(meeting.id)
    audit.record("ended_meeting", "meeting", meeting.id)
    if meeting.marac.kind == Marac.DAILY:
        # Everybody was there: its minutes are out as they stand, and the list of the next working day begins.
        _minutes_out(by, meeting, meeting.notes)
        begin_daily(by=by, marac=meeting.marac)
    return meeting


@transaction.atomic
def add_other_business(*, by: Acting, meeting: Meeting, words: str) -> Meeting:
    """Another line of any other business, while the meeting goes on: two who write at once write two lines."""
    meeting = lock_meeting(by, meeting.id)
    if meeting.status not in (Meeting.OPEN, Meeting.HELD):
        raise Refused("Any other business is written from the opening of the meeting until its minutes are out.")
    if not words.strip():
        raise Refused("Write what was said.")
    notes = f"{meeting.notes}\n{words.strip()}".strip()
    if len(notes) > NOTES:
        raise Refused("There is no more room in any other business. Shorten it when you publish the minutes.")
    meeting.notes = notes
    meeting.save(update_fields=["notes"])
    tick(meeting.id)
    audit.record("wrote_other_business", "meeting", meeting.id)
    return meeting


@transaction.atomic
def publish_minutes(*, by: Acting, meeting: Meeting, notes: str = "", read: int | None = None) -> int:
    """Publish the minutes: nothing is added any more, everybody at the table gets a notice; how many do.

    `read`: how many characters of other business stood there when it was looked over. What was added since is kept.
    """
    meeting = lock_meeting(by, meeting.id)
    if read is not None:
        notes = f"{notes}{meeting.notes[read:]}"[:NOTES]
    _minutes_out(by, meeting, notes)
    notices = notify_meeting(by, meeting)
    audit.record("published_minutes", "meeting", meeting.id, detail={"notices": notices})
    return notices


def _minutes_out(by: Acting, meeting: Meeting, notes: str) -> None:
    move(by, meeting, Meeting.MINUTED)
    meeting.minutes_out_at, meeting.notes = timezone.now(), notes
    meeting.save(update_fields=["minutes_out_at", "notes"])
    tick(meeting.id)


def must_be_minuted(item: Item) -> None:
    """Raise Refused unless the minutes of this item are being written."""
    status = Meeting.objects.values_list("status", flat=True).get(id=item.meeting_id)
    if status not in (Meeting.OPEN, Meeting.HELD):
        raise Refused("Minutes are written from the opening of the meeting until they are published.")
    if item.status == Item.WITHDRAWN:
        raise Refused("This case was withdrawn.")


def _must_stay_readable(by: Acting, organisations: Sequence[int]) -> None:
    if by.acts_for in organisations:
        raise Refused("A line cannot be withheld from your own agency: you answer for the minutes.")
