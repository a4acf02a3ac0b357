"""What the pages about people share: who acts, the frame of a page, a form sent once, a refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch

from leeward.platform.access.web import once_only, who
from leeward.platform.common.addresses import address_of
from leeward.platform.common.errors import Refused
from leeward.record.people.queries.person import Frame, person_frame
from leeward.record.people.rules.flags import flags_on
from leeward.record.people.rules.words import learned

TABS = (
    ("person", "person", "Person"),
    ("family", "family", "Family"),
    ("contact", "person_contact", "Contact"),
    ("places", "person_places", "Places"),
    ("equality", "person_equality", "Equality"),
    ("records", "person_records", "Records"),
)
NEEDS_ALL = {"contact", "equality", "records"}  # a summary does not open these


def frame_of(request: HttpRequest, person_id: int, page: str) -> Frame:
    """Who the page is about. Hidden and missing are answered with the same 404."""
    frame = person_frame(by=who(request), person_id=person_id, page=page)
    if frame is None or (page in NEEDS_ALL and not frame.sees_all):
        raise Http404
    return frame


def frame_to_change(request: HttpRequest, person_id: int, page: str) -> Frame:
    """The same, for a page that changes something: who may only read does not find it."""
    frame = frame_of(request, person_id, page)
    if not frame.may_change:
        raise Http404
    return frame


def address(name: str, *args: Any) -> str | None:
    """The address of a page of another room; None where this installation has none."""
    try:
        return address_of(name, *args)
    except NoReverseMatch:
        return None


def draw(
    request: HttpRequest, template: str, frame: Frame | None = None, tab: str = "", **context: Any
) -> HttpResponse:
    """A page; with a frame it stands under who it is about and the tabs of their record."""
    if frame is not None:
        cases = [(one, address("case", one.case_id)) for one in frame.cases]
        # Without a case of their own, the way back leads to the one that they are known in.
        named = next((href for one, href in cases if not one.is_own), None)
        is_own = bool(cases) and cases[0][0].is_own
        if tab != "family":  # the page that asks for most: its identity bar leads to the one that says it
            context["flags"] = flags_on(who(request), [frame.person.id])
        context |= {"frame": frame, "tabs": tabs(frame, tab), "cases_of": cases, "back_href": None if is_own else named}
    return render(request, f"people/{template}.jinja", {"learned": learned, **context})


def typed(request: HttpRequest) -> str:
    """What was sent to be searched for; nothing where the page is only opened."""
    return request.POST.get("q", "").replace("\x00", " ").strip()[:200]


def tabs(frame: Frame, current: str) -> list[dict[str, Any]]:
    """The second-level navigation of a person's record, with their own case first: the two are one thing."""
    own = next((one.case_id for one in frame.cases if one.is_own), None)
    case_href = address("case", own) if own else None
    return [
        *([{"text": "Case", "href": case_href, "current": False}] if case_href else []),
        *(
            {"text": text, "href": address_of(name, frame.person.id), "current": key == current}
            for key, name, text in TABS
            if frame.sees_all or key not in NEEDS_ALL
        ),
    ]


def to(where: str) -> HttpResponseRedirect:
    """To an address of our own, read anew."""
    answer = HttpResponseRedirect(where)
    answer.status_code = 303
    return answer


def save(
    request: HttpRequest, form: forms.Form, make: Callable[[], str], field: str | None = None
) -> HttpResponse | None:
    """Do what a valid form asks for, once, and go on; a refusal stands in the form, and None is answered."""
    try:
        where = once_only(form.cleaned_data["once_token"], make)
    except Refused as problem:
        form.add_error(field if field in form.fields else None, problem.words)
        return None
    return to(where)
