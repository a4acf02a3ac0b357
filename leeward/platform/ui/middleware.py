"""Middlewares: safe headers, where a form came from, and the plain answer when the database is gone."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware

from leeward.platform.common.errors import Refused
from leeward.platform.ui import views
from leeward.platform.ui.outage import Outage

log = logging.getLogger("leeward.ui")

Next = Callable[[HttpRequest], HttpResponseBase]

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
SWITCHED_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "screen-wake-lock",
    "usb",
    "xr-spatial-tracking",
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Passkeys need publickey-credentials-*, which stays at its default: this origin only.
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in SWITCHED_OFF),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noarchive",
}


class PageSafetyMiddleware:
    """Puts the safety headers on every answer, keeps pages out of caches, and refuses NUL bytes in addresses."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, with the headers; what a view set itself stays."""
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            response: HttpResponseBase = views.bad_request(request)
        else:
            response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store"
        return response


class RefusedMiddleware:
    """Turns an action's refusal into a page with the rule's own words: permission is a page, not an error."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; a refusal comes by `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal; other exceptions are not ours."""
        return views.permission_denied(request, exception) if isinstance(exception, Refused) else None


class FormOriginMiddleware(CsrfViewMiddleware):
    """Django's guard of forms, for pages that send no referrer.

    Under `Referrer-Policy: no-referrer` a browser says `Origin: null` with our own forms, which Django refuses. What
    says in its place where a form came from is Sec-Fetch-Site, which no page can set; a browser too old for it is held
    by the token alone, whose cookie no other site can set or read.
    """

    def _origin_verified(self, request: HttpRequest) -> bool:
        if request.META["HTTP_ORIGIN"] == "null":
            return str(request.META.get("HTTP_SEC_FETCH_SITE", "same-origin")) == "same-origin"
        return bool(super()._origin_verified(request))  # type: ignore[misc]  # not in the stubs


class DatabaseGoneMiddleware:
    """Turns a lost database into a page that says so, and nothing else: the next request tries again.

    A view's exception comes here by `process_exception`. One raised in another middleware has become a call of
    `handler500` by the time it gets here, which is why `views.server_error` knows these exceptions too.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self.outage = Outage()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer; an exception that no inner handler has turned into a page is turned here."""
        if self.outage.goes_on():
            return views.database_gone(request)
        try:
            response = self.get_response(request)
        except Exception as problem:
            if not views.is_database_gone(problem):
                raise
            response = self._answer(request, problem)
        if response.status_code == 503:
            self.outage.noticed()
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a view that lost the database; other exceptions are not ours."""
        return self._answer(request, exception) if views.is_database_gone(exception) else None

    def _answer(self, request: HttpRequest, problem: BaseException) -> HttpResponse:
        # The kind only: the text of a database error can hold what somebody typed.
        log.error("database gone: %s", type(problem).__name__)
        return views.database_gone(request)
