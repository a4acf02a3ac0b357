"""What a partnership sets for risk: bands, escalation, when the next one is due, which instruments are offered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leeward.platform.access.web import attempt, once_only, redirect_to, say, who
from leeward.record.risk.actions.instruments import set_thresholds
from leeward.record.risk.forms.settings import SettingsForm, as_initial
from leeward.record.risk.queries.thresholds import definition_of, newest_versions, settings_history, thresholds_of


@require_http_methods(["GET", "POST"])
def risk_settings(request: HttpRequest) -> HttpResponse:
    """Read and change them; what stood before stays as history."""
    by = who(request)
    versions = newest_versions(by.partnership_id)
    instruments = {key: definition_of(row) for key, row in versions.items()}
    now = thresholds_of(by.partnership_id)
    form = SettingsForm(request.POST or None, instruments=instruments, initial=as_initial(now, instruments))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            set_thresholds(by=by, thresholds=form.thresholds(), why=form.cleaned_data["why"])
            return reverse("risk_settings")

        if address := attempt(form, lambda: once_only(form.once, make), "why"):
            say(request, "Set. Assessments that are finished keep what they came to.")
            return redirect_to(address)
    titles = {key: one.title for key, one in instruments.items()}
    return render(
        request, "risk/settings.jinja",
        {"form": form, "instruments": instruments, "versions": versions, "tabs": [],
         "history": settings_history(by.partnership_id, titles)},
    )  # fmt: skip
