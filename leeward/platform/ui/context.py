"""What every layout needs to know. Asks no database: pages that say the database is gone are drawn with it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation
from django.utils.crypto import salted_hmac

from leeward.platform.ui.navigation import Link, address, links

WARN_SECONDS = 3 * 60


@dataclass(frozen=True)
class Partnership:
    """Whose pages these are. `stylesheet` is a static file with their colours, `logo` one with their mark."""

    name: str = "Leeward"
    help_phone: str = ""
    help_hours: str = ""
    logo: str = ""
    stylesheet: str = ""


@dataclass(frozen=True)
class Language:
    """A language that the page can be read in. Without `href` it is asked for by form, at the same address."""

    code: str
    name: str
    rtl: bool
    current: bool
    href: str = ""


@dataclass
class PageContext:
    """Everything a layout shows that is not the page's own. `acting` is None for a visitor."""

    request: HttpRequest
    acting: Any = field(default=None)

    @cached_property
    def partnership(self) -> Partnership:
        """Whose pages these are: what a room above put on the request, else the name of whom the request acts in."""
        found = getattr(self.request, "partnership", None)
        if isinstance(found, Partnership):
            return found
        given = Partnership(**getattr(settings, "PARTNERSHIP_PAGE", {}))
        name = getattr(getattr(self.request, "acting", None), "partnership_name", "")
        return replace(given, name=name) if name else given

    @cached_property
    def user_name(self) -> str:
        """Who is signed in."""
        return str(getattr(self.acting, "user_name", ""))

    @cached_property
    def organisation_name(self) -> str:
        """For whom they act."""
        return str(getattr(self.acting, "organisation_name", ""))

    @cached_property
    def organisations(self) -> list[tuple[Any, str]]:
        """Every organisation they could act for."""
        return list(getattr(self.acting, "organisations", ()))

    @cached_property
    def who(self) -> str:
        """An opaque mark of who is signed in: a page uncovers typed text only for the person who typed it."""
        return who_mark(getattr(self.acting, "user_id", None))

    @cached_property
    def navigation(self) -> list[Link]:
        """Where they may go."""
        if self.acting is None:
            return []
        return links(self.request.path, getattr(self.acting, "permissions", ()))

    @cached_property
    def administration(self) -> list[Link]:
        """What they may administer: the menu of those pages, and of nobody else's."""
        if self.acting is None:
            return []
        return links(self.request.path, getattr(self.acting, "permissions", ()), "ADMINISTRATION")

    @property
    def administers_here(self) -> bool:
        """Whether this is a page of administration of somebody with more than one of them."""
        return len(self.administration) > 1 and any(link.current for link in self.administration)

    @property
    def demo(self) -> bool:
        """Whether sign-in is without a second factor, on invented data."""
        return bool(getattr(settings, "DEMO", False))

    @cached_property
    def home(self) -> str:
        """The first page: today's list for staff, the front door for everybody else."""
        if self.acting is not None and self.navigation:
            return self.navigation[0].href
        return self.links.get("home") or "/"

    @cached_property
    def leave(self) -> str:
        """Our own address that ends everything and goes somewhere dull."""
        return address("ui:leave")

    @cached_property
    def links(self) -> Mapping[str, str]:
        """Addresses that other rooms may offer; empty where they do not."""
        return {key: address(name) for key, name in getattr(settings, "LAYOUT_LINKS", LAYOUT_LINKS).items()}

    @property
    def idle_seconds(self) -> int:
        """After how long without a request the session ends."""
        return int(getattr(settings, "SESSION_IDLE_SECONDS", 20 * 60))

    @property
    def warn_seconds(self) -> int:
        """How long before that the page warns."""
        return min(WARN_SECONDS, self.idle_seconds // 2)

    @cached_property
    def language(self) -> Language:
        """The language of this page."""
        now = translation.get_language() or settings.LANGUAGE_CODE
        name = next((str(name) for code, name in settings.LANGUAGES if code == now), "")
        return _language(now, name, "", now=now) if name else Language("en-GB", "English", False, True)

    @cached_property
    def languages(self) -> list[Language]:
        """Every language that the page could be in: its address in each is looked for, which not every page needs."""
        now = translation.get_language() or settings.LANGUAGE_CODE
        here = self.request.get_full_path()
        found = []
        for code, name in settings.LANGUAGES:
            there = translate_url(here, code) if getattr(self.request, "resolver_match", None) else here
            found.append(_language(code, str(name), there if there != here else "", now=now))
        return found


def _language(code: str, name: str, href: str, *, now: str) -> Language:
    return Language(code, name, rtl=bool(LANG_INFO.get(code, {}).get("bidi")), current=code == now, href=href)


# What the layouts link to, by the name of the view; `LAYOUT_LINKS` in the settings can name others.
LAYOUT_LINKS = {
    "help": "front_door:help_using_this_site",
    "staff_help": "staff_help",
    "privacy": "front_door:privacy",
    "accessibility": "front_door:accessibility",
    "sign_out": "access:sign_out",
    "account": "access:account",
    "switch_organisation": "access:switch_organisation",
    "alive": "access:alive",
    "sign_in": "account_login",
    "set_language": "ui:language",
}


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `page` in every template. A visitor without an account counts as nobody acting."""
    acting = getattr(request, "acting", None)
    return {"page": PageContext(request, acting if getattr(acting, "user_id", None) else None)}


def who_mark(user_id: int | None) -> str:
    """A mark that is the same for the same user and says nothing else; empty for nobody."""
    return salted_hmac("leeward.ui.who", str(user_id)).hexdigest()[:16] if user_id else ""
