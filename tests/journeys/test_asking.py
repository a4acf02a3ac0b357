"""Somebody asks for help in a real browser: on a small phone without scripts, and with them; and leaves."""

from __future__ import annotations

import re
import threading
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import MakeContext

WORDS = [
    "", "relationships", "someone", "young-people", "change", "options", "housing", "law", "children", "money", "visas",
    "browsing", "men", "lgbt", "older", "disabled", "communities", "what-happens", "your-information", "numbers",
    "quiet-call", "accessibility", "professionals",
]  # fmt: skip
Look = Callable[[Page], None]
Leaves = Callable[[Page, Callable[[], object]], None]


def fits(page: Page) -> None:
    """Nothing runs off the side of the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def go_on(page: Page, look: Look) -> None:
    look(page)
    fits(page)
    page.get_by_role("button", name="Continue").click()


def start(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Ask us for help", exact=True).click()
    page.get_by_role("link", name="Start").click()


def test_without_javascript_on_a_small_phone_from_start_to_end(plain_phone: Page, axe: Look, leaves: Leaves) -> None:
    page = plain_phone
    page.goto("/")
    axe(page)
    assert not page.context.cookies(), "a page of words sets no cookie"
    page.get_by_role("link", name="Ask us for help", exact=True).click()
    axe(page)
    expect(page.locator("h1")).to_have_text("Before you start")
    page.get_by_role("link", name="Start").click()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title(re.compile("^Error: Step 1"))
    axe(page)
    page.get_by_label("Me", exact=True).check()
    go_on(page, axe)
    page.get_by_label("Yes, an adult").check()
    go_on(page, axe)
    expect(page.locator("h1")).to_have_text("If you are in danger now, call 999")
    axe(page)
    page.get_by_role("link", name="Carry on").click()
    page.get_by_role("button", name="Skip this question").click()
    page.get_by_label("What is happening?").fill("He waits outside my work. I am tired.")
    go_on(page, axe)
    page.get_by_label("Yes, at certain times").check()
    go_on(page, axe)
    page.get_by_label("A phone call").check()
    go_on(page, axe)
    page.get_by_label("What is your phone number?").fill("ring me")
    page.get_by_role("button", name="Continue").click()
    axe(page)
    expect(page.get_by_label("What is your phone number?")).to_have_value("ring me")
    page.get_by_label("What is your phone number?").fill("07700 900123")
    go_on(page, axe)
    page.get_by_label("Tuesday").check()
    page.get_by_label("From").fill("10am")
    page.get_by_label("Until").fill("9am")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".govuk-error-message")).to_contain_text("later than the beginning")
    axe(page)
    page.get_by_label("Until").fill("14:00")
    page.get_by_label("No", exact=True).check()
    go_on(page, axe)
    page.get_by_role("button", name="Stop here").click()
    expect(page.locator("h1")).to_have_text("Check what you have told us")
    axe(page)
    fits(page)
    expect(page.locator("main")).to_contain_text("Tuesday")
    page.get_by_role("link", name="Change Phone number").click()
    page.get_by_label("What is your phone number?").fill("07700 900124")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("main")).to_contain_text("07700 900124")
    page.get_by_role("button", name="Send").click()
    expect(page).to_have_title("Sent")
    axe(page)
    fits(page)
    assert re.fullmatch(r"[A-Z]+-\d+", page.locator(".lw-reference").inner_text())
    page.get_by_role("link", name="Answer a few questions about you").click()
    page.get_by_label("Female").check()
    go_on(page, axe)
    page.get_by_role("button", name="Skip all of these questions").click()
    expect(page).to_have_title("Sent")
    leaves(page, lambda: page.get_by_role("link", name="Emergency: Exit this page").click())
    assert not page.context.cookies()
    page.goto("/ask/done")
    expect(page.locator("main")).to_contain_text("not here any more")


@pytest.mark.parametrize("slug", WORDS)
def test_pages_of_words(phone: Page, axe: Look, slug: str) -> None:
    for prefix in ("", "/pl"):
        phone.goto(f"{prefix}/pages/{slug}" if slug else f"{prefix}/")
        axe(phone)
        fits(phone)


@pytest.mark.parametrize("how", ["tap", "shift"])
def test_leaving_at_once_and_nothing_comes_back(phone: Page, leaves: Leaves, how: str) -> None:
    start(phone)
    phone.get_by_label("Me", exact=True).check()
    phone.get_by_role("button", name="Continue").click()
    phone.get_by_label("I am not sure").check()
    if how == "tap":
        leaves(phone, lambda: phone.get_by_role("link", name="Emergency: Exit this page").click())
    else:
        leaves(phone, lambda: [phone.keyboard.press("Shift") for _ in range(3)])
    assert not phone.context.cookies()
    phone.go_back()
    expect(phone.locator("main")).not_to_contain_text("in danger right now")
    for kept in ("localStorage", "sessionStorage"):
        assert phone.evaluate(f"{kept}.length") == 0


def test_the_exit_is_in_reach_and_never_over_the_focus(phone: Page) -> None:
    phone.goto("/pages/relationships")
    for _ in range(60):
        phone.keyboard.press("Tab")
        covered = phone.evaluate(
            """() => {
              const focus = document.activeElement, bar = document.querySelector(".lw-bar");
              if (!focus || focus === document.body || bar.contains(focus)) return false;
              const at = focus.getBoundingClientRect(), over = bar.getBoundingClientRect();
              return at.top < over.bottom && at.bottom > over.top && at.left < over.right && at.right > over.left;
            }"""
        )
        assert not covered, phone.evaluate("document.activeElement.outerHTML")
    button = phone.get_by_role("link", name="Emergency: Exit this page")
    phone.mouse.wheel(0, 4000)
    expect(button).to_be_in_viewport()


def test_asking_in_polish(plain_phone: Page, axe: Look) -> None:
    plain_phone.goto("/ask")
    plain_phone.get_by_role("link", name="Polski").click()
    expect(plain_phone).to_have_url(re.compile("/pl/ask$"))
    plain_phone.get_by_role("link", name="Zacznij").click()
    plain_phone.get_by_role("button", name="Dalej").click()
    axe(plain_phone)
    plain_phone.get_by_label("O mnie").check()
    plain_phone.get_by_role("button", name="Dalej").click()
    plain_phone.get_by_role("button", name="Zakończ tutaj").or_(
        plain_phone.get_by_role("button", name="Pomiń to pytanie")
    ).first.click()
    plain_phone.goto("/pl/ask/check")
    axe(plain_phone)
    plain_phone.get_by_role("button", name="Wyślij").click()
    expect(plain_phone).to_have_title("Wysłane")


def test_print_leaves_out_what_is_for_the_screen(page: Page) -> None:
    page.goto("/pages/options")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Emergency: Exit this page")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()


def test_a_professional_refers_and_sees_what_became_of_it(plain_phone: Page, axe: Look) -> None:
    page = plain_phone
    page.goto("/pages/professionals")
    page.get_by_role("link", name="Start a referral").click()
    page.get_by_label("No, not right now").check()
    go_on(page, axe)
    page.get_by_role("button", name="Continue").click()
    axe(page)
    page.get_by_label("GP or primary care").check()
    page.get_by_label("Name of your organisation").fill("Quay Surgery")
    page.get_by_label("Your name").fill("Nadia Shah")
    page.get_by_label("Your work phone number").fill("01632 960108")
    go_on(page, axe)
    page.get_by_label("First name").fill("Maya")
    go_on(page, axe)
    page.get_by_label("They are being hurt or controlled").check()
    go_on(page, axe)
    page.get_by_role("button", name="Skip this page").click()
    page.get_by_role("button", name="Skip this page").click()
    page.get_by_label("They have not been told").check()
    go_on(page, axe)
    page.get_by_label("Public task").check()
    page.get_by_label("Why it is necessary").fill("Risk of serious harm")
    go_on(page, axe)
    page.get_by_label("Why have they not been told?").fill("He was in the room")
    go_on(page, axe)
    page.get_by_role("button", name="Stop here").click()
    axe(page)
    fits(page)
    page.get_by_role("button", name="Send").click()
    axe(page)
    code = page.locator(".lw-reference").nth(1).inner_text()
    page.get_by_role("link", name="See what became of a referral").click()
    axe(page)
    page.get_by_label("The code on your receipt").fill(code)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("Received, not yet looked at")
    axe(page)


def test_a_worker_takes_a_call_by_keyboard_and_nothing_is_lost(sign_in: Callable[..., Page], axe: Look) -> None:
    page = sign_in("access-point")
    page.goto("/calls/new")
    axe(page)
    page.get_by_label("First name of the person to be helped").fill("Amara")
    page.get_by_role("radio", name="Me", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("What is happening?").fill("He took her phone.")
    expect(page.locator("[data-autosave-state]")).to_contain_text("Saved", timeout=15_000)
    expect(page.get_by_label("What is your phone number?")).to_be_hidden()
    page.get_by_label("Yes, at any time").check()
    with page.expect_response(lambda answer: "methods" in (answer.request.post_data or ""), timeout=15_000):
        page.get_by_label("A phone call").check()
    expect(page.get_by_label("What is your phone number?")).to_be_visible()
    page.close(run_before_unload=False)  # the connection is gone, the browser too
    again = sign_in("access-point")
    again.goto("/calls/new")
    expect(again.get_by_label("What is happening?")).to_have_value("He took her phone.")
    again.get_by_label("What is your phone number?").fill("07700 900125")
    again.get_by_role("button", name="Known before?").click()
    expect(again.get_by_role("heading", name="Known before?")).to_be_visible()
    axe(again)
    expect(again.get_by_label("What is happening?")).to_have_value("He took her phone.")
    again.locator("main").get_by_role("button", name="Save the call").last.click()
    expect(again).to_have_url(re.compile(r"/contacts/\d+$"))
    expect(again.locator("body")).to_contain_text("He took her phone.")


def test_a_call_saved_while_the_connection_is_gone_is_saved_when_it_is_back(sign_in: Callable[..., Page]) -> None:
    page = sign_in("access-point")
    page.goto("/calls/new")
    under_way: list[Route] = []
    page.route("**/calls/draft", lambda route: under_way.append(route) if not under_way else route.continue_())
    page.get_by_role("radio", name="Me", exact=True).check()
    page.wait_for_timeout(200)
    assert len(under_way) == 1
    page.get_by_label("What is happening?").fill("She whispers.")
    page.context.set_offline(True)
    page.locator("main").get_by_role("button", name="Save the call").last.click()
    # A save from before she whispered is answered at last: it holds less than what stands on the page.
    under_way[0].fulfill(json={"version": 1})
    expect(page.locator("[data-autosave-state]")).to_contain_text("the connection is gone", timeout=15_000)
    expect(page.get_by_label("What is happening?")).to_have_value("She whispers.")
    page.context.set_offline(False)
    expect(page).to_have_url(re.compile(r"/contacts/\d+$"), timeout=40_000)
    expect(page.locator("main")).to_contain_text("She whispers.")


def test_sent_by_four_clicks_at_the_same_moment_it_is_one(site: str, new_context: MakeContext) -> None:
    page = new_context(320, javascript=False).new_page()
    page.goto("/ask/1")
    page.get_by_label("Me", exact=True).check()
    page.get_by_role("button", name="Continue").click()
    page.goto("/ask/check")
    token = page.locator("form input[name=csrfmiddlewaretoken]").get_attribute("value")
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    shown: list[str] = []

    def send() -> None:
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        headers = {"Cookie": cookies, "Referer": f"{site}/ask/check"}
        request = urllib.request.Request(
            f"{site}/ask/check", data=f"csrfmiddlewaretoken={token}".encode(), headers=headers
        )
        with opener.open(request) as response:
            request = urllib.request.Request(response.url, headers=headers)
        with opener.open(request) as response:
            shown.append(re.search(r'lw-reference">([A-Z]+-\d+)<', response.read().decode())[1])  # type: ignore[index]

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(shown) == 4
    assert len(set(shown)) == 1, "one contact, one confirmation"
