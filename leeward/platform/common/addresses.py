"""Addresses of views by name, worked out once.

How an address is written depends on its name, its numbers and the language, and on nobody's sight: so it is kept.
A page of staff has some forty.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache

from django.conf import settings
from django.urls import get_urlconf, reverse
from django.utils import translation

# The language of the page that is being drawn: asked of Django once a page, not for each of its several hundred words.
LANGUAGE: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """The language in which a page is drawn now."""
    known = LANGUAGE.get()
    return translation.get_language() or "" if known is None else known


def address_of(name: str, *args: int | str) -> str:
    """The address of a view. Raises NoReverseMatch where this installation has none of that name."""
    return _address(get_urlconf() or settings.ROOT_URLCONF, language(), name, args)


@lru_cache(maxsize=8192)
def _address(urlconf: str, in_language: str, name: str, args: tuple[int | str, ...]) -> str:
    del in_language  # part of the key: addresses of public pages begin with it
    return reverse(name, urlconf=urlconf, args=args or None)
