"""Pages on which the data protection lead reviews emergency sight."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import attempt, go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.emergency import end_emergency, review_emergency
from leeward.record.cases.forms.reviews import ReviewForm
from leeward.record.cases.queries import emergencies
from leeward.record.cases.queries.emergencies import Review
from leeward.record.cases.views.common import draw


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else None


@require_safe
def emergency_reviews(request: HttpRequest) -> HttpResponse:
    """What waits for a review, and what was reviewed."""
    show = request.GET.get("show", "open")
    show = show if show in emergencies.SHOWS else "open"
    place = _number(request.GET.get("organisation"))
    found = emergencies.emergency_reviews(
        by=who(request), show=show, organisation_id=place, before=_number(request.GET.get("before"))
    )

    def href(**changed: Any) -> str:
        query = {"show": show, "organisation": place, **changed}
        return "?" + urlencode({name: value for name, value in query.items() if value not in (None, "", "open")})

    words = {"open": "To review", "overdue": f"Overdue ({found.overdue})", "done": "Reviewed",
             "justified": "Justified", "not_justified": "Not justified"}  # fmt: skip
    chips = [
        {"text": text, "href": href(show="open" if key == show else key), "selected": key == show}
        for key, text in words.items()
    ]
    places = [
        {"text": name, "href": href(organisation=None if key == place else key), "selected": key == place}
        for key, name in found.organisations
    ]
    return draw(
        request, "emergency_reviews", found=found, show=show, chips=chips, places=places,
        older=href(before=found.older) if found.older else "",
    )  # fmt: skip


def _one(request: HttpRequest, sight_id: int) -> Review:
    found = emergencies.emergency_review(by=who(request), sight_id=sight_id)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def emergency_review(request: HttpRequest, sight_id: int) -> HttpResponse:
    """One: the reason given, what was opened in that time, and what the reviewer says of it."""
    found = _one(request, sight_id)
    form = ReviewForm(request.POST or None, is_running=found.sight.is_running)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if attempt(
            form,
            lambda: review_emergency(
                by=who(request), sight=found.sight.row, outcome=said["outcome"], note=said["note"],
                end_now=said.get("end_now", False),
            ),
        ):  # fmt: skip
            say(request, "Your review is kept.")
            return go("emergency_reviews")
        found = _one(request, sight_id)
    return draw(request, "emergency_review", found=found, sight=found.sight, row=found.sight.row, form=form)


@require_POST
def emergency_end(request: HttpRequest, sight_id: int) -> HttpResponse:
    """End it at once; the review can follow."""
    found = _one(request, sight_id)
    try:
        end_emergency(by=who(request), sight=found.sight.row)
        say(request, "The emergency sight is ended. It is still to be reviewed.")
    except Refused as problem:
        tell(request, problem)
    return go("emergency_review", sight_id)
