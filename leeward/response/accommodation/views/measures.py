"""Places and need: what is counted of a period, a file to take along, the map and the months."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.platform.access import audit
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import who
from leeward.platform.reference.lists import choices
from leeward.response.accommodation.forms.measures import MeasuresForm
from leeward.response.accommodation.queries.measures import as_csv, by_area, measures
from leeward.response.accommodation.queries.pictures import columns, tile_map
from leeward.response.accommodation.views.coordinating import placing


def _period(request: HttpRequest) -> tuple[MeasuresForm, date, date, str]:
    """What was asked for, with its form; the last year of all forms where nothing sensible was."""
    asked = any(key.startswith(("since", "until", "form")) for key in request.GET)
    last = MeasuresForm().period()
    form = MeasuresForm(request.GET if asked else None, initial={"since": last[0], "until": last[1], "form": ""})
    form.is_valid()
    since, until = last if form.errors else form.period()
    chosen = getattr(form, "cleaned_data", {}).get("form") or ""
    return form, since, until, chosen if chosen in dict(choices("accommodation_form")) else ""


def _query(since: date, until: date, form: str) -> str:
    parts = {
        f"{name}-{part}": getattr(value, part)
        for name, value in (("since", since), ("until", until))
        for part in ("day", "month", "year")
    }
    return urlencode({**parts, "form": form})


@require_safe
def counts_places(request: HttpRequest) -> HttpResponse:
    """Everything of a period, with the map of now and the months."""
    by = who(request)
    form, since, until, chosen = _period(request)
    found = measures(by=by, since=since, until=until, form=chosen)
    context = {
        "form": form, "seen": found, "since": since, "until": until, "chosen": chosen,
        "query": _query(since, until, chosen),
        "map": tile_map(by.partnership_id, by_area()),
        "full": columns([(one, one.share) for one in found.months], unit="Occupied, in the hundred", top=100),
        "unmet": columns([(one, one.unmet) for one in found.months], unit="Households not housed"),
    }  # fmt: skip
    tabs = placing("measures") if by.may(Permission.PLACEMENT) else {}
    return render(request, "accommodation/measures.jinja", context | tabs)


@require_safe
def counts_places_csv(request: HttpRequest) -> HttpResponse:
    """The tables as a file; small numbers do not leave in it."""
    _, since, until, chosen = _period(request)
    words = as_csv(measures(by=who(request), since=since, until=until, form=chosen), since, until, chosen)
    audit.record(
        "exported_counts",
        "accommodation",
        detail={"since": since.isoformat(), "until": until.isoformat(), "form": chosen},
    )
    answer = HttpResponse("\ufeff" + words, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="places-{since:%Y-%m-%d}-to-{until:%Y-%m-%d}.csv"'
    return answer
