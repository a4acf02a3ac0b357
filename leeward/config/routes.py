"""The table of routes: every address with who may call it, gathered from the rooms' `WHO`. Tests hold it complete."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings

from leeward.platform.access.routes import PUBLIC, Who

# Routes of libraries, and of the room of pages, which is below the one that knows who may do what.
LIBRARIES: dict[str, Who] = {
    "set_language": PUBLIC,
    "ui:leave": PUBLIC,
    "ui:language": PUBLIC,
    "ui:gallery": PUBLIC,  # answers 404 itself but in development and in the demonstration
    "ui:gallery_page": PUBLIC,
}


@lru_cache(maxsize=1)
def table() -> dict[str, Who]:
    """Route name to who may call it."""
    gathered = dict(LIBRARIES)
    for room in settings.ROOMS:
        if find_spec(f"{room}.urls"):
            gathered.update(getattr(import_module(f"{room}.urls"), "WHO", {}))
    return gathered
