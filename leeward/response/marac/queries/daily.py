"""The short meeting of each working day: what became high since the last one, and who acts today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.record.cases.models import Case
from leeward.response.front_door.models import Contact
from leeward.response.marac.models import Item, Marac, MaracAction, Meeting, Seat

MOST = 60
IN_TRIAGE = ("new", "taken", "offered")


@dataclass
class Daily:
    """The page of one day."""

    marac: Marac
    meeting: Meeting | None  # today's, or the next
    since: datetime  # when the last one was
    contacts: list[Contact]
    cases: list[Case]
    items: list[Item]
    actions: list[MaracAction]
    on_list: set[int]  # cases that stand on its list already


def daily_maracs(by: Acting) -> list[Marac]:
    """The daily meetings at which one sits."""
    seats = Seat.objects.filter(user_id=by.worker_id, organisation_id=by.acts_for, ended_at=None)
    return list(
        Marac.objects.filter(kind=Marac.DAILY, is_active=True, id__in=seats.values("marac_id")).order_by("name")
    )


def daily_of(by: Acting, marac: Marac) -> Daily:
    """What is new since the last meeting, as far as whoever asks may see it."""
    now = timezone.now()
    start = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = (
        Meeting.objects.filter(marac=marac, begins_at__gte=start)
        .exclude(status=Meeting.CANCELLED)
        .order_by("begins_at")
        .first()
    )
    last = (
        Meeting.objects.filter(marac=marac, status__in=(Meeting.HELD, Meeting.MINUTED), begins_at__lt=now)
        .order_by("-begins_at")
        .first()
    )
    since = (last.closed_at or last.begins_at) if last else now - timedelta(days=3)
    contacts: list[Contact] = []
    if by.may(Permission.TRIAGE):
        contacts = list(
            Contact.objects.filter(risk="high", status__in=IN_TRIAGE, received_at__gte=since)
            .select_related("assigned_to")
            .order_by("received_at")[:MOST]
        )
    cases = list(
        Case.objects.filter(
            partnership_id=by.partnership_id, status="open", risk="high", risk_on__gte=timezone.localdate(since)
        )
        .select_related("person", "lead_worker", "lead_organisation")
        .order_by("-risk_on", "id")[:MOST]
    )
    items = list(
        Item.objects.filter(meeting=today).select_related("person", "referral").order_by("position") if today else ()
    )
    actions = list(
        MaracAction.objects.filter(item__in=[one.id for one in items])
        .select_related("organisation", "owner")
        .order_by("due_on", "id")
    )
    audit.record("listed_daily", "case", listed=[one.id for one in cases])
    if contacts:
        audit.record("listed_contacts", "contact", listed=[one.id for one in contacts])
    return Daily(marac, today, since, contacts, cases, items, actions, {one.case_id for one in items})
