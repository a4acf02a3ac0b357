"""Referring to a MARAC as an adviser does it, what comes back from the coordinator, and who sits there."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


def look(page: Page, name: str) -> None:
    """Keep a picture, where somebody asked for pictures."""
    folder = os.environ.get("LEEWARD_PICTURES")
    if folder:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def narrow(page: Page) -> None:
    """At 320 pixels nothing reaches beyond the edge."""
    page.set_viewport_size({"width": 320, "height": 640})
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wide <= 320, f"{page.url}: {wide} pixels wide"


def seen(page: Page, axe: Axe, name: str) -> None:
    """axe, 320 pixels, a picture."""
    axe(page)
    narrow(page)
    look(page, f"marac-{name}")


def one_to_refer(page: Page) -> None:
    """The MARAC page of a case of the adviser that is before no MARAC now."""
    page.goto("/cases")
    addresses = page.locator("main table tbody a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    for address in reversed(addresses):  # other journeys begin with the first
        page.goto(f"{address}/marac")
        if page.get_by_role("link", name="Refer to the MARAC").count():
            return
    raise AssertionError("every case is before a MARAC")


def test_an_adviser_refers_and_adds_what_is_missing(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser")
    one_to_refer(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("MARAC")
    seen(page, axe, "case")
    page.get_by_role("link", name="Refer to the MARAC").first.click()
    seen(page, axe, "refer")
    page.get_by_role("button", name="See what goes to whom").click()
    expect(page).to_have_title(re.compile("^Error: "))
    seen(page, axe, "refer-error")
    which = page.get_by_role("group", name="Which MARAC?")
    if which.count():  # another journey makes a MARAC of its own
        which.get_by_label(re.compile("^(?!MARAC of the journey)")).first.check()
    page.get_by_label("Professional judgement").check()
    page.get_by_label("Why now, and what is feared?").fill("He was seen at her sister's on Monday and asked for her.")
    page.get_by_label("Who is it safe to talk to?").fill("Her sister, on weekdays")
    page.get_by_role("group", name="Do they know that you refer them?").get_by_label("They know and agree").check()
    page.get_by_label("On which basis is it shared?").select_option("consent")
    late = page.get_by_label("Why can it not wait?")
    if late.count():
        late.fill("He is out of prison on Friday")
    same = page.get_by_role("group", name="Does the same person cause harm as then?")
    if same.count():
        same.get_by_label("Yes").check()
    repeat = page.get_by_label("Abuse again since the last MARAC")
    if not same.count() and repeat.is_checked() and not page.get_by_role("heading", name="A repeat").count():
        repeat.uncheck()
    page.get_by_role("button", name="See what goes to whom").click()
    expect(page.locator(".govuk-error-summary")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what goes to whom")
    expect(page.get_by_text("He was seen at her sister's on Monday")).to_be_visible()
    seen(page, axe, "confirm")
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_text("Whoever coordinates the MARAC sees it now")).to_be_visible()
    seen(page, axe, "referral")
    address = page.url

    theirs = sign_in("marac-coordinator")
    theirs.goto("/marac/referrals")
    seen(theirs, axe, "referrals")
    theirs.get_by_role("link", name=re.compile("^Sent")).first.click()
    theirs.goto(address)
    seen(theirs, axe, "referral-coordinator")
    theirs.get_by_role("link", name="Return: something is missing").click()
    axe(theirs)
    theirs.get_by_label("What is missing?").fill("Where the children are at school")
    theirs.get_by_role("button", name="Return it").click()
    expect(theirs.get_by_text("Where the children are at school").first).to_be_visible()

    page.goto("/")
    page.goto("/today")
    expect(page.get_by_text("Missing: Where the children are at school")).to_be_visible()
    page.goto(address)
    page.get_by_role("link", name="Add what is missing").click()
    seen(page, axe, "again")
    page.get_by_label("Why now, and what is feared?").fill("He asked for her on Monday. The children go to Elm Park.")
    page.get_by_role("button", name="Send it again").click()
    expect(page.get_by_text("Sent again").first).to_be_visible()
    theirs.goto(address)
    theirs.get_by_role("button", name="Accept for the agenda").click()
    expect(theirs.get_by_text("It is on the list for the next agenda")).to_be_visible()


def test_without_scripts_the_police_refer_somebody_new(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("police-marac", 320, javascript=False)
    page.goto("/marac/refer")
    axe(page)
    look(page, "marac-new")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("First names").first.fill("Saoirse")
    page.get_by_label("Last name").first.fill("Quinnell")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("How was the risk assessed?").fill("DARA, high, yesterday")
    page.get_by_label("Professional judgement").check()
    page.get_by_label("Why now, and what is feared?").fill("She rang 999 twice in a week and rang off both times.")
    page.get_by_role("group", name="Do they know that you refer them?").get_by_label("They were not told").check()
    page.get_by_label("Why without their agreement").fill("She could not be reached safely")
    page.get_by_label("On which basis is it shared?").select_option("public_task")
    late = page.get_by_label("Why can it not wait?")
    if late.count():
        late.fill("He is bailed to her street")
    page.get_by_role("button", name="See what goes to whom").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check what goes to whom")
    axe(page)
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_text("Saoirse Quinnell").first).to_be_visible()
    axe(page)


def test_the_coordinator_looks_after_seats_flags_and_transfers(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("marac-coordinator")
    page.goto("/marac/flags")
    seen(page, axe, "flags")
    page.goto("/marac/transfers")
    seen(page, axe, "transfers")
    page.goto("/maracs")
    seen(page, axe, "maracs")
    page.locator("main table tbody a").first.click()
    seen(page, axe, "setup")
    page.get_by_role("link", name="Give a seat").click()
    seen(page, axe, "seat")
    page.goto("/marac/referrals?show=heard")
    page.locator("main table tbody a").first.click()
    page.get_by_role("link", name="Send to another area’s MARAC").click()
    seen(page, axe, "transfer")
    page.go_back()
    if page.get_by_role("link", name="Write a letter").count():
        page.get_by_role("link", name="Write a letter").click()
        seen(page, axe, "letter")
        words = page.get_by_label("The letter")
        words.fill(words.input_value().replace("[name of the person causing harm]", "John Beckbury"))
        page.get_by_role("button", name="See the letter").click()
        seen(page, axe, "letter-confirm")
        page.get_by_role("button", name="Make it final").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Letter of"))
        with page.expect_download() as download:
            page.get_by_role("link", name="Download as PDF").click()
        assert download.value.suggested_filename == "letter.pdf"


def test_the_administrator_sets_one_up(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("partnership")
    page.goto("/administration")
    page.get_by_role("link", name="MARACs").first.click()
    page.get_by_role("link", name="Add a MARAC").click()
    seen(page, axe, "add")
    page.get_by_label("Name", exact=True).fill("Coast MARAC")
    page.get_by_role("button", name="Add the MARAC").click()
    expect(page.get_by_text("Nobody chairs it.")).to_be_visible()
    seen(page, axe, "setup-empty")
