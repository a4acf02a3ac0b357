"""That somebody was heard at a MARAC within its months: for any of its agencies that meets them again."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

from leeward.platform.access.acting import Acting
from leeward.record.people.rules.flags import Flag


def flags_on(by: Acting, person_ids: Collection[int]) -> list[Flag]:
    """The flags on these records that the acting agency may know of; one statement."""
    if by.organisation_id is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT person_id, marac, until_on, ring, phone FROM marac_flags_on(%s::bigint[])", [list(person_ids)]
        )
        return [
            Flag(person_id, marac, until, f"{ring}, {phone}" if phone else ring)
            for person_id, marac, until, ring, phone in cursor.fetchall()
        ]
