"""Safety plans of a case."""

from __future__ import annotations

from dataclasses import dataclass

from leeward.platform.access import audit
from leeward.platform.reference.lists import choices
from leeward.record.cases.models import Case, CasePerson
from leeward.record.people.models import Address, KnowsPlace, Person
from leeward.record.risk.models import PlanEvent, PlanStep, SafetyPlan
from leeward.record.risk.queries.plans_due import WaitingPlan, plans_waiting


@dataclass(frozen=True)
class PlanPage:
    """One plan: its steps by situation, its reviews and copies, why it should be gone through again."""

    plan: SafetyPlan
    situations: list[tuple[str, str, list[PlanStep]]]
    ended: list[PlanStep]
    events: list[PlanEvent]
    waiting: WaitingPlan | None

    @property
    def for_copy(self) -> list[PlanStep]:
        """What a copy says: the steps that are still to be done, in the order of the situations."""
        return [step for _, _, steps in self.situations for step in steps if step.done_on is None]


@dataclass(frozen=True)
class Plans:
    """Who in a case has a plan, and who could have one: the person of the case, then each child."""

    person: Person
    plan: SafetyPlan | None
    steps: int
    waiting: WaitingPlan | None = None


def plans_of(case: Case) -> list[Plans]:
    """Everybody in a case who has or could have a plan, and which wait, in seven statements."""
    children = CasePerson.objects.filter(case=case, part="child", ended_at=None).select_related("person")
    people = [case.person, *(row.person for row in children)]
    plans = {plan.person_id: plan for plan in SafetyPlan.objects.filter(case=case)}
    steps: dict[int, int] = {}
    for plan_id in PlanStep.objects.filter(case=case, ended_at=None).values_list("plan_id", flat=True):
        steps[plan_id] = steps.get(plan_id, 0) + 1
    waiting = {one.plan.id: one for one in plans_waiting(cases=[case.id])}
    return [
        Plans(person, plan, steps.get(plan.id, 0) if plan else 0, waiting.get(plan.id) if plan else None)
        for person in people
        for plan in [plans.get(person.id)]
    ]


def find_plan(plan_id: int) -> SafetyPlan | None:
    """One plan, or None where there is none or it may not be seen."""
    return SafetyPlan.objects.select_related("case", "person").filter(id=plan_id).first()


def plan_page(plan: SafetyPlan) -> PlanPage:
    """Everything that the page of a plan shows, in six statements. Logged as read."""
    steps = list(PlanStep.objects.filter(plan=plan).order_by("situation", "position", "id"))
    events = list(PlanEvent.objects.filter(plan=plan).order_by("-at")[:50])
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
        waiting=next(iter(plans_waiting(plan=plan)), None),
    )


def addresses_for(plan: SafetyPlan) -> list[tuple[int, str]]:
    """Where a copy could be sent: what stands on the record, of what the reader may see; and what was chosen before."""
    people = {plan.person_id, plan.case.person_id}
    rows = Address.objects.filter(person_id__in=people, was_error=False, ended_on=None).order_by("id")
    found = [(row.id, _in_one_line(row)) for row in rows]
    if plan.copy_address_id is not None and plan.copy_address_id not in dict(found):
        found.append((plan.copy_address_id, address_words(plan.copy_address_id)))
    return found


def address_words(address_id: int | None) -> str:
    """An address in one line, or that it is there and not for this reader."""
    if address_id is None:
        return ""
    row = Address.objects.filter(id=address_id).first()
    if row is None:
        return "An address that you may not see"
    ended = row.was_error or row.ended_on is not None
    return _in_one_line(row) + (" (no longer theirs: ask again)" if ended else "")


def _in_one_line(row: Address) -> str:
    return ", ".join(filter(None, [*row.lines.splitlines(), row.postcode])) or "An address without words"


def is_place_known(person_id: int) -> bool:
    """Whether somebody is recorded as knowing, or perhaps knowing, where somebody lives."""
    return KnowsPlace.objects.filter(person_id=person_id, ended_on=None, answer__in=("yes", "area")).exists()
