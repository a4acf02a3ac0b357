"""Sight is derived; where the way it is derived has changed, what was derived before is worked out anew."""

from __future__ import annotations

import hashlib

from django.db import DEFAULT_DB_ALIAS, connections

_FUNCTION = "cases_refresh_sight(bigint)"


def derive_anew(*, using: str = DEFAULT_DB_ALIAS) -> int:
    """After a migration: derive the sight of every case if the function that does it is another than last time.

    Which it was last time is kept as the function's own comment. Answers how many cases were worked out.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(%s::regprocedure), obj_description(%s::regprocedure, 'pg_proc')",
            [_FUNCTION, _FUNCTION],
        )
        definition, before = cursor.fetchone()
        now = hashlib.sha256(definition.encode()).hexdigest()
        if now == before:
            return 0
        cursor.execute("SELECT count(cases_refresh_sight(id)) FROM cases_case")
        (number,) = cursor.fetchone()
        cursor.execute(f"COMMENT ON FUNCTION {_FUNCTION} IS '{now}'")  # a digest: nothing that somebody typed
        return int(number)
