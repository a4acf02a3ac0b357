"""After the first night, as people do it: what is free said on a phone, a stay of 113 nights and the move from it, a woman
whom four refuse, a home that is made safe until its review after a year.

Days that must pass are set back in the database, as nobody can wait for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
from playwright.sync_api import Page, expect

from tests import plugin
from tests.journeys.test_risk import look

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


def set_back(statement: str, *values: object) -> None:
    """Let days pass in the journeys' own copy of the demonstration."""
    name = plugin.admin_url(f"leeward_journeys_{plugin.WORKER}")
    with psycopg.connect(name, autocommit=True) as connection:
        connection.execute(statement, values)


def open_case_without_search(page: Page, *, home: bool = False) -> str:
    """The safe place of a case for which nobody looks or ever did; answers its number. `home`: nor is it made safe."""
    for listed in ("/cases", "/cases?whose=team"):
        page.goto(listed)
        numbers = page.locator("main table tbody a[href^='/cases/']").evaluate_all(
            "links => links.map(one => one.getAttribute('href').split('/')[2])"
        )
        for number in dict.fromkeys(numbers):
            if home:
                page.goto(f"/cases/{number}/sanctuary")
                if not page.get_by_text("Nobody was asked to make their home safe.").count():
                    continue
            page.goto(f"/cases/{number}/place")
            if page.get_by_text("Nobody looks for a place for them.").count():
                return str(number)
    raise AssertionError("Each case that the adviser sees has a search already.")


def begin_search(page: Page) -> None:
    """A search for tonight, with an area that is dangerous."""
    page.get_by_role("link", name="Look for a safe place").click()
    page.get_by_label("Tonight").check()
    page.get_by_role("button", name="Go on").click()


def add_house(page: Page, name: str, rooms: int = 1) -> None:
    """The refuge's manager adds a house with rooms for many, and says that they are free."""
    page.goto("/places/sites/new")
    page.get_by_label("What is it called among workers?").fill(name)
    page.get_by_label("Refuge", exact=True).check()
    page.get_by_label("In which area?").select_option(label="Fenstow")
    page.get_by_role("group", name="Do you take people from your own area?").get_by_label("Yes").check()
    page.get_by_label("Staff day and night").check()
    page.get_by_role("button", name="Add it").click()
    for room in range(rooms):
        page.get_by_role("link", name="Add a space").first.click()
        page.get_by_label("What is it called?").fill(f"{name} {room + 1}")
        page.get_by_label("How many can sleep in a bed?").fill("9")
        page.get_by_label("Pets, dogs too").check()
        page.get_by_label("Anybody", exact=True).check()
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_text("The space was added")).to_be_visible()


def test_what_is_free_is_said_on_a_phone_in_two_presses_and_taken_back_in_one(sign_in: SignIn, axe: Axe) -> None:
    manager = sign_in("refuge-manager")
    add_house(manager, "Bluebell", 3)
    set_back("UPDATE accommodation_site SET said_at = now() - interval '2 days' WHERE name = 'Bluebell'")
    phone = sign_in("refuge", 320)
    expect(phone.get_by_role("heading", name=re.compile("Say what is free"))).to_be_visible()
    look(phone, "place-today")
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.get_by_role("link", name="Bluebell").click()
    axe(phone)
    # What is ticked is seen to be: the mark is drawn on the label that follows its box.
    box = phone.get_by_role("checkbox", name="Bluebell 1")
    expect(box).to_be_checked()
    assert box.evaluate("one => getComputedStyle(one.nextElementSibling, '::after').opacity") == "1"
    look(phone, "place-say")
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.get_by_role("button", name="As before: 3 free").click()
    expect(phone.get_by_text("Bluebell: 3 of 3 free. Said.")).to_be_visible()
    axe(phone)
    # Full was a mistake: it is taken back at once.
    phone.get_by_role("button", name="Full Bluebell").click()
    expect(phone.get_by_text("Bluebell: full.")).to_be_visible()
    phone.get_by_role("button", name="Undo").click()
    expect(phone.get_by_text("Taken back. Bluebell: 3 of 3 free.")).to_be_visible()
    look(phone, "places")


