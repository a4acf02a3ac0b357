"""The queue of the single point of access, and one contact of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When
from django.db.models.expressions import Combinable
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Team, User
from leeward.platform.reference.lists import label
from leeward.platform.reference.working_time import working_time_between
from leeward.record.people.models import ContactDetail, Person, PersonName
from leeward.response.front_door.models import Attempt, Contact, ContactPerson, Decision, Offer, Target
from leeward.response.front_door.queries.reaching import ways_by_person
from leeward.response.front_door.rules import OPEN_STATUSES, promise_at, targets_of
from leeward.response.front_door.rules.queue import Standing
from leeward.response.front_door.rules.reaching import SafeTime, safe_time

RISK_ORDER = {"high": 0, "medium": 1, "unknown": 2, "standard": 3}
PAGE = 25  # the top of the queue is what is worked on
MOST = 3 * PAGE  # a queue longer than this is no queue any more; the heading then says "and more"


@dataclass(frozen=True)
class Clock:
    """How long somebody has waited of what was promised."""

    waited: timedelta
    promised: timedelta
    is_late: bool
    stopped: bool  # a first attempt was made

    @property
    def share(self) -> float:
        """Waited of promised: 1.0 when the promise runs out."""
        return self.waited / self.promised if self.promised else 1.0


# What a row of the queue shows; a contact has far more.
SHOWN = (
    "reference", "danger_now", "risk", "risk_reason", "child_danger", "about", "children", "side", "is_pregnant",
    "language", "known_before", "known_to", "route", "told", "status", "received_at", "attempt_due_at",
    "first_attempt_at", "may_contact", "contact_windows", "safe_contact", "person_id", "case_id", "assigned_to__name",
    "referrer__kind", "referrer__contact",
)  # fmt: skip


@dataclass(frozen=True)
class Returned:
    """Everybody who was asked returned it: who and why, since when, and by when somebody else is to be found."""

    by: tuple[tuple[str, str], ...]  # service, reason in words
    since: datetime
    waited: timedelta
    due_at: datetime
    is_late: bool


@dataclass(frozen=True)
class Place:
    """One contact's place in the queue, and what it hangs on."""

    stands: Standing
    clock: Clock
    safe: SafeTime
    is_mine: bool
    unanswered: tuple[str, ...] = ()  # services that were asked and have not answered in time
    offered_to: tuple[str, ...] = ()
    returned: Returned | None = None

    @property
    def is_stuck(self) -> bool:
        """Whether it waits for a service that does not come: nobody answered in time, or everybody returned it."""
        return bool(self.unanswered) or self.returned is not None


@dataclass(frozen=True)
class QueueRow(Place):
    """One contact of a page of the queue, with all that is shown of it."""

    contact: Contact = field(kw_only=True)
    from_whom: str = field(kw_only=True)
    assigned_to: str = field(kw_only=True)


@dataclass(frozen=True)
class Queue:
    """The rows in order, and what the heading and the chips say."""

    rows: list[QueueRow]
    waiting: int
    callable_now: int
    is_capped: bool
    page: int = 1
    has_more: bool = False


def clock_of(contact: Contact | Standing, now: datetime, targets: list[Target]) -> Clock:
    """The clock of a contact; in working hours where the promise that held when it came is counted so."""
    promise = promise_at(targets, contact.risk, contact.received_at)
    end = contact.first_attempt_at or now
    if promise.working:
        waited = working_time_between(contact.received_at, end, promise.hours)
        promised = working_time_between(contact.received_at, contact.attempt_due_at, promise.hours)
    else:
        waited, promised = end - contact.received_at, contact.attempt_due_at - contact.received_at
    return Clock(max(waited, timedelta()), promised, end > contact.attempt_due_at, contact.first_attempt_at is not None)


