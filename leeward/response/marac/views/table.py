"""What the views of the table share: a page of the room, an answer to a form that a script sends by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render

from leeward.platform.access.web import attempt, once_only, redirect_to, say, tell
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.ui.forms import OnceMixin
from leeward.response.marac.queries.table import Table


def draw(request: HttpRequest, template: str, table: Table | None = None, **context: Any) -> HttpResponse:
    """A page of the room. Nothing of it is kept by the browser."""
    answer = render(request, f"marac/{template}.jinja", {"table": table, **context})
    answer["Cache-Control"] = "no-store"
    return answer


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form was sent with, also when that is nothing but its button; None for a page that is only opened."""
    return request.POST if request.method == "POST" else None


def by_script(request: HttpRequest) -> bool:
    """Whether a form was sent by the page's own script, which keeps it until it has arrived."""
    return request.headers.get("Accept", "").startswith("application/json")


def done(request: HttpRequest, address: str, words: str = "") -> HttpResponse:
    """It arrived: to the next page, or for a script a word."""
    if by_script(request):
        return JsonResponse({"ok": True, "words": words})
    if words:
        say(request, words)
    return redirect_to(address)


def not_done(form: BaseForm | None, problem: Refused | Conflict | None = None) -> JsonResponse:
    """For a script: why it was not done, in sentences. What was typed stays on the page."""
    words = [problem.words] if problem else []
    if form is not None:
        words += [str(error) for errors in form.errors.values() for error in errors]
    return JsonResponse({"ok": False, "words": " ".join(words)}, status=422)


def kept(
    request: HttpRequest, form: OnceMixin, work: Callable[[], str], at: str, words: str = ""
) -> HttpResponse | None:
    """What answers a form that was sent: its work is done once and says where to go on. None: draw the page (again).

    What is refused stands beside the box `at`; `words` are said where it was done.
    """
    if request.method != "POST":
        return None
    if form.is_valid() and (where := attempt(form, lambda: once_only(form.once, work), at)):
        return done(request, where, words)
    return not_done(form) if by_script(request) else None


def pressed(request: HttpRequest, back: str, work: Callable[[], object], words: str) -> HttpResponse:
    """What answers a button: its work is done, or why not is said; then back to where it was pressed."""
    try:
        work()
    except (Refused, Conflict) as problem:
        if by_script(request):
            return not_done(None, problem)
        tell(request, Refused(problem.words))
        return redirect_to(back)
    return done(request, back, words)
