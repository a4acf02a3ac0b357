"""Periods for which a space is taken, as conditions on rows: now, or at some time from now."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from leeward.response.accommodation.models import Occupancy


def is_taken(rows: QuerySet[Occupancy], at: datetime) -> QuerySet[Occupancy]:
    """The periods that hold at a moment."""
    return rows.filter(during__contains=at)


def still_to_come(rows: QuerySet[Occupancy], now: datetime | None = None) -> QuerySet[Occupancy]:
    """The periods that hold now or later: their end lies ahead or is open."""
    now = now or timezone.now()
    return rows.filter(during__isempty=False).filter(Q(during__endswith__gt=now) | Q(during__upper_inf=True))
