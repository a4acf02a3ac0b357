"""A session that goes idle, in a real browser: a warning first, more time by one press, and what was typed stays.

The twenty minutes are made twelve seconds by the setting that lets a partnership ask for less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.conftest import check_axe
from tests.journeys.site import serve
from tests.plugin import WORKER

SECONDS = 12
TEXT = "She rang from the library. مايا 😔"


@pytest.fixture(scope="module")
def short_site() -> Iterator[str]:
    with serve(f"leeward_idle_{WORKER}", LEEWARD_IDLE_SECONDS=str(SECONDS)) as address:
        yield address


@pytest.fixture
def device(browser: Browser, short_site: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=short_site, viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(10_000)
    yield context
    context.close()


def typing(device: BrowserContext) -> Page:
    page = device.new_page()
    page.goto("/demo/as/adviser")
    page.goto("/cases")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Record a contact").click()
    page.get_by_label("Spoke with the person").check()
    page.get_by_label("What happened").fill(TEXT)
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved")
    return page


def test_it_warns_gives_more_time_and_keeps_what_was_typed(device: BrowserContext) -> None:
    page = typing(device)
    warning, ended = (
        page.get_by_role("alertdialog", name="Are you still there?"),
        page.get_by_role("alertdialog", name="You have been signed out"),
    )
    expect(warning).to_be_hidden()
    expect(warning).to_be_visible(timeout=SECONDS * 1000)
    expect(warning).to_contain_text("less than a minute")
    assert page.evaluate("document.activeElement.closest('[data-timeout-warning]') !== null"), (
        "the focus is in the warning"
    )
    assert page.evaluate("document.querySelector('main').closest('[inert]') !== null"), (
        "and nothing behind it is in reach"
    )
    check_axe(page)
    warning.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    expect(page.get_by_label("What happened")).to_have_value(TEXT)

    # Past the first end, thanks to the time that was given; then nobody presses anything.
    page.wait_for_timeout(SECONDS * 400)
    expect(ended).to_be_hidden()
    expect(ended).to_be_visible(timeout=SECONDS * 1500)
    expect(page.locator("textarea").first).to_have_value(TEXT)
    check_axe(page)
    page.wait_for_timeout(2000)
    assert device.request.get("/session/alive", max_redirects=0).status == 302, "the server has ended it too"

    again = device.new_page()
    again.goto("/demo/as/adviser")
    again.close()
    expect(ended).to_be_hidden()  # the tab that signed in has said so to this one
    expect(page.get_by_label("What happened")).to_have_value(TEXT)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note was saved.")).to_be_visible()


def test_somebody_else_who_signs_in_does_not_uncover_it(device: BrowserContext) -> None:
    page = typing(device)
    ended = page.get_by_role("alertdialog", name="You have been signed out")
    other = device.new_page()
    other.goto("/demo/as/manager")
    other.close()
    expect(ended).to_be_visible(timeout=SECONDS * 2000)
    ended.get_by_role("button", name="I have signed in again").click()
    expect(ended).to_contain_text("Somebody else is signed in now.")
    expect(ended).to_be_visible()


def test_signed_out_everywhere_from_another_device(browser: Browser, site: str) -> None:
    contexts = [browser.new_context(base_url=site, locale="en-GB") for _ in range(3)]
    try:
        here, there, third = (context.new_page() for context in contexts)
        for page in (here, there, third):
            page.goto("/demo/as/refuge")
            expect(page).to_have_url(re.compile("/today$"))
        here.goto("/account")
        here.get_by_role("button", name="Sign out everywhere else").click()
        expect(here.get_by_text(re.compile(r"Signed out everywhere else \(\d+\)"))).to_be_visible()
        for page in (there, third):
            page.goto("/today")
            expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
        here.goto("/today")
        expect(here).to_have_url(re.compile("/today$"))
    finally:
        for context in contexts:
            context.close()


def test_the_tour_by_keyboard_without_scripts_on_a_small_screen(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 320, "height": 640}, java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto("/demo/as/children")
        page.get_by_role("button", name="Take the tour").click()
        for _ in range(12):
            page.wait_for_load_state()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 320, page.url
            following = page.get_by_role("button", name="Next")
            if not following.count():
                break
            following.focus()
            page.keyboard.press("Enter")
            page.wait_for_load_state()
        page.get_by_role("button", name="Begin to work").click()
        expect(page).to_have_url(re.compile("/today$"))
        expect(page.get_by_text("New here?")).to_be_hidden()
        page.get_by_role("link", name="Help", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Help")
    finally:
        context.close()


def test_help_and_tour_are_accessible(browser: Browser, site: str) -> None:
    context = browser.new_context(base_url=site, viewport={"width": 1280, "height": 900})
    try:
        page = context.new_page()
        page.goto("/demo/as/administrator")
        for path in ("/today", "/tour", "/tour/2", "/help"):
            page.goto(path)
            check_axe(page)
    finally:
        context.close()
