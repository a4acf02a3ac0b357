"""Pages about attempts: record one, take one back, say whether the way that was tried is still safe."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.response.front_door.actions.triage import log_attempt
from leeward.response.front_door.actions.trying import doubt_way, take_attempt_back
from leeward.response.front_door.forms.triage import AttemptForm, TakeBackForm
from leeward.response.front_door.models import Attempt
from leeward.response.front_door.queries.reaching import ways_by_person
from leeward.response.front_door.queries.triage import ContactPage
from leeward.response.front_door.rules.reaching import SafeTime, safe_time
from leeward.response.front_door.rules.trying import attempt_words, ways_in_question
from leeward.response.front_door.views.triage import page_of


@require_http_methods(["GET", "POST"])
def contact_attempt(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Write down a try to reach them, or that they got in touch."""
    page = page_of(request, contact_id)
    form = AttemptForm(request.POST or None, prefix="attempt", contact=page.contact, ways=page.safe.ways)
    if request.method == "POST" and form.is_valid() and not form.needs_reason(*_judged(page, form)):
        data = form.cleaned_data

        def make() -> str:
            made = log_attempt(
                by=who(request), contact=page.contact, how=data["how"], outcome=data["outcome"], note=data["note"],
                why_outside=data["why_outside"], at=form.made_at(), they_came=data["they_came"], way_id=form.way_id(),
                next_at=form.next_at(), next_why=data["next_why"],
            )  # fmt: skip
            messages.success(request, "The attempt is recorded.")
            if ways_in_question(made, page.details):
                return reverse("contact_attempt_safe", args=[contact_id, made.id])
            return reverse("contact", args=[contact_id])

        if to := attempt(form, lambda: once_only(form.once, make), "why_outside"):
            return redirect_to(to)
    return render(request, "front_door/triage/attempt.jinja", {"form": form, "contact": page.contact, "found": page})


def _judged(page: ContactPage, form: AttemptForm) -> tuple[SafeTime, SafeTime | None]:
    """What was safe when they were tried, by the way that was tried; and at the next try, where one is planned."""
    details = ways_by_person([page.contact.person_id]).get(page.contact.person_id, [])
    used = [one for one in details if form.way_id() in (None, one.id)]

    def at(moment: datetime) -> SafeTime:
        return safe_time(page.contact, used, moment)

    then = form.next_at()
    return at(form.made_at() or timezone.now()), safe_time(page.contact, details, then) if then else None


def _attempt_of(page: ContactPage, attempt_id: int) -> Attempt:
    found = next((one for one in page.attempts if one.id == attempt_id and one.taken_back_at is None), None)
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def contact_attempt_take_back(request: HttpRequest, contact_id: int, attempt_id: int) -> HttpResponse:
    """Take back an attempt that was recorded by mistake, with a reason."""
    page = page_of(request, contact_id)
    made = next((one for one in page.attempts if one.id == attempt_id), None)
    if made is None:
        raise Http404
    form = TakeBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            take_attempt_back(
                by=who(request), contact=page.contact, attempt_id=attempt_id, why=form.cleaned_data["why"]
            )
            messages.success(request, "The attempt is taken back. It counts for nothing any more.")
            return reverse("contact", args=[contact_id])

        if to := attempt(form, lambda: once_only(form.once, make), "why"):
            return redirect_to(to)
    context = {"form": form, "contact": page.contact, "found": page, "made": made, "words": attempt_words(made)}
    return render(request, "front_door/triage/attempt_take_back.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_attempt_safe(request: HttpRequest, contact_id: int, attempt_id: int) -> HttpResponse:
    """After a wrong number, somebody else or no time to talk: whether the way is still safe, with one press."""
    page = page_of(request, contact_id)
    made = _attempt_of(page, attempt_id)
    asked = ways_in_question(made, page.details)
    if request.method == "POST":
        chosen = request.POST.get("way", "")
        try:
            change = doubt_way(
                by=who(request), contact=page.contact, attempt=made, detail_id=int(chosen) if chosen.isdecimal() else 0,
                is_safe=request.POST.get("answer", ""),
            )  # fmt: skip
        except (Refused, Conflict) as problem:
            messages.error(request, problem.words)
            return go("contact_attempt_safe", contact_id, attempt_id)
        if change is not None:
            undo = reverse("person_change_undo", args=[page.contact.person_id, change.id]) + "?to=person_contact"
            say(request, "Nobody is told any more that this is safe.", undo)
        left = [one for one in asked if str(one.id) != chosen]
        return go("contact_attempt_safe", contact_id, attempt_id) if left else go("contact", contact_id)
    if not asked:
        return go("contact", contact_id)
    context = {"contact": page.contact, "found": page, "words": attempt_words(made), "asked": asked}
    return render(request, "front_door/triage/attempt_safe.jinja", context)
