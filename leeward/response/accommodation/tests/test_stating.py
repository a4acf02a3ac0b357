"""Saying what is free in ten seconds: one press as before, one press full, taken back when wrong, asked for each morning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions import stating as act
from leeward.response.accommodation.models import Occupancy, Site, Statement
from leeward.response.accommodation.queries.today import places_today
from leeward.response.accommodation.tasks import ask_stale, follow_up
from tests.accommodation import areas, held, need, provider
from tests.worlds import World


def taken(world: World) -> list[int]:
    world.act("haven_worker")
    return list(Occupancy.objects.filter(during__contains=timezone.now()).values_list("space_id", flat=True))


def old(world: World) -> None:
    """The site was last said two days ago."""
    world.act("haven_worker")
    Site.objects.update(said_at=timezone.now() - timedelta(days=2))


def test_from_today_to_said_in_two_presses(world: World) -> None:
    areas(world)
    first, second = provider(world, spaces=2)
    old(world)
    worker = world.browser("haven_worker")
    say = reverse("place_say", args=[first.site_id])
    assert say in worker.get(reverse("today")).content.decode()
    page = worker.get(say).content.decode()
    assert "As before: 2 free" in page
    answer = worker.post(reverse("place_free", args=[first.site_id]), {"same": "1"}, follow=True)
    assert "2 of 2 free. Said." in answer.content.decode()
    by = world.act("haven_worker")
    assert places_today(by=by).stale == []
    assert taken(world) == []
    assert second.site_id == first.site_id


def test_a_wrong_full_is_taken_back_with_one_press_and_what_was_taken_since_stays_so(world: World) -> None:
    areas(world)
    first, second, third = provider(world, spaces=3)
    held(world, need(world, world.case()), third)
    worker = world.browser("haven_worker")
    shown = [str(first.id), str(second.id)]
    answer = worker.post(reverse("place_free", args=[first.site_id]), {"full": "1", "shown": shown}, follow=True)
    answer = answer.content.decode()
    assert "full" in answer
    assert sorted(taken(world)) == sorted([first.id, second.id, third.id])
    newest = Statement.objects.order_by("-at")[0]
    assert sorted(newest.free_before or []) == sorted([first.id, second.id])
    undo = reverse("place_free_undo", args=[newest.id])
    assert undo in answer
    assert world.browser("idva").post(undo).status_code == 404
    assert "Taken back" in worker.post(undo, follow=True).content.decode()
    assert taken(world) == [third.id]
    # Nothing is deleted: three statements stand.
    assert Statement.objects.count() == 3
    with pytest.raises(Refused, match="said since"):
        act.take_back(by=world.act("haven_worker"), statement=newest)


def test_all_houses_with_one_press(world: World) -> None:
    areas(world)
    provider(world, spaces=2)
    provider(world)
    old(world)
    worker = world.browser("haven_worker")
    assert "All as before" in worker.get(reverse("places")).content.decode()
    assert "3 free" in worker.post(reverse("place_free_all"), {"same": "1"}, follow=True).content.decode()
    assert taken(world) == []
    assert "nothing free" in worker.post(reverse("place_free_all"), {"full": "1"}, follow=True).content.decode()
    assert len(taken(world)) == 3


def test_who_has_not_said_for_a_day_is_asked_each_morning_and_nobody_else(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    areas(world)
    provider(world)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("leeward.response.accommodation.tasks.send_notice.defer", lambda **said: sent.append(said))
    ask_stale(0)
    assert sent == [], "said today"
    old(world)
    ask_stale(0)
    (said,) = sent
    assert set(said["user_ids"]) == {world.users["haven_worker"].id, world.users["haven_manager"].id}
    assert mail.outbox == []
    # It runs by day: at nine by the world's clock.
    assert ask_stale.name == "accommodation_ask_stale"


def test_who_asked_is_told_that_a_hold_ran_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    areas(world)
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr("leeward.response.accommodation.tasks.send_notice.defer", lambda **said: sent.append(said))
    follow_up(0)
    assert sent == []
    world.act("haven_worker")
    type(ask).objects.filter(id=ask.id).update(hold_until=timezone.now() - timedelta(minutes=1))
    follow_up(0)
    assert sent == [{"user_ids": [world.users["idva"].id]}]
    by = world.act("idva")
    assert len(places_today(by=by).alone) == 1, "they re-enter the search"
