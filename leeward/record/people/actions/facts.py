"""What all facts of a person have in common: written with date and source, ended rather than deleted, put back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import User
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.people.actions.recording import reindex
from leeward.record.people.models import (
    Address,
    ContactDetail,
    EqualityAnswer,
    FactChange,
    HouseholdMember,
    Identifier,
    ImmigrationStatus,
    KnowsPlace,
    Person,
    PersonName,
    PersonSight,
    Relationship,
    SealedAddress,
)
from leeward.record.people.queries.sides import EMERGENCY
from leeward.record.people.rules.telling import HOME, OURS, PERSON, tell

READ_ONLY = "You can read this record, but not change it."


@dataclass(frozen=True)
class Source:
    """When something was learned, and from whom."""

    on: date | None = None
    who: str = ""

    @property
    def day(self) -> date:
        """The day it was learned: today unless said otherwise."""
        return self.on or timezone.localdate()


FACTS: dict[str, type[Model]] = {
    "name": PersonName,
    "identifier": Identifier,
    "contact": ContactDetail,
    "address": Address,
    "sealed": SealedAddress,
    "equality": EqualityAnswer,
    "immigration": ImmigrationStatus,
    "knows": KnowsPlace,
    "relationship": Relationship,
    "household": HouseholdMember,
}
# How a case is told that a fact ended or was put back; of those that say where somebody is, only that it changed.
TOLD: dict[str, tuple[str, str]] = {
    "name": ("A name", PERSON),
    "identifier": ("A number or reference", PERSON),
    "contact": ("A way to reach them", PERSON),
    "address": ("Where they live was changed", HOME),
    "sealed": ("Where they live was changed", HOME),
    "immigration": ("Something on a page of its own was changed", OURS),
    "knows": ("What was known about who may know where they live", PERSON),
    "relationship": ("A relationship", PERSON),
    "household": ("Who they live with", PERSON),
}
_ONE_AT_A_TIME = ("sealed", "immigration", "knows")
_DATED = ("relationship", "household")  # those say until when in a date of their own


def person_to_change(by: Acting, person_id: int) -> Person:
    """The person, locked for a change. Raises Refused for who may only read (or see nothing of) them."""
    by.must(Permission.CASEWORK)
    person = Person.objects.select_for_update(no_key=True).filter(id=person_id).first()
    if person is None:
        raise Refused(READ_ONLY)
    return person


def circle_of(person_id: int, *, address: bool = False) -> int | None:
    """The case or contact through which whoever acts knows this person: what they learn was learned there."""
    sights = PersonSight.objects.filter(person_id=person_id, scope__gte=2 if address else 3).exclude(source=EMERGENCY)
    if address:
        sights = sights.filter(address=True)
    found = sorted(sights.values_list("side", "source_id"), key=lambda row: (row[0] == "named", -row[1]))
    return found[0][1] if found else None


def by_whom(by: Acting, source: Source) -> dict[str, Any]:
    """The columns that every fact has: learned when, from whom, written down by whom."""
    return {
        "learned_on": source.day,
        "learned_from": source.who[:120],
        "recorded_by_id": by.user_id,
        "recorded_organisation_id": by.organisation_id,
    }


def plain(value: object) -> object:
    """A value as it is kept in the history of changes."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def write_change(
    *, by: Acting, person_id: int, kind: str, row: Person | ContactDetail, before: dict[str, Any],
    after: dict[str, Any], source: Source,
) -> FactChange:  # fmt: skip
    """Keep what stood before and after a change made in place."""
    change = FactChange(
        person_id=person_id,
        about_kind=kind,
        about_id=row.id,
        version=row.version,
        before={name: plain(value) for name, value in before.items()},
        after={name: plain(value) for name, value in after.items()},
        source_id=circle_of(person_id),
        **by_whom(by, source),
    )
    change.save(force_insert=True)
    return change


