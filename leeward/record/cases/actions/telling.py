"""What changes in a person's record, as lines of their cases: that something changed, never what."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.record.cases.models import Case
from leeward.record.people.actions.facts import circle_of
from leeward.record.people.actions.family import names_of


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


def tell_who_had_it(
    *, by: Acting, case: Case, about: tuple[str, int], since: datetime, words: str, other_id: int | None = None
) -> int:
    """Tell those whose share of a case has ended that something which they could read in it was corrected.

    `since` is when it was written down: a share that had ended before never showed it. `words` say what was corrected,
    for somebody who opens nothing any more; `other_id` is a second person whom they name. Answers how many were told.
    """
    phone = Organisation.objects.filter(id=by.acts_for).values_list("phone", flat=True).first() or ""
    [name] = names_of(case.person_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT cases_tell_ended(%s, %s, %s, %s, %s, %s, %s)",
            [
                case.id,
                *about,
                other_id,
                since,
                f"{name}: {words}"[:1000],
                f"{by.organisation_name} {phone}".strip()[:250],
            ],
        )
        return int(cursor.fetchone()[0])
