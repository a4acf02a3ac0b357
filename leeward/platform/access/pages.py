"""What the pages of sign-in need beside their context: scripts for passkeys, the agencies' sign-on."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from markupsafe import Markup

from leeward.platform.access.models import IdentityProvider
from leeward.platform.access.providers import provider_key

_SCRIPTS = ("mfa/js/webauthn-json.js", "mfa/js/webauthn.js", "account/js/onload.js")


def passkey_scripts() -> Markup:
    """allauth's scripts for passkeys: files of ours, as the content security policy asks."""
    return Markup("\n").join(Markup('<script src="{}" defer></script>').format(static(path)) for path in _SCRIPTS)


def json_script(value: Any, element: str) -> Markup:
    """Data for a script, as a block that is no script."""
    text = json.dumps(value).replace("<", "\\u003C").replace(">", "\\u003E").replace("&", "\\u0026")
    return Markup('<script id="{}" type="application/json">{}</script>').format(element, Markup(text))  # noqa: S704  escaped above


def sign_on_choices(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, address) of each agency's own sign-on."""
    return [
        (known.name, reverse("openid_connect_login", args=[provider_key(known)]))
        for known in IdentityProvider.objects.filter(is_active=True).order_by("name")
    ]
