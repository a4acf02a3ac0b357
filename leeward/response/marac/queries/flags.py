"""That somebody was heard at a MARAC within its months: for any of its agencies that meets them again."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.common.pages import page_of
from leeward.record.cases.models import Case
from leeward.record.people.rules.flags import Flag
from leeward.response.marac.models import MaracFlag


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


def flags_of_case(case: Case) -> list[MaracFlag]:
    """The flags that came of a case, newest first."""
    return list(MaracFlag.objects.filter(case=case).select_related("marac").order_by("-from_on")[:20])


def flags_of_maracs(marac_ids: Collection[int], page: int = 1) -> tuple[list[MaracFlag], bool]:
    """A page of the standing flags of some MARACs, soonest to end first; and whether there are more."""
    rows = MaracFlag.objects.filter(marac_id__in=marac_ids, ended_at=None, until_on__gte=timezone.localdate())
    return page_of(rows.select_related("person", "marac", "item__referral").order_by("until_on", "id"), page)
