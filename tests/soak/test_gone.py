"""The database is gone for a minute while the site is up: said plainly, nothing typed is lost, all back by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from leeward.response.front_door.questions import question_set
from leeward.response.front_door.tests.site import Reading
from tests.soak.house import House
from tests.soak.visitors import Answer, Asker, Caller

HOW_LONG = [pytest.param(3, id="short"), pytest.param(60, marks=pytest.mark.soak, id="minute")]
STORY = "He waits outside.\nEvery evening. مايا 😔"


def reading(answer: Answer) -> Reading:
    found = Reading()
    found.feed(answer.text)
    return found


def comes_back(caller: Caller, path: str, seconds: float = 15) -> Answer:
    until = time.monotonic() + seconds
    while True:
        answer = caller.call(path)
        if answer.status == 200 or time.monotonic() > until:
            return answer
        time.sleep(0.2)


@pytest.mark.parametrize("seconds", HOW_LONG)
def test_pages_say_so_and_everything_comes_back(house: House, seconds: int) -> None:
    asker, worker, leaver = Asker(house.port), Caller(house.port), Caller(house.port)
    asker.prepare()
    leaver.call("/ask/1")
    assert worker.call("/demo/as/adviser").status == 302
    steps = [step.key for step in question_set("ask_for_help").steps]
    story = steps.index("story") + 1
    for key in ("danger", "afraid"):
        assert asker.call(f"/ask/{steps.index(key) + 1}", {"do": "skip"}).status == 302
    web = house.web
    house.postgres.stop()
    try:
        begun = time.monotonic()
        for caller, path in (
            (asker, "/"),
            (worker, "/today"),
            (asker, "/ask/check"),
            (worker, "/cases"),
            (asker, "/ready"),
        ):
            answer = caller.call(path)
            assert answer.status == 503, path
            page = reading(answer)
            assert page.title == "We cannot reach our records just now"
            assert "Wait a minute, then load this page again." in page.text
            assert "Nothing that was saved before is lost." in page.text
            assert "/leave" in page.links, "the way out is there"
        # The first may find out by waiting; after that nobody waits to be told: a wait takes five seconds each time.
        asked = time.monotonic()
        for _ in range(8):
            assert asker.call("/").status == 503
        assert time.monotonic() - asked < 8
        asked = time.monotonic()
        left = leaver.call("/leave")
        assert left.status == 303, "leaving works"
        assert time.monotonic() - asked < 3, "and at once"
        assert not left.location.startswith("/")
        kept = asker.call(f"/ask/{story}", {"story": STORY, "do": "next"})
        assert kept.status == 503
        fields = reading(kept).fields
        assert fields["story"] == [STORY], "what was typed is still on the page, ready to be sent again"
        time.sleep(max(seconds - (time.monotonic() - begun), 0))
    finally:
        house.postgres.start()
    assert comes_back(asker, "/").status == 200
    assert comes_back(worker, "/today").status == 200, "still signed in"
    again = asker.call(f"/ask/{story}", {name: values[0] for name, values in fields.items()})
    assert again.status == 302
    assert "Every evening. مايا 😔" in reading(asker.call("/ask/check")).text
    assert asker.send()
    assert house.web is web
    assert web is not None
    assert web.poll() is None, "nothing was started again"


@pytest.fixture
def desk(house: House, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=house.address, viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("seconds", HOW_LONG)
def test_a_call_that_is_being_typed_is_not_lost(house: House, desk: Page, seconds: int) -> None:
    desk.goto("/demo/as/access-point-2")
    desk.goto("/calls/new")
    state = desk.locator("[data-autosave-state]")
    desk.get_by_label("What is happening?").fill("Before it was gone.")
    expect(state).to_contain_text("Saved", timeout=15_000)
    house.postgres.stop()
    try:
        desk.get_by_label("What is happening?").fill("Before it was gone. While it was gone.")
        expect(state).to_contain_text("Not saved yet, trying again", timeout=15_000)
        time.sleep(seconds)
    finally:
        house.postgres.start()
    expect(state).to_contain_text("Saved", timeout=45_000)
    other = desk.context.new_page()
    other.goto("/calls/new")
    expect(other.get_by_label("What is happening?")).to_have_value("Before it was gone. While it was gone.")
