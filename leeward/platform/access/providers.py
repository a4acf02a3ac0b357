"""Agencies' own sign-on: add, test, change, pause. A secret goes in, is sealed, and never comes out on a page."""

from __future__ import annotations

import re
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from leeward.platform.access import audit, discovery
from leeward.platform.access.acting import Acting
from leeward.platform.access.actions import end_sessions
from leeward.platform.access.models import IdentityProvider, Organisation
from leeward.platform.access.rules import may_administer, must_administer
from leeward.platform.common import vault
from leeward.platform.common.errors import Refused

DOMAIN = re.compile(r"(?=.{4,120}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}")


@dataclass(frozen=True)
class ProviderFacts:
    """What we must know of an agency's sign-on."""

    name: str
    issuer: str
    client_id: str
    domains: tuple[str, ...] = ()
    required_amr: tuple[str, ...] = ()
    required_acr: tuple[str, ...] = ()


def read_domains(text: str) -> tuple[str, ...]:
    """E-mail domains from what somebody typed: lines, commas, spaces, with or without @. Raises Refused."""
    found = []
    for part in re.split(r"[\s,;]+", text.strip().lower()):
        domain = part.removeprefix("@")
        if not domain:
            continue
        if not DOMAIN.fullmatch(domain):
            raise Refused(f"“{part[:60]}” is not the part of an e-mail address after the @, like example.org.")
        if domain not in found:
            found.append(domain)
    return tuple(found)


def provider_key(provider: IdentityProvider) -> str:
    """The name under which allauth knows it."""
    return f"agency-{provider.id}"


def signs_in(provider: IdentityProvider, email: str) -> bool:
    """Whether somebody of this address may come through it."""
    return not provider.domains or email.rpartition("@")[2].lower() in provider.domains


@dataclass(frozen=True)
class ProviderRow:
    """A provider in the list."""

    provider: IdentityProvider
    joined: int  # how many accounts are joined to it

    @property
    def state(self) -> str:
        """on, paused, or untested."""
        if self.provider.is_active:
            return "on"
        return "paused" if self.provider.test_passed else "untested"


def providers(*, by: Acting) -> list[ProviderRow]:
    """Those of the organisations that whoever acts administers: two statements and the log's."""
    found = IdentityProvider.objects.select_related("organisation").filter(
        organisation__partnership_id=by.partnership_id
    )
    rows = [one for one in found.order_by("organisation__name", "name") if may_administer(by, one.organisation_id)]
    joined = dict(
        SocialAccount.objects.filter(provider__in=[provider_key(one) for one in rows])
        .values_list("provider")
        .annotate(number=Count("id"))
    )
    audit.record("listed_providers", "identity_provider", listed=[one.id for one in rows])
    return [ProviderRow(one, joined.get(provider_key(one), 0)) for one in rows]


def provider_of(*, by: Acting, provider_id: int) -> ProviderRow | None:
    """One that whoever acts administers; None for another's and for none."""
    return next((row for row in providers(by=by) if row.provider.id == provider_id), None)


def _set(provider: IdentityProvider, facts: ProviderFacts) -> None:
    issuer = facts.issuer.strip()
    if words := discovery.well_formed(issuer):
        raise Refused(words + ".")
    if not facts.name.strip() or not facts.client_id.strip():
        raise Refused("Enter a name, and the client’s identifier that the agency gave us.")
    others = IdentityProvider.objects.filter(domains__overlap=list(facts.domains)).exclude(
        organisation_id=provider.organisation_id
    )
    if facts.domains and others.exists():
        raise Refused("Another organisation’s sign-on has one of these domains already.")
    if provider.issuer != issuer:  # what was tested is no longer what would be asked
        provider.is_active, provider.test_passed, provider.tested_at, provider.test_words = False, None, None, ""
    provider.name, provider.issuer, provider.client_id = facts.name.strip(), issuer, facts.client_id.strip()
    provider.domains = list(facts.domains)
    provider.required_amr, provider.required_acr = list(facts.required_amr), list(facts.required_acr)


def _seal(provider: IdentityProvider, secret: str) -> None:
    if not secret.strip():
        raise Refused("Enter the secret that the agency gave us.")
    provider.client_secret_sealed = vault.seal_text(secret.strip(), table="access_identityprovider", row=provider.id)
    provider.secret_set_at = timezone.now()


