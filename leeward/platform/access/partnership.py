"""The partnership that this installation's public pages speak for."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from leeward.platform.access.models import Partnership


@lru_cache(maxsize=4)
def _by_slug(slug: str) -> Partnership | None:
    # Cached for the life of the process: a partnership's name changes less often than a process restarts.
    query = Partnership.objects.order_by("id")
    return query.filter(slug=slug).first() if slug else query.first()


def current_partnership() -> Partnership | None:
    """The partnership named by the setting PARTNERSHIP (its slug), else the first one; None on an empty database."""
    found = _by_slug(settings.PARTNERSHIP)
    if found is None:
        _by_slug.cache_clear()
    return found
