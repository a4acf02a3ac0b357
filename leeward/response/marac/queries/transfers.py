"""Cases that went to another area's MARAC, or came from one."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, When

from leeward.platform.access import audit
from leeward.platform.common.pages import page_of
from leeward.response.marac.models import Transfer
from leeward.response.marac.queries.maracs import arranged
from leeward.response.marac.queries.referrals import Human, humans


@dataclass(frozen=True)
class Moved:
    """A transfer with whom it is about."""

    transfer: Transfer
    human: Human


def transfers(page: int = 1) -> tuple[list[Moved], bool]:
    """A page of those of the MARACs that whoever acts arranges, what waits for an answer first; and whether there are
    more. Logged as listed."""
    settled = Case(When(direction=Transfer.SENT_OUT, answered_on=None, then=0), default=1)
    found = Transfer.objects.filter(marac_id__in=arranged()).select_related("case__person", "marac", "referral")
    rows, more = page_of(found.order_by(settled, "-sent_on", "-at", "-id"), page)
    audit.record("listed_marac_transfers", "marac_transfer", listed=[row.case.person_id for row in rows])
    about = humans([(row.case.person, "") for row in rows])
    return [Moved(row, human) for row, human in zip(rows, about, strict=True)], more


def find_transfer(transfer_id: int) -> Transfer | None:
    """One transfer, or None where there is none or it may not be seen."""
    return Transfer.objects.select_related("case__person", "marac", "referral").filter(id=transfer_id).first()
