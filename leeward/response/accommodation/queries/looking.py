"""Who looks for a household, as against who was only asked or shared with: the pages offer what the database allows."""

from __future__ import annotations

from django.utils import timezone

from leeward.record.cases.models import CaseSight, Involvement, Scope


def may_look(case_id: int, ours: bool) -> bool:
    """Whether whoever acts may change a search or an ask: involved in the whole case, and theirs or with the address.

    Emergency sight only reads.
    """
    rows = CaseSight.objects.filter(case_id=case_id, source="involvement", scope=Scope.FULL)
    return any(ours or row.address for row in rows)


def opens_case(share: Involvement | None) -> bool:
    """Whether a share opens its case now."""
    if share is None or (share.until is not None and share.until <= timezone.now()):
        return False
    return share.status == Involvement.ACTIVE or (share.status == Involvement.OFFERED and share.at_once)
