"""Counts of a period: the tables, what is behind each number for who may open it, and a file to take along."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.platform.access import audit
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import who
from leeward.platform.reference.models import Area
from leeward.platform.ui.filters import day
from leeward.response.front_door.forms.triage import PeriodForm
from leeward.response.front_door.queries.counts import (
    COLUMNS,
    as_csv,
    contact_counts,
    counted_contacts,
    tables_of,
    words_of,
)


def _period(request: HttpRequest) -> tuple[PeriodForm, date, date]:
    """The period that was asked for, with its form; the last year where nothing sensible was."""
    sent = any(key.startswith(("since", "until")) for key in request.GET)
    last = PeriodForm().period()
    form = PeriodForm(request.GET if sent else None, initial={"since": last[0], "until": last[1]})
    form.is_valid()
    since, until = form.period() if not form.errors else last
    return form, since, until


def _query(since: date, until: date, **more: str) -> str:
    """The same period in an address: days and codes, nothing of anybody."""
    parts = {
        f"{name}-{part}": getattr(value, part)
        for name, value in (("since", since), ("until", until))
        for part in ("day", "month", "year")
    }
    return urlencode({**parts, **more})


def _end_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Contacts of a period, split every way that commissioners ask for; each number leads to its contacts."""
    form, since, until = _period(request)
    by = who(request)
    found = contact_counts(by=by, since=since, until=until)
    opens = by.may(Permission.TRIAGE)
    tables = [
        (heading, [(line, _query(since, until, by=column, code=line.code) if opens else "") for line in lines])
        for column, heading, lines in tables_of(found)
    ]
    months = [
        (month, number, _query(max(month, since), min(_end_of_month(month), until)) if opens else "")
        for month, number in found.by_month
    ]
    context = {
        "form": form, "counts": found, "tables": tables, "months": months, "since": since, "until": until,
        "may_count": by.may(Permission.COUNTS), "query": _query(since, until),
    }  # fmt: skip
    return render(request, "front_door/counts.jinja", context)


@require_safe
def counts_csv(request: HttpRequest) -> HttpResponse:
    """The tables of a period as a file; small numbers do not leave in it."""
    _, since, until = _period(request)
    words = as_csv(contact_counts(by=who(request), since=since, until=until), since, until)
    audit.record("exported_counts", "contact", detail={"since": since.isoformat(), "until": until.isoformat()})
    answer = HttpResponse("\ufeff" + words, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="contacts-{since:%Y-%m-%d}-to-{until:%Y-%m-%d}.csv"'
    return answer


@require_safe
def counts_contacts(request: HttpRequest) -> HttpResponse:
    """The contacts that one number counts, as far as triage still has them."""
    _, since, until = _period(request)
    column, code = request.GET.get("by", ""), request.GET.get("code", "")
    if column and column not in COLUMNS:
        raise Http404
    given = request.GET.get("page", "")
    page = max(int(given), 1) if given.isdecimal() and len(given) < 5 else 1
    found = counted_contacts(by=who(request), since=since, until=until, column=column, code=code, page=page)
    areas = dict(Area.objects.filter(code=code).values_list("code", "name")) if column == "area_code" else {}
    kept = {"by": column, "code": code} if column else {}
    context = {
        "found": found,
        "title": f"{COLUMNS[column][1]}: {words_of(column, code, areas)}" if column else "All contacts",
        "period": f"{day(since)} to {day(until)}",
        "query": _query(since, until),
        "newer": "?" + _query(since, until, **kept, page=str(page - 1)) if page > 1 else "",
        "older": "?" + _query(since, until, **kept, page=str(page + 1)) if found.has_more else "",
    }
    return render(request, "front_door/counts_contacts.jinja", context)
