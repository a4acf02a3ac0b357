"""What every journey stands on: the demonstration on a real server, and a real browser.

    def test_something(site: str, phone: Page) -> None: ...

`site` is the base address (one server and one copy of the small demonstration a test worker; journeys share it, so a
journey makes its own people). `page` is a desk's screen, `phone` one of 320 px, `plain_phone` the same without
JavaScript. `sign_in("adviser")` answers a page signed in as that persona of the demonstration. Whatever asks another
host than ours fails the test, and finds no host; `leaves(page, press)` goes to the one that the exit leads to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, Request, expect

from tests.browser.axe import found_by_axe
from tests.journeys.site import serve
from tests.plugin import WORKER


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(autouse=True, scope="session")
def whole_pages() -> Iterator[None]:
    """A press has been answered when the page that it opens is all there: else half a page is read as if it were whole."""
    press = Locator.click

    def click(self: Locator, **options: Any) -> None:
        page = self.page
        press(self, **options)
        if not page.is_closed():
            page.wait_for_load_state()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locator, "click", click)
        yield


@dataclass
class Dull:
    """The page that the exit leads to: its address, and the headers with which it was asked for."""

    address: str
    asked: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture(scope="session")
def weather() -> Iterator[Dull]:
    """A dull page of a server that is not ours."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/weather":
                weather.asked.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>Weather</title>Rain")

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        weather = Dull(f"http://127.0.0.1:{server.server_port}/weather")
        Thread(target=server.serve_forever, daemon=True).start()
        yield weather
        server.shutdown()


@pytest.fixture(scope="session")
def site(weather: Dull) -> Iterator[str]:
    """The demonstration's address."""
    with serve(f"leeward_journeys_{WORKER}", LEEWARD_EXIT_ADDRESS=weather.address) as address:
        yield address


@pytest.fixture
def leaves(weather: Dull) -> Callable[[Page, Callable[[], object]], None]:
    """Does what leaves at once for the dull page, which is asked for without a word of where one was."""

    def leave(page: Page, press: Callable[[], object]) -> None:
        weather.asked.clear()
        press()
        expect(page).to_have_url(weather.address)
        assert weather.asked
        assert all("referer" not in headers and "cookie" not in headers for headers in weather.asked)

    return leave


MakeContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, site: str, weather: Dull) -> Iterator[MakeContext]:
    """Makes browser contexts (`width`, `height`, `javascript`) that speak with our server and nobody else."""
    elsewhere: list[str] = []

    # Heard, not caught: a browser whose requests are caught keeps no style sheet, and each page takes three times as long.
    def hear(request: Request) -> None:
        if not request.url.startswith((site, weather.address)):
            elsewhere.append(request.url)

    with ExitStack() as stack:

        def make(width: int = 1280, height: int = 900, *, javascript: bool = True) -> BrowserContext:
            context = browser.new_context(
                viewport={"width": width, "height": height}, base_url=site, java_script_enabled=javascript,
                locale="en-GB", timezone_id="Europe/London",
            )  # fmt: skip
            context.set_default_timeout(10_000)
            if not javascript:
                _WITHOUT_SCRIPTS[id(context)] = {}
            context.on("request", hear)
            stack.callback(context.close)
            return context

        yield make
    assert not elsewhere, "nothing but our own server, and the dull page, is ever asked"


@pytest.fixture
def page(new_context: MakeContext) -> Page:
    """A desk's screen."""
    return new_context().new_page()


@pytest.fixture
def phone(new_context: MakeContext) -> Page:
    """A small phone."""
    return new_context(320, 640).new_page()


@pytest.fixture
def plain_phone(new_context: MakeContext) -> Page:
    """A small phone without JavaScript."""
    return new_context(320, 640, javascript=False).new_page()


@pytest.fixture
def sign_in(new_context: MakeContext) -> Callable[..., Page]:
    """A page signed in as a persona of the demonstration, in a context of its own: `sign_in("access-point")`."""

    def enter(key: str, width: int = 1280, *, javascript: bool = True) -> Page:
        page = new_context(width, javascript=javascript).new_page()
        page.goto(f"/demo/as/{key}")
        return page

    return enter


# Contexts (by id) in which nothing of a page runs, axe's own promises included; and by which session of ours it may.
_WITHOUT_SCRIPTS: dict[int, dict[Page, CDPSession]] = {}


def check_axe(page: Page) -> None:
    """axe finds nothing on this page as it now is. Where nothing runs, axe alone is let run for as long as it looks."""
    if id(page.context) not in _WITHOUT_SCRIPTS:
        _look(page, page.url)
        return
    ours = _session(page)
    # A session hears only what differs from what it said before, and it has said nothing yet.
    for closed in (True, False):
        ours.send("Emulation.setScriptExecutionDisabled", {"value": closed})
    try:
        _look(page, page.url)
    finally:
        ours.send("Emulation.setScriptExecutionDisabled", {"value": True})


def _session(page: Page) -> CDPSession:
    known = _WITHOUT_SCRIPTS[id(page.context)]
    if page not in known:
        known[page] = page.context.new_cdp_session(page)
    return known[page]


def _look(page: Page, address: str) -> None:
    page.wait_for_load_state()
    page.locator("main").wait_for()
    problems = found_by_axe(page)
    assert not problems, f"{address}: {problems}"


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails the test where axe finds something."""
    return check_axe
