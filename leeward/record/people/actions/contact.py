"""Ways to reach somebody, each with whether and when it is safe; the code word, shown on demand."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common import vault
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.people.actions.details import CHANGED_MEANWHILE
from leeward.record.people.actions.facts import (
    READ_ONLY,
    Source,
    by_whom,
    circle_of,
    last_writer,
    person_to_change,
    write_change,
)
from leeward.record.people.models import ContactDetail, FactChange
from leeward.record.people.rules.telling import tell

_TABLE = "people_contactdetail"


@dataclass(frozen=True)
class WayFacts:
    """What one page says about a way to reach somebody."""

    kind: str
    value: str
    is_safe: str = "unknown"
    voicemail: str = "unknown"
    text: str = "unknown"
    windows: list[dict[str, Any]] = field(default_factory=list)
    who_may_answer: str = ""
    who_else_sees: str = ""
    cover_name: str = ""
    message_text: str = ""
    confirmed_on: date | None = None
    review_by: date | None = None


def facts_of(detail: ContactDetail) -> WayFacts:
    """How a way stands now."""
    return WayFacts(**{name.name: getattr(detail, name.name) for name in fields(WayFacts)})


def _seal(word: str, detail: ContactDetail) -> bytes:
    return vault.seal_text(word.strip(), table=_TABLE, row=detail.id)


@transaction.atomic
def add_contact_detail(
    *, by: Acting, person_id: int, facts: WayFacts, source: Source, code_word: str = ""
) -> ContactDetail:
    """Add a way to reach somebody. It is not safe unless they said so."""
    person = person_to_change(by, person_id)
    row = ContactDetail(person=person, source_id=circle_of(person_id), **asdict(facts), **by_whom(by, source))
    row.code_word_sealed = _seal(code_word, row)
    row.save(force_insert=True)
    audit.record("added_contact_detail", "contact_detail", row.id, person=person_id, detail={"kind": facts.kind})
    tell(by, person_id, "A way to reach them was added")
    return row


@transaction.atomic
def change_contact_detail(
    *, by: Acting, person_id: int, detail_id: int, facts: WayFacts, version: int, source: Source,
    code_word: str = "", forget_code_word: bool = False,
) -> FactChange | None:  # fmt: skip
    """Change a way to reach somebody; an empty code word leaves the one that is set.

    Answers the change (to undo it), or None where nothing differed. Raises Conflict with what now stands where
    somebody else changed it meanwhile.
    """
    by.must(Permission.CASEWORK)
    row = ContactDetail.objects.select_for_update(no_key=True).filter(id=detail_id, person_id=person_id).first()
    if row is None:
        raise Refused(READ_ONLY)
    before = asdict(facts_of(row))
    if row.version != version:
        raise Conflict(CHANGED_MEANWHILE, theirs=before, by=last_writer("contact_detail", row.id))
    after = asdict(facts)
    old: dict[str, Any] = {name: before[name] for name in after if after[name] != before[name]}
    new: dict[str, Any] = {name: after[name] for name in old}
    if code_word.strip() or (forget_code_word and row.code_word_sealed):
        old["code_word_sealed"] = row.code_word_sealed
        new["code_word_sealed"] = b"" if forget_code_word and not code_word.strip() else _seal(code_word, row)
    if not old:
        return None
    for name, value in new.items():
        setattr(row, name, value)
    # What was learned now, and from whom, is the source of the row from here on.
    row.learned_on, row.learned_from = source.day, source.who[:120]
    row.recorded_by_id, row.recorded_organisation_id = by.user_id, by.organisation_id
    row.version += 1
    row.save(force_update=True)
    change = write_change(
        by=by, person_id=person_id, kind="contact_detail", row=row, before=old, after=new, source=source
    )
    audit.record("changed_contact_detail", "contact_detail", row.id, person=person_id, detail={"changed": sorted(new)})
    tell(by, person_id, "A way to reach them was changed")
    return change


@transaction.atomic
def show_code_word(*, by: Acting, person_id: int, detail_id: int) -> str:
    """The code word of a way, unsealed for whoever acts, with a line in the log. Raises Refused where none is set."""
    by.must(Permission.CASEWORK)
    row = ContactDetail.objects.filter(id=detail_id, person_id=person_id, ended_on=None).first()
    if row is None or not row.code_word_sealed:
        raise Refused("No code word is set for this.")
    audit.record("read_code_word", "contact_detail", row.id, person=person_id)
    return vault.unseal_text(row.code_word_sealed, table=_TABLE, row=row.id)
