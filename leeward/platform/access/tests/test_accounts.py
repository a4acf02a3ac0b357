"""A colleague's name, address and telephone are changed by who administers them; who never came is seen and invited anew."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.actions import (
    add_user,
    change_account,
    change_membership,
    end_sessions,
    invite_again,
    invited_user,
)
from leeward.platform.access.models import AuditEntry, IdentityProvider, Membership, User
from leeward.platform.access.notices import ACCOUNT_SUBJECT, send_account_notice
from leeward.platform.access.providers import provider_key
from leeward.platform.access.signing_in import begin_session
from leeward.platform.common.errors import Refused
from tests.worlds import World

PASSWORD = "three words far apart"


def place(world: World, key: str) -> Membership:
    return Membership.objects.select_related("organisation", "user").get(user=world.users[key])


def change(world: World, by: str, key: str, **said: str) -> list[str]:
    user = User.objects.get(pk=world.users[key].pk)
    facts = {"name": user.name, "email": user.email, "phone": user.phone, **said}
    return change_account(by=world.act(by), membership=place(world, key), **facts)


def test_an_administrator_changes_name_address_and_telephone_from_the_page(world: World) -> None:
    world.users["idva"].set_password(PASSWORD)
    world.users["idva"].save()
    administrator, address = world.browser("admin"), reverse("membership_account", args=[place(world, "idva").id])
    assert (
        address
        in administrator.get(reverse("organisation", args=[place(world, "idva").organisation_id])).content.decode()
    )
    typed = {"name": "Ruth Bello", "email": "not an address", "phone": "07700 900321"}
    again = administrator.post(address, typed).content.decode()
    assert "Error:" in again
    assert "Ruth Bello" in again
    assert administrator.post(address, {**typed, "email": "Ruth.Bello@harbour.example.org"}).status_code == 302
    user = User.objects.get(pk=world.users["idva"].pk)
    assert (user.name, user.email, user.phone) == ("Ruth Bello", "ruth.bello@harbour.example.org", "07700 900321")
    for email, comes in (("idva@harbour.example.org", False), (user.email, True)):
        answer = Client().post(reverse("account_login"), {"login": email, "password": PASSWORD})
        assert (answer.status_code == 302) == comes, email
    world.act("dpl")
    entry = AuditEntry.objects.get(action="changed_account", subject_id=user.pk)
    assert entry.detail == {"changed": ["name", "email", "phone"]}


def test_with_another_address_sessions_end_and_the_old_one_opens_nothing(world: World) -> None:
    user = world.users["idva"]
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    request = client.request().wsgi_request
    request.session = client.session
    begin_session(request, user)
    assert change(world, "admin", "idva", name="Ruth Bello") == ["name"]
    assert EmailAddress.objects.filter(user=user).exists()
    assert change(world, "admin", "idva", email="ruth@harbour.example.org") == ["email"]
    assert not EmailAddress.objects.filter(user=user).exists()
    assert end_sessions(user.pk) == 0, "they were ended with the change"
    assert change(world, "admin", "idva") == []


def test_both_addresses_are_told_and_nothing_else(world: World) -> None:
    send_account_notice(["old@harbour.example.org", "new@harbour.example.org"])
    assert sorted(one.to for one in mail.outbox) == [["new@harbour.example.org"], ["old@harbour.example.org"]]
    for one in mail.outbox:
        assert one.subject == ACCOUNT_SUBJECT
        assert "harbour" not in one.body
        assert "Ruth" not in one.body


def test_nobody_takes_an_address_or_an_account_over(world: World) -> None:
    with pytest.raises(Refused, match="has this e-mail address already"):
        change(world, "admin", "idva", email="DPL@council.example.org")
    EmailAddress.objects.create(user=world.users["dpl"], email="joan@council.example.org")
    with pytest.raises(Refused, match="has this e-mail address already"):
        change(world, "admin", "idva", email="joan@council.example.org")
    for by in ("haven_worker", "idva", "dpl"):
        with pytest.raises(Refused, match="administrator"):
            change(world, by, "idva", name="Whoever")
    assert world.browser("admin").get(reverse("membership_account", args=[place(world, "dpl").id])).status_code == 404
    change_membership(
        by=world.act("chief"),
        membership=place(world, "child_worker"),
        roles=["practitioner", "data_protection"],
        teams=[],
    )
    with pytest.raises(Refused, match="Only the administrator of the partnership"):
        change(world, "admin", "child_worker", email="other@harbour.example.org")


def test_an_agencys_sign_on_keeps_its_account(world: World) -> None:
    known = IdentityProvider.objects.create(
        organisation=world.organisations["harbour"], name="Harbour sign-on", issuer="https://login.example.org/harbour",
        client_id="leeward", domains=["harbour.example.org"],
    )  # fmt: skip
    joined = SocialAccount.objects.create(user=world.users["idva"], provider=provider_key(known), uid="sub-1")
    with pytest.raises(Refused, match="Harbour sign-on, which is not for this e-mail address"):
        change(world, "admin", "idva", email="ruth@elsewhere.example.org")
    change(world, "admin", "idva", email="ruth@harbour.example.org")
    joined.refresh_from_db()
    assert (joined.user_id, joined.uid) == (world.users["idva"].pk, "sub-1")


def test_who_never_came_is_seen_and_invited_again(world: World) -> None:
    by, harbour = world.act("admin"), world.organisations["harbour"]
    new, first = add_user(
        by=by, email="new@harbour.example.org", name="Ned Vale", organisation=harbour, roles=["practitioner"]
    )
    world.users["new"] = new
    User.objects.filter(pk=world.users["idva"].pk).update(last_login=timezone.now())
    User.objects.filter(pk=world.users["child_worker"].pk).update(last_login=timezone.now() - timedelta(days=91))
    administrator, address = world.browser("admin"), reverse("organisation", args=[harbour.id])
    assert "Never: the invitation was not taken up" in administrator.get(address).content.decode()
    never = administrator.get(address + "?seen=never").content.decode()
    assert "Ned Vale" in never
    assert "Ruth Adeyemi" not in never
    long_ago = administrator.get(address + "?seen=long_ago").content.decode()
    assert "Tom Bright" in long_ago
    assert "Ned Vale" not in long_ago
    assert "Ruth Adeyemi" not in long_ago
    page = administrator.post(reverse("membership_invite", args=[place(world, "new").id])).content.decode()
    assert "/invitation/" in page
    assert invited_user(first.rsplit("/", 1)[-1]) is None, "the first invitation is worthless now"
    second = invite_again(by=world.act("admin"), membership=place(world, "new"))
    assert invited_user(second.rsplit("/", 1)[-1]) == new
    with pytest.raises(Refused, match="signed in already"):
        invite_again(by=world.act("admin"), membership=place(world, "idva"))
    with pytest.raises(Refused, match="administrator"):
        invite_again(by=world.act("harbour_manager"), membership=place(world, "new"))
    world.act("dpl")
    assert AuditEntry.objects.filter(action="invited_again", subject_id=new.pk).count() == 2


def test_the_leads_telephone_stands_on_the_case(world: World) -> None:
    case = world.case()
    User.objects.filter(pk=world.users["idva"].pk).update(phone="07700 900321")
    case.lead_worker_id = world.users["idva"].pk
    world.act("idva")
    case.save(update_fields=["lead_worker"])
    assert "07700 900321" in world.browser("idva").get(reverse("case_details", args=[case.id])).content.decode()


def test_an_invitation_to_a_wrong_address_is_worth_nothing_once_it_is_put_right(world: World) -> None:
    by = world.act("admin")
    user, token = add_user(
        by=by, email="mistyped@example.org", name="Noor Hale", organisation=world.organisations["harbour"],
        roles=["practitioner"],
    )  # fmt: skip
    assert invited_user(token.rsplit("/", 1)[-1]) == user
    membership = Membership.objects.get(user=user)
    change_account(by=by, membership=membership, name="Noor Hale", email="right@example.org", phone="")
    assert invited_user(token.rsplit("/", 1)[-1]) is None
