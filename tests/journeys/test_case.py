"""An adviser's way through a case in a real browser: the story, a note that survives, a task, a share, two editors."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

SignIn = Callable[..., Page]
Axe = Callable[[Page], None]


def first_case(page: Page) -> str:
    page.goto("/cases")
    page.locator("tbody th a").first.click()
    return page.url


def no_overflow(page: Page) -> None:
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px wider than its window"


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_a_case_is_accessible(sign_in: SignIn, axe: Axe, width: int) -> None:
    page = sign_in("adviser", width)
    case = first_case(page)
    parts = ["", "/notes/new", "/tasks", "/tasks/new", "/documents", "/documents/new", "/people", "/sharing",
             "/sharing/new", "/details", "/details/change", "/allocate", "/transfer", "/close", "/print"]  # fmt: skip
    for address in ["/today", "/cases", "/tasks", "/shared", "/emergency", *(case + part for part in parts)]:
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        no_overflow(page)
        axe(page)


def test_a_note_survives_a_closed_page(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser")
    case = first_case(page)
    page.get_by_role("link", name="Record a contact").click()
    page.get_by_label("Spoke with the person").check()
    page.get_by_label("What happened").fill("She rang from the school. The lock was changed.")
    page.goto(case)  # away at once, without sending
    page.get_by_role("link", name="Record a contact").click()
    expect(page.get_by_text("Your draft is back")).to_be_visible()
    expect(page.get_by_label("What happened")).to_have_value("She rang from the school. The lock was changed.")
    axe(page)
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note was saved.")).to_be_visible()
    page.goto(case)
    expect(page.get_by_text("She rang from the school.").first).to_be_visible()


def test_a_task_is_done_and_taken_back_without_javascript(sign_in: SignIn) -> None:
    page = sign_in("adviser", javascript=False)
    case = first_case(page)
    page.goto(case + "/tasks/new")
    page.get_by_label("What is to be done?").fill("Ring the court about the order")
    page.get_by_role("button", name="Add the task").click()
    page.get_by_role("button", name=re.compile("Done.*Ring the court about the order")).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The task is open again.")).to_be_visible()


def test_sharing_shows_what_goes_to_whom(sign_in: SignIn, axe: Axe) -> None:
    page = sign_in("adviser", 320)
    page.goto(first_case(page) + "/sharing/new")
    page.get_by_label("Which organisation?").select_option(label="Estuary Police")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Continue").click()
    assert page.title().startswith("Error:")
    axe(page)
    page.get_by_label("Who there may see it?").select_option(index=1)
    for name in ("A summary", "When they accept it", "Consent", "Told and agreed"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check what goes to whom")).to_be_visible()
    expect(page.get_by_text("Estuary Police")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Share it").click()
    expect(page.get_by_text("Offered. They see it when they accept.")).to_be_visible()


def test_the_second_of_two_editors_sees_both(sign_in: SignIn, axe: Axe) -> None:
    one, two = sign_in("adviser"), sign_in("manager")
    case = first_case(one)
    for page, words in ((one, "I want to stay near the school."), (two, "I want to move away.")):
        page.goto(case + "/details/change")
        page.get_by_label("What they want, in their own words").fill(words)
    for page in (one, two):
        page.get_by_role("button", name="Save").click()
    expect(one.get_by_text("The case was changed.")).to_be_visible()
    expect(two.get_by_text("Somebody else changed this case while you were writing.")).to_be_visible()
    both = two.get_by_role("region", name="Both texts")
    expect(both.get_by_text("I want to stay near the school.")).to_be_visible()
    expect(both.get_by_text("I want to move away.")).to_be_visible()
    axe(two)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_manager_gives_several_cases_to_a_colleague(sign_in: SignIn, axe: Axe, width: int) -> None:
    page = sign_in("manager", width, javascript=width > 320)
    page.goto("/cases?whose=organisation&status=open")
    no_overflow(page)
    axe(page)
    page.get_by_role("button", name="Give them").click()
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator("main")).to_contain_text("Tick the cases that you give to somebody.")
    axe(page)
    ticks = page.locator("tbody input[type=checkbox]")
    names = [page.locator("tbody tr").nth(row).locator("th a").inner_text() for row in range(2)]
    for row in range(2):
        ticks.nth(row).check()
    page.get_by_label("Give the ticked cases to").select_option(label="Tom Bright")
    page.get_by_role("button", name="Give them").click()
    expect(page.get_by_text("2 cases were given to Tom Bright.")).to_be_visible()
    page.get_by_label("With").select_option(label="Tom Bright")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("h1")).to_contain_text("case")
    for name in names:
        expect(page.locator("tbody")).to_contain_text(name)
    no_overflow(page)
    axe(page)
