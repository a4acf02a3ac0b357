"""How the people of contacts may be reached today, from their own records."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models.expressions import RawSQL

from leeward.record.people.models import ContactDetail

# What says whether a way is safe, and when; a way has more that is only put in words (rules/contact.py of the people's
# room), for who is about to try.
JUDGED = ("person_id", "kind", "is_safe", "voicemail", "text", "windows", "review_by", "ended_on")


def ways_by_person(people: Collection[int], *, judged: bool = False) -> dict[int, list[ContactDetail]]:
    """Every way to reach each of these people, ended ones too, with whether somebody else has it: one statement.

    `judged`: without what is only shown, for a list of hundreds.
    """
    found: dict[int, list[ContactDetail]] = {}
    if not people:
        return found
    ids = list(people)
    rows = ContactDetail.objects.filter(person_id__in=ids).annotate(
        shared=RawSQL("id IN (SELECT detail FROM people_shared_details(%s::bigint[]))", [ids])
    )
    if judged:
        rows = rows.only(*JUDGED)
    for row in rows.order_by("recorded_at", "id"):
        found.setdefault(row.person_id, []).append(row)
    return found
