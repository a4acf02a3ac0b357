"""A column that is one of many numbers, told as one list."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Value


def among(column: str, numbers: Iterable[int]) -> Func:
    """Rows whose column is one of some numbers, however many.

    The same as `column__in`, but the statement is the same for two numbers and for two hundred: `IN` has a place for
    each, so PostgreSQL plans it anew for every count, and the driver reads the statement again above fifty places.
    """
    listed = Value(list(numbers), output_field=ArrayField(BigIntegerField()))
    return Func(F(column), listed, template="%(expressions)s)", arg_joiner=" = ANY (", output_field=BooleanField())
