"""The first page after sign-in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.workspace.queries import today as asked


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """What needs me, in order, with the reason."""
    by = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    return render(
        request, "workspace/today.jinja", {"sections": asked.today(by=by), "by": by, "date": timezone.localdate()}
    )


@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """What whoever is signed in may administer, each with a sentence; nothing that they may not."""
    return render(request, "workspace/administration.jinja")
