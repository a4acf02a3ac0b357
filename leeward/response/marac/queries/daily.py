"""The short meeting of each working day: what became high since the last one, and who acts today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import User
from leeward.platform.access.roles import Permission
from leeward.record.cases.models import Case, CaseSight, Scope
from leeward.response.front_door.models import Contact
from leeward.response.front_door.queries.triage import triage_colleagues
from leeward.response.marac.models import ContactItem, Item, Marac, MaracAction, Meeting, Seat
from leeward.response.marac.rules.referring import why_not_referred

MOST = 60
IN_TRIAGE = (Contact.NEW, Contact.TAKEN)
DONE = (Meeting.HELD, Meeting.MINUTED)


@dataclass
class Daily:
    """The page of one day."""

    marac: Marac
    meeting: Meeting | None  # the one that is on, or comes next
    last: Meeting | None
    since: datetime  # when the last one ended
    contacts: list[Contact]
    told: list[ContactItem]  # contacts on its list, and on the last one's, whose case has no item yet
    team: dict[int, list[User]]  # who of the triage team can act for a contact, by team
    cases: list[Case]
    mine: set[int]  # cases that whoever asks may put on the list
    on_list: set[int]  # cases that stand on it already
    items: list[Item]
    actions: list[MaracAction]
    names: dict[int, str] = field(default_factory=dict)  # whom an item is about

    @property
    def ready(self) -> list[Case]:
        """What whoever asks can put on the list now."""
        return [one for one in self.cases if one.id in self.mine and one.id not in self.on_list]

    @property
    def told_today(self) -> list[ContactItem]:
        """Contacts on the list of this meeting."""
        return [one for one in self.told if self.meeting is not None and one.meeting_id == self.meeting.id]

    @property
    def is_today(self) -> bool:
        """Whether the meeting is today’s, or an earlier one that nobody held."""
        return self.meeting is not None and timezone.localdate(self.meeting.begins_at) <= timezone.localdate()


def daily_maracs(by: Acting) -> list[Any]:
    """The daily meetings at which one sits, each with whether one arranges it."""
    seats = Seat.objects.filter(user_id=by.worker_id, organisation_id=by.acts_for, ended_at=None)
    return list(
        Marac.objects.filter(kind=Marac.DAILY, is_active=True, id__in=seats.values("marac_id"))
        .annotate(arranges=RawSQL("marac_marac.id = ANY (marac_arranges())", (), BooleanField()))
        .order_by("name")
    )


def coming(marac: Marac) -> Meeting | None:
    """The daily meeting that is open, or the first that is still to be held: also one that nobody came to."""
    rows = Meeting.objects.filter(marac=marac, status__in=(Meeting.PLANNED, Meeting.OPEN))
    return rows.select_related("marac").order_by("begins_at").first()


def contacts_on(meeting: Meeting) -> list[ContactItem]:
    """The contacts on the list of a daily meeting whose case has no item; none on a MARAC's agenda."""
    if meeting.marac.kind != Marac.DAILY:
        return []
    found = ContactItem.objects.filter(meeting=meeting, item=None).select_related("organisation")
    rows = list(found.order_by("received_at", "id"))
    if rows:
        audit.record("listed_contacts", "contact", listed=[one.contact_id for one in rows])
    return rows


def with_whole_sight(cases: Iterable[int]) -> set[int]:
    """Those of some open cases of who is harmed in which whoever acts works, with their risk."""
    return set(
        CaseSight.objects.filter(
            case_id__in=list(cases), scope__gte=Scope.FULL, risk=True, source="involvement", status="open"
        )
        .exclude(side="causing_harm")
        .values_list("case_id", flat=True)
    )


def triage_team(by: Acting, contacts: Iterable[Contact]) -> dict[int, list[User]]:
    """Who of the triage team can act for some contacts, by team; there is one team, or a few."""
    return {team: triage_colleagues(by=by, team_id=team) for team in sorted({one.team_id for one in contacts})}


def daily_of(by: Acting, marac: Marac) -> Daily:
    """What is new since the last meeting, as far as whoever asks may see it."""
    meeting = coming(marac)
    last = Meeting.objects.filter(marac=marac, status__in=DONE).order_by("-begins_at").first()
    since = (last.closed_at or last.begins_at) if last else timezone.now() - timedelta(days=3)
    contacts: list[Contact] = []
    if by.may(Permission.TRIAGE):
        contacts = list(
            # One that came in before the last meeting stays here for as long as nobody acts.
            Contact.objects.filter(risk="high", status__in=IN_TRIAGE)
            .filter(Q(received_at__gte=since) | Q(assigned_to=None))
            .select_related("assigned_to")
            .order_by("received_at")[:MOST]
        )
    shown = [one.id for one in (meeting, last) if one is not None]
    items = list(Item.objects.filter(meeting__in=shown).select_related("person", "meeting").order_by("position"))
    told = list(
        ContactItem.objects.filter(meeting__in=shown, item=None)
        .select_related("organisation")
        .order_by("received_at", "id")
    )
    settled = {one.case_id for one in items if meeting is None or one.meeting_id != meeting.id}
    cases = [
        case
        for case in Case.objects.filter(
            partnership_id=by.partnership_id, status="open", risk="high", risk_on__gte=timezone.localdate(since)
        )
        .exclude(side="causing_harm")
        .select_related("person", "lead_worker", "lead_organisation")
        .order_by("-risk_on", "id")[:MOST]
        if case.id not in settled
    ]
    whole = with_whole_sight(case.id for case in cases)
    actions = list(
        MaracAction.objects.filter(item__in=[one.id for one in items])
        .select_related("organisation", "owner")
        .order_by("due_on", "id")
    )
    audit.record("listed_daily", "case", listed=[one.id for one in cases])
    seen = {one.id for one in contacts} | {one.contact_id for one in told}
    if seen:
        audit.record("listed_contacts", "contact", listed=sorted(seen))
    today = [one for one in items if meeting is not None and one.meeting_id == meeting.id]
    return Daily(
        marac, meeting, last, since, contacts, told, triage_team(by, contacts), cases,
        {case.id for case in cases if case.id in whole and not why_not_referred(case, case.person)},
        {one.case_id for one in today if one.status in (Item.LISTED, Item.HEARD)}, today, actions,
        {one.id: one.person.called for one in items},
    )  # fmt: skip
