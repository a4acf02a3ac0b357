"""What comes after the arrival: the next place, moving on, support after they left, incidents, letters."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import who
from leeward.platform.common.pages import PAGE, page_number, pages
from leeward.platform.reference.lists import choices
from leeward.record.people.queries.person import names_of
from leeward.response.accommodation.actions import moving as act
from leeward.response.accommodation.documents import sanctuary_letter, stay_letter
from leeward.response.accommodation.forms import after as forms
from leeward.response.accommodation.forms.needs import NeedForm
from leeward.response.accommodation.models import Stay, StayEvent
from leeward.response.accommodation.queries.after import incidents_of, waiting_anywhere, waiting_to_move
from leeward.response.accommodation.queries.geography import all_names, area_names
from leeward.response.accommodation.queries.history import history_of
from leeward.response.accommodation.queries.places import our_site
from leeward.response.accommodation.queries.sanctuary import find_sanctuary, sanctuary_page
from leeward.response.accommodation.queries.stays import stay_page
from leeward.response.accommodation.views.common import about_stay, case_to_house, one_form, sent, under_case
from leeward.response.accommodation.views.coordinating import placing

FORM = ["GET", "HEAD", "POST"]
WHOLE = 2000  # households of a list on one page, for print
PERIODS = ((90, "90 days"), (365, "A year"), (1825, "5 years"))


@require_http_methods(FORM)
def next_place(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Look for the next place while they stay: filled in from what was needed when they came."""
    by = who(request)
    found = Stay.objects.filter(id=stay_id, status=Stay.IN).first()
    if found is None:
        raise Http404
    frame = case_to_house(found.case_id, change=True)
    form = NeedForm(sent(request), areas=area_names(by), initial=forms.as_initial(act.facts_from(found)))

    def do() -> str:
        act.begin_move(by=by, stay=found, facts=form.facts())
        return reverse("case_place", args=[found.case_id])

    return one_form(
        request, form, do, title="Look for their next place", button="Go on", back=reverse("stay", args=[stay_id]),
        done="They stay where they are until they arrive at the next place. Look for what fits.",
        intro="Filled in from what was needed when they came. Who lives with them comes too, and what was dangerous"
        " still is: you can change both on the next page.", **under_case(frame),
    )  # fmt: skip


@require_http_methods(FORM)
def back(request: HttpRequest, event_id: int) -> HttpResponse:
    """They are back from an absence."""
    by = who(request)
    rows = StayEvent.objects.select_related("stay__person", "stay__space__site")
    event = rows.filter(id=event_id, organisation_id=by.acts_for, kind="absence", until=None).first()
    if event is None:
        raise Http404
    form, page = forms.BackForm(sent(request)), reverse("stay", args=[event.stay_id])

    def do() -> str:
        day = form.cleaned_data["on"]
        now = timezone.now()
        at = min(timezone.make_aware(datetime.combine(day, datetime.max.time().replace(microsecond=0))), now)
        act.say_back(by=by, event=event, at=at)
        return page

    return one_form(
        request, form, do, title="They are back", button="Write it down", back=page, field="on",
        about=about_stay(event.stay), back_words="The stay", done="Written down.",
    )  # fmt: skip


