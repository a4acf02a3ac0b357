"""What pages of referrals share: under whom they stand, for who works with cases and for who only sits there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.platform.access.roles import Permission
from leeward.platform.access.web import who
from leeward.record.cases.models import CaseSight
from leeward.record.cases.queries.case import CaseFrame, case_frame
from leeward.record.cases.queries.tabs import case_tabs
from leeward.record.people.rules.flags import flags_on


def frame_to_refer(case_id: int) -> CaseFrame:
    """The top of a case's page for who works in it with its risk. Raises Http404 else, as if there were none."""
    frame = case_frame(case_id)
    if not frame.sight.risk or not frame.sight.may_change:
        raise Http404
    return frame


def draw_case(request: HttpRequest, template: str, frame: CaseFrame, **context: Any) -> HttpResponse:
    """A page of a case: with its tabs for who works with cases, under a name alone for who does not."""
    by = who(request)
    if by.may(Permission.CASEWORK):
        context |= {"layout": "cases/frame.jinja", "tabs": case_tabs(frame, "marac")}
        context["flags"] = flags_on(by, [frame.person.id])
    else:
        context |= {"layout": "marac/frame_name.jinja"}
    return render(request, f"marac/{template}.jinja", {"frame": frame, **context})


def works_in(case_id: int) -> bool:
    """Whether whoever acts works in the case itself, so that its pages open."""
    return CaseSight.objects.filter(case_id=case_id, scope__gte=3, risk=True, source="involvement").exists()
