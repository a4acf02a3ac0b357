"""The list of referrals and one referral: for who arranges the MARAC, and for who referred."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import attempt, from_now_on, go, once_only, redirect_to, say, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.response.marac.actions.referring import (
    accept_referral,
    facts_of,
    return_referral,
    send_again,
    withdraw_referral,
)
from leeward.response.marac.forms.referring import AcceptForm, ReturnForm, SendAgainForm, WithdrawForm
from leeward.response.marac.models import Referral
from leeward.response.marac.queries.asked import ASKED, TOLD
from leeward.response.marac.queries.maracs import arranged, next_meetings, open_again
from leeward.response.marac.queries.referrals import (
    FILTERS,
    find_referral,
    newest_assessment,
    read_risk,
    referral_page,
    referrals,
    risk_in_words,
    step_in_words,
)
from leeward.response.marac.queries.repeats import last_referrals
from leeward.response.marac.views.referring import refer_form
from leeward.response.marac.views.seen import draw_case, frame_to_refer, works_in

CHIPS = {
    **{code: label("marac_referral", code) for code in ("sent", "returned", "listed", "heard", "withdrawn")},
    "repeat": "Repeats", "late": "Late", "children": "With children", "asked": "Asked of you for the return",
}  # fmt: skip


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Referrals, newest first: of the MARACs that one arranges, or of one's agency."""
    by = who(request)
    chosen = [code for code in request.GET.getlist("show") if code in FILTERS]
    given, before = request.GET.get("marac", ""), request.GET.get("before", "")
    marac_id = int(given) if given.isdecimal() and len(given) < 20 else None
    ours = request.GET.get("ours") == "1"
    found = referrals(
        by=by, chosen=chosen, marac_id=marac_id, ours=ours,
        before=int(before) if before.isdecimal() and len(before) < 20 else None,
    )  # fmt: skip

    def address(codes: list[str], marac: int | None, older: int | None = None) -> str:
        parts = ["ours=1"] * ours + [f"show={code}" for code in codes]
        parts += [f"marac={marac}"] if marac else []
        parts += [f"before={older}"] if older else []
        return reverse("marac_referrals") + ("?" + "&".join(parts) if parts else "")

    chips = [
        {
            "text": words, "selected": code in chosen,
            "href": address([one for one in chosen if one != code] if code in chosen else [*chosen, code], marac_id),
        }
        for code, words in CHIPS.items()
    ]  # fmt: skip
    if len(found.maracs) > 1:
        chips += [
            {"text": one.name, "selected": one.id == marac_id,
             "href": address(chosen, None if one.id == marac_id else one.id)}
            for one in found.maracs
        ]  # fmt: skip
    return render(
        request, "marac/referrals.jinja",
        {"found": found, "chips": chips, "older": address(chosen, marac_id, found.older) if found.older else "",
         "is_filtered": bool(chosen or marac_id), "ours": ours, "everything": address([], None),
         "whose": [
             {"text": "Of the MARACs you arrange", "href": reverse("marac_referrals"), "current": not ours},
             {"text": "Of your agency", "href": f"{reverse('marac_referrals')}?ours=1", "current": ours},
         ] if found.arranges else []},
    )  # fmt: skip


def _find(referral_id: int) -> Referral:
    found = find_referral(referral_id)
    if found is None:
        raise Http404
    return found


@require_safe
def referral(request: HttpRequest, referral_id: int) -> HttpResponse:
    """One referral: what was sent, its steps, what can be done with it."""
    by, found = who(request), _find(referral_id)
    page = referral_page(by=by, referral=found)
    works = works_in(found.case_id)
    asked = next((one for one in page.changes if one.status in (ASKED, TOLD)), None)
    return render(
        request, "marac/referral.jinja",
        {
            "whole": page, "risk": read_risk(found.risk_words), "referral": found,
            "steps": [(one, step_in_words(one)) for one in page.changes],
            "accept": AcceptForm(initial={"version": found.version}),
            "dates": next_meetings([found.marac])[found.marac_id],
            "case_href": reverse("case_marac", args=[found.case_id]) if works and by.may(Permission.CASEWORK) else "",
            "ours": page.is_ours and works, "reachable": page.reachable,
            "asked": asked if asked and asked.status == ASKED else None,
        },
    )  # fmt: skip


