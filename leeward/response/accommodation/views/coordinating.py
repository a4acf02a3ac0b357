"""The placement coordinator: who waits, proposals of who could go where, what is put to who looks."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.common.pages import page_number, pages
from leeward.response.accommodation.actions import suggesting as act
from leeward.response.accommodation.actions.allocating import ask_for_proposal
from leeward.response.accommodation.forms.coordinating import BecauseForm, ProposalForm, WaitingForm
from leeward.response.accommodation.models import ProposedPlace, Suggestion
from leeward.response.accommodation.queries.geography import all_names
from leeward.response.accommodation.queries.looking import may_look
from leeward.response.accommodation.queries.proposals import (
    find_line,
    find_suggestion,
    proposal_page,
    proposals,
    providers_with_spaces,
)
from leeward.response.accommodation.queries.waiting import waiting_page
from leeward.response.accommodation.views.common import case_to_house, one_form, sent, under_case

FORM = ["GET", "HEAD", "POST"]
TABS = (
    ("waiting", "placement_waiting", "Who waits"),
    ("proposals", "placement_proposals", "Who could go where"),
    ("move_on", "move_on_anywhere", "Who waits to move on"),
    ("rules", "placement_rules", "Rules of the match"),
    ("measures", "counts_places", "Places and need"),
)


def placing(current: str) -> dict[str, Any]:
    """The second-level navigation of the coordinator's pages."""
    return {
        "placement_tabs": [{"text": text, "href": reverse(name), "current": key == current} for key, name, text in TABS]
    }


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Every household that waits, without names."""
    by = who(request)
    given = request.GET.copy()
    given.setdefault("sort", "danger")
    form = WaitingForm(given)
    form.is_valid()
    asked, page = form.asked(), page_number(request)
    seen = waiting_page(by=by, asked=asked, page=page)
    context = {"form": form, "asked": asked, "seen": seen, "areas": all_names(by), **pages(request, page, seen.more)}
    return render(request, "accommodation/placement_waiting.jinja", context | placing("waiting"))


@require_POST
def look_again(request: HttpRequest, need_id: int) -> HttpResponse:
    """Ask who looks for a household to look at it again."""
    try:
        told = act.ask_to_look_again(by=who(request), need_id=need_id)
        words = "Asked. Who looks for them was told, and it stands on their page."
        say(request, words if told else "Asked. Nobody could be told by mail: it stands on their page.")
    except Refused as problem:
        tell(request, problem)
    return go("placement_waiting")


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Proposals, newest first."""
    context = {"rows": proposals(by=who(request))}
    return render(request, "accommodation/placement_proposals.jinja", context | placing("proposals"))


@require_http_methods(FORM)
def proposal_new(request: HttpRequest) -> HttpResponse:
    """Ask for a proposal."""
    by = who(request)
    form = ProposalForm(sent(request), providers=providers_with_spaces(by=by))

    def do() -> str:
        made = ask_for_proposal(by=by, caps=form.caps())
        return reverse("placement_proposal", args=[made.id])

    return one_form(
        request, form, do, title="Propose who could go where", button="Work it out",
        back=reverse("placement_proposals"),
        intro="Everybody who waits, and every space that is free by the time they need it. Where a provider has said"
        " that it can take no more than so many at once, write that down; leave it empty else.",
        **placing("proposals"),
    )  # fmt: skip


@require_safe
def proposal(request: HttpRequest, proposal_id: int) -> HttpResponse:
    """One proposal, line by line."""
    by = who(request)
    seen = proposal_page(by=by, proposal_id=proposal_id)
    caps = [f"{cap['name']}: {cap['most']}" for cap in seen.proposal.caps]
    context = {"seen": seen, "areas": all_names(by), "caps": caps}
    return render(request, "accommodation/placement_proposal.jinja", context | placing("proposals"))


def _line_page(line: ProposedPlace) -> str:
    return reverse("placement_proposal", args=[line.proposal_id])


@require_POST
def line_suggest(request: HttpRequest, proposed_id: int) -> HttpResponse:
    """Suggest this."""
    line = find_line(proposed_id)
    try:
        act.suggest_line(by=who(request), line=line)
        say(
            request, "Suggested. Who looks for them was told; whether they ask for it is theirs to say.",
            undo=reverse("placement_line_back", args=[line.id]),
        )  # fmt: skip
    except Refused as problem:
        tell(request, problem)
    return go("placement_proposal", line.proposal_id)


@require_http_methods(FORM)
def line_not(request: HttpRequest, proposed_id: int) -> HttpResponse:
    """Not this, and why."""
    by, line = who(request), find_line(proposed_id)
    form = BecauseForm(sent(request))

    def do() -> str:
        act.turn_line_down(by=by, line=line, because=form.cleaned_data["because"])
        return _line_page(line)

    return one_form(
        request, form, do, title="Not this", button="Write it down", back=_line_page(line),
        done="Written down. It is not proposed for them again for thirty days.", field="because",
        **placing("proposals"),
    )  # fmt: skip


@require_POST
def line_back(request: HttpRequest, proposed_id: int) -> HttpResponse:
    """Take back what was decided of a line."""
    line = find_line(proposed_id)
    try:
        act.take_line_back(by=who(request), line=line)
        say(request, "Taken back.")
    except Refused as problem:
        tell(request, problem)
    return go("placement_proposal", line.proposal_id)


def _suggestion(request: HttpRequest, suggestion_id: int) -> Suggestion:
    """A suggestion for who looks. Raises Http404 else, for a coordinator too: its case is not theirs to open."""
    found = find_suggestion(suggestion_id)
    case_to_house(found.case_id, change=True)
    if not may_look(found.case_id, found.need.organisation_id == who(request).acts_for):
        raise Http404
    return found


@require_POST
def suggestion_ask(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Who looks asks for the suggested space."""
    found = _suggestion(request, suggestion_id)
    try:
        made = act.ask_for_suggested(by=who(request), suggestion=found)
        say(request, "Asked. No name was given." if made else "This space had been asked for already.")
    except Refused as problem:
        tell(request, problem)
    return go("case_place", found.case_id)


@require_http_methods(FORM)
def suggestion_answer(request: HttpRequest, suggestion_id: int) -> HttpResponse:
    """Who looks says why not; or that they have looked again, which needs one press."""
    by, found = who(request), _suggestion(request, suggestion_id)
    back = reverse("case_place", args=[found.case_id])
    if found.space_id is None:
        if request.method == "POST":
            try:
                act.answer_suggestion(by=by, suggestion=found)
                say(request, "The coordinator reads that you have looked.")
            except Refused as problem:
                tell(request, problem)
        return go("case_place", found.case_id)
    form = BecauseForm(sent(request))

    def do() -> str:
        act.answer_suggestion(by=by, suggestion=found, because=form.cleaned_data["because"])
        return back

    return one_form(
        request, form, do, title="Not this space", button="Tell the coordinator", back=back, field="because",
        done="The coordinator reads why.", **under_case(case_to_house(found.case_id)),
    )  # fmt: skip
