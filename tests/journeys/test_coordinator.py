"""The placement coordinator, as people do it: who waits, a proposal from the real worker, a line that is suggested and asked for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests import plugin
from tests.journeys.site import names
from tests.journeys.test_risk import look
from tests.journeys.test_stay_and_after import add_house, open_case_without_search

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


def work() -> None:
    """The background worker, until nothing waits any more: as `leeward worker` runs it."""
    done = subprocess.run(
        [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot", "--concurrency", "1"],
        cwd=plugin.ROOT, check=False, capture_output=True, text=True, timeout=120,
        env={**os.environ, "LEEWARD_DEMO": "1", "LEEWARD_WEB_DATABASE_URL": plugin.web_url(f"leeward_journeys_{plugin.WORKER}")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def looks_for_a_place(page: Page) -> str:
    """A case of the adviser's whose household looks for a place tonight: what they are called. The page stands on its tab."""
    open_case_without_search(page)
    name = page.locator(".lw-identity__name").inner_text()
    page.get_by_role("link", name="Look for a safe place").click()
    page.get_by_label("Tonight").check()
    page.get_by_label("None", exact=True).check()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("A child").check()
    page.get_by_label("Female", exact=True).check()
    page.get_by_label("Age in years").fill("13")
    page.get_by_role("button", name="Add them").click()
    return name


def room(page: Page) -> None:
    """The refuge's manager says that there is room for everybody who waits: whoever looks is in the proposal, in whatever danger."""
    add_house(page, "Sorrel", 9)
    page.goto("/places")
    page.get_by_role("button", name="Say what is ticked Sorrel").click()


def test_a_coordinator_proposes_and_who_looks_asks(sign_in: SignIn, axe: Axe) -> None:
    room(sign_in("refuge-manager"))
    worker = sign_in("adviser")
    name = looks_for_a_place(worker)
    tab = worker.url
    # Who waits, without a name.
    page = sign_in("placement-coordinator")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Placement", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who waits for a place")
    row = page.get_by_role("row", name=re.compile("a daughter of 13")).first
    expect(row).to_contain_text("Nothing under way")
    assert not names(page.content(), name)
    axe(page)
    look(page, "placement-waiting")
    page.get_by_label("By when").select_option(label="Tonight")
    page.get_by_label("Order").select_option(label="Longest wait first")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("row", name=re.compile("a daughter of 13")).first).to_be_visible()
    page.get_by_label("Waits longer than").select_option(label="4 weeks")
    page.get_by_label("What it must be").select_option(label="Deaf people")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Nobody who waits matches this.")).to_be_visible()
    page.get_by_role("link", name="Show everybody").click()
    # Who could go where: asked for, worked out by the worker, decided line by line.
    page.get_by_role("link", name="Propose who could go where").click()
    page.get_by_role("textbox", name=re.compile("Haven")).fill("many")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("link", name=re.compile("must be a whole number"))).to_be_visible()
    axe(page)
    look(page, "placement-cap-wrong")
    page.get_by_role("textbox", name=re.compile("Haven")).fill("40")
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_text("Waits to be worked out")).to_be_visible()
    axe(page)
    look(page, "placement-proposal-waits")
    work()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("Proven: no other proposal")).to_be_visible()
    row = page.get_by_role("row", name=re.compile("a daughter of 13")).first
    where = row.locator("td").first.locator("span").first.inner_text()
    assert not names(page.content(), name)
    axe(page)
    look(page, "placement-proposal")
    row.get_by_role("button", name="Suggest this").click()
    expect(page.get_by_text("Suggested. Who looks for them was told")).to_be_visible()
    axe(page)
    # A decision can be taken back, and made again.
    page.get_by_role("row", name=re.compile("a daughter of 13")).first.get_by_role(
        "button", name="Take it back"
    ).click()
    page.get_by_role("row", name=re.compile("a daughter of 13")).first.get_by_role(
        "button", name="Suggest this"
    ).click()
    # Who looks finds it on Today and on the case, and asks for it in one press.
    worker.goto("/today")
    expect(worker.get_by_role("heading", name="The placement coordinator asks or suggests something")).to_be_visible()
    worker.goto(tab)
    expect(worker.get_by_text("The placement coordinator suggests a space")).to_be_visible()
    expect(worker.get_by_text(where)).to_be_visible()
    axe(worker)
    look(worker, "placement-suggested")
    worker.get_by_role("button", name="Ask for this space").click()
    expect(worker.get_by_text("No name was given")).to_be_visible()
    expect(worker.get_by_role("link", name=re.compile(re.escape(where.split(",")[0])))).to_be_visible()
    page.reload()
    answered = page.get_by_role("row", name=re.compile("a daughter of 13")).first
    expect(answered).to_contain_text("Answered")


def test_the_rules_are_changed_above_the_floor_and_taken_back(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("placement-coordinator")
    page.goto("/placement/rules")
    expect(page.get_by_text("Never broken, by nobody").first).to_be_visible()
    axe(page)
    look(page, "placement-rules")
    page.get_by_role("link", name="Change the rules").click()
    expect(page.get_by_label("Far enough from the danger areas")).to_have_count(0)
    page.get_by_label("Takes the pets that come").uncheck()
    page.get_by_label("Points: staff are there day and night").fill("900")
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_role("link", name="The points must be 100 or fewer")).to_be_visible()
    expect(page.get_by_label("Points: staff are there day and night")).to_have_value("900")
    axe(page)
    look(page, "placement-rules-wrong")
    page.get_by_label("Points: staff are there day and night").fill("25")
    page.get_by_label("Why, and who decided it?").fill("The board, 3 May")
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("Takes the pets that come: a wish now").first).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Back to the shipped ones").click()
    page.get_by_label("Why, and who decided it?").fill("It brought nothing")
    page.get_by_role("button", name="Go back to them").click()
    expect(page.get_by_text("The rules are as shipped.")).to_be_visible()
    look(page, "placement-rules-history")


def test_places_and_need_is_read_on_a_phone_too(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("analyst")
    page.goto("/counts")
    page.get_by_role("link", name="Places and need").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Places and need")
    expect(page.get_by_role("img", name=re.compile("areas, .* free spaces"))).to_be_visible()
    axe(page)
    look(page, "placement-measures")
    phone = sign_in("analyst", 320)
    phone.goto("/counts/places")
    assert phone.evaluate("document.documentElement.scrollWidth <= 320")
    axe(phone)
    with page.expect_download() as taken:
        page.get_by_role("link", name="Take these tables along").click()
    assert taken.value.suggested_filename.startswith("places-")
