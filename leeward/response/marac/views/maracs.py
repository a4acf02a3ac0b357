"""Setting up: which MARACs there are, what each is, which agencies sit there and who for them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import attempt, from_now_on, go, once_only, redirect_to, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.ui.filters import time as clock
from leeward.response.marac.actions.maracs import (
    add_agency,
    add_marac,
    change_agency,
    change_marac,
    end_agency,
    facts_of,
    restore_agency,
    switch_marac,
)
from leeward.response.marac.actions.seats import end_seat, give_seat, may_seat
from leeward.response.marac.forms.maracs import AgencyForm, MaracChangeForm, MaracForm, SeatForm
from leeward.response.marac.models import Marac, MaracAgency, Seat
from leeward.response.marac.queries.maracs import (
    area_names,
    arranged,
    find_marac,
    marac_page,
    maracs,
    organisations_without,
    seatable,
)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """All MARACs of the partnership."""
    by = who(request)
    names, found = area_names(by), maracs(by=by)
    rows = [(one, [names.get(code, code) for code in one.areas]) for one in found]
    return render(request, "marac/maracs.jinja", {"rows": rows, "may_add": by.may(Permission.MANAGE_PARTNERSHIP)})


def _marac(by: Acting, marac_id: int) -> Marac:
    """One that whoever acts may set up. Raises Http404 else."""
    found = find_marac(marac_id)
    if found is None or not may_seat(by=by, marac_id=found.id):
        raise Http404
    return found


@require_safe
def marac(request: HttpRequest, marac_id: int) -> HttpResponse:
    """One: what it is, its agencies and its people; what is missing; who left."""
    by = who(request)
    found = find_marac(marac_id)
    if found is None:
        raise Http404
    is_arranger = found.id in arranged()
    return render(
        request, "marac/marac_setup.jinja",
        {
            "page_of": marac_page(by=by, marac=found), "marac": found,
            "may_set": by.may(Permission.MANAGE_PARTNERSHIP), "arranges": is_arranger,
            "may_seat": by.may(Permission.MANAGE_PARTNERSHIP) or is_arranger,
        },
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def marac_add(request: HttpRequest) -> HttpResponse:
    """Begin a MARAC."""
    by = who(request)
    form = MaracForm(request.POST or None, areas=area_names(by))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            return reverse("marac_setup", args=[add_marac(by=by, facts=form.facts()).id])

        if address := attempt(form, lambda: once_only(form.once, make), "name"):
            say(request, "The MARAC is there. Add its agencies next, then who sits for them.")
            return redirect_to(address)
    return render(request, "marac/marac_form.jinja", {"form": form, "marac": None, "both": None})


LABELS = {
    "name": "Name", "kind": "What it is", "areas": "Areas", "every_days": "Days between meetings",
    "begins": "Usual hour", "place": "Place", "case_limit": "Most cases", "minutes_a_case": "Minutes a case",
    "refer_days": "Referrals due, days before", "research_days": "Research due, days before",
    "sight_days": "Days of sight", "flag_months": "Months of the flag", "adult_females": "Women of 16 and over",
    "adult_females_source": "Source of that number",
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def marac_change(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Change what it is. Who comes second sees both."""
    by = who(request)
    found, names = _marac(by, marac_id), area_names(by)
    form = MaracChangeForm(
        request.POST or None, areas=names, initial={**asdict(facts_of(found)), "version": found.version}
    )
    both = None
    if request.method == "POST" and form.is_valid():
        done = None
        try:
            done = attempt(
                form, lambda: change_marac(by=by, marac=found, facts=form.facts(), version=form.cleaned_data["version"])
            )
        except Conflict as conflict:
            both = side_by_side(
                conflict.words, conflict.by, LABELS, _in_words(conflict.theirs, names),
                _in_words(asdict(form.facts()), names),
            )  # fmt: skip
            from_now_on(form, request, found.version)
        if done is not None:
            say(request, "The MARAC was changed.")
            return go("marac_setup", found.id)
    return render(request, "marac/marac_form.jinja", {"form": form, "marac": found, "both": both})


def _in_words(values: Any, names: dict[str, str]) -> dict[str, str]:
    words = {name: str(value if value is not None else "") for name, value in values.items()}
    words["areas"] = ", ".join(names.get(code, code) for code in values["areas"])
    words["begins"] = clock(values["begins"]) if values["begins"] else ""
    return words


