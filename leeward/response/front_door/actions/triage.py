"""Work in triage: take a contact, try to reach somebody, decide, undo."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.closing import close_without_work, reopen_case
from leeward.record.cases.models import Case as CaseOfHelp
from leeward.response.front_door.models import Attempt, Contact, ContactCount, ContactStatus, Decision, Offer
from leeward.response.front_door.queries.reaching import ways_by_person
from leeward.response.front_door.rules import OPEN_STATUSES
from leeward.response.front_door.rules.reaching import UNSAFE_THEN, safe_time
from leeward.response.front_door.rules.trying import (
    IN_THE_FUTURE,
    NEVER_THEIRS,
    NOT_THEIRS,
    NOT_WITH_THIS,
    TOO_EARLY,
    attempt_words,
    fits,
    is_a_try,
    is_too_early,
)

TRIAGE_ONLY = "Only the single point of access works with contacts in triage."
DECIDED = "This contact has been decided already."
# Who takes or is given a contact that services were asked to take does not take it back from them.
WITH_SOMEBODY = Case(When(status=Contact.OFFERED, then=Value(Contact.OFFERED)), default=Value(Contact.TAKEN))


def lock_contact(contact: Contact, version: int | None = None) -> Contact:
    """The contact as it stands, kept from everybody else until this is done. For the actions of this room.

    Raises Conflict with what now stands where somebody changed it after the page was shown, Refused where it has left
    triage.
    """
    found = Contact.objects.select_for_update(no_key=True).filter(id=contact.id).first()
    if found is None:
        raise Refused("A service has accepted this contact meanwhile. It is no longer in triage.")
    if version is not None and found.version != version:
        raise Conflict("Somebody else worked on this contact while you were writing.", theirs=standing_of(found))
    return found


def standing_of(contact: Contact) -> dict[str, object]:
    """What stands about a contact that a second worker must know of, by name."""
    last = Attempt.objects.filter(contact=contact).order_by("-at").first()
    decision = Decision.objects.filter(contact=contact, undone_at=None).order_by("-at").first()
    has = contact.assigned_to
    return {
        "status": STANDS[contact.status],
        "risk": label("risk_level", contact.risk),
        "who": has.name if has else "Nobody",
        "attempt": f"{attempt_words(last)}, {last.by_name}" if last else "",
        "outcome": decision.outcome if decision else "",
        "note": decision.note if decision else "",
        "by": decision.by_name if decision else "",
    }  # fmt: skip


STANDS = {
    Contact.NEW: "Waiting",
    Contact.TAKEN: "Taken",
    Contact.OFFERED: "Offered to a service",
    Contact.CLOSED: "Decided",
    Contact.HANDED_ON: "Handed on",
}


@transaction.atomic
def take_contact(*, by: Acting, contact: Contact) -> Contact:
    """Take a contact: one worker gets it, however many press at once. Raises Refused naming who has it."""
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    took = Contact.objects.filter(
        Q(assigned_to=None) | Q(assigned_to_id=by.user_id), id=contact.id, status__in=OPEN_STATUSES
    ).update(assigned_to_id=by.user_id, assigned_at=timezone.now(), status=WITH_SOMEBODY, version=F("version") + 1)
    if not took:
        now = Contact.objects.select_related("assigned_to").get(id=contact.id)
        if now.status not in OPEN_STATUSES:
            raise Refused(DECIDED)
        raise Refused(f"{now.assigned_to.name if now.assigned_to else 'Somebody'} has taken this one already.")
    taken = Contact.objects.get(id=contact.id)
    _status(by, contact, taken.status)
    audit.record("took_contact", "contact", contact.id, person=contact.person_id)
    return taken


@transaction.atomic
def release_contact(*, by: Acting, contact: Contact) -> None:
    """Put a contact back into the queue; its clock has gone on all the time."""
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    released = Contact.objects.filter(id=contact.id, assigned_to_id=by.user_id, status=Contact.TAKEN).update(
        assigned_to=None, assigned_at=None, status=Contact.NEW, version=F("version") + 1
    )
    if not released:
        raise Refused("You do not have this contact.")
    _status(by, contact, Contact.NEW, "Put back")
    audit.record("released_contact", "contact", contact.id, person=contact.person_id)


@transaction.atomic
def assign_contact(*, by: Acting, contact: Contact, to_user_id: int) -> None:
    """Give a contact to a colleague of the triage team; one that is offered stays offered. Refused once decided."""
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    contact = lock_contact(contact)
    if contact.status not in OPEN_STATUSES:
        raise Refused(DECIDED)
    Contact.objects.filter(id=contact.id).update(
        assigned_to_id=to_user_id, assigned_at=timezone.now(), status=WITH_SOMEBODY, version=F("version") + 1
    )
    _status(
        by, contact, Contact.OFFERED if contact.status == Contact.OFFERED else Contact.TAKEN, "Given to a colleague"
    )
    audit.record("assigned_contact", "contact", contact.id, person=contact.person_id, detail={"to": to_user_id})


@transaction.atomic
def log_attempt(
    *, by: Acting, contact: Contact, how: str, outcome: str, note: str = "", why_outside: str = "",
    at: datetime | None = None, they_came: bool = False, way_id: int | None = None, next_at: datetime | None = None,
    next_why: str = "",
) -> Attempt:  # fmt: skip
    """Write down a try to reach somebody; the first stops the clock. A case that the contact is already is told.

    A way, a time or a voicemail that they have not said is safe needs a reason in words; Refused without one. Where
    they rang or came to us (`they_came`) the time and the way were theirs. `way_id` is which of their ways was tried.
    `next_at` is when somebody is to try again: it replaces what was planned before, and outside the safe times it needs
    `next_why`.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    contact = lock_contact(contact)
    moment = at or timezone.now()
    if moment > timezone.now():
        raise Refused(f"{IN_THE_FUTURE}.")
    if is_too_early(contact, moment):
        raise Refused(f"{TOO_EARLY}.")
    moment = max(moment, contact.received_at)  # a time that was typed has no seconds
    if they_came and outcome in NEVER_THEIRS:
        raise Refused(f"{NOT_THEIRS}.")
    details = ways_by_person([contact.person_id]).get(contact.person_id, [])
    used = details if way_id is None else [one for one in details if one.id == way_id and one.ended_on is None]
    if way_id is not None and not (used and fits(how, used[0].kind)):
        raise Refused(f"{NOT_WITH_THIS}.")
    against = [] if they_came else safe_time(contact, used, moment).against(how, outcome)
    if against and not why_outside.strip():
        raise Refused(f"{against[0][1]} Say why you tried all the same.")
    if next_at is not None and next_at <= timezone.now():
        raise Refused("The next try must lie ahead. Check the date and the time.")
    unsafe = next_at is not None and not safe_time(contact, details, next_at).hows_now
    if unsafe and not next_why.strip():
        raise Refused(f"{UNSAFE_THEN}. Say why somebody should try then all the same.")
    was_later = Attempt.objects.filter(contact=contact, at__gt=moment).exists()
    attempt = Attempt(
        contact=contact, at=moment, how=how, outcome=outcome, note=note, outside_safe_time=bool(against),
        why_outside=why_outside, way_id=way_id, they_came=they_came, next_at=next_at,
        next_why=next_why if unsafe else "", by_id=by.worker_id, by_name=by.user_name,
    )  # fmt: skip
    attempt.save(force_insert=True)
    first = contact.first_attempt_at
    if is_a_try(they_came=they_came, outcome=outcome) and (first is None or moment < first):
        set_first_attempt(contact, moment)
    # One that is written down late does not put an end to what a later one planned.
    planned = contact.next_try_at if next_at is None and was_later else next_at
    Contact.objects.filter(id=contact.id).update(version=F("version") + 1, next_try_at=planned)
    if contact.status in OPEN_STATUSES:
        set_receipt(contact, "working")
    if contact.case_id is not None:
        add_entry(
            by=by, case=CaseOfHelp.objects.get(id=contact.case_id), kind="attempt", title=attempt_words(attempt),
            text=note, at=moment, about=("attempt", attempt.id),
        )  # fmt: skip
    audit.record(
        "logged_attempt", "contact", contact.id, person=contact.person_id,
        detail={
            "how": how, "outcome": outcome, "outside": bool(against), "again": next_at is not None, "they": they_came,
        },
    )  # fmt: skip
    return attempt


