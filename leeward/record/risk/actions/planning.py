"""A safety plan, made with the person: steps, a copy only as they said, reviews."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta

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
from leeward.record.people.models import Address
from leeward.record.risk.models import PlanEvent, PlanStep, SafetyPlan
from leeward.record.risk.queries.thresholds import thresholds_of
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
    copy_asked_on: date | None = None  # when they said so
    copy_to: str = ""
    copy_address_id: int | None = None


def plan_facts(plan: SafetyPlan) -> PlanFacts:
    """What stands over the steps of a plan."""
    return PlanFacts(
        about=plan.about, copy=plan.copy, copy_words=plan.copy_words, review_on=plan.review_on,
        copy_asked_on=plan.copy_asked_on, copy_to=plan.copy_to, copy_address_id=plan.copy_address_id,
    )  # fmt: skip


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
    made = SafetyPlan(case=case, person_id=person_id, review_on=next_review(by))
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
    """Change what stands over the steps. Raises Conflict, with all of it, where somebody else changed it meanwhile."""
    by.must(Permission.CASEWORK)
    now_stands = _lock(plan)
    before = plan_facts(now_stands)
    if now_stands.version != version:
        raise Conflict("Somebody else changed this plan while you were writing.", theirs=asdict(before))
    facts = _safe_copy(facts, now_stands)
    columns = asdict(facts)
    for name, value in columns.items():
        setattr(now_stands, name, value)
    now_stands.version += 1
    now_stands.save(update_fields=[*columns, "version"])
    changed = [name for name, value in columns.items() if value != getattr(before, name)]
    audit.record(
        "changed_safety_plan", "safety_plan", plan.id, person=plan.person_id,
        detail={"changed": changed, "copy": facts.copy},
    )  # fmt: skip
    return now_stands


def _safe_copy(facts: PlanFacts, plan: SafetyPlan) -> PlanFacts:
    """The facts with nothing left of a copy that they do not want. Raises Refused where what they said is not whole."""
    if facts.copy not in dict(choices("plan_copy")):
        raise Refused("Choose one of the ways shown.")
    if facts.copy == "none":
        return PlanFacts(about=facts.about, copy_words=facts.copy_words, review_on=facts.review_on)
    if not facts.copy_words.strip():
        raise Refused("Write down what they said about a copy: a plan that is found can be a danger of its own.")
    # Another form, or other words, was said on another day than the one that stood there before.
    said_anew = (facts.copy, facts.copy_words) != (plan.copy, plan.copy_words)
    is_old = said_anew and facts.copy_asked_on == plan.copy_asked_on
    asked_on = (None if is_old else facts.copy_asked_on) or timezone.localdate()
    if asked_on > timezone.localdate():
        raise Refused("The day on which they said so cannot lie ahead.")
    sent = facts.copy == "safe_address"
    if sent and (not facts.copy_to.strip() or facts.copy_address_id is None):
        raise Refused(
            "Say to whom it is sent, and choose the address. One that is not shown is put on the record first."
        )
    # An address that stands already stays, also for who may not read it; a new one is one that the worker sees.
    known = facts.copy_address_id == plan.copy_address_id
    if sent and not known and not _their_address(plan, facts.copy_address_id):
        raise Refused("Choose one of the addresses shown.")
    return PlanFacts(
        about=facts.about, copy=facts.copy, copy_words=facts.copy_words, review_on=facts.review_on,
        copy_asked_on=asked_on, copy_to=facts.copy_to if sent else "",
        copy_address_id=facts.copy_address_id if sent else None,
    )  # fmt: skip


def _their_address(plan: SafetyPlan, address_id: int | None) -> bool:
    people = {plan.person_id, plan.case.person_id}
    theirs = Address.objects.filter(person_id__in=people, was_error=False, ended_on=None)
    return address_id in theirs.values_list("id", flat=True)


def next_review(by: Acting) -> date:
    """When a plan is gone through again, as the partnership has set it."""
    return timezone.localdate() + timedelta(weeks=thresholds_of(by.partnership_id).plan_weeks)


@transaction.atomic
def review_plan(*, by: Acting, plan: SafetyPlan, words: str, review_on: date | None) -> PlanEvent:
    """Record that the plan was gone through with them. Without a day of its own the next review is due as is set."""
    by.must(Permission.CASEWORK)
    if review_on is not None and review_on < timezone.localdate():
        raise Refused("The next review cannot lie in the past.")
    plan = _lock(plan)
    event = PlanEvent(plan=plan, case_id=plan.case_id, kind="review", words=words, by_name=by.user_name)
    event.save(force_insert=True)
    plan.review_on = review_on or next_review(by)
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
    now_stands = (
        SafetyPlan.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case")
        .filter(id=plan.id)
        .first()
    )
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
