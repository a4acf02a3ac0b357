"""What the actions of the table share: who may, what stands, that screens are told, that the case is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.response.marac.models import MEETING_MOVES, Item, Meeting, MeetingChange, Referral, ReferralChange, Seat
from leeward.response.marac.tasks import send_notice

ARRANGES = (Seat.CHAIR, Seat.COORDINATOR)


def arranges(by: Acting, marac_id: int) -> bool:
    """Whether whoever acts chairs or coordinates this MARAC. The database asks the same again."""
    return Seat.objects.filter(
        marac_id=marac_id, user_id=by.worker_id, organisation_id=by.acts_for, part__in=ARRANGES, ended_at=None
    ).exists() and "marac_coordinator" in by.roles  # fmt: skip


def must_arrange(by: Acting, marac_id: int) -> None:
    """Raise Refused unless whoever acts chairs or coordinates this MARAC."""
    if not arranges(by, marac_id):
        raise Refused("Only the chair and the coordinator of this MARAC can do this.")


def lock_meeting(by: Acting, meeting_id: int) -> Meeting:
    """The meeting as it now stands, held until the transaction ends, for who arranges it."""
    found = Meeting.objects.select_related("marac").filter(id=meeting_id).first()
    if found is None:
        raise Refused("There is no such meeting.")
    must_arrange(by, found.marac_id)
    return Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("marac").get(id=meeting_id)


def lock_item(by: Acting, item_id: int) -> Item:
    """An item as it now stands, held until the transaction ends, for who arranges its meeting."""
    found = Item.objects.select_related("meeting").filter(id=item_id).first()
    if found is None:
        raise Refused("This item is no longer there.")
    must_arrange(by, found.meeting.marac_id)
    return (
        Item.objects.select_for_update(of=("self",), no_key=True)
        .select_related("meeting__marac", "referral")
        .get(id=item_id)
    )


def move(by: Acting, meeting: Meeting, status: str, why: str = "") -> None:
    """Take a meeting to another status, if that is a legal move, and keep that it was."""
    if status not in MEETING_MOVES[meeting.status]:
        raise Refused("The meeting is no longer where it was when you opened this page. Look at it again.")
    meeting.status = status
    meeting.version += 1
    meeting.save(update_fields=["status", "version"])
    keep_change(by, meeting, why)


def keep_change(by: Acting, meeting: Meeting, why: str) -> None:
    """Write down how a meeting stands from now on, who changed it and why."""
    MeetingChange(
        meeting=meeting, status=meeting.status, begins_at=meeting.begins_at, why=why, by_id=by.user_id,
        by_name=by.user_name,
    ).save(force_insert=True)  # fmt: skip


def change_referrals(by: Acting, referrals: Iterable[Referral], status: str, words: str) -> None:
    """Take referrals to another status, with a step each."""
    from django.utils import timezone

    now, rows = timezone.now(), list(referrals)
    for row in rows:
        row.status, row.status_words, row.status_at, row.status_by = status, words, now, by.user_name
        row.version += 1
    Referral.objects.bulk_update(rows, ["status", "status_words", "status_at", "status_by", "version"])
    ReferralChange.objects.bulk_create(
        [
            ReferralChange(referral=row, case_id=row.case_id, status=status, words=words, by_name=by.user_name)
            for row in rows
        ]
    )


def ask(function: str, *arguments: Any) -> Any:
    """The answer of one of this room's SQL functions."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        row = cursor.fetchone()
    return row[0] if row else None


def tick(meeting_id: int) -> None:
    """Say to every screen of a meeting that there is something new."""
    ask("marac_tick", meeting_id)


def tell_case(item: Item, words: str, more: str = "") -> None:
    """A line in the story of the item's case, for those who see its risk."""
    ask("marac_tell_case", item.id, words, more, item.id)


def notify(by: Acting, marac_id: int, organisations: Iterable[int] | None = None) -> int:
    """Queue a notice without any detail to who sits at a MARAC (for some organisations); how many get one."""
    seats = Seat.objects.filter(marac_id=marac_id, ended_at=None).exclude(user_id=by.worker_id)
    if organisations is not None:
        seats = seats.filter(organisation_id__in=list(organisations))
    return notify_users(set(seats.values_list("user_id", flat=True)))


def notify_meeting(by: Acting, meeting: Meeting) -> int:
    """The same for one meeting: to who sits there, and to who brings a case to it without a seat."""
    brings = Item.objects.filter(meeting=meeting, brought_by__isnull=False).exclude(
        status__in=(Item.WITHDRAWN, Item.PUT_OFF)
    )
    seats = Seat.objects.filter(marac_id=meeting.marac_id, ended_at=None)
    users = {*seats.values_list("user_id", flat=True), *brings.values_list("brought_by_id", flat=True)}
    return notify_users(users - {by.worker_id})


def notify_arrangers(by: Acting, marac_id: int) -> int:
    """The same to who chairs and coordinates a MARAC; how many get one."""
    seats = Seat.objects.filter(marac_id=marac_id, ended_at=None, part__in=ARRANGES).exclude(user_id=by.worker_id)
    return notify_users(set(seats.values_list("user_id", flat=True)))


def notify_users(users: Iterable[int]) -> int:
    """Queue a notice without any detail to some users, in this very transaction; how many get one."""
    ids = sorted(set(users))
    if ids:
        send_notice.defer(user_ids=ids)
    return len(ids)
