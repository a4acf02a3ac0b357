"""The log for the data protection lead: who looked at what, and why."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_http_methods

from leeward.platform.access.forms.log import LogForm
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


def _day(text: str | None) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text or "")
    return None


def _asked(form: LogForm) -> dict[str, str]:
    """What a sent search comes to as an address: numbers and days, never a reference."""
    said, found = form.cleaned_data, {}
    about = said["about"].strip()
    if about.isdecimal():
        found["person"] = str(_number(about) or 0)
    elif about:
        case = import_string(settings.CASE_OF_REFERENCE)(about)
        if case is None:
            form.add_error("about", "There is no case with this reference. Check each letter and figure.")
        found["case"] = str(case)
    if said["since"] and said["until"] and said["until"] < said["since"]:
        form.add_error("until", "The second day must not lie before the first.")
    return {**found, **{name: said[name].isoformat() for name in ("since", "until") if said.get(name)}}


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """One page of the log, newest first, by person, case, user, action and days."""
    given = request.GET
    action = given.get("did", "")
    about = {name: _number(given.get(name)) for name in ("person", "user", "case")}
    days = {name: _day(given.get(name)) for name in ("since", "until")}
    form = LogForm(request.POST if request.method == "POST" else None, initial=days)
    if request.method == "POST" and form.is_valid():
        asked = _asked(form)
        if form.is_valid():
            return redirect(f"{reverse('log')}?{urlencode(asked)}" if asked else reverse("log"))
    page = log_page(
        by=acting(request), person_id=about["person"], user_id=about["user"], case_id=about["case"],
        since=days["since"], until=days["until"], actions=GROUPS.get(action, (action,) if action else ()),
        before=_number(given.get("before")),
    )  # fmt: skip
    kept = {**about, **days}
    keep = "".join(f"&{name}={value}" for name, value in kept.items() if value)
    chips = [
        {
            "text": words,
            "selected": key == action,
            "href": f"?{keep[1:]}" if key == action or not key else f"?did={key}{keep}",
        }
        for key, words in FILTERS
    ]
    context = {
        "page_of_log": page, "chips": chips, "did": action, "form": form, "kept": kept,
        "user": User.objects.filter(id=about["user"]).first() if about["user"] else None,
        "older": f"?did={action}{keep}&before={page.older}" if page.older else "",
    }  # fmt: skip
    return render(request, "access/log.jinja", context)
