"""The gallery and the layouts in a real browser: axe in every state, the way out, the session's end, autosave."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from pytest_django.fixtures import Settings

from leeward.platform.ui.gallery import EXAMPLES
from leeward.platform.ui.tests.site import serve
from tests.browser.axe import found_by_axe

pytestmark = pytest.mark.journey

REFERERS: list[str | None] = []


class Weather(BaseHTTPRequestHandler):
    """The dull place: another server, since a browser's redirects cannot be answered by a test."""

    def do_GET(self) -> None:
        if self.path == "/weather":
            REFERERS.append(self.headers.get("Referer"))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<title>Weather</title><link rel=icon href=data:,>Rain")

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def dull(settings: Settings) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Weather)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    REFERERS.clear()
    settings.EXIT_ADDRESS = f"http://127.0.0.1:{server.server_port}/weather"
    yield settings.EXIT_ADDRESS
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site(built: Path, dull: str) -> Iterator[str]:
    with serve() as address:
        yield address


@pytest.fixture
def context(browser: Browser, site: str, dull: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 320, "height": 640}, base_url=site)
    elsewhere: list[str] = []

    def hear(request: Request) -> None:
        if not request.url.startswith((site, dull)):
            elsewhere.append(request.url)

    context.on("request", hear)
    yield context
    context.close()
    assert not elsewhere, "nothing but our own server, and the dull page, is ever asked"


# Colours and widths do not depend on one another: each is looked at once.
@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (1280, "light")])
def test_axe_finds_nothing_and_nothing_runs_off_the_screen(
    browser: Browser, site: str, width: int, scheme: str
) -> None:
    found: list[str] = []
    with browser.new_context(
        viewport={"width": width, "height": 700},
        base_url=site,
        color_scheme="dark" if scheme == "dark" else "light",
        bypass_csp=True,  # only so that axe can be put into the page
        reduced_motion="reduce",
    ) as context:
        page = context.new_page()
        for address in ["/gallery", "/today", "/refuse?visitor", *(f"/gallery/{item.name}" for item in EXAMPLES)]:
            page.goto(address)
            found += [f"{address}: {one}" for one in found_by_axe(page)]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(f"{address}: wider than the screen")
    assert not found


def test_no_page_breaks_its_own_rules(browser: Browser, site: str) -> None:
    said: list[str] = []
    with browser.new_context(base_url=site) as context:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda problem: said.append(str(problem)))
        for item in EXAMPLES:
            page.goto(f"/gallery/{item.name}")
    assert not said, "no script fails, and the content security policy stops nothing of ours"


def test_the_exit_leaves_and_there_is_no_way_back(context: BrowserContext, dull: str) -> None:
    page = context.new_page()
    page.goto("/today?visitor")
    page.goto("/gallery/question")
    page.get_by_label("Yes, at any time").check()
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url(dull)
    assert not context.cookies()
    assert REFERERS == [None], "the dull place does not learn where she came from"
    page.go_back()
    assert "/gallery/question" not in page.url, "the page's place in the history was taken"


def test_shift_three_times_is_the_exit_but_capitals_are_not(context: BrowserContext, dull: str) -> None:
    page = context.new_page()
    page.goto("/gallery/question")
    for _ in range(4):
        page.keyboard.press("Shift+A")
    page.keyboard.press("Shift")
    expect(page.locator("[data-exit] [role=status]")).to_have_text("Shift pressed once. Press it 2 more times to exit.")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url(dull)


