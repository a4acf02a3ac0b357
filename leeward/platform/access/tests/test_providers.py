"""Agencies' own sign-on: sealed, tested in words, off until tested; and our server asks nothing inside its own network."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from leeward.platform.access import discovery, outside
from leeward.platform.access.models import AuditEntry, IdentityProvider
from leeward.platform.access.providers import (
    ProviderFacts,
    add_provider,
    change_provider,
    probe_provider,
    provider_key,
    read_domains,
    replace_secret,
    signs_in,
    switch_provider,
)
from leeward.platform.access.tests.test_sessions import signed_in
from leeward.platform.common import vault
from leeward.platform.common.errors import Refused
from tests.worlds import World

FACTS = ProviderFacts("Harbour sign-on", "https://login.example.org/harbour", "leeward", ("example.org",), ("mfa",))
INSIDE_ADDRESSES = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:0001::", "64:ff9b::7f00:1",
    "64:ff9b::a00:1", "::",
)  # fmt: skip


@pytest.fixture
def known(world: World) -> IdentityProvider:
    """One of Harbour's, just added."""
    return add_provider(
        by=world.act("admin"), organisation=world.organisations["harbour"], facts=FACTS, secret="s3cret"
    )


# ---- what may be asked


@pytest.mark.parametrize("address", INSIDE_ADDRESSES)
def test_an_inside_address_is_inside(address: str) -> None:
    assert not outside.is_outside(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_an_outside_address_is_outside(address: str) -> None:
    assert outside.is_outside(address)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bool]]]:
    """A server on this machine that notes when anybody so much as connects."""
    touched: list[bool] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    done = threading.Event()

    def wait() -> None:
        while not done.is_set():
            try:
                server.accept()[0].close()
                touched.append(True)
            except TimeoutError:
                continue

    thread = threading.Thread(target=wait)
    thread.start()
    yield server.getsockname()[1], touched
    done.set()
    thread.join()
    server.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "127.1"])
def test_nothing_is_ever_sent_inside(host: str, listener: tuple[int, list[bool]]) -> None:
    port, touched = listener
    passed, words = discovery.check(f"https://{host}:{port}")
    assert not passed
    assert words == discovery.INSIDE
    assert not touched, "not even a connection was made"


def test_a_name_that_changes_its_mind_is_caught(
    monkeypatch: pytest.MonkeyPatch, listener: tuple[int, list[bool]]
) -> None:
    """The connection goes to the address that was checked: a second look-up does not happen."""
    port, touched = listener
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
    tried: list[Any] = []

    def look_up(host: str, at: int, **_: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), at))]

    def connect(place: Any, **_: object) -> None:
        tried.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    passed, _words = discovery.check(f"https://rebind.example.org:{port}")
    assert not passed
    assert {place[0] for place in tried} == {"93.184.216.34"}
    assert not touched


def test_one_inside_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in ("93.184.216.34", "10.0.0.1")
    ])  # fmt: skip
    assert discovery.check("https://both.example.org") == (False, discovery.INSIDE)


def test_the_same_guard_stands_at_sign_in(
    world: World, known: IdentityProvider, listener: tuple[int, list[bool]]
) -> None:
    """An address that was outside when it was tested and leads inside today is not asked, and the page says so."""
    port, touched = listener
    IdentityProvider.objects.filter(id=known.id).update(is_active=True, issuer=f"https://127.0.0.1:{port}")
    answer = Client().get(f"/sign-on/oidc/agency-{known.id}/login/")
    assert answer.status_code < 500
    assert "did not let you in, or did not answer" in answer.content.decode()
    assert not touched


def test_plain_http_is_not_even_known_to_the_session() -> None:
    with outside.session() as session, pytest.raises(requests.exceptions.InvalidSchema):
        session.get("http://login.example.org/", timeout=1)


# ---- what the test says, against a server that answers so or so


