"""What a referrer may learn of a referral, and nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.response.front_door.models import Receipt
from leeward.response.front_door.rules import hash_code

MOST = 200


@dataclass(frozen=True)
class ReceiptStatus:
    """Where a referral stands: received, working, accepted, not_reached, passed_on, ended."""

    reference: str
    status: str
    sent_at: datetime
    changed_at: datetime


def receipt_of(code: str) -> ReceiptStatus | None:
    """The receipt that a code opens. That somebody asked is logged, the code is not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reference, status, sent_at, changed_at FROM front_door_receipt_of(%s)", [hash_code(code)]
        )
        row = cursor.fetchone()
    audit.record("opened_receipt", "receipt", detail={"found": row is not None})
    return ReceiptStatus(*row) if row else None


def own_receipt(code_hash: str) -> ReceiptStatus | None:
    """A receipt of whoever acts, by the hash of its code; others' receipts are as if there were none."""
    row = Receipt.objects.filter(code_hash=code_hash).first()
    audit.record("opened_receipt", "receipt", row.id if row else None, detail={"found": row is not None})
    return ReceiptStatus(row.reference, row.status, row.sent_at, row.changed_at) if row else None


def my_receipts(*, by: Acting) -> list[ReceiptStatus]:
    """What whoever acts has referred, newest first."""
    rows = list(Receipt.objects.filter(user_id=by.worker_id, organisation_id=by.acts_for).order_by("-sent_at")[:MOST])
    audit.record("listed_receipts", "receipt", listed=[row.id for row in rows])
    return [ReceiptStatus(row.reference, row.status, row.sent_at, row.changed_at) for row in rows]
