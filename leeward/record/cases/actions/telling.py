"""What changes in a person's record, as lines of their cases: that something changed, never what."""

from __future__ import annotations

from django.db import connection

from leeward.platform.access.acting import Acting
from leeward.record.people.actions.facts import circle_of


def write_into_cases(by: Acting, person_ids: tuple[int, ...], words: str, *, topic: str) -> None:
    """Write a line into each open case that a change of a person's record belongs to (sql/40_telling.sql says which).

    The database writes it, since a case of that person need not be open to whoever made the change; how many lines
    were written is answered to nobody, because it would tell of cases that they do not see.
    """
    if by.organisation_id is None:  # a visitor's own words become a contact, and belong to no case yet
        return
    circles = [circle_of(person_id) for person_id in person_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cases_tell(%s::bigint[], %s::bigint[], %s, %s, %s)",
            [list(person_ids), circles, words, topic, by.user_name],
        )