def triage_queue(*, by: Acting, show: str = "", page: int = 1, now: datetime | None = None) -> Queue:
    """Everybody who waits: danger and risk first, then who can be called now, then how long of the promised time.

    `show` narrows: mine, high, young, behaviour, out_of_hours, offered. Six statements, however long the queue. Where
    it is longer than what is read, the database leaves out who is least pressing, never who is in danger.
    """
    now = now or timezone.now()
    open_ones = Contact.objects.filter(team_id__in=by.team_ids, status__in=OPEN_STATUSES)
    pressing = open_ones.order_by(*_pressing(by, show, now)).values_list(*Standing._fields)
    found = [Standing(*row) for row in pressing[: MOST + 1]]
    targets = targets_of(by.partnership_id)
    offers: dict[int, list[Offer]] = {}
    for offer in Offer.objects.select_related("service", "organisation").filter(
        contact_id__in=[contact.id for contact in found if contact.case_id], status__in=("offered", "returned")
    ):
        offers.setdefault(offer.contact_id, []).append(offer)
    ways = ways_by_person({contact.person_id for contact in found[:MOST]}, judged=True)
    places = [
        _place(contact, now, targets, offers.get(contact.id, []), by, ways.get(contact.person_id, []))
        for contact in found[:MOST]
    ]
    waiting = [one for one in places if one.stands.status != Contact.OFFERED or one.unanswered]
    shown = [one for one in places if _shows(one, show, targets)] if show else waiting
    shown.sort(key=_order)
    page = min(max(page, 1), max(-(-len(shown) // PAGE), 1))
    rest = len(shown) - page * PAGE
    rows = _filled(shown[(page - 1) * PAGE : page * PAGE])
    audit.record("listed_contacts", "contact", listed=[row.contact.id for row in rows])
    return Queue(rows, len(waiting), sum(1 for one in waiting if one.safe.now), len(found) > MOST, page, rest > 0)


def _pressing(by: Acting, show: str, now: datetime) -> list[str | Combinable]:
    """The order in which the database reads the queue: what was asked for, then as `_order` where it can."""
    asked_for = {
        "mine": Q(assigned_to_id=by.user_id),
        "high": Q(risk="high"),
        "young": Q(about="young_person") | Q(side="child"),
        "behaviour": Q(side="causing_harm"),
        "offered": Q(status=Contact.OFFERED),
    }.get(show)
    late = Exists(Offer.objects.filter(contact=OuterRef("pk"), status="offered", answer_due_at__lt=now))
    in_hand = Q(status=Contact.OFFERED) & ~Q(late)  # offered, and the service still has time to answer

    def first(condition: Q) -> Case:
        return Case(When(condition, then=Value(0)), default=Value(1), output_field=IntegerField())

    risk = Case(
        *(When(risk=code, then=Value(place)) for code, place in RISK_ORDER.items()), default=Value(2),
        output_field=IntegerField(),
    )  # fmt: skip
    return [
        *([first(asked_for)] if asked_for is not None else []),
        first(~in_hand), "-danger_now", "-child_danger", risk, "received_at",
    ]  # fmt: skip


def _filled(places: list[Place]) -> list[QueueRow]:
    """The rows of a page with all that they show."""
    contacts = Contact.objects.select_related("assigned_to", "referrer").only(*SHOWN)
    whole = contacts.in_bulk([one.stands.id for one in places])
    return [
        QueueRow(
            **vars(one), contact=(contact := whole[one.stands.id]), from_whom=from_whom(contact),
            assigned_to=contact.assigned_to.name if contact.assigned_to else "",
        )
        for one in places
        if one.stands.id in whole  # one that was accepted meanwhile is out of sight
    ]  # fmt: skip


def _place(
    contact: Standing, now: datetime, targets: list[Target], offers: list[Offer], by: Acting, ways: list[ContactDetail]
) -> Place:
    asked = [offer for offer in offers if offer.status == "offered"]
    return Place(
        stands=contact,
        clock=clock_of(contact, now, targets),
        safe=safe_time(contact, ways, now),
        is_mine=contact.assigned_to_id == by.user_id,
        unanswered=tuple(_asked(offer) for offer in asked if offer.answer_due_at < now),
        offered_to=tuple(_asked(offer) for offer in asked),
        returned=returned_by(contact, offers, targets, now),
    )


def _asked(offer: Offer) -> str:
    return offer.service.name if offer.service else offer.organisation.name


def returned_by(
    contact: Contact | Standing, offers: list[Offer], targets: list[Target], now: datetime
) -> Returned | None:
    """Who returned a contact that nobody has or is asked to have; its clock runs from the last return.

    As long as was promised for a first attempt is given to ask somebody else.
    """
    back = [offer for offer in offers if offer.status == "returned"]
    if not back or contact.status not in (Contact.NEW, Contact.TAKEN) or len(back) < len(offers):
        return None
    since = max(offer.answered_at or offer.offered_at for offer in back)
    promise = promise_at(targets, contact.risk, since)
    due = promise.due(since)
    waited = working_time_between(since, now, promise.hours) if promise.working else now - since
    reasons = tuple((_asked(offer), label("return_reason", offer.return_reason).lower()) for offer in back)
    return Returned(reasons, since, max(waited, timedelta()), due, due < now)


def from_whom(contact: Contact) -> str:
    """Where a contact came from, in a few words: "Self, web", "Police, agreed"."""
    referrer = getattr(contact, "referrer", None)
    if referrer is not None:
        agreed = {"told_agreed": "agreed", "told_disagreed": "did not agree", "not_told": "not told"}.get(
            contact.told, ""
        )
        return ", ".join(filter(None, [label("referrer_kind", referrer.kind), agreed]))
    who = {"own_behaviour": "Self, about own behaviour", "me": "Self", "someone": "Somebody who knows them",
           "young_person": "Young person", "other_behaviour": "Worried about somebody's behaviour"}  # fmt: skip
    return f"{who.get(contact.about, 'Self')}, {label('contact_route', contact.route).lower()}"


def _order(row: Place) -> tuple[object, ...]:
    contact = row.stands
    return (
        not contact.danger_now,
        not contact.child_danger,
        RISK_ORDER.get(contact.risk, 2),
        not row.safe.now,
        not row.is_stuck,
        -row.clock.share if not row.clock.stopped else 0,
        contact.received_at,
    )


def _shows(row: Place, show: str, targets: list[Target]) -> bool:
    contact = row.stands
    return {
        "mine": row.is_mine,
        "high": contact.risk == "high",
        "young": contact.about == "young_person" or contact.side == "child",
        "behaviour": contact.side == "causing_harm",
        "out_of_hours": show == "out_of_hours" and _came_out_of_hours(contact.received_at, targets),
        "offered": contact.status == Contact.OFFERED,
    }.get(show, True)


def _came_out_of_hours(at: datetime, targets: list[Target]) -> bool:
    """Whether nobody worked at that moment, by the hours in which the promise for high risk is counted."""
    local = timezone.localtime(at)
    window = promise_at(targets, "high", at).hours.window(local.date())
    return window is None or not window[0] <= local < window[1]


@dataclass(frozen=True)
class ContactPage:
    """One contact with everything that its page shows."""

    contact: Contact
    person: Person
    names: list[PersonName]
    details: list[ContactDetail]
    people: list[ContactPerson]
    attempts: list[Attempt]  # also those that were taken back
    decision: Decision | None
    offers: list[Offer]
    colleagues: list[User]
    clock: Clock
    safe: SafeTime
    returned: Returned | None


def contact_page(*, by: Acting, contact_id: int, now: datetime | None = None) -> ContactPage | None:
    """One contact, or None where it does not exist or may not be seen (the same answer)."""
    now = now or timezone.now()
    contact = Contact.objects.select_related("assigned_to", "referrer", "person").filter(id=contact_id).first()
    if contact is None:
        return None
    audit.record("read_contact", "contact", contact.id, person=contact.person_id)
    decision = Decision.objects.filter(contact=contact, undone_at=None).order_by("-at").first()
    details = ways_by_person([contact.person_id]).get(contact.person_id, [])
    targets = targets_of(by.partnership_id)
    offers = list(
        Offer.objects.select_related("service", "organisation").filter(contact=contact).order_by("-offered_at")
    )
    return ContactPage(
        contact=contact,
        person=contact.person,
        names=list(PersonName.objects.filter(person_id=contact.person_id, ended_on=None).order_by("recorded_at")),
        details=[detail for detail in details if detail.ended_on is None],
        people=list(ContactPerson.objects.select_related("person").filter(contact=contact).order_by("part", "id")),
        attempts=list(Attempt.ever.select_related("way").filter(contact=contact).order_by("-at")),
        decision=decision,
        offers=offers,
        colleagues=triage_colleagues(by=by, team_id=contact.team_id),
        clock=clock_of(contact, now, targets),
        safe=safe_time(contact, details, now),
        returned=returned_by(contact, [offer for offer in offers if offer.status != "withdrawn"], targets, now),
    )


def triage_colleagues(*, by: Acting, team_id: int) -> list[User]:
    """Who works in the team that holds triage. A colleague whom a wall keeps out is listed too: walls are not told."""
    return list(
        User.objects.filter(
            memberships__teams=Team(id=team_id), memberships__is_active=True, is_active=True,
            memberships__roles__contains=["access_point"],
        ).order_by("name").distinct()
    )  # fmt: skip
