"""The addresses of the small test site: the gallery, and stand-ins for what other rooms offer."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.utils import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import include, path

from leeward.platform.ui.context import who_mark
from leeward.platform.ui.navigation import Entry

NAVIGATION = [
    Entry("Today", "today", match=("/today",)),
    Entry("Contacts", "ui:gallery", match=("/gallery/queue",)),
    Entry("Cases", "cases", match=("/gallery/case",)),
    Entry("MARAC", "marac", permission="marac"),
    Entry("Safe places", "places"),
    Entry("Find someone", "find"),
]
PUBLIC = {"/gallery/question", "/gallery/question-errors", "/gallery/public"}


def acting_as_someone(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Any:
    """Stands in for the access room: everybody is Ruth, except on public pages."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.acting = (  # type: ignore[attr-defined]  # set by the access room in the real site
            None
            if request.path in PUBLIC or "visitor" in request.GET
            else SimpleNamespace(
                user_name="Ruth Adeyemi",
                organisation_name="Harbour Outreach",
                organisations=[(1, "Harbour Outreach"), (2, "Estuary Access Point")],
                permissions={"marac"},
                user_id=1,
            )
        )
        return get_response(request)

    return middleware


def home(request: HttpRequest) -> HttpResponse:
    """A page with a message that can be undone."""
    messages.success(request, "The task is done.", extra_tags="undo:/today")
    messages.warning(request, "Somebody else changed this case meanwhile.")
    return render(request, "ui/gallery/index.jinja", {"examples": []})


def refuse(request: HttpRequest) -> HttpResponse:
    """No permission."""
    raise PermissionDenied("Only a manager can do this.")


def nothing(request: HttpRequest) -> HttpResponse:
    """Not found."""
    raise Http404("Case 4711 of Maya is hidden")


def gone(request: HttpRequest) -> HttpResponse:
    """The database is gone."""
    raise OperationalError("server closed the connection; detail: Maya, 4 Elm Road")


def broken(request: HttpRequest) -> HttpResponse:
    """A fault."""
    raise RuntimeError("Maya, 4 Elm Road")


def alive(request: HttpRequest) -> JsonResponse:
    """The session goes on."""
    return JsonResponse({"who": who_mark(1), "csrf": get_token(request)})


def autosave(request: HttpRequest) -> JsonResponse:
    """A draft is kept."""
    return JsonResponse({"version": 2})


stand_ins = (
    [
        path("account", home, name="account"),
        path("sign-out", home, name="sign_out"),
        path("act-for", home, name="switch_organisation"),
        path("session/alive", alive, name="alive"),
    ],
    "access",
)
urlpatterns = [
    path("", include("leeward.platform.ui.urls")),
    path("", include(stand_ins)),
    path("today", home, name="today"),
    path("cases", home, name="cases"),
    path("marac", home, name="marac"),
    path("places", home, name="places"),
    path("find", home, name="find"),
    path("sign-in", home, name="account_login"),
    path("autosave", autosave),
    path("refuse", refuse),
    path("nothing", nothing),
    path("gone", gone),
    path("broken", broken),
]
handler400 = "leeward.platform.ui.views.bad_request"
handler403 = "leeward.platform.ui.views.permission_denied"
handler404 = "leeward.platform.ui.views.not_found"
handler500 = "leeward.platform.ui.views.server_error"
