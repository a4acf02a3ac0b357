"""Incidents of a case."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, from_now_on, once_only, redirect_to, say, side_by_side, who
from leeward.platform.common.errors import Conflict
from leeward.platform.reference.lists import label
from leeward.platform.ui.filters import day
from leeward.record.risk.actions.incidents import (
    CHILD,
    IncidentFacts,
    correct_incident,
    facts_of,
    record_incident,
    withdraw_incident,
)
from leeward.record.risk.forms.answering import WithdrawForm
from leeward.record.risk.forms.incidents import CorrectIncidentForm, IncidentForm
from leeward.record.risk.instruments import demands
from leeward.record.risk.models import Incident
from leeward.record.risk.queries.incidents import name_of, said_to_cause
from leeward.record.risk.views.common import draw, risk_frame, risk_frame_to_change

LABELS = {"from_on": "When", "until_on": "Until", "kinds": "Kind", "what": "What happened", "place": "Where",
          "reported": "Reported", "crime_reference": "Crime reference", "source": "Who told of it",
          "children_present": "Did a child see or hear it", "causing": "Who is said to have done it"}  # fmt: skip


@require_http_methods(["GET", "POST"])
def incident_add(request: HttpRequest, case_id: int) -> HttpResponse:
    """Record an incident."""
    by, frame = who(request), risk_frame_to_change(case_id)
    form = IncidentForm(request.POST or None, causing=said_to_cause(frame.case))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            record_incident(by=by, case=frame.case, facts=form.facts())
            return reverse("case_risk", args=[case_id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, _recorded(form.facts()))
            return redirect_to(address)
    return draw(request, "incident_form", frame, form=form, incident=None, both=None)


def _find(incident_id: int) -> Incident:
    incident = Incident.objects.filter(id=incident_id).exclude(case=None).first()
    if incident is None:
        raise Http404
    return incident


@require_http_methods(["GET", "POST"])
def incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Read an incident; who recorded it corrects it here."""
    by, found = who(request), _find(incident_id)
    frame = risk_frame(found.case_id or 0)
    may_change = found.organisation_id == by.organisation_id and found.withdrawn_at is None and frame.sight.may_change
    both = None
    facts = facts_of(found)
    causing = said_to_cause(frame.case)
    if facts.causing_id is not None and facts.causing_id not in dict(causing):
        causing.append((facts.causing_id, name_of(facts.causing_id)))
    form = CorrectIncidentForm(
        request.POST or None,
        causing=causing,
        initial={**asdict(facts), "kinds": list(facts.kinds), "causing": str(facts.causing_id or ""),
                 "version": found.version},
    )  # fmt: skip
    if request.method == "POST" and not may_change:
        raise Http404
    if request.method == "POST" and form.is_valid():
        done = None
        try:
            done = attempt(
                form,
                lambda: correct_incident(
                    by=by, incident=found, facts=form.facts(), version=form.cleaned_data["version"]
                ),
            )
        except Conflict as conflict:
            theirs = IncidentFacts(**conflict.theirs)  # type: ignore[arg-type]  # what facts_of answered
            both = side_by_side(conflict.words, conflict.by, LABELS, _in_words(theirs), _in_words(form.facts()))
            from_now_on(form, request, Incident.objects.only("version").get(id=found.id).version)
        if done is not None:
            say(request, "The incident was corrected.")
            return redirect_to(reverse("case_risk", args=[found.case_id]))
    audit.record("read_incident", "incident", found.id, person=found.person_id)
    return draw(request, "incident_form", frame, form=form, incident=found, both=both, may_change=may_change,
                words=_in_words(facts), labels=LABELS,
                child=demands()[CHILD] if facts.children_present == "yes" else None)  # fmt: skip


def _recorded(facts: IncidentFacts) -> str:
    if facts.children_present == "yes":
        return "The incident was recorded. A child saw or heard it: what must follow stands on this page."
    return "The incident was recorded."


@require_http_methods(["GET", "POST"])
def incident_withdraw(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Take back an incident that was recorded by mistake."""
    by, found = who(request), _find(incident_id)
    frame = risk_frame_to_change(found.case_id or 0)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            withdraw_incident(by=by, incident=found, reason=form.cleaned_data["reason"])
            return reverse("case_risk", args=[found.case_id])

        if address := attempt(form, lambda: once_only(form.once, make), "reason"):
            say(request, "The incident was taken back and is not counted any more.")
            return redirect_to(address)
    return draw(
        request, "withdraw", frame, form=form, back=reverse("incident", args=[found.id]), what="incident", level=""
    )


def _in_words(facts: IncidentFacts) -> dict[str, str]:
    return {
        "from_on": day(facts.from_on) + (" (not exact)" if facts.is_about else ""),
        "until_on": day(facts.until_on) if facts.until_on else "",
        "kinds": ", ".join(label("abuse_kind", kind) for kind in facts.kinds),
        "what": facts.what,
        "place": label("incident_place", facts.place) if facts.place else "",
        "reported": label("incident_reported", facts.reported),
        "crime_reference": facts.crime_reference,
        "source": label("incident_source", facts.source),
        "children_present": label("three_answers", facts.children_present),
        "causing": name_of(facts.causing_id),
    }
