"""The transaction of a request, who acts in it, and who may call which address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.module_loading import import_string

from leeward.platform.access import acting, audit
from leeward.platform.access.partnership import current_partnership, shown_partnership
from leeward.platform.access.routes import Who
from leeward.platform.access.signing_in import has_gone_idle, has_second_factor

# Where somebody without a second factor may go: to get one, or away.
SETTING_UP = {
    "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_generate_recovery_codes",
    "mfa_view_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reauthenticate",
    "account_logout", "session_alive", "socialaccount_connections", "openid_connect_login", "openid_connect_callback",
}  # fmt: skip

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class ActingMiddleware:
    """Opens the one transaction of a request, says to the database who acts, and refuses who may not call.

    By the time a view that raised comes back here it is a response, and its rows would be committed: so everything
    from 400 up is rolled back, and what must be kept of it (that somebody was refused) is written afterwards.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.routes: Callable[[], dict[str, Who]] = import_string(settings.ROUTES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.acting = None  # type: ignore[attr-defined]  # our own attribute on Django's request
        with transaction.atomic():
            self._begin(request)
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        if response.status_code in (403, 404) and request.user.is_authenticated:
            with transaction.atomic():
                self._begin(request)
                route = request.resolver_match.view_name if request.resolver_match else ""
                audit.record("was_refused", "route", detail={"route": route, "status": response.status_code})
        return response

    def _begin(self, request: HttpRequest) -> None:
        by = None
        if request.user.is_authenticated and has_gone_idle(request):
            logout(request)
            request.session["ended"] = True
        if request.user.is_authenticated:
            by = acting.begin(int(request.user.pk), request.session.get("organisation_id"))
            if by is None and "organisation_id" in request.session:
                del request.session["organisation_id"]
                by = acting.begin(int(request.user.pk), None)
            if by is None:  # disabled, or no membership left: ended at once, in open sessions too
                logout(request)
        if by is None:
            partnership = current_partnership()
            if partnership is not None:
                by = acting.begin_public(partnership.id, partnership.name)
        request.partnership = shown_partnership()  # type: ignore[attr-defined]
        request.acting = by  # type: ignore[attr-defined]

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Ask the table of routes. A route that nobody put there is refused to everyone."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        who = self.routes().get(name)
        if who is None:
            raise PermissionDenied(f"The route {name!r} is not in the table of routes.")
        if who.is_public:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path(), login_url="account_login")
        if name not in SETTING_UP and not has_second_factor(request):
            return redirect("mfa_index")
        by = request.acting  # type: ignore[attr-defined]
        if who.permissions and not (who.permissions & by.permissions):
            raise PermissionDenied("Your role does not open this page.")
        return None
