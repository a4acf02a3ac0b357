"""The list of cases, what is offered, emergency sight."""

from __future__ import annotations

from collections.abc import Set
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, go, redirect_to, say, who
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.actions.leading import allocate_cases
from leeward.record.cases.actions.sharing import accept_share, return_share
from leeward.record.cases.forms.leading import GiveForm
from leeward.record.cases.forms.sharing import AnswerForm, EmergencyForm
from leeward.record.cases.models import BreakGlass
from leeward.record.cases.queries import caseload as lists
from leeward.record.cases.queries.colleagues import workers_of
from leeward.record.cases.queries.offers import offers, one_offer
from leeward.record.cases.views.common import draw

MOST_TICKED = 60  # a page has fewer
NOT_THERE = "None of these cases is there any more."


@require_safe
def caseload(request: HttpRequest) -> HttpResponse:
    """Cases: mine, my teams', my organisation's."""
    workers = workers_of(who(request))
    return _list(request, workers, GiveForm(workers=workers))


@require_POST
def cases_give(request: HttpRequest) -> HttpResponse:
    """Give the ticked cases to one colleague. What was refused is named with why, and stays ticked."""
    by, workers = who(request), workers_of(who(request))
    form = GiveForm(request.POST, workers=workers)
    versions = _ticked(request)
    if not versions:
        form.add_error("worker", "Tick the cases that you give to somebody.")
    if not form.is_valid():
        return _list(request, workers, form, ticked=set(versions))
    worker_id = int(form.cleaned_data["worker"])
    given, refused = allocate_cases(by=by, versions=versions, worker_id=worker_id, reason=form.cleaned_data["reason"])
    name = dict(workers)[worker_id]
    done = f"{len(given)} case{'s'[: len(given) != 1]} {'were' if len(given) != 1 else 'was'} given to {name}."
    if given and not refused:
        say(request, done)
        return redirect_to(_address(lists.read_filter(request.GET.dict())))
    form.add_error("worker", "Some were not given. Why stands above the list." if refused else NOT_THERE)
    return _list(
        request, workers, form, ticked={case.id for case, _ in refused}, done=done if given else "", refused=refused
    )


def _ticked(request: HttpRequest) -> dict[int, int]:
    """The cases that were ticked, each with the version that was shown."""
    pairs = [value.partition("-")[::2] for value in request.POST.getlist("case")[:MOST_TICKED]]
    return {
        int(case): int(version)
        for case, version in pairs
        if all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (case, version))
    }


def _list(
    request: HttpRequest, workers: list[tuple[int, str]], form: GiveForm, ticked: Set[int] = frozenset(), **told: Any
) -> HttpResponse:  # fmt: skip
    by = who(request)
    wanted = lists.read_filter(request.GET.dict())
    found = lists.caseload(by=by, wanted=wanted)
    count, more = lists.count_cases(by=by, wanted=wanted)
    return draw(
        request, "caseload", found=found, wanted=wanted, count=f"{count:,}+" if more else f"{count:,}",
        is_one=count == 1 and not more, chips=_chips(wanted), whose=_whose(wanted, bool(by.team_ids)),
        other_order=_address(wanted, sort="opened" if wanted.sort == "review" else "review"),
        later=_address(wanted, after=found.later) if found.later else "",
        first=_address(wanted) if wanted.after else "", workers=workers, form=form, forms=[form], ticked=ticked,
        kept=wanted.with_(worker="", whose="organisation"), left=lists.LEFT,
        give=f"{reverse('cases_give')}?{urlencode(wanted.with_())}",
        may_give=any(row.version for row in found.rows), **told,
    )  # fmt: skip


def _address(wanted: lists.CaseFilter, **changed: object) -> str:
    query = wanted.with_(**changed)
    return reverse("caseload") + (f"?{urlencode(query)}" if query else "")


def _whose(wanted: lists.CaseFilter, has_team: bool) -> list[dict[str, Any]]:
    words = {"mine": "Mine", "team": "My team’s", "organisation": "My organisation’s"}
    return [
        {"text": words[key], "href": _address(wanted, whose=key, worker=""), "current": wanted.whose == key}
        for key in lists.WHOSE
        if key != "team" or has_team
    ]


def _chips(wanted: lists.CaseFilter) -> list[dict[str, Any]]:
    def chip(text: str, name: str, value: object, plain: object) -> dict[str, Any]:
        on = getattr(wanted, name) == value
        return {"text": text, "href": _address(wanted, **{name: plain if on else value}), "selected": on}

    return [
        chip("Review overdue", "overdue", True, False),
        chip("Nobody’s yet", "unallocated", True, False),
        *(chip(words, "waits", key, "") for key, words in lists.waiting().items()),
        chip("High risk", "risk", "high", ""),
        chip("Medium risk", "risk", "medium", ""),
        chip("Victim-survivors", "side", "harmed", ""),
        chip("Children", "side", "child", ""),
        chip("People causing harm", "side", "causing_harm", ""),
        chip("Waiting for sign-off", "status", "closing", "open"),
        chip("Closed", "status", "closed", "open"),
    ]


@require_safe
def shares_offered(request: HttpRequest) -> HttpResponse:
    """What is offered to me, my teams, my organisation."""
    return draw(request, "shares_offered", offers=offers(by=who(request)))


@require_http_methods(["GET", "POST"])
def share_offered(request: HttpRequest, share_id: int) -> HttpResponse:
    """Accept one, or return it with a reason. No name before it is accepted."""
    by = who(request)
    offered = one_offer(by=by, share_id=share_id)
    form = AnswerForm(request.POST or None)
    if not offered.share.is_lead:
        form.fields["answer"].choices = [("mine", "Yes, we take it on"), ("return", "No, return it")]  # type: ignore[attr-defined]  # of our own field
    if request.method == "POST" and form.is_valid():
        said, share = form.cleaned_data, offered.share
        if said["answer"] == "return":
            if attempt(form, lambda: return_share(by=by, share=share, reason=said["reason"], note=said["note"])):
                say(request, "It was returned. The sender sees why.")
                return go("shares_offered")
        else:
            worker_id = by.user_id if said["answer"] == "mine" else None
            if attempt(form, lambda: accept_share(by=by, share=share, worker_id=worker_id)):
                say(request, "Accepted. You see it from now on.")
                return go("case", share.case_id)
    return draw(request, "share_offered", form=form, offered=offered)


@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Open a case in an emergency: by its reference, with a reason, for a day."""
    by = who(request)
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            sight = break_glass(by=by, reference=said["reference"], reason=said["reason"])
            return go("case", sight.case_id)
        except Refused as problem:
            # No savepoint around it: a reference that names no case is written down, so that who tries many is stopped.
            form.add_error("reason" if "characters" in problem.words else "reference", problem.words)
    mine = list(
        BreakGlass.objects.filter(user_id=by.worker_id).select_related("lead_organisation").order_by("-at")[:20]
    )
    audit.record("read_emergency_page", "breakglass", listed=[sight.id for sight in mine])
    return draw(request, "emergency", form=form, mine=mine, now=timezone.now())
