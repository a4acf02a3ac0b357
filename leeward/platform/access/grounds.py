"""Where rooms above say what else must be known when somebody begins to act (walls, for one).

Each entry is an SQL expression over `b` (the row of access_begin) and is evaluated in the same statement, so that a
wall that was set a moment ago acts on the next request of an open session.
"""

from __future__ import annotations

ON_BEGIN: dict[str, str] = {}


def add(setting: str, expression: str) -> None:
    """Have `setting` (such as `app.walls`) set from `expression` whenever a user begins to act."""
    ON_BEGIN[setting] = expression
