"""The main navigation of staff pages: plain data, kept outside this room and named by a setting.

`settings.NAVIGATION` is the dotted path of a sequence of `Entry`. This room only draws it, for those who may go there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Entry:
    """One place to go. `permission` empty means everybody who is signed in; `match` are beginnings of addresses."""

    label: str | Promise
    url_name: str
    permission: str = ""
    match: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """An entry as a page shows it."""

    label: str
    href: str
    current: bool


@cache
def entries() -> Sequence[Entry]:
    """The entries of this installation, in their order."""
    path: str = getattr(settings, "NAVIGATION", "")
    return tuple(import_string(path)) if path else ()


def links(path: str, permissions: Collection[str]) -> list[Link]:
    """The places that somebody with these permissions may go to, the one that holds this address marked."""
    shown = [entry for entry in entries() if not entry.permission or entry.permission in permissions]
    placed = [(entry, reverse(entry.url_name)) for entry in shown]
    # The longest beginning wins, so that /cases/mine does not light up two entries.
    best = max(
        ((len(start), entry) for entry, href in placed for start in entry.match or (href,) if path.startswith(start)),
        key=lambda found: found[0],
        default=(0, None),
    )[1]
    return [Link(str(entry.label), href, entry is best) for entry, href in placed]


def address(url_name: str) -> str:
    """The address of a view that this installation may not have; empty then."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
