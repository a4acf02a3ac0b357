"""Each agency's part in a MARAC, and one person causing harm across cases."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from leeward.platform.access.roles import Permission
from leeward.platform.access.web import who
from leeward.response.marac.models import Marac
from leeward.response.marac.queries.board import SMALL, parts_of
from leeward.response.marac.queries.causing_harm import A_PAGE, across_cases, one_across_cases
from leeward.response.marac.queries.returns import arranged_ids, counted_maracs, one_of, starts_of_years, year_from
from leeward.response.marac.views.returns import month


@require_safe
def marac_board(request: HttpRequest) -> HttpResponse:
    """Each agency's part over twelve months: research in time, attendance, actions."""
    by = who(request)
    rows = Marac.objects.filter(kind=Marac.MARAC).order_by("name")
    maracs = list(rows if by.may(Permission.COUNTS) else rows.filter(id__in=arranged_ids(by)))
    if not maracs:
        return render(request, "marac/return_none.jinja")
    marac = one_of(maracs, request.GET.get("marac"))
    today = timezone.localdate()
    following = date(today.year - (today.month < 12), today.month % 12 + 1, 1)
    period = year_from(month(request.GET.get("from")) or following)
    return render(
        request, "marac/board.jinja",
        {
            "marac": marac, "maracs": maracs, "period": period, "parts": parts_of(by=by, marac=marac, period=period),
            "may_year": marac in counted_maracs(by), "small": SMALL,
            "starts": starts_of_years(following, period.since),
        },
    )  # fmt: skip


@require_safe
def marac_causing_harm(request: HttpRequest) -> HttpResponse:
    """Who is said to cause harm in more than one case of the tables that one arranges."""
    given = request.GET.get("from", "")
    start = int(given) if given.isdecimal() and len(given) < 6 else 0
    found, number = across_cases(who(request), start)
    return render(
        request, "marac/causing_harm.jinja",
        {
            "found": found, "start": start, "number": number,
            "newer": max(start - A_PAGE, 0) if start else None,
            "older": start + A_PAGE if start + A_PAGE < number else None,
        },
    )  # fmt: skip


@require_safe
def marac_causing_harm_one(request: HttpRequest, person_id: int) -> HttpResponse:
    """One of them: each case apart, with the actions on him."""
    by = who(request)
    return render(
        request, "marac/causing_harm_one.jinja",
        {"one": one_across_cases(by, person_id), "today": timezone.localdate()},
    )  # fmt: skip
