"""What the public pages say of the partnership, and who receives contacts."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from leeward.platform.access.forms.running import PartnershipForm
from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.access.running import change_partnership, receiving_team, what_is_missing
from leeward.platform.access.views.session import acting
from leeward.platform.common.errors import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def partnership(request: HttpRequest) -> HttpResponse:
    """The partnership: its name, helpline, what pages say of it, and its access point."""
    by = acting(request)
    found = Partnership.objects.get(id=by.partnership_id)
    organisations = list(Organisation.objects.filter(partnership=found, is_active=True).order_by("name"))
    form = PartnershipForm(
        request.POST if request.method == "POST" else None, organisations=organisations,
        initial=PartnershipForm.initial_of(found, organisations),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            change_partnership(by=by, facts=form.facts)
        except Refused as refused:
            form.add_error("name", refused.words)
        else:
            messages.success(request, "Changed. Every page says so within a minute.")
            return redirect("partnership")
    context = {"form": form, "team": receiving_team(found.id), "missing": what_is_missing(found.id)}
    return render(request, "access/partnership.jinja", context)
