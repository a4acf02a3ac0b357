"""Safety plans of a case."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.reference.lists import choices
from leeward.record.cases.models import Case, CasePerson
from leeward.record.people.models import Person
from leeward.record.risk.models import Assessment, PlanEvent, PlanStep, SafetyPlan


@dataclass(frozen=True)
class PlanPage:
    """One plan: its steps by situation, its reviews and copies, whether risk has changed since."""

    plan: SafetyPlan
    situations: list[tuple[str, str, list[PlanStep]]]
    ended: list[PlanStep]
    events: list[PlanEvent]
    risk_changed: bool

    @property
    def is_overdue(self) -> bool:
        """Whether it should have been gone through by now."""
        return self.plan.review_on is not None and self.plan.review_on < timezone.localdate()


@dataclass(frozen=True)
class Plans:
    """Who in a case has a plan, and who could have one: the person of the case, then each child."""

    person: Person
    plan: SafetyPlan | None
    steps: int


def plans_of(case: Case) -> list[Plans]:
    """Everybody in a case who has or could have a plan, in three statements."""
    children = CasePerson.objects.filter(case=case, part="child", ended_at=None).select_related("person")
    people = [case.person, *(row.person for row in children)]
    plans = {plan.person_id: plan for plan in SafetyPlan.objects.filter(case=case)}
    steps: dict[int, int] = {}
    for plan_id in PlanStep.objects.filter(case=case, ended_at=None).values_list("plan_id", flat=True):
        steps[plan_id] = steps.get(plan_id, 0) + 1
    return [
        Plans(person, plan, steps.get(plan.id, 0) if plan else 0)
        for person in people
        for plan in [plans.get(person.id)]
    ]


def find_plan(plan_id: int) -> SafetyPlan | None:
    """One plan, or None where there is none or it may not be seen."""
    return SafetyPlan.objects.select_related("case", "person").filter(id=plan_id).first()


def plan_page(plan: SafetyPlan) -> PlanPage:
    """Everything that the page of a plan shows, in three statements. Logged as read."""
    steps = list(PlanStep.objects.filter(plan=plan).order_by("situation", "position", "id"))
    events = list(PlanEvent.objects.filter(plan=plan).order_by("-at")[:50])
    last = next((event.at for event in events if event.kind == "review"), plan.made_at)
    audit.record("read_safety_plan", "safety_plan", plan.id, person=plan.person_id)
    standing = [step for step in steps if step.ended_at is None]
    return PlanPage(
        plan=plan,
        situations=[
            (code, words, [step for step in standing if step.situation == code])
            for code, words in choices("plan_situation")
        ],
        ended=[step for step in steps if step.ended_at is not None],
        events=events,
        risk_changed=Assessment.objects.filter(
            case_id=plan.case_id, status=Assessment.FINISHED, finished_at__gt=last
        ).exists(),
    )
