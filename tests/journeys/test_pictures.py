"""What the documentation shows can still be found in the demonstration: `make pictures` has somewhere to go."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.pictures import PICTURES

SignIn = Callable[..., Page]


@pytest.mark.parametrize(
    ("who", "go"), [(who, go) for _, who, _, _, go in PICTURES], ids=[name for name, *_ in PICTURES]
)
def test_each_picture_can_be_taken(
    site: str, page: Page, sign_in: SignIn, who: str, go: Callable[[Page], object]
) -> None:
    shown = sign_in(who) if who else page
    answers = []
    shown.on("response", lambda answer: answers.append((answer.url, answer.status)))
    go(shown)
    expect(shown.get_by_role("heading", level=1)).to_be_visible()
    assert not [one for one in answers if one[1] >= 400]
