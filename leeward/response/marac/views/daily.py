"""The short meeting of each working day: its page, and the buttons that put its list together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.ui.filters import day
from leeward.response.marac.actions.daily import begin_daily, put_on_list, say_who_acts
from leeward.response.marac.models import Marac
from leeward.response.marac.queries.daily import daily_maracs, daily_of
from leeward.response.marac.queries.returns import one_of


@require_safe
def marac_daily(request: HttpRequest) -> HttpResponse:
    """The short meeting of today: what became high since the last one, and who acts."""
    by = who(request)
    maracs = daily_maracs(by)
    if not maracs:
        return render(request, "marac/daily_none.jinja")
    marac: Any = one_of(maracs, request.GET.get("marac"))  # as `daily_maracs` gives it
    return render(
        request, "marac/daily.jinja",
        {
            "whole": daily_of(by, marac), "maracs": maracs, "may_triage": by.may(Permission.TRIAGE),
            "may_open": by.may(Permission.CASEWORK), "arranges": marac.arranges,
        },
    )  # fmt: skip


def _press(request: HttpRequest, marac_id: int, work: Callable[[Acting, Marac], str]) -> HttpResponse:
    by = who(request)
    marac = next((one for one in daily_maracs(by) if one.id == marac_id), None)
    if marac is None:
        raise Http404
    try:
        say(request, work(by, marac))
    except Refused as problem:
        tell(request, problem)
    return redirect_to(reverse("marac_daily") + f"?marac={marac.id}")


def _number(typed: str) -> int:
    return int(typed) if typed.isdecimal() and len(typed) < 20 else 0


@require_POST
def marac_daily_list(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Everything that is ticked goes on the list, in one step."""

    def work(by: Acting, marac: Marac) -> str:
        count = put_on_list(by=by, marac=marac, cases=[_number(one) for one in request.POST.getlist("case")])
        return "One case is on the list." if count == 1 else f"{count} cases are on the list."

    return _press(request, marac_id, work)


@require_POST
def marac_daily_begin(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Begin the list of the next working day, where none is begun."""

    def work(by: Acting, marac: Marac) -> str:
        return f"The list of {day(begin_daily(by=by, marac=marac).begins_at)} is begun."

    return _press(request, marac_id, work)


@require_POST
def marac_daily_contact(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Who of the triage team acts today for a contact without a case."""

    def work(by: Acting, marac: Marac) -> str:
        name = say_who_acts(
            by=by, marac=marac, contact_id=_number(request.POST.get("contact", "")),
            user_id=_number(request.POST.get("to", "")),
        )  # fmt: skip
        return f"{name} acts today."

    return _press(request, marac_id, work)
