"""Where rooms above say what of theirs is about a person, and why something was done: for the pages of the log.

The platform knows no person, case or contact. A room gives the names of its SQL functions, which run as the owner and
answer the data protection lead of that partnership alone, and nothing past a wall:

- `person_of(reference text) RETURNS bigint`: whose record a reference leads to;
- `things_of(person bigint) RETURNS TABLE (kind text, id bigint)`: the rows that are theirs, by the log's kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import connection

from leeward.platform.access.models import AuditEntry

Reasons = Callable[[Sequence[AuditEntry]], dict[int, str]]

_PERSON_OF: list[str] = []
_THINGS_OF: list[str] = []
_REASONS: list[Reasons] = []


def add(*, person_of: str = "", things_of: str = "", reasons: Reasons | None = None) -> None:
    """Have the log ask a room: by the names of its functions, and for the reasons of entries by their ids."""
    for name, kept in ((person_of, _PERSON_OF), (things_of, _THINGS_OF)):
        if name and name not in kept:
            kept.append(name)
    if reasons is not None and reasons not in _REASONS:
        _REASONS.append(reasons)


def person_of_reference(reference: str) -> int | None:
    """Whose record a reference (of a case or a contact) leads to; None for nobody's, and past a wall."""
    with connection.cursor() as cursor:
        calls = ", ".join(f"{name}(%s)" for name in _PERSON_OF)
        cursor.execute(f"SELECT COALESCE({calls})", [reference.strip()] * len(_PERSON_OF))
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else None


def things_of_person(person_id: int) -> dict[str, list[int]]:
    """What is about a person, by kind: their cases and contacts, and what belongs to those. One statement."""
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        calls = " UNION ALL ".join(f"SELECT kind, id FROM {name}(%s)" for name in _THINGS_OF)
        cursor.execute(calls, [person_id] * len(_THINGS_OF))
        for kind, number in cursor.fetchall():
            found.setdefault(kind, []).append(number)
    return found


def reasons_of(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """Why entries came about, by their ids, where a room knows it: one statement a room."""
    found: dict[int, str] = {}
    for reasons in _REASONS:
        found.update(reasons(entries))
    return found