def set_first_attempt(contact: Contact, at: datetime | None) -> None:
    """When somebody was first tried, with its count; None where nobody has tried. For the actions of this room."""
    Contact.objects.filter(id=contact.id).update(first_attempt_at=at)
    ContactCount.objects.filter(contact_id=contact.id).update(
        minutes_to_attempt=None if at is None else max(int((at - contact.received_at).total_seconds() // 60), 0),
        attempt_in_time=None if at is None else at <= contact.attempt_due_at,
    )
    contact.first_attempt_at = at


# What a referrer learns of a decision. Why somebody did not want help, or that they are known already, is theirs alone:
# the referrer is told that this referral has ended, as after advice.
RECEIPT_AFTER = {
    "no_contact": "not_reached",
    "advice": "passed_on",
    "signposted": "passed_on",
    "emergency": "passed_on",
    "refused": "ended",
    "duplicate": "ended",
}
# How a case ends that was opened for services of which none took it up (code list closing_reason).
CASE_ENDS = {
    "no_contact": "no_contact",
    "advice": "goals_met",
    "signposted": "moved_on",
    "emergency": "moved_on",
    "refused": "declined",
    "duplicate": "opened_in_error",
}


@transaction.atomic
def decide_contact(
    *, by: Acting, contact: Contact, outcome: str, note: str = "", signposted_to: str = "",
    duplicate_of: Contact | None = None, version: int | None = None,
) -> Decision:  # fmt: skip
    """Decide about a contact without a referral (that is `hand_on`): it leaves the queue.

    Raises Refused where nobody was tried before "could not be reached", the duplicate is not named, or a service has
    still to answer; Conflict where somebody else worked on it after `version`. A case that no service took up ends.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    contact = lock_contact(contact, version)
    if contact.status not in OPEN_STATUSES:
        raise Refused(DECIDED)
    asked = Offer.objects.select_related("service", "organisation").filter(contact=contact, status="offered").first()
    if asked is not None:
        name = asked.service.name if asked.service else asked.organisation.name
        raise Refused(f"{name} has been asked and has not answered yet. Withdraw the offer first.")
    if outcome == "referred":
        raise Refused("A referral says to whom: hand the contact on.")
    if outcome == "no_contact" and contact.first_attempt_at is None:
        raise Refused("Nobody has tried to reach them yet. Write down the attempts first.")
    if outcome == "duplicate" and duplicate_of is None:
        raise Refused("Say which contact this is the same as.")
    if outcome == "signposted" and not signposted_to.strip():
        raise Refused("Say where you signposted them to.")
    decision = write_decision(
        by=by, contact=contact, outcome=outcome, note=note, signposted_to=signposted_to, duplicate_of=duplicate_of
    )
    Contact.objects.filter(id=contact.id).update(
        status=Contact.CLOSED, decided_at=decision.at, version=F("version") + 1
    )
    if contact.case_id is not None:
        case = CaseOfHelp.objects.get(id=contact.case_id)
        words = f"Decided in triage: {label('contact_outcome', outcome).lower()}"
        close_without_work(by=by, case=case, reason=CASE_ENDS[outcome], note=words)
    _status(by, contact, Contact.CLOSED)
    set_receipt(contact, RECEIPT_AFTER[outcome])
    return decision


@transaction.atomic
def undo_decision(*, by: Acting, contact: Contact) -> None:
    """Take a decision back: the contact is in the queue again, with whoever undid it. Not after a service accepted."""
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    contact = lock_contact(contact)
    decision = Decision.objects.filter(contact=contact, undone_at=None).order_by("-at").first()
    if decision is None or contact.status != Contact.CLOSED:
        raise Refused("There is no decision to undo.")
    Decision.objects.filter(id=decision.id).update(undone_at=timezone.now(), undone_by_id=by.user_id)
    Contact.objects.filter(id=contact.id).update(
        status=Contact.TAKEN, decided_at=None, assigned_to_id=by.user_id, assigned_at=timezone.now(),
        version=F("version") + 1,
    )  # fmt: skip
    if contact.case_id is not None:
        reopen_case(by=by, case=CaseOfHelp.objects.get(id=contact.case_id), why="The decision in triage was undone")
    ContactCount.objects.filter(contact_id=contact.id).update(outcome="", minutes_to_decision=None)
    _status(by, contact, Contact.TAKEN, "Decision undone")
    set_receipt(contact, "working")
    audit.record("undid_decision", "contact", contact.id, person=contact.person_id)


def write_decision(
    *, by: Acting, contact: Contact, outcome: str, note: str = "", signposted_to: str = "",
    duplicate_of: Contact | None = None,
) -> Decision:  # fmt: skip
    """The row of a decision with its count; for the actions of this room."""
    decision = Decision(
        contact=contact, outcome=outcome, note=note, signposted_to=signposted_to, duplicate_of=duplicate_of,
        by_id=by.worker_id, by_name=by.user_name,
    )  # fmt: skip
    decision.save(force_insert=True)
    ContactCount.objects.filter(contact_id=contact.id).update(
        outcome=outcome, minutes_to_decision=max(int((decision.at - contact.received_at).total_seconds() // 60), 0)
    )
    audit.record("decided_contact", "contact", contact.id, person=contact.person_id, detail={"outcome": outcome})
    return decision


def set_receipt(contact: Contact, status: str) -> None:
    """What the referrer may learn from now on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_set_receipt(%s, %s)", [contact.id, status])


def _status(by: Acting, contact: Contact, status: str, note: str = "") -> None:
    ContactStatus(contact=contact, status=status, by_id=by.user_id, note=note).save(force_insert=True)
