"""A case's search for a place: what is needed, what fits, who was asked, what is done where there is no room."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.access.web import from_now_on, go, say, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.queries.case import CaseFrame
from leeward.response.accommodation.actions import needs as act
from leeward.response.accommodation.actions.asking import ask_providers
from leeward.response.accommodation.actions.searching import search_spaces
from leeward.response.accommodation.forms.needs import (
    AreaForm,
    EndNeedForm,
    LookAgainForm,
    MemberForm,
    NeedForm,
    StepForm,
)
from leeward.response.accommodation.models import Need, NeedArea, NeedMember, NextStep, Space
from leeward.response.accommodation.queries.after import looked_for_twice
from leeward.response.accommodation.queries.geography import area_names
from leeward.response.accommodation.queries.needs import find_need, known_facts, known_household, need_page
from leeward.response.accommodation.queries.proposals import suggestions_of
from leeward.response.accommodation.queries.sanctuary import may_make_safe
from leeward.response.accommodation.rules.asking import STATUS_WORDS, people_in_words, sheet_of
from leeward.response.accommodation.views.common import case_to_house, one_form, sent, under_case

FORM = ["GET", "HEAD", "POST"]


@require_safe
def case_place(request: HttpRequest, case_id: int) -> HttpResponse:
    """The search of a case: what stands, who was asked, what was found before."""
    frame = case_to_house(case_id)
    page = need_page(frame)
    context = {
        "seen": page,
        # Who may not change the search that stands may begin one where that has ended.
        "may_look": page.need is None or page.need.status == Need.ENDED or _may_look(who(request), page.need, frame),
        "twice": looked_for_twice(page.need) if page.need else [],
        "statuses": STATUS_WORDS,
        "suggestions": suggestions_of(case_id),
        "people": people_in_words(sheet_of(page.need, [one.row for one in page.members], timezone.localdate()))
        if page.need
        else "",
    }
    return render(request, "accommodation/case_place.jinja", context | under_case(frame))


@require_http_methods(FORM)
def need_add(request: HttpRequest, case_id: int) -> HttpResponse:
    """Begin to look, from what is known already."""
    by, frame = who(request), case_to_house(case_id, change=True)
    form = NeedForm(sent(request), areas=area_names(by), initial=known_facts(frame))
    home = known_household(frame)

    def do() -> str:
        act.open_need(by=by, case=frame.case, facts=form.facts(), household=home)
        return reverse("case_place", args=[frame.case.id])

    return one_form(
        request, form, do, title="Look for a safe place", button="Go on",
        back=reverse("case_place", args=[frame.case.id]),
        done="Say now which areas are dangerous, and look.",
        intro="Filled in from what is known. Who comes is taken from the case: you can change it on the next page.",
        **under_case(frame),
    )  # fmt: skip


def _change(by: Acting, need_id: int) -> tuple[Need, CaseFrame]:
    """A need for who may change it, and the top of its case's pages."""
    need = find_need(need_id)
    frame = case_to_house(need.case_id, change=True)
    if not _may_look(by, need, frame):
        raise Http404
    return need, frame


def _may_look(by: Acting, need: Need, frame: CaseFrame) -> bool:
    # The same as `may_look`, from the sight that the frame has read.
    return frame.sight.address_in_full or (need.organisation_id == by.acts_for and frame.sight.may_change)


def _page_of(need: Need) -> str:
    return reverse("case_place", args=[need.case_id])


@require_http_methods(FORM)
def need_change(request: HttpRequest, need_id: int) -> HttpResponse:
    """Change what is needed; two who do so at once are told."""
    by = who(request)
    need, frame = _change(by, need_id)
    form = NeedForm(sent(request), areas=area_names(by), need=need)

    def do() -> str:
        act.change_need(by=by, need=need, facts=form.facts(), version=form.cleaned_data["version"] or 0)
        return _page_of(need)

    try:
        return one_form(
            request, form, do, title="Change what is needed", button="Change it", back=_page_of(need), field="by_on",
            done="Changed. Look again: other places may fit now.", **under_case(frame),
        )  # fmt: skip
    except Conflict as problem:
        from_now_on(form, request, find_need(need_id).version)
        form.add_error(None, f"{problem.words} Look at it in another window; sent again, yours stands.")
        return render(
            request,
            "accommodation/form.jinja",
            {
                "form": form,
                "title": "Change what is needed",
                "submit_label": "Change it",
                "cancel_href": _page_of(need),
                "lead": "",
            }
            | under_case(frame),
        )


@require_http_methods(FORM)
def member_add(request: HttpRequest, need_id: int) -> HttpResponse:
    """Somebody comes too."""
    by = who(request)
    need, frame = _change(by, need_id)
    form = MemberForm(sent(request))

    def do() -> str:
        act.add_member(by=by, need=need, facts=form.facts())
        return _page_of(need)

    return one_form(
        request, form, do, title="Somebody comes too", button="Add them", back=_page_of(need), done="Added.",
        **under_case(frame),
    )  # fmt: skip


