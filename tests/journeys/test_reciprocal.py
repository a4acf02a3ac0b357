"""Secure homes that move, as people do it: two landlords pledge and register, a run, both agree, she moves, the ledger."""

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

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


def work_off() -> None:
    """What the worker of an installation does: the jobs that wait."""
    name = f"leeward_journeys_{plugin.WORKER}"
    done = subprocess.run(
        [sys.executable, "manage.py", "procrastinate", "worker", "--one-shot"],
        cwd=plugin.ROOT, env={**os.environ, "LEEWARD_DEMO": "1", "LEEWARD_WEB_DATABASE_URL": plugin.web_url(name)},
        capture_output=True, text=True, check=False, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def fits(page: Page) -> None:
    """Nothing needs scrolling sideways on a phone."""
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), page.url
    page.set_viewport_size({"width": 1280, "height": 900})


def pledge(page: Page, label: str, area: str, axe: Axe) -> None:
    """A manager pledges an empty home."""
    page.goto("/places")
    page.get_by_role("link", name="Secure homes that move").click()
    axe(page)
    page.get_by_role("link", name="Pledge a home", exact=True).first.click()
    page.get_by_label("What is it called with you?").fill("14 Linden Crescent")
    page.get_by_label("In which area?").select_option(label=area)
    page.get_by_label("How many bedrooms?").fill("2")
    page.get_by_role("button", name="Pledge it").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    page.get_by_label("What is it called with you?").fill(label)
    page.get_by_role("button", name="Pledge it").click()
    expect(page.get_by_text("The home is pledged")).to_be_visible()


def unregistered(page: Page) -> str:
    """A case that was shared with the landlord, whose household is not registered: its page of the scheme."""
    page.goto("/cases?whose=organisation")
    cases = [
        str(href) for href in page.locator("main table tbody th a").evaluate_all("all => all.map(one => one.href)")
    ]
    for case in cases:
        page.goto(f"{case}/reciprocal")
        if page.get_by_role("link", name="Register them").count():
            return page.url
    raise AssertionError("every household is registered")


def register(page: Page, leaves: str, axe: Axe) -> tuple[str, str]:
    """A manager registers a household that would live in every other area. Its page, and its name."""
    address = unregistered(page)
    name = page.locator(".lw-identity__name").inner_text()
    axe(page)
    page.get_by_role("link", name="Register them").click()
    page.get_by_label("Which area do they leave?").select_option(label=leaves)
    page.get_by_label("How many bedrooms has the home that they leave?").fill("2")
    page.get_by_label("How many bedrooms do they need?").fill("2")
    wanted = page.get_by_role("group", name=re.compile("In which areas would they live"))
    boxes = wanted.get_by_role("checkbox").all()
    away = page.get_by_role("group", name=re.compile("Which areas must they keep away from"))
    danger = {box.get_attribute("value") for box in away.get_by_role("checkbox", checked=True).all()}
    others = [
        box for box in boxes
        if leaves not in box.locator("xpath=..").inner_text() and box.get_attribute("value") not in danger
    ]  # fmt: skip
    for box in others[:4]:
        box.check()
    page.get_by_role("group", name=re.compile("Do they agree")).get_by_label("Yes", exact=True).check()
    page.get_by_role("button", name="Register them").click()
    expect(page.get_by_text("at least 5 areas").first).to_be_visible()
    axe(page)
    for box in others:
        box.check()
    page.get_by_role("button", name="Register them").click()
    expect(page.get_by_text("They are in the next run.")).to_be_visible()
    axe(page)
    look(page, "reciprocal-case")
    return address, name


def agree_to_all(page: Page, secrets: set[str], axe: Axe) -> int:
    """A manager reads each part that waits, and agrees. How many there were."""
    agreed = 0
    while True:
        page.goto("/places/reciprocal")
        waiting = page.get_by_role("row").filter(has_text="Waits for you")
        if not waiting.count():
            return agreed
        waiting.first.get_by_role("link").click()
        if not agreed:
            axe(page)
            fits(page)
            look(page, "reciprocal-part")
        for secret in secrets:
            assert secret not in page.content()
        page.get_by_role("button", name="Agree").click()
        expect(page.get_by_text("Agreed.").first).to_be_visible()
        agreed += 1


