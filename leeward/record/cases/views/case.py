"""The page of a case, its print view, its details."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import attempt, from_now_on, go, say, side_by_side, who
from leeward.platform.common.errors import Conflict
from leeward.platform.reference.lists import label
from leeward.platform.reference.models import Area
from leeward.platform.ui.filters import day
from leeward.record.cases.actions.details import CaseDetails, change_details, details_of
from leeward.record.cases.forms.leading import DetailsForm
from leeward.record.cases.models import CaseAssignment, CaseStatus, Scope
from leeward.record.cases.queries.case import case_frame, case_page, index_card, sight_of
from leeward.record.cases.queries.chronology import chronology
from leeward.record.cases.rules import may_allocate, may_sign_off
from leeward.record.cases.views.common import draw

PRINTED = 500


@require_safe
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """A case: the whole of it, a summary, or that there is one and whom to ring, as far as one's sight goes."""
    sight = sight_of(case_id)
    if sight.scope < Scope.SUMMARY:
        return draw(request, "card", card=index_card(sight, case_id))
    page = case_page(by=who(request), case_id=case_id)
    story = chronology(case_id, kinds=frozenset(request.GET.getlist("kind")), before=request.GET.get("before", ""))
    return draw(
        request,
        "case" if sight.is_full else "summary",
        page.frame,
        "chronology",
        whole=page,
        story=story,
        chips=_chips(case_id, story.kinds, story.chosen),
        earlier=_address(case_id, story.chosen, story.earlier) if story.earlier else "",
        newest=_address(case_id, story.chosen) if request.GET.get("before") else "",
        today=timezone.localdate(),
    )


def _address(case_id: int, kinds: frozenset[str], before: str = "") -> str:
    query = [("kind", kind) for kind in sorted(kinds)] + ([("before", before)] if before else [])
    return reverse("case", args=[case_id]) + (f"?{urlencode(query)}" if query else "")


def _chips(case_id: int, kinds: list[tuple[str, str]], chosen: frozenset[str]) -> list[dict[str, Any]]:
    return [
        {"text": words, "href": _address(case_id, chosen ^ {code}), "selected": code in chosen} for code, words in kinds
    ]


@require_safe
def case_print(request: HttpRequest, case_id: int) -> HttpResponse:
    """A case for paper: who it is about and its story. What is kept to an organisation is left out."""
    page = case_page(by=who(request), case_id=case_id)
    if not page.frame.sight.is_full:
        raise Http404
    story = chronology(case_id, kinds=frozenset(request.GET.getlist("kind")), page=PRINTED, whole=True)
    audit.record("printed_case", "case", case_id, person=page.frame.case.person_id)
    lines = [line for line in story.lines if not line.own_organisation]
    return draw(
        request, "print", page.frame, whole=page, lines=lines, more=bool(story.earlier), printed_at=timezone.now()
    )


@require_safe
def case_details(request: HttpRequest, case_id: int) -> HttpResponse:
    """What a case says about itself, who led it when, how it stood when; and what can be done with it."""
    by, frame = who(request), case_frame(case_id)
    statuses = list(CaseStatus.objects.filter(case=frame.case).order_by("-at")[:50])
    assignments = list(
        CaseAssignment.objects.filter(case=frame.case)
        .select_related("organisation", "team", "worker")
        .order_by("-at")[:50]
    )
    asked = next((row for row in statuses if row.status == "closing"), None)
    leads = frame.case.lead_organisation_id == by.organisation_id
    audit.record("read_case_details", "case", case_id, person=frame.case.person_id)
    return draw(
        request,
        "details",
        frame,
        "details",
        statuses=statuses,
        assignments=assignments,
        details=details_of(frame.case),
        area=_area(frame.case.counts_for),
        leads=leads and frame.sight.may_change,
        may_change=frame.sight.may_change,
        may_allocate=may_allocate(by, frame.case) and frame.sight.may_change,
        may_sign_off=may_sign_off(by, frame.case, asked.by_id if asked else None) and frame.sight.may_change,
        may_restrict=leads and by.may(Permission.RESTRICT) and frame.sight.may_change,
    )


def _area(code: str) -> str:
    if not code:
        return ""
    return Area.objects.filter(code=code).order_by("-vintage").values_list("name", flat=True).first() or code


@require_http_methods(["GET", "POST"])
def case_details_change(request: HttpRequest, case_id: int) -> HttpResponse:
    """Change what a case says about itself; the second of two editors sees both."""
    by, frame = who(request), case_frame(case_id)
    now = details_of(frame.case)
    areas = list(
        Area.objects.filter(partnership_id=by.partnership_id).order_by("name").values_list("code", "name").distinct()
    )
    if now.counts_for and now.counts_for not in dict(areas):
        areas.append((now.counts_for, now.counts_for))
    form = DetailsForm(request.POST or None, areas=areas, initial={**asdict(now), "version": frame.case.version})
    both = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        typed = CaseDetails(said["risk"], said["review_on"], said["counts_for"], said["own_words"])
        try:
            done = attempt(
                form,
                lambda: change_details(
                    by=by, case=frame.case, details=typed, version=said["version"], why_risk=said["why_risk"]
                ),
                "why_risk",
            )
        except Conflict as conflict:
            done = None
            labels = {"risk": "Risk", "review_on": "Review", "own_words": "Own words", "counts_for": "Counts for"}
            both = side_by_side(
                conflict.words,
                conflict.by,
                labels,
                _in_words(details_of(frame.case, fresh=True)),
                _in_words(typed),
            )
            # What was typed stays in the form; sent once more, it is meant.
            from_now_on(form, request, frame.case.version)
        if done is not None:
            say(request, "The case was changed.")
            return go("case_details", case_id)
    return draw(request, "details_change", frame, "details", form=form, both=both)


def _in_words(details: CaseDetails) -> dict[str, str]:
    return {
        "risk": label("risk_level", details.risk),
        "review_on": day(details.review_on),
        "own_words": details.own_words,
        "counts_for": details.counts_for,
    }
