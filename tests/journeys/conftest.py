"""What every journey stands on: the demonstration on a real server, and a real browser.

    def test_something(site: str, phone: Page) -> None: ...

`site` is the base address (one server and one copy of the small demonstration a test worker; journeys share it, so a
journey makes its own people). `page` is a desk's screen, `phone` one of 320 px, `plain_phone` the same without
JavaScript. `sign_in("adviser")` answers a page signed in as that persona of the demonstration. Whatever asks another
host than ours fails the test; the dull page that the exit leads to is answered here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.journeys.site import serve
from tests.plugin import ROOT, WORKER

DULL = "https://www.bbc.co.uk/weather"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if "journeys" in item.path.parts:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The demonstration's address."""
    with serve(f"leeward_journeys_{WORKER}") as address:
        yield address


MakeContext = Callable[..., BrowserContext]


@pytest.fixture
def new_context(browser: Browser, site: str) -> Iterator[MakeContext]:
    """Makes browser contexts (`width`, `height`, `javascript`) that speak with our server and nobody else."""
    elsewhere: list[str] = []

    def answer(route: Route) -> None:
        url = route.request.url
        if url.startswith(DULL):
            assert "referer" not in route.request.headers
            route.fulfill(body="<title>Weather</title>Rain", content_type="text/html")
            return
        if not url.startswith(site):
            elsewhere.append(url)
        route.continue_()

    with ExitStack() as stack:

        def make(width: int = 1280, height: int = 900, *, javascript: bool = True) -> BrowserContext:
            context = browser.new_context(
                viewport={"width": width, "height": height}, base_url=site, java_script_enabled=javascript,
                locale="en-GB", timezone_id="Europe/London",
            )  # fmt: skip
            context.set_default_timeout(10_000)
            if not javascript:
                _WITHOUT_SCRIPTS.add(id(context))
            context.route("**/*", answer)
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


_WITHOUT_SCRIPTS: set[int] = set()  # contexts (by id) in which nothing of a page runs, axe's own promises included


def check_axe(page: Page) -> None:
    """axe finds nothing on this page as it now is. A page without JavaScript is looked at in a copy that has it."""
    if id(page.context) not in _WITHOUT_SCRIPTS:
        _look(page, page.url)
        return
    assert page.context.browser is not None
    context = page.context.browser.new_context(viewport=page.viewport_size, locale="en-GB")
    try:
        copy = context.new_page()
        # The copy has the page's own address, so that style sheets and fonts are found as they are there.
        copy.route(page.url, lambda route: route.fulfill(body=page.content(), content_type="text/html"))
        copy.goto(page.url)
        _look(copy, page.url)
    finally:
        context.close()


def _look(page: Page, address: str) -> None:
    page.wait_for_load_state()
    page.locator("main").wait_for()
    page.evaluate(AXE.read_text())
    found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
    problems = [
        f"{item['id']}: {item['help']} {[node['target'] for node in item['nodes']]}" for item in found["violations"]
    ]
    assert not problems, f"{address}: {problems}"


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """`axe(page)` fails the test where axe finds something."""
    return check_axe
