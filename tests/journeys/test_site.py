"""The ground of the journeys holds."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page


def test_the_demonstration_is_served(site: str, phone: Page, sign_in: Callable[..., Page]) -> None:
    assert phone.goto("/gallery") is not None
    assert phone.evaluate("navigator.onLine") is not None
    assert sign_in("adviser").url.startswith(site)
