"""The risk of a case; an assessment from its start to its finish, and beside an earlier one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, from_now_on, go, once_only, redirect_to, say, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.platform.ui.filters import day
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.queries.case import CaseFrame
from leeward.record.cases.queries.colleagues import colleagues
from leeward.record.risk.actions.assessing import (
    begin_assessment,
    finish_assessment,
    save_answers,
    withdraw_assessment,
)
from leeward.record.risk.actions.demands import answer_demand
from leeward.record.risk.forms.answering import (
    AnswersForm,
    DemandForm,
    FinishForm,
    StartForm,
    StepTaskForm,
    WithdrawForm,
)
from leeward.record.risk.instruments import Demanded, Given, Instrument, demands
from leeward.record.risk.models import Assessment, Demand
from leeward.record.risk.queries.after import next_steps
from leeward.record.risk.queries.assessments import (
    Offer,
    answers_of,
    asked_next,
    assessment_page,
    earlier_of,
    find_assessment,
    instrument_of,
    meant_for,
    offers_for,
    records_of,
    risk_page,
    words_of,
)
from leeward.record.risk.queries.comparing import compare
from leeward.record.risk.queries.heard import heard_before
from leeward.record.risk.queries.picture import risk_line
from leeward.record.risk.queries.thresholds import definition_of, newest_versions, thresholds_of
from leeward.record.risk.rules import may_assess
from leeward.record.risk.views.common import draw, risk_frame, risk_frame_to_change


@require_safe
def case_risk(request: HttpRequest, case_id: int) -> HttpResponse:
    """How dangerous it is and why, what is open, the line over time, the incidents."""
    by, frame = who(request), risk_frame(case_id)
    page = risk_page(by=by, case=frame.case)
    return draw(
        request, "risk", frame, whole=page, line=risk_line(page.finished),
        may_assess=may_assess(by, frame.case) and frame.case.side != "causing_harm", next_steps=next_steps(frame),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def assessment_start(request: HttpRequest, case_id: int) -> HttpResponse:
    """Choose an instrument and begin."""
    by, frame = who(request), risk_frame_to_change(case_id)
    follows = find_assessment(int(after)) if (after := request.GET.get("after", "")).isdecimal() else None
    offers = {one.version.key: one for one in offers_for(by, frame.person)}
    wanted = request.GET.get("instrument", "")
    hints = [(key, one.instrument.title, one.hint) for key, one in offers.items()]
    if wanted and wanted not in offers and follows is not None and wanted in asked_next(by, follows, case_id):
        # A follow-on is begun from the assessment that asks for it, never alone.
        version = newest_versions(by.partnership_id).get(wanted)
        if version is None:
            raise Http404
        known = definition_of(version)
        hints = [(wanted, known.title, Offer(version, known, True, meant_for(by, known)).hint)]
        versions = {wanted: version}
    else:
        follows = None
        versions = {key: one.version for key, one in offers.items()}
    form = StartForm(request.POST or None, offered=hints, initial={"instrument": wanted or next(iter(versions), "")})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            version = versions[form.cleaned_data["instrument"]]
            made = begin_assessment(by=by, case=frame.case, instrument=version, follows=follows)
            return reverse("assessment", args=[made.id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            return redirect_to(address)
    return draw(request, "start", frame, form=form)


def _open(assessment_id: int) -> tuple[Assessment, CaseFrame]:
    assessment = find_assessment(assessment_id)
    if assessment is None:
        raise Http404
    return assessment, risk_frame(assessment.case_id)


@require_http_methods(["GET", "POST"])
def assessment(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Answer it, in parts, saved as typed; once it is finished, read it."""
    by = who(request)
    found, frame = _open(assessment_id)
    limits = thresholds_of(by.partnership_id)
    if found.status != Assessment.STARTED or found.organisation_id != by.organisation_id or not frame.sight.may_change:
        page = assessment_page(found, limits)
        return draw(
            request, "assessment", frame, whole=page, earlier=earlier_of(found), next_steps=next_steps(frame),
            may_take_back=found.status == Assessment.FINISHED and found.organisation_id == by.organisation_id
            and frame.sight.may_change,
        )  # fmt: skip
    instrument = instrument_of(found)
    form = AnswersForm(instrument, answers_of(found), request.POST or None, initial={"version": found.version})
    both = None
    if request.method == "POST":
        autosave = "autosave" in request.POST
        if form.is_valid():
            try:
                saved = save_answers(by=by, assessment=found, given=form.given(), version=form.cleaned_data["version"])
            except Conflict as conflict:
                if autosave:
                    return JsonResponse({"message": conflict.words}, status=409)
                both = [
                    (instrument.items[key].label, words_of(instrument, instrument.items[key], one.answer), one.comment)
                    for key, one in conflict.theirs.items()
                    if isinstance(one, Given)
                ]
                from_now_on(form, request, Assessment.objects.only("version").get(id=found.id).version)
            except Refused as problem:
                if autosave:
                    return JsonResponse({"message": problem.words}, status=409)
                form.add_error(None, problem.words)
            else:
                if autosave:
                    return JsonResponse({"version": saved.version})
                if "finish" in request.POST:
                    return go("assessment_finish", found.id)
                say(request, "Saved. You can go on with it at any time.")
                return go("case_risk", found.case_id)
        elif autosave:
            # Saved again when it is mended; until then it stays on the page, marked as not saved.
            return JsonResponse(
                {"message": "Something here cannot be kept as it is. Press Save to see what."}, status=409
            )
    audit.record("opened_assessment", "assessment", found.id, person=found.person_id)
    return draw(request, "answer", frame, form=form, instrument=instrument, assessment=found, both=both,
                now=_now(instrument), is_meant=meant_for(by, instrument))  # fmt: skip


