"""The log for the data protection lead: who looked at what, and why; and the answer for somebody who asks."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import about, log_words
from leeward.platform.access.acting import Acting
from leeward.platform.access.forms.log import LogForm
from leeward.platform.access.queries.log import Wanted, answer, colleagues_named, log_page, organisation_choices
from leeward.platform.access.views.session import acting
from leeward.platform.common.references import as_reference

FILTERS = (
    ("", "Everything"),
    ("read_case", "Cases read"),
    ("read_contact", "Contacts read"),
    ("read_person", "People read"),
    ("searched_people", "Searches"),
    ("checked_index", "Index checks"),
    ("emergency", "Emergency sight"),
    ("exports", "Printed and exported"),
    ("was_refused", "Refused"),
    ("shared_case", "Shares"),
    ("places", "Sign-in and roles"),
)

# What one filter stands for where it is more than one thing.
GROUPS = {"places": log_words.SIGN_IN, "exports": log_words.EXPORTS, "emergency": log_words.EMERGENCY}


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


def _day(text: str | None) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text or "")
    return None


def _asked(by: Acting, form: LogForm) -> dict[str, str]:
    """What a sent search comes to as an address: numbers and days, never a reference or a name."""
    said, found = form.cleaned_data, {}
    wanted, who = said["about"].strip(), said["who"].strip()
    if wanted.isdecimal():
        found["person"] = str(_number(wanted) or 0)
    elif wanted:
        person = about.person_of_reference(as_reference(wanted))
        if person is None:
            form.add_error("about", "There is no case or contact with this reference. Check each letter and figure.")
        found["person"] = str(person)
    if who:
        colleagues = colleagues_named(by=by, text=who)
        if len(colleagues) == 1:
            found["user"] = str(colleagues[0].pk)
        elif colleagues:
            several = "; ".join(f"{one.name}, {one.email}" for one in colleagues)
            form.add_error("who", f"Several colleagues are called so. Enter the e-mail address of one: {several}")
        else:
            form.add_error("who", "Nobody of this partnership has this name or e-mail address.")
    if said["organisation"]:
        found["organisation"] = said["organisation"]
    if said["since"] and said["until"] and said["until"] < said["since"]:
        form.add_error("until", "The second day must not lie before the first.")
    return {**found, **{name: said[name].isoformat() for name in ("since", "until") if said.get(name)}}


@require_http_methods(["GET", "HEAD", "POST"])
def log(request: HttpRequest) -> HttpResponse:
    """One page of the log, newest first, by person, colleague, organisation, action and days."""
    given, by = request.GET, acting(request)
    action = given.get("did", "")
    numbers = {name: _number(given.get(name)) for name in ("person", "user", "organisation")}
    days = {name: _day(given.get(name)) for name in ("since", "until")}
    organisations = organisation_choices(by=by)
    form = LogForm(
        request.POST if request.method == "POST" else None, organisations=organisations,
        initial={**days, "organisation": str(numbers["organisation"] or "")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        asked = _asked(by, form)
        if form.is_valid():
            return redirect(f"{reverse('log')}?{urlencode(asked)}" if asked else reverse("log"))
    wanted = Wanted(
        numbers["person"], numbers["user"], numbers["organisation"], GROUPS.get(action, (action,) if action else ()),
        days["since"], days["until"], _number(given.get("before")),
    )  # fmt: skip
    found = log_page(by=by, wanted=wanted, organisations=organisations)
    kept = {**numbers, **days}
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
        "page_of_log": found, "chips": chips, "did": action, "form": form, "kept": kept,
        "older": f"?did={action}{keep}&before={found.older}" if found.older else "",
    }  # fmt: skip
    return render(request, "access/log.jinja", context)


@require_safe
def log_answer(request: HttpRequest) -> HttpResponse:
    """For paper: what a person may be told of who looked at their record, in a period."""
    given = request.GET
    person, names = _number(given.get("person")), given.get("names") == "on"
    if person is None:
        raise Http404
    days = {name: _day(given.get(name)) for name in ("since", "until")}
    wanted = Wanted(person, since=days["since"], until=days["until"], before=_number(given.get("before")))
    found = answer(by=acting(request), wanted=wanted, names=names)
    keep = urlencode({"person": person, **{name: value for name, value in days.items() if value}})
    context = {
        "answer": found, **days, "is_first": wanted.before is None, "printed_at": timezone.now(),
        "until": days["until"] or timezone.localdate(), "back": f"{reverse('log')}?{keep}",
        "older": f"?{keep}{'&names=on' if names else ''}&before={found.older}" if found.older else "",
    }  # fmt: skip
    return render(request, "access/log_answer.jinja", context)