@require_POST
def marac_switch(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Stop offering it for referrals, or offer it again."""
    by = who(request)
    found = _marac(by, marac_id)
    stop = request.POST.get("do") == "stop"
    try:
        switch_marac(by=by, marac=found, is_active=not stop)
        say(request, "It takes no referrals any more. What was begun there goes on." if stop else "It takes referrals.")
    except Refused as problem:
        tell(request, problem)
    return go("marac_setup", found.id)


@require_http_methods(["GET", "HEAD", "POST"])
def marac_agency_add(request: HttpRequest, marac_id: int) -> HttpResponse:
    """An organisation joins."""
    by = who(request)
    found = _marac(by, marac_id)
    offered = organisations_without(by=by, marac=found)
    form = AgencyForm(request.POST or None, organisations=offered)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        chosen = next(one for one in offered if str(one.id) == said["organisation"])

        def make() -> str:
            add_agency(by=by, marac=found, organisation=chosen, kind=said["kind"], researches=said["researches"])
            return reverse("marac_setup", args=[found.id])

        if address := attempt(form, lambda: once_only(form.once, make), "organisation"):
            say(request, "The agency was added. Nobody there sees anything until they are given a seat.")
            return redirect_to(address)
    return render(request, "marac/marac_agency_form.jinja", {"form": form, "marac": found, "agency": None})


def _agency(by: Acting, agency_id: int) -> MaracAgency:
    row = MaracAgency.objects.select_related("marac", "organisation").filter(id=agency_id).first()
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def marac_agency_change(request: HttpRequest, agency_id: int) -> HttpResponse:
    """As what an agency counts."""
    by = who(request)
    row = _agency(by, agency_id)
    form = AgencyForm(
        request.POST or None, organisations=[row.organisation],
        initial={"organisation": str(row.organisation_id), "kind": row.kind, "researches": row.researches},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        if attempt(form, lambda: change_agency(by=by, agency=row, kind=said["kind"], researches=said["researches"])):
            say(request, "Changed. Referrals keep what they were sent as.")
            return go("marac_setup", row.marac_id)
    return render(request, "marac/marac_agency_form.jinja", {"form": form, "marac": row.marac, "agency": row})


@require_POST
def marac_agency_end(request: HttpRequest, agency_id: int) -> HttpResponse:
    """An organisation leaves; its seats end with it."""
    by = who(request)
    row = _agency(by, agency_id)
    try:
        ended = end_agency(by=by, agency=row)
        words = f"{row.organisation.name} has left."
        words += f" {ended} of its seats ended with it, and what they opened is closed." if ended else ""
        say(request, words, reverse("marac_agency_restore", args=[row.id]))
    except Refused as problem:
        tell(request, problem)
    return go("marac_setup", row.marac_id)


@require_POST
def marac_agency_restore(request: HttpRequest, agency_id: int) -> HttpResponse:
    """Take back that an agency left."""
    by = who(request)
    row = _agency(by, agency_id)
    try:
        restore_agency(by=by, agency=row)
        say(request, "The agency is there again. Give its seats anew: each opens what lies on the table.")
    except Refused as problem:
        tell(request, problem)
    return go("marac_setup", row.marac_id)


@require_http_methods(["GET", "HEAD", "POST"])
def marac_seat_add(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Give somebody a seat."""
    by = who(request)
    found = _marac(by, marac_id)
    form = SeatForm(request.POST or None, members=seatable(marac=found))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        member = form.members[said["member"]]

        def make() -> str:
            give_seat(
                by=by, marac=found, user_id=member.user_id, organisation_id=member.organisation_id, part=said["part"]
            )
            return reverse("marac_setup", args=[found.id])

        if address := attempt(form, lambda: once_only(form.once, make), "member"):
            say(
                request,
                f"{member.user.name} has a seat for {member.organisation.name}. What is on the table is open.",
            )
            return redirect_to(address)
    without = Organisation.objects.filter(
        id__in=MaracAgency.objects.filter(marac=found, until_on=None).values("organisation_id")
    ).exclude(id__in={one.organisation_id for one in form.members.values()})
    return render(
        request, "marac/marac_seat_form.jinja",
        {"form": form, "marac": found, "without": list(without.order_by("name").values_list("name", flat=True))},
    )  # fmt: skip


def _seat(seat_id: int) -> Seat:
    row = Seat.objects.select_related("marac", "user", "organisation").filter(id=seat_id).first()
    if row is None:
        raise Http404
    return row


@require_POST
def marac_seat_end(request: HttpRequest, seat_id: int) -> HttpResponse:
    """End a seat; it can be given again at once."""
    by, row = who(request), _seat(seat_id)
    try:
        end_seat(by=by, seat=row)
        say(
            request, f"The seat of {row.user.name} has ended, and what it opened is closed.",
            reverse("marac_seat_restore", args=[row.id]),
        )  # fmt: skip
    except Refused as problem:
        tell(request, problem)
    return go("marac_setup", row.marac_id)


@require_POST
def marac_seat_restore(request: HttpRequest, seat_id: int) -> HttpResponse:
    """Give a seat again that was ended: a new one, from now on."""
    by, row = who(request), _seat(seat_id)
    try:
        give_seat(by=by, marac=row.marac, user_id=row.user_id, organisation_id=row.organisation_id, part=row.part)
        say(request, f"{row.user.name} has the seat again.")
    except Refused as problem:
        tell(request, problem)
    return go("marac_setup", row.marac_id)
