"""A professional refers somebody, signed in or not, and learns what became of it: that and nothing else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access.limits import within_limit
from leeward.platform.common.errors import Refused
from leeward.response.front_door.actions.drafting import Answering
from leeward.response.front_door.actions.receiving import submit_contact
from leeward.response.front_door.forms.receipts import ReceiptForm
from leeward.response.front_door.intake import fills_of, intake_of
from leeward.response.front_door.queries.receipts import my_receipts, receipt_of
from leeward.response.front_door.questions import Asking, Flow, result_of
from leeward.response.front_door.views.common import (
    acting,
    asking_of,
    closed,
    facts,
    language,
    promised,
    refused,
    too_many,
)
from leeward.response.front_door.views.stepping import Journey, gone, sent_of, show_check, show_now, show_step


def _known_of_referrer(request: HttpRequest) -> dict[str, Any]:
    by = acting(request)
    return {"agency": by.organisation_name, "your_name": by.user_name} if by.user_id else {}


REFER = Journey(
    "refer", "refer", start="professionals", tab=lambda: gettext("For professionals"), prefill=_known_of_referrer
)


@require_safe
def refer(request: HttpRequest) -> HttpResponse:
    """Start, or go on where they were."""
    return closed(request) or redirect("refer_step", 1)


@require_http_methods(["GET", "HEAD", "POST"])
def refer_step(request: HttpRequest, number: int) -> HttpResponse:
    """One page of questions."""
    return show_step(request, REFER, number)


@require_safe
def refer_now(request: HttpRequest, number: int) -> HttpResponse:
    """What cannot wait."""
    return show_now(request, REFER, number)


@require_http_methods(["GET", "HEAD", "POST"])
def refer_check(request: HttpRequest) -> HttpResponse:
    """Check and send."""

    def send(flow: Flow, state: Answering) -> dict[str, Any]:
        result = result_of(flow, Asking("en", asking_of(request).areas))
        intake = intake_of(result, route="professional", fills=fills_of(flow.set), read_in=language())
        sent = submit_contact(by=acting(request), intake=intake)
        return {
            "reference": sent.reference,
            "code": sent.receipt_code,
            **promised(acting(request), intake.risk, danger=intake.danger_now),
            "danger": intake.danger_now or intake.child_danger or bool(result.routes),
        }

    try:
        return show_check(request, REFER, send)
    except Refused as problem:
        return refused(request, problem)


@require_safe
def refer_done(request: HttpRequest) -> HttpResponse:
    """The receipt: a reference for speaking about it, and a code that opens what became of it."""
    sent = sent_of(request, REFER)
    if sent is None:
        return gone(request, REFER)
    return render(request, "front_door/public/referred.jinja", {"sent": sent, "facts": facts()})


@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """What became of a referral, by the code on its receipt. Codes cannot be tried one after another."""
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    found = None
    if request.method == "POST" and form.is_valid():
        found = receipt_of(form.cleaned_data["code"])
        # Only a wrong code counts: whoever looks up their own may look often.
        if found is None and not within_limit(request, "receipt"):
            return too_many(request)
        if found is None:
            form.add_error("code", gettext("There is no receipt with this code. Check each letter and figure."))
    return render(request, "front_door/public/receipt.jinja", {"form": form, "found": found})


@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """People I referred: reference and status of each, nothing else."""
    return render(request, "front_door/referrals.jinja", {"rows": my_receipts(by=acting(request))})
