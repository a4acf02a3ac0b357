"""When somebody is to be tried again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.reference.working_time import LONDON
from leeward.response.front_door.models import Contact
from leeward.response.front_door.rules import OPEN_STATUSES


@dataclass(frozen=True)
class Planned:
    """A try that was planned, and whether its time has come."""

    contact_id: int
    reference: str
    at: datetime
    is_due: bool


def planned_tries(contacts: Collection[int]) -> dict[int, Planned]:
    """Of these contacts those that are to be tried again, by id: one statement."""
    return {row.contact_id: row for row in _rows(id__in=list(contacts))} if contacts else {}


def my_tries(*, by: Acting, most: int) -> list[Planned]:
    """What whoever acts is to try again today or should have by now, the oldest first."""
    tomorrow = datetime.combine(timezone.localdate() + timedelta(days=1), time.min, LONDON)
    return _rows(most, assigned_to_id=by.user_id, next_try_at__lt=tomorrow)


def _rows(most: int | None = None, **which: object) -> list[Planned]:
    now = timezone.now()
    found = (
        Contact.objects.filter(status__in=OPEN_STATUSES, next_try_at__isnull=False)
        .filter(**which)
        .order_by("next_try_at", "id")
        .values_list("id", "reference", "next_try_at")[:most]
    )
    return [Planned(key, reference, at, at <= now) for key, reference, at in found if at is not None]
