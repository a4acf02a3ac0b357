"""What the pages of a case share: who acts, the frame of a page, a form sent once, a refusal beside its field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from leeward.platform.access import once
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.queries.case import CaseFrame
from leeward.record.cases.queries.tabs import case_tabs


def who(request: HttpRequest) -> Acting:
    """Who acts in this request (the table of routes lets nobody else come here)."""
    acting: Acting = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    return acting


def draw(
    request: HttpRequest, template: str, frame: CaseFrame | None = None, tab: str = "", **context: Any
) -> HttpResponse:
    """A page; with a frame it stands under who it is about and the tabs of the case."""
    if frame is not None:
        context |= {"frame": frame, "tabs": case_tabs(frame, tab)}
    return render(request, f"cases/{template}.jinja", context)


def go(name: str, *args: Any) -> HttpResponseRedirect:
    """To another page, by its name."""
    answer = HttpResponseRedirect(reverse(name, args=args))
    answer.status_code = 303
    return answer


def say(request: HttpRequest, words: str, undo: str = "") -> None:
    """Tell on the next page what was done, and offer to take it back."""
    messages.success(request, words, extra_tags=f"undo:{undo}" if undo else "")


def tell(request: HttpRequest, problem: Refused) -> None:
    """Tell on the next page why something was not done."""
    messages.error(request, problem.words)


def once_only(token: str, make: Callable[[], str]) -> str:
    """Do what a form asks for once, however often it is sent; answers where it led.

    The claim and the work stand or fall together: after a refusal the same form can be sent again.
    """
    with transaction.atomic():
        before = once.claim(token)
        if before is not None:
            return before or reverse("caseload")
        address = make()
        once.keep(token, address)
        return address


def attempt(form: forms.Form, work: Callable[[], Any], field: str | None = None) -> Any:
    """Do some work; a refusal stands as a mistake of the form (beside a field), and None is answered."""
    try:
        with transaction.atomic():
            return work()
    except Refused as problem:
        form.add_error(field if field in form.fields else None, problem.words)
        return None


def from_now_on(form: forms.Form, request: HttpRequest, version: int) -> None:
    """Keep what was typed in a form, and let it stand on the version that is there now: sent again, it is meant."""
    data = request.POST.copy()
    data["version"] = str(version)
    form.data = data


def typed_again(request: HttpRequest, without: str = "") -> list[tuple[str, str]]:
    """What was typed, to be carried along by a page that asks once more; without its own questions."""
    left_out = {"csrfmiddlewaretoken", "confirmed", "asked", "back"}
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in left_out and not (without and name.startswith(without))
        for value in values
    ]


@dataclass(frozen=True)
class Both:
    """Two people wrote the same thing: what stands now and what was typed, side by side."""

    words: str
    by: str
    rows: list[tuple[str, str, str]]


def side_by_side(words: str, by: str, labels: dict[str, str], theirs: dict[str, str], yours: dict[str, str]) -> Both:
    """What differs, in the order of the labels."""
    rows = [
        (label, theirs.get(name, ""), yours.get(name, ""))
        for name, label in labels.items()
        if theirs.get(name, "") != yours.get(name, "")
    ]
    return Both(words, by, rows)


def redirect_to(address: str) -> HttpResponseRedirect:
    """To an address of our own."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer
