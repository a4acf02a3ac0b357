"""The partnership that this installation's public pages speak for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from leeward.platform.access.models import Partnership
from leeward.platform.common.errors import Refused
from leeward.platform.ui.context import Partnership as Shown


@lru_cache(maxsize=4)
def _by_slug(slug: str, minute: int) -> Partnership | None:
    # Asked once a minute in each process: what its administrator changes stands on every page a minute later.
    query = Partnership.objects.order_by("id")
    return query.filter(slug=slug).first() if slug else query.first()


def _minute() -> int:
    return int(time.monotonic() // 60)


def current_partnership() -> Partnership | None:
    """The partnership whose slug is PARTNERSHIP_SLUG, else the first one; None on an empty database."""
    found = _by_slug(settings.PARTNERSHIP_SLUG, _minute())
    if found is None:
        _by_slug.cache_clear()
    return found


def partnership_by_name(name: str, *, using: str) -> Partnership:
    """For commands: the partnership of that name, or the only one. Raises Refused, naming those that there are."""
    every = Partnership.objects.using(using).order_by("name")
    found = list(every.filter(name__iexact=name) if name else every)
    if len(found) != 1:
        names = ", ".join(one.name for one in every[:20])
        raise Refused(f"Say which partnership with --partnership. There is: {names or 'none yet'}.")
    return found[0]


def read_anew() -> None:
    """Forget what this process knows of the partnership: it was changed."""
    _by_slug.cache_clear()


def shown_partnership() -> Shown | None:
    """The same as the layouts show it; None on an empty database."""
    found = current_partnership()
    if found is None:
        return None
    hours = fact(found.facts, "local_hours", get_language() or settings.LANGUAGE_CODE)
    return Shown(name=found.name, help_phone=found.phone, help_hours=hours, logo=found.logo)


def fact(facts: Mapping[str, Any], name: str, language: str) -> str:
    """What a partnership says of itself, in a language: a fact is words, or words by language. Empty if not said."""
    said = facts.get(name, "")
    if isinstance(said, Mapping):
        said = said.get(language.partition("-")[0]) or said.get("en", "")
    return str(said)
