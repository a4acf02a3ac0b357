"""What somebody types about a person goes into no address: a form that is sent by GET has no box that could hold a name.

An address stays in the browser's history, in the logs of whatever stands between, and on the screen that is shared.
"""

from __future__ import annotations

import pytest

from tests.everywhere import Page, make_busy, staff_pages
from tests.input.forms import read_forms
from tests.other_states import other_states, public_pages
from tests.worlds import World

# Boxes that somebody types into in a form sent by GET, by page, and why what is typed there says who nobody is.
ALLOWED: dict[tuple[str, str], str] = {
    **{
        (page, f"{box}-{part}"): "a day of a period, never of a birth"
        for page in ("counts", "contacts_decided", "counts_places") for box in ("since", "until")
        for part in ("day", "month", "year")
    },
    ("rules_try", "age"): "the age of an invented need",
    ("services", "q"): "the name of a service; nobody's name is sought by it",
}  # fmt: skip


def in_addresses(pages: list[Page]) -> set[tuple[str, str]]:
    """Page and name of every box that would stand in an address with what was typed."""
    return {
        (page.route, box.name)
        for page in pages
        for form in read_forms(page.text).forms
        if form.method == "get"
        for box in form.typed
    }


@pytest.mark.worlds
def test_no_form_puts_what_is_typed_about_somebody_into_an_address(world: World) -> None:
    busy = make_busy(world)
    pages, _ = staff_pages(busy)
    found = in_addresses([*pages, *other_states(busy), *public_pages(busy)])
    assert not found - set(ALLOWED), f"sent by GET: {sorted(found - set(ALLOWED))}"
    assert not set(ALLOWED) - found, f"no such box any more: {sorted(set(ALLOWED) - found)}"


def test_a_box_for_a_name_in_a_form_sent_by_get_is_found() -> None:
    text = '<form role="search"><input name="who"></form><form method="post"><input name="mine"></form>'
    assert in_addresses([Page("somewhere", "/", "", text)]) == {("somewhere", "who")}
