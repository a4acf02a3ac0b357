"""The one ordered story of a case, newest first, page by page; filtered by kind and by what the reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from leeward.platform.reference.lists import choices
from leeward.record.cases.models import ChronologyEntry, Note
from leeward.record.cases.rules import shortened

PAGE = 25
TONES = {"risk": "high", "harm": "high", "attempt": "medium", "safety": "standard", "person": "child", "note": "info",
         "contact": "info", "home": "standard"}  # fmt: skip
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """One line of the story as a page shows it."""

    id: int
    at: datetime
    has_time: bool
    kind: str
    title: str
    text: str
    by_name: str
    tone: str
    note_id: int | None
    document_id: int | None
    contact_id: int | None
    was_corrected: bool
    own_organisation: bool
    rest: str = ""  # the whole text, where `text` is its beginning and no page of its own has it


@dataclass(frozen=True)
class Chronology:
    """A page of the story; `earlier` is the key of the next page, empty at its beginning."""

    lines: list[Line]
    earlier: str
    kinds: list[tuple[str, str]]
    chosen: frozenset[str]


def chronology(
    case_id: int, *, kinds: frozenset[str] = frozenset(), before: str = "", page: int = PAGE, whole: bool = False
) -> Chronology:
    """A page of the story of a case, in three statements. A key that is none counts as none.

    `whole`: every text as long as it is, for paper.
    """
    labels = dict(choices("event_kind"))
    there = set(ChronologyEntry.objects.filter(case_id=case_id).order_by().values_list("kind", flat=True).distinct())
    chosen = kinds & labels.keys()
    entries = ChronologyEntry.objects.filter(case_id=case_id).order_by("-at", "-id")
    if chosen:
        entries = entries.filter(kind__in=chosen)
    if key := _read(before):
        at, entry_id = key
        entries = entries.filter(Q(at__lt=at) | Q(at=at, id__lt=entry_id))
    found = list(entries[: page + 1])
    shown, more = found[:page], len(found) > page
    about = [entry.about_id for entry in shown if entry.about_kind == "note" and entry.about_id is not None]
    notes = {note.id: note for note in Note.objects.filter(id__in=about)} if about else {}
    return Chronology(
        lines=[_line(entry, notes, whole) for entry in without_summaries(shown)],
        earlier=_key(shown[-1]) if more else "",
        kinds=[(code, words) for code, words in labels.items() if code in there or code in chosen],
        chosen=frozenset(chosen),
    )


SHORT = 420


def without_summaries(entries: list[ChronologyEntry]) -> list[ChronologyEntry]:
    """Without lines that are there for a summary alone: who sees more has one of the same moment with its words."""
    told = {(entry.case_id, entry.at, entry.kind, entry.title) for entry in entries if entry.text}
    return [entry for entry in entries if entry.text or (entry.case_id, entry.at, entry.kind, entry.title) not in told]


def _line(entry: ChronologyEntry, notes: dict[int, Note], whole: bool) -> Line:
    # A note is shown as it now stands, not as it was first written down.
    note = notes.get(entry.about_id or 0) if entry.about_kind == "note" else None
    text = note.text if note else entry.text
    short = text if whole else shortened(text, SHORT)
    return Line(
        id=entry.id,
        at=entry.at,
        has_time=entry.has_time,
        kind=entry.kind,
        title=entry.title,
        text=short,
        by_name=entry.by_name,
        tone=TONES.get(entry.kind, "plain"),
        note_id=note.id if note else None,
        document_id=entry.about_id if entry.about_kind == "document" else None,
        contact_id=entry.about_id if entry.about_kind == "contact" else None,
        was_corrected=note is not None and note.version > 1,
        own_organisation=entry.own_organisation,
        rest="" if note or short == text else text,
    )


def _key(entry: ChronologyEntry) -> str:
    return f"{(entry.at - _EPOCH) // timedelta(microseconds=1)}-{entry.id}"


def _read(key: str) -> tuple[datetime, int] | None:
    at, _, entry_id = key.partition("-")
    if not (at.isdecimal() and entry_id.isdecimal() and len(at) < 18 and len(entry_id) < 20):
        return None
    return _EPOCH + timedelta(microseconds=int(at)), int(entry_id)
