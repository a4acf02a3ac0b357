"""All addresses, and an empty page behind session, sign-in and transaction."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from leeward.config import routes, urls
from leeward.platform.access.routes import SIGNED_IN, Who


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, for somebody who is signed in."""
    return HttpResponse(f"<!doctype html><title>Empty</title><p>{request.acting.user_name}</p>")  # type: ignore[attr-defined]


urlpatterns = [path("bench/empty", empty, name="bench_empty"), *urls.urlpatterns]


def table() -> dict[str, Who]:
    """The table of routes with the empty page."""
    return {**routes.table(), "bench_empty": SIGNED_IN}
