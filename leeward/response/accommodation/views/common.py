"""What the pages of this room share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from leeward.platform.access.web import attempt, once_only, redirect_to, say
from leeward.record.cases.queries.case import CaseFrame, case_frame
from leeward.record.cases.queries.tabs import case_tabs
from leeward.response.accommodation.models import Stay

TAB = "place"


def case_to_house(case_id: int, *, change: bool = False) -> CaseFrame:
    """The top of a case's page for who works with the whole of it. Raises Http404 else; emergency sight only reads.

    On the case of who causes harm there is no such page: his worker would find her house.
    """
    frame = case_frame(case_id)
    if frame.case.side == "causing_harm":
        raise Http404
    if change and not frame.sight.may_change:
        raise Http404
    return frame


def under_case(frame: CaseFrame) -> dict[str, Any]:
    """What a page needs to stand under whom a case is about."""
    return {"layout": "cases/frame.jinja", "frame": frame, "tabs": case_tabs(frame, TAB)}


def about_stay(stay: Stay) -> str:
    """Whose stay a form is about, and where: nobody ends the stay of somebody else by mistake."""
    return ", ".join(word for word in (stay.person.called, stay.space.label, stay.space.site.name) if word)


def one_form(
    request: HttpRequest,
    form: Any,
    do: Callable[[], str],
    *,
    title: str,
    button: str,
    back: str,
    done: str = "",
    intro: str = "",
    field: str | None = None,
    template: str = "accommodation/form.jinja",
    **context: Any,
) -> HttpResponse:
    """A page with one form: sent, it does its work once and goes where that says; else it shows what is wrong."""
    if request.method == "POST" and form.is_valid():
        token = getattr(form, "once", "")
        work: Callable[[], str] = (lambda: once_only(token, do)) if token else do
        if address := attempt(form, work, field):
            if done:
                say(request, done)
            return redirect_to(address)
    return render(
        request,
        template,
        {"form": form, "title": title, "submit_label": button, "cancel_href": back, "lead": intro, **context},
    )


def sent(request: HttpRequest) -> Any:
    """The data of a form that was sent, None for a page that is only opened."""
    return request.POST if request.method == "POST" else None
