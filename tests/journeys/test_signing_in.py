"""Sign-in as a visitor meets it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

Axe = Callable[[Page], None]


def test_a_signed_out_visitor_is_asked_to_sign_in(page: Page, axe: Axe) -> None:
    page.goto("/cases")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    axe(page)
    page.get_by_label("Work e-mail address").fill("nobody@example.org")
    page.get_by_label("Password").fill("not the password at all")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
