"""What the return lacks of people is filled in: a birth date that is not known, and who is said to cause harm.

For whoever referred, also where they only sit at the MARAC and no page of a record opens to them. What stands is
never changed here; the row policies say in whose record they may write.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, making
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.opening import add_person_to_case
from leeward.record.cases.models import Case, CasePerson
from leeward.record.people.actions import raise_possible_walls, record_person
from leeward.record.people.actions.facts import READ_ONLY, Source, write_change
from leeward.record.people.actions.family import ClaimFacts, RelationshipFacts, record_claim, relate
from leeward.record.people.actions.recording import reindex
from leeward.record.people.models import Person
from leeward.record.people.rules.telling import tell
from leeward.response.marac.actions.agency_cases import Harming
from leeward.response.marac.rules.referring import may_refer

NOT_YOURS = "Your role does not allow this."


@transaction.atomic
def fill_birth_date(*, by: Acting, person_id: int, born: date, precision: str, source: Source) -> bool:
    """Write down a birth date where none is known; whether it was new. One that stands is left as it is."""
    if not may_refer(by):
        raise Refused(NOT_YOURS)
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    if person is None:
        raise Refused(READ_ONLY)
    if person.birth_date is not None:
        return False
    before = {"birth_date": None, "birth_precision": person.birth_precision}
    person.birth_date, person.birth_precision = born, precision
    person.version += 1
    person.save(force_update=True)
    # A name with a birth date may be of somebody whom a wall stands around.
    reindex(person)
    raise_possible_walls(person.id)
    write_change(
        by=by, person_id=person.id, kind="person", row=person, before=before,
        after={"birth_date": born, "birth_precision": precision}, source=source,
    )  # fmt: skip
    audit.record("changed_person", "person", person.id, person=person.id, detail={"changed": list(before)})
    tell(by, person.id, "Details were changed")
    return True


@transaction.atomic
def fill_who_harms(*, by: Acting, case: Case, harming: Harming, source: Source) -> Person | None:
    """Say who causes harm where nobody is named: with who says so and when. None where somebody is named by now."""
    if not may_refer(by):
        raise Refused(NOT_YOURS)
    if not source.who.strip():
        raise Refused("Say who says so: it is kept with the claim.")
    Case.objects.select_for_update(no_key=True).filter(id=case.id).first()  # two who name him at once name him once
    if CasePerson.objects.filter(case=case, part="said_to_cause_harm", ended_at=None).exists():
        return None
    person = record_person(by=by, facts=harming.facts)
    with making(person.id):
        add_person_to_case(by=by, case=case, person=person, part="said_to_cause_harm")
        if harming.relationship:
            facts = RelationshipFacts(person.id, case.person_id, harming.relationship)
            relate(by=by, facts=facts, source=source, quietly=True)
    record_claim(by=by, facts=ClaimFacts(case.person_id, person.id, source.who, source.day))
    return person
