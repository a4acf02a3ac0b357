"""What the pages of a case share: who acts, the frame of a page, a form sent once, a refusal beside its field."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.platform.access.web import who
from leeward.record.cases.queries.case import CaseFrame
from leeward.record.cases.queries.tabs import case_tabs
from leeward.record.people.rules.flags import flags_on


def draw(
    request: HttpRequest, template: str, frame: CaseFrame | None = None, tab: str = "", **context: Any
) -> HttpResponse:
    """A page; with a frame it stands under who it is about and the tabs of the case."""
    if frame is not None:
        context |= {"frame": frame, "tabs": case_tabs(frame, tab)}
        context["flags"] = flags_on(who(request), [frame.person.id])
    return render(request, f"cases/{template}.jinja", context)


def typed_again(request: HttpRequest, without: str = "") -> list[tuple[str, str]]:
    """What was typed, to be carried along by a page that asks once more; without its own questions."""
    left_out = {"csrfmiddlewaretoken", "confirmed", "asked", "back"}
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out and not (without and name.startswith(without))
        for value in values
    ]
