"""Today as people use it: each count opens a list that has exactly as many."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page

SignIn = Callable[..., Page]

# Pages where a thing is no row: the queue, a MARAC's own page, houses with all their rooms, the state of the log.
OTHERWISE = {"/triage", "/marac", "/places", "/administration"}


def counts(page: Page) -> dict[str, tuple[int, str]]:
    """Of each card of Today its count and the address of its list."""
    found = {}
    for card in page.locator("main section.lw-card, main .lw-card").all():
        link = card.get_by_role("link", name=re.compile(r"^All \d+"))
        if link.count():
            number = re.search(r"\d+", link.first.inner_text())
            assert number
            found[card.get_by_role("heading").first.inner_text()] = (
                int(number[0]),
                link.first.get_attribute("href") or "",
            )
    return found


@pytest.mark.parametrize("persona", ["adviser", "manager", "refuge", "children", "marac-coordinator", "police-marac"])
def test_each_count_opens_a_list_of_just_as_many(sign_in: SignIn, persona: str) -> None:
    page = sign_in(persona)
    page.goto("/today")
    wrong, compared = [], 0
    for title, (count, address) in counts(page).items():
        if address.split("?")[0].split("#")[0] in OTHERWISE:
            continue
        compared += 1
        page.goto(address)
        rows = page.locator("main tbody tr").count()
        while (more := page.get_by_role("link", name="More", exact=True)).count():
            more.click()
            rows += page.locator("main tbody tr").count()
        if rows != count:
            wrong.append(f"{title}: {count}, and {address} lists {rows}")
    assert not wrong, "\n".join(wrong)
    assert compared, "Today shows nothing that has a list"