@require_POST
def member_out(request: HttpRequest, member_id: int) -> HttpResponse:
    """Somebody does not come after all."""
    member = NeedMember.objects.filter(id=member_id, left_at=None).first()
    if member is None:
        raise Http404
    need, _ = _change(who(request), member.need_id)
    try:
        act.take_member_out(by=who(request), member=member)
        say(request, "Taken out.")
    except Refused as problem:
        tell(request, problem)
    return go("case_place", need.case_id)


@require_http_methods(FORM)
def area_add(request: HttpRequest, need_id: int) -> HttpResponse:
    """An area that matters."""
    by = who(request)
    need, frame = _change(by, need_id)
    form = AreaForm(sent(request), areas=area_names(by))

    def do() -> str:
        act.add_area(by=by, need=need, facts=form.facts())
        return _page_of(need)

    return one_form(
        request, form, do, title="An area that matters", button="Add it", back=_page_of(need), field="area_code",
        done="Added.", intro="Also where he works, or has family: wherever he would come past.",
        **under_case(frame),
    )  # fmt: skip


@require_POST
def area_out(request: HttpRequest, area_id: int) -> HttpResponse:
    """An area matters no more."""
    area = NeedArea.objects.filter(id=area_id, ended_at=None).first()
    if area is None:
        raise Http404
    need, _ = _change(who(request), area.need_id)
    try:
        act.take_area_out(by=who(request), area=area)
        say(request, "Taken out.")
    except Refused as problem:
        tell(request, problem)
    return go("case_place", need.case_id)


@require_http_methods(FORM)
def search(request: HttpRequest, need_id: int) -> HttpResponse:
    """What fits now, with reasons; ticked, its providers are asked without a name."""
    by = who(request)
    need, frame = _change(by, need_id)
    if need.status != Need.OPEN:
        return go("case_place", need.case_id)
    problem = ""
    if request.method == "POST":
        ticked = [int(one) for one in request.POST.getlist("space") if one.isdecimal() and len(one) < 19]
        spaces = list(Space.objects.filter(id__in=ticked, closed_on=None))
        if not spaces:
            problem = "Tick at least one space."
        else:
            try:
                made = ask_providers(by=by, need=need, spaces=spaces)
                say(request, f"Asked for {len(made)} space{'s'[: len(made) != 1]}. No name was given.")
                return go("case_place", need.case_id)
            except Refused as refused:
                problem = refused.words
    found = search_spaces(by=by, need=need)
    context = {
        "need": need,
        "found": found,
        "problem": problem,
        "areas": found.names,
        "people": people_in_words(sheet_of(need, found.members, timezone.localdate())),
    }
    return render(request, "accommodation/search.jinja", context | under_case(frame))


@require_http_methods(FORM)
def need_end(request: HttpRequest, need_id: int) -> HttpResponse:
    """Nobody looks any more."""
    by = who(request)
    need, frame = _change(by, need_id)
    form = EndNeedForm(sent(request))

    def do() -> str:
        act.end_need(by=by, need=need, why=form.cleaned_data["why"], words=form.cleaned_data["words"])
        return _page_of(need)

    return one_form(
        request, form, do, title="End the search", button="End it", back=_page_of(need), done="The search has ended.",
        intro="Whoever was asked is told that they need not answer.", **under_case(frame),
    )  # fmt: skip


@require_http_methods(FORM)
def step_add(request: HttpRequest, need_id: int) -> HttpResponse:
    """What is done where there is no room."""
    by = who(request)
    need, frame = _change(by, need_id)
    form = StepForm(sent(request), need=need)

    def do() -> str:
        said = form.cleaned_data
        act.take_next_step(by=by, need=need, kind=said["kind"], words=said["words"], passed=said["passed"])
        if said["kind"] == "sanctuary" and may_make_safe(need.case_id):
            return reverse("sanctuary_refer", args=[need.case_id])
        return _page_of(need)

    return one_form(
        request, form, do, title="No room: what is done meanwhile", button="Write it down", back=_page_of(need),
        field="passed", done="Written down. Today asks again tomorrow, and each day after.",
        intro="In this order, the first that is possible.", **under_case(frame),
    )  # fmt: skip


@require_http_methods(FORM)
def step_look(request: HttpRequest, next_id: int) -> HttpResponse:
    """A step is looked at again."""
    by = who(request)
    step = NextStep.objects.filter(id=next_id, ended_at=None).first()
    if step is None:
        raise Http404
    need, frame = _change(by, step.need_id)
    form = LookAgainForm(sent(request))

    def do() -> str:
        again = timezone.localdate() + timedelta(days=1) if form.cleaned_data["goes_on"] == "yes" else None
        act.look_again(by=by, step=step, outcome=form.cleaned_data["outcome"], on=again)
        return _page_of(need)

    return one_form(
        request, form, do, title="Look again", button="Write it down", back=_page_of(need), done="Written down.",
        **under_case(frame),
    )  # fmt: skip