@transaction.atomic
def add_provider(*, by: Acting, organisation: Organisation, facts: ProviderFacts, secret: str) -> IdentityProvider:
    """Add an agency's sign-on. It signs nobody in until it was tested and switched on."""
    must_administer(by, organisation.id)
    if organisation.partnership_id != by.partnership_id:
        raise Refused("This organisation is another partnership’s.")
    provider = IdentityProvider(organisation=organisation, is_active=False, created_by_id=by.user_id)
    _set(provider, facts)
    _seal(provider, secret)
    try:
        with transaction.atomic():
            provider.save(force_insert=True)
    except IntegrityError:
        raise Refused("A provider of this address is here already.") from None
    audit.record("added_provider", "identity_provider", provider.id, detail={"organisation": organisation.id})
    return provider


@transaction.atomic
def change_provider(*, by: Acting, provider: IdentityProvider, facts: ProviderFacts) -> int:
    """Change what we know of it. With another address it is off until it was tested again.

    With another issuer or client nobody is joined to it any more; answers how many were.
    """
    must_administer(by, provider.organisation_id)
    # What stands now, not what the page was drawn from: two may be changing it.
    provider.refresh_from_db(from_queryset=IdentityProvider.objects.select_for_update(no_key=True))
    before = provider.issuer, provider.client_id
    _set(provider, facts)
    try:
        with transaction.atomic():
            provider.save()
    except IntegrityError:
        raise Refused("A provider of this address is here already.") from None
    audit.record("changed_provider", "identity_provider", provider.id)
    return _part(by, provider) if (provider.issuer, provider.client_id) != before else 0


def _part(by: Acting, provider: IdentityProvider) -> int:
    """Part every account from a provider and end what they opened; answers how many there were.

    A subject is a person's name at one issuer, for one client: elsewhere somebody else may have it, and whoever runs
    that server says who.
    """
    joined = SocialAccount.objects.filter(provider=provider_key(provider))
    users = list(joined.values_list("user_id", flat=True))
    if users:
        _end_what_they_opened(by, users)
        joined.delete()
        audit.record("parted_sign_ons", "identity_provider", provider.id, listed=users, detail={"accounts": len(users)})
    return len(users)


def _end_what_they_opened(by: Acting, users: list[int]) -> None:
    # A session does not say through which door it came: each of these users signs in anew. Whoever does this here
    # has just shown that they may.
    for user_id in users:
        if user_id != by.user_id:
            end_sessions(user_id)


@transaction.atomic
def replace_secret(*, by: Acting, provider: IdentityProvider, secret: str) -> None:
    """Put another secret in the place of the one that is there."""
    must_administer(by, provider.organisation_id)
    _seal(provider, secret)
    provider.save(update_fields=["client_secret_sealed", "secret_set_at"])
    audit.record("replaced_secret", "identity_provider", provider.id)


@transaction.atomic
def probe_provider(*, by: Acting, provider: IdentityProvider) -> bool:
    """Ask the provider what it is; what was found is kept. One that fails stays on if it was: it may be a hiccup."""
    must_administer(by, provider.organisation_id)
    passed, words = discovery.check(provider.issuer)
    provider.test_passed, provider.test_words, provider.tested_at = passed, words[:500], timezone.now()
    provider.save(update_fields=["test_passed", "test_words", "tested_at"])
    audit.record("tested_provider", "identity_provider", provider.id, detail={"passed": passed})
    return passed


@transaction.atomic
def switch_provider(*, by: Acting, provider: IdentityProvider, on: bool) -> None:
    """Let it sign people in, or pause it: then sessions of those who are joined to it end. They stay joined."""
    must_administer(by, provider.organisation_id)
    if on and not provider.test_passed:
        raise Refused("Test it first: it is switched on when the test has passed.")
    IdentityProvider.objects.filter(id=provider.id).update(is_active=on)
    if not on:
        joined = SocialAccount.objects.filter(provider=provider_key(provider))
        _end_what_they_opened(by, list(joined.values_list("user_id", flat=True)))
    audit.record("resumed_provider" if on else "paused_provider", "identity_provider", provider.id)
