"""The main navigation of staff pages: plain data, kept outside this room and named by a setting.

`settings.NAVIGATION` is the dotted path of a sequence of `Entry`, `settings.ADMINISTRATION` that of the menu on every
page of administration. This room only draws them, for those who may go there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.urls import NoReverseMatch
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from leeward.platform.common.addresses import address_of


@dataclass(frozen=True)
class Entry:
    """One place to go. `permission` empty means everybody who is signed in; `match` are beginnings of addresses.

    Several permissions: who has one of them may go there. `group` and `about` are for the page that lists a menu.
    """

    label: str | Promise
    url_name: str
    permission: str | tuple[str, ...] = ""
    match: tuple[str, ...] = ()
    group: str | Promise = ""
    about: str | Promise = ""

    def is_for(self, permissions: Collection[str]) -> bool:
        """Whether somebody with these permissions may go there."""
        if not self.permission:
            return True
        needed = (self.permission,) if isinstance(self.permission, str) else self.permission
        return any(one in permissions for one in needed)


@dataclass(frozen=True)
class Tab:
    """One page of a case in its second-level navigation. `of_person`: a page of whom the case is about."""

    key: str
    url_name: str
    label: str
    needs_risk: bool = False
    of_person: bool = False
    not_side: str = ""  # a side of the case on which there is no such page


@dataclass(frozen=True)
class Link:
    """An entry as a page shows it."""

    label: str
    href: str
    current: bool
    group: str = ""
    about: str = ""


@cache
def entries(setting: str = "NAVIGATION") -> Sequence[Entry]:
    """The entries of this installation, in their order."""
    path: str = getattr(settings, setting, "")
    return tuple(import_string(path)) if path else ()


def links(path: str, permissions: Collection[str], setting: str = "NAVIGATION") -> list[Link]:
    """The places that somebody with these permissions may go to, the one that holds this address marked."""
    shown = [entry for entry in entries(setting) if entry.is_for(permissions)]
    placed = [(entry, address_of(entry.url_name)) for entry in shown]
    # The longest beginning wins, so that /cases/mine does not light up two entries.
    best = max(
        ((len(start), entry) for entry, href in placed for start in entry.match or (href,) if path.startswith(start)),
        key=lambda found: found[0],
        default=(0, None),
    )[1]
    return [Link(str(entry.label), href, entry is best, str(entry.group), str(entry.about)) for entry, href in placed]


def address(url_name: str) -> str:
    """The address of a view that this installation may not have; empty then."""
    try:
        return address_of(url_name)
    except NoReverseMatch:
        return ""
