"""Hand a contact on with the story intact: to one or several services that accept it or return it with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Team
from leeward.platform.access.notices import tell_those_of
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.directory.models import Service
from leeward.platform.reference.lists import label
from leeward.platform.reference.working_time import Hours, add_working_time
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import open_case
from leeward.record.cases.actions.sharing import accept_share, end_share, return_share, share_case
from leeward.record.cases.models import Case, Scope
from leeward.response.front_door.actions.carrying import carry_screen
from leeward.response.front_door.actions.triage import DECIDED, TRIAGE_ONLY, lock_contact, set_receipt, write_decision
from leeward.response.front_door.models import Attempt, Contact, ContactPerson, ContactStatus, Offer
from leeward.response.front_door.rules import OPEN_STATUSES
from leeward.response.front_door.rules.trying import attempt_words


@dataclass(frozen=True)
class OfferTo:
    """One service that a contact is offered to, and how much of it opens on acceptance (or at once)."""

    service: Service
    scope: int = Scope.FULL
    address: bool = True
    risk: bool = True
    at_once: bool = False
    message: str = ""
    proposed_by: str = ""


@transaction.atomic
def hand_on(
    *, by: Acting, contact: Contact, offers: tuple[OfferTo, ...], lawful_basis: str, told: str, why: str = "",
    note: str = "", version: int | None = None,
) -> Case:  # fmt: skip
    """Offer a contact to services. It becomes a case that the access point leads until one of them accepts.

    The case carries the contact's whole story in its chronology. Raises Refused without a service, for a decided
    contact, or where the basis does not hold (see share_case); Conflict where somebody else worked on the contact
    after `version`.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    if not offers:
        raise Refused("Choose at least one service.")
    contact = lock_contact(contact, version)
    if contact.status not in OPEN_STATUSES:
        raise Refused(DECIDED)
    waiting = {offer.service_id for offer in Offer.objects.filter(contact=contact, status="offered")}
    case = contact.case or _case_from(by=by, contact=contact, lawful_basis=lawful_basis, told=told, why=why)
    if contact.case_id is None:
        Contact.objects.filter(id=contact.id).update(case=case)
        contact.case = case
        carry_screen(by=by, contact=contact, case=case)
    for offer in offers:
        if offer.service.id in waiting:
            raise Refused(f"{offer.service.name} has been asked already and has not answered yet.")
        _offer(by=by, contact=contact, case=case, to=offer, lawful_basis=lawful_basis, told=told, why=why)
    write_decision(by=by, contact=contact, outcome="referred", note=note)
    Contact.objects.filter(id=contact.id).update(
        status=Contact.OFFERED, decided_at=timezone.now(), assigned_to_id=by.user_id, version=F("version") + 1
    )
    ContactStatus(contact=contact, status=Contact.OFFERED, by_id=by.user_id).save(force_insert=True)
    set_receipt(contact, "working")
    return case


def _case_from(*, by: Acting, contact: Contact, lawful_basis: str, told: str, why: str) -> Case:
    others = tuple(
        (row.person, row.part) for row in ContactPerson.objects.select_related("person").filter(contact=contact)
    )
    case = open_case(
        by=by,
        person=contact.person,
        side=contact.side,
        lawful_basis=lawful_basis,
        told=told,
        why=why,
        team=Team.objects.get(id=contact.team_id),
        counts_for=contact.area_code,
        risk=contact.risk,
        own_words=contact.story if contact.about in ("me", "own_behaviour") else "",
        others=others,
        reference=contact.reference,
    )
    add_entry(
        by=by, case=case, kind="contact", title=f"Asked for help: {label('contact_route', contact.route).lower()}",
        words=contact.story, at=contact.received_at, about=("contact", contact.id), scope=2,
    )  # fmt: skip
    for attempt in Attempt.objects.filter(contact=contact).order_by("at"):
        add_entry(
            by=by, case=case, kind="attempt", title=attempt_words(attempt), text=attempt.note, at=attempt.at,
            about=("attempt", attempt.id),
        )  # fmt: skip
    return case


