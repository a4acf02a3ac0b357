"""The quarterly return, and the same figures of twelve months beside the national ones."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import attempt, once_only, redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.ui.filters import day
from leeward.response.marac.actions.asking import ask_referrers, tell_return
from leeward.response.marac.actions.returns import send_return
from leeward.response.marac.forms.returns import SendReturnForm, TellForm
from leeward.response.marac.models import Referral, ReturnSent
from leeward.response.marac.queries.asked import ASKED, lacking_of, last_asked
from leeward.response.marac.queries.picture import bars
from leeward.response.marac.queries.returns import (
    FIELDS,
    Figures,
    Period,
    arranged_ids,
    as_cells,
    as_csv,
    counted_maracs,
    figures_sent,
    missing_of,
    one_of,
    quarter_of,
    quarters,
    return_of,
    rows_of,
    sent_before,
    starts_of_years,
    unheld,
    year_before,
    year_from,
)
from leeward.response.marac.queries.year import heads, national, year_lines
from leeward.response.marac.views.seen import draw_case, frame_to_refer

KEPT = "Kept on the record. Whoever coordinates the MARAC counts with it from now on."
MEANWHILE = "Nothing is missing any more, so nothing was changed."


def month(wanted: str | None) -> date | None:
    """The first of a month as it stands in an address; none where nothing was asked for. Nonsense raises Http404."""
    if not wanted:
        return None
    try:
        year, month = wanted.split("-")
        return date(int(year), int(month), 1)
    except ValueError as problem:
        raise Http404 from problem


def _columns(meetings: list[Figures]) -> list[dict[str, object]]:
    return [{"text": day(one.held_on, short=True), "numeric": True} for one in meetings]


def _quarter(request: HttpRequest) -> Period:
    first = month(request.GET.get("quarter"))
    return quarter_of(first) if first else quarters(2)[1]


def _csv(rows: list[list[str]]) -> HttpResponse:
    answer = HttpResponse(as_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="figures.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
def marac_return(request: HttpRequest) -> HttpResponse:
    """The return of a quarter: each meeting, what is missing, sending it, what was sent before."""
    by, period = who(request), _quarter(request)
    maracs = counted_maracs(by)
    if not maracs:
        return render(request, "marac/return_none.jinja")
    marac = one_of(maracs, request.GET.get("marac"))
    arranges = marac.id in arranged_ids(by)
    form = SendReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            send_return(by=by, marac=marac, period=period, why=form.cleaned_data["why"])
            return f"{reverse('marac_return')}?marac={marac.id}&quarter={period.key}"

        if to := attempt(form, lambda: once_only(form.once, make), "why"):
            say(request, "The return is written down as it was sent. Download it to hand it in.")
            return redirect_to(to)
    found = return_of(by=by, marac=marac, period=period)
    if request.GET.get("as") == "csv":
        audit.record("exported_marac_return", "marac", marac.id)
        return _csv(as_cells(found.meetings))
    missing = missing_of(marac=marac, period=period) if arranges else []
    return render(
        request, "marac/return.jinja",
        {
            "found": found, "total": found.total, "maracs": maracs, "quarters": quarters(), "fields": FIELDS,
            "arranges": arranges, "missing": missing, "form": form,
            "columns": _columns(found.meetings), "rows": rows_of(found.meetings), "early": unheld(marac, period),
            "sent": sent_before(marac), "is_over": period.until < timezone.localdate(),
            "from_day": period.until + timedelta(days=1),
        },
    )  # fmt: skip


@require_POST
def marac_return_ask(request: HttpRequest) -> HttpResponse:
    """Ask who referred for what is missing: one of them, or all who were not asked lately."""
    by, period = who(request), _quarter(request)
    arranged = set(arranged_ids(by))
    marac = one_of([one for one in counted_maracs(by) if one.id in arranged], request.GET.get("marac"))
    wanted = request.POST.get("referral")
    lacks = {
        one.referral_id: one.lacks
        for one in missing_of(marac=marac, period=period)
        if not wanted or str(one.referral_id) == wanted
    }
    try:
        count = ask_referrers(by=by, marac=marac, lacks=lacks)
        say(request, f"Asked for {count} referral{'' if count == 1 else 's'}. Each referrer finds it on Today.")
    except Refused as problem:
        tell(request, problem)
    return redirect_to(f"{reverse('marac_return')}?marac={marac.id}&quarter={period.key}")


@require_http_methods(["GET", "HEAD", "POST"])
def marac_referral_tell(request: HttpRequest, referral_id: int) -> HttpResponse:
    """The agency that referred answers what the return lacks."""
    by = who(request)
    found = Referral.objects.select_related("marac", "case").filter(id=referral_id).first()
    if found is None or found.organisation_id != by.organisation_id:
        raise Http404
    frame = frame_to_refer(found.case_id)
    form = TellForm(request.POST or None, lacking=lacking_of(found), person_id=found.person_id)
    if request.method == "POST" and not form.lacking:
        say(request, MEANWHILE)
        return redirect_to(reverse("marac_referral", args=[found.id]))
    if request.method == "POST" and form.is_valid():
        kept = 1  # the same form sent twice: it was kept the first time

        def make() -> str:
            nonlocal kept
            source = form.source
            kept = tell_return(by=by, referral=found, told=form.told(), learned_from=source.who, on=source.day)
            return reverse("marac_referral", args=[found.id])

        if to := attempt(form, lambda: once_only(form.once, make), form.asked[0]):
            say(request, KEPT if kept else MEANWHILE)
            return redirect_to(to)
    audit.record("opened_return_questions", "marac_referral", found.id, person=found.person_id)
    asked = last_asked([found.id]).get(found.id)
    return draw_case(
        request, "tell", frame, form=form, referral=found, asked=asked if asked and asked.status == ASKED else None,
        works=by.may(Permission.CASEWORK),
    )  # fmt: skip


@require_safe
def marac_return_sent(request: HttpRequest, return_id: int) -> HttpResponse:
    """A return as it was sent, as a table or for a spreadsheet."""
    row = ReturnSent.objects.select_related("marac").filter(id=return_id).first()
    if row is None:
        raise Http404
    audit.record("read_marac_return", "marac", row.marac_id)
    meetings = figures_sent(row)
    if request.GET.get("as") == "csv":
        return _csv(as_cells(meetings))
    return render(
        request, "marac/return_sent.jinja", {"row": row, "columns": _columns(meetings), "rows": rows_of(meetings)}
    )


@require_safe
def marac_year(request: HttpRequest) -> HttpResponse:
    """Any twelve months, beside the national figures and the recommended levels."""
    by = who(request)
    maracs = counted_maracs(by)
    if not maracs:
        return render(request, "marac/return_none.jinja")
    marac = one_of(maracs, request.GET.get("marac"))
    today = timezone.localdate()
    last = date(today.year - 1, today.month, 1)
    period = year_from(month(request.GET.get("from")) or last)
    found = return_of(by=by, marac=marac, period=period)
    before = return_of(by=by, marac=marac, period=year_before(period))
    lines = year_lines(found, before)
    if request.GET.get("as") == "csv":
        audit.record("exported_marac_year", "marac", marac.id)
        return _csv([heads(), *(line.cells for line in lines)])
    return render(
        request, "marac/year.jinja",
        {
            "found": found, "total": found.total, "maracs": maracs, "lines": lines,
            "starts": starts_of_years(last, period.since), "before": before,
            "heads": [{"text": words, "numeric": words not in ("Field", "Recommended")} for words in heads()],
            "national": national(), "bars": bars(found.meetings), "fields": FIELDS,
        },
    )  # fmt: skip
