"""Fixtures that every room's tests share."""

from collections.abc import Iterator

import pytest

from tests.plugin import django_db_setup  # noqa: F401  (pytest finds fixtures by name)
from tests.worlds import acting_world, world  # noqa: F401


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page in another language leaves its thread in that language: the next test begins in ours."""
    yield
    from django.utils import translation

    translation.deactivate()