def last_writer(kind: str, about_id: int) -> str:
    """Who changed something last, as far as whoever acts may know."""
    writer = (
        FactChange.objects.filter(about_kind=kind, about_id=about_id)
        .order_by("-recorded_at")
        .values_list("recorded_by_id", flat=True)
        .first()
    )
    return (User.objects.filter(id=writer).values_list("name", flat=True).first() or "") if writer else ""


def _fact(kind: str, person_id: int, fact_id: int) -> Any:
    model: Any = FACTS[kind]
    row = model.objects.filter(id=fact_id, person_id=person_id).first()
    if row is None and kind == "relationship":  # a relationship belongs to both
        row = model.objects.filter(id=fact_id, other_id=person_id).first()
    if row is None:
        raise Refused("This is not on the record any more.")
    return row


def _set(kind: str, row: Any, **values: Any) -> None:
    model: Any = FACTS[kind]
    if not model.objects.filter(id=row.id).update(**values):
        raise Refused(READ_ONLY)


@transaction.atomic
def end_fact(
    *, by: Acting, person_id: int, kind: str, fact_id: int, on: date | None = None, was_error: bool = False
) -> None:
    """Say that a fact is no longer true, or never was. It stays on the record, with the day; nothing is deleted."""
    by.must(Permission.CASEWORK)
    row = _fact(kind, person_id, fact_id)
    day = on or timezone.localdate()
    if kind in _DATED and was_error:
        _set(kind, row, ended_in_error_at=timezone.now())
    elif kind in _DATED:
        _set(kind, row, until_on=day)
    else:
        _set(kind, row, ended_on=day, was_error=was_error)
    _after(kind, person_id)
    audit.record(
        "ended_fact", kind, fact_id, person=person_id, detail={"was_error": was_error, "organisation": by.acts_for}
    )
    words, topic = TOLD.get(kind, ("", ""))
    if words:
        ended = "was taken back" if was_error else "is no longer so"
        tell(by, _whose(kind, row), f"{words} {ended}" if topic == PERSON else words, topic=topic)


@transaction.atomic
def restore_fact(*, by: Acting, person_id: int, kind: str, fact_id: int) -> bool:
    """Take the end of a fact back, or that it was recorded by mistake: it holds as it did before.

    Of what holds once at a time (a sealed address, a status, whether somebody knows), what stands since then was the
    mistake: it ends and stays on the record, and the log says which rows. Answers whether there were any.
    """
    by.must(Permission.CASEWORK)
    row = _fact(kind, person_id, fact_id)
    instead_of: list[int] = []
    if kind in _ONE_AT_A_TIME and row.ended_on is not None:
        model: Any = FACTS[kind]
        since = model.objects.filter(person_id=person_id, ended_on=None).exclude(id=row.id)
        if kind == "knows":
            since = since.filter(other_id=row.other_id)
        if kind == "immigration":  # what another organisation gave us to read is theirs
            since = since.filter(recorded_organisation_id=row.recorded_organisation_id)
        instead_of = list(since.values_list("id", flat=True))
        since.update(ended_on=timezone.localdate(), was_error=True)
    if kind in _DATED and row.ended_in_error_at:
        _set(kind, row, ended_in_error_at=None)
    elif kind in _DATED:
        _set(kind, row, until_on=None)
    else:
        _set(kind, row, ended_on=None, was_error=False)
    _after(kind, person_id)
    audit.record("restored_fact", kind, fact_id, person=person_id, detail={"instead_of": instead_of})
    words, topic = TOLD.get(kind, ("", ""))
    if words:
        tell(by, _whose(kind, row), f"{words} was put back" if topic == PERSON else words, topic=topic)
    return bool(instead_of)


def _whose(kind: str, row: Any) -> tuple[int, ...]:
    return (row.person_id, row.other_id) if kind == "relationship" else (row.person_id,)


def _after(kind: str, person_id: int) -> None:
    if kind == "name":
        person = Person.objects.filter(id=person_id).first()
        if person is not None:
            reindex(person)
