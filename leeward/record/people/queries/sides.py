"""On which of the two sides whoever acts knows people; for a record that is only mentioned, whose case mentions it."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from leeward.record.people.models import PersonSight
from leeward.record.people.rules.words import CHANGE, HELPED, NAMED, side_group

EMERGENCY = "break_glass"
SUBJECT = "subject"


def groups_of(person_ids: Collection[int]) -> dict[int, set[str]]:
    """HELPED, CHANGE or both for each, and SUBJECT where a case is their own: two statements at most.

    Mentioned in a case, somebody is on the side of whom it is about; where the reader does not see whom, on both.
    """
    sights = list(
        PersonSight.objects.filter(person_id__in=person_ids).values_list(
            "person_id", "side", "source_kind", "source_id"
        )
    )
    sources = {(kind, source) for _, own, kind, source in sights if own == "named"}
    subject_of: dict[tuple[str, int], set[str]] = {}
    if sources:
        wanted = Q(pk__in=[])
        for kind, source in sources:
            wanted |= Q(source_kind=kind, source_id=source)
        rows = PersonSight.objects.filter(wanted).exclude(side="named")
        for own, kind, source in rows.values_list("side", "source_kind", "source_id"):
            subject_of.setdefault((kind, source), set()).add(side_group(own))
    groups: dict[int, set[str]] = {}
    for person_id, own, kind, source in sights:
        mine = groups.setdefault(person_id, set())
        group = side_group(own)
        if group == NAMED:
            mine |= subject_of.get((kind, source), {HELPED, CHANGE})
        else:
            mine |= {group, SUBJECT}
    return groups


def may_be_changed(person_ids: Collection[int]) -> set[int]:
    """Those of these people whose whole record is open to whoever acts, and not just in an emergency."""
    rows = PersonSight.objects.filter(person_id__in=person_ids, scope__gte=3).exclude(source=EMERGENCY)
    return set(rows.values_list("person_id", flat=True))
