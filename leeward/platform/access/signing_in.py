"""How people sign in: what allauth asks of us, and when a second factor has been shown."""

from __future__ import annotations

import functools
import time
from typing import Any

import requests
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest
from django.shortcuts import redirect

from leeward.platform.access import outside
from leeward.platform.access.models import IdentityProvider, User
from leeward.platform.access.providers import provider_key, signs_in
from leeward.platform.common import vault

STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people are invited by an administrator."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """The last strong factor cannot be taken off: somebody would be left with a password alone."""

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether another strong factor stays."""
        if authenticator.type not in STRONG:
            return True
        return bool(
            Authenticator.objects.filter(user_id=authenticator.user_id, type__in=STRONG)
            .exclude(pk=authenticator.pk)
            .exists()
        )


class ProviderAdapter(DefaultSocialAccountAdapter):
    """Sign-on through an agency's own OpenID Connect provider, keyed on issuer and subject, never on e-mail."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: an account is joined to a provider by the person who holds both."""
        return False

    def get_requests_session(self) -> requests.Session:
        """What asks the agencies' servers: nothing inside our own network (see outside.py)."""
        session = outside.session()
        session.request = functools.partial(session.request, timeout=outside.SECONDS)  # type: ignore[method-assign]  # as allauth does
        return session

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Our identity providers as allauth knows them; their secrets are sealed in our table."""
        found = IdentityProvider.objects.filter(is_active=True)
        if client_id:
            found = found.filter(client_id=client_id)
        apps = [_as_app(each) for each in found]
        return [app for app in apps if provider in (None, "openid_connect", app.provider_id)]

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Refuse a sign-on whose provider did not say that a second factor was shown, where we ask for that."""
        app = sociallogin.account.get_provider().app
        known = IdentityProvider.objects.get(id=int(str(app.provider_id).removeprefix("agency-")))
        claims = sociallogin.account.extra_data
        claims = claims.get("id_token") or claims
        if not _shows_second_factor(known, claims):
            messages.error(request, f"{known.name} did not say that a second factor was used. Sign in there with one.")
            raise ImmediateHttpResponse(redirect("account_login"))
        who = sociallogin.user if sociallogin.is_existing else request.user
        if who.is_authenticated and not signs_in(known, str(getattr(who, "email", ""))):
            messages.error(request, f"{known.name} is not for people with your e-mail address.")
            raise ImmediateHttpResponse(redirect("account_login"))
        if not sociallogin.is_existing and not request.user.is_authenticated:
            messages.error(
                request,
                "This sign-on is not joined to an account yet. Sign in as you were invited, then join it there.",
            )
            raise ImmediateHttpResponse(redirect("account_login"))
        if known.required_amr or known.required_acr:
            request.session["sign_on_second_factor"] = True


def _as_app(known: IdentityProvider) -> SocialApp:
    secret = vault.unseal_text(known.client_secret_sealed, table="access_identityprovider", row=known.id)
    return SocialApp(
        provider="openid_connect", provider_id=provider_key(known), name=known.name, client_id=known.client_id,
        secret=secret, settings={"server_url": known.issuer, "uid_field": "sub", "oauth_pkce_enabled": True},
    )  # fmt: skip


def _shows_second_factor(known: IdentityProvider, claims: dict[str, Any]) -> bool:
    methods, context = claims.get("amr") or [], str(claims.get("acr") or "")
    if known.required_amr and not set(known.required_amr) & set(methods):
        return False
    return not known.required_acr or context in known.required_acr


def begin_session(request: HttpRequest, user: User) -> None:
    """Sign somebody in, and note the session so that "sign out everywhere" ends this one too.

    allauth notes the sessions that its own pages begin; an invitation and the demonstration begin theirs here.
    """
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    UserSession.objects.create_from_request(request)


def has_second_factor(request: HttpRequest) -> bool:
    """Whether whoever is signed in has shown a second factor, or has one that every sign-in asks for.

    The demonstration's sign-in links count only where the demonstration runs (they exist on loopback alone).
    """
    session = request.session
    if session.get("second_factor"):
        return True
    shown = (
        (settings.DEMO and session.get("demo"))
        or session.get("sign_on_second_factor")
        or any(record.get("method") == "mfa" for record in get_authentication_records(request))
        or Authenticator.objects.filter(user_id=request.user.pk, type__in=STRONG).exists()
    )
    if shown:
        session["second_factor"] = True
    return bool(shown)


def has_gone_idle(request: HttpRequest) -> bool:
    """Whether the session has been idle too long or has lived too long; else notes that it is alive.

    The time is written at most once a minute: a page would otherwise write the session each time. A page that asks
    again by itself says so, and keeps nobody signed in.
    """
    now = int(time.time())
    session = request.session
    begun, seen = session.get("begun"), session.get("seen")
    if seen is not None and now - seen > settings.SESSION_IDLE_SECONDS:
        return True
    if begun is not None and now - begun > settings.SESSION_LIFE_SECONDS:
        return True
    if begun is None:
        session["begun"] = now
    by_itself = "X-By-Itself" in request.headers
    if seen is None or (not by_itself and now - seen >= min(60, settings.SESSION_IDLE_SECONDS // 4)):
        session["seen"] = now
    return False
