"""Triage on a small screen without JavaScript: a number that went wrong, an attempt taken back, what is put right."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_whole_way import can_be_called

Axe = Callable[[Page], None]
SignIn = Callable[..., Page]


def take_a_call(page: Page) -> str:
    """A call of somebody who gives a number that is safe at any time, and no name; answers the reference."""
    page.goto("/calls/new")
    page.get_by_label("Telephone", exact=True).check()
    page.locator("[name=about][value=me]").check()
    page.locator("[name=safe][value=yes]").check()
    page.locator("[name=methods][value=phone]").check()
    page.locator("[name=phone]").fill("07700 900178")
    page.get_by_role("button", name="Save the call").click()
    found = re.search(r"\b[A-Z]{3,}-\d{3,}\b", page.locator("main").inner_text() + page.locator("body").inner_text())
    assert found, page.locator("main").inner_text()
    return found.group(0)


def fits(page: Page) -> None:
    """Nothing runs off a small screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_number_that_went_wrong_is_not_called_again(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("access-point", 320, javascript=False)
    reference = take_a_call(page)
    contact = page.url
    page.goto("/triage?show=mine")
    row = page.get_by_role("row").filter(has_text=reference)
    assert can_be_called(row), row.inner_text()

    page.goto(contact)
    page.get_by_role("link", name="Record an attempt").click()
    fits(page)
    page.get_by_label("Called", exact=True).check()
    page.get_by_label("Someone else answered").check()
    page.get_by_label("What was said").fill("A man, who asked who was calling.")
    page.get_by_label("At what time was it?").fill("never")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter a time like")
    expect(page.get_by_label("What was said")).to_have_value("A man, who asked who was calling.")
    axe(page)
    page.get_by_label("At what time was it?").fill("")
    page.get_by_role("button", name="Record it").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Is it still safe to reach them this way?")
    fits(page)
    axe(page)
    page.get_by_role("button", name="It is not safe").click()
    expect(page.locator("main")).to_contain_text("Called: someone else answered")
    page.goto("/triage?show=mine")
    row = page.get_by_role("row").filter(has_text=reference)
    assert not can_be_called(row), row.inner_text()

    page.goto(contact)
    axe(page)
    page.get_by_role("link", name="Recorded by mistake? Called: someone else answered").click()
    fits(page)
    axe(page)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter what the mistake was")
    page.get_by_label("What was the mistake?").fill("This was another caller")
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("main")).to_contain_text("This was another caller")

    page.get_by_role("link", name="Put right the risk").click()
    page.get_by_label("First name").fill("Odile")
    page.get_by_label("Last name").fill("Quennell")
    page.get_by_label("Who else must not know of this?").fill("Rufus Quennell, the harbour office")
    fits(page)
    axe(page)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Rufus Quennell, the harbour office")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("main")).to_contain_text("No match")
    fits(page)
    axe(page)
