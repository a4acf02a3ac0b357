"""Whether the database is known to be gone, so that nobody has to wait to be told, least of all on the way out.

A request that needs a lost database waits for the pool to give up, and the threads of the server with it. So the first
one that fails looks for itself, by a connection of its own; while that gets no answer, everybody is told at once, and
one request a second looks again. A pool that is merely busy is not a database that is gone.
"""

from __future__ import annotations

import threading
import time

import psycopg
from django.conf import settings

LOOK_AGAIN_SECONDS = 1.0


class Outage:
    """What one process knows of it."""

    def __init__(self) -> None:
        self._gone = False
        self._look_at = 0.0
        self._looking = threading.Lock()

    def noticed(self) -> None:
        """A request could not use the database: find out whether it is gone for everybody."""
        self._look()

    def goes_on(self) -> bool:
        """Whether the database was gone when last looked at. Asks it again where that is a second ago."""
        if self._gone and time.monotonic() >= self._look_at:
            self._look()
        return self._gone

    def _look(self) -> None:
        if not self._looking.acquire(blocking=False):
            return  # somebody else is looking
        try:
            self._gone = not _answers()
            self._look_at = time.monotonic() + LOOK_AGAIN_SECONDS
        finally:
            self._looking.release()


def _answers() -> bool:
    database = settings.DATABASES.get("default", {})
    if "postgresql" not in database.get("ENGINE", ""):
        return True  # nothing to look at
    try:
        psycopg.connect(
            dbname=database["NAME"], user=database["USER"] or None, password=database["PASSWORD"] or None,
            host=database["HOST"] or None, port=database["PORT"] or None, connect_timeout=2,
        ).close()  # fmt: skip
    except psycopg.OperationalError:
        return False
    return True
