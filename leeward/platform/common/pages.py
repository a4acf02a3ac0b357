"""Long lists a page at a time: nothing is cut off without a way to the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

PAGE = 50
LAST = 10_000  # nobody turns so many pages; a number that long is a slip

Row = TypeVar("Row")


def page_of(rows: QuerySet[Any, Row] | Sequence[Row], number: int, size: int = PAGE) -> tuple[list[Row], bool]:
    """One page of a list, counted from 1, and whether there is another one after it."""
    start = (max(min(number, LAST), 1) - 1) * size
    found = list(rows[start : start + size + 1])
    return found[:size], len(found) > size


def page_number(request: HttpRequest) -> int:
    """Which page of a long list is asked for, counted from 1."""
    typed = request.GET.get("page", "")
    return max(int(typed), 1) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else 1


def pages(request: HttpRequest, page: int, more: bool) -> dict[str, str]:
    """Addresses of the page before and the one after, where there are such, with the same choice of what is shown."""

    def address(number: int) -> str:
        chosen = request.GET.copy()
        chosen["page"] = str(number)
        return f"{request.path}?{chosen.urlencode()}"

    return {"newer": address(page - 1) if page > 1 else "", "older": address(page + 1) if more else ""}
