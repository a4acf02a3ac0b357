"""Write to the log of everything done and looked at, in the transaction that does or reads."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import connection


def record(
    action: str,
    kind: str,
    subject: int | None = None,
    *,
    person: int | None = None,
    listed: Iterable[int] = (),
    detail: Mapping[str, object] | None = None,
) -> None:
    """Append one entry for whoever acts in this transaction.

    `action` is a verb_noun (`read_case`, `searched_people`), `kind` the table's name, `listed` the ids of what a list
    showed. `detail` holds codes, counts and reasons, never a name, an address or search text (use `blind` for that).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_append(%s, %s, %s, %s, %s::bigint[], %s::jsonb)",
            [action, kind, subject, person, list(listed), json.dumps(detail or {}, ensure_ascii=True)],
        )


def hold() -> None:
    """Let other requests of whoever acts wait from here to the end of this one: for what is counted for each user."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_hold()")


def blind(text: str) -> str:
    """A keyed hash of what somebody searched for: two searches can be compared, neither can be read."""
    return hmac.new(settings.INDEX_KEY.encode(), text.strip().lower().encode(), hashlib.sha256).hexdigest()[:24]
