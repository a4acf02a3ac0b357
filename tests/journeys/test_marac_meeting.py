"""A MARAC as its people hold it: a chair, a representative and the adviser in one meeting, each on a screen."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.marac_site import lay
from tests.plugin import WORKER

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


@pytest.fixture
def laid(site: str) -> dict[str, str]:
    """A table that is laid."""
    del site
    return lay(f"leeward_journeys_{WORKER}")


def look(page: Page, name: str) -> None:
    """Keep pictures, where somebody asked for them."""
    folder = os.environ.get("LEEWARD_PICTURES")
    if folder:
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1280, "height": 900})


def accept(page: Page) -> None:
    """Accept confidentiality by name."""
    page.get_by_label("I accept this.").check()
    page.get_by_role("button", name="Accept and go on").click()


def test_a_meeting_is_held_on_several_screens(sign_in: SignIn, axe: Axe, laid: dict[str, str]) -> None:
    chair, rep, adviser = sign_in("social-worker"), sign_in("refuge"), sign_in("adviser")
    chair.get_by_role("navigation", name="Main").get_by_role("link", name="MARAC").click()
    axe(chair)
    look(chair, "marac-home")
    chair.goto(laid["meeting"] + "/agenda")
    axe(chair)
    look(chair, "marac-agenda")
    chair.goto(laid["meeting"] + "/returned")
    axe(chair)
    look(chair, "marac-returned")
    rep.goto(laid["meeting"] + "/research")
    axe(rep)
    look(rep, "marac-research")
    rep.locator("main table tbody a").first.click()
    axe(rep)
    look(rep, "marac-research-form")
    chair.goto(laid["meeting"])
    axe(chair)
    look(chair, "marac-meeting")
    chair.get_by_role("button", name="Open the meeting").click()
    axe(chair)
    look(chair, "marac-attend")
    accept(chair)
    expect(chair.get_by_role("heading", name=re.compile("Write down:"))).to_be_visible()
    axe(chair)
    for page in (rep, adviser):
        page.goto(laid["meeting"] + "/room")
        accept(page)
        axe(page)
    expect(chair.locator("[data-part=present]")).to_contain_text("Ines Duarte", timeout=5000)
    look(rep, "marac-room-before")

    # The voice, brought by the adviser.
    adviser.get_by_label("In their words").fill("I want to stay near my school")
    adviser.get_by_role("button", name="Add it for the table").click()
    expect(rep.locator("[data-part=room_now]")).to_contain_text("I want to stay near my school", timeout=4000)

    # The representative's own notes are hers until she shares them.
    expect(chair.locator("[data-part=told]")).not_to_contain_text("transfer to another town")
    rep.get_by_label(re.compile("She asked for a transfer")).check()
    rep.get_by_role("button", name="Share what is ticked").click()
    expect(chair.locator("[data-part=told]")).to_contain_text("transfer to another town", timeout=4000)
    expect(chair.locator("[data-part=told]")).not_to_contain_text("He does not know yet")

    # An action is on the other screens within two seconds, and no page was loaded anew for it.
    rep.evaluate("window.stayed = true")
    chair.get_by_label("Or in your own words").fill("Change the locks before Friday")
    chair.get_by_label("Which agency does it?").select_option(index=1)
    chair.get_by_label("For whom?").select_option("victim")
    begun = time.monotonic()
    chair.get_by_role("button", name="Add the action").click()
    expect(rep.locator("[data-part=room_now]")).to_contain_text("Change the locks before Friday", timeout=4000)
    assert time.monotonic() - begun < 3
    assert rep.evaluate("window.stayed") is True
    look(rep, "marac-room")
    look(chair, "marac-chair")

    # The connection goes: what is typed stays on the page, says so, and arrives by itself, once.
    chair.context.set_offline(True)
    chair.get_by_label("What was said").fill("He was seen outside on Tuesday")
    chair.get_by_role("button", name="Write it down").click()
    waiting = chair.locator("[data-waiting]")
    expect(waiting).to_contain_text("The connection is gone", timeout=5000)
    expect(waiting).to_contain_text("He was seen outside on Tuesday")
    look(chair, "marac-chair-offline")
    chair.get_by_label("What was said").fill("And again on Wednesday")
    chair.get_by_role("button", name="Write it down").click()
    chair.wait_for_timeout(2500)
    chair.context.set_offline(False)
    expect(chair.locator("[data-part=minutes]")).to_contain_text("And again on Wednesday", timeout=10_000)
    expect(waiting).to_be_hidden()
    expect(chair.locator("[data-part=minutes]").get_by_text("He was seen outside on Tuesday")).to_have_count(1)
    assert chair.evaluate("localStorage.length + sessionStorage.length") == 0
    axe(chair)

    # Heard, the next one, put off, ended, published; the representative has the minutes.
    chair.get_by_label("High").check()
    chair.get_by_role("button", name="Keep the level").click()
    chair.get_by_role("button", name="Heard", exact=True).hover()
    chair.mouse.down()  # while something new comes from somebody else: the press is not lost
    with chair.expect_response(lambda answer: "/live" in answer.url and answer.status == 200):
        adviser.get_by_label("In their words").fill("And that he does not learn of it")
        adviser.get_by_role("button", name="Add it for the table").click()
    chair.wait_for_timeout(100)
    chair.mouse.up()
    expect(chair.locator("[data-part=bar]").get_by_role("button", name="Heard", exact=True)).to_have_count(0)
    chair.get_by_role("button", name="Next item").click()
    expect(rep.locator("[data-part=room_now]")).to_contain_text("Item 2 of 2", timeout=4000)
    expect(chair.locator("[data-part=now]")).to_contain_text("Item 2 of 2", timeout=4000)
    chair.get_by_role("link", name="Put off").click()
    axe(chair)
    chair.get_by_label("Why?").fill("The adviser is ill")
    chair.get_by_role("button", name="Put it off").click()
    chair.get_by_role("button", name="End the meeting").click()
    axe(chair)
    look(chair, "marac-minutes")
    chair.get_by_role("link", name="Publish the minutes").click()
    axe(chair)
    chair.get_by_role("button", name="Publish").click()
    expect(chair.get_by_text("The minutes are out.")).to_be_visible()
    rep.goto(laid["meeting"] + "/minutes")
    expect(rep.get_by_text("He was seen outside on Tuesday")).to_be_visible()
    axe(rep)
    with rep.expect_download() as download:
        rep.get_by_role("link", name="As a document (PDF)").click()
    assert download.value.suggested_filename == "minutes.pdf"
    rep.goto("/marac/actions?which=all")
    axe(rep)
    look(rep, "marac-actions")


def test_the_chair_leads_on_while_the_network_is_lost(sign_in: SignIn, axe: Axe, laid: dict[str, str]) -> None:
    chair, rep = sign_in("social-worker"), sign_in("refuge")
    chair.goto(laid["meeting"])
    chair.get_by_role("button", name="Open the meeting").click()
    accept(chair)
    rep.goto(laid["meeting"] + "/room?projected=1")
    accept(rep)
    rep.goto(laid["meeting"] + "/room?projected=1")
    expect(rep.locator("[data-part=room_now]")).to_contain_text("Item 1 of 2")
    expect(rep.locator("[data-part=room_mine]")).to_have_count(0)
    axe(rep)
    look(rep, "marac-room-projected")

    # Choosing from the library brings its agency, its day and for whom along, and typed words stay.
    chair.get_by_label("From the library").select_option("children_assessment")
    expect(chair.get_by_label("For whom?")).to_have_value("child")
    expect(chair.locator("[name=due_on-day]")).not_to_have_value("")
    chair.get_by_label("From the library").select_option("arrest")
    expect(chair.get_by_label("For whom?")).to_have_value("causing_harm")
    chair.get_by_label("From the library").select_option("")
    expect(chair.get_by_label("For whom?")).to_have_value("")

    # The level, heard and the next item are pressed without a connection: they wait on the page, and arrive in order.
    chair.context.set_offline(True)
    chair.get_by_label("High").check()
    chair.get_by_role("button", name="Keep the level").click()
    chair.get_by_role("button", name="Heard", exact=True).click()
    chair.get_by_role("button", name="Next item").click()
    waiting = chair.locator("[data-waiting]")
    expect(waiting).to_contain_text("The connection is gone", timeout=5000)
    expect(waiting).to_contain_text("Risk agreed: High")
    expect(waiting).to_contain_text("Heard:")
    expect(waiting).to_contain_text("Next item")
    look(chair, "marac-chair-leads-offline")
    chair.context.set_offline(False)
    expect(rep.locator("[data-part=room_now]")).to_contain_text("Item 2 of 2", timeout=10_000)
    expect(chair.locator("[data-part=now]")).to_contain_text("Item 2 of 2", timeout=10_000)
    expect(waiting).to_be_hidden()
    expect(chair.locator("[data-part=list]")).to_contain_text("1 of 2 heard")
    chair.get_by_role("button", name="Previous").click()
    expect(chair.locator("[data-part=minutes]")).to_contain_text("risk agreed: high", timeout=5000)
    chair.locator("[data-part=list]").get_by_role("button", name=re.compile("Not heard after all")).click()
    expect(chair.locator("[data-part=list]")).to_contain_text("0 of 2 heard")
    axe(chair)


def test_a_representative_returns_research_on_a_phone_without_javascript(
    sign_in: SignIn, axe: Axe, laid: dict[str, str]
) -> None:
    page = sign_in("refuge", 320, javascript=False)
    page.goto(laid["meeting"] + "/research")
    page.locator("main table tbody a").last.click()
    page.get_by_label("Not known to us").check()
    page.get_by_label("What happened, or what is so").first.fill("A call in May")
    page.get_by_role("button", name="Return it").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Known to us", exact=True).check()
    page.get_by_role("button", name="Return it").click()
    expect(page.get_by_text("The chair sees that it is there")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    axe(page)
    chair = sign_in("social-worker", 320, javascript=False)
    chair.goto(laid["meeting"])
    chair.get_by_role("button", name="Open the meeting").click()
    accept(chair)
    chair.get_by_label("What was said").fill("Written without a script")
    chair.get_by_role("button", name="Write it down").click()
    expect(chair.get_by_text("Written without a script")).to_be_visible()
    assert chair.evaluate("document.documentElement.scrollWidth") <= 320
    axe(chair)
