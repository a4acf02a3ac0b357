"""A council's administrators in a real browser: targets, services and rules, sign-on, keys, and the data protection
lead's reviews; axe on every page, and nothing to scroll sideways on a small phone."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]
PICTURES = os.environ.get("LEEWARD_PICTURES", "")


def look(page: Page, axe: Axe, name: str = "") -> None:
    """axe finds nothing, nothing scrolls sideways; and a picture where somebody asks for them."""
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.url
    if PICTURES and name:
        width = (page.viewport_size or {"width": 0})["width"]
        page.screenshot(path=Path(PICTURES) / f"admin-{name}-{width}.png", full_page=True)


def menu(page: Page, name: str) -> None:
    """Go somewhere by the menu of administration: the first page lists it, every other one carries it."""
    page.locator("nav[aria-label=Administration], main .lw-card").get_by_role(
        "link", name=name, exact=True
    ).first.click()


def start(page: Page) -> None:
    """From the first page to administration, by the main menu."""
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Administration").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Administration")


def test_a_target_is_changed_from_a_day_on_and_taken_back(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("partnership")
    start(page)
    look(page, axe, "start")
    menu(page, "Targets")
    look(page, axe, "targets")
    page.get_by_role("link", name="Change Medium").click()
    look(page, axe, "target")
    page.get_by_label("Within how many hours?").fill("")
    page.get_by_role("button", name="Set the target").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    look(page, axe)
    page.get_by_label("Within how many hours?").fill("8")
    page.get_by_label("Working hours", exact=True).check()
    page.get_by_label("Year").fill("2099")
    page.get_by_role("button", name="Set the target").click()
    expect(page.get_by_role("status")).to_contain_text("2099")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Medium"))
    expect(row).to_contain_text("24 hours, round the clock")
    expect(row).to_contain_text("8 working hours, Monday to Friday 09:00 to 17:00")
    look(page, axe, "targets-coming")
    row.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("status")).to_contain_text("withdrawn")
    expect(row).not_to_contain_text("8 working hours")
    expect(page.get_by_role("table", name="Every target that was set")).to_contain_text("Withdrawn Uma Field")


def test_a_service_and_its_rule_are_added_tried_out_and_paused(sign_in: SignIn, axe: Axe) -> None:
    name = f"Night line {secrets.token_hex(3)}"
    page = sign_in("partnership")
    start(page)
    menu(page, "Services")
    look(page, axe, "services")
    page.get_by_role("button", name="Add a service").or_(page.get_by_role("link", name="Add a service")).click()
    page.get_by_label("Which organisation runs it?").select_option("Lantern Advisers")
    page.get_by_role("button", name="Continue").click()
    look(page, axe, "service-form")
    page.get_by_label("Name of the service").fill(name)
    page.get_by_label("Victim-survivor").check()
    page.get_by_label("How much room has it now?").fill("Two places a week")
    page.get_by_role("button", name="Add the service").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_text("No rule: workers find it in the list only.")).to_be_visible()
    look(page, axe, "service")

    page.get_by_role("link", name="Add a rule").click()
    expect(page.get_by_label("Which service is proposed?")).to_contain_text(name)
    look(page, axe, "rule-form")
    page.get_by_label("Why, in words that the worker sees").fill("Immigration advice at night.")
    page.get_by_role("group", name="They need").get_by_label("Immigration advice").check()
    page.get_by_role("button", name="Add the rule").click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("If they need immigration advice")
    look(page, axe, "rules")
    row.get_by_role("button", name="Earlier").click()

    page.get_by_role("link", name="Try them out").click()
    look(page, axe, "try-empty")
    page.get_by_role("group", name="What do they need?").get_by_label("Immigration advice").check()
    page.get_by_role("button", name="Try", exact=True).click()
    expect(page.get_by_role("list").filter(has_text="Immigration advice at night.")).to_contain_text(name)
    expect(page.get_by_role("table", name="What each rule said")).to_contain_text("Does not hold")
    look(page, axe, "try")

    menu(page, "Services")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name=name).click()
    page.get_by_role("link", name="Pause it").click()
    look(page, axe, "pause")
    page.get_by_label("Why does it take nobody now?").fill("Nobody is there this week")
    page.get_by_role("button", name="Pause it").click()
    expect(page.get_by_role("heading", name="It takes nobody now")).to_be_visible()
    look(page, axe, "service-paused")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("It takes people again.")
    page.get_by_role("button", name="Retire it").click()
    expect(page.get_by_role("heading", name="Retired")).to_be_visible()
    menu(page, "Routing rules")
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("Proposes nothing")


def test_a_sign_on_is_added_tested_and_its_failure_told(sign_in: SignIn, axe: Axe) -> None:
    name = f"Agency sign-on {secrets.token_hex(3)}"
    page = sign_in("administrator")
    start(page)
    menu(page, "Sign-on")
    look(page, axe, "sign-on")
    page.get_by_role("link", name="Add a sign-on").click()
    look(page, axe, "sign-on-form")
    page.get_by_label("Name on our sign-in page").fill(name)
    page.get_by_label("The provider’s address (issuer)").fill("https://127.0.0.1/agency")
    page.get_by_label("Client ID").fill("leeward")
    page.get_by_label("Client secret").fill("very-secret")
    page.get_by_label("E-mail domains that it signs in").fill("not a domain!")
    page.get_by_role("button", name="Add the sign-on").click()
    expect(page).to_have_title(re.compile("^Error: "))
    look(page, axe, "sign-on-error")
    expect(page.get_by_label("Client secret")).to_have_value("")
    page.get_by_label("Client secret").fill("very-secret")
    page.get_by_label("E-mail domains that it signs in").fill(f"{secrets.token_hex(3)}.example.org")
    page.get_by_role("button", name="Add the sign-on").click()
    expect(page.get_by_role("heading", name="Not tested yet")).to_be_visible()
    look(page, axe, "sign-on-new")
    page.get_by_role("button", name="Test it now").click()
    expect(page.get_by_role("heading", name="The last test failed")).to_be_visible()
    expect(page.locator("main")).to_contain_text("The address leads into a private network.")
    assert "very-secret" not in page.content()
    expect(page.get_by_role("button", name="Switch it on")).to_have_count(0)
    look(page, axe, "sign-on-failed")
    page.get_by_role("link", name="Change the client secret").click()
    look(page, axe, "sign-on-secret")


def test_a_key_is_made_shown_once_and_revoked(sign_in: SignIn, axe: Axe) -> None:
    name = f"Records {secrets.token_hex(3)}"
    page = sign_in("administrator")
    start(page)
    menu(page, "Keys")
    look(page, axe, "keys-empty")
    page.get_by_role("link", name="Make a key").or_(page.get_by_role("button", name="Make a key")).first.click()
    look(page, axe, "key-form")
    page.get_by_label("Which system holds it?").fill(name)
    page.get_by_label("As whom does it act?").select_option(index=1)
    page.get_by_role("button", name="Make the key").click()
    key = page.locator("code").inner_text()
    assert key.startswith("leeward_")
    look(page, axe, "key-made")
    page.get_by_role("link", name="I have kept it").click()
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("Works")
    assert key not in page.content()
    look(page, axe, "keys")
    row.get_by_role("link", name="Revoke").click()
    look(page, axe, "key-revoke")
    page.get_by_role("button", name="Revoke the key").click()
    expect(row).to_contain_text("Revoked")


def test_emergency_sight_is_reviewed_and_index_checks_are_looked_at(sign_in: SignIn, axe: Axe) -> None:
    """Somebody opens a case in an emergency and asks the index; the data protection lead finds both at once."""
    adviser, worker = sign_in("adviser"), sign_in("refuge")
    adviser.goto("/cases?whose=organisation")
    links = adviser.locator("main table tbody tr a").evaluate_all("all => all.map(one => one.href)")
    for link in links:  # the first that nobody has shared with the refuge
        adviser.goto(link)
        found = re.search(r"\b[A-Z]{3,}-\d{2,}\b", adviser.locator("main").inner_text() + adviser.content())
        assert found, "a reference on the page of a case"
        worker.goto("/emergency")
        worker.get_by_label("Reference").fill(found[0])
        worker.locator("textarea").fill("Her brother stands outside the house and she does not answer.")
        worker.get_by_role("button", name="Open it for a day").click()
        if not worker.get_by_text("You see this case already").count():
            break
    worker.wait_for_url("**/cases/*")
    worker.goto("/index-check")
    worker.get_by_label("First name").fill("Maya")
    worker.get_by_label("Last name").fill("Lindqvist")
    worker.locator("[name=reason]").last.fill("She rang from a neighbour’s house.")
    worker.locator("main form button").last.click()
    expect(worker.locator("main")).not_to_contain_text("Enter a reason")

    page = sign_in("data-protection")
    expect(page.get_by_role("heading", name="Emergency sight to review")).to_be_visible()
    start(page)
    look(page, axe, "start-lead")
    menu(page, "Emergency sight")
    look(page, axe, "reviews")
    row = page.get_by_role("row").filter(has_text=found[0]).first
    row.get_by_role("link", name="Ines Duarte").click()
    expect(page.locator("main")).to_contain_text("Her brother stands outside")
    expect(page.get_by_role("table", name="About this case")).to_contain_text("Read the case")
    look(page, axe, "review")
    page.get_by_role("button", name="Keep the review").click()
    expect(page).to_have_title(re.compile("^Error: "))
    look(page, axe, "review-error")
    page.get_by_label("Yes, it was justified").check()
    page.get_by_label("What did you look at, and what follows?").fill("Rang her worker. Nothing follows.")
    page.get_by_label("End the emergency sight now").check()
    page.get_by_role("button", name="Keep the review").click()
    expect(page.get_by_role("status")).to_contain_text("Your review is kept.")
    assert worker.reload() is not None
    page.get_by_role("link", name="Reviewed", exact=True).click()
    expect(page.get_by_role("row").filter(has_text=found[0]).first).to_contain_text("Justified")
    look(page, axe, "reviews-done")

    menu(page, "Index checks")
    expect(page.get_by_role("row").filter(has_text="Ines Duarte")).to_be_visible()
    assert "Lindqvist" not in page.content()
    look(page, axe, "checks")
    page.get_by_role("link", name="Ines Duarte", exact=True).click()
    expect(page.locator("main")).to_contain_text("She rang from a neighbour’s house.")
    look(page, axe, "checks-of")
    page.get_by_role("link", name="These checks in the log").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who looked at what")
    look(page, axe, "log")


def test_she_asks_who_has_looked_and_gets_an_answer_on_paper(sign_in: SignIn, axe: Axe) -> None:
    """A case's reference finds everything about its person; the answer says roles, and names only where ticked."""
    adviser = sign_in("adviser")
    adviser.goto("/cases?whose=organisation")
    adviser.goto(adviser.locator("main table tbody tr a").first.evaluate("one => one.href"))
    found = re.search(r"\b[A-Z]{3,}-\d{2,}\b", adviser.locator("main").inner_text() + adviser.content())
    assert found, "a reference on the page of a case"
    page = sign_in("data-protection", 320)
    page.goto("/log")
    page.get_by_label("Reference or record number").fill("NOSUCH-9999")
    page.get_by_label("Colleague").fill("Nobody Known")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_label("Reference or record number")).to_have_value("NOSUCH-9999")
    look(page, axe, "log-error")
    page.get_by_label("Reference or record number").fill(found[0])
    page.get_by_label("Colleague").fill("")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("main")).to_contain_text("About one person only")
    expect(page.locator("main")).to_contain_text("Read the case")
    assert found[0] not in page.url
    look(page, axe, "log-person")
    page.get_by_role("button", name="Make the answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who has looked at your record")
    table = page.get_by_role("table", name="Who has looked")
    expect(table).to_contain_text("Practitioner, ")
    expect(table).to_contain_text("Read the case")
    look(page, axe, "log-answer")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Back to the log")).to_be_hidden()
    page.emulate_media(media="screen")
    page.go_back()
    page.get_by_label("With colleagues’ names").check()
    page.get_by_role("button", name="Make the answer").click()
    assert "names=on" in page.url


def test_every_page_fits_a_small_phone_without_scripts_too(sign_in: SignIn, axe: Axe) -> None:
    pages = {
        "partnership": ("/administration", "/targets", "/targets/high", "/services", "/services/add", "/routing-rules",
                        "/routing-rules/add", "/routing-rules/try?side=harmed&risk=high&at=now", "/identity-providers",
                        "/api-keys", "/organisations"),
        "data-protection": ("/administration", "/emergency/reviews", "/emergency/reviews?show=done", "/index-checks",
                            "/log", "/walls"),
    }  # fmt: skip
    for persona, paths in pages.items():
        page = sign_in(persona, 320)
        for path in paths:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            look(page, axe, f"phone{path.partition('?')[0].replace('/', '-')}")
    # The markup is the same without scripts; what could be lost is what a script opens.
    page = sign_in("partnership", 320, javascript=False)
    for path in ("/administration", "/services/add", "/routing-rules/add"):
        page.goto(path)
        look(page, axe, f"phone{path.replace('/', '-')}-plain")
