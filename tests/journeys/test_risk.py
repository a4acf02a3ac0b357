"""Risk as an adviser works with it: a first screen, the 24 items saved as they are typed, what must follow, a plan."""

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


def open_case(page: Page) -> None:
    """A case of the adviser's own list with which no other journey begins: these take the first and the last."""
    page.goto("/cases")
    page.locator("main table tbody a").nth(5).click()


def answer(page: Page, item: str, words: str) -> None:
    """Answer one item."""
    page.get_by_role("group", name=re.compile(re.escape(item))).get_by_label(words, exact=True).check()


def test_from_a_first_screen_to_a_plan(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser")
    open_case(page)
    page.get_by_role("navigation", name="This case").get_by_role("link", name="Risk", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Risk")
    axe(page)
    look(page, "risk-before")
    page.get_by_role("link", name="Assess the risk").first.click()
    axe(page)
    look(page, "risk-start")
    page.get_by_label("First screen").check()
    page.get_by_role("button", name="Begin").click()
    now = page.get_by_text("Advise medical care today")
    expect(now).to_be_hidden()
    answer(page, "hands or anything else round your neck", "Yes")
    expect(now).to_be_visible()
    axe(page)
    look(page, "risk-now")
    page.get_by_role("button", name="See the result").click()
    expect(now).to_be_visible()
    finish = page.get_by_role("button", name="Finish the assessment")
    finish.click()
    expect(finish).to_have_count(0)  # the page before has a way back of its own
    page.get_by_role("link", name="Back", exact=True).click()
    # The screen asks for the 24 items.
    page.get_by_role("link", name="Begin it").first.click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("DASH, 24 items")
    axe(page)
    look(page, "risk-answer")
    for item in ("Injured in what happened", "Very frightened", "Followed, watched", "It is getting worse"):
        answer(page, item, "Yes")
    answer(page, "Kept away from family", "Not known")
    page.get_by_role("group", name=re.compile("Injured")).locator("xpath=..").get_by_text(
        "What was said, and by whom"
    ).click()
    with page.expect_response(lambda one: "photographed" in (one.request.post_data or ""), timeout=15_000):
        page.get_by_label("What was said", exact=True).first.fill("A cut lip; photographed")
    expect(page.locator("[data-autosave-state]")).to_have_text(re.compile(r"Saved \d\d:\d\d"), timeout=15_000)
    page.reload()
    expect(page.get_by_label("What was said", exact=True).first).to_have_value("A cut lip; photographed")
    page.get_by_role("button", name="See the result").click()
    expect(page.get_by_text("4 of 24 said yes.")).to_be_visible()
    axe(page)
    look(page, "risk-finish")
    page.get_by_label("High").check()
    page.get_by_role("button", name="Finish the assessment").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    page.get_by_label("Why do you judge it greater?").fill("He was seen outside the new address twice this week")
    page.get_by_label("How do they see it themselves?").fill("He will not stop. I want the locks changed.")
    page.get_by_role("button", name="Finish the assessment").click()
    expect(page.get_by_text("by judgement; the answers say standard").first).to_be_visible()
    axe(page)
    look(page, "risk-assessment")
    page.get_by_role("link", name="Back", exact=True).click()
    look(page, "risk-after")
    axe(page)
    expect(page.get_by_text("Stalking, 11 further items should follow")).to_be_visible()
    page.get_by_role("link", name=re.compile("Record what was done.*Stalking")).first.click()
    axe(page)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("What was done, by whom and when; or why not").fill("Record sheet explained, police told today")
    page.get_by_role("button", name="Record it").click()
    page.get_by_text(re.compile(r"^Answered \(")).click()
    expect(page.get_by_text("Record sheet explained, police told today").first).to_be_visible()
    page.get_by_role("link", name=re.compile("Make a task of it")).first.click()
    axe(page)
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Record an incident").first.click()
    axe(page)
    look(page, "risk-incident")
    page.get_by_role("button", name="Record it").click()
    expect(page).to_have_title(re.compile("^Error: "))
    for part, value in (("Day", "3"), ("Month", "11"), ("Year", "2026")):
        page.get_by_role("group", name="When did it happen?").get_by_label(part).fill(value)
    page.get_by_label("Violent or threatening behaviour").check()
    page.get_by_label("The person herself or himself").check()
    page.get_by_role("group", name="Was it reported to the police?").get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("cell", name=re.compile("Violent or threatening")).first).to_be_visible()
    page.get_by_role("link", name="Safety plan", exact=True).click()
    axe(page)
    begin, known = re.compile("Begin a plan"), re.compile("Open the plan")
    page.get_by_role("button", name=begin).or_(page.get_by_role("link", name=known)).first.click()
    page.get_by_label("For which situation?").select_option("leaving")
    page.get_by_label("What is done, in their words").fill("The bag is at Nan's")
    page.get_by_label("Who does it?").fill("Nan")
    page.get_by_role("button", name="Add the step").click()
    expect(page.get_by_text("The bag is at Nan's").first).to_be_visible()
    axe(page)
    look(page, "safety-plan")
    page.get_by_role("link", name=re.compile("^Change.*A copy")).click()
    axe(page)
    page.get_by_label("Printed small, without a title").check()
    page.get_by_label("What they said about a copy").fill("He does not read my handbag")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Show the copy").click()
    axe(page)
    look(page, "safety-plan-copy")
    expect(page.get_by_text("The bag is at Nan's (Nan)")).to_be_visible()
    # On paper there are the lines and nothing else, and no margin in which a browser prints an address.
    page.emulate_media(media="print")
    expect(page.get_by_text("The bag is at Nan's (Nan)")).to_be_visible()
    expect(page.get_by_role("link", name="Back")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).page") == "plain"
