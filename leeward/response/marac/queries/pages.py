"""Long lists a page at a time: nothing is cut off without a way to the rest."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

PAGE = 50
LAST = 10_000  # nobody turns so many pages; a number that long is a slip

Row = TypeVar("Row", bound=Model)


def page_of(rows: QuerySet[Row], number: int, size: int = PAGE) -> tuple[list[Row], bool]:
    """One page of a list, counted from 1, and whether there is another one after it."""
    start = (max(min(number, LAST), 1) - 1) * size
    found = list(rows[start : start + size + 1])
    return found[:size], len(found) > size