def _offer(*, by: Acting, contact: Contact, case: Case, to: OfferTo, lawful_basis: str, told: str, why: str) -> Offer:
    service = to.service
    share = share_case(
        by=by,
        case=case,
        organisation_id=service.organisation_id,
        organisation_name=service.name,
        team_id=service.team_id,
        scope=to.scope,
        address=to.address,
        risk=to.risk,
        lawful_basis=lawful_basis,
        told=told,
        why=why,
        at_once=to.at_once,
        origin="front_door",  # answered on the front door's own page
    )
    hours = Hours()
    if service.opens and service.closes:
        weekdays = frozenset(service.weekdays or range(5))
        hours = Hours(service.opens, service.closes, weekdays, service.on_bank_holidays)
    offer = Offer(
        contact=contact, case=case, involvement=share, service=service, organisation_id=service.organisation_id,
        team_of_triage_id=contact.team_id, reference=contact.reference, proposed_by=to.proposed_by, message=to.message,
        answer_due_at=add_working_time(timezone.now(), timedelta(hours=service.answers_within_hours), hours),
    )  # fmt: skip
    offer.save(force_insert=True)
    tell_those_of("front_door_to_answer", offer.id)
    return offer


@transaction.atomic
def accept_offer(*, by: Acting, offer: Offer, worker_id: int | None = None) -> Case:
    """Accept: sight begins, the story is there, the referrer learns that it was accepted, triage sees it no more."""
    offer = Offer.objects.select_for_update(no_key=True).get(id=offer.id)
    if offer.status != "offered":
        raise Refused("Somebody has answered this already.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_offer_leads(%s)", [offer.id])
        leads = bool(cursor.fetchone()[0])
    share = offer.involvement
    if leads:
        type(share).objects.filter(id=share.id).update(is_lead=True)
    accept_share(by=by, share=share, worker_id=worker_id)
    Offer.objects.filter(id=offer.id).update(status="accepted", answered_at=timezone.now())
    _answered(offer)
    case = Case.objects.get(id=offer.case_id)
    audit.record("accepted_offer", "offer", offer.id, person=case.person_id)
    return case


@transaction.atomic
def return_offer(*, by: Acting, offer: Offer, reason: str, note: str = "") -> None:
    """Return an offer with a reason; when nobody is left who was asked, the contact is back in the queue."""
    offer = Offer.objects.select_for_update(no_key=True).get(id=offer.id)
    if offer.status != "offered":
        raise Refused("Somebody has answered this already.")
    return_share(by=by, share=offer.involvement, reason=reason, note=note)
    Offer.objects.filter(id=offer.id).update(
        status="returned", answered_at=timezone.now(), return_reason=reason, return_note=note
    )
    _answered(offer)
    tell_those_of("front_door_returned", offer.contact_id)
    audit.record("returned_offer", "offer", offer.id, detail={"reason": reason})


@transaction.atomic
def withdraw_offer(*, by: Acting, offer: Offer, reason: str) -> None:
    """Take an offer back before it is answered."""
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    offer = Offer.objects.select_for_update(no_key=True).get(id=offer.id)
    if offer.status != "offered":
        raise Refused("Somebody has answered this already.")
    end_share(by=by, case=offer.case, share=offer.involvement, reason=reason)
    Offer.objects.filter(id=offer.id).update(status="withdrawn", answered_at=timezone.now())
    _answered(offer)
    audit.record("withdrew_offer", "offer", offer.id)


@transaction.atomic
def withdraw_left_offer(*, by: Acting, offer_id: int) -> None:
    """Take back an offer that nobody answered before another service accepted; triage sees the case no more."""
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_withdraw_left(%s)", [offer_id])
        done = bool(cursor.fetchone()[0])
    if not done:
        raise Refused("Somebody has answered this already.")
    audit.record("withdrew_offer", "offer", offer_id)


def _answered(offer: Offer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_offer_answered(%s)", [offer.id])
