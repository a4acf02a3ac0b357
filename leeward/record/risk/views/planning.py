"""Safety plans: of the person of a case and of each child."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, from_now_on, go, once_only, redirect_to, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.platform.ui.filters import day
from leeward.record.cases.queries.case import CaseFrame
from leeward.record.risk.actions.planning import (
    PlanFacts,
    add_step,
    begin_plan,
    change_plan,
    change_step,
    end_step,
    give_copy,
    mark_step,
    next_review,
    plan_facts,
    restore_step,
    review_plan,
)
from leeward.record.risk.forms.planning import GivenForm, PlanForm, ReviewForm, StepForm
from leeward.record.risk.models import PlanStep, SafetyPlan
from leeward.record.risk.queries.planning import (
    address_words,
    addresses_for,
    find_plan,
    is_place_known,
    plan_page,
    plans_of,
)
from leeward.record.risk.views.common import draw, risk_frame, risk_frame_to_change

LABELS = {"copy": "A copy for them", "copy_words": "What they said about a copy", "copy_asked_on": "When they said so",
          "copy_to": "To whom it is sent", "copy_address": "To which address", "about": "What matters most",
          "review_on": "When to go through it again"}  # fmt: skip
# What is asked where a situation has no step yet.
PROMPTS = {
    "together": "What can they do in the hours before it gets bad? Which room has a way out?",
    "leaving": "Where to, when, with whom? Papers, keys, money, medicine, a phone that is not watched.",
    "after": "Locks, neighbours, the way to work. Who must not learn the address?",
    "work": "Who there may know? Who answers the phone and the door?",
    "school": "Who may fetch the children? What does the school do if somebody else comes?",
    "online": "Which phone, account or car can be watched? A new address that nobody knows.",
    "court": "A separate entrance and room, a screen, who comes along, the way home.",
    "pets": "Where can they stay? A foster home asks for no address.",
}
# A copy has one look for each way that they can say is safe.
LOOKS = {"read_out": "aloud", "small_print": "small", "safe_address": "sent"}


def _in_words(facts: PlanFacts) -> dict[str, str]:
    return {
        "about": facts.about,
        "copy": label("plan_copy", facts.copy),
        "copy_words": facts.copy_words,
        "copy_asked_on": day(facts.copy_asked_on),
        "copy_to": facts.copy_to,
        "copy_address": address_words(facts.copy_address_id),
        "review_on": day(facts.review_on),
    }


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
    return draw(request, "plan", frame, "safety", whole=plan_page(plan), form=form, given=GivenForm(),
                sent_to=address_words(plan.copy_address_id), prompts=PROMPTS)  # fmt: skip


@require_http_methods(["GET", "POST"])
def safety_plan_change(request: HttpRequest, plan_id: int) -> HttpResponse:
    """What matters most, how a copy is safe, when it is gone through again."""
    by = who(request)
    plan, frame = _open(plan_id)
    both = None
    facts = plan_facts(plan)
    form = PlanForm(
        request.POST or None,
        addresses=addresses_for(plan),
        initial={**asdict(facts), "copy_address": str(facts.copy_address_id or ""), "version": plan.version},
    )
    if request.method == "POST" and form.is_valid():
        done = None
        try:
            done = attempt(
                form,
                lambda: change_plan(by=by, plan=plan, facts=form.facts(), version=form.cleaned_data["version"]),
                "copy_words",
            )
        except Conflict as conflict:
            theirs = PlanFacts(**conflict.theirs)  # type: ignore[arg-type]  # what plan_facts answered
            both = side_by_side(conflict.words, conflict.by, LABELS, _in_words(theirs), _in_words(form.facts()))
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
    form = ReviewForm(request.POST or None, initial={"review_on": next_review(by)})
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
    return draw(request, "plan_copy", frame, "safety", whole=plan_page(plan), look=LOOKS.get(plan.copy, "small"),
                sent_to=address_words(plan.copy_address_id),
                is_place_known=plan.copy == "safe_address" and is_place_known(plan.person_id))  # fmt: skip


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
