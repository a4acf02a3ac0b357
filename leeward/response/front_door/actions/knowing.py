"""Ask the index again whether who asked for help is known, when their name or birth date was learned later."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.people.actions.checking import check_index
from leeward.record.people.models import Person, PersonName
from leeward.response.front_door.actions.receiving import LIKELY
from leeward.response.front_door.actions.triage import DECIDED, TRIAGE_ONLY, lock_contact
from leeward.response.front_door.models import Contact
from leeward.response.front_door.rules import OPEN_STATUSES

REASON = "Asked again in triage"  # no more: the log of checks is read by who may be walled from this person


@transaction.atomic
def ask_index_again(*, by: Acting, contact: Contact) -> str:
    """Ask the index with the name that the record has today; the contact keeps the answer.

    It counts as a check of whoever asks. Answers why nothing was asked where they have made too many (that must be
    logged, so it is no refusal). Raises Refused for a decided contact, and where no name is known.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)
    contact = lock_contact(contact)
    if contact.status not in OPEN_STATUSES:
        raise Refused(DECIDED)
    name = PersonName.objects.filter(person_id=contact.person_id, ended_on=None).order_by("-recorded_at", "-id").first()
    if name is None:
        raise Refused("No name is known yet. Put it right first.")
    person = Person.objects.get(id=contact.person_id)
    outcome = check_index(
        by=by, given=name.given, family=name.family,
        # Where only the year or month is known, the date stands for a stretch of time and is nobody's birthday.
        born=person.birth_date if person.birth_precision in ("day", "unknown") else None,
        reason=REASON, about=contact.side, without=(person.id,),
    )  # fmt: skip
    if outcome.limited:
        return outcome.limited
    known = "no" if not outcome.answers else "yes" if outcome.points >= LIKELY else "possible"
    ring = "; ".join(f"{one.organisation} {one.phone}".strip() for one in outcome.answers[:3])
    Contact.objects.filter(id=contact.id).update(known_before=known, known_to=ring[:300], version=F("version") + 1)
    return ""
