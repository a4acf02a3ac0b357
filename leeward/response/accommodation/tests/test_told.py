"""What a page says of who was told is so: by a mail that says nothing, to whoever the step is news for."""

from __future__ import annotations

import pytest

from leeward.response.accommodation.actions import asking as act
from leeward.response.accommodation.actions.stays import say_not_arrived
from leeward.response.accommodation.models import Ask, Need, Stay
from tests.accommodation import areas, held, need, promised, provider
from tests.worlds import World


@pytest.fixture
def told(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Numbers of the users that a mail was sent to."""
    areas(world)
    sent: list[int] = []
    monkeypatch.setattr(act.send_notice, "defer", lambda **said: sent.extend(said["user_ids"]))
    return sent


def of(world: World, *users: str) -> set[int]:
    """The numbers of some users."""
    return {world.users[user].id for user in users}


@pytest.mark.parametrize("step", ["decline", "withdraw"])
def test_the_provider_is_told_that_an_ask_has_ended(world: World, told: list[int], step: str) -> None:
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    told.clear()
    if step == "decline":
        act.decline_offer(by=world.act("idva"), ask=ask, reason="too_far")
    else:
        act.withdraw_ask(by=world.act("idva"), ask=ask)
    assert set(told) == of(world, "haven_worker", "haven_manager")


def test_everybody_else_who_was_asked_is_told_of_an_acceptance(world: World, told: list[int]) -> None:
    (space,) = provider(world)
    (other,) = provider(world, "point")
    looked = need(world, world.case())
    (lost,) = act.ask_providers(by=world.act("idva"), need=looked, spaces=[other])
    ask = held(world, looked, space)
    told.clear()
    act.accept_space(by=world.act("idva"), ask=ask)
    assert Ask.objects.get(id=lost.id).status == "lost"
    assert of(world, "point_manager", "haven_worker") <= set(told)
    assert not of(world, "idva", "housing", "officer") & set(told)
    # A place that falls through, and the next: who lost the first time is not told again.
    world.act("haven_worker")
    say_not_arrived(by=world.act("haven_worker"), stay=Stay.objects.get(ask_id=ask.id), why="prevented")
    world.act("idva")
    again = held(world, Need.objects.get(id=looked.id), space)
    told.clear()
    act.accept_space(by=world.act("idva"), ask=again)
    assert not of(world, "point_manager") & set(told)


def test_who_asked_is_told_that_they_did_not_come(world: World, told: list[int]) -> None:
    (space,) = provider(world)
    stay = promised(world, space)
    told.clear()
    say_not_arrived(by=world.act("haven_worker"), stay=stay, why="prevented")
    assert set(told) == of(world, "idva")
