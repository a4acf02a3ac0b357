"""No room is a next step: offered in order, written down, asked for each day, and the search goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Scope
from leeward.response.accommodation.actions import needs as act
from leeward.response.accommodation.actions.asking import ask_providers
from leeward.response.accommodation.models import NextStep
from leeward.response.accommodation.queries.today import places_today
from tests.accommodation import areas, need, provider
from tests.sending import send, send_on
from tests.worlds import World


def test_steps_are_offered_in_order_and_one_is_passed_with_a_reason(world: World) -> None:
    areas(world)
    looked = need(world, world.case())
    client, address = world.browser("idva"), reverse("need_step_add", args=[looked.id])
    page = client.get(address).content.decode()
    words = [
        "Emergency room of the council",
        "A night paid for",
        "Look outside the area",
        "Make the home safer",
        "Wait with a",
    ]
    assert [page.index(one) for one in words] == sorted(page.index(one) for one in words)
    answer = send(client, address, kind="out_of_area", words="Two counties on").content.decode()
    assert "Say why this is not possible first: emergency room of the council, a night paid for" in answer
    assert "Two counties on" in answer, "what was typed is kept"
    send_on(client, address, kind="emergency_room", words="The council has one")
    # The first was tried: the second needs no reason.
    send_on(client, address, kind="paid_night", words="A hotel")
    with pytest.raises(Refused, match="why nothing that comes before"):
        act.take_next_step(by=world.act("idva"), need=looked, kind="wait_with_plan", words="")
    send_on(client, address, kind="wait_with_plan", words="With her sister", passed="She stays near the school")
    text = client.get(reverse("case_place", args=[looked.case_id])).content.decode()
    assert "She stays near the school" in text
    assert reverse("case_safety", args=[looked.case_id]) in text
    assert "Look for what fits" in text, "the search goes on"


def test_a_home_to_be_made_safe_leads_to_its_referral(world: World) -> None:
    areas(world)
    looked = need(world, world.case())
    where = send_on(world.browser("idva"), reverse("need_step_add", args=[looked.id]), kind="sanctuary", words="Locks",
                    passed="She wants to stay")  # fmt: skip
    assert where == reverse("sanctuary_refer", args=[looked.case_id])


def test_today_asks_each_day(world: World) -> None:
    areas(world)
    looked = need(world, world.case())
    by = world.act("idva")
    assert [line.id for line in places_today(by=by).alone] == [looked.case_id]
    step = act.take_next_step(by=by, need=looked, kind="emergency_room", words="")
    assert step.look_again_on == timezone.localdate() + timedelta(days=1)
    assert places_today(by=by).alone == []
    for days in (2, -1):
        with pytest.raises(Refused):
            act.take_next_step(by=by, need=looked, kind="emergency_room", words="",
                               look_again_on=timezone.localdate() + timedelta(days=days))  # fmt: skip
    NextStep.objects.update(look_again_on=timezone.localdate())
    by = world.act("idva")
    assert [line.id for line in places_today(by=by).steps] == [step.id]
    with pytest.raises(Refused, match="each day"):
        act.look_again(by=by, step=step, outcome="Still there", on=timezone.localdate() + timedelta(days=7))
    send_on(world.browser("idva"), reverse("need_step_look", args=[step.id]), outcome="Still there", goes_on="yes")
    by = world.act("idva")
    assert places_today(by=by).steps == []
    send_on(world.browser("idva"), reverse("need_step_look", args=[step.id]), outcome="Asked to leave", goes_on="no")
    by = world.act("idva")
    assert [line.id for line in places_today(by=by).alone] == [looked.case_id], "nothing is under way again"


def test_what_another_organisation_asks_for_them_is_under_way(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    case = world.case()
    looked = need(world, case)
    by = world.act("idva")
    share_case(
        by=by, case=case, organisation_id=world.organisations["council"].id, organisation_name="Council",
        scope=Scope.FULL, lawful_basis="consent", told="told_agreed", at_once=True, address=True,
    )  # fmt: skip
    world.add_user("officer", "Omar Reid", "council", "practitioner")
    ask_providers(by=world.act("officer"), need=looked, spaces=[space])
    assert places_today(by=world.act("idva")).alone == []
