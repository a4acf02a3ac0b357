"""A whole provider's open cases go to another: proposed, reviewed by a second person, reported."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.models import Organisation, User
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, who
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.handover import (
    count_handover,
    do_handover,
    propose_handover,
    refuse_handover,
    still_waiting,
)
from leeward.record.cases.forms.leading import HandoverForm, ReviewHandoverForm
from leeward.record.cases.models import Handover
from leeward.record.cases.views.common import draw
from leeward.record.cases.views.leading import _receivers


@require_safe
def handovers(request: HttpRequest) -> HttpResponse:
    """Handovers that were proposed, done or refused."""
    rows = list(
        Handover.objects.select_related("from_organisation", "to_organisation", "to_team").order_by("-proposed_at")[
            :100
        ]
    )
    audit.record("listed_handovers", "handover", listed=[row.id for row in rows])
    return draw(request, "handovers", rows=rows)


@require_http_methods(["GET", "POST"])
def handover_new(request: HttpRequest) -> HttpResponse:
    """Propose that all open cases of a provider go to another."""
    by = who(request)
    organisations = Organisation.objects.filter(partnership_id=by.partnership_id, is_active=True).order_by("name")
    if not by.may(Permission.HAND_OVER):
        organisations = organisations.filter(id=by.acts_for)
    form = HandoverForm(
        request.POST or None,
        sources=list(organisations.values_list("id", "name")),
        receivers=_receivers(by.partnership_id, 0),
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        to, team = form.receiver()

        def make() -> str:
            made = propose_handover(
                by=by, from_organisation_id=int(said["from_"]), to_organisation_id=to, to_team_id=team,
                lawful_basis=said["lawful_basis"], reason=said["reason"], ask_consent_by=said["ask_consent_by"],
            )  # fmt: skip
            return reverse("handover", args=[made.id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "Proposed. Nothing moves before a second person agrees.")
            return redirect_to(address)
    return draw(request, "handover_new", form=form)


@require_http_methods(["GET", "POST"])
def handover(request: HttpRequest, handover_id: int) -> HttpResponse:
    """One handover: its counts, its review, and afterwards its report."""
    by = who(request)
    row = (
        Handover.objects.select_related("from_organisation", "to_organisation", "to_team")
        .filter(id=handover_id)
        .first()
    )
    if row is None:
        raise Http404
    may_review = by.may(Permission.HAND_OVER) and row.proposed_by_id != by.user_id and row.status == Handover.PROPOSED
    form = ReviewHandoverForm(request.POST or None)
    if request.method == "POST" and may_review and form.is_valid():
        agreed = form.cleaned_data["answer"] == "yes"
        done = attempt(
            form,
            lambda: (
                do_handover(by=by, handover=row)
                if agreed
                else refuse_handover(by=by, handover=row, why=form.cleaned_data["why"])
            ),
        )
        if done is not None:
            say(request, "Done. The report is below." if agreed else "Not agreed. Nothing moved.")
            return go("handover", handover_id)
    names = dict(
        User.objects.filter(id__in=[id_ for id_ in (row.proposed_by_id, row.reviewed_by_id) if id_]).values_list(
            "id", "name"
        )
    )
    audit.record("read_handover", "handover", row.id)
    return draw(
        request, "handover", row=row, form=form, may_review=may_review,
        counts=count_handover(row.from_organisation_id) if row.status == Handover.PROPOSED else row.counts,
        basis=label("lawful_basis", row.lawful_basis), proposer=names.get(row.proposed_by_id, ""),
        reviewer=names.get(row.reviewed_by_id or 0, ""),
        waiting=still_waiting(row) if row.status == Handover.DONE else 0,
    )  # fmt: skip
