"""Sign-on through an agency's own OpenID Connect provider, against a provider that is a process of its own."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from urllib.parse import quote

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django.fixtures import Settings

from leeward.platform.access.models import IdentityProvider
from leeward.platform.access.providers import ProviderFacts, change_provider, probe_provider, switch_provider
from leeward.platform.common import vault
from leeward.platform.common.ids import new_id
from tests.plugin import ROOT
from tests.worlds import World

# allauth leaves closing its connections to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@contextmanager
def running() -> Iterator[str]:
    """A provider that runs; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.oidc_provider", str(port), "leeward", "agency-secret"], cwd=ROOT
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(100):
        with suppress(OSError):
            urllib.request.urlopen(f"{address}/keys", timeout=1)
            break
        time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a running provider."""
    with running() as address:
        yield address


@pytest.fixture
def other_issuer() -> Iterator[str]:
    """The address of another one: an administrator's own, that says whatever they like."""
    with running() as address:
        yield address


@pytest.fixture(autouse=True)
def inside(settings: Settings) -> None:
    """The provider of these tests runs on this machine: an address that is asked only where somebody allowed it."""
    settings.SIGN_ON_INSIDE_NETWORK = True


@pytest.fixture
def known(world: World, issuer: str) -> IdentityProvider:
    """The provider, set up for the police, a second factor asked for."""
    pk = new_id()
    made = IdentityProvider(
        id=pk, organisation=world.organisations["police"], name="Police sign-on", issuer=issuer, client_id="leeward",
        client_secret_sealed=vault.seal_text("agency-secret", table="access_identityprovider", row=pk), required_amr=["mfa"],
    )  # fmt: skip
    made.save(force_insert=True)
    return made


def become(issuer: str, **claims: object) -> None:
    urllib.request.urlopen(f"{issuer}/become?claims={quote(json.dumps(claims))}", timeout=5)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """Do not follow: where it leads is what we want."""


def sign_on(client: Client, known: IdentityProvider, process: str = "") -> object:
    """The whole way: our link, the agency, our callback, and where that leads."""
    answer = client.get(f"/sign-on/oidc/agency-{known.id}/login/" + (f"?process={process}" if process else ""))
    assert answer.status_code == 302, answer.content[:500]
    with pytest.raises(urllib.error.HTTPError) as stopped:
        urllib.request.build_opener(_Stay).open(answer.headers["Location"], timeout=5)
    back = stopped.value.headers["Location"]
    return client.get(back.split("testserver", 1)[1])


def join(world: World, known: IdentityProvider) -> None:
    client = Client()
    client.force_login(world.users["officer"], BACKEND)
    sign_on(client, known, "connect")
    assert SocialAccount.objects.get().user_id == world.users["officer"].id


def test_joined_by_who_holds_both_then_it_signs_in(world: World, known: IdentityProvider, issuer: str) -> None:
    become(issuer, sub="agency-17", amr=["pwd", "mfa"])
    join(world, known)
    client = Client()
    sign_on(client, known)
    answer = client.get("/account")
    assert answer.status_code == 200
    assert b"Lee Carter" in answer.content


def test_the_same_e_mail_address_joins_nothing(world: World, known: IdentityProvider, issuer: str) -> None:
    become(issuer, sub="a-stranger", amr=["pwd", "mfa"], email=world.users["officer"].email, email_verified=True)
    client = Client()
    sign_on(client, known)
    assert client.get("/account").status_code == 302
    assert SocialAccount.objects.count() == 0


def test_another_subject_is_another_person(world: World, known: IdentityProvider, issuer: str) -> None:
    become(issuer, sub="agency-17", amr=["pwd", "mfa"])
    join(world, known)
    become(issuer, sub="agency-18", amr=["pwd", "mfa"])
    client = Client()
    sign_on(client, known)
    assert client.get("/account").status_code == 302


def test_a_server_of_the_administrators_own_signs_in_as_nobody(
    world: World, known: IdentityProvider, issuer: str, other_issuer: str
) -> None:
    """Another issuer's subjects are other people, though they are called the same."""
    become(issuer, sub="agency-17", amr=["pwd", "mfa"])
    join(world, known)
    # A change that leaves the issuer and the client alone parts nobody.
    facts = ProviderFacts("Police", issuer, "leeward", (), ("mfa",))
    change_provider(by=world.act("chief"), provider=known, facts=facts)
    assert SocialAccount.objects.count() == 1
    change_provider(by=world.act("chief"), provider=known, facts=replace(facts, issuer=other_issuer))
    assert probe_provider(by=world.act("chief"), provider=known)
    switch_provider(by=world.act("chief"), provider=known, on=True)
    become(other_issuer, sub="agency-17", amr=["pwd", "mfa"])
    client = Client()
    sign_on(client, known)
    assert client.get("/account").status_code == 302, "the colleague's account is not reached"
    # Who holds both joins anew, and comes in again.
    join(world, known)
    client = Client()
    sign_on(client, known)
    assert client.get("/account").status_code == 200


def test_without_a_second_factor_at_the_agency_it_is_refused(
    world: World, known: IdentityProvider, issuer: str
) -> None:
    become(issuer, sub="agency-17", amr=["pwd", "mfa"])
    join(world, known)
    become(issuer, sub="agency-17", amr=["pwd"])
    client = Client()
    sign_on(client, known)
    assert client.get("/account").status_code == 302


def test_an_answer_that_we_did_not_ask_for_signs_nobody_in(world: World, known: IdentityProvider) -> None:
    client = Client()
    client.get(f"/sign-on/oidc/agency-{known.id}/login/callback/?code=x&state=y")
    assert client.get("/account").status_code == 302


def test_somebody_of_another_domain_does_not_come_through(world: World, known: IdentityProvider, issuer: str) -> None:
    become(issuer, sub="agency-17", amr=["pwd", "mfa"])
    IdentityProvider.objects.filter(id=known.id).update(domains=["elsewhere.example.org"])
    client = Client()
    client.force_login(world.users["officer"], BACKEND)
    sign_on(client, known, "connect")
    assert SocialAccount.objects.count() == 0, "it is not joined either"
    IdentityProvider.objects.filter(id=known.id).update(domains=["police.example.org"])
    join(world, known)
    client = Client()
    sign_on(client, known)
    assert client.get("/account").status_code == 200
    IdentityProvider.objects.filter(id=known.id).update(domains=["elsewhere.example.org"])
    client = Client()
    sign_on(client, known)
    assert client.get("/account").status_code == 302


def test_where_the_network_is_closed_nothing_on_this_machine_is_asked(
    world: World, known: IdentityProvider, settings: Settings
) -> None:
    settings.SIGN_ON_INSIDE_NETWORK = False
    answer = Client().get(f"/sign-on/oidc/agency-{known.id}/login/")
    assert answer.status_code < 500
    assert b"did not let you in, or did not answer" in answer.content
