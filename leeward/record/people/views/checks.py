"""Pages on which the data protection lead looks at index checks: how often, by whom, what is unusual."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from leeward.platform.access.web import who
from leeward.record.people.queries import checks as asked
from leeward.record.people.rules.checking import a_day, an_hour
from leeward.record.people.views.common import draw


def _days(request: HttpRequest) -> int:
    chosen = request.GET.get("days", "30")
    return int(chosen) if chosen in asked.PERIODS else 30


def _chips(days: int) -> list[dict[str, Any]]:
    return [
        {"text": words, "href": f"?days={key}", "selected": key == str(days)} for key, words in asked.PERIODS.items()
    ]


@require_safe
def index_checks(request: HttpRequest) -> HttpResponse:
    """Who asked the index how often."""
    days = _days(request)
    found = asked.index_checks(by=who(request), days=days)
    return draw(request, "index_checks", found=found, days=days, chips=_chips(days), an_hour=an_hour(), a_day=a_day())


@require_safe
def index_checks_of(request: HttpRequest, user_id: int) -> HttpResponse:
    """The checks of one user, with the reasons given."""
    days = _days(request)
    found = asked.index_checks_of(by=who(request), user_id=user_id, days=days)
    if found is None:
        raise Http404
    return draw(request, "index_checks_of", found=found, days=days, chips=_chips(days), user_id=user_id)
