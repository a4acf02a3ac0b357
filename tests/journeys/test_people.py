"""A person's record in a real browser: read, put right, family, walls, the index; axe on every page."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from leeward.demo.names import FAMILY_COMMON

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]
FIND = "Name, date of birth, NHS number or reference"
PICTURES = os.environ.get("LEEWARD_PICTURES", "")
TABS = ("", "/family", "/contact", "/places", "/equality", "/records")
FORMS = (
    "/change", "/names/new", "/numbers/new", "/contact/new", "/places/new", "/places/household", "/equality/change",
    "/family/relationships/new", "/family/knows/new", "/family/said/new", "/i-know-them", "/immigration",
    "/immigration/new", "/records/link", "/places/sealed", "/places/sealed/new",
)  # fmt: skip


def picture(page: Page, name: str) -> None:
    """A picture to look at, where somebody asks for them."""
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def fits(page: Page) -> None:
    """Nothing needs scrolling sideways, but what scrolls by itself."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.url


def find(page: Page, words: str) -> None:
    """Search for somebody, from an empty page."""
    page.goto("/search")
    page.get_by_label(FIND).fill(words)
    page.get_by_role("button", name="Find", exact=True).click()


def a_person(page: Page) -> str:
    """The address of somebody with a family, among those whom this user sees."""
    for name in FAMILY_COMMON:
        find(page, name)
        rows = page.locator("main table tbody tr").filter(has=page.get_by_role("link", name="Open"))
        for href in rows.locator("th a").evaluate_all("links => links.map(link => link.getAttribute('href'))"):
            page.goto(f"{href}/family")
            if page.locator("main table").first.locator("tbody tr").count() > 3:
                return str(href)
    raise AssertionError("Nobody with a family was found.")


def test_an_adviser_opens_a_person_corrects_a_telephone_and_sees_the_family(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser")
    where = a_person(page)
    picture(page, "family-1280")
    expect(page.locator("svg.lw-family__picture")).to_be_visible()
    page.get_by_role("navigation", name="This person").get_by_role("link", name="Contact").click()
    page.get_by_role("link", name="Add a way").first.click()
    page.get_by_label("Number, address or name").fill("07700 900123")
    page.get_by_role("group", name="Did they say that this is safe?").get_by_label("Yes").check()
    page.get_by_label("Code word").fill("heron")
    page.get_by_label("Who told us?").fill("herself")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Telephone: 07700 900123")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="Change 07700 900123").click()
    number = page.get_by_label("Number, address or name")
    number.fill("077")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(number).to_have_value("077")
    axe(page)
    picture(page, "contact-error-1280")
    page.get_by_label("Number, address or name").fill("07700 900124")
    page.get_by_label("Who told us?").fill("herself")
    page.get_by_role("button", name="Save").click()
    card = page.locator("section").filter(has=page.get_by_role("heading", name="Telephone: 07700 900124"))
    expect(card).to_contain_text("from herself")
    assert "heron" not in page.content()
    card.get_by_role("button", name="Show the code word").click()
    expect(page.get_by_role("status").filter(has_text="heron")).to_be_visible()
    picture(page, "contact-1280")
    page.goto(f"{where}/contact")
    assert "heron" not in page.content()
    page.goto(f"{where}/records")
    page.get_by_role("button", name="Put back what stood before").click()
    page.goto(f"{where}/contact")
    expect(page.get_by_role("heading", name="Telephone: 07700 900123")).to_be_visible()


def test_every_page_is_accessible_and_fits(sign_in: SignIn, axe: Axe) -> None:
    wide, narrow = sign_in("adviser"), sign_in("adviser", 320)
    where = a_person(wide)
    for path in (*TABS, *FORMS):
        for page, width in ((wide, 1280), (narrow, 320)) if path in TABS else ((narrow, 320),):
            answer = page.goto(where + path)
            assert answer is not None
            assert answer.status == 200, path
            axe(page)
            fits(page)
            picture(page, f"person{path.replace('/', '-')}-{width}")


def test_forms_with_mistakes_say_so(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser", 320)
    where = a_person(page)
    for path, button in (
        ("/names/new", "Add the name"), ("/numbers/new", "Add it"), ("/contact/new", "Add it"),
        ("/places/new", "Add the address"), ("/family/relationships/new", "Add it"),
        ("/family/said/new", "Write it down"),
        ("/i-know-them", "Close the record to me"), ("/immigration/new", "Keep it"),
    ):  # fmt: skip
        page.goto(where + path)
        page.get_by_role("button", name=button).click()
        expect(page).to_have_title(re.compile("^Error: "))
        expect(page.locator(".govuk-error-summary")).to_be_focused()
        axe(page)
        fits(page)


def test_search_and_index_check(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser", 320)
    for words in ("", ".", "Qqqqqq Zzzzzzz", FAMILY_COMMON[0]):
        find(page, words)
        axe(page)
        fits(page)
        picture(page, f"search-{words}-320")
    page.keyboard.press("Tab")
    page.goto("/search")
    found = page.get_by_role("table", name="People found")
    for name in FAMILY_COMMON[:25]:  # one of the commonest names is among whom the adviser sees
        page.get_by_label(FIND).fill(name)
        page.keyboard.press("Enter")
        expect(page.get_by_label(FIND)).to_have_value(name)
        page.wait_for_load_state()
        assert name not in page.url
        if found.count():
            break
    expect(page.get_by_role("table", name="People found")).to_be_visible()
    page.goto("/index-check")
    page.get_by_role("button", name="Ask").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    page.get_by_label("First name").fill("Qqqqqq")
    page.get_by_label("Last name").fill("Zzzzzzz")
    page.get_by_label("Why do you ask?").fill("She rang and asked for her adviser")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("heading", name="Nobody like this is known")).to_be_visible()
    axe(page)
    fits(page)
    picture(page, "index-check-320")


def test_who_knows_somebody_sees_nothing_any_more(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser")
    where = a_person(page)
    beside = sign_in("adviser")  # the same worker's other window
    assert beside.goto(where) is not None
    page.goto(f"{where}/i-know-them")
    page.get_by_label("How do you know them?").fill("my cousin")
    page.get_by_role("button", name="Close the record to me").click()
    expect(page.get_by_role("heading", name="People whom I know")).to_be_visible()
    expect(page.get_by_text("my cousin", exact=True)).to_be_visible()
    axe(page)
    picture(page, "my-walls-1280")
    missing = beside.goto("/people/12345")
    assert missing is not None
    words = beside.content()
    for path in (*TABS, *FORMS):
        answer = beside.goto(where + path)
        assert answer is not None
        assert answer.status == 404, path
        assert beside.content() == words, path
    manager = sign_in("manager")
    manager.goto("/walls")
    expect(manager.get_by_text("Declared by themselves").first).to_be_visible()
    axe(manager)
    picture(manager, "walls-1280")
    lead = sign_in("data-protection", 320)
    lead.goto("/walls")
    axe(lead)
    fits(lead)
    lead.goto("/walls/new")
    axe(lead)
    manager.goto("/notices")
    axe(manager)
