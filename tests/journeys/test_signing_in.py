"""Sign-in as people do it: invited, a password, a second factor asked for before anything else, a passkey, signing out."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]
PASSWORD = "three plain harbours at noon"


def code_for(secret: str) -> str:
    """What an authenticator app would show now."""
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def say_again(page: Page) -> None:
    """Before a factor is added, the password is asked for once more."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still you?")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def invite(sign_in: SignIn, name: str, email: str) -> str:
    """The administrator invites somebody; answers the address that is shown once."""
    admin = sign_in("administrator")
    admin.goto("/organisations")
    admin.get_by_role("link", name="Invite somebody").click()
    admin.get_by_label("Name", exact=True).fill(name)
    admin.get_by_label("Work e-mail address").fill(email)
    admin.get_by_label("Practitioner").check()
    admin.get_by_role("button", name="Invite").click()
    return admin.locator("code").inner_text()


def give_authenticator(page: Page) -> None:
    """A device that can hold passkeys, and says yes to each question."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True}},
    )  # fmt: skip


def sign_out(page: Page) -> None:
    """From the menu under one's own name."""
    page.locator(".lw-who__menu summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_invited_then_a_second_factor_before_anything_else(sign_in: SignIn, page: Page, axe: Axe) -> None:
    email = f"ivy{int(time.time())}@example.org"
    link = invite(sign_in, "Ivy Castle", email)
    page.goto(link)
    axe(page)
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    axe(page)
    page.goto("/cases")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your second factor")
    page.get_by_role("link", name="Set up an authenticator app").click()
    say_again(page)
    axe(page)
    secret = page.locator(".lw-code").inner_text()
    page.get_by_label("Six digits").fill(code_for(secret))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Recovery codes|Your second factor"))
    axe(page)
    page.goto("/today")
    expect(page).to_have_title("Today")
    # Next time: the password, then a factor; a recovery code counts once.
    page.goto("/second-factor/codes/")
    if page.get_by_role("heading", name="Is it still you?").count():
        say_again(page)
    recovery = page.locator(".lw-codes code").first.inner_text()
    page.goto("/account")
    sign_out(page)
    page.goto("/sign-in")
    page.get_by_label("Work e-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Show your second factor")
    axe(page)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title("Today")
    # The link worked once.
    answer = page.goto(link)
    assert answer is not None
    assert answer.status == 404


def test_a_passkey_alone_signs_in(sign_in: SignIn, page: Page) -> None:
    email = f"oak{int(time.time())}@example.org"
    link = invite(sign_in, "Oak Bridge", email)
    give_authenticator(page)
    page.goto(link)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Add a passkey").click()
    say_again(page)
    page.get_by_label("A name for it, to tell it from others").fill("My computer")
    page.get_by_label("Sign in with it alone, without a password").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Add a passkey")
    page.goto("/account")
    sign_out(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_title("Today")


def test_a_device_without_a_passkey_gets_words(page: Page, axe: Axe) -> None:
    give_authenticator(page)
    page.goto("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("The passkey did not work")
    axe(page)


def test_a_signed_out_visitor_is_asked_to_sign_in(page: Page, axe: Axe) -> None:
    page.goto("/cases")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    axe(page)
    page.get_by_label("Work e-mail address").fill("nobody@example.org")
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
