"""The page on which triage puts right what is known of a contact, and the button that asks the index again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leeward.platform.access.web import Both, attempt, from_now_on, go, once_only, redirect_to, say, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.models import Area
from leeward.response.front_door.actions.correcting import correct_contact
from leeward.response.front_door.actions.knowing import ask_index_again
from leeward.response.front_door.forms.correcting import CorrectForm
from leeward.response.front_door.models import Contact
from leeward.response.front_door.queries.triage import contact_page
from leeward.response.front_door.views.triage import both_of


def _ask(request: HttpRequest, contact: Contact) -> None:
    if words := ask_index_again(by=who(request), contact=contact):
        messages.warning(request, f"The index was not asked whether they are known. {words}")


@require_POST
def contact_known(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Ask the index again whether they are known."""
    page = contact_page(by=who(request), contact_id=contact_id)
    if page is None:
        raise Http404
    try:
        _ask(request, page.contact)
    except Refused as refused:
        messages.error(request, refused.words)
    return go("contact", contact_id)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_correct(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Risk, danger, area, language, needs, and a further line of the story."""
    by = who(request)
    page = contact_page(by=by, contact_id=contact_id)
    if page is None:
        raise Http404
    areas = list(Area.objects.filter(partnership_id=by.partnership_id).order_by("name").values_list("code", "name"))
    form = CorrectForm(
        request.POST or None, contact=page.contact, areas=areas, is_named=bool(page.names),
        is_born=page.person.birth_date is not None,
    )  # fmt: skip
    both: Both | None = None
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            facts = form.facts()
            corrected = correct_contact(by=by, contact=page.contact, facts=facts, version=form.cleaned_data["version"])
            say(request, "Put right.")
            is_named = bool(page.names or facts.given or facts.family)
            if is_named and (facts.given or facts.family or facts.birth_date):
                _ask(request, corrected)
            return reverse("contact", args=[contact_id])

        try:
            if to := attempt(form, lambda: once_only(form.once, make), "risk_reason"):
                return redirect_to(to)
        except Conflict as conflict:
            both = both_of(conflict, note=form.cleaned_data["added"])
            from_now_on(form, request, page.contact.version)
    context = {"form": form, "contact": page.contact, "found": page, "both": both}
    return render(request, "front_door/triage/correct.jinja", context)
