"""A case's place in the reciprocal: registered, changed, withdrawn; what the household answers; that they moved."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.access.web import from_now_on, who
from leeward.platform.common.errors import Conflict
from leeward.response.accommodation.actions import movers as act
from leeward.response.accommodation.forms.reciprocal import MovedForm, MoverForm, OfferAnswerForm, ReasonForm
from leeward.response.accommodation.models import Mover
from leeward.response.accommodation.queries.geography import all_names, area_names
from leeward.response.accommodation.queries.movers import danger_of, find_mover, known_of, mover_page, offers_of
from leeward.response.accommodation.queries.reciprocal import our_landlord
from leeward.response.accommodation.views.common import case_to_house, one_form, sent, under_case

FORM = ["GET", "HEAD", "POST"]


@require_safe
def case_reciprocal(request: HttpRequest, case_id: int) -> HttpResponse:
    """Whether the household of a case is in the scheme, what is offered, what comes next."""
    frame = case_to_house(case_id)
    by = who(request)
    context = {"seen": mover_page(by, frame.case, danger_of(frame.case)), "areas": all_names(by)}
    return render(request, "accommodation/case_reciprocal.jinja", context | under_case(frame))


def _page_of(mover: Mover) -> str:
    return reverse("case_reciprocal", args=[mover.case_id])


@require_http_methods(FORM)
def mover_add(request: HttpRequest, case_id: int) -> HttpResponse:
    """Register the household of a case."""
    by, frame = who(request), case_to_house(case_id, change=True)
    landlord = our_landlord(by)
    if landlord is None or landlord.left_on is not None:
        raise Http404
    form = MoverForm(sent(request), areas=area_names(by), initial=known_of(frame))

    def do() -> str:
        return _page_of(act.register_mover(by=by, case=frame.case, facts=form.facts()))

    return one_form(
        request,
        form,
        do,
        title="Register for a secure home in another area",
        button="Register them",
        back=reverse("case_reciprocal", args=[frame.case.id]),
        back_words="A secure home in another area",
        field="areas",
        done="Registered. They are in the next run.",
        intro="Filled in from what is known. This is no emergency accommodation: it took about two months where such a"
        " scheme was counted. They must not give up their tenancy meanwhile.",
        **under_case(frame),
    )


def _to_change(by: Acting, mover_id: int) -> Mover:
    mover = find_mover(mover_id)
    case_to_house(mover.case_id, change=True)
    return mover


@require_http_methods(FORM)
def mover_change(request: HttpRequest, mover_id: int) -> HttpResponse:
    """Change what they need; two who do so at once are told."""
    by = who(request)
    mover = _to_change(by, mover_id)
    if mover.organisation_id != by.acts_for or mover.status not in (Mover.REGISTERED, Mover.PROPOSED):
        raise Http404
    form = MoverForm(sent(request), areas=area_names(by), mover=mover)
    frame = under_case(case_to_house(mover.case_id))
    title = "Change what they need"

    def do() -> str:
        act.change_mover(by=by, mover=mover, facts=form.facts(), version=form.cleaned_data["version"] or 0)
        return _page_of(mover)

    try:
        return one_form(
            request,
            form,
            do,
            title=title,
            button="Change it",
            back=_page_of(mover),
            back_words="A secure home in another area",
            field="areas",
            done="Changed.",
            intro="Where a home is proposed already, that proposal ends when somebody agrees to it.",
            **frame,
        )
    except Conflict as problem:
        from_now_on(form, request, find_mover(mover_id).version)
        form.add_error(None, f"{problem.words} Look at it in another window; sent again, yours stands.")
        context = {
            "form": form,
            "title": title,
            "submit_label": "Change it",
            "cancel_href": _page_of(mover),
            "back_words": "A secure home in another area",
            "lead": "",
        }
        return render(request, "accommodation/form.jinja", context | frame)


@require_http_methods(FORM)
def mover_withdraw(request: HttpRequest, mover_id: int) -> HttpResponse:
    """They are in no run any more."""
    by = who(request)
    mover = _to_change(by, mover_id)
    form = ReasonForm(sent(request))

    def do() -> str:
        act.withdraw_mover(by=by, mover=mover, why=form.cleaned_data["why"])
        return _page_of(mover)

    return one_form(
        request,
        form,
        do,
        title="Withdraw them",
        button="Withdraw them",
        back=_page_of(mover),
        back_words="A secure home in another area",
        done="Withdrawn. No offer is used up: they can be registered again.",
        intro="They are in no run any more. Where a home is proposed, that proposal ends.",
        **under_case(case_to_house(mover.case_id)),
    )


@require_http_methods(FORM)
def mover_answer(request: HttpRequest, mover_id: int) -> HttpResponse:
    """The household takes its one offer, or does not."""
    by = who(request)
    mover = _to_change(by, mover_id)
    offer = next((one for one in offers_of(mover) if one.status in ("bound", "accepted")), None)
    if offer is None:
        raise Http404
    form = OfferAnswerForm(sent(request))

    def do() -> str:
        takes_it = form.cleaned_data["answer"] == "yes"
        act.answer_offer(by=by, mover=mover, move_id=offer.id, takes_it=takes_it, why=form.cleaned_data["why"])
        return _page_of(mover)

    return one_form(
        request,
        form,
        do,
        title="What do they say to the home?",
        button="Write it down",
        back=_page_of(mover),
        back_words="A secure home in another area",
        field="answer",
        done="Written down.",
        intro="It is their one offer. If they do not take it, they keep their tenancy, and the scheme makes no other: a"
        " safe place, a transfer by their landlord, or the council’s homelessness duty are what is left.",
        **under_case(case_to_house(mover.case_id)),
    )


@require_http_methods(FORM)
def mover_moved(request: HttpRequest, mover_id: int) -> HttpResponse:
    """They live in the new home."""
    by = who(request)
    mover = _to_change(by, mover_id)
    offer = next((one for one in offers_of(mover) if one.status == "accepted"), None)
    if offer is None:
        raise Http404
    form = MovedForm(sent(request))

    def do() -> str:
        act.confirm_move(by=by, mover=mover, move_id=offer.id, day=form.cleaned_data["moved_on"])
        return _page_of(mover)

    return one_form(
        request,
        form,
        do,
        title="They have moved",
        button="Write it down",
        back=_page_of(mover),
        back_words="A secure home in another area",
        field="moved_on",
        done="Written down. The ledger has it, and the home that they left is free for who comes next.",
        intro="Once written down it stands: the ledger is never changed.",
        **under_case(case_to_house(mover.case_id)),
    )
