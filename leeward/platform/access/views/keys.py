"""Pages of keys with which agencies' own systems refer."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import once
from leeward.platform.access.forms.sign_on import KeyForm
from leeward.platform.access.keys import api_keys, issue_key, possible_holders, revoke_key
from leeward.platform.access.views.providers import ask_whose, organisation_for
from leeward.platform.access.views.session import acting
from leeward.platform.common.errors import Refused


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys of the organisations that one administers. None is ever shown again."""
    return render(request, "access/keys.jinja", {"rows": api_keys(by=acting(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def key_add(request: HttpRequest) -> HttpResponse:
    """Make a key and show it, this once. Sent again, the same form makes no second one and shows none."""
    organisation = organisation_for(request)
    if organisation is None:
        return ask_whose(request, "Make a key", "api_keys")
    by = acting(request)
    users = possible_holders(by=by, organisation_id=organisation.id)
    form = KeyForm(request.POST or None, users=users, initial={"lasts": "365", "scopes": ["refer", "receipts"]})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                if once.claim(form.once) is not None:
                    messages.error(request, "This key was made and shown already. If it was lost, revoke it.")
                    return redirect("api_keys")
                made = issue_key(
                    by=by, user=next(one for one in users if str(one.id) == said["user"]), name=said["name"],
                    organisation_id=organisation.id, scopes=said["scopes"], expires_at=form.expires_at,
                )  # fmt: skip
                once.keep(form.once, reverse("api_keys"))
        except Refused as problem:
            form.add_error(None, problem.words)
        else:
            return render(request, "access/key_made.jinja", {"key": made, "name": said["name"]})
    context = {"form": form, "organisation": organisation, "has_users": bool(users)}
    return render(request, "access/key_form.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def key_revoke(request: HttpRequest, key_id: int) -> HttpResponse:
    """End a key: it is for good, so it is asked first."""
    row = next((one for one in api_keys(by=acting(request)) if one.key.id == key_id), None)
    if row is None:
        raise Http404
    if request.method == "POST":
        revoke_key(by=acting(request), key=row.key)
        messages.success(request, "The key is revoked: it opens nothing any more.")
        return redirect("api_keys")
    return render(request, "access/key_revoke.jinja", {"row": row})
