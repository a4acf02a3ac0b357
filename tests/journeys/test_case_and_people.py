"""A case and the people in it are one thing to an adviser: add a child by keyboard, meet a record that may be the same
child, open the child's own case, read in the story what was done, go to the person and come back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]
PICTURES = os.environ.get("LEEWARD_PICTURES", "")


def picture(page: Page, name: str) -> None:
    """A picture to look at, where somebody asks for them."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def looked_at(page: Page, axe: Axe, name: str) -> None:
    """Nothing to mend for axe, nothing that needs scrolling sideways, one heading."""
    axe(page)
    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.url
    picture(page, name)


def cases(page: Page) -> list[str]:
    """The addresses of the first cases of victim-survivors."""
    page.goto("/cases?side=harmed")
    return [str(href) for href in page.locator("tbody th a").evaluate_all("all => all.map(one => one.href)")]


def by_keyboard(page: Page, name: str) -> None:
    """Go to a link or button with the Tab key alone, and press Enter."""
    wanted = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first
    for _ in range(120):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{name} cannot be reached by keyboard")


def type_into(page: Page, label: str, words: str) -> None:
    """Type into a box that is reached with the Tab key."""
    box = page.get_by_label(re.compile(rf"^\s*{label}(\s+\(optional\))?\s*$")).first
    for _ in range(40):
        if box.evaluate("one => one === document.activeElement"):
            page.keyboard.type(words)
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{label} cannot be reached by keyboard")


def enter_child(page: Page, given: str, family: str) -> None:
    """Fill in the page of a new child without a mouse, and send it."""
    type_into(page, "First names", given)
    type_into(page, "Last name", family)
    type_into(page, "Day", "3")
    type_into(page, "Month", str(4 + len(family) % 3))
    type_into(page, "Year", "2017")
    type_into(page, r"Who told us\?", "her mother")
    page.keyboard.press("Enter")


def test_an_adviser_adds_a_child_and_meets_the_record_of_the_same_child(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser", 320)
    given, family = "Amaru", "Quispe"
    first, second = cases(page)[:2]

    page.goto(f"{first}/people")
    looked_at(page, axe, "case-people-before")
    by_keyboard(page, "Add a child")
    looked_at(page, axe, "case-child-add")
    by_keyboard(page, "Add to the case")
    expect(page).to_have_title(re.compile("^Error: "))
    looked_at(page, axe, "case-child-add-error")
    enter_child(page, given, family)
    expect(page.get_by_text("The child was added to the case.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(given))).to_be_visible()

    # The same child in another case: nobody is made twice by accident.
    page.goto(f"{second}/people")
    by_keyboard(page, "Add a child")
    enter_child(page, given, family)
    expect(page.get_by_role("heading", name="Is it somebody who is recorded already?")).to_be_visible()
    assert given not in page.title()
    assert given not in page.url
    looked_at(page, axe, "case-child-same")
    by_keyboard(page, "Continue")
    expect(page).to_have_title(re.compile("^Error: "))
    looked_at(page, axe, "case-child-same-error")
    page.get_by_role("group", name=re.compile(given)).get_by_label("The same person").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("The child was added to the case, and the two records are linked.")).to_be_visible()
    looked_at(page, axe, "case-people")

    # Once more in the same case: she is there, and is not added again.
    page.goto(f"{second}/people/new/child")
    enter_child(page, given, family)
    in_case = page.get_by_role("group", name=re.compile(f"{given}.*in this case already"))
    in_case.get_by_label("The same person").check()
    for group in page.get_by_role("group").filter(has_text="The same person").all():
        if group.get_by_role("radio", checked=True).count() == 0:
            group.get_by_label("Somebody else").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("They are in this case already. Nobody was added.")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile(given))).to_have_count(1)

    # A case of her own, from there.
    page.get_by_role("row", name=re.compile(given)).get_by_role("link", name="Open a case for this child").click()
    page.get_by_label("Recognised legitimate interest: safeguarding").check()
    page.get_by_label("Not told").check()
    page.get_by_label("Why is it shared?").fill("She saw it happen.")
    page.get_by_role("button", name="Open the case").click()
    expect(page.get_by_text("The child has a case of their own. It is linked with this one.")).to_be_visible()
    own_case = page.url
    looked_at(page, axe, "child-case")
    this_case = page.get_by_role("navigation", name="This case")
    this_case.get_by_role("link", name="Person").click()
    looked_at(page, axe, "child-person")
    expect(page.get_by_role("heading", name="Cases")).to_be_visible()
    page.get_by_role("link", name="Add a name").click()
    page.get_by_label("First names").fill("Ylvie")
    page.get_by_label("Also known as").check()
    page.get_by_label("Who told us?").fill("herself")
    page.get_by_role("button", name="Add the name").click()
    expect(page.get_by_text("The name is added.")).to_be_visible()
    page.get_by_role("navigation", name="This person").get_by_role("link", name="Family").click()
    looked_at(page, axe, "child-family")
    page.get_by_role("navigation", name="This person").get_by_role("link", name="Case").click()
    assert page.url.split("?")[0] == own_case
    expect(page.get_by_role("heading", name="A name was added").first).to_be_visible()
    page.goto(second)
    expect(page.get_by_role("heading", name="A child got a case of their own").first).to_be_visible()
    expect(page.get_by_role("heading", name="A child was added to the case").first).to_be_visible()
    looked_at(page, axe, "case")


