"""How the people of contacts may be reached today, from their own records."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models.expressions import RawSQL

from leeward.record.people.models import ContactDetail


def ways_by_person(people: Collection[int]) -> dict[int, list[ContactDetail]]:
    """Every way to reach each of these people, ended ones too, with whether somebody else has it: one statement."""
    found: dict[int, list[ContactDetail]] = {}
    if not people:
        return found
    ids = list(people)
    rows = ContactDetail.objects.filter(person_id__in=ids).annotate(
        shared=RawSQL("id IN (SELECT detail FROM people_shared_details(%s::bigint[]))", [ids])
    )
    for row in rows.order_by("recorded_at", "id"):
        found.setdefault(row.person_id, []).append(row)
    return found
