"""Where somebody lives, for those who may know; sealed addresses; immigration status; who lives with whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, transaction
from django.db.models import F, Func, Q, Value

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.platform.access.roles import Permission
from leeward.platform.common import vault
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.record.people.actions.facts import READ_ONLY, Source, by_whom, circle_of, person_to_change
from leeward.record.people.models import Address, Household, HouseholdMember, ImmigrationStatus, SealedAddress
from leeward.record.people.rules.telling import HOME, OURS, tell

SEALED_TABLE, IMMIGRATION_TABLE = "people_sealedaddress", "people_immigrationstatus"
NO_ADDRESS = "You may not see where this person lives, so you cannot write it down here."
NO_SEALED = "A sealed address is for named users and teams: this record is open to you through your whole organisation."


@dataclass(frozen=True)
class AddressFacts:
    """One address."""

    lines: str
    postcode: str = ""
    uprn: str = ""
    kind: str = "home"
    from_on: date | None = None


@transaction.atomic
def add_address(*, by: Acting, person_id: int, facts: AddressFacts, source: Source, ends_earlier: bool) -> Address:
    """Add an address to this person and to nobody else: whoever lived with them may not know of the new one.

    `ends_earlier`: they have left the addresses known before. Raises Refused for who may not see where they live.
    """
    person = person_to_change(by, person_id)
    circle = circle_of(person_id, address=True)
    if circle is None:
        raise Refused(NO_ADDRESS)
    if ends_earlier:
        Address.objects.filter(person=person, ended_on=None, kind=facts.kind).update(
            ended_on=facts.from_on or source.day
        )
    row = Address(
        person=person, lines=facts.lines, postcode=facts.postcode, uprn=facts.uprn, kind=facts.kind,
        from_on=facts.from_on, source_id=circle, **by_whom(by, source),
    )  # fmt: skip
    row.save(force_insert=True)
    audit.record("added_address", "address", row.id, person=person_id)
    tell(by, person_id, "Where they live was changed", topic=HOME)
    return row


@transaction.atomic
def seal_address(*, by: Acting, person_id: int, text: str, area_note: str, source: Source) -> SealedAddress:
    """Seal an address: encrypted, for named users and teams alone. An earlier one ends."""
    person = person_to_change(by, person_id)
    row = SealedAddress(
        person=person, safe_area_note=area_note, source_id=circle_of(person_id, address=True), **by_whom(by, source)
    )
    row.sealed = vault.seal_text(text, table=SEALED_TABLE, row=row.id)
    SealedAddress.objects.filter(person=person, ended_on=None).update(ended_on=source.day)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except DatabaseError as refused:
        raise Refused(NO_SEALED) from refused
    audit.record("sealed_address", "sealed_address", row.id, person=person_id)
    tell(by, person_id, "Where they live was changed", topic=HOME)  # the same words: who may not know of it cannot tell
    return row


@dataclass(frozen=True)
class Sealed:
    """An unsealed address, for the page that shows it."""

    row: SealedAddress
    text: str


@transaction.atomic
def show_sealed_addresses(*, by: Acting, person_id: int) -> list[Sealed]:
    """The sealed addresses that whoever acts may see, unsealed, with a line in the log (of who sees none, too)."""
    by.must(Permission.CASEWORK)
    rows = list(SealedAddress.objects.filter(person_id=person_id).order_by("was_error", "-id"))
    audit.record("read_sealed_address", "person", person_id, person=person_id, listed=[row.id for row in rows])
    return [
        # One recorded by mistake may be somebody else's: it stays sealed unless it is put back.
        Sealed(row, "" if row.was_error else vault.unseal_text(row.sealed, table=SEALED_TABLE, row=row.id))
        for row in rows
    ]


@transaction.atomic
def record_immigration(*, by: Acting, person_id: int, code: str, note: str, source: Source) -> ImmigrationStatus:
    """Seal what is known of somebody's immigration status, for this organisation alone. An earlier one ends."""
    person = person_to_change(by, person_id)
    ImmigrationStatus.objects.filter(person=person, ended_on=None, recorded_organisation_id=by.organisation_id).update(
        ended_on=source.day
    )
    row = ImmigrationStatus(id=new_id(), person=person, **by_whom(by, source))
    row.sealed = vault.seal_text(
        json.dumps({"code": code, "note": note}, ensure_ascii=False), table=IMMIGRATION_TABLE, row=row.id
    )
    row.save(force_insert=True)
    audit.record("recorded_immigration", "immigration_status", row.id, person=person_id)
    tell(by, person_id, "Something on a page of its own was changed", topic=OURS)
    return row


