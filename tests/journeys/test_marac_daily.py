"""The daily meeting of the demonstration, held: its list, who acts today, the next one begun."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.test_marac_meeting import accept, look

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


def test_the_morning_meeting_is_held_and_the_next_begins(sign_in: SignIn, axe: Axe) -> None:
    adviser, coordinator, desk = sign_in("adviser"), sign_in("marac-coordinator"), sign_in("access-point")
    desk.goto("/marac/daily")
    axe(desk)
    # A contact that is still in triage gets somebody who acts: it is on the list, by its reference.
    waiting = desk.get_by_role("table", name="Contacts at high risk").get_by_role("row").nth(1)
    reference = waiting.get_by_role("rowheader").inner_text().strip()
    waiting.get_by_role("combobox").select_option(index=1)
    waiting.get_by_role("button", name="Keep").click()
    expect(desk.get_by_role("listitem").filter(has_text=f"Contact {reference}")).to_contain_text("acts today")
    axe(desk)
    look(desk, "daily-desk")
    adviser.goto("/marac/daily")
    axe(adviser)
    look(adviser, "daily-adviser")
    put_on = adviser.get_by_role("button", name="Put them on the list")
    if put_on.count():
        put_on.click()
        expect(adviser.get_by_text("on the list.")).to_be_visible()

    # What the last one agreed stands there; this one is opened as it is, without anything sent out before.
    coordinator.goto("/marac")
    coordinator.get_by_role("link", name="What is new today").click()
    expect(coordinator.get_by_role("heading", name="Who acts today")).to_be_visible()
    expect(coordinator.get_by_text("Go past the home this evening and at ten")).to_be_visible()
    axe(coordinator)
    expect(coordinator.get_by_text(f"Contact {reference}").first).to_be_visible()
    look(coordinator, "daily-before")
    coordinator.get_by_role("link", name="The page of this meeting").click()
    axe(coordinator)
    coordinator.go_back()
    coordinator.get_by_role("button", name="Open the meeting").click()
    accept(coordinator)
    axe(coordinator)
    coordinator.get_by_label("Or in your own words").fill("Ring her before noon")
    coordinator.get_by_label("Which agency does it?").select_option(index=1)
    coordinator.get_by_label("For whom?").select_option("victim")
    coordinator.get_by_role("button", name="Add the action").click()
    expect(coordinator.locator("[data-part=minutes]")).to_contain_text("Ring her before noon", timeout=5000)
    look(coordinator, "daily-chair")
    for _ in range(12):
        coordinator.get_by_role("button", name="Heard", exact=True).click()
        expect(coordinator.get_by_role("button", name="Heard", exact=True)).to_have_count(0, timeout=5000)
        following = coordinator.get_by_role("button", name="Next item")
        if not following.count():
            break
        named = coordinator.locator("#now").inner_text()
        following.click()
        expect(coordinator.locator("#now")).not_to_have_text(named, timeout=5000)
    coordinator.get_by_role("button", name="End the meeting").click()
    axe(coordinator)
    coordinator.goto("/marac/daily")
    expect(coordinator.get_by_text("Ring her before noon")).to_be_visible()
    expect(coordinator.get_by_text(re.compile("The next meeting|Today’s meeting"))).to_be_visible()
    look(coordinator, "daily-after")
    coordinator.goto("/marac")
    coordinator.get_by_role("link", name="actions overdue").last.click()
    axe(coordinator)
    look(coordinator, "overdue")
    coordinator.goto("/marac/actions?which=all&agency=all")
    axe(coordinator)
    look(coordinator, "actions-all")