def test_a_stay_of_113_nights_and_the_move_from_it(sign_in: SignIn, axe: Axe) -> None:
    manager = sign_in("refuge-manager")
    add_house(manager, "Campion", 2)
    page = sign_in("adviser")
    open_case_without_search(page)
    begin_search(page)
    name = page.locator(".lw-identity__name").inner_text()
    page.get_by_role("link", name="Look for what fits").click()
    page.get_by_role("row", name=re.compile("Campion 1")).get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="Ask for those that are ticked").click()
    worker = sign_in("refuge")
    hold(page, worker, "Campion 1")
    page.get_by_role("button", name="They take it").click()
    expect(page.get_by_text("The place is theirs")).to_be_visible()
    worker.goto("/places/stays")
    worker.get_by_role("row", name=re.compile("Campion 1")).get_by_role("link", name=name).click()
    stay = worker.url.rsplit("/", 1)[1]
    worker.get_by_role("link", name="They have arrived").click()
    worker.get_by_role("button", name="Write it down").click()
    set_back(
        "UPDATE accommodation_occupancy SET during = tstzrange(lower(during) - interval '113 days', NULL, '[)')"
        " WHERE stay_id = %s", stay,
    )  # fmt: skip
    set_back("UPDATE accommodation_stay SET arrived_at = arrived_at - interval '113 days' WHERE id = %s", stay)
    worker.reload()
    expect(worker.get_by_text("113 nights")).to_be_visible()
    axe(worker)
    # She waits for a home, and the list says so.
    worker.get_by_role("link", name=re.compile("^Plan it")).click()
    worker.get_by_label("Where do they want to go?").select_option(label="Second stage accommodation")
    worker.get_by_label("How many bedrooms?").fill("2")
    worker.get_by_label("No social home to be had").check()
    group = worker.get_by_role("group", name="On the waiting list since")
    for part, typed in (("Day", "3"), ("Month", "8"), ("Year", "2026")):
        group.get_by_label(part, exact=True).fill(typed)
    axe(worker)
    worker.get_by_role("button", name="Write it down").click()
    worker.goto("/places/move-on")
    row = worker.get_by_role("row", name=re.compile(f"{name}.*Campion"))
    expect(row).to_contain_text("No social home to be had")
    axe(worker)
    look(worker, "place-move-on")
    placer = sign_in("placement-coordinator")
    placer.goto("/places/move-on/everywhere")
    expect(placer.get_by_role("row", name=re.compile("Haven Housing Support")).first).to_be_visible()
    axe(placer)
    look(placer, "place-move-on-anywhere")
    # From the stay to the next place, of the same provider; the old stay ends when she arrives.
    worker.goto(f"/places/stays/{stay}")
    look(worker, "place-stay-long")
    worker.get_by_role("link", name="Look for their next place").click()
    axe(worker)
    worker.get_by_role("button", name="Go on").click()
    expect(worker.get_by_text("They stay where they are until they arrive").first).to_be_visible()
    axe(worker)
    look(worker, "place-next")
    worker.get_by_role("link", name="Look for what fits").click()
    worker.get_by_role("row", name=re.compile("Campion 2")).get_by_role("checkbox").check(force=True)
    worker.get_by_role("button", name="Ask for those that are ticked").click()
    hold(worker, worker, "Campion 2")
    worker.get_by_role("button", name="They take it").click()
    worker.get_by_role("link", name="They have arrived").click()
    worker.get_by_role("button", name="Write it down").click()
    expect(worker.get_by_text("Stays here")).to_be_visible()
    worker.goto(f"/places/stays/{stay}")
    expect(worker.get_by_text("Moved on as planned")).to_be_visible()
    expect(worker.get_by_text("113 nights")).to_be_visible()
    axe(worker)
    for press in ("Support after they left", "Letter that confirms the stay"):
        worker.get_by_role("link", name=press).click()
        axe(worker)
        look(worker, f"place-{press[:6].lower()}")
        worker.get_by_role("link", name="Cancel").click()
    # The house cannot be closed under her without a word: each who lives there stands on the page.
    manager.goto("/places")
    manager.locator(".lw-card", has_text="Campion").get_by_role("link", name="Open").click()
    manager.get_by_role("link", name="Incidents in the house").click()
    axe(manager)
    look(manager, "place-incidents")
    manager.go_back()
    manager.get_by_role("link", name="Close this site").click()
    expect(manager.get_by_role("link", name=re.compile("Look for their next place"))).to_be_visible()
    axe(manager)
    look(manager, "place-closing")


