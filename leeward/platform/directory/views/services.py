"""Pages of services: list, one, add, change, pause, retire."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import once
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.platform.access.queries import administered_organisations
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.directory.actions.services import (
    ServiceFacts,
    add_service,
    change_service,
    pause_service,
    restore_service,
    resume_service,
    retire_service,
)
from leeward.platform.directory.forms import PauseForm, ServiceAddForm, ServiceChangeForm, ServiceForm, WhoseForm
from leeward.platform.directory.models import Service
from leeward.platform.directory.queries.listing import ServiceRow, area_names, service_of, services, teams_of
from leeward.platform.reference.lists import choices

STATES = (("open", "Taking people"), ("paused", "Taking nobody now"), ("retired", "Retired"))
LISTED = ("sides", "areas", "needs", "languages")


def who(request: HttpRequest) -> Acting:
    """Who acts, as the middleware found."""
    by: Acting = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    return by


def _one(request: HttpRequest, service_id: int) -> ServiceRow:
    found = service_of(by=who(request), service_id=service_id)
    if found is None:
        raise Http404
    return found


def _mine(request: HttpRequest, service_id: int) -> Service:
    """A service that whoever acts may change. Another organisation's is answered as if it were not there."""
    found = _one(request, service_id)
    if not found.may_change:
        raise Http404
    return found.service


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    """The partnership's services, filtered by whom they are for, where, language and state."""
    by, given = who(request), request.GET
    areas = area_names(by=by)
    allowed = {
        "side": [("", "Everybody"), *choices("side")], "area": [("", "Everywhere"), *areas.items()],
        "language": [("", "Any language"), *choices("language")], "state": [("", "Not retired"), *STATES],
    }  # fmt: skip
    chosen = {name: given.get(name, "") for name in allowed}
    chosen = {name: value if value in dict(allowed[name]) else "" for name, value in chosen.items()}
    text = given.get("q", "").replace("\x00", "")[:100]
    rows = services(by=by, text=text, **chosen)
    context = {"rows": rows, "text": text, "chosen": chosen, "allowed": allowed,
               "is_filtered": bool(text or any(chosen.values()))}  # fmt: skip
    return render(request, "directory/services.jinja", context)


@require_safe
def service(request: HttpRequest, service_id: int) -> HttpResponse:
    """One service."""
    return render(request, "directory/service.jinja", {"row": _one(request, service_id)})


def _facts(said: dict[str, Any]) -> ServiceFacts:
    plain = ("name", "description", "phone", "youngest", "oldest", "opens", "closes", "on_bank_holidays",
             "answers_within_hours", "capacity", "referral_terms")  # fmt: skip
    facts: dict[str, Any] = {name: said[name] for name in plain}
    facts |= {name: tuple(said.get(name, ())) for name in LISTED}
    facts["weekdays"] = tuple(int(number) for number in said["weekdays"])
    facts["team_id"] = int(said["team"]) if said.get("team") else None
    return ServiceFacts(**facts)


def _organisation(request: HttpRequest) -> Organisation | None:
    """For whom a service is added: the only one that is administered, or the one chosen."""
    mine = administered_organisations(by=who(request))
    if len(mine) == 1:
        return mine[0]
    wanted = request.GET.get("organisation", "")
    return next((one for one in mine if str(one.id) == wanted), None)


@require_http_methods(["GET", "HEAD", "POST"])
def service_add(request: HttpRequest) -> HttpResponse:
    """Add a service: first whose it is, then what it is."""
    by, organisation = who(request), _organisation(request)
    if organisation is None:
        whose = WhoseForm(request.GET or None, organisations=administered_organisations(by=by))
        return render(request, "directory/service_whose.jinja", {"form": whose})
    form = ServiceAddForm(
        request.POST or None, areas=area_names(by=by), teams=teams_of(organisation),
        initial={"answers_within_hours": 8, "phone": organisation.phone},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                before = once.claim(form.once)
                if before is not None:
                    return redirect(before or "services")
                made = add_service(by=by, organisation=organisation, facts=_facts(form.cleaned_data))
                where = reverse("service", args=[made.id])
                once.keep(form.once, where)
        except Refused as problem:
            form.add_error("name" if "name" in problem.words else None, problem.words)
        else:
            messages.success(request, "The service is added. No rule proposes it yet.")
            return redirect(where)
    context = {"form": form, "organisation": organisation, "service": None, "now": None}
    return render(request, "directory/service_form.jinja", context)


def _initial(found: Service) -> dict[str, Any]:
    names = [name for name in ServiceForm.base_fields if name not in ("team", "weekdays")]
    return {name: getattr(found, name) for name in names} | {
        "weekdays": [str(number) for number in found.weekdays], "team": str(found.team_id or ""),
        "version": found.version,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def service_change(request: HttpRequest, service_id: int) -> HttpResponse:
    """Change a service. Who is second is told, and sees what stands now."""
    by, found = who(request), _mine(request, service_id)
    form = ServiceChangeForm(
        request.POST or None, areas=area_names(by=by), teams=teams_of(found.organisation), initial=_initial(found)
    )
    theirs = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                change_service(by=by, service=found, version=said["version"], facts=_facts(said))
        except Refused as problem:
            form.add_error("name" if "name" in problem.words else None, problem.words)
        except Conflict as problem:
            form.add_error(None, problem.words)
            theirs = _one(request, service_id)
            data = request.POST.copy()
            data["version"] = str(problem.theirs["version"])  # sent again, it is meant
            form.data = data
        else:
            messages.success(request, "The service is changed.")
            return redirect("service", found.id)
    context = {"form": form, "organisation": found.organisation, "service": found, "now": theirs}
    return render(request, "directory/service_form.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def service_pause(request: HttpRequest, service_id: int) -> HttpResponse:
    """Say that a service takes nobody for a while, and why."""
    found = _mine(request, service_id)
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pause_service(by=who(request), service=found, **form.cleaned_data)
        except Refused as problem:
            form.add_error("until" if "day" in problem.words else "reason", problem.words)
        else:
            undo = reverse("service_resume", args=[found.id])
            messages.success(request, "It takes nobody now: no rule proposes it.", extra_tags=f"undo:{undo}")
            return redirect("service", found.id)
    return render(request, "directory/service_pause.jinja", {"form": form, "service": found})


@require_POST
def service_resume(request: HttpRequest, service_id: int) -> HttpResponse:
    """Let rules propose it again."""
    found = _mine(request, service_id)
    resume_service(by=who(request), service=found)
    messages.success(request, "It takes people again.")
    return redirect("service", found.id)


@require_POST
def service_retire(request: HttpRequest, service_id: int) -> HttpResponse:
    """Take it out of every list of choices; it can be undone."""
    found = _mine(request, service_id)
    retire_service(by=who(request), service=found)
    undo = reverse("service_restore", args=[found.id])
    messages.success(request, "The service is retired. What was offered to it goes on.", extra_tags=f"undo:{undo}")
    return redirect("service", found.id)


@require_POST
def service_restore(request: HttpRequest, service_id: int) -> HttpResponse:
    """Bring it back."""
    found = _mine(request, service_id)
    restore_service(by=who(request), service=found)
    messages.success(request, "The service is back.")
    return redirect("service", found.id)
