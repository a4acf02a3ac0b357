"""Put right what is known of a contact: its risk and facts, and a line that is added to the story."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.details import set_risk
from leeward.record.cases.models import Case
from leeward.record.people.actions.details import add_name, change_person, details_of
from leeward.record.people.actions.facts import Source
from leeward.record.people.models import Person, PersonName
from leeward.response.front_door.actions.keeping_out import keep_out
from leeward.response.front_door.actions.triage import DECIDED, TRIAGE_ONLY, lock_contact
from leeward.response.front_door.models import Contact, ContactCount, ContactStatus
from leeward.response.front_door.rules import OPEN_STATUSES, attempt_due

NAMES = {
    "danger_now": "danger now", "risk": "risk", "risk_reason": "why that risk", "area_code": "area",
    "language": "language", "needs": "needs",
}  # fmt: skip

MOST_NAMED = Contact._meta.get_field("must_not_know").max_length or 0
NAME_KNOWN = "Their record has a name or a birth date meanwhile. Change it there, and ask the index again."


@dataclass(frozen=True)
class ContactFacts:
    """What triage may put right. `added` is a further line of the story; what was told stays as it was told.

    A name and a birth date are for who had none: what is known already is changed on their record.
    """

    risk: str
    risk_reason: str = ""
    danger_now: bool = False
    area_code: str = ""
    language: str = ""
    needs: tuple[str, ...] = ()
    added: str = ""
    must_not_know: str = ""  # who else must not know; those who were named before stay
    given: str = ""
    family: str = ""
    birth_date: date | None = None
    birth_precision: str = "unknown"


@transaction.atomic
def correct_contact(*, by: Acting, contact: Contact, facts: ContactFacts, version: int | None = None) -> Contact:
    """Put right what is known. The promised time follows the new risk, counted from when they asked.

    Raises Refused for a decided contact and for a new risk without a reason; Conflict where somebody else worked on
    the contact after `version`.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    contact = lock_contact(contact, version)
    if contact.status not in OPEN_STATUSES:
        raise Refused(DECIDED)
    risk = "high" if facts.danger_now else facts.risk
    if risk != contact.risk and not facts.risk_reason.strip():
        raise Refused("Say why the risk is another one now.")
    new: dict[str, object] = {
        "danger_now": facts.danger_now, "risk": risk, "risk_reason": facts.risk_reason, "area_code": facts.area_code,
        "language": facts.language, "needs": list(facts.needs),
    }  # fmt: skip
    changed = [name for name, value in new.items() if value != getattr(contact, name)]
    added = facts.added.strip()
    learned = [
        *(["name"] if facts.given or facts.family else []), *(["birth date"] if facts.birth_date else []),
        *(["who must not know"] if facts.must_not_know.strip() else []),
    ]  # fmt: skip
    if not (changed or added or learned):
        return contact
    was_risk = contact.risk
    for name, value in new.items():
        setattr(contact, name, value)
    if added:
        line = f"Added by {by.user_name}, {timezone.localtime():%-d %B %Y, %H:%M}: {added}"
        contact.story = f"{contact.story}\n\n{line}".strip()
    if facts.must_not_know.strip():
        contact.must_not_know = f"{contact.must_not_know}\n{facts.must_not_know.strip()}".strip()
        if len(contact.must_not_know) > MOST_NAMED:
            raise Refused("So many people cannot be kept here. Ask your manager to set walls for the others.")
    if contact.risk != was_risk:
        contact.attempt_due_at = attempt_due(contact.partnership_id, contact.risk, contact.received_at)
    contact.version += 1
    contact.save(update_fields=[*new, "story", "must_not_know", "attempt_due_at", "version"])
    ContactCount.objects.filter(contact_id=contact.id).update(area_code=contact.area_code)
    said = ", ".join([NAMES[name] for name in changed] + learned + (["a line of the story"] if added else []))
    ContactStatus(contact=contact, status=contact.status, by_id=by.user_id, note=f"Put right: {said}"[:500]).save(
        force_insert=True
    )
    if contact.case_id is not None:
        _tell_case(by, contact, contact.case_id, risk_changed=contact.risk != was_risk, added=added)
    if facts.given or facts.family or facts.birth_date:
        _learn(by, contact.person_id, facts)
    if facts.must_not_know.strip():
        keep_out(contact, facts.must_not_know)
    audit.record(
        "corrected_contact", "contact", contact.id, person=contact.person_id, detail={"changed": changed + learned},
    )  # fmt: skip
    return contact


def _learn(by: Acting, person_id: int, facts: ContactFacts) -> None:
    """The record gets the name and the birth date that it did not have."""
    source = Source(who="Learned in triage")
    if facts.given or facts.family:
        if PersonName.objects.filter(person_id=person_id, ended_on=None).exists():
            raise Refused(NAME_KNOWN)
        add_name(by=by, person_id=person_id, given=facts.given, family=facts.family, kind="current", source=source)
    person = Person.objects.get(id=person_id)
    details = replace(details_of(person), called=person.called or facts.given[:120])
    if facts.birth_date:
        if person.birth_date:
            raise Refused(NAME_KNOWN)
        details = replace(details, birth_date=facts.birth_date, birth_precision=facts.birth_precision)
    change_person(by=by, person_id=person_id, details=details, version=person.version, source=source)


def _tell_case(by: Acting, contact: Contact, case_id: int, *, risk_changed: bool, added: str) -> None:
    """A contact that was offered is a case already: whoever accepts it finds there what was put right."""
    case = Case.objects.get(id=case_id)
    if risk_changed:
        set_risk(by=by, case=case, level=contact.risk, on=timezone.localdate())
    if added:
        add_entry(
            by=by, case=case, kind="contact", title="Added in triage", words=added, about=("contact", contact.id),
            scope=2,
        )  # fmt: skip
