"""What nobody has taken up: contacts that everybody returned, and offers left open when another service accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.response.front_door.rules import promise_at, targets_of


@dataclass(frozen=True)
class Stuck:
    """How many contacts everybody returned, and how many of them are past the time for asking somebody else."""

    count: int
    late: int


@dataclass(frozen=True)
class LeftOffer:
    """An offer that nobody has answered, of a contact that another service has accepted."""

    id: int
    reference: str
    service: str
    offered_at: datetime
    answer_due_at: datetime

    @property
    def is_late(self) -> bool:
        """Whether the answer that was promised has not come."""
        return self.answer_due_at < timezone.now()


def returned_by_all(*, by: Acting, now: datetime | None = None) -> Stuck:
    """Contacts of the organisation that nobody has: numbers only, two statements at most."""
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk, since FROM front_door_returned_by_all()")
        rows = cursor.fetchall()
    if not rows:
        return Stuck(0, 0)
    targets = targets_of(by.partnership_id)
    return Stuck(len(rows), sum(promise_at(targets, risk, since).due(since) < now for risk, since in rows))


def offers_left() -> list[LeftOffer]:
    """Offers of the triage team that are still open although another service accepted: one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, reference, service, offered_at, answer_due_at FROM front_door_offers_left()")
        found = [LeftOffer(*row) for row in cursor.fetchall()]
    if found:
        audit.record("listed_offers", "offer", listed=[offer.id for offer in found])
    return found
