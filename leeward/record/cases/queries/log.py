"""Which case a reference names, for the page of the log."""

from __future__ import annotations

from django.db import connection


def case_of_reference(reference: str) -> int | None:
    """The number of a case by its reference, for the data protection lead alone; None for anybody else's or none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_find_for_log(%s)", [reference.strip()])
        row = cursor.fetchone()
    return int(row[0]) if row and row[0] is not None else None