def test_two_landlords_a_run_and_a_secure_home(sign_in: SignIn, axe: Axe) -> None:
    council, homes = sign_in("council-homes"), sign_in("homes-manager")
    pledge(council, "Home 501", "Kingsferry", axe)
    pledge(homes, "Home 502", "Fenstow", axe)
    first, her_name = register(council, "Fenstow", axe)
    second, other_name = register(homes, "Kingsferry", axe)
    coordinator = sign_in("placement-coordinator")
    coordinator.get_by_role("link", name="Secure homes", exact=True).click()
    axe(coordinator)
    fits(coordinator)
    look(coordinator, "reciprocal-scheme")
    for name in (her_name, other_name):
        assert not names(coordinator.content(), name)
    coordinator.get_by_role("link", name="The numbers of the scheme").click()
    axe(coordinator)
    coordinator.go_back()
    coordinator.get_by_role("link", name="Begin a run").first.click()
    axe(coordinator)
    coordinator.get_by_role("button", name="Begin it").click()
    expect(coordinator.get_by_text("It waits for its turn.")).to_be_visible()
    axe(coordinator)
    run = coordinator.url
    coordinator.goto("/places/reciprocal/runs/new")
    coordinator.get_by_role("button", name="Begin it").click()
    expect(coordinator.get_by_text("A run is under way").first).to_be_visible()
    work_off()
    coordinator.goto(run)
    expect(coordinator.get_by_text("No set of moves houses more people.")).to_be_visible()
    axe(coordinator)
    fits(coordinator)
    look(coordinator, "reciprocal-run")
    for name in (her_name, other_name):
        assert not names(coordinator.content(), name)
    # Each landlord reads its own part, and agrees to it.
    agreed = agree_to_all(council, {other_name}, axe) + agree_to_all(homes, {her_name}, axe)
    assert agreed >= 4
    coordinator.reload()
    expect(coordinator.get_by_text("Bound").first).to_be_visible()
    # The households are asked; whoever has a home to go to moves there, in the order of their chain.
    moved = 0
    for _ in range(8):
        for page in (council, homes):
            page.goto("/today")
            expect(page.get_by_role("heading", name="Secure homes that wait for an answer")).to_be_visible()
            waiting = page.locator("main a[href^='/cases/'][href$='/reciprocal']")
            for address in waiting.evaluate_all("all => all.map(one => one.href)"):
                moved += go_there(page, str(address), axe)
        if moved >= 2:
            break
    assert moved >= 2
    council.goto("/places/reciprocal/ledger")
    axe(council)
    fits(council)
    look(council, "reciprocal-ledger")
    coordinator.goto("/places/reciprocal/ledger")
    axe(coordinator)
    expect(coordinator.get_by_text("Gave a home").first).to_be_visible()
    expect(coordinator.get_by_text("A household of theirs was housed").first).to_be_visible()
    coordinator.goto(run)
    expect(coordinator.get_by_text("Moved").first).to_be_visible()
    for page, address in ((council, first), (homes, second)):
        page.goto(address)
        axe(page)


def go_there(page: Page, address: str, axe: Axe) -> int:
    """A household takes its offer, or has moved where the home is empty. 1 where they moved."""
    page.goto(address)
    if page.get_by_role("link", name="They have moved").count():
        page.get_by_role("link", name="They have moved").click()
        page.get_by_role("button", name="Write it down").click()
        if page.get_by_text("not empty yet").count() or page.get_by_text("every household of the cycle").count():
            return 0
        expect(page.get_by_text("The ledger has it")).to_be_visible()
        axe(page)
        return 1
    page.get_by_role("link", name="What they say").click()
    axe(page)
    page.get_by_label("They take it").check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("They take it. Share the case")).to_be_visible()
    axe(page)
    look(page, "reciprocal-offer")
    return 0
