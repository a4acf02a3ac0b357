"""After an attempt: take back one that was recorded by mistake, and say that a way is not safe any more."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.db.models import F, Min, Q
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case
from leeward.record.people.actions.contact import change_contact_detail, facts_of
from leeward.record.people.actions.facts import Source
from leeward.record.people.models import ContactDetail, FactChange
from leeward.response.front_door.actions.triage import DECIDED, TRIAGE_ONLY, lock_contact, set_first_attempt
from leeward.response.front_door.models import Attempt, Contact
from leeward.response.front_door.rules import OPEN_STATUSES
from leeward.response.front_door.rules.trying import attempt_words, ways_in_question

A_TRY = Q(they_came=False) | Q(outcome="spoke")  # as rules.trying.is_a_try


@transaction.atomic
def take_attempt_back(*, by: Acting, contact: Contact, attempt_id: int, why: str) -> None:
    """An attempt was recorded by mistake: it is kept and counts for nothing, as if it had not been.

    The clock of the first attempt and the next try are what they were without it; a case that was told is told.
    Raises Refused for a decided contact, whose decision may rest on it.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    contact = lock_contact(contact)
    if contact.status not in OPEN_STATUSES:
        raise Refused(DECIDED)
    if not why.strip():
        raise Refused("Say why it is taken back.")
    attempt = Attempt.objects.filter(id=attempt_id, contact=contact).first()
    if attempt is None:
        raise Refused("This attempt has been taken back already.")
    Attempt.objects.filter(id=attempt.id).update(
        taken_back_at=timezone.now(), taken_back_by_id=by.worker_id, taken_back_by_name=by.user_name,
        taken_back_why=why.strip()[:300],
    )  # fmt: skip
    left = Attempt.objects.filter(contact=contact)
    if contact.first_attempt_at is not None and attempt.at <= contact.first_attempt_at:
        set_first_attempt(contact, left.filter(A_TRY).aggregate(first=Min("at"))["first"])
    last = left.order_by("-at", "-id").first()
    is_last = last is None or attempt.at >= last.at
    if is_last or (attempt.next_at is not None and attempt.next_at == contact.next_try_at):
        Contact.objects.filter(id=contact.id).update(next_try_at=last.next_at if last else None)
    Contact.objects.filter(id=contact.id).update(version=F("version") + 1)
    if contact.case_id is not None:
        words = attempt_words(attempt)
        add_entry(
            by=by, case=Case.objects.get(id=contact.case_id), kind="attempt",
            title=f"Recorded by mistake and taken back: {words[0].lower()}{words[1:]}", text=why.strip(),
            about=("attempt", attempt.id),
        )  # fmt: skip
    audit.record("took_attempt_back", "contact", contact.id, person=contact.person_id, detail={"attempt": attempt.id})


@transaction.atomic
def doubt_way(*, by: Acting, contact: Contact, attempt: Attempt, detail_id: int, is_safe: str) -> FactChange | None:
    """After an attempt that went wrong: this way is not safe (`no`), or nobody knows any more (`unknown`).

    What they said of a text and a voicemail on it holds no longer either. None where it was said already.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    if is_safe not in ("no", "unknown"):
        raise Refused("Choose one of the answers on this page.")
    contact = lock_contact(contact)
    if contact.status not in OPEN_STATUSES:
        raise Refused(DECIDED)
    details = ContactDetail.objects.filter(id=detail_id, person_id=contact.person_id)
    detail = next(iter(ways_in_question(attempt, details)), None)
    if detail is None:
        return None
    facts = replace(facts_of(detail), is_safe=is_safe)
    if detail.kind == "phone":
        facts = replace(facts, text=is_safe, voicemail=is_safe)
    return change_contact_detail(
        by=by, person_id=contact.person_id, detail_id=detail.id, version=detail.version, facts=facts,
        source=Source(who=f"An attempt in triage: {label('attempt_outcome', attempt.outcome).lower()}"),
    )  # fmt: skip
