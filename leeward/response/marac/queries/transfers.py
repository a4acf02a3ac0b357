"""Cases that went to another area's MARAC, or came from one."""

from __future__ import annotations

from dataclasses import dataclass

from leeward.platform.access import audit
from leeward.response.marac.models import Transfer
from leeward.response.marac.queries.maracs import arranged
from leeward.response.marac.queries.referrals import Human, humans


@dataclass(frozen=True)
class Moved:
    """A transfer with whom it is about."""

    transfer: Transfer
    human: Human


def transfers(most: int = 200) -> list[Moved]:
    """Those of the MARACs that whoever acts arranges, what waits for an answer first. Logged as listed."""
    rows = list(
        Transfer.objects.filter(marac_id__in=arranged())
        .select_related("case__person", "marac", "referral")
        .order_by("-sent_on", "-at")[:most]
    )
    audit.record("listed_marac_transfers", "marac_transfer", listed=[row.case.person_id for row in rows])
    found = [Moved(row, human) for row, human in zip(rows, humans([(r.case.person, "") for r in rows]), strict=True)]
    return sorted(
        found, key=lambda one: one.transfer.answered_on is not None or one.transfer.direction == Transfer.RECEIVED
    )


def find_transfer(transfer_id: int) -> Transfer | None:
    """One transfer, or None where there is none or it may not be seen."""
    return Transfer.objects.select_related("case__person", "marac", "referral").filter(id=transfer_id).first()
