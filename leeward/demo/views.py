"""Sign in as somebody of the fictional partnership, without a second factor: on a loopback address only."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from leeward.demo.partnerships import PERSONAS
from leeward.platform.access.models import User
from leeward.platform.access.signing_in import begin_session

LOOPBACK = {"127.0.0.1", "::1"}


def sign_in_as(request: HttpRequest, key: str) -> HttpResponse:
    """Begin a session as a persona. Anything but a loopback address is answered as if there were no such page."""
    name = next((persona[2] for persona in PERSONAS if persona[0] == key), None)
    behind_proxy = any(header in request.META for header in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED"))
    if name is None or request.META.get("REMOTE_ADDR") not in LOOPBACK or behind_proxy:
        raise Http404
    user = (
        User.objects.filter(name=name, memberships__organisation__partnership__is_demo=True)
        .order_by("memberships__organisation__partnership_id")
        .first()
    )
    if user is None:
        raise Http404
    begin_session(request, user)
    request.session["demo"] = True
    return redirect("today")
