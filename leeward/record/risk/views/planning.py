"""Safety plans: of the person of a case and of each child."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, from_now_on, go, once_only, redirect_to, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.queries.case import CaseFrame
from leeward.record.risk.actions.planning import (
    add_step,
    begin_plan,
    change_plan,
    change_step,
    end_step,
    give_copy,
    mark_step,
    restore_step,
    review_plan,
)
from leeward.record.risk.forms.planning import GivenForm, PlanForm, ReviewForm, StepForm
from leeward.record.risk.models import PlanStep, SafetyPlan
from leeward.record.risk.queries.planning import find_plan, plan_page, plans_of
from leeward.record.risk.views.common import draw, risk_frame, risk_frame_to_change


@require_http_methods(["GET", "POST"])
def case_safety(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who in the case has a plan; begin one."""
    by, frame = who(request), risk_frame(case_id)
    if request.method == "POST" and not frame.sight.may_change:
        raise Http404
    if request.method == "POST":
        wanted = request.POST.get("person", "")
        if not wanted.isdecimal():
            raise Http404
        try:
            plan = begin_plan(by=by, case=frame.case, person_id=int(wanted))
        except Refused as problem:
            tell(request, problem)
            return go("case_safety", case_id)
        return go("safety_plan", plan.id)
    audit.record("read_safety_plans", "case", case_id, person=frame.case.person_id)
    return draw(request, "plans", frame, "safety", plans=plans_of(frame.case))


def _open(plan_id: int, *, to_change: bool = True) -> tuple[SafetyPlan, CaseFrame]:
    """A plan and the frame of its case; that it was looked at is logged."""
    plan = find_plan(plan_id)
    if plan is None:
        raise Http404
    frame = risk_frame_to_change(plan.case_id) if to_change else risk_frame(plan.case_id)
    audit.record("opened_safety_plan", "safety_plan", plan.id, person=plan.person_id)
    return plan, frame


@require_http_methods(["GET", "POST"])
def safety_plan(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A plan by situation; a step is added here."""
    by = who(request)
    plan, frame = _open(plan_id, to_change=request.method == "POST")
    form = StepForm(request.POST or None, initial={"situation": request.GET.get("situation", "")})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            step = add_step(by=by, plan=plan, facts=form.facts())
            return reverse("safety_plan", args=[plan.id]) + f"?situation={step.situation}#add"

        if address := attempt(form, lambda: once_only(form.once, make), "words"):
            say(request, "The step was added.")
            return redirect_to(address)
    return draw(request, "plan", frame, "safety", whole=plan_page(plan), form=form, given=GivenForm())


@require_http_methods(["GET", "POST"])
def safety_plan_change(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What matters most, how a copy is safe, when it is gone through again."""
    by = who(request)
    plan, frame = _open(plan_id)
    both = None
    form = PlanForm(
        request.POST or None,
        initial={"about": plan.about, "copy": plan.copy, "copy_words": plan.copy_words, "review_on": plan.review_on,
                 "version": plan.version},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        done = None
        try:
            done = attempt(
                form,
                lambda: change_plan(by=by, plan=plan, facts=form.facts(), version=form.cleaned_data["version"]),
                "copy_words",
            )
        except Conflict as conflict:
            theirs = {"about": str(conflict.theirs["about"])}
            both = side_by_side(
                conflict.words, conflict.by, {"about": "What matters most"}, theirs, {"about": form.facts().about}
            )
            from_now_on(form, request, SafetyPlan.objects.only("version").get(id=plan.id).version)
        if done is not None:
            say(request, "The plan was changed.")
            return go("safety_plan", plan.id)
    return draw(request, "plan_change", frame, "safety", plan=plan, form=form, both=both)


@require_http_methods(["GET", "POST"])
def plan_step(request: HttpRequest, step_id: int) -> HttpResponse:
    """Write a step anew."""
    by, (step, frame) = who(request), _step(step_id)
    form = StepForm(
        request.POST or None,
        initial={"situation": step.situation, "words": step.words, "who": step.who, "when_words": step.when_words},
    )
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            change_step(by=by, step=step, facts=form.facts())
            return reverse("safety_plan", args=[step.plan_id])

        if address := attempt(form, lambda: once_only(form.once, make), "words"):
            say(request, "The step was written anew. The earlier wording stays in the record.")
            return redirect_to(address)
    return draw(request, "step", frame, "safety", form=form, step=step)


def _step(step_id: int) -> tuple[PlanStep, CaseFrame]:
    step = PlanStep.objects.select_related("plan__case", "plan__person").filter(id=step_id).first()
    if step is None:
        raise Http404
    audit.record("opened_plan_step", "safety_plan", step.plan_id, person=step.plan.person_id)
    return step, risk_frame_to_change(step.case_id)


@require_POST
def plan_step_mark(request: HttpRequest, step_id: int) -> HttpResponse:
    """Tick a step, take the tick back, take it out or put it back."""
    by, (step, _) = who(request), _step(step_id)
    wanted = request.POST.get("do", "")
    try:
        if wanted in ("done", "not_done"):
            mark_step(by=by, step=step, done=wanted == "done")
        elif wanted == "end":
            end_step(by=by, step=step)
            say(request, "The step was taken out. It is kept below and can be put back.")
        elif wanted == "restore":
            restore_step(by=by, step=step)
            say(request, "The step is back in the plan.")
        else:
            raise Http404
    except Refused as problem:
        tell(request, problem)
    return go("safety_plan", step.plan_id)


@require_http_methods(["GET", "POST"])
def safety_plan_review(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Record that it was gone through with them."""
    by = who(request)
    plan, frame = _open(plan_id)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            said = form.cleaned_data
            review_plan(by=by, plan=plan, words=said["words"], review_on=said["review_on"])
            return reverse("safety_plan", args=[plan.id])

        if address := attempt(form, lambda: once_only(form.once, make), "review_on"):
            say(request, "Recorded: the plan was gone through.")
            return redirect_to(address)
    return draw(request, "plan_review", frame, "safety", plan=plan, form=form)


@require_safe
def safety_plan_copy(request: HttpRequest, plan_id: int) -> HttpResponse:
    """A copy in the form that they said is safe; refused without that."""
    plan, frame = _open(plan_id, to_change=False)
    if plan.copy == "none":
        tell(request, Refused("They have not said that a copy is safe. Ask first, and write down how."))
        return go("safety_plan", plan.id)
    audit.record("printed_safety_plan", "safety_plan", plan.id, person=plan.person_id)
    return draw(request, "plan_copy", frame, "safety", whole=plan_page(plan))


@require_POST
def safety_plan_given(request: HttpRequest, plan_id: int) -> HttpResponse:
    """Record that the copy was given."""
    by = who(request)
    plan, _ = _open(plan_id)
    form = GivenForm(request.POST)
    form.is_valid()  # it has nothing that could be wrong
    try:
        once_only(form.once, lambda: reverse("safety_plan", args=[give_copy(by=by, plan=plan).plan_id]))
        say(request, "Recorded: a copy was given.")
    except Refused as problem:
        tell(request, problem)
    return go("safety_plan", plan.id)