def hold(seeker: Page, provider: Page, space: str) -> None:
    """From the ask to the hold; both pages on the ask afterwards."""
    seeker.get_by_role("link", name=re.compile(space)).click()
    asked = seeker.url
    provider.goto(asked)
    provider.get_by_role("link", name="We can talk").click()
    provider.get_by_role("button", name="Say so").click()
    seeker.goto(asked)
    seeker.get_by_role("link", name="Say who it is").click()
    seeker.get_by_role("group", name="On which lawful basis?").get_by_role("radio").first.check()
    seeker.get_by_role("group", name=re.compile("Does the person know")).get_by_role("radio").first.check()
    seeker.get_by_role("button", name="Share the case").click()
    provider.goto(asked)
    provider.get_by_role("link", name="Offer and hold it").click()
    provider.get_by_label("12 hours").check()
    provider.get_by_role("button", name="Offer and hold it").click()
    expect(provider.get_by_text("Held until")).to_be_visible()
    seeker.goto(asked)


def test_four_refuse_and_she_is_not_forgotten(sign_in: SignIn, axe: Axe) -> None:
    manager = sign_in("refuge-manager")
    add_house(manager, "Teasel", 4)
    page = sign_in("adviser")
    case = open_case_without_search(page)
    begin_search(page)
    page.get_by_role("link", name="Look for what fits").click()
    for room in range(4):
        page.get_by_role("row", name=re.compile(f"Teasel {room + 1}")).get_by_role("checkbox").check(force=True)
    page.get_by_role("button", name="Ask for those that are ticked").click()
    expect(page.get_by_text("Asked for 4 spaces")).to_be_visible()
    worker = sign_in("refuge")
    for address in page.locator("main a[href^='/places/asks/']").evaluate_all("all => all.map(one => one.href)"):
        worker.goto(address)
        worker.get_by_role("link", name="We cannot take them").click()
        worker.get_by_label("Why not?").select_option(label="Household too large for the space")
        worker.get_by_role("button", name="Say so").click()
    page.reload()
    expect(page.get_by_text("Refused by the provider")).to_have_count(4)
    # Today says that nothing is under way, and the next step is offered in its order.
    page.goto("/today")
    expect(page.get_by_role("heading", name=re.compile("nothing is under way"))).to_be_visible()
    page.goto(f"/cases/{case}/place")
    page.get_by_role("link", name="No room: what then").click()
    axe(page)
    look(page, "place-no-room")
    page.get_by_label("Wait with a safety plan").check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why this is not possible first")
    axe(page)
    page.get_by_label("If it is not the first that was not tried: why not the ones before?").fill(
        "She stays near her mother"
    )
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Today asks again tomorrow")).to_be_visible()
    axe(page)
    look(page, "place-waits")


def test_a_home_is_made_safe_and_asked_after_for_a_year(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser")
    case = open_case_without_search(page, home=True)
    page.get_by_role("link", name="Staying at home, made safe").click()
    page.get_by_role("link", name="Make their home safe").click()
    axe(page)
    page.get_by_label("Council tenant").check()
    page.get_by_role("group", name="The landlord’s consent").get_by_label("Asked").check()
    page.get_by_label(re.compile("What makes the home unsafe")).fill("He has a key")
    page.get_by_role("button", name="Refer it").click()
    page.get_by_role("link", name="Write down what was found").click()
    page.get_by_label("What was found?").fill("A weak front door")
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("link", name="The landlord’s answer").click()
    page.get_by_label("Given").check()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("link", name="Order work").click()
    page.get_by_label("What is to be done?").select_option(label="Locks")
    page.get_by_role("button", name="Order it").click()
    expect(page.get_by_text("Ordered.")).to_be_visible()
    axe(page)
    page.get_by_role("link", name="It was done").click()
    page.get_by_role("button", name="Write it down").click()
    page.get_by_role("link", name="Tested with them, and works").click()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Made safe", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="as a PDF")).to_be_visible()
    for months in (3, 12):
        set_back("UPDATE accommodation_sanctuaryreview SET due_on = current_date - 1 WHERE case_id = %s AND months = %s",
                 case, months)  # fmt: skip
        page.goto("/today")
        expect(page.get_by_role("heading", name=re.compile("home is still safe"))).to_be_visible()
        page.goto(f"/cases/{case}/sanctuary")
        expect(page.get_by_text("Ask whether it is still safe")).to_be_visible()
        page.get_by_role("link", name="Write down the answer").first.click()
        page.get_by_label("Yes", exact=True).check()
        page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("Ask whether it is still safe")).to_have_count(0)
    axe(page)
    look(page, "place-made-safe")
