"""Ways that were open once: a share that outlived its ask, lines and rows that named the house, restricted cases in lists."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.acting import acting_as_job
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.closing import close_case
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.actions.sharing import change_share
from leeward.record.cases.models import Case, CaseSight, ChronologyEntry, Involvement, Scope
from leeward.record.cases.tests.test_leading import ANSWERS
from leeward.record.people.models import Wall
from leeward.response.accommodation.actions import asking, moving
from leeward.response.accommodation.actions.allocating import ask_for_proposal
from leeward.response.accommodation.actions.needs import take_next_step
from leeward.response.accommodation.models import Ask, NeedArea, NeedMember, NextStep, Proposal, Search, Space
from leeward.response.accommodation.queries.after import waiting_anywhere
from leeward.response.accommodation.rules.facts import NeedFacts
from leeward.response.accommodation.tests.test_after import at_home, plan
from leeward.response.accommodation.tests.test_disclosure import whole_case_without_address
from tests import reciprocals
from tests.accommodation import areas, coordinator, need, provider, shared
from tests.worlds import World


def live(case_id: int) -> int:
    return CaseSight.objects.filter(case_id=case_id, source="involvement").count()


def test_a_share_for_a_place_cannot_be_changed_into_one_that_lasts(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    ask = shared(world, looked, space)
    by = world.act("haven_worker")
    with pytest.raises(Refused, match="goes with an ask"):
        change_share(
            by=by, case=looked.case, share=Involvement.objects.get(id=ask.share_id), scope=Scope.FULL, address=False,
            risk=False, until=None, why="For longer",
        )  # fmt: skip
    assert live(looked.case_id)
    asking.refuse_ask(by=by, ask=Ask.objects.get(id=ask.id), reason="other")
    assert not live(looked.case_id)


def test_every_share_for_a_place_with_them_ends_whichever_row_the_ask_names(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    ask = shared(world, looked, space)
    row = Involvement.objects.get(id=ask.share_id)
    row.id, row.until = row.id + 1, None
    row.save(force_insert=True)  # whatever put a second row there
    by = world.act("haven_worker")
    asking.refuse_ask(by=by, ask=Ask.objects.get(id=ask.id), reason="other")
    assert not live(looked.case_id)


def test_closing_a_case_ends_shares_for_a_place(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    case = world.case()
    shared(world, need(world, case), space)
    world.act("haven_worker")
    assert live(case.id)
    by = world.act("idva")
    close_case(by=by, case=Case.objects.get(id=case.id), reason="goals_met", answers=ANSWERS, version=1)
    world.act("haven_worker")
    assert not live(case.id)


def test_no_line_and_no_row_of_a_move_says_who_looks(world: World) -> None:
    stay = at_home(world)
    (second,) = provider(world, "point")
    world.act("idva")
    whole_case_without_address(world, Case.objects.get(id=stay.case_id))
    looked = moving.begin_move(by=world.act("haven_worker"), stay=stay, facts=NeedFacts())
    by = world.act("haven_worker")
    asking.ask_providers(by=by, need=looked, spaces=[Space.objects.get(id=second.id)])
    take_next_step(by=by, need=looked, kind="emergency_room", words="")
    ours = ChronologyEntry.objects.filter(case_id=stay.case_id, organisation_id=by.organisation_id)
    world.act("idva")  # who has the address
    assert {"Asked for 1 space", "No room yet: what is done meanwhile"} <= set(ours.values_list("title", flat=True))
    theirs = world.act("housing")
    assert CaseSight.objects.filter(case_id=stay.case_id, organisation_id=theirs.organisation_id, scope=3).exists()
    assert not ours.exists()
    for model in (NeedMember, NeedArea, Search, NextStep):
        assert not model._default_manager.filter(need_id=looked.id).exists(), model
    world.act("haven_worker")
    assert NextStep.objects.filter(need_id=looked.id).exists()


def test_who_waits_to_move_on_keeps_restricted_cases_and_walls_of_the_household(world: World) -> None:
    stay = at_home(world)
    plan(world, stay)
    coordinator(world)
    world.act("placement")
    assert len(waiting_anywhere()) == 1
    world.act("haven_worker")
    child = stay.residents.create(case_id=stay.case_id, person_id=stay.person_id, part="child", called="A child")
    other = world.case(given="Tove")
    stay.residents.filter(id=child.id).update(until_on=timezone.localdate())
    assert other.id
    by = world.act("harbour_manager")
    restrict_case(
        by=by, case=Case.objects.get(id=stay.case_id), user_ids=[world.users["harbour_manager"].id], why="He works there"
    )  # fmt: skip
    world.act("placement")
    assert waiting_anywhere() == []


def test_a_restricted_household_is_in_no_run_and_on_no_list(world: World) -> None:
    reciprocals.scheme(world)
    reciprocals.home(world, "harbour", "A")
    mover = reciprocals.mover(world, "haven", "B", "ADEFG", "Alma")
    case = Case.objects.get(id=mover.case_id)
    restrict_case(
        by=world.act("haven_manager"), case=case, user_ids=[world.users["haven_manager"].id], why="Somebody works here"
    )
    run = reciprocals.ran(world)
    assert (run.movers, run.moved) == (0, 0)
    page = world.browser("placer").get(reverse("reciprocal")).content.decode()
    assert "No household" in page or "Nobody" in page or "0" in page


def test_a_walled_household_is_in_no_run_that_who_is_walled_begins(world: World) -> None:
    reciprocals.scheme(world)
    reciprocals.home(world, "harbour", "A")
    mover = reciprocals.mover(world, "haven", "B", "ADEFG", "Alma")
    Wall(person_id=mover.person_id, user=world.users["placer"], kind="set").save(force_insert=True)
    run = reciprocals.ran(world)
    assert (run.movers, run.moved) == (0, 0)


def test_a_proposal_under_way_is_for_who_asked_for_it(world: World) -> None:
    areas(world)
    coordinator(world)
    world.add_user("placement_two", "Rhea Moss", "council", "placement_coordinator")
    made = ask_for_proposal(by=world.act("placement"), caps={})
    assert Proposal.objects.filter(id=made.id).exists()
    world.act("placement_two")
    assert not Proposal.objects.filter(id=made.id).exists()
    with acting_as_job(world.partnership.id, "accommodation_allocation"):
        Proposal.objects.filter(id=made.id).update(status="done")
    world.act("placement_two")
    assert Proposal.objects.filter(id=made.id).exists()