@require_POST
def accept(request: HttpRequest, referral_id: int) -> HttpResponse:
    """It is complete and waits for the agenda."""
    by, found = who(request), _find(referral_id)
    form = AcceptForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused("This page lost its place. Try again from here.")
        accept_referral(by=by, referral=found, version=form.cleaned_data["version"])
        say(request, "Accepted. It is on the list for the next agenda, and who referred it sees that you have read it.")
    except Refused as problem:
        tell(request, problem)
    except Conflict as conflict:
        tell(request, Refused(conflict.words))
    return go("marac_referral", found.id)


def _step(
    request: HttpRequest, found: Referral, form: Any, work: Callable[[], Any], words: str, field: str, template: str
) -> HttpResponse:
    """A form with one box that moves a referral; who comes second is told what the other did."""
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            work()
            return reverse("marac_referral", args=[found.id])

        try:
            address = attempt(form, lambda: once_only(form.once, make), field)
        except Conflict as conflict:
            form.add_error(None, conflict.words)
            from_now_on(form, request, Referral.objects.only("version").get(id=found.id).version)
            address = None
        if address:
            say(request, words)
            return redirect_to(address)
    return render(request, f"marac/{template}.jinja", {"form": form, "referral": found})


@require_http_methods(["GET", "HEAD", "POST"])
def return_(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Send it back, and say what is missing."""
    by, found = who(request), _find(referral_id)
    if found.marac_id not in arranged():
        raise Http404
    form = ReturnForm(request.POST or None, initial={"version": found.version})
    return _step(
        request, found, form,
        lambda: return_referral(
            by=by, referral=found, missing=form.cleaned_data["missing"], version=form.cleaned_data["version"]
        ),
        "Returned. Who referred it sees on Today what is missing.", "missing", "referral_return",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Take it off the MARAC, also on the morning."""
    by, found = who(request), _find(referral_id)
    if found.marac_id not in arranged() and found.organisation_id != by.organisation_id:
        raise Http404
    form = WithdrawForm(request.POST or None, initial={"version": found.version})
    return _step(
        request, found, form,
        lambda: withdraw_referral(
            by=by, referral=found, why=form.cleaned_data["why"], version=form.cleaned_data["version"]
        ),
        "Withdrawn. It is off every agenda, and what the agencies saw of it is closed.", "why", "referral_withdraw",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Add what was missing and send it again."""
    by, found = who(request), _find(referral_id)
    if found.organisation_id != by.organisation_id:
        raise Http404
    frame = frame_to_refer(found.case_id)
    if found.status != Referral.RETURNED:
        return go("marac_referral", found.id)
    assessment = newest_assessment(found.case)
    earlier = last_referrals(by=by, case_ids=[found.case_id], before=found.referred_at).get(found.case_id)
    made_of = refer_form([open_again(by=by, marac=found.marac)], earlier, assessment is not None)
    now = facts_of(found)
    initial = {
        **{name: getattr(now, name) for name in now.__dataclass_fields__ if name != "criteria"},
        "criteria": list(now.criteria), "version": found.version, "own_tool": now.risk_words.get("own_tool", ""),
        "same_person": "yes" if found.is_repeat else "",
    }  # fmt: skip
    form = SendAgainForm(request.POST or None, initial=initial, **made_of)
    if request.method == "POST" and form.is_valid():
        facts = form.facts(risk_in_words(assessment) or found.risk_words)

        def make() -> str:
            send_again(by=by, referral=found, facts=facts, version=form.cleaned_data["version"])
            return reverse("marac_referral", args=[found.id])

        try:
            address = attempt(form, lambda: once_only(form.once, make))
        except Conflict as conflict:
            form.add_error(None, conflict.words)
            from_now_on(form, request, Referral.objects.only("version").get(id=found.id).version)
            address = None
        if address:
            say(request, "Sent again. Whoever coordinates the MARAC sees what you added.")
            return redirect_to(address)
    audit.record("opened_marac_referral_form", "marac_referral", found.id, person=found.person_id)
    return draw_case(
        request, "refer", frame, form=form, came=None, forms=[form], earlier=earlier, draft=None, autosave_to="",
        risk=read_risk(risk_in_words(assessment)), referral=found,
    )  # fmt: skip
