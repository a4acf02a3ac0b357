"""Pages on which a partnership sets within how long a first attempt is promised."""

from __future__ import annotations

from datetime import time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import choices
from leeward.platform.ui.filters import day
from leeward.response.front_door.actions.targets import set_target, withdraw_target
from leeward.response.front_door.forms.targets import TargetForm
from leeward.response.front_door.models import Target
from leeward.response.front_door.queries.targets import targets_page
from leeward.response.front_door.rules import promise_at, targets_of


def _who(request: HttpRequest) -> Acting:
    by: Acting = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    return by


@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """What is promised now, what is coming, what was promised before and who changed it."""
    return render(request, "front_door/targets/list.jinja", {"found": targets_page(by=_who(request))})


@require_http_methods(["GET", "HEAD", "POST"])
def target_change(request: HttpRequest, risk: str) -> HttpResponse:
    """Promise something else to people of one level of risk, from a day on."""
    by = _who(request)
    words = dict(choices("risk_level")).get(risk)
    if words is None:
        raise Http404
    now = promise_at(targets_of(by.partnership_id), risk, timezone.now())
    form = TargetForm(
        request.POST or None,
        initial={
            "hours": f"{now.duration.total_seconds() / 3600:.0f}", "counted": "working" if now.working else "clock",
            "opens": now.hours.opens, "closes": now.hours.closes,
            "weekdays": [str(number) for number in sorted(now.hours.weekdays)], "starts_on": timezone.localdate(),
        },
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = set_target(
                by=by, risk=risk, hours=said["hours"], is_working_time=said["counted"] == "working",
                starts_on=said["starts_on"], opens=said["opens"] or time(9), closes=said["closes"] or time(17),
                weekdays=tuple(int(number) for number in said["weekdays"] or range(5)),
            )  # fmt: skip
        except Refused as problem:
            form.add_error(None, problem.words)
        else:
            since = "from now on" if made.starts_at <= timezone.now() else f"from {day(made.starts_at)} on"
            messages.success(request, f"The target is set: it holds {since}.")
            return redirect("targets")
    return render(request, "front_door/targets/change.jinja", {"form": form, "level": words, "now": now})


@require_POST
def target_withdraw(request: HttpRequest, target_id: int) -> HttpResponse:
    """Take back a target that has not begun."""
    by = _who(request)
    found = Target.objects.filter(id=target_id, partnership_id=by.partnership_id).first()
    if found is None:
        raise Http404
    try:
        withdraw_target(by=by, target=found)
        messages.success(request, "The coming target is withdrawn. What held before goes on.")
    except Refused as problem:
        messages.error(request, problem.words)
    return redirect("targets")