@require_http_methods(FORM)
def resettle(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Support after they left."""
    by = who(request)
    rows = Stay.objects.select_related("person", "space__site")
    found = rows.filter(id=stay_id, organisation_id=by.acts_for, status=Stay.LEFT).first()
    if found is None:
        raise Http404
    form, page = forms.ResettleForm(sent(request)), reverse("stay", args=[stay_id])

    def do() -> str:
        act.resettle(by=by, stay=found, facts=form.facts())
        return page

    return one_form(
        request, form, do, title="Support after they left", button="Write it down", back=page, field="on",
        about=about_stay(found), back_words="The stay", done="Written down. Today asks again, until it has ended.",
    )  # fmt: skip


@require_safe
def move_on(request: HttpRequest) -> HttpResponse:
    """Who of ours waits to move on."""
    by = who(request)
    form = forms.MoveOnFilter(request.GET, areas=area_names(by))
    asked = form.asked()
    whole = request.GET.get("whole") == "1"
    page, size = (1, WHOLE) if whole else (page_number(request), PAGE)
    seen = waiting_to_move(by, **asked, page=page, size=size)
    context = {"seen": seen, "form": form, "areas": all_names(by), "narrowed": any(asked.values())}
    chosen = request.GET.copy()
    chosen["whole"] = "1"
    context |= {"today": timezone.localdate(), "on_one": "" if whole else f"?{chosen.urlencode()}"}
    return render(request, "accommodation/move_on.jinja", context | pages(request, page, seen.more and not whole))


@require_safe
def move_on_anywhere(request: HttpRequest) -> HttpResponse:
    """Who of all providers waits to move on, without a name."""
    by = who(request)
    form = forms.MoveOnFilter(request.GET, areas=area_names(by))
    asked = form.asked()
    context = {"rows": waiting_anywhere(**asked), "form": form, "areas": all_names(by), "narrowed": any(asked.values())}
    context |= {"today": timezone.localdate(), **placing("move_on")}
    return render(request, "accommodation/move_on_anywhere.jinja", context)


@require_safe
def incidents(request: HttpRequest, site_id: int) -> HttpResponse:
    """What happened in one of our houses."""
    site = our_site(who(request), site_id)
    known = dict(choices("house_incident"))
    what = request.GET.get("what", "") if request.GET.get("what", "") in known else ""
    given = request.GET.get("days", "")
    days = int(given) if given in {str(number) for number, _ in PERIODS} else 365
    page = page_number(request)
    seen = incidents_of(site, what=what, days=days, page=page)
    context = {
        "seen": seen, "site": site, "kinds": known, **pages(request, page, seen.more),
        "periods": [_chip(words, number == days, days=number, what=what) for number, words in PERIODS],
        "which": [_chip(words, code == what, days=days, what="" if code == what else code)
                  for code, words in known.items()],
    }  # fmt: skip
    return render(request, "accommodation/incidents.jinja", context)


@require_safe
def history(request: HttpRequest, site_id: int) -> HttpResponse:
    """How the spaces of one of our sites were used."""
    site = our_site(who(request), site_id)
    given = request.GET.get("days", "")
    days = int(given) if given in {str(number) for number, _ in PERIODS} else 365
    context = {
        "seen": history_of(site, days=days), "site": site,
        "periods": [_chip(words, number == days, days=number) for number, words in PERIODS],
    }  # fmt: skip
    return render(request, "accommodation/history.jinja", context)


def _chip(words: str, selected: bool, **asked: object) -> dict[str, object]:
    return {"text": words, "selected": selected, "href": "?" + urlencode({k: v for k, v in asked.items() if v})}


@require_http_methods(FORM)
def letter(request: HttpRequest, stay_id: int) -> HttpResponse:
    """A confirmation of a stay as PDF: what it says is chosen first, its name tells nothing, and no cache keeps it."""
    by = who(request)
    seen = stay_page(by, stay_id)
    if not seen.is_ours or seen.stay.arrived_at is None:
        raise Http404
    form = forms.LetterForm(sent(request))
    if request.method == "POST" and form.is_valid():
        facts = form.facts(signed_by=by.user_name, signed_as=by.organisation_name)
        made = stay_letter(seen, facts, name=_full_name(seen.stay.person_id, seen.called), today=timezone.localdate())
        audit.record("made_stay_letter", "stay", stay_id, person=seen.stay.person_id, detail={"street": facts.street})
        return _pdf(made)
    context = {
        "form": form, "title": "Letter that confirms the stay", "submit_label": "Make the PDF",
        "cancel_href": reverse("stay", args=[stay_id]), "about": about_stay(seen.stay), "back_words": "The stay",
        "lead": "For a claim of benefit, a school or a doctor. It is not kept here: make it again when it is needed.",
    }  # fmt: skip
    return render(request, "accommodation/letter_form.jinja", context)


@require_safe
def sanctuary_pdf(request: HttpRequest, sanctuary_id: int) -> HttpResponse:
    """The evidence letter of a home made safe as PDF."""
    by, found = who(request), find_sanctuary(sanctuary_id)
    frame = case_to_house(found.case_id)
    if not frame.sight.address:
        raise Http404
    seen = sanctuary_page(frame)
    if seen.sanctuary is None or seen.sanctuary.id != found.id or found.tested_on is None:
        raise Http404
    made = sanctuary_letter(
        found, seen.works, name=_full_name(found.person_id, frame.name), reference=frame.case.reference,
        organisation=by.organisation_name,
        phone=found.organisation.phone if found.organisation_id == by.acts_for else "", signed_by=by.user_name,
        today=timezone.localdate(),
    )  # fmt: skip
    audit.record("made_sanctuary_letter", "sanctuary", found.id, person=found.person_id)
    return _pdf(made)


def _full_name(person_id: int, called: str) -> str:
    return names_of([person_id]).get(person_id) or called


def _pdf(made: bytes) -> HttpResponse:
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="letter.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer
