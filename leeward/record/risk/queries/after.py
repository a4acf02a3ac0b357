"""What may follow an assessment in rooms above: pages of a case, named by a setting as its tabs are."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from leeward.record.cases.queries.case import CaseFrame


def next_steps(frame: CaseFrame) -> list[tuple[str, str]]:
    """(words, address) for who works in an open case of somebody who is harmed."""
    path: str = getattr(settings, "AFTER_ASSESSMENT", "")
    if not path or not frame.sight.may_change or frame.case.status == "closed" or frame.case.side == "causing_harm":
        return []
    return [(tab.label, reverse(tab.url_name, args=[frame.case.id])) for tab in import_string(path)]
