"""Every whole number goes to the server as eight bytes.

Django sends a number whose field it does not know as four bytes, and the driver cuts a longer one short without a word:
an id would silently become another number. As eight bytes, one that does not fit its column is an error.
"""

from __future__ import annotations

from django.db.backends.postgresql import base, operations
from psycopg.types import numeric


class DatabaseOperations(operations.DatabaseOperations):
    """Django's, with whole numbers that are never cut short."""

    integerfield_type_map = dict.fromkeys(operations.DatabaseOperations.integerfield_type_map, numeric.Int8)


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with those operations."""

    ops_class = DatabaseOperations