def test_who_is_said_to_cause_harm_is_added_with_what_was_said_and_no_label(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser", 320, javascript=False)
    case = cases(page)[2]
    page.goto(f"{case}/people/new/harm")
    page.get_by_role("button", name="Add to the case").click()
    expect(page).to_have_title(re.compile("^Error: "))
    looked_at(page, axe, "case-harm-error-320")
    page.get_by_label("First names").fill("Torvald")
    page.get_by_label("Last name").fill("Quisling-Moor")
    page.get_by_label("Who are they to").select_option(label="Former partner")
    page.get_by_label("Who says so?").fill("herself")
    page.get_by_label("What kind of harm?").select_option(label="Stalking or harassment")
    page.get_by_role("button", name="Add to the case").click()
    expect(page.get_by_text("They were added to the case, with what was said.")).to_be_visible()
    looked_at(page, axe, "case-people-harm-320")
    page.get_by_role("navigation", name="This case").get_by_role("link", name="Family").click()
    expect(page.get_by_role("link", name=re.compile("Torvald is said to harm"))).to_be_visible()
    page.goto(f"{case}/people")
    page.get_by_role("link", name=re.compile("Help to change for this person.*Torvald")).click()
    expect(page.get_by_text("Your organisation does not work with people who cause harm.")).to_be_visible()
    looked_at(page, axe, "case-apart-320")


def test_a_declaration_is_asked_back_and_answered(sign_in: SignIn, axe: Axe) -> None:
    worker, lead = sign_in("children", 320), sign_in("data-protection", 320, javascript=False)
    worker.goto("/my-walls")
    worker.get_by_label("Their first name").fill("Ingeborg")
    worker.get_by_label("Their last name").fill("Nobodyhere")
    worker.get_by_label("How do you know them?").fill("my old teacher")
    worker.get_by_role("button", name="I know this person").click()
    worker.get_by_role("link", name=re.compile("Ask for it to be taken back.*my old teacher")).click()
    looked_at(worker, axe, "declaration-ask-320")
    worker.get_by_role("button", name="Ask the data protection lead").click()
    expect(worker).to_have_title(re.compile("^Error: "))
    worker.get_by_label("Why should it be taken back?").fill("She has moved abroad.")
    worker.get_by_role("button", name="Ask the data protection lead").click()
    expect(worker.get_by_text("The data protection lead is asked.")).to_be_visible()
    looked_at(worker, axe, "my-walls-asked-320")
    lead.goto("/today")
    lead.get_by_role("link", name=re.compile("Tom Bright")).first.click()
    looked_at(lead, axe, "walls-asked-320")
    lead.get_by_role("button", name=re.compile("Take it back.*Tom Bright")).first.click()
    expect(lead.get_by_text("The declaration is taken back, and its walls are lifted.")).to_be_visible()
