"""Lists that the counts of Today open: whom we look for, homes that are made safe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.platform.access.web import who
from leeward.platform.common.pages import page_number, pages
from leeward.response.accommodation.queries import looked_for, made_safe
from leeward.response.accommodation.rules.sanctuary import STATUS_WORDS

WHOSE = {"mine": "Mine", "organisation": "My organisation’s"}


class _Asked:
    """What a list is asked for by its address: whose, what they wait for, which page. Else as if it were not asked."""

    def __init__(self, request: HttpRequest, name: str, kinds: Mapping[str, str]) -> None:
        self.request, self.name, self.kinds = request, name, kinds
        self.whose = "organisation" if request.GET.get("whose") == "organisation" else "mine"
        self.waits = request.GET.get("waits", "") if request.GET.get("waits", "") in kinds else ""
        self.number = page_number(request)

    @property
    def everyone(self) -> bool:
        return self.whose == "organisation"

    def address(self, **changed: object) -> str:
        asked = {"whose": self.whose, "waits": self.waits, **changed}
        query = urlencode({key: value for key, value in asked.items() if value and value != "mine"})
        return reverse(self.name) + (f"?{query}" if query else "")

    def around(self, seen: looked_for.LookedForPage | made_safe.MadeSafePage) -> dict[str, Any]:
        """What stands around the rows. A kind that has nobody is no choice; the one chosen can always be taken off."""
        return {
            "seen": seen, "waits": self.waits, "words": self.kinds, "everyone": self.everyone,
            "chips": [
                {"text": f"{words} ({seen.kinds.get(key, 0)})", "selected": key == self.waits,
                 "href": self.address(waits="" if key == self.waits else key)}
                for key, words in self.kinds.items()
                if seen.kinds.get(key) or key == self.waits
            ],
            "whose": [
                {"text": words, "href": self.address(whose=key), "current": key == self.whose}
                for key, words in WHOSE.items()
            ],
            "everybody": self.address(waits=""), "organisation": self.address(whose="organisation"),
            **pages(self.request, seen.number, not seen.is_last),
        }  # fmt: skip


@require_safe
def looking(request: HttpRequest) -> HttpResponse:
    """Whom I look for a place for, or my organisation."""
    asked = _Asked(request, "looked_for", looked_for.WAITS)
    seen = looked_for.looked_for(by=who(request), everyone=asked.everyone, waits=asked.waits, number=asked.number)
    return render(request, "accommodation/looked_for.jinja", asked.around(seen))


@require_safe
def safe_homes(request: HttpRequest) -> HttpResponse:
    """Homes that I make safe, or my organisation."""
    asked = _Asked(request, "made_safe", made_safe.WAITS)
    seen = made_safe.made_safe(by=who(request), everyone=asked.everyone, waits=asked.waits, number=asked.number)
    more = {"statuses": STATUS_WORDS, "today": timezone.localdate()}
    return render(request, "accommodation/made_safe.jinja", asked.around(seen) | more)
