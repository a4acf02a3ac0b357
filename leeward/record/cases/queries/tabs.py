"""The second-level navigation of a case: which pages of it somebody has. Rooms above add theirs in the settings."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from leeward.platform.common.addresses import address_of
from leeward.record.cases.queries.case import CaseFrame


def case_tabs(frame: CaseFrame, current: str) -> list[dict[str, object]]:
    """Text, address and whether it is the page that is open. Summary sight has one page of the case."""
    sight = frame.sight
    return [
        {
            "text": tab.label if sight.is_full or tab.of_person else "Summary",
            "href": address_of(tab.url_name, frame.case.person_id if tab.of_person else frame.case.id),
            "current": tab.key == current,
        }
        for tab in import_string(settings.CASE_TABS)
        if (sight.is_full or tab.of_person or tab.key == "chronology")
        and (sight.risk or not tab.needs_risk)
        and tab.not_side != frame.case.side
    ]
