"""Pages of the rules that propose services: read in order, change, and try out."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import once
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.directory.actions.routing import RuleFacts, add_rule, change_rule, move_rule, switch_rule
from leeward.platform.directory.forms import RuleAddForm, RuleChangeForm, RuleForm, TryForm
from leeward.platform.directory.models import RoutingRule
from leeward.platform.directory.queries import Asked
from leeward.platform.directory.queries.listing import area_names, routing_rules, services, try_rules
from leeward.platform.directory.views.services import who
from leeward.platform.reference.working_time import LONDON

LISTED = ("sides", "areas", "needs", "languages", "risks")


def _rule(by: Acting, rule_id: int) -> RoutingRule:
    found = RoutingRule.objects.filter(id=rule_id, partnership_id=by.partnership_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """The rules in words, in their order."""
    return render(request, "directory/rules.jinja", {"rows": routing_rules(by=who(request))})


def _facts(said: dict[str, Any]) -> RuleFacts:
    return RuleFacts(
        service_id=int(said["service"]), reason=said["reason"], youngest=said["youngest"], oldest=said["oldest"],
        only_when_open=said["only_when_open"], **{name: tuple(said.get(name, ())) for name in LISTED},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def rule_add(request: HttpRequest) -> HttpResponse:
    """Add a rule, behind all others."""
    by = who(request)
    offered = [row.service for row in services(by=by)]
    chosen = request.GET.get("service", "")
    form = RuleAddForm(request.POST or None, areas=area_names(by=by), services=offered, initial={"service": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                before = once.claim(form.once)
                if before is None:
                    add_rule(by=by, facts=_facts(form.cleaned_data))
                    once.keep(form.once, reverse("routing_rules"))
        except Refused as problem:
            form.add_error(None, problem.words)
        else:
            messages.success(request, "The rule is added, behind all others. Move it up if it should win sooner.")
            return redirect("routing_rules")
    return render(request, "directory/rule_form.jinja", {"form": form, "rule": None, "now": None})


@require_http_methods(["GET", "HEAD", "POST"])
def rule_change(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Change a rule. Who is second is told, and sees what stands now."""
    by = who(request)
    rule = _rule(by, rule_id)
    offered = [row.service for row in services(by=by)]
    if rule.service_id not in {one.id for one in offered}:
        offered.append(rule.service)  # a retired one stays the rule's own until somebody chooses another
    names = [name for name in RuleForm.base_fields if name != "service"]
    initial = {name: getattr(rule, name) for name in names} | {
        "service": str(rule.service_id), "version": rule.version
    }  # fmt: skip
    form = RuleChangeForm(request.POST or None, areas=area_names(by=by), services=offered, initial=initial)
    now = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                change_rule(by=by, rule=rule, version=said["version"], facts=_facts(said))
        except Refused as problem:
            form.add_error(None, problem.words)
        except Conflict as problem:
            form.add_error(None, problem.words)
            now = next((row for row in routing_rules(by=by) if row.rule.id == rule.id), None)
            data = request.POST.copy()
            data["version"] = str(problem.theirs["version"])  # sent again, it is meant
            form.data = data
        else:
            messages.success(request, "The rule is changed. It acts on the next contact.")
            return redirect("routing_rules")
    return render(request, "directory/rule_form.jinja", {"form": form, "rule": rule, "now": now})


@require_POST
def rule_switch(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Pause a rule, or let it act again."""
    by = who(request)
    rule = _rule(by, rule_id)
    switch_rule(by=by, rule=rule, is_active=not rule.is_active)
    undo = reverse("rule_switch", args=[rule.id])
    words = "The rule is paused: it proposes nothing." if rule.is_active else "The rule acts again."
    messages.success(request, words, extra_tags=f"undo:{undo}")
    return redirect("routing_rules")


@require_POST
def rule_move(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Put a rule one place earlier or later."""
    by = who(request)
    move_rule(by=by, rule=_rule(by, rule_id), up=request.POST.get("to") != "later")
    return redirect("routing_rules")


def _moment(which: str) -> datetime:
    """The moment that somebody tries the rules for: now, or the next Tuesday morning or Sunday night."""
    now = timezone.now()
    if which == "now":
        return now
    weekday, clock = (1, time(11)) if which == "office" else (6, time(3))
    today = now.astimezone(LONDON).date()
    return datetime.combine(today + timedelta(days=(weekday - today.weekday()) % 7), clock, LONDON)


@require_safe
def rules_try(request: HttpRequest) -> HttpResponse:
    """What the rules would propose for an invented need, and how each came to its answer. Nothing is kept."""
    by = who(request)
    areas = area_names(by=by)
    form = TryForm(request.GET or None, areas=areas, initial={"side": "harmed", "risk": "unknown", "at": "now"})
    trial = None
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        asked = Asked(
            side=said["side"], area_code=said["area"], age=said["age"], needs=tuple(said["needs"]),
            language=said["language"], risk=said["risk"], at=_moment(said["at"]),
        )  # fmt: skip
        trial = try_rules(by=by, asked=asked)
    return render(request, "directory/rules_try.jinja", {"form": form, "trial": trial})
