"""The second-level navigation of a case: which pages of it somebody has. Rooms above add theirs in the settings."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from leeward.record.cases.queries.case import Sight


def case_tabs(sight: Sight, case_id: int, current: str) -> list[dict[str, object]]:
    """Text, address and whether it is the page that is open. Summary sight has one page, and so no tabs."""
    if not sight.is_full:
        return []
    return [
        {"text": text, "href": reverse(route, args=[case_id]), "current": key == current}
        for key, route, text, needs_risk in import_string(settings.CASE_TABS)
        if sight.risk or not needs_risk
    ]