def _now(instrument: Instrument) -> dict[str, tuple[list[Demanded], set[str]]]:
    """By item: what must be done at once where it is said to be so, and which answers say so."""
    found = {}
    for key, item in instrument.items.items():
        steps = [demands()[one] for one in item.demands if one in demands() and demands()[one].at_once]
        if steps:
            found[key] = (steps, {option.value for option in instrument.options(item) if option.affirms})
    return found


@require_http_methods(["GET", "POST"])
def assessment_finish(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """What the answers come to; a person's judgement; then it is finished."""
    by = who(request)
    found, frame = _open(assessment_id)
    frame = risk_frame_to_change(found.case_id, frame)
    if found.status != Assessment.STARTED:
        return go("assessment", found.id)
    limits = thresholds_of(by.partnership_id)
    page = assessment_page(found, limits)
    form = FinishForm(
        request.POST or None, scored=page.result.level, months=limits.repeat_months, initial={"version": found.version}
    )
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            finish_assessment(by=by, assessment=found, judgement=form.judgement(), version=form.cleaned_data["version"])
            return reverse("assessment", args=[found.id])

        try:
            address = attempt(form, lambda: once_only(form.once, make), "why")
        except Conflict as conflict:
            form.add_error(None, conflict.words)
            from_now_on(form, request, Assessment.objects.only("version").get(id=found.id).version)
            address = None
        if address:
            say(request, "The assessment is finished. What it asks for stands below.")
            return redirect_to(address)
    heard = heard_before(by, found.case)
    return draw(request, "finish", frame, whole=page, form=form, limits=limits, heard=heard)


@require_http_methods(["GET", "POST"])
def assessment_withdraw(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """Take back one that was begun by mistake, or that was finished in the wrong case."""
    by = who(request)
    found, frame = _open(assessment_id)
    frame = risk_frame_to_change(found.case_id, frame)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            withdraw_assessment(by=by, assessment=found, reason=form.cleaned_data["reason"])
            return reverse("case_risk", args=[found.case_id])

        if address := attempt(form, lambda: once_only(form.once, make), "reason"):
            say(request, "The assessment was taken back.")
            return redirect_to(address)
    return draw(request, "withdraw", frame, form=form, back=reverse("assessment", args=[found.id]), what="assessment",
                level=label("risk_level", found.level).lower() if found.level else "")  # fmt: skip


@require_safe
def assessment_compare(request: HttpRequest, assessment_id: int, earlier_id: int) -> HttpResponse:
    """Two assessments of one person side by side, by what they ask about.

    The earlier may stand in another case, and be of another record that was linked with this one.
    """
    found, frame = _open(assessment_id)
    earlier = find_assessment(earlier_id)
    if earlier is None or earlier.person_id not in records_of(found.person_id):
        raise Http404
    rows = compare(earlier, found)
    for person_id in {found.person_id, earlier.person_id}:
        audit.record("compared_assessments", "assessment", found.id, person=person_id, listed=[earlier.id, found.id])
    return draw(
        request, "compare", frame, later=found, earlier=earlier, rows=rows,
        changed=sum(1 for row in rows if row.change not in ("same", "unclear")),
        heads=(f"{instrument_of(earlier).short}, {day(earlier.assessed_on)}",
               f"{instrument_of(found).short}, {day(found.assessed_on)}"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def demand_answer(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Record that a demanded step was taken, or why not."""
    by = who(request)
    row = Demand.objects.filter(id=demand_id).first()
    if row is None or row.key not in demands():
        raise Http404
    frame = risk_frame_to_change(row.case_id)
    audit.record("read_demand", "demand", row.id, person=frame.case.person_id)
    form = DemandForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            answer_demand(by=by, demand=row, status=form.cleaned_data["status"], words=form.cleaned_data["words"])
            return reverse("case_risk", args=[row.case_id])

        if address := attempt(form, lambda: once_only(form.once, make), "words"):
            say(request, "Recorded.")
            return redirect_to(address)
    return draw(request, "demand", frame, form=form, demand=row, known=demands()[row.key])


@require_http_methods(["GET", "POST"])
def demand_task(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Make a task of a demanded step; the step itself stays open until what was done is recorded."""
    by = who(request)
    row = Demand.objects.filter(id=demand_id, status=Demand.OPEN).first()
    if row is None or row.key not in demands():
        raise Http404
    frame = risk_frame_to_change(row.case_id)
    audit.record("read_demand", "demand", row.id, person=frame.case.person_id)
    able = [(one.user_id, one.name) for one in colleagues(by, row.case_id)]
    form = StepTaskForm(request.POST or None, colleagues=able, initial={"assignee": str(by.user_id)})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            said = form.cleaned_data
            add_task(
                by=by, case=frame.case, title=said["title"], due_on=said["due_on"],
                assignee_id=int(said["assignee"]) if said["assignee"] else None,
            )  # fmt: skip
            return reverse("case_risk", args=[row.case_id]) + "#next-steps"

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "The task was added. Record here what was done once it is done.")
            return redirect_to(address)
    return draw(request, "demand_task", frame, form=form, known=demands()[row.key])
