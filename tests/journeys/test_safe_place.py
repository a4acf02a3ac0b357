"""A safe place tonight, as people do it: found and asked for at a desk, accepted on a phone, arrived, left."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.site import names
from tests.journeys.test_risk import look
from tests.journeys.test_stay_and_after import open_case_without_search

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


def test_a_place_is_found_held_on_a_phone_and_lived_in(sign_in: SignIn, axe: Axe) -> None:
    manager = sign_in("refuge-manager")
    _room_that_fits(manager)
    page = sign_in("adviser")
    open_case_without_search(page)
    tabs = page.get_by_role("navigation", name="This case")
    tabs.get_by_role("link", name="Safe place", exact=True).click()
    axe(page)
    page.get_by_role("link", name="Look for a safe place").click()
    page.get_by_label("Tonight").check()
    page.get_by_label("A dog, a cat or more").check()
    page.get_by_label("Which pets?").fill("A small dog")
    axe(page)
    look(page, "place-need")
    page.get_by_role("button", name="Go on").click()
    name = page.locator(".lw-identity__name").inner_text()
    expect(page.get_by_text("No danger area was said")).to_be_visible()
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_label("A child").check()
    page.get_by_label("Male", exact=True).check()
    page.get_by_label("Age in years").fill("15")
    page.get_by_role("button", name="Add them").click()
    page.get_by_role("link", name="Add an area").click()
    page.get_by_label("An area to keep away from").check()
    page.get_by_label("Which area?").select_option(label="Kingsferry")
    page.get_by_label("Within 5 miles").check()
    page.get_by_label("Lives there").check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Look for what fits").click()
    row = page.get_by_role("row", name=re.compile("Larkspur 1"))
    expect(row).to_contain_text("miles from the nearest danger area")
    axe(page)
    look(page, "place-search")
    row.get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="Ask for those that are ticked").click()
    expect(page.get_by_text("No name was given")).to_be_visible()
    # On a phone the refuge reads what is needed, and no name.
    phone = sign_in("refuge", 320)
    phone.goto("/places/asks")
    phone.get_by_role("link", name=re.compile("a son of 15")).click()
    asked = phone.url
    expect(phone.get_by_text("A small dog")).to_be_visible()
    assert not names(phone.content(), name)
    axe(phone)
    phone.get_by_role("link", name="We can talk").click()
    phone.get_by_role("button", name="Say so").click()
    page.get_by_role("link", name=re.compile("Larkspur 1")).click()
    page.get_by_role("link", name="Say who it is").click()
    page.get_by_role("group", name="On which lawful basis?").get_by_role("radio").first.check()
    page.get_by_role("group", name=re.compile("Does the person know")).get_by_role("radio").first.check()
    axe(page)
    page.get_by_role("button", name="Share the case").click()
    phone.goto(asked)
    phone.get_by_role("link", name="Offer and hold it").click()
    phone.get_by_label("12 hours").check()
    phone.get_by_role("button", name="Offer and hold it").click()
    expect(phone.get_by_text("Held until")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="They take it").click()
    expect(page.get_by_text("The place is theirs")).to_be_visible()
    axe(page)
    # They arrive, and leave.
    phone.goto("/places/stays")
    axe(phone)
    phone.get_by_role("row", name=re.compile("Larkspur 1")).get_by_role("link", name=name).click()
    phone.get_by_role("link", name="They have arrived").click()
    phone.get_by_role("button", name="Write it down").click()
    expect(phone.get_by_text("Stays here")).to_be_visible()
    axe(phone)
    look(phone, "place-stay")
    phone.get_by_role("link", name="They have left").click()
    phone.get_by_label("Yes").check()
    phone.get_by_label("How did it end?").select_option(label="Moved on as planned")
    phone.get_by_label("Where did they go?").select_option(label="Tenancy of a council or housing association")
    phone.get_by_role("button", name="End the stay").click()
    expect(phone.get_by_text("The space is made ready")).to_be_visible()
    page.goto("/cases")
    assert "Larkspur" not in page.content()


def _room_that_fits(page: Page) -> None:
    """The refuge's manager adds a house with a room for a son of fifteen and a dog, and says that it is free."""
    page.goto("/places/sites/new")
    page.get_by_label("What is it called among workers?").fill("Larkspur")
    page.get_by_label("Refuge", exact=True).check()
    page.get_by_label("In which area?").select_option(label="Fenstow")
    page.get_by_role("group", name="Do you take people from your own area?").get_by_label("No").check()
    page.get_by_label("Staff by day", exact=True).check()
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="Add a space").first.click()
    page.get_by_label("What is it called?").fill("Larkspur 1")
    page.get_by_label("How many can sleep in a bed?").fill("4")
    page.get_by_label("Pets, dogs too").check()
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("The space was added")).to_be_visible()
    page.goto("/places")
    page.get_by_role("button", name="Say what is ticked Larkspur").click()
    expect(page.get_by_text("Larkspur: 1 of 1 free.")).to_be_visible()
