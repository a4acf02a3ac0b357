"""Transfers to and from other areas' MARACs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, once_only, redirect_to, say, who
from leeward.platform.common.pages import page_number, pages
from leeward.response.marac.actions.transfers import answer_transfer, send_transfer
from leeward.response.marac.forms.transfers import TransferAnswerForm, TransferForm
from leeward.response.marac.queries.maracs import arranged
from leeward.response.marac.queries.referrals import find_referral, humans
from leeward.response.marac.queries.transfers import find_transfer, transfers


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Cases that went to another area's MARAC, or came from one."""
    page = page_number(request)
    rows, more = transfers(page)
    return render(request, "marac/transfers.jinja", {"rows": rows, "pages": pages(request, page, more)})


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, referral_id: int) -> HttpResponse:
    """Write down that a case went to another area's MARAC."""
    by, found = who(request), find_referral(referral_id)
    if found is None or found.marac_id not in arranged():
        raise Http404
    form = TransferForm(request.POST or None, initial={"heard_here": "yes" if found.status == "heard" else "no"})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            send_transfer(by=by, referral=found, facts=form.facts())
            return reverse("marac_referral", args=[found.id])

        if address := attempt(form, lambda: once_only(form.once, make), "sent_on"):
            say(request, "Written down. It waits for their answer in the list of transfers.")
            return redirect_to(address)
    audit.record("opened_marac_transfer", "marac_referral", found.id, person=found.person_id)
    about = humans([(found.person, "")])[0]
    return render(request, "marac/transfer_form.jinja", {"form": form, "referral": found, "about": about})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, transfer_id: int) -> HttpResponse:
    """Write down what they answered."""
    by, found = who(request), find_transfer(transfer_id)
    if found is None or found.marac_id not in arranged():
        raise Http404
    form = TransferAnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def make() -> str:
            answer_transfer(by=by, transfer=found, answer=said["answer"], answered_on=said["answered_on"])
            return reverse("marac_transfers")

        if address := attempt(form, lambda: once_only(form.once, make), "answered_on"):
            say(request, "Their answer was written down.")
            return redirect_to(address)
    audit.record("opened_marac_transfer", "marac_transfer", found.id, person=found.case.person_id)
    about = humans([(found.case.person, "")])[0]
    return render(request, "marac/transfer_answer.jinja", {"form": form, "transfer": found, "about": about})
