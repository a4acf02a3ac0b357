"""Quick exit, the choice of language, the gallery, and the pages that say what went wrong."""

from __future__ import annotations

import logging
import sys
from typing import Any

from django.conf import settings
from django.db.utils import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import check_for_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from leeward.platform.ui import gallery as examples
from leeward.platform.ui.forms.base import printable

log = logging.getLogger("leeward.ui")

LEAVE = "/leave"
EXIT_ADDRESS = "https://www.bbc.co.uk/weather"
RETRY_SECONDS = "30"


@csrf_exempt  # leaving must always work; the worst that another site can do with it is to sign somebody out
def leave(request: HttpRequest) -> HttpResponse:
    """End the session and what rooms above keep for it, ask the browser to forget us, and go somewhere dull."""
    try:
        for ending in getattr(settings, "LEAVING", ()):
            import_string(ending)(request)
        request.session.flush()
    except Exception:  # noqa: BLE001  whatever is wrong, she leaves
        log.error("leave: the session could not be ended")
        request.session = type(request.session)()  # a new, empty one: nothing to save on the way out
    return _departure()


def _departure() -> HttpResponse:
    answer = HttpResponseRedirect(getattr(settings, "EXIT_ADDRESS", EXIT_ADDRESS))
    answer.status_code = 303
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    answer.headers["Referrer-Policy"] = "no-referrer"
    for cookie in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        answer.delete_cookie(cookie)  # for browsers that do not know Clear-Site-Data
    return answer


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Show pages in another language until the browser closes; the choice is a cookie of the session."""
    code, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or "\0" in back:
        back = "/"
    answer = HttpResponseRedirect(back)
    if code in dict(settings.LANGUAGES) and check_for_language(code):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return answer


@require_safe
def gallery(request: HttpRequest, name: str = "") -> HttpResponse:
    """Every component in every state, for those who build pages; never in production."""
    if not (settings.DEBUG or getattr(settings, "DEMO", False)):
        raise Http404
    found = examples.page(name)
    if found is None:
        raise Http404
    return render(request, found.template, found.context())


def is_database_gone(problem: BaseException | None) -> bool:
    """Whether an exception, or one that caused it, says that the database could not be used."""
    from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests  # slow to import, and needed only here

    while problem is not None:
        if isinstance(problem, OperationalError | InterfaceError | PoolTimeout | PoolClosed | TooManyRequests):
            return True
        problem = problem.__cause__ or (None if problem.__suppress_context__ else problem.__context__)
    return False


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent what cannot be read; or 503, where a session could not be written because of the database.

    Django tells of a session that it could not write as of one that somebody else ended, which is a bad request.
    """
    if is_database_gone(exception):
        return database_gone(request)
    return _page(request, "bad_request", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: a page that says who can help. The exception's text is shown: rules speak in words for people."""
    words = str(exception.args[0]) if exception is not None and exception.args else ""
    return _page(request, "permission_denied", 403, words=words)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: byte for byte the same whether something is hidden or was never there."""
    return _page(request, "not_found", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form is too old, or cookies are off. Nothing was kept, and nothing is lost on the page before."""
    return _page(request, "form_too_old", 403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; or 503 when the cause is a database that is gone."""
    if is_database_gone(sys.exc_info()[1]):
        return database_gone(request)
    return _page(request, "server_error", 500)


def database_gone(request: HttpRequest) -> HttpResponse:
    """503: what was saved is safe, try again soon."""
    if request.path == LEAVE:
        return _departure()  # a page about our troubles must not keep anybody here
    answer = _page(request, "database_gone", 503, sent=request.method == "POST", typed=_typed(request))
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed into the form that could not be kept, to be sent again from the page that says so.

    A page is never in the browser's store, so its back button would show an empty form. Neither a password nor a file
    is given back. Who made the form is still held by its token, which only our own page knew.
    """
    if request.method != "POST":
        return []
    try:
        pairs = [(name, value) for name, values in request.POST.lists() for value in values]
        files = bool(request.FILES)
    except Exception:  # noqa: BLE001  too large, or cut off: then there is nothing to give back
        return []
    secret = any("password" in name or name == "code" for name, _ in pairs)
    return [] if secret or files else [(name, printable(str(value))) for name, value in pairs]


def _page(request: HttpRequest, name: str, status: int, **context: Any) -> HttpResponse:
    try:
        return render(request, f"ui/errors/{name}.jinja", context, status=status)
    except Exception:
        # The page about a fault must not fail itself: then a few plain words, with nothing to look up.
        log.exception("error page %s could not be drawn", name)
        return HttpResponse(PLAIN, status=status)


PLAIN = (
    '<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Something went wrong</title>'
    '<meta name="viewport" content="width=device-width"><h1>Something went wrong</h1>'
    "<p>Wait a moment and try again. In danger now? Call 999. Can’t speak? Press 55.</p>"
    '<p><a href="/leave">Leave this site</a></p></html>'
)