def test_slow_shifts_do_not_leave(context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto("/gallery/question")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.clock.run_for(5100)
    expect(page.locator("[data-exit] [role=status]")).to_have_text("Exit by Shift key timed out.")
    page.keyboard.press("Shift")
    page.wait_for_timeout(100)
    assert page.url.endswith("/gallery/question")


def test_the_page_is_covered_before_the_server_answers(context: BrowserContext, dull: str) -> None:
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/gallery/question")
    # Seen from inside: from outside a browser answers no question while it is on its way.
    page.evaluate(
        """new MutationObserver(() => {
          const cover = document.querySelector(".lw-cover"), box = cover.getBoundingClientRect();
          console.log([document.title, document.body.innerText, box.width >= innerWidth, box.height >= innerHeight]);
        }).observe(document.body, {childList: true})"""
    )
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url(dull)
    assert "[Leaving, Leaving, true, true]" in said


def test_without_scripts_the_exit_is_a_link(browser: Browser, site: str, dull: str) -> None:
    with browser.new_context(
        base_url=site, java_script_enabled=False, viewport={"width": 320, "height": 640}
    ) as context:
        page = context.new_page()
        page.goto("/gallery/question")
        page.get_by_role("link", name="Exit this page").click()
        page.wait_for_url(dull)


@pytest.mark.parametrize("size", [(320, 640), (320, 256), (1280, 800)])
def test_the_exit_is_in_reach_and_never_covers_the_focus(context: BrowserContext, size: tuple[int, int]) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    for address in ("/gallery/question", "/gallery/public"):
        page.goto(address)
        page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
        seen = 0
        for key in ["Tab"] * 14 + ["Shift+Tab"] * 14:
            page.keyboard.press(key)
            covered = page.evaluate(
                """() => {
                  const bar = document.querySelector(".lw-bar"), focus = document.activeElement;
                  if (!focus || focus === document.body || bar.contains(focus)) return null;
                  if (focus.classList.contains("govuk-skip-link")) return null;
                  const box = focus.getBoundingClientRect();
                  return box.top < bar.getBoundingClientRect().bottom - 1 && box.bottom > 0;
                }"""
            )
            seen += covered is not None
            assert not covered, f"{address}: the bar covers {page.evaluate('document.activeElement.outerHTML')}"
            top = page.locator(".lw-exit__button").bounding_box()
            assert top is not None
            assert 0 <= top["y"] < 64, "at the top of the screen, below an open skip link at most"
        assert seen > 4


def test_answers_open_what_belongs_to_them(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/gallery/form")
    times = page.get_by_label("Which times?")
    expect(times).to_be_hidden()
    page.get_by_label("Yes, at certain times").check()
    expect(times).to_be_visible()
    page.get_by_label("I am not sure").check()
    expect(times).to_be_hidden()
    page.get_by_label("Legal help").check()
    page.get_by_label("None of these").check()
    expect(page.get_by_label("Legal help")).not_to_be_checked()


def test_without_scripts_everything_is_open(browser: Browser, site: str) -> None:
    with browser.new_context(base_url=site, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/gallery/form")
        expect(page.get_by_label("Which times?")).to_be_visible()
        expect(page.locator("[data-timeout]")).to_be_hidden()
        expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Cases")).to_be_visible()


def test_mistakes_get_the_focus_and_lead_to_their_place(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/gallery/form-errors")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="The date has a day but no month: add the month, or take out the day").click()
    expect(page.locator("#id_began-month")).to_be_focused()
    page.get_by_role("link", name="Choose whether it is safe to call").click()
    expect(page.locator("#id_safe")).to_be_focused()


def test_characters_are_counted_as_a_person_counts(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/gallery/form")
    story = page.locator("#id_story")
    said = page.locator(".govuk-character-count__message[aria-hidden]")
    story.fill("short")
    expect(said).to_be_hidden()
    story.fill("🌱" * 499)
    expect(said).to_have_text("You have 1 character left")
    story.fill("🌱" * 502)
    expect(said).to_have_text("You have 2 characters too many")


def test_typing_is_saved_and_a_lost_connection_is_told(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/gallery/form")
    state = page.locator("[data-autosave-state]")
    page.locator("#id_story").fill("She rang twice.")
    expect(state).to_contain_text("Saved", timeout=6000)
    page.route("**/autosave", lambda route: route.abort())
    page.locator("#id_story").fill("She rang twice. Then")
    expect(state).to_have_text("Not saved yet, trying again", timeout=6000)
    page.unroute("**/autosave")
    expect(state).to_contain_text("Saved", timeout=10_000)
    page.route("**/autosave", lambda route: route.fulfill(status=409, json={"message": "Dan changed this."}))
    page.locator("#id_story").fill("more")
    expect(state).to_have_text("Dan changed this.", timeout=6000)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


VERSION = """() => {
  const form = document.querySelector("form[data-autosave]");
  const field = Object.assign(document.createElement("input"), {type: "hidden", name: "version", value: "1"});
  form.append(field);
  form.addEventListener("submit", (event) => { event.preventDefault(); form.dataset.sent = field.value; });
}"""


def test_a_button_pressed_before_the_version_is_read_sends_the_version(context: BrowserContext) -> None:
    page = context.new_page()
    page.add_init_script(
        "const read = Response.prototype.json; Response.prototype.json = async function () {"
        " await new Promise((done) => setTimeout(done, 800)); return read.call(this); };"
    )
    page.goto("/gallery/form")
    page.evaluate(VERSION)
    page.locator("#id_story").fill("She rang twice.")
    with page.expect_response("**/autosave"):
        page.locator("#id_full_name").focus()
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator("form[data-autosave]")).to_have_attribute("data-sent", "2")


def test_a_page_that_was_away_for_a_moment_knows_what_it_sent(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/gallery/form")
    page.evaluate(VERSION)
    page.locator("#id_story").fill("She rang twice.")
    page.evaluate(
        "() => { Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
        " document.dispatchEvent(new Event('visibilitychange')); }"
    )
    expect(page.locator("[name=version]")).to_have_value("2", timeout=1500)


def minutes(page: Page, count: float) -> None:
    # A real pause: answers of the server arrive in real time, whatever the page's clock says.
    page.wait_for_timeout(150)
    page.clock.fast_forward(int(count * 60_000))
    page.clock.run_for(6000)


def test_the_session_ends_without_losing_what_was_typed(context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto("/gallery/form")
    page.locator("#id_full_name").fill("Typed before the end")
    page.clock.run_for(3000)  # the autosave: an answer of the server is life
    warning, ended = page.locator("[data-timeout-warning]"), page.locator("[data-timeout-ended]")
    minutes(page, 16)
    expect(warning).to_be_hidden()
    minutes(page, 1.2)
    expect(warning).to_be_visible()
    expect(page.locator("[data-timeout-left]")).to_have_text("3 minutes")
    page.get_by_role("button", name="Stay signed in").click()
    expect(warning).to_be_hidden()
    minutes(page, 25)
    expect(ended).to_be_visible()
    assert page.evaluate("document.querySelector('#main').closest('[inert]') !== null"), (
        "what is behind is out of reach"
    )
    # Somebody else signs in: the text stays covered. The same person: it comes back.
    page.route("**/session/alive", lambda route: route.fulfill(json={"who": "another", "csrf": "x"}))
    page.get_by_role("button", name="I have signed in again").click()
    expect(page.get_by_text("Somebody else is signed in now")).to_be_visible()
    page.unroute("**/session/alive")
    page.get_by_role("button", name="I have signed in again").click()
    expect(ended).to_be_hidden()
    expect(page.locator("#id_full_name")).to_have_value("Typed before the end")


def test_somebody_who_types_is_not_idle(context: BrowserContext) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto("/gallery/confirm")
    for _ in range(4):
        minutes(page, 8)
        with page.expect_response("**/session/alive"):
            page.keyboard.press("a")
    expect(page.locator("[data-timeout-warning]")).to_be_hidden()


def test_tables_sort_and_tick_by_keyboard(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/gallery/pieces")
    first = page.locator(".lw-table tbody tr").first
    page.get_by_role("button", name="Free").focus()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("Élan")
    page.keyboard.press("Enter")
    expect(first).to_contain_text("Ashby House")
    expect(page.get_by_role("columnheader", name="Free")).to_have_attribute("aria-sort", "descending")
    page.goto("/gallery/queue")
    page.get_by_label("Tick all", exact=True).check()
    expect(page.get_by_label("Tick WREN-032")).to_be_checked()
    page.get_by_label("Tick WREN-032").uncheck()
    assert page.evaluate("document.querySelector('[id^=tick-all]').indeterminate")


def test_a_narrow_screen_folds_the_navigation(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/gallery/case")
    link = page.get_by_role("navigation", name="Main").get_by_role("link", name="Safe places")
    expect(link).to_be_hidden()
    page.get_by_role("button", name="Menu").press("Enter")
    expect(link).to_be_visible()
