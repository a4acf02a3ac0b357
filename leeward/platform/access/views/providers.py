"""Pages of agencies' own sign-on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import once
from leeward.platform.access import providers as agencies
from leeward.platform.access.forms.sign_on import ProviderAddForm, ProviderForm, SecretForm, WhoseForm
from leeward.platform.access.models import Organisation
from leeward.platform.access.providers import ProviderFacts, ProviderRow
from leeward.platform.access.queries import administered_organisations
from leeward.platform.access.views.session import acting
from leeward.platform.common.errors import Refused

PLAIN = ("name", "issuer", "client_id", "domains", "required_amr", "required_acr")


def _one(request: HttpRequest, provider_id: int) -> ProviderRow:
    found = agencies.provider_of(by=acting(request), provider_id=provider_id)
    if found is None:
        raise Http404
    return found


def organisation_for(request: HttpRequest) -> Organisation | None:
    """For which organisation something is added: the only one that is administered, or the one chosen."""
    mine = administered_organisations(by=acting(request))
    if len(mine) == 1:
        return mine[0]
    wanted = request.GET.get("organisation", "")
    return next((one for one in mine if str(one.id) == wanted), None)


def ask_whose(request: HttpRequest, heading: str, back: str) -> HttpResponse:
    """The page that asks for which organisation."""
    form = WhoseForm(request.GET or None, organisations=administered_organisations(by=acting(request)))
    return render(request, "access/whose.jinja", {"form": form, "words": heading, "back": reverse(back)})


@require_safe
def providers(request: HttpRequest) -> HttpResponse:
    """The sign-on of the organisations that one administers."""
    return render(request, "access/providers.jinja", {"rows": agencies.providers(by=acting(request))})


def _facts(said: dict[str, Any]) -> ProviderFacts:
    return ProviderFacts(**{name: said[name] for name in PLAIN})


def _field_of(words: str) -> str | None:
    if "domain" in words:
        return "domains"
    return "issuer" if "address" in words else None


@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "HEAD", "POST"])
def provider_add(request: HttpRequest) -> HttpResponse:
    """Add one: it stays off until it was tested."""
    organisation = organisation_for(request)
    if organisation is None:
        return ask_whose(request, "Add a sign-on", "identity_providers")
    form = ProviderAddForm(request.POST or None, initial={"required_amr": "mfa"})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                before = once.claim(form.once)
                if before is not None:
                    return redirect(before or "identity_providers")
                made = agencies.add_provider(
                    by=acting(request), organisation=organisation, facts=_facts(said), secret=said["client_secret"]
                )
                where = reverse("provider", args=[made.id])
                once.keep(form.once, where)
        except Refused as problem:
            form.add_error(_field_of(problem.words), problem.words)
        else:
            messages.success(request, "The sign-on is added. Test it next: until then it signs nobody in.")
            return redirect(where)
    return render(request, "access/provider_form.jinja", {"form": form, "organisation": organisation, "row": None})


@require_safe
def provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """One: what the agency must know, what the last test found, whether it is on."""
    row = _one(request, provider_id)
    back = reverse("openid_connect_callback", args=[agencies.provider_key(row.provider)])
    return render(request, "access/provider.jinja", {"row": row, "comes_back": request.build_absolute_uri(back)})


def _parted(number: int) -> str:
    if not number:
        return ""
    were = "1 account was joined to it and is" if number == 1 else f"{number} accounts were joined to it and are"
    return f" {were} not any more: everybody joins it anew on their own account page."


@require_http_methods(["GET", "HEAD", "POST"])
def provider_change(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Change all but the secret."""
    row = _one(request, provider_id)
    known = row.provider
    initial = {
        "name": known.name, "issuer": known.issuer, "client_id": known.client_id, "domains": "\n".join(known.domains),
        "required_amr": " ".join(known.required_amr), "required_acr": " ".join(known.required_acr),
    }  # fmt: skip
    form = ProviderForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            parted = agencies.change_provider(by=acting(request), provider=known, facts=_facts(form.cleaned_data))
        except Refused as problem:
            form.add_error(_field_of(problem.words), problem.words)
        else:
            again = "" if known.test_passed else " Test it: until then it signs nobody in."
            messages.success(request, f"The sign-on is changed.{again}{_parted(parted)}")
            return redirect("provider", known.id)
    return render(request, "access/provider_form.jinja", {"form": form, "organisation": known.organisation, "row": row})


@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "HEAD", "POST"])
def provider_secret(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Replace the secret. The old one is shown nowhere."""
    row = _one(request, provider_id)
    form = SecretForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        agencies.replace_secret(by=acting(request), provider=row.provider, secret=form.cleaned_data["client_secret"])
        messages.success(request, "The secret is replaced.")
        return redirect("provider", row.provider.id)
    return render(request, "access/provider_secret.jinja", {"form": form, "row": row})


@require_POST
def provider_test(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Ask the provider what it is, now."""
    row = _one(request, provider_id)
    if agencies.probe_provider(by=acting(request), provider=row.provider):
        messages.success(request, "The test passed.")
    else:
        messages.error(request, "The test failed. What was found stands below.")
    return redirect("provider", row.provider.id)


@require_POST
def provider_switch(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Switch it on, or pause it; either can be taken back."""
    row = _one(request, provider_id)
    on = not row.provider.is_active
    try:
        agencies.switch_provider(by=acting(request), provider=row.provider, on=on)
        words = "It signs people in from now on." if on else "It is paused: nobody can sign in through it."
        undo = reverse("provider_switch", args=[row.provider.id])
        messages.success(request, words, extra_tags=f"undo:{undo}")
    except Refused as problem:
        messages.error(request, problem.words)
    return redirect("provider", row.provider.id)
