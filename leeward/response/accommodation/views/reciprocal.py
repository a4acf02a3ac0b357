"""The scheme of secure homes that move: landlords, pledged homes, the ledger, its numbers, parts to answer."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import from_now_on, go, say, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.response.accommodation.actions import agreeing
from leeward.response.accommodation.actions import reciprocal as act
from leeward.response.accommodation.forms.reciprocal import JoinForm, PledgedHomeForm, ReasonForm, SchemeForm
from leeward.response.accommodation.models import MovePart, PledgedHome
from leeward.response.accommodation.queries.geography import all_names, area_names
from leeward.response.accommodation.queries.reciprocal import (
    could_join,
    find_landlord,
    ledger_page,
    newest_rules,
    our_home,
    our_landlord,
    part_page,
    rules_history,
    scheme_page,
)
from leeward.response.accommodation.views.common import one_form, sent

FORM = ["GET", "HEAD", "POST"]
CHANGED = "{words} Look at it in another window; sent again, yours stands."


@require_safe
def scheme(request: HttpRequest) -> HttpResponse:
    """A landlord's side of the scheme; the whole for the coordinator."""
    by = who(request)
    everything = request.GET.get("all") == "1"
    context = {
        "seen": scheme_page(by, everything=everything),
        "everything": everything,
        "areas": all_names(by),
        "manages": by.may(Permission.PLACES),
    }
    context["works"] = by.may(Permission.CASEWORK)
    return render(request, "accommodation/reciprocal.jinja", context)


@require_http_methods(FORM)
def join(request: HttpRequest) -> HttpResponse:
    """Join as a landlord; the coordinator says which."""
    by = who(request)
    if not by.may(Permission.PLACEMENT):
        ours = our_landlord(by)
        if request.method == "POST" and (ours is None or ours.left_on is not None):
            act.join_reciprocal(by=by)
            say(request, "You have joined. Pledge homes, and register households from their case.")
        return go("reciprocal")
    form = JoinForm(sent(request), organisations=could_join(by))

    def do() -> str:
        act.join_reciprocal(by=by, organisation_id=int(form.cleaned_data["organisation"]))
        return reverse("reciprocal")

    return one_form(
        request,
        form,
        do,
        title="Add a landlord",
        button="Add it",
        back=reverse("reciprocal"),
        back_words="Secure homes",
        field="organisation",
        done="The landlord has joined.",
        intro="A council or a housing association that pledges homes and registers households.",
    )


@require_http_methods(FORM)
def leave(request: HttpRequest, landlord_id: int) -> HttpResponse:
    """A landlord leaves."""
    by = who(request)
    landlord = find_landlord(by, landlord_id)
    if landlord.left_on is not None:
        raise Http404
    form = ReasonForm(sent(request))

    def do() -> str:
        act.leave_reciprocal(by=by, landlord=landlord, why=form.cleaned_data["why"])
        return reverse("reciprocal")

    return one_form(
        request,
        form,
        do,
        title="Leave the scheme",
        about=landlord.organisation.name,
        button="Leave it",
        back=reverse("reciprocal"),
        back_words="Secure homes",
        done="The landlord has left.",
        intro="Its open homes and its waiting households are taken out. What it owes or is owed stays in the ledger.",
    )


def _own_home(by: Acting, home_id: int) -> PledgedHome:
    home = our_home(by, home_id)
    if home.status not in (PledgedHome.OPEN, PledgedHome.PROPOSED):
        raise Http404
    return home


@require_http_methods(FORM)
def home_add(request: HttpRequest) -> HttpResponse:
    """Pledge an empty home."""
    by = who(request)
    form = PledgedHomeForm(sent(request), areas=area_names(by))

    def do() -> str:
        act.pledge_home(by=by, facts=form.facts())
        return reverse("reciprocal")

    return one_form(
        request,
        form,
        do,
        title="Pledge a home",
        button="Pledge it",
        back=reverse("reciprocal"),
        back_words="Secure homes",
        field="label",
        done="The home is pledged. It is in the next run.",
        intro="An empty home of yours for a household that must leave its area. You are owed a home for another’s.",
    )


@require_http_methods(FORM)
def home_change(request: HttpRequest, pledged_id: int) -> HttpResponse:
    """Change a pledged home; two who do so at once are told."""
    by = who(request)
    home = _own_home(by, pledged_id)
    if home.organisation_id != by.acts_for:
        raise Http404
    form = PledgedHomeForm(sent(request), areas=area_names(by), home=home)

    def do() -> str:
        act.change_home(by=by, home=home, facts=form.facts(), version=form.cleaned_data["version"] or 0)
        return reverse("reciprocal")

    def page() -> HttpResponse:
        return one_form(
            request,
            form,
            do,
            title="Change a pledged home",
            about=home.label,
            button="Change it",
            back=reverse("reciprocal"),
            back_words="Secure homes",
            field="label",
            done="Changed.",
            intro="Where it is proposed to somebody already, that proposal ends when somebody agrees to it.",
        )

    return _told_of_conflict(request, form, page, lambda: our_home(by, pledged_id).version, "Change a pledged home")


