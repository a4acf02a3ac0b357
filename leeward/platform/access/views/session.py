"""A session: whether it lives, for whom one acts, one's own account, an invitation, whether the server is ready."""

from __future__ import annotations

from allauth.account import views as account_views
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.access.actions import (
    accept_invitation,
    accept_membership,
    decline_membership,
    end_sessions,
    invited_user,
)
from leeward.platform.access.forms import PasswordForm
from leeward.platform.access.models import Membership
from leeward.platform.access.queries import places_offered
from leeward.platform.access.roles import ROLES
from leeward.platform.access.signing_in import begin_session
from leeward.platform.common.errors import Refused
from leeward.platform.ui.context import who_mark


def acting(request: HttpRequest) -> Acting:
    """Who acts, as the middleware found."""
    by: Acting = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    return by


@require_GET
def ready(request: HttpRequest) -> HttpResponse:
    """Whether pages can be served: for the launcher and the watcher, says nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ready", content_type="text/plain")


@require_GET
def session_alive(request: HttpRequest) -> HttpResponse:
    """More time, a fresh form token, and a mark of who is signed in: for the page that somebody types in."""
    return JsonResponse({"who": who_mark(acting(request).user_id), "csrf": get_token(request)})


@require_POST
def switch_organisation(request: HttpRequest) -> HttpResponse:
    """Act for another of one's organisations from now on."""
    chosen = request.POST.get("organisation", "")
    if chosen not in {str(organisation) for organisation, _ in acting(request).organisations}:
        raise Http404
    request.session["organisation_id"] = int(chosen)
    return redirect("today")


@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: roles in words, second factors, where one is signed in."""
    by = acting(request)
    membership = Membership.objects.prefetch_related("teams").get(
        user_id=by.worker_id, organisation_id=by.organisation_id or 0
    )
    context = {
        "roles": [ROLES[role] for role in by.roles if role in ROLES],
        "teams": list(membership.teams.all()),
        "factors": list(Authenticator.objects.filter(user_id=by.worker_id).exclude(type="recovery_codes")),
        "sessions": list(UserSession.objects.filter(user_id=by.worker_id).order_by("-created_at")[:20]),
        "offers": places_offered(by=by),
        "here": request.session.session_key,
        "email": request.user.email if request.user.is_authenticated else "",
    }
    return render(request, "access/account.jinja", context)


@require_safe
def offered_places(request: HttpRequest) -> HttpResponse:
    """Places that other organisations offer: each opens nothing until it is accepted here."""
    return render(request, "access/offered.jinja", {"offers": places_offered(by=acting(request)), "roles": ROLES})


@require_POST
def offered_accept(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Take a place up."""
    try:
        accepted = accept_membership(by=acting(request), membership_id=membership_id)
    except Refused as refused:
        messages.error(request, refused.words)
    else:
        name = accepted.organisation.name
        messages.success(request, f"You can act for {name} now: choose it at the top of the page.")
    return redirect("offered_places")


@require_POST
def offered_decline(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Say no to a place."""
    try:
        decline_membership(by=acting(request), membership_id=membership_id)
    except Refused as refused:
        messages.error(request, refused.words)
    else:
        messages.success(request, "Declined: it opens nothing.")
    return redirect("offered_places")


@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change one's password; who signs in without one is told so, there is nothing to change."""
    if request.user.is_authenticated and not request.user.has_usable_password():
        messages.info(request, "You sign in without a password, so there is none to change.")
        return redirect("account")
    return account_views.password_change(request)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End every other session of one's own, at once."""
    ended = end_sessions(acting(request).worker_id, but=request.session.session_key or "")
    messages.success(request, f"Signed out everywhere else ({ended})." if ended else "You were signed in nowhere else.")
    return redirect("account")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Set the first password; then a second factor is asked for before anything else opens."""
    user = invited_user(token)
    if user is None:
        return render(request, "access/invitation_over.jinja", status=404)
    form = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        accept_invitation(user=user, password=form.cleaned_data["password"])
        begin_session(request, user)
        return redirect("mfa_index")
    return render(request, "access/invitation.jinja", {"form": form, "name": user.name})
