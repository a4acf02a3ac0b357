"""How somebody can be reached: each way with its rules; the code word on demand."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import from_now_on, go, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.people.actions.contact import add_contact_detail, change_contact_detail, show_code_word
from leeward.record.people.forms.contact import WayForm
from leeward.record.people.models import ContactDetail
from leeward.record.people.views.common import draw, frame_of, frame_to_change, save
from leeward.record.people.views.words import WAY, in_words


def _page(request: HttpRequest, person_id: int, code_word: tuple[int, str] | None = None) -> HttpResponse:
    frame = frame_of(request, person_id, "contact")
    ended = list(ContactDetail.objects.filter(person_id=person_id).exclude(ended_on=None).order_by("-ended_on", "-id"))
    return draw(request, "contact", frame, "contact", ended=ended, code_word=code_word)


@require_safe
def person_contact(request: HttpRequest, person_id: int) -> HttpResponse:
    """Every way to reach them, the safe ones first."""
    return _page(request, person_id)


@require_POST
def person_code_word(request: HttpRequest, person_id: int, detail_id: int) -> HttpResponse:
    """The same page with one code word shown; that it was read is logged."""
    frame_of(request, person_id, "contact")
    try:
        word = show_code_word(by=who(request), person_id=person_id, detail_id=detail_id)
    except Refused as problem:
        tell(request, problem)
        return go("person_contact", person_id)
    return _page(request, person_id, (detail_id, word))


@require_http_methods(["GET", "HEAD", "POST"])
def person_contact_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add a way to reach them."""
    frame = frame_to_change(request, person_id, "contact")
    form = WayForm(request.POST or None, initial=WayForm.start(None))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            row = add_contact_detail(
                by=who(request), person_id=person_id, facts=form.facts(), source=form.source,
                code_word=form.cleaned_data["code_word"],
            )  # fmt: skip
            say(request, "Added.", reverse("person_fact_take_back", args=[person_id, "contact", row.id]))
            return reverse("person_contact", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(request, "contact_form", frame, "contact", form=form, both=None, detail=None)


@require_http_methods(["GET", "HEAD", "POST"])
def person_contact_edit(request: HttpRequest, person_id: int, detail_id: int) -> HttpResponse:
    """Change a way to reach them; who comes second is shown both."""
    frame = frame_to_change(request, person_id, "contact")
    detail = ContactDetail.objects.filter(id=detail_id, person_id=person_id).first()
    if detail is None:
        raise Http404
    form = WayForm(request.POST or None, initial=WayForm.start(detail))
    both = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            change = change_contact_detail(
                by=who(request), person_id=person_id, detail_id=detail_id, facts=form.facts(),
                version=data["version"] or 0, source=form.source, code_word=data["code_word"],
                forget_code_word=data["forget_code_word"],
            )  # fmt: skip
            if change:
                undo = reverse("person_change_undo", args=[person_id, change.id]) + "?to=person_contact"
                say(request, "Changed.", undo)
            return reverse("person_contact", args=[person_id])

        try:
            if answer := save(request, form, make):
                return answer
        except Conflict as conflict:
            both = side_by_side(
                conflict.words, conflict.by, WAY, in_words(conflict.theirs), in_words(asdict(form.facts()))
            )
            from_now_on(form, request, detail.version)
    return draw(request, "contact_form", frame, "contact", form=form, both=both, detail=detail)
