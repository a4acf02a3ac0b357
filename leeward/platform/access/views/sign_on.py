"""To an agency's own sign-on and back. The library does the work; an agency that does not answer is a page here."""

from __future__ import annotations

import logging
from collections.abc import Callable

import requests
from allauth.socialaccount.providers.openid_connect import views as library
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

log = logging.getLogger("leeward.access")


def _answered(work: Callable[..., HttpResponse], request: HttpRequest, provider_id: str) -> HttpResponse:
    try:
        return work(request, provider_id=provider_id)
    except (requests.RequestException, KeyError, ValueError) as problem:
        # The kind only: the text tells of addresses, and of what the agency said.
        log.warning("an agency's sign-on did not answer as it should: %s", type(problem).__name__)
        return render(request, "socialaccount/authentication_error.jinja")


def begin(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Send somebody to their agency."""
    return _answered(library.login, request, provider_id)


def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take in somebody whom their agency sent back."""
    return _answered(library.callback, request, provider_id)