@pytest.fixture
def agency(settings: Settings) -> Iterator[Callable[..., str]]:
    """A server that answers as it is told; allowed here, since it runs on this machine."""
    settings.SIGN_ON_INSIDE_NETWORK = True
    answer: dict[str, Any] = {"status": 200, "body": b"", "headers": {}}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(answer["status"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer["body"])

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever).start()
    issuer = f"http://127.0.0.1:{server.server_port}"

    def tell(
        *, status: int = 200, body: bytes | None = None, headers: dict[str, str] | None = None, **changed: object
    ) -> str:
        document: dict[str, object] = {
            "issuer": issuer, "authorization_endpoint": f"{issuer}/a", "token_endpoint": f"{issuer}/t",
            "jwks_uri": f"{issuer}/k", "userinfo_endpoint": f"{issuer}/u", "response_types_supported": ["code"], **changed,
        }  # fmt: skip
        document = {name: value for name, value in document.items() if value is not None}
        answer.update(
            status=status, body=json.dumps(document).encode() if body is None else body, headers=headers or {}
        )
        return issuer

    yield tell
    server.shutdown()
    server.server_close()


def test_a_good_provider_passes(agency: Callable[..., str]) -> None:
    assert discovery.check(agency()) == (True, "The provider answered, and says all that we need to know.")


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"status": 404}, "(status 404)"),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1/other"}}, "sends us on to another address"),
        ({"body": b"<html>Welcome</html>"}, "that a program can read"),
        ({"body": b"[]"}, "describes no sign-on"),
        ({"body": b"x" * (300 * 1024)}, "far longer"),
        ({"issuer": "https://elsewhere.example.org"}, "“https://elsewhere.example.org”. Enter it just like that"),
        ({"issuer": None}, "is “nothing”"),
        ({"token_endpoint": None, "jwks_uri": 3}, "where we fetch the answer or its public keys"),
        ({"response_types_supported": ["id_token"]}, "does not offer the way of signing in"),
        ({"userinfo_endpoint": "https://no-such-host.invalid/"}, "no server at the address for who signed in"),
    ],
)
def test_each_failure_has_a_sentence_of_its_own(agency: Callable[..., str], told: dict[str, Any], words: str) -> None:
    passed, said = discovery.check(agency(**told))
    assert not passed
    assert words in said


def test_endpoints_inside_are_found_though_the_description_is_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    base = "https://login.example.org"
    document = {"issuer": base, **dict.fromkeys(discovery.NEEDED, f"{base}/x"), "token_endpoint": "https://127.0.0.1/t"}
    monkeypatch.setattr(discovery, "_fetch", lambda address: document)
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, port, **_: [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1" if host == "127.0.0.1" else "93.184.216.34", port))
    ])  # fmt: skip
    passed, words = discovery.check(base)
    assert not passed
    assert "where we fetch the answer leads into a private network" in words
    document["token_endpoint"] = "http://login.example.org/t"
    assert "is not safe" in discovery.check(base)[1]


def test_a_silent_server_and_a_missing_one(settings: Settings) -> None:
    settings.SIGN_ON_INSIDE_NETWORK = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "No connection to the server" in discovery.check(f"http://127.0.0.1:{port}")[1]
    assert "no server of this name" in discovery.check("https://no-such-host.invalid")[1]


@pytest.mark.parametrize(
    "issuer",
    ["", "login.example.org", "http://login.example.org", "ftp://login.example.org", "https://u:p@login.example.org",
     "https://login.example.org/?a=b", "https://login.example.org/#x", "https://login.example.org:port", "file:///etc/passwd",
     "https://login.example.org/.well-known/openid-configuration", "https://"],
)  # fmt: skip
def test_an_address_of_the_wrong_form_is_refused(world: World, issuer: str) -> None:
    assert discovery.well_formed(issuer)
    facts = ProviderFacts("A", issuer, "b", ("example.org",))
    with pytest.raises(Refused):
        add_provider(by=world.act("admin"), organisation=world.organisations["harbour"], facts=facts, secret="x")


# ---- the provider itself


