"""What the public pages share: who acts, the language of the words, the partnership's facts, where links lead."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from markupsafe import Markup

from leeward.platform.access.acting import Acting
from leeward.platform.access.partnership import current_partnership, fact
from leeward.platform.access.running import receiving_team
from leeward.platform.common.errors import Refused
from leeward.platform.reference.models import Area
from leeward.response.front_door.content import FACTS, HOURS, Page, draw, page
from leeward.response.front_door.questions import Asking
from leeward.response.front_door.rules import Promise, promise_at, targets_of

# Pages that the layouts link to by name.
NAMED = {"browsing": "browsing", "your-information": "your_information", "accessibility": "accessibility"}
JOURNEYS = {"ask": "ask", "refer": "refer", "status": "receipt"}


def acting(request: HttpRequest) -> Acting:
    """Who acts, as the middleware found. Raises Refused where there is no partnership yet."""
    by: Acting | None = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    if by is None:
        raise Refused(gettext("This site is not open yet."))
    return by


def language() -> str:
    """The language of this page as content and questions name it: `en`, `pl`."""
    return (get_language() or "en").partition("-")[0]


def asking_of(request: HttpRequest) -> Asking:
    """How questions are asked on this page."""
    areas = Area.objects.filter(partnership_id=acting(request).partnership_id).order_by("name")
    return Asking(language(), tuple(areas.values_list("code", "name")))


def facts() -> dict[str, str]:
    """What pages may say of the partnership; plain words where it has not said it (`leeward doctor` lists those)."""
    partnership = current_partnership()
    said = partnership.facts if partnership else {}
    number = partnership.phone if partnership else ""
    instead = {
        "partnership": partnership.name if partnership else "Leeward",
        "local_number": number or gettext("the number at the foot of this page"),
        "local_hours": gettext("as often as we can"),
        "children_number": gettext("your council’s children’s services"),
        "adults_number": gettext("your council’s adult social care"),
        "privacy_contact": number or gettext("the number at the foot of this page"),
        "accessibility_contact": number or gettext("the number at the foot of this page"),
    }
    return {name: fact(said, name, language()) or instead[name] for name in FACTS if name not in HOURS}


def promised_hours() -> dict[str, str]:
    """Within how long a first attempt is promised to who comes now, in words: for high risk, and for everybody else."""
    partnership, now = current_partnership(), timezone.now()
    targets = targets_of(partnership.id) if partnership else []
    others = [promise_at(targets, risk, now) for risk in ("medium", "standard", "unknown")]
    urgent, other = promise_at(targets, "high", now), max(others, key=lambda one: one.due(now))
    return {"hours_urgent": _hours(urgent), "hours_other": _hours(other)}


def _hours(promise: Promise) -> str:
    count = math.ceil(promise.duration.total_seconds() / 3600)
    words = (
        ngettext("%(hours)s working hour", "%(hours)s working hours", count)
        if promise.working
        else ngettext("%(hours)s hour", "%(hours)s hours", count)
    )
    return words % {"hours": promise.hours_given}


def promised(by: Acting, risk: str, *, danger: bool) -> dict[str, Any]:
    """What somebody who asks now is promised, from the partnership's targets: hours, and whether working ones."""
    promise = promise_at(targets_of(by.partnership_id), "high" if danger else risk, timezone.now())
    return {"hours": promise.hours_given, "working": promise.working}


def address(kind: str, name: str) -> str:
    """Where a link of the content leads: page:housing, go:ask."""
    if kind == "go":
        return reverse(JOURNEYS[name])
    if name == "home":
        return reverse("home")
    return reverse(NAMED[name]) if name in NAMED else reverse("public_page", args=[name])


def drawn(body: str) -> Markup:
    """A page's text as HTML."""
    known = facts()
    if any(name in body for name in HOURS):  # asked of the database, for the few pages that say them
        known |= promised_hours()
    return draw(body, facts=known, address=address)


def words_of(slug: str) -> tuple[Page, Markup]:
    """A page of the content and its text as HTML, for pages that are shown inside a journey."""
    found = page(slug, language())
    assert found is not None, slug
    return found, drawn(found.body)


def too_many(request: HttpRequest) -> HttpResponse:
    """The limit of an hour is reached: said plainly, nothing typed is lost, and the numbers are there."""
    answer = render(request, "front_door/public/too_many.jinja", {"numbers": words_of("numbers")}, status=429)
    answer.headers["Retry-After"] = "3600"
    return answer


def closed(request: HttpRequest) -> HttpResponse | None:
    """Where nobody would receive what somebody is about to write: said before the first question, not at the end."""
    if receiving_team(acting(request).partnership_id) is not None:
        return None
    words = gettext("Nobody here can receive this form at the moment. Please ring one of these numbers instead.")
    return refused(request, Refused(words))


def refused(request: HttpRequest, problem: Refused) -> HttpResponse:
    """An action was refused: why, and whom to ring."""
    context = {"words": problem.words, "numbers": words_of("numbers")}
    return render(request, "front_door/public/refused.jinja", context, status=409)
