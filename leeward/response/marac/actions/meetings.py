"""The calendar: plan meetings, move one, cancel one. What was told about a day stays to be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.working_time import LONDON, is_bank_holiday
from leeward.response.marac.actions.table import ask, change_referrals, keep_change, lock_meeting, must_arrange, notify
from leeward.response.marac.actions.table import move as move_status
from leeward.response.marac.models import Item, Marac, Meeting, Referral

MOST = 60
CANCELLED = "The meeting was cancelled"


@dataclass(frozen=True)
class MeetingFacts:
    """Day, hour and place of a meeting."""

    on: date
    at: time
    place: str = ""
    lasts: int = 180


def is_free(day: date) -> bool:
    """Whether agencies work on this day."""
    return day.weekday() < 5 and not is_bank_holiday(day)


def next_free(day: date) -> date:
    """This day, or the first one after it on which agencies work."""
    while not is_free(day):
        day += timedelta(days=1)
    return day


def rhythm(marac: Marac, first: date, count: int) -> list[date]:
    """The days of a series: the MARAC's rhythm from the first one; one that falls on a holiday goes to the next day.

    The rhythm goes on from where it would have been, so that one bank holiday does not shift all that follow.
    """
    every = max(marac.every_days, 1)
    days: list[date] = []
    at = first
    while len(days) < count:
        day = next_free(at)
        if day not in days:
            days.append(day)
        at += timedelta(days=every)
    return days


def _deadlines(marac: Marac, begins: datetime) -> tuple[datetime, datetime]:
    """When referrals and research are due: at the end of a working day, so many days before."""
    due = []
    for days in (marac.refer_days, marac.research_days):
        day = (begins - timedelta(days=days)).astimezone(LONDON).date()
        while not is_free(day):
            day -= timedelta(days=1)
        # A meeting of each morning has its deadlines at the meeting itself.
        due.append(min(datetime.combine(day, time(17), LONDON), begins) if days else begins)
    return due[0], due[1]


@transaction.atomic
def plan_meetings(*, by: Acting, marac: Marac, facts: MeetingFacts, count: int = 1) -> list[Meeting]:
    """Plan a meeting, or a series in the MARAC's rhythm. A day that has one already is left as it is."""
    must_arrange(by, marac.id)
    if not 1 <= count <= MOST:
        raise Refused(f"Plan between 1 and {MOST} meetings at a time.")
    if facts.on < timezone.localdate():
        raise Refused("A meeting cannot be planned in the past.")
    if count == 1 and not is_free(facts.on):
        raise Refused("That day is a bank holiday or a weekend. Choose a working day.")
    there = {
        timezone.localdate(at)
        for at in Meeting.objects.filter(marac=marac)
        .exclude(status=Meeting.CANCELLED)
        .values_list("begins_at", flat=True)
    }
    made = []
    for day in rhythm(marac, facts.on, count):
        if day in there:
            continue
        begins = datetime.combine(day, facts.at, LONDON)
        refer, research = _deadlines(marac, begins)
        meeting = Meeting(
            marac=marac, begins_at=begins, place=facts.place, referrals_due_at=refer, research_due_at=research,
            lasts=facts.lasts,
        )  # fmt: skip
        meeting.save(force_insert=True)
        keep_change(by, meeting, "")
        made.append(meeting)
    if not made:
        raise Refused(
            "There is a meeting on that day already." if count == 1 else "All of these days have one already."
        )
    audit.record("planned_meetings", "meeting", listed=[one.id for one in made], detail={"marac": marac.id})
    return made


@transaction.atomic
def move_meeting(*, by: Acting, meeting: Meeting, facts: MeetingFacts, why: str, version: int) -> Meeting:
    """Move a meeting to another day, hour or place: its deadlines move along, everybody at the table gets a notice."""
    meeting = lock_meeting(by, meeting.id)
    if meeting.status not in (Meeting.PLANNED, Meeting.CIRCULATED):
        raise Refused("Only a meeting that has not begun can be moved.")
    if meeting.version != version:
        raise Conflict("Somebody else changed this meeting while you were writing.", theirs=_now(meeting))
    if not why.strip():
        raise Refused("Say why it is moved: everybody at the table reads it.")
    if not is_free(facts.on):
        raise Refused("That day is a bank holiday or a weekend. Choose a working day.")
    begins = datetime.combine(facts.on, facts.at, LONDON)
    if begins < timezone.now():
        raise Refused("A meeting cannot be moved into the past.")
    meeting.begins_at, meeting.place, meeting.lasts = begins, facts.place, facts.lasts
    meeting.referrals_due_at, meeting.research_due_at = _deadlines(meeting.marac, begins)
    meeting.version += 1
    meeting.save(update_fields=["begins_at", "place", "lasts", "referrals_due_at", "research_due_at", "version"])
    keep_change(by, meeting, why)
    if meeting.status == Meeting.CIRCULATED:
        ask("marac_open_to_table", meeting.id)  # sight of its items ends so many days after the new day
    notify(by, meeting.marac_id)
    audit.record("moved_meeting", "meeting", meeting.id, detail={"to": begins.isoformat()})
    return meeting


def _now(meeting: Meeting) -> dict[str, object]:
    begins = timezone.localtime(meeting.begins_at)
    return {"on": begins.date(), "at": begins.time(), "place": meeting.place, "lasts": meeting.lasts}


@transaction.atomic
def cancel_meeting(*, by: Acting, meeting: Meeting, why: str) -> Meeting | None:
    """Cancel a meeting. Its items wait for the next agenda; answers the next planned meeting, if there is one."""
    meeting = lock_meeting(by, meeting.id)
    if not why.strip():
        raise Refused("Say why it is cancelled: everybody at the table reads it.")
    move_status(by, meeting, Meeting.CANCELLED, why)
    items = list(Item.objects.filter(meeting=meeting, status=Item.LISTED).select_related("referral"))
    for item in items:
        item.status, item.why_not = Item.PUT_OFF, CANCELLED
        item.version += 1
    Item.objects.bulk_update(items, ["status", "why_not", "version"])
    waiting = [item.referral for item in items if item.referral.status == Referral.LISTED]
    change_referrals(by, waiting, Referral.SENT, "The meeting was cancelled; waits for the next one")
    notify(by, meeting.marac_id)
    audit.record("cancelled_meeting", "meeting", meeting.id, detail={"items": len(items)})
    return next_meeting(meeting.marac_id)


def next_meeting(marac_id: int, after: datetime | None = None) -> Meeting | None:
    """The next meeting of a MARAC that is still to come."""
    return (
        Meeting.objects.filter(
            marac_id=marac_id, begins_at__gt=after or timezone.now(), status__in=(Meeting.PLANNED, Meeting.CIRCULATED)
        )
        .order_by("begins_at")
        .first()
    )