def test_it_is_off_until_a_test_passed(world: World, known: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not known.is_active
    with pytest.raises(Refused, match="Test it first"):
        switch_provider(by=world.act("admin"), provider=known, on=True)
    monkeypatch.setattr(discovery, "check", lambda issuer: (True, "It answered."))
    assert probe_provider(by=world.act("admin"), provider=known)
    switch_provider(by=world.act("admin"), provider=known, on=True)
    assert IdentityProvider.objects.get().is_active
    assert b"Harbour sign-on" in Client().get("/sign-in").content
    switch_provider(by=world.act("admin"), provider=known, on=False)
    assert b"Harbour sign-on" not in Client().get("/sign-in").content
    assert Client().get(f"/sign-on/oidc/agency-{known.id}/login/").status_code == 404


def test_another_address_switches_it_off_until_tested_again(world: World, known: IdentityProvider) -> None:
    IdentityProvider.objects.filter(id=known.id).update(is_active=True, test_passed=True)
    known.refresh_from_db()
    change_provider(
        by=world.act("admin"), provider=known, facts=ProviderFacts("New name", FACTS.issuer, "b", ("example.org",))
    )
    assert IdentityProvider.objects.get().is_active
    change_provider(by=world.act("admin"), provider=known,
                    facts=ProviderFacts("New name", "https://login.example.org/other", "b", ("example.org",)))  # fmt: skip
    now = IdentityProvider.objects.get()
    assert (now.is_active, now.test_passed) == (False, None)


def _session_of(world: World, who: str) -> str:
    """A session of somebody, as signing in leaves it."""
    key = signed_in(world, who).session.session_key or ""
    UserSession.objects.create(user=world.users[who], session_key=key, ip="127.0.0.1", user_agent="")
    return key


def test_a_pause_ends_what_was_opened(world: World, known: IdentityProvider) -> None:
    SocialAccount.objects.create(user=world.users["idva"], provider=provider_key(known), uid="sub")
    theirs, others = _session_of(world, "idva"), _session_of(world, "harbour_manager")
    switch_provider(by=world.act("admin"), provider=known, on=False)
    kept = set(Session.objects.filter(session_key__in=[theirs, others]).values_list("session_key", flat=True))
    assert kept == {others}


@pytest.mark.parametrize("changed", [{"issuer": "https://login.example.org/other"}, {"client_id": "other"}])
def test_with_another_issuer_or_client_everybody_joins_anew(
    world: World, known: IdentityProvider, changed: dict[str, str]
) -> None:
    """Whoever has the subject there may be somebody else than who had it here."""
    other = add_provider(
        by=world.act("admin"), organisation=world.organisations["harbour"], secret="x",
        facts=replace(FACTS, name="Another", issuer="https://login.example.org/second"),
    )  # fmt: skip
    idva, manager = world.users["idva"], world.users["harbour_manager"]
    for one, user in ((known, idva), (known, manager), (other, idva)):
        SocialAccount.objects.create(user=user, provider=provider_key(one), uid=f"sub-{user.id}")
    # What was read before somebody else's change does not count, only what stands.
    stale = IdentityProvider.objects.get(id=known.id)
    assert change_provider(by=world.act("admin"), provider=known, facts=replace(FACTS, name="Another name")) == 0
    assert SocialAccount.objects.count() == 3
    theirs = _session_of(world, "idva")
    assert change_provider(by=world.act("admin"), provider=known, facts=replace(FACTS, **changed)) == 2
    assert not Session.objects.filter(session_key=theirs).exists(), "what the old one opened is closed"
    assert [row.provider for row in SocialAccount.objects.all()] == [provider_key(other)]
    SocialAccount.objects.create(user=idva, provider=provider_key(known), uid="there")
    assert change_provider(by=world.act("admin"), provider=stale, facts=FACTS) == 1, "and back again"
    world.act("dpl")
    entries = AuditEntry.objects.filter(action="parted_sign_ons", subject_kind="identity_provider", subject_id=known.id)
    assert sorted((one.detail["accounts"], sorted(one.listed)) for one in entries) == sorted(
        [(2, sorted([idva.id, manager.id])), (1, [idva.id])]
    )


def test_the_page_says_that_everybody_joins_anew(world: World, known: IdentityProvider) -> None:
    SocialAccount.objects.create(user=world.users["idva"], provider=provider_key(known), uid="sub")
    browser = world.browser("admin")
    address = reverse("provider_change", args=[known.id])
    assert "joins it anew" in browser.get(address).content.decode()
    sent = {"name": "A", "issuer": FACTS.issuer, "client_id": "other", "domains": "example.org", "required_amr": "mfa"}
    page = browser.post(address, sent, follow=True).content.decode()
    assert "1 account was joined to it and is not any more: everybody joins it anew" in page


def test_the_secret_is_sealed_and_on_no_page(world: World, known: IdentityProvider) -> None:
    sealed = bytes(IdentityProvider.objects.get().client_secret_sealed)
    assert b"s3cret" not in sealed
    assert vault.unseal_text(sealed, table="access_identityprovider", row=known.id) == "s3cret"
    browser = world.browser("admin")
    for route in ("provider", "provider_change", "provider_secret"):
        assert b"s3cret" not in browser.get(reverse(route, args=[known.id])).content, route
    replace_secret(by=world.act("admin"), provider=known, secret="another")
    assert vault.unseal_text(IdentityProvider.objects.get().client_secret_sealed, table="access_identityprovider",
                             row=known.id) == "another"  # fmt: skip
    world.act("dpl")
    assert not [row for row in AuditEntry.objects.all() if "s3cret" in str(row.detail) or "another" in str(row.detail)]


def test_a_form_that_fails_does_not_send_the_secret_back(world: World) -> None:
    sent = {
        "name": "A",
        "issuer": "nonsense",
        "client_id": "b",
        "client_secret": "do-not-echo",
        "domains": "example.org",
    }
    page = world.browser("admin").post(reverse("provider_add"), sent).content.decode()
    assert "<title>Error: " in page
    assert "do-not-echo" not in page
    assert "nonsense" in page


@pytest.mark.parametrize(
    ("text", "found"),
    [("example.org", ("example.org",)), ("@Example.ORG, a.example.org\nexample.org", ("example.org", "a.example.org"))],
)
def test_domains_are_read_however_they_are_typed(text: str, found: tuple[str, ...]) -> None:
    assert read_domains(text) == found


@pytest.mark.parametrize("text", ["org", "somebody@example.org", "exa mple", "-a.org", "a..org", "https://example.org"])
def test_what_is_no_domain_is_said(text: str) -> None:
    with pytest.raises(Refused, match="after the @"):
        read_domains(text)


def test_two_organisations_never_sign_in_one_domain(world: World, known: IdentityProvider) -> None:
    facts = ProviderFacts("Police", "https://login.example.org/police", "p", ("police.example.org", "example.org"))
    with pytest.raises(Refused, match="Another organisation"):
        add_provider(by=world.act("chief"), organisation=world.organisations["police"], facts=facts, secret="x")
    with pytest.raises(Refused, match="is here already"):
        add_provider(by=world.act("chief"), organisation=world.organisations["police"], secret="x",
                     facts=ProviderFacts("Police", FACTS.issuer, "p", ("police.example.org",)))  # fmt: skip


def test_only_people_of_its_domains_come_through(known: IdentityProvider) -> None:
    assert signs_in(known, "ruth@EXAMPLE.org")
    assert not signs_in(known, "ruth@example.org.evil.example.net")
    assert not signs_in(known, "ruth@notexample.org")
    assert not signs_in(known, "")


@pytest.mark.parametrize("user", ["harbour_manager", "idva", "dpl", "other_admin"])
def test_nobody_else_administers_it(world: World, known: IdentityProvider, user: str) -> None:
    world.add_user("other_admin", "Pat Quill", "police", "administrator")
    by = world.act(user)
    with pytest.raises(Refused):
        change_provider(by=by, provider=known, facts=FACTS)
    with pytest.raises(Refused):
        replace_secret(by=by, provider=known, secret="mine")
    with pytest.raises(Refused):
        probe_provider(by=by, provider=known)
    with pytest.raises(Refused):
        switch_provider(by=by, provider=known, on=False)
    with pytest.raises(Refused):
        add_provider(by=by, organisation=world.organisations["harbour"], facts=FACTS, secret="x")
