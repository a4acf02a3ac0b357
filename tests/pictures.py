"""Pictures of the pages, of the demonstration's invented people: `make pictures` writes docs/pictures/*.png anew.

They are taken from the running site, so they cannot show what is not there; small, so that the repository stays light.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser import ARGUMENTS, find_chromium
from tests.journeys.site import serve
from tests.plugin import ROOT

FOLDER = ROOT / "docs" / "pictures"
LARGEST = 160 * 1024


def first_case(page: Page) -> None:
    """The first case of a caseload."""
    page.goto("/cases")
    page.locator("tbody th a").first.click()


def family(page: Page) -> None:
    """The family page of the person of the first case of a caseload."""
    first_case(page)
    link = page.locator("a[href^='/people/']").first.get_attribute("href") or ""
    found = re.match(r"/people/\d+", link)
    assert found, "no way from the case to its person"
    page.goto(f"{found.group()}/family")


def first_contact(page: Page) -> None:
    """The first contact of the queue."""
    page.goto("/triage")
    page.locator("main a[href^='/contacts/']").first.click()


def question(page: Page) -> None:
    """The first question."""
    page.goto("/ask/1")


def looked_for(page: Page) -> None:
    """What fits a household that looks for a place now."""
    page.goto("/places/looking?whose=organisation&waits=alone")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Look for what fits").click()


def counted(page: Page) -> None:
    """The map and the months."""
    page.goto("/counts/places")
    page.get_by_role("heading", name="By area, now").scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 420)")


# name, persona (empty: a visitor), width, height, how to get there
PICTURES: tuple[tuple[str, str, int, int, Callable[[Page], object]], ...] = (
    ("front-door", "", 360, 720, lambda page: page.goto("/")),
    ("asking-for-help", "", 360, 720, question),
    ("today", "adviser", 1100, 760, lambda page: page.goto("/today")),
    ("triage", "access-point", 1100, 760, lambda page: page.goto("/triage")),
    ("contact", "access-point", 1100, 760, first_contact),
    ("case", "adviser", 1100, 860, first_case),
    ("family", "adviser", 1100, 760, family),
    ("counts", "analyst", 1100, 760, lambda page: page.goto("/counts")),
    ("marac", "marac-coordinator", 1100, 760, lambda page: page.goto("/marac")),
    ("looked-for", "adviser", 1100, 760, lambda page: page.goto("/places/looking?whose=organisation")),
    ("place-match", "adviser", 1100, 860, looked_for),
    ("places", "refuge-manager", 360, 760, lambda page: page.goto("/places")),
    ("who-waits", "placement-coordinator", 1100, 760, lambda page: page.goto("/placement")),
    ("places-and-need", "placement-coordinator", 1100, 860, counted),
    ("help", "adviser", 1100, 760, lambda page: page.goto("/help")),
)


def take(folder: Path, only: str = "") -> list[Path]:
    """Take all pictures (or one) into a folder; answers the files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with serve("leeward_pictures") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=ARGUMENTS)
        for name, who, width, height, go in PICTURES:
            if only and name != only:
                continue
            context = browser.new_context(base_url=site, viewport={"width": width, "height": height}, locale="en-GB")
            page = context.new_page()
            if who:
                page.goto(f"/demo/as/{who}")
                if page.get_by_role("button", name="Not now").count():
                    page.get_by_role("button", name="Not now").click()
            go(page)
            page.wait_for_load_state("networkidle")
            file = folder / f"{name}.png"
            page.screenshot(path=file)
            made.append(file)
            context.close()
        browser.close()
    return made


def main() -> int:
    """Take them, and say how large they are."""
    for file in take(FOLDER, sys.argv[1] if len(sys.argv) > 1 else ""):
        size = file.stat().st_size
        print(f"{file.relative_to(ROOT)}  {size // 1024} kB{'  TOO LARGE' if size > LARGEST else ''}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
