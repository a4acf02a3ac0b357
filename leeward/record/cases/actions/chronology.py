"""Write lines of the one ordered story. Every room's actions call this; nobody writes the table themselves."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import partial

from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.reference.working_time import LONDON
from leeward.record.cases.models import Case, ChronologyEntry, Scope
from leeward.record.cases.rules import shortened


def add_entry(
    *,
    by: Acting,
    case: Case,
    kind: str,
    title: str,
    text: str = "",
    words: str = "",
    at: datetime | date | None = None,
    about: tuple[str, int] | None = None,
    scope: int = 3,
    needs_risk: bool = False,
    needs_address: bool = False,
    own_organisation: bool = False,
) -> ChronologyEntry:
    """Append a line to the chronology of a case.

    `at` may be a date: then no time is ever shown. `scope` is the least scope of an involvement that shows the line;
    `about` names the table and row that it tells of. `text` is cut at 1,000 characters: the row has the whole.

    `words` are what somebody wrote freely. Who sees less than the whole case never reads them (decision 0004): where
    the line is for a summary too, they stand in a second one of the same moment, which a page shows in its place.
    """
    assert scope >= Scope.FULL or not text or not words, "a coded text and free words are two lines"
    if words and scope < Scope.FULL:
        at = at or timezone.now()
        line = partial(add_entry, by=by, case=case, kind=kind, title=title, at=at, about=about, needs_risk=needs_risk,
                       needs_address=needs_address, own_organisation=own_organisation)  # fmt: skip
        line(scope=scope)
        return line(scope=Scope.FULL, words=words)
    text = text or words
    has_time = isinstance(at, datetime) or at is None
    moment = at if isinstance(at, datetime) else None
    if at is not None and moment is None:
        moment = datetime.combine(at, time(12), LONDON)
    entry = ChronologyEntry(
        case=case,
        at=moment or timezone.now(),
        has_time=has_time,
        kind=kind,
        title=title[:200],
        text=shortened(text, 1000),
        about_kind=about[0] if about else "",
        about_id=about[1] if about else None,
        by_name=by.user_name,
        organisation_id=by.organisation_id,
        scope=scope,
        needs_risk=needs_risk,
        needs_address=needs_address,
        own_organisation=own_organisation,
    )
    entry.save(force_insert=True)
    return entry
