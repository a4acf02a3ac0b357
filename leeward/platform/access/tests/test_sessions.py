"""Sessions end when they should; somebody who may not act any more is out at once; administration keeps to its bounds."""

from __future__ import annotations

import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from leeward.platform.access.actions import add_user, end_membership, end_sessions, invited_user
from leeward.platform.access.models import AuditEntry, Membership, User
from leeward.platform.common.errors import Refused
from tests.worlds import World

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(world: World, key: str, *, second_factor: bool = True) -> Client:
    client = Client()
    client.force_login(world.users[key], BACKEND)
    if second_factor:
        session = client.session
        session["second_factor"] = True
        session.save()
    return client


def test_a_password_alone_opens_nothing(world: World) -> None:
    client = signed_in(world, "idva", second_factor=False)
    answer = client.get("/account")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/second-factor")


def test_twenty_idle_minutes_end_a_session(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(world, "idva")
    assert client.get("/account").status_code == 200
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 19 * 60)
    assert client.get("/account").status_code == 200
    monkeypatch.setattr(time, "time", lambda: now + 40 * 60)
    answer = client.get("/account")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/sign-in")


def test_twelve_hours_end_a_session_however_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(world, "idva")
    now = time.time()
    for minutes in range(0, 12 * 60 + 30, 15):
        monkeypatch.setattr(time, "time", lambda minutes=minutes: now + minutes * 60)
        answer = client.get("/account")
    assert answer.status_code == 302


def test_the_end_of_a_membership_acts_in_an_open_session(world: World) -> None:
    client = signed_in(world, "idva")
    assert client.get("/account").status_code == 200
    by = world.act("admin")
    membership = Membership.objects.get(user=world.users["idva"])
    end_membership(by=by, membership=membership)
    answer = client.get("/account")
    assert answer.status_code == 302


def test_alive_says_who_and_gives_a_fresh_token(world: World) -> None:
    answer = signed_in(world, "idva").get("/session/alive").json()
    assert set(answer) == {"who", "csrf"}
    assert str(world.users["idva"].id) not in answer["who"]


def test_signed_out_everywhere(world: World) -> None:
    user = world.users["idva"]
    keys = []
    for _ in range(2):
        client = signed_in(world, "idva")
        keys.append(client.session.session_key)
        UserSession.objects.create(user=user, session_key=client.session.session_key, ip="127.0.0.1", user_agent="")
    assert end_sessions(user.id, but=keys[0] or "") == 1
    assert set(Session.objects.filter(session_key__in=keys).values_list("session_key", flat=True)) == {keys[0]}


def test_a_session_that_an_invitation_began_is_ended_everywhere_too(world: World) -> None:
    by = world.act("admin")
    _, link = add_user(
        by=by, email="nell@example.org", name="Nell Ash", organisation=world.organisations["harbour"], roles=["practitioner"]
    )  # fmt: skip
    client = Client()
    assert client.post(link, {"password": "a password of many letters"}).status_code == 302
    user = User.objects.get(email="nell@example.org")
    assert end_sessions(user.id) == 1
    assert client.get("/account")["Location"].startswith("/sign-in")


def test_an_invitation_works_once(world: World) -> None:
    by = world.act("admin")
    user, link = add_user(
        by=by,
        email="new@example.org",
        name="Nell Ash",
        organisation=world.organisations["harbour"],
        roles=["practitioner"],
    )
    token = link.rsplit("/", 1)[-1]
    assert invited_user(token) == user
    assert invited_user(token[:-2] + "xx") is None
    user.set_password("a password of many letters")
    user.save()
    assert invited_user(token) is None


def test_an_organisations_administrator_gives_no_partnership_role(world: World) -> None:
    by = world.act("admin")
    for role in ("partnership_administrator", "data_protection", "access_point"):
        with pytest.raises(Refused, match="Only the administrator of the partnership"):
            add_user(
                by=by, email=f"{role}@example.org", name="Nell Ash", organisation=world.organisations["harbour"],
                roles=[role],
            )  # fmt: skip
    with pytest.raises(Refused, match="administrator of this organisation"):
        add_user(
            by=by, email="x@example.org", name="Nell Ash", organisation=world.organisations["council"],
            roles=["practitioner"],
        )  # fmt: skip
    assert not User.objects.filter(name="Nell Ash").exists()


@pytest.mark.parametrize("key", ["idva", "spa", "officer", "analyst", "dpl"])
def test_administration_is_closed_to_others(world: World, key: str) -> None:
    client = signed_in(world, key)
    harbour = world.organisations["harbour"].id
    for address in ("/organisations", f"/organisations/{harbour}", f"/organisations/{harbour}/users/add"):
        assert client.get(address).status_code == 403, address


def test_another_organisation_is_as_if_it_did_not_exist(world: World) -> None:
    client = signed_in(world, "admin")
    assert client.get(f"/organisations/{world.organisations['council'].id}").status_code == 404
    assert client.get("/organisations/123").status_code == 404


def test_the_log_is_for_the_data_protection_lead(world: World) -> None:
    signed_in(world, "idva").get("/account")
    world.act("idva")
    assert AuditEntry.objects.count() == 0
    assert signed_in(world, "idva").get("/log").status_code == 403
    answer = signed_in(world, "dpl").get("/log")
    assert answer.status_code == 200
    assert b"Was refused a page" in answer.content


def test_every_page_of_administration_opens(world: World) -> None:
    client = signed_in(world, "chief")
    harbour = world.organisations["harbour"].id
    member = Membership.objects.get(user=world.users["idva"])
    for address in (
        "/partnership", "/organisations", "/organisations/add", f"/organisations/{harbour}", f"/organisations/{harbour}/change",
        f"/organisations/{harbour}/users/add", f"/members/{member.id}", f"/teams/{world.teams['outreach'].id}", "/account",
    ):  # fmt: skip
        assert client.get(address).status_code == 200, address


def test_an_invitation_is_taken_up_from_its_page(world: World) -> None:
    by = world.act("admin")
    _, link = add_user(
        by=by,
        email="nell@example.org",
        name="Nell Ash",
        organisation=world.organisations["harbour"],
        roles=["practitioner"],
    )
    client = Client()
    assert client.get(link).status_code == 200
    answer = client.post(link, {"password": "short"})
    assert b"There is a problem" in answer.content
    answer = client.post(link, {"password": "three plain harbours at noon"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/second-factor")
    assert client.get("/second-factor").status_code == 200
    # Before a factor is added, the password is asked for once more.
    again = client.get("/second-factor/app/activate/").headers["Location"]
    assert again.startswith("/sign-in/again")
    assert client.get(again).status_code == 200
    answer = client.post(again, {"password": "three plain harbours at noon"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/second-factor/app/activate/")
    assert client.get("/second-factor/app/activate/").status_code == 200
    assert client.get("/second-factor/passkeys/add/").status_code == 200
