"""For the few tests that need rows that are really committed: races between two connections, generated worlds.

The owner's connection writes the facts here; what is proved is always asked as the web role. Afterwards the worker's
database is made anew, since nobody can delete from the log.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from django.db import connections

from leeward.platform.access.partnership import _by_slug
from tests import plugin

OWNER = "owner"
# How many times as many generated worlds are tried as usual: more of them in the long tests.
TIMES = int(os.environ.get("LEEWARD_WORLDS", "1"))


@contextmanager
def committing(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Real transactions on the worker's database, with a second connection named `owner`."""
    from leeward.config.settings import database

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        connections["default"].close()
        connections.settings[OWNER] = {**connections.settings["default"], **database(plugin.owner_url())}
        try:
            yield
        finally:
            connections.close_all()
            del connections.settings[OWNER]
            with suppress(AttributeError):  # never used in this test
                del connections[OWNER]
            with plugin.one_at_a_time():
                plugin.copy_template(plugin.DATABASE)
            _by_slug.cache_clear()


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """One test with real transactions."""
    with committing(django_db_blocker):
        yield
