"""Write notes and correct them. A correction is a new version; the wording before it stays and can be read."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case, ChronologyEntry, Note, NoteVersion

# A note of these kinds is the line "attempt" or "contact" of the chronology, so that filters find it there.
ENTRY_KIND = {"spoke": "contact", "visit": "contact", "attempt": "attempt"}


@dataclass(frozen=True)
class NoteFacts:
    """What a note says."""

    kind: str
    text: str
    happened_at: datetime
    minutes: int | None = None
    seen_alone: str = "unknown"
    present: str = ""
    own_organisation: bool = False


@transaction.atomic
def add_note(*, by: Acting, case: Case, facts: NoteFacts) -> Note:
    """Write a note, and its line in the chronology. A note for the own organisation is seen by nobody else."""
    by.must(Permission.CASEWORK)
    _must_make_sense(facts)
    note = Note(
        case=case,
        author_id=by.worker_id,
        author_name=by.user_name,
        organisation_id=by.acts_for,
        **asdict(facts),
    )
    note.save(force_insert=True)
    add_entry(
        by=by,
        case=case,
        kind=ENTRY_KIND.get(facts.kind, "note"),
        title=note_title(facts),
        at=facts.happened_at,
        about=("note", note.id),
        own_organisation=facts.own_organisation,
    )
    audit.record("added_note", "note", note.id, person=case.person_id, detail={"kind": facts.kind})
    return note


@transaction.atomic
def correct_note(*, by: Acting, note: Note, facts: NoteFacts, version: int) -> Note:
    """Correct a note of one's own organisation. `version` is the one that the correction was written on.

    Raises Conflict with what now stands where somebody else corrected it meanwhile.
    """
    by.must(Permission.CASEWORK)
    _must_make_sense(facts)
    now_stands = Note.objects.select_for_update(no_key=True).filter(id=note.id).first()
    if now_stands is None or now_stands.organisation_id != by.acts_for:
        raise Refused("Only the organisation that wrote a note can correct it. Add a note of your own instead.")
    if now_stands.version != version:
        raise Conflict(
            "Somebody else corrected this note while you were writing.",
            theirs=asdict(facts_of(now_stands)),
            by=now_stands.author_name,
        )
    before = facts_of(now_stands)
    if before == facts:
        return now_stands
    NoteVersion(
        note=now_stands,
        case_id=now_stands.case_id,
        version=now_stands.version,
        kind=before.kind,
        text=before.text,
        happened_at=before.happened_at,
        minutes=before.minutes,
        seen_alone=before.seen_alone,
        present=before.present,
        own_organisation=facts.own_organisation,
        author_name=now_stands.author_name,
        organisation_id=now_stands.organisation_id,
        written_at=now_stands.written_at,
    ).save(force_insert=True)
    if before.own_organisation != facts.own_organisation:
        # What is kept to the organisation takes its earlier wordings along, and the other way round.
        NoteVersion.objects.filter(note=now_stands).update(own_organisation=facts.own_organisation)
    for name, value in asdict(facts).items():
        setattr(now_stands, name, value)
    now_stands.author_id, now_stands.author_name = by.worker_id, by.user_name
    now_stands.written_at = timezone.now()
    now_stands.version += 1
    now_stands.save(force_update=True)
    ChronologyEntry.objects.filter(about_kind="note", about_id=note.id).update(
        title=note_title(facts), at=facts.happened_at, own_organisation=facts.own_organisation
    )
    audit.record("corrected_note", "note", note.id, detail={"version": now_stands.version})
    return now_stands


def facts_of(note: Note | NoteVersion) -> NoteFacts:
    """What a note (or an earlier wording) says."""
    return NoteFacts(
        kind=note.kind,
        text=note.text,
        happened_at=note.happened_at,
        minutes=note.minutes,
        seen_alone=note.seen_alone,
        present=note.present,
        own_organisation=note.own_organisation,
    )


def note_title(facts: NoteFacts) -> str:
    """The line of the chronology, without what was said."""
    length = f", {facts.minutes} minutes" if facts.minutes and facts.minutes != 1 else ""
    alone = {"yes": ", seen alone", "no": ", not seen alone"}.get(facts.seen_alone, "")
    return f"{label('note_kind', facts.kind)}{length}{alone if facts.kind in ('spoke', 'visit') else ''}"


def _must_make_sense(facts: NoteFacts) -> None:
    if not facts.text.strip():
        raise Refused("Write what happened.")
    if facts.happened_at > timezone.now():
        raise Refused("A note is about something that has happened: its time cannot lie ahead.")
