"""What was offered to my organisation: accept, or return with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from leeward.platform.access.web import attempt, once_only, redirect_to
from leeward.platform.ui.forms import Option
from leeward.record.cases.queries.case import sight_of
from leeward.record.cases.queries.same import known_already
from leeward.response.front_door.actions.handing_on import accept_offer, return_offer
from leeward.response.front_door.forms.triage import AcceptForm, ReturnForm
from leeward.response.front_door.queries.offers import OfferRow, offered_to_us, workers_for
from leeward.response.front_door.views.triage import acting


@require_GET
def offers(request: HttpRequest) -> HttpResponse:
    """Everything that waits for an answer of ours, the oldest promise first."""
    return render(request, "front_door/offers/list.jinja", {"rows": offered_to_us(by=acting(request))})


def _row(request: HttpRequest, offer_id: int) -> OfferRow:
    row = next(iter(offered_to_us(by=acting(request), offer_id=offer_id)), None)
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
def offer_accept(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Accept: the case opens, with its story."""
    by, row = acting(request), _row(request, offer_id)
    workers = workers_for(by=by, offer=row.offer)
    options = [Option(str(user.id), user.name) for user in workers]
    form = AcceptForm(request.POST or None, workers=options, initial={"lead": str(by.user_id)})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            lead = form.cleaned_data["lead"]
            case = accept_offer(by=by, offer=row.offer, worker_id=int(lead) if lead else None)
            messages.success(request, "Accepted. Whoever referred them is told that you have.")
            # Nobody could ask before: an offer has no name. A repeat contact is the commonest of all.
            full = sight_of(case.id).may_change
            return reverse("case_known" if full and known_already(by=by, case=case) else "case", args=[case.id])

        if to := attempt(form, lambda: once_only(form.once, make)):
            return redirect_to(to)
    return render(request, "front_door/offers/accept.jinja", {"form": form, "row": row})


@require_http_methods(["GET", "POST"])
def offer_return(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Return it with a reason from the list."""
    row = _row(request, offer_id)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def make() -> str:
            return_offer(by=acting(request), offer=row.offer, reason=said["reason"], note=said["note"])
            messages.success(request, "Returned. The access point sees your reason.")
            return reverse("offers")

        if to := attempt(form, make):
            return redirect_to(to)
    return render(request, "front_door/offers/return.jinja", {"form": form, "row": row})
