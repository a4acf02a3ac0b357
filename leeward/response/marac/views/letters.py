"""Evidence letters for legal aid: written from a hearing, read before they are final, kept, downloaded."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, once_only, redirect_to, say, who
from leeward.response.marac.actions.letters import make_letter
from leeward.response.marac.documents.letters import letter_pdf
from leeward.response.marac.forms.transfers import LetterForm
from leeward.response.marac.models import Letter
from leeward.response.marac.queries.letters import find_item, find_letter, first_words
from leeward.response.marac.queries.maracs import arranged
from leeward.response.marac.queries.referrals import people_of
from leeward.response.marac.views.referring import typed


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, item_id: int) -> HttpResponse:
    """Write a letter from a hearing; see it as it will be; then it is final."""
    by, item = who(request), find_item(item_id)
    if item is None or item.meeting.marac_id not in arranged():
        raise Http404
    people = people_of(item.case)
    harming = [one for one in people if one.part == "said_to_cause_harm"]
    form = LetterForm(
        request.POST or None,
        initial={
            "body": first_words(item, people[0], harming), "signed_by": by.user_name,
            "signed_as": f"Member of {item.meeting.marac.name}, {by.organisation_name}",
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid() and request.POST.get("confirmed") != "no":
        if request.POST.get("confirmed") != "yes":
            return render(
                request, "marac/letter_confirm.jinja",
                {"form": form, "facts": form.facts(), "item": item, "typed": typed(request)},
            )  # fmt: skip

        def make() -> str:
            return reverse("marac_letter", args=[make_letter(by=by, item=item, facts=form.facts()).id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "The letter is final. It is kept here, and can be downloaded.")
            return redirect_to(address)
    audit.record("opened_marac_letter", "marac_item", item.id, person=item.person_id)
    return render(request, "marac/letter_form.jinja", {"form": form, "item": item, "about": people[0]})


def _letter(letter_id: int) -> Letter:
    found = find_letter(letter_id)
    if found is None:
        raise Http404
    return found


@require_safe
def letter(request: HttpRequest, letter_id: int) -> HttpResponse:
    """A letter as it went out."""
    found = _letter(letter_id)
    audit.record("read_marac_letter", "marac_letter", found.id, person=found.case.person_id)
    return render(request, "marac/letter.jinja", {"letter": found})


@require_safe
def pdf(request: HttpRequest, letter_id: int) -> HttpResponse:
    """The same as an accessible PDF. Its name tells nothing, and no cache keeps it."""
    found = _letter(letter_id)
    audit.record("downloaded_marac_letter", "marac_letter", found.id, person=found.case.person_id)
    answer = HttpResponse(letter_pdf(found), content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
