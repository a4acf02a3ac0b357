"""Write about people: the record itself, names with their index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, making
from leeward.platform.common.ids import new_id
from leeward.record.people import naming
from leeward.record.people.models import ContactDetail, NameEntry, NameKey, Person, PersonName


@dataclass(frozen=True)
class PersonFacts:
    """What is learned of a person when their record is made. Everything may be empty: nobody is made to tell."""

    called: str = ""
    given: str = ""
    family: str = ""
    birth_date: date | None = None
    birth_precision: str = "unknown"
    own_word: str = ""
    language: str = ""
    interpreter: str = "unknown"
    communication_needs: str = ""
    area_code: str = ""
    learned_from: str = ""
    contact_details: tuple[ContactDetail, ...] = field(default=())


@transaction.atomic
def record_person(*, by: Acting, facts: PersonFacts) -> Person:
    """Make a person record with its name in the index, behind the walls that may concern it.

    Nobody has sight of it yet: the contact or case that it is made for gives that in the same transaction, so the
    caller holds `making(person.id)` while it writes further parts.
    """
    person = Person(
        id=new_id(),
        partnership_id=by.partnership_id,
        called=facts.called or facts.given,
        birth_date=facts.birth_date,
        birth_precision=facts.birth_precision if facts.birth_date else "unknown",
        own_word=facts.own_word,
        language=facts.language,
        interpreter=facts.interpreter,
        communication_needs=facts.communication_needs,
        area_code=facts.area_code,
        learned_from=facts.learned_from[:120],
        created_by_id=by.user_id,
        created_organisation_id=by.organisation_id,
    )
    person.save(force_insert=True)
    with making(person.id):
        if facts.given or facts.family:
            write_name(by=by, person=person, given=facts.given, family=facts.family, learned_from=facts.learned_from)
        for detail in facts.contact_details:
            detail.person = person
            detail.recorded_by_id, detail.recorded_organisation_id = by.user_id, by.organisation_id
            detail.save(force_insert=True)
        raise_possible_walls(person.id)
    audit.record("recorded_person", "person", person.id, person=person.id)
    return person


def write_name(
    *,
    by: Acting,
    person: Person,
    given: str,
    family: str,
    learned_from: str,
    kind: str = "current",
    learned_on: date | None = None,
) -> PersonName:
    """Write one more name of a person, and list it in the index."""
    name = PersonName(
        person=person,
        given=given,
        family=family,
        kind=kind,
        learned_from=learned_from,
        learned_on=learned_on or timezone.localdate(),
        recorded_by_id=by.user_id,
        recorded_organisation_id=by.organisation_id,
    )
    name.save(force_insert=True)
    index_name(person=person, given=given, family=family)
    return name


def reindex(person: Person) -> None:
    """List all names of a person anew: after a name was found to be wrong, or another birth date was learned."""
    NameEntry.objects.filter(person=person).delete()
    for given, family in PersonName.objects.filter(person=person, was_error=False).values_list("given", "family"):
        index_name(person=person, given=given, family=family)


def index_name(*, person: Person, given: str, family: str) -> None:
    """List a name under its keys: the whole name, and each part of a double name on either side."""
    givens = naming.parts(given) or [""]
    families = naming.parts(family) or [""]
    # Where only the year or month is known, the date stands for a stretch of time and must match nobody's birthday.
    born = None if person.birth_precision in ("month", "year", "about") else person.birth_date
    add_to_dictionary({*givens, *families} - {""})
    NameEntry.objects.bulk_create(
        NameEntry(
            partnership_id=person.partnership_id,
            person=person,
            given_key=naming.key(one) if one else None,
            family_key=naming.key(other) if other else None,
            birth_date=born,
        )
        for one in givens
        for other in families
    )


def add_to_dictionary(names: Iterable[str]) -> None:
    """Put normalised names under their variants; a name that is there already costs one statement."""
    rows = [NameKey(variant=variant, name=name) for each in names for variant, name in naming.dictionary_rows(each)]
    NameKey.objects.bulk_create(rows, ignore_conflicts=True)


def raise_possible_walls(person_id: int) -> int:
    """Put up the walls of people whose record this one resembles, and those that users declared. Answers how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_possible_walls(%s)", [person_id])
        return int(cursor.fetchone()[0])
