"""Each test of this room sees only this room: its own addresses, no sign-in, no database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from leeward.platform.ui import build, navigation
from leeward.platform.ui.tests import settings as small

TAKEN = (
    "ROOT_URLCONF",
    "MIDDLEWARE",
    "SESSION_ENGINE",
    "CSRF_FAILURE_VIEW",
    "PARTNERSHIP_PAGE",
    "NAVIGATION",
    "DEMO",
    "DEBUG",
    "LANGUAGES",
    "WHITENOISE_USE_FINDERS",
    "WHITENOISE_AUTOREFRESH",
)


@pytest.fixture(autouse=True)
def small_site(settings: Settings) -> Iterator[None]:
    """The settings of the small site, whichever settings the tests were started with."""
    for name in TAKEN:
        setattr(settings, name, getattr(small, name))
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "session", "csrf"
    settings.SECURE_SSL_REDIRECT = False
    settings.LAYOUT_LINKS = None
    del settings.LAYOUT_LINKS
    navigation.entries.cache_clear()
    yield
    navigation.entries.cache_clear()


@pytest.fixture(scope="session")
def built() -> Any:
    """The folder of built assets, fresh."""
    build.build()
    return build.BUILT
