"""A safety plan, made with the person: steps, a copy only as they said, reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import choices, label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case, CasePerson
from leeward.record.risk.models import PlanEvent, PlanStep, SafetyPlan
from leeward.record.risk.rules import must_record


@dataclass(frozen=True)
class StepFacts:
    """One thing that somebody does, in a situation."""

    situation: str
    words: str
    who: str = ""
    when_words: str = ""


@dataclass(frozen=True)
class PlanFacts:
    """What stands over the steps: what matters most, how a copy may reach them, when it is looked at again."""

    about: str = ""
    copy: str = "none"
    copy_words: str = ""
    review_on: date | None = None


@transaction.atomic
def begin_plan(*, by: Acting, case: Case, person_id: int | None = None) -> SafetyPlan:
    """The plan of the person of a case, or of a child known in it; made where there is none yet."""
    must_record(by, case)
    person_id = person_id or case.person_id
    if (
        person_id != case.person_id
        and not CasePerson.objects.filter(case=case, person_id=person_id, part="child", ended_at=None).exists()
    ):
        raise Refused("A plan is for the person of this case or for a child in it.")
    known = SafetyPlan.objects.filter(case=case, person_id=person_id).first()
    if known is not None:
        return known
    made = SafetyPlan(case=case, person_id=person_id)
    made.save(force_insert=True)
    _tell(by, made, "Safety plan begun")
    audit.record("began_safety_plan", "safety_plan", made.id, person=person_id)
    return made


@transaction.atomic
def add_step(*, by: Acting, plan: SafetyPlan, facts: StepFacts) -> PlanStep:
    """Add a step at the end of its situation."""
    by.must(Permission.CASEWORK)
    _must_make_sense(facts)
    last = PlanStep.objects.filter(plan=plan, situation=facts.situation).aggregate(last=Max("position"))["last"]
    step = PlanStep(
        plan=plan, case_id=plan.case_id, situation=facts.situation, words=facts.words, who=facts.who,
        when_words=facts.when_words, position=(last or 0) + 1, added_by=by.user_name,
    )  # fmt: skip
    step.save(force_insert=True)
    audit.record("added_plan_step", "safety_plan", plan.id, person=plan.person_id)
    return step


@transaction.atomic
def change_step(*, by: Acting, step: PlanStep, facts: StepFacts) -> PlanStep:
    """Write a step anew: the earlier wording is ended and stays in the record."""
    by.must(Permission.CASEWORK)
    _must_make_sense(facts)
    if (facts.situation, facts.words, facts.who, facts.when_words) == (
        step.situation, step.words, step.who, step.when_words,
    ):  # fmt: skip
        return step
    end_step(by=by, step=step)
    return add_step(by=by, plan=step.plan, facts=facts)


@transaction.atomic
def mark_step(*, by: Acting, step: PlanStep, done: bool) -> PlanStep:
    """Tick a step, or take the tick back."""
    by.must(Permission.CASEWORK)
    step.done_on = timezone.localdate() if done else None
    step.save(update_fields=["done_on"])
    audit.record("marked_plan_step", "safety_plan", step.plan_id, person=step.plan.person_id, detail={"done": done})
    return step


@transaction.atomic
def end_step(*, by: Acting, step: PlanStep) -> PlanStep:
    """Take a step out of the plan. It stays in the record."""
    by.must(Permission.CASEWORK)
    if step.ended_at is not None:
        raise Refused("This step was taken out already. Look over the plan as it now is.")
    step.ended_at = timezone.now()
    step.save(update_fields=["ended_at"])
    audit.record("ended_plan_step", "safety_plan", step.plan_id, person=step.plan.person_id)
    return step


@transaction.atomic
def restore_step(*, by: Acting, step: PlanStep) -> PlanStep:
    """Put a step back that was taken out."""
    by.must(Permission.CASEWORK)
    step.ended_at = None
    step.save(update_fields=["ended_at"])
    audit.record("restored_plan_step", "safety_plan", step.plan_id, person=step.plan.person_id)
    return step


@transaction.atomic
def change_plan(*, by: Acting, plan: SafetyPlan, facts: PlanFacts, version: int) -> SafetyPlan:
    """Change what stands over the steps. Raises Conflict where somebody else changed it meanwhile."""
    by.must(Permission.CASEWORK)
    if facts.copy not in dict(choices("plan_copy")):
        raise Refused("Choose one of the ways shown.")
    if facts.copy != "none" and not facts.copy_words.strip():
        raise Refused("Write down what they said about a copy: a plan that is found can be a danger of its own.")
    now_stands = _lock(plan)
    if now_stands.version != version:
        raise Conflict("Somebody else changed this plan while you were writing.", theirs={"about": now_stands.about})
    for name in ("about", "copy", "copy_words", "review_on"):
        setattr(now_stands, name, getattr(facts, name))
    now_stands.version += 1
    now_stands.save(update_fields=["about", "copy", "copy_words", "review_on", "version"])
    audit.record("changed_safety_plan", "safety_plan", plan.id, person=plan.person_id)
    return now_stands


@transaction.atomic
def review_plan(*, by: Acting, plan: SafetyPlan, words: str, review_on: date | None) -> PlanEvent:
    """Record that the plan was gone through with them."""
    by.must(Permission.CASEWORK)
    if review_on is not None and review_on < timezone.localdate():
        raise Refused("The next review cannot lie in the past.")
    plan = _lock(plan)
    event = PlanEvent(plan=plan, case_id=plan.case_id, kind="review", words=words, by_name=by.user_name)
    event.save(force_insert=True)
    plan.review_on = review_on
    plan.version += 1
    plan.save(update_fields=["review_on", "version"])
    _tell(by, plan, "Safety plan gone through")
    audit.record("reviewed_safety_plan", "safety_plan", plan.id, person=plan.person_id)
    return event


@transaction.atomic
def give_copy(*, by: Acting, plan: SafetyPlan, words: str = "") -> PlanEvent:
    """Record that a copy was given. Raises Refused unless they said in which form it is safe."""
    by.must(Permission.CASEWORK)
    plan = _lock(plan)
    if plan.copy == "none":
        raise Refused("They have not said that a copy is safe. Ask first, and write down how.")
    event = PlanEvent(
        plan=plan, case_id=plan.case_id, kind="copy", by_name=by.user_name,
        words=", ".join(filter(None, [label("plan_copy", plan.copy), words]))[:500],
    )  # fmt: skip
    event.save(force_insert=True)
    _tell(by, plan, f"A copy of the safety plan was given: {label('plan_copy', plan.copy).lower()}")
    audit.record("gave_plan_copy", "safety_plan", plan.id, person=plan.person_id, detail={"form": plan.copy})
    return event


def _lock(plan: SafetyPlan) -> SafetyPlan:
    """The plan as it now stands, held until the transaction ends: what they say of a copy can change at any moment."""
    now_stands = SafetyPlan.objects.select_for_update(of=("self",)).select_related("case").filter(id=plan.id).first()
    if now_stands is None:
        raise Refused("You can read this plan, but not change it.")
    return now_stands


def _tell(by: Acting, plan: SafetyPlan, title: str) -> None:
    for_child = "" if plan.person_id == plan.case.person_id else " (a child's)"
    add_entry(
        by=by, case=plan.case, kind="safety", title=title + for_child, needs_risk=True, about=("safety_plan", plan.id)
    )


def _must_make_sense(facts: StepFacts) -> None:
    if facts.situation not in dict(choices("plan_situation")):
        raise Refused("Choose one of the situations shown.")
    if not facts.words.strip():
        raise Refused("Write down what is done.")
