"""The frame of a page of a case, for those alone who have sight of its risk."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.record.cases.queries.case import CaseFrame, case_frame
from leeward.record.cases.queries.tabs import case_tabs


def risk_frame(case_id: int) -> CaseFrame:
    """The top of a case's page. Raises Http404 without sight of its risk, as if there were none."""
    frame = case_frame(case_id)
    if not frame.sight.risk:
        raise Http404
    return frame


def risk_frame_to_change(case_id: int, frame: CaseFrame | None = None) -> CaseFrame:
    """The same, for who may write: emergency sight reads only. Raises Http404. `frame`: one that is read already."""
    frame = frame or risk_frame(case_id)
    if not frame.sight.may_change:
        raise Http404
    return frame


def draw(request: HttpRequest, template: str, frame: CaseFrame, tab: str = "risk", **context: Any) -> HttpResponse:
    """A page under who it is about and the tabs of the case."""
    return render(
        request,
        f"risk/{template}.jinja",
        {"frame": frame, "tabs": case_tabs(frame, tab), **context},
    )
