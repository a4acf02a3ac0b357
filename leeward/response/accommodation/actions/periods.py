"""Writing periods of a space: one after the other for each space, and refused in words where it is taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from leeward.platform.common.errors import Refused
from leeward.response.accommodation.models import Occupancy

TAKEN = "This space has just been taken. Choose another, or ask when it is free again."


@contextmanager
def guarded() -> Iterator[None]:
    """What writes periods: where the exclusion constraint says no, Refused says so in words and nothing is written."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as wrong:
        raise Refused(TAKEN) from wrong


def lock_spaces(spaces: Iterable[int]) -> None:
    """Whoever else takes one of these waits until this transaction ends. By number, so nobody waits in a ring."""
    with connection.cursor() as cursor:
        for space in sorted(set(spaces)):
            cursor.execute("SELECT accommodation_lock_space(%s)", [space])


def cut_short(row: Occupancy, at: datetime) -> None:
    """End a period at a moment; one that has not begun becomes empty. Nothing is deleted."""
    lower = row.during.lower
    row.during = DateTimeTZRange(lower, max(lower, at), "[)") if lower < at else DateTimeTZRange(empty=True)
    row.save(update_fields=["during"])
