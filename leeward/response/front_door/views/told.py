"""The page of a case with what was told before it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.record.cases.queries.case import case_frame
from leeward.record.cases.queries.tabs import case_tabs
from leeward.response.front_door.queries.told import told_before
from leeward.response.front_door.views.triage import acting


@require_safe
def case_told(request: HttpRequest, case_id: int) -> HttpResponse:
    """The story and every answer, whole: for who sees the whole case."""
    frame = case_frame(case_id)
    sight = frame.sight
    told = told_before(by=acting(request), case=frame.case, risk=sight.risk, address=sight.address)
    context = {"frame": frame, "tabs": case_tabs(frame, "chronology"), "told": told}
    return render(request, "front_door/told.jinja", context)
