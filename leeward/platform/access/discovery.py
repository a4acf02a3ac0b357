"""Ask an agency's sign-on server what it is, and say in a sentence what is wrong with the answer."""

from __future__ import annotations

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from urllib3.exceptions import MaxRetryError, NameResolutionError

from leeward.platform.access import outside

LARGEST = 256 * 1024
PATIENCE = 10  # seconds for the whole answer, however slowly it drips
WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = {
    "authorization_endpoint": "where people sign in",
    "token_endpoint": "where we fetch the answer",
    "jwks_uri": "its public keys",
    "userinfo_endpoint": "who signed in",
}


class Faulty(Exception):
    """What is wrong, in a sentence."""


def well_formed(issuer: str) -> str:
    """What is wrong with the form of an issuer's address; empty if nothing."""
    try:
        parts = urlsplit(issuer)
        _ = parts.port  # raises for a port that is none
    except ValueError:
        return "Enter the provider’s address, like https://login.example.org/agency"
    schemes = {"https", "http"} if settings.SIGN_ON_INSIDE_NETWORK else {"https"}
    if parts.scheme not in schemes or not parts.hostname:
        return "Enter the provider’s address, beginning with https://"
    if parts.username or parts.password or parts.query or parts.fragment or "?" in issuer or "#" in issuer:
        return "Enter the address alone, without a password, question mark or #"
    if WELL_KNOWN in issuer:
        return f"Leave out {WELL_KNOWN} at the end: we add it"
    return ""


def check(issuer: str) -> tuple[bool, str]:
    """Whether the provider at this address can sign people in; and what was found, in words for its administrator."""
    try:
        if words := well_formed(issuer):
            raise Faulty(words + ".")
        found = _fetch(issuer.rstrip("/") + WELL_KNOWN)
        _judge(issuer, found)
    except Faulty as problem:
        return False, str(problem)
    return True, "The provider answered, and says all that we need to know."


def _fetch(address: str) -> dict[str, Any]:
    until = time.monotonic() + PATIENCE
    try:
        with (
            outside.session() as session,
            session.get(address, timeout=outside.SECONDS, stream=True, allow_redirects=False) as answer,
        ):
            if answer.is_redirect or 300 <= answer.status_code < 400:
                raise Faulty("The server sends us on to another address. Enter the address that it sends to.")
            if answer.status_code != 200:
                raise Faulty(
                    f"The server answers, but not with a description of itself (status {answer.status_code})."
                    f" Check the address: we asked for it with {WELL_KNOWN} at its end."
                )
            body = b""
            for piece in answer.iter_content(8192):
                body += piece
                if len(body) > LARGEST:
                    raise Faulty("The answer is far longer than such a description can be.")
                if time.monotonic() > until:
                    raise Faulty(f"The whole answer did not come in {PATIENCE} seconds.")
    except requests.RequestException as problem:
        raise Faulty(_why(problem)) from None
    try:
        found = json.loads(body)
    except ValueError:
        raise Faulty("The server answers, but not with a description that a program can read (JSON).") from None
    if not isinstance(found, dict):
        raise Faulty("The server answers with something that describes no sign-on.")
    return found


def _why(problem: requests.RequestException) -> str:
    """What went wrong on the way, in a sentence. Never the library's own text: it can tell of the network."""
    inner = problem.args[0] if problem.args else None
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    if isinstance(reason, outside.InsideNetwork):
        return INSIDE
    if isinstance(reason, NameResolutionError):
        return "There is no server of this name. Check the address letter by letter."
    if isinstance(problem, requests.exceptions.SSLError):
        return "The server’s certificate could not be checked: it is out of date, or of another name, or not known."
    if isinstance(problem, requests.Timeout):
        return f"The server did not answer in {outside.SECONDS} seconds."
    return "No connection to the server could be made. Check the address, or ask who runs the server."


INSIDE = (
    "The address leads into a private network. Only servers on the internet are asked, so that nobody can look into"
    " the network from here. Whoever runs this installation can allow it."
)


def _judge(issuer: str, found: dict[str, Any]) -> None:
    said = found.get("issuer")
    if said != issuer:
        shown = str(said)[:120] if said else "nothing"
        raise Faulty(f"The provider says of itself that its address is “{shown}”. Enter it just like that.")
    missing = [words for name, words in NEEDED.items() if not isinstance(found.get(name), str)]
    if missing:
        raise Faulty(f"The description does not say {' or '.join(missing)}.")
    for name, words in NEEDED.items():
        parts = urlsplit(found[name])
        if parts.scheme != "https" and not settings.SIGN_ON_INSIDE_NETWORK:
            raise Faulty(f"The address for {words} is not safe: it does not begin with https://.")
        if name == "authorization_endpoint":
            continue  # the browser goes there, not our server
        try:
            outside.addresses(parts.hostname or "", parts.port or 443)
        except PermissionError:
            raise Faulty(
                f"The address for {words} leads into a private network. Whoever runs this installation can allow it."
            ) from None
        except (socket.gaierror, UnicodeError, ValueError):
            raise Faulty(f"There is no server at the address for {words}.") from None
    kinds = found.get("response_types_supported")
    if isinstance(kinds, list) and "code" not in kinds:
        raise Faulty("The provider does not offer the way of signing in that is needed (the authorisation code flow).")
