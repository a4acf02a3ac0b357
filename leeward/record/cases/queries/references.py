"""The page of a case by the reference that somebody says."""

from __future__ import annotations

from leeward.platform.access.acting import Acting
from leeward.platform.common.addresses import address_of
from leeward.record.cases.models import Case


def page_of_case(*, by: Acting, reference: str) -> str | None:
    """The address of the case with this reference that whoever acts may open (hidden and missing are the same)."""
    found = Case.objects.filter(reference=reference, partnership_id=by.partnership_id).values_list("id", flat=True)
    case_id = found.order_by("-opened_at").first()
    return address_of("case", case_id) if case_id else None
