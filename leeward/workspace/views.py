"""The first page after sign-in, the tour of the first day, and help."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.access.actions import end_tour
from leeward.platform.access.chain import is_old, newest_check
from leeward.platform.access.roles import Permission
from leeward.workspace.queries import today as asked
from leeward.workspace.tour import stops_for


def acting(request: HttpRequest) -> Acting:
    """Who acts, as the middleware found."""
    by: Acting = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    return by


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What needs me, in order, with the reason."""
    by = acting(request)
    context = {
        "sections": asked.today(by=by),
        "by": by,
        "date": timezone.localdate(),
        "is_new": request.user.is_authenticated and request.user.toured_at is None,
    }
    return render(request, "workspace/today.jinja", context)


@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """What whoever is signed in may administer, each with a sentence; nothing that they may not."""
    by = acting(request)
    sees_log = by.may(Permission.MANAGE_PARTNERSHIP) or by.may(Permission.REVIEW_ACCESS)
    log = newest_check() if sees_log else None
    context = {"log": log, "log_is_old": log is not None and is_old(log)}
    return render(request, "workspace/administration.jinja", context)


@require_safe
def tour(request: HttpRequest, number: int = 1) -> HttpResponse:
    """One stop of the tour: a page of words, and the page that it is about a link away."""
    stops = stops_for(acting(request).permissions)
    if not 1 <= number <= len(stops):
        raise Http404
    return render(request, "workspace/tour.jinja", {"stop": stops[number - 1], "number": number, "all": len(stops)})


@require_POST
def tour_end(request: HttpRequest) -> HttpResponse:
    """The tour was seen, or is not wanted now."""
    end_tour(by=acting(request))
    return redirect("today")


@require_safe
def staff_help(request: HttpRequest) -> HttpResponse:
    """What each page is for, what to do when something goes wrong, and the tour again."""
    return render(request, "workspace/help.jinja", {"stops": stops_for(acting(request).permissions)})