def _told_of_conflict(
    request: HttpRequest,
    form: PledgedHomeForm | SchemeForm,
    page: Callable[[], HttpResponse],
    version: Callable[[], int],
    title: str,
) -> HttpResponse:
    try:
        return page()
    except Conflict as problem:
        from_now_on(form, request, version())
        form.add_error(None, CHANGED.format(words=problem.words))
        context = {
            "form": form,
            "title": title,
            "submit_label": "Change it",
            "cancel_href": reverse("reciprocal"),
            "back_words": "Secure homes",
            "lead": "",
        }
        return render(request, "accommodation/form.jinja", context)


@require_http_methods(FORM)
def home_withdraw(request: HttpRequest, pledged_id: int) -> HttpResponse:
    """Take a pledged home back."""
    by = who(request)
    home = _own_home(by, pledged_id)
    form = ReasonForm(sent(request))

    def do() -> str:
        act.withdraw_home(by=by, home=home, why=form.cleaned_data["why"])
        return reverse("reciprocal")

    return one_form(
        request,
        form,
        do,
        title="Take a home back",
        about=f"{home.label}, {home.organisation.name}",
        button="Take it back",
        back=reverse("reciprocal"),
        back_words="Secure homes",
        done="The home is in no run any more.",
        intro="Where it is proposed to somebody, everybody of that chain is free for the next run.",
    )


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """What is owed and owing."""
    by = who(request)
    seen = ledger_page(by)
    return render(request, "accommodation/ledger.jinja", {"seen": seen, "coordinates": by.may(Permission.PLACEMENT)})


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The numbers of the scheme, and how they were before."""
    by = who(request)
    context = {
        "rules": newest_rules(by.partnership_id),
        "history": rules_history(by),
        "coordinates": by.may(Permission.PLACEMENT),
    }
    return render(request, "accommodation/reciprocal_rules.jinja", context)


@require_http_methods(FORM)
def rules_change(request: HttpRequest) -> HttpResponse:
    """Choose the numbers of the scheme anew."""
    by = who(request)
    form = SchemeForm(sent(request), rules=newest_rules(by.partnership_id))

    def do() -> str:
        said = form.cleaned_data
        act.set_reciprocal_rules(by=by, facts=form.facts(), why=said["why"], version=said["version"] or 0)
        return reverse("reciprocal_rules")

    def page() -> HttpResponse:
        return one_form(
            request,
            form,
            do,
            title="Change the numbers of the scheme",
            button="Change them",
            back=reverse("reciprocal_rules"),
            back_words="The numbers of the scheme",
            done="Changed. The next run takes these.",
            intro="They hold from the next run on. Runs that were made keep the numbers that they were given.",
        )

    version = lambda: newest_rules(by.partnership_id).version  # noqa: E731  asked only where two wrote at once
    return _told_of_conflict(request, form, page, version, "Change the numbers of the scheme")


@require_safe
def part(request: HttpRequest, part_id: int) -> HttpResponse:
    """What a landlord is asked to agree to, and no more of it."""
    by = who(request)
    context = {"row": part_page(by, part_id), "areas": all_names(by), "manages": by.may(Permission.PLACES)}
    return render(request, "accommodation/move_part.jinja", context)


SAID = {
    "bound": "Agreed. All landlords have agreed now: it binds, and the household is asked.",
    "agreed": "Agreed. It binds once every other landlord has agreed.",
    "refused": "Refused. Everybody of it is free for the next run, and nobody has used up an offer.",
}
ENDED = {
    "changed": "Somebody or something of it has changed since it was proposed, so it ended. They are in the next run.",
    "late": "The time to answer was over, so it ended. They are in the next run.",
}


@require_POST
def part_agree(request: HttpRequest, part_id: int) -> HttpResponse:
    """The landlord agrees."""
    by = who(request)
    row = part_page(by, part_id)
    try:
        answer = agreeing.answer_part(by=by, part=row.part, agrees=True)
    except Refused as problem:
        tell(request, problem)
    else:
        _say_answer(request, answer)
    return go("reciprocal_part", part_id)


@require_http_methods(FORM)
def part_refuse(request: HttpRequest, part_id: int) -> HttpResponse:
    """The landlord refuses, with a reason."""
    by = who(request)
    row = part_page(by, part_id)
    if row.part.status not in (MovePart.ASKED, MovePart.AGREED) or row.part.stands != "proposed":
        return go("reciprocal_part", part_id)
    form = ReasonForm(sent(request))

    def do() -> str:
        answer = agreeing.answer_part(by=by, part=row.part, agrees=False, why=form.cleaned_data["why"])
        _say_answer(request, answer)
        return reverse("reciprocal_part", args=[part_id])

    return one_form(
        request,
        form,
        do,
        title="Refuse a move",
        button="Refuse it",
        back=reverse("reciprocal_part", args=[part_id]),
        back_words="The move",
        field="why",
        intro="Everybody of this chain or cycle is then free for the next run. The coordinator reads why, nobody else.",
    )


def _say_answer(request: HttpRequest, answer: str) -> None:
    if answer in ENDED:
        tell(request, Refused(ENDED[answer]))
    else:
        say(request, SAID[answer])
