"""Fixtures that every room's tests share."""

from tests.plugin import django_db_setup  # noqa: F401  (pytest finds fixtures by name)
from tests.worlds import acting_world, world  # noqa: F401
