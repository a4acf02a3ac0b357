"""Safety plans: nobody overwrites a "no copy" unseen; each form of a copy; when a plan waits; children's own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.emergency import break_glass
from leeward.record.cases.models import Case
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.places import AddressFacts, add_address
from leeward.record.people.actions.walls import set_wall
from leeward.record.risk.actions.incidents import IncidentFacts, record_incident
from leeward.record.risk.actions.instruments import set_thresholds
from leeward.record.risk.actions.planning import (
    PlanFacts,
    StepFacts,
    add_step,
    begin_plan,
    change_plan,
    end_step,
    give_copy,
    mark_step,
    plan_facts,
    review_plan,
)
from leeward.record.risk.models import PlanEvent, PlanStep, SafetyPlan
from leeward.record.risk.queries.due import plans_due
from leeward.record.risk.queries.plans_due import plans_waiting
from leeward.record.risk.rules import Thresholds
from leeward.record.risk.tests.test_pages import HIGH, assessed, once, post, share
from tests.homes import home
from tests.worlds import World

DAY = dt.timedelta(days=1)


def small(**more: object) -> PlanFacts:
    return PlanFacts(**{"copy": "small_print", "copy_words": "he does not read my handbag", **more})  # type: ignore[arg-type]


def reasons(case: Case) -> list[str]:
    return [words for one in plans_waiting(cases=[case.id]) for words in one.reasons]


def gone_through(plan: SafetyPlan) -> None:
    """The plan is gone through at this moment: what came before is known to it."""
    PlanEvent(plan=plan, case_id=plan.case_id, kind="review", by_name="x").save(force_insert=True)


def test_a_stale_yes_to_a_copy_never_hides_a_colleagues_no(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    plan = begin_plan(by=by, case=case)
    change_plan(by=by, plan=plan, facts=small(), version=1)
    client = world.browser("idva")
    address = reverse("safety_plan_change", args=[plan.id])
    page = client.get(address).content.decode()
    # Meanwhile a colleague is told that he searches the handbag now.
    by = world.act("harbour_manager")
    change_plan(
        by=by, plan=plan, facts=PlanFacts(copy="none", copy_words="He searches the bag now", about="The dog"), version=2
    )
    stale = {
        "copy": "small_print",
        "copy_words": "he does not read my handbag",
        "version": "2",
        "once_token": once(page),
    }
    both = client.post(address, stale)
    assert both.status_code == 200
    shown = both.content.decode()
    table = shown.split("What stands now beside what you wrote")[1].split("</table>")[0]
    for words in ("No copy", "Printed small", "He searches the bag now", "he does not read my handbag", "The dog"):
        assert words in table, words
    world.act("idva")
    assert SafetyPlan.objects.get().copy == "none", "nothing was overwritten"
    with pytest.raises(Conflict) as caught:
        change_plan(by=world.act("idva"), plan=plan, facts=small(), version=2)
    assert set(caught.value.theirs) == set(PlanFacts.__dataclass_fields__)


def test_a_copy_has_its_day_and_no_copy_forgets_where_it_went(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    plan = begin_plan(by=by, case=case)
    with pytest.raises(Refused, match="lie ahead"):
        change_plan(by=by, plan=plan, facts=small(copy_asked_on=timezone.localdate() + DAY), version=1)
    plan = change_plan(by=by, plan=plan, facts=small(), version=1)
    assert plan.copy_asked_on == timezone.localdate()
    page = world.browser("idva").get(reverse("safety_plan", args=[plan.id])).content.decode()
    assert "They said so on" in page
    by, before = world.act("idva"), timezone.localdate() - 9 * DAY
    plan = change_plan(by=by, plan=plan, facts=small(copy_asked_on=before), version=2)
    assert plan.copy_asked_on == before
    plan = change_plan(by=by, plan=plan, facts=small(copy="read_out", copy_asked_on=before), version=3)
    assert plan.copy_asked_on == timezone.localdate(), "what is said anew is not said on the old day"
    plan = change_plan(by=by, plan=plan, facts=PlanFacts(copy="none", copy_to="Nan", copy_address_id=5), version=4)
    assert plan_facts(plan) == PlanFacts()
    with pytest.raises(Refused, match="Ask first"):
        give_copy(by=by, plan=plan)


def test_a_copy_says_what_is_left_to_do_by_whom_and_when(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    plan = begin_plan(by=by, case=case)
    add_step(by=by, plan=plan, facts=StepFacts("leaving", "Bag at her place", "Nan", "by Friday"))
    mark_step(by=by, step=add_step(by=by, plan=plan, facts=StepFacts("online", "New mail address")), done=True)
    end_step(by=by, step=add_step(by=by, plan=plan, facts=StepFacts("work", "Ask reception")))
    change_plan(by=by, plan=plan, facts=small(), version=1)
    page = world.browser("idva").get(reverse("safety_plan_copy", args=[plan.id])).content.decode()
    assert "Bag at her place (Nan, by Friday)" in page
    assert "New mail address" not in page
    assert "Ask reception" not in page
    assert "lw-plain-copy--small" in page
    assert "<title>List</title>" in page
    world.act("idva")
    plan.refresh_from_db()
    change_plan(by=world.act("idva"), plan=plan, facts=small(copy="read_out"), version=plan.version)
    page = world.browser("idva").get(reverse("safety_plan_copy", args=[plan.id])).content.decode()
    assert "lw-plain-copy--aloud" in page
    assert "Read this to them" in page


def test_a_copy_is_sent_to_a_chosen_address_that_only_some_may_read(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    kept = add_address(
        by=by, person_id=case.person_id, facts=AddressFacts("4 Reed Lane", "EX1 1AA", kind="correspondence"),
        source=Source(), ends_earlier=False,
    )  # fmt: skip
    plan = begin_plan(by=by, case=case)
    add_step(by=by, plan=plan, facts=StepFacts("leaving", "Bag at her place"))
    sent = {"copy": "safe_address", "copy_words": "Her sister opens the post"}
    for missing in (small(**sent), small(**sent, copy_to="Nan"), small(**sent, copy_address_id=kept.id)):
        with pytest.raises(Refused, match="to whom it is sent"):
            change_plan(by=by, plan=plan, facts=missing, version=1)
    with pytest.raises(Refused, match="addresses shown"):
        change_plan(by=by, plan=plan, facts=small(**sent, copy_to="Nan", copy_address_id=case.id), version=1)
    client = world.browser("idva")
    change = reverse("safety_plan_change", args=[plan.id])
    post(client, change, **sent, copy_to="Nan Lind", copy_address=str(kept.id), version="1")
    page = client.get(reverse("safety_plan_copy", args=[plan.id])).content.decode()
    for words in ("Nan Lind", "4 Reed Lane, EX1 1AA", "Bag at her place"):
        assert words in page, words
    # Somebody with sight of risk and not of addresses changes something else: the address stays, unread.
    share(world, "idva", case, "haven", scope=3, risk=True)
    other = world.browser("haven_worker")
    page = other.get(change).content.decode()
    assert "4 Reed Lane" not in page
    assert "An address that you may not see" in page
    post(other, change, **sent, copy_to="Nan Lind", copy_address=str(kept.id), about="The dog", version="2")
    assert "4 Reed Lane" not in other.get(reverse("safety_plan", args=[plan.id])).content.decode()
    world.act("idva")
    assert SafetyPlan.objects.get().copy_address_id == kept.id


def test_a_plan_waits_when_danger_changed_and_not_for_the_same_again(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    plan = begin_plan(by=by, case=case)
    assert reasons(case) == []
    assessed(world, case, ["injury"])
    assert reasons(case) == ["Risk is now standard"]
    gone_through(plan)
    assessed(world, case, ["injury", "low"])
    assert reasons(case) == [], "the same level says nothing new"
    assessed(world, case, HIGH)
    assert reasons(case) == ["Risk is now high, before standard"]
    client = world.browser("idva")
    for address in (reverse("case_safety", args=[case.id]), reverse("case_risk", args=[case.id]),
                    reverse("safety_plan", args=[plan.id])):  # fmt: skip
        assert "Risk is now high, before standard" in client.get(address).content.decode(), address
    world.act("idva")
    gone_through(plan)
    assert reasons(case) == []
    record_incident(by=world.act("idva"), case=case, facts=IncidentFacts(timezone.localdate(), ("economic",), "person"))
    assert reasons(case) == ["An incident was recorded since"]
    for days in (1, 2):
        facts = IncidentFacts(timezone.localdate() - days * DAY, ("economic",), "person")
        record_incident(by=world.act("idva"), case=case, facts=facts)
    gone_through(plan)
    assessed(world, case, HIGH)
    assert reasons(case) == ["It is escalating"]


def test_a_review_is_due_by_the_setting_and_not_erased_by_a_blank(world: World) -> None:
    set_thresholds(by=world.act("chief"), thresholds=Thresholds(plan_weeks=3), why="The board, in November")
    case = world.case()
    by, today = world.act("idva"), timezone.localdate()
    plan = begin_plan(by=by, case=case)
    assert plan.review_on == today + dt.timedelta(weeks=3)
    page = world.browser("idva").get(reverse("safety_plan_review", args=[plan.id])).content.decode()
    assert f'value="{plan.review_on.year}"' in page
    review_plan(by=world.act("idva"), plan=plan, words="", review_on=None)
    plan.refresh_from_db()
    assert plan.review_on == today + dt.timedelta(weeks=3)
    SafetyPlan.objects.update(review_on=today - DAY)
    (due,) = plans_due(cases=[case.id])
    assert due.due_on == today - DAY
    page = world.browser("idva").get(reverse("case_safety", args=[case.id])).content.decode()
    assert "Go through it again" in page
    assert "Due since" in page


def test_an_empty_situation_is_a_prompt(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    plan = begin_plan(by=by, case=case)
    add_step(by=by, plan=plan, facts=StepFacts("leaving", "By the back door"))
    page = world.browser("idva").get(reverse("safety_plan", args=[plan.id])).content.decode()
    prompts = page.split("Not talked about yet")[1].split("</ul>")[0]
    assert "?situation=pets#add" in prompts
    assert "?situation=leaving#add" not in prompts


def test_a_child_has_a_plan_that_a_wall_from_the_child_closes(world: World) -> None:
    family = home(world)
    client = world.browser("idva")
    safety = reverse("case_safety", args=[family.case.id])
    assert "Noor" in client.get(safety).content.decode()
    led = client.post(safety, {"person": str(family.child.id)})
    address = str(led.headers["Location"])
    post(client, address, situation="school", words="Miss Dale lets nobody else fetch me", who="Miss Dale")
    page = client.get(address).content.decode()
    assert "Safety plan: Noor" in page
    assert "Miss Dale lets nobody else fetch me" in page
    assert client.post(safety, {"person": str(family.father.id)}).status_code == 303
    world.act("idva")
    plan = SafetyPlan.objects.get()
    assert plan.person_id == family.child.id, "who is said to cause harm has none"
    assert world.browser("child_worker").get(address).status_code == 200
    set_wall(by=world.act("harbour_manager"), person_id=family.child.id, user_id=world.users["child_worker"].id,
             reason="A neighbour of the child")  # fmt: skip
    walled = world.browser("child_worker")
    assert walled.get(address).status_code == 404
    assert "Miss Dale" not in walled.get(safety).content.decode()


def test_who_reads_in_an_emergency_finds_nothing_to_press(world: World) -> None:
    case = world.case()
    assessed(world, case, HIGH)
    by = world.act("idva")
    plan = begin_plan(by=by, case=case)
    end_step(by=by, step=add_step(by=by, plan=plan, facts=StepFacts("leaving", "By the back door")))
    add_step(by=by, plan=plan, facts=StepFacts("leaving", "By the cellar"))
    change_plan(by=by, plan=plan, facts=small(review_on=timezone.localdate() - DAY), version=1)
    helper = world.act("haven_worker")
    break_glass(by=helper, reference=case.reference, reason="She is at our door and cannot say what happened")
    client = world.browser("haven_worker")
    for name, number in (("safety_plan", plan.id), ("case_safety", case.id), ("case_risk", case.id)):
        page = client.get(reverse(name, args=[number]))
        assert page.status_code == 200, name
        main = page.content.decode().split("<main")[1].split("</main>")[0]
        assert "<button" not in main, name
        for route in ("safety_plan_change", "safety_plan_review"):
            assert reverse(route, args=[plan.id]) not in main, (name, route)
        assert "Make a task" not in main
    assert "By the cellar" in client.get(reverse("safety_plan", args=[plan.id])).content.decode()
    world.act("haven_worker")
    assert PlanStep.objects.update(ended_at=timezone.now()) == 0
