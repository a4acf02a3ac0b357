"""axe finds nothing on any page: every address of the table of routes that answers with a page is drawn and looked at.

The pages are those of `tests.everywhere` (one of everything) and `tests.other_states`; both fail where a route is in
neither and in no list of reasons. They are drawn by the product in a test's own transaction and shown to the browser at
their own address, with our own style sheets and scripts, and nothing else is answered.
"""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.axe import found_by_axe
from tests.everywhere import LEFT, Page, make_busy, staff_pages
from tests.other_states import other_states, public_pages
from tests.plugin import ROOT
from tests.worlds import World

STATIC = ROOT / "build" / "collected"


@contextmanager
def served(pages: list[Page]) -> Iterator[str]:
    """The address of a server that knows these pages, our own files, and nothing else."""
    bodies = {page.path: page.text.encode() for page in pages}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            file = STATIC / path.removeprefix("/static/")
            if path in bodies:
                self._send(bodies[path], "text/html; charset=utf-8", "no-store")
            elif path.startswith("/static/") and file.is_file():
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                self._send(file.read_bytes(), kind, "max-age=600")
            else:
                self.send_error(404)

        def _send(self, body: bytes, kind: str, cache: str) -> None:
            self.send_response(200)
            for name, value in (("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", cache)):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def look_at(browser: Browser, pages: list[Page]) -> list[str]:
    """What axe finds on them."""
    problems: list[str] = []
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    try:
        with served(pages) as address:
            tab = context.new_page()
            for one in pages:
                tab.goto(address + one.path, wait_until="load")
                problems += [f"{one.route} ({one.path}): {found}" for found in found_by_axe(tab)]
    finally:
        context.close()
    return problems


# Each page takes axe a second: a part of them stands for all in `make test`, and `make soak` looks at every one.
EVERY = [pytest.param(5, id="every-fifth"), pytest.param(1, id="every", marks=pytest.mark.soak)]


@pytest.mark.parametrize("nth", EVERY)
def test_axe_finds_nothing_on_any_page_of_staff(world: World, browser: Browser, nth: int) -> None:
    busy = make_busy(world)
    pages, _ = staff_pages(busy)
    assert len(pages) > 150
    states = other_states(busy)
    there = {name for words, names in LEFT.items() if "tested in its own room" in words for name in names.split()}
    assert {page.route for page in states} >= there, "each page that needs another state is looked at in it"
    problems = look_at(browser, (pages + states)[::nth])
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("nth", EVERY)
def test_axe_finds_nothing_on_any_page_for_everybody(world: World, browser: Browser, nth: int) -> None:
    pages = public_pages(make_busy(world))
    assert len(pages) > 60
    problems = look_at(browser, pages[::nth])
    assert not problems, "\n".join(problems)