@dataclass(frozen=True)
class Status:
    """An unsealed status, for the page that shows it."""

    row: ImmigrationStatus
    code: str
    note: str


@transaction.atomic
def show_immigration(*, by: Acting, person_id: int) -> list[Status]:
    """What this organisation recorded, or was given explicitly, unsealed; with a line in the log."""
    by.must(Permission.CASEWORK)
    ours = Q(was_error=False) | Q(recorded_organisation_id=by.organisation_id)  # a mistake is ours alone to put back
    rows = list(ImmigrationStatus.objects.filter(ours, person_id=person_id).order_by("was_error", "-id"))
    audit.record("read_immigration", "person", person_id, person=person_id, listed=[row.id for row in rows])
    found = []
    for row in rows:
        if row.was_error:  # it can be somebody else's: its words open only if it is put back
            found.append(Status(row, "", ""))
            continue
        content = json.loads(vault.unseal_text(row.sealed, table=IMMIGRATION_TABLE, row=row.id) or "{}")
        found.append(Status(row, str(content.get("code", "")), str(content.get("note", ""))))
    return found


@transaction.atomic
def share_immigration(*, by: Acting, person_id: int, status_id: int, organisation_id: int, stop: bool = False) -> None:
    """Give one organisation sight of a status, or take it back. Only who recorded it can."""
    by.must(Permission.CASEWORK)
    if not Organisation.objects.filter(id=organisation_id, partnership_id=by.partnership_id).exists():
        raise Refused("Choose an organisation.")
    row = ImmigrationStatus.objects.filter(
        id=status_id, person_id=person_id, recorded_organisation_id=by.organisation_id
    ).first()
    if row is None:
        raise Refused("Only the organisation that recorded this can share it.")
    if (organisation_id in row.shared_with) is not stop:
        return
    change = Func(F("shared_with"), Value(organisation_id), function="array_remove" if stop else "array_append")
    ImmigrationStatus.objects.filter(id=row.id).update(shared_with=change)
    audit.record(
        "unshared_immigration" if stop else "shared_immigration", "immigration_status", status_id, person=person_id,
        detail={"organisation": organisation_id},
    )  # fmt: skip


@transaction.atomic
def add_to_household(
    *, by: Acting, person_ids: tuple[int, ...], label: str = "", household_id: int | None = None,
    from_on: date | None = None,
) -> int:  # fmt: skip
    """Say that people live together: in a new household, or in one that is there. Never says where."""
    by.must(Permission.CASEWORK)
    if household_id is None:
        household = Household(id=new_id(), partnership_id=by.partnership_id, label=label, created_by_id=by.user_id)
        household.save(force_insert=True)
        household_id = household.id
    elif not HouseholdMember.objects.filter(household_id=household_id).exists():
        raise Refused("This household is not on the record any more.")
    there = set(
        HouseholdMember.objects.filter(household_id=household_id, until_on=None, ended_in_error_at=None).values_list(
            "person_id", flat=True
        )
    )
    for person_id in person_ids:
        if person_id in there:
            continue
        row = HouseholdMember(
            household_id=household_id, person_id=person_id, from_on=from_on, source_id=circle_of(person_id)
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except DatabaseError as refused:
            raise Refused(READ_ONLY) from refused
        audit.record("added_to_household", "household", household_id, person=person_id)
    tell(by, person_ids, "Who they live with was written down")
    return household_id
