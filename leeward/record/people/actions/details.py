"""Change what a record says of a person: what to call them, birth date, language; names; identifiers."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from nhs_number.validate import is_valid

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.people.actions.facts import (
    READ_ONLY,
    Source,
    by_whom,
    last_writer,
    person_to_change,
    write_change,
)
from leeward.record.people.actions.recording import raise_possible_walls, reindex, write_name
from leeward.record.people.models import ContactDetail, FactChange, Identifier, Person, PersonName
from leeward.record.people.rules.telling import tell

CHANGED_MEANWHILE = "Somebody else changed this while you were writing."


@dataclass(frozen=True)
class PersonDetails:
    """What one page changes together."""

    called: str
    own_word: str
    birth_date: date | None
    birth_precision: str
    died_on: date | None
    language: str
    interpreter: str
    interpreter_note: str
    communication_needs: str


def details_of(person: Person) -> PersonDetails:
    """How the details of a person stand now."""
    return PersonDetails(**{field.name: getattr(person, field.name) for field in fields(PersonDetails)})


@transaction.atomic
def change_person(
    *, by: Acting, person_id: int, details: PersonDetails, version: int, source: Source
) -> FactChange | None:
    """Change the details of a person. Answers the change (to undo it), or None where nothing differed.

    Raises Conflict with what now stands where somebody else changed the record meanwhile.
    """
    person = person_to_change(by, person_id)
    now_stands = details_of(person)
    if person.version != version:
        raise Conflict(CHANGED_MEANWHILE, theirs=asdict(now_stands), by=last_writer("person", person.id))
    return _apply_person(by=by, person=person, details=details, source=source)


def _apply_person(*, by: Acting, person: Person, details: PersonDetails, source: Source) -> FactChange | None:
    before = asdict(details_of(person))
    after = asdict(details)
    changed = [name for name in after if after[name] != before[name]]
    if not changed:
        return None
    for name in changed:
        setattr(person, name, after[name])
    person.version += 1
    person.save(force_update=True)
    if {"birth_date", "birth_precision"} & set(changed):
        reindex(person)
        raise_possible_walls(person.id)
    change = write_change(
        by=by, person_id=person.id, kind="person", row=person, before={name: before[name] for name in changed},
        after={name: after[name] for name in changed}, source=source,
    )  # fmt: skip
    audit.record("changed_person", "person", person.id, person=person.id, detail={"changed": changed})
    tell(by, person.id, "Details were changed")
    return change


@transaction.atomic
def undo_change(*, by: Acting, person_id: int, change_id: int) -> None:
    """Put back what stood before a change, if nothing has changed there since. Raises Refused otherwise."""
    by.must(Permission.CASEWORK)
    change = FactChange.objects.filter(id=change_id, person_id=person_id, undone_at=None).first()
    if change is None:
        raise Refused("This change has been undone already.")
    model: Any = {"person": Person, "contact_detail": ContactDetail}[change.about_kind]
    row = model.objects.select_for_update(no_key=True).filter(id=change.about_id).first()
    if row is None:
        raise Refused(READ_ONLY)
    if row.version != change.version:
        raise Refused("It has been changed again since then: change it by hand.")
    for name, value in change.before.items():
        setattr(row, name, _read(row, name, value))
    row.version += 1
    row.save(force_update=True)
    FactChange.objects.filter(id=change.id).update(undone_at=timezone.now())
    if change.about_kind == "person" and "birth_date" in change.before:
        reindex(row)
    audit.record("undid_change", change.about_kind, row.id, person=person_id)
    tell(by, person_id, "A change was taken back")


def _read(row: Any, name: str, value: Any) -> Any:
    if name.endswith("_sealed"):
        return bytes.fromhex(value)
    return row._meta.get_field(name).to_python(value)


@transaction.atomic
def add_name(*, by: Acting, person_id: int, given: str, family: str, kind: str, source: Source) -> PersonName:
    """Add a name. A new name of now takes the place of the one before, which stays as a name also used."""
    person = person_to_change(by, person_id)
    if not (given or family):
        raise Refused("Enter a first name or a last name.")
    if kind == "current":
        PersonName.objects.filter(person=person, kind="current", ended_on=None).update(ended_on=source.day)
    name = write_name(
        by=by,
        person=person,
        given=given,
        family=family,
        learned_from=source.who[:120],
        kind=kind,
        learned_on=source.day,
    )
    raise_possible_walls(person.id)
    audit.record("added_name", "person_name", name.id, person=person.id, detail={"kind": kind})
    tell(by, person.id, "A name was added")
    return name


@transaction.atomic
def add_identifier(
    *, by: Acting, person_id: int, kind: str, value: str, source: Source, quietly: bool = False
) -> Identifier:
    """Add a number that some agency knows the person by. One that had been ended is put back.

    `quietly`: part of a greater act that tells the story itself.
    """
    person = person_to_change(by, person_id)
    value = value.strip()
    if kind == "nhs":
        value = value.replace(" ", "").replace("-", "")
        if not is_valid(value):
            raise Refused("This NHS number has a mistake in it: check each figure")
    before = Identifier.objects.filter(person=person, kind=kind, value=value).first()
    if before is not None:
        if before.ended_on is None:
            raise Refused("This number is on the record already")
        Identifier.objects.filter(id=before.id).update(ended_on=None, was_error=False, **by_whom(by, source))
        audit.record("restored_fact", "identifier", before.id, person=person.id)
        tell(by, person.id, "A number or reference was put back")
        return before
    row = Identifier(person=person, kind=kind, value=value[:60], **by_whom(by, source))
    row.save(force_insert=True)
    audit.record("added_identifier", "identifier", row.id, person=person.id, detail={"kind": kind})
    if not quietly:
        tell(by, person.id, "A number or reference was added")
    return row
