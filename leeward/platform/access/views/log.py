"""The log for the data protection lead: who looked at what, and why."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from leeward.platform.access.models import User
from leeward.platform.access.queries import log_page
from leeward.platform.access.views.session import acting

FILTERS = (
    ("", "Everything"),
    ("read_case", "Cases read"),
    ("read_contact", "Contacts read"),
    ("read_person", "People read"),
    ("searched_people", "Searches"),
    ("checked_index", "Index checks"),
    ("broke_glass", "Emergency sight"),
    ("was_refused", "Refused"),
    ("shared_case", "Shares"),
    ("places", "Sign-in and roles"),
)

# What one filter stands for where it is more than one thing.
GROUPS = {
    "places": (
        "added_user", "offered_membership", "accepted_membership", "declined_membership", "changed_membership",
        "ended_membership", "restored_membership", "reset_sign_in", "accepted_invitation",
    ),
}  # fmt: skip


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 20 else None


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """One page of the log, newest first, by person, user, action."""
    given = request.GET
    action = given.get("did", "")
    person, user = _number(given.get("person")), _number(given.get("user"))
    page = log_page(
        by=acting(request),
        person_id=person,
        user_id=user,
        actions=GROUPS.get(action, (action,) if action else ()),
        before=_number(given.get("before")),
    )
    keep = "".join(f"&{name}={value}" for name, value in (("person", person), ("user", user)) if value)
    chips = [
        {
            "text": words,
            "selected": key == action,
            "href": f"?{keep[1:]}" if key == action or not key else f"?did={key}{keep}",
        }
        for key, words in FILTERS
    ]
    context = {
        "page_of_log": page, "chips": chips, "person": person, "did": action,
        "user": User.objects.filter(id=user).first() if user else None,
        "older": f"?did={action}{keep}&before={page.older}" if page.older else "",
    }  # fmt: skip
    return render(request, "access/log.jinja", context)
