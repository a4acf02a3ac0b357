"""Finding a place: what is known is filled in, what fits and why, asks without a name, a hold, yes or no, nothing lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.models import ChronologyEntry
from leeward.response.accommodation.actions import asking as act
from leeward.response.accommodation.actions.needs import add_area, add_member, change_need, end_need
from leeward.response.accommodation.actions.periods import cut_short
from leeward.response.accommodation.actions.searching import search_spaces
from leeward.response.accommodation.models import Ask, Need, Occupancy, Search, Site, Stay
from leeward.response.accommodation.rules.facts import AreaFacts, MemberFacts, NeedFacts
from tests.accommodation import FAR, HERE, NEAR, STREET, areas, held, need, provider, shared
from tests.sending import send_on
from tests.worlds import World


def fits(world: World, looked: Need, user: str = "idva") -> list[str]:
    return [fit.provider for fit in search_spaces(by=world.act(user), need=looked).fits]


def test_limits_are_never_broken_and_each_miss_says_what_would_have_to_change(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR, sons_up_to=12)
    provider(world, "harbour", NEAR)
    looked = need(world, world.case())
    # The nearer house lies within 15 miles of danger... it is 17 miles away; at 30 it is not safe.
    assert set(fits(world, looked)) == {"Haven Housing Support", "Harbour Outreach"}
    add_area(by=world.act("idva"), need=looked, facts=AreaFacts("danger", FAR, 0, "work"))
    found = search_spaces(by=world.act("idva"), need=looked)
    assert [fit.provider for fit in found.fits] == ["Harbour Outreach"]
    assert [(change.key, change.spaces) for change in found.changes] == [("too_near", 1)]
    assert "danger area" in found.misses[0].why
    # A son who is too old: one change would open the other house, once the first is too near.
    add_member(by=world.act("idva"), need=looked, facts=MemberFacts("child", sex="male", age=15))
    found = search_spaces(by=world.act("idva"), need=looked)
    assert [fit.provider for fit in found.fits] == ["Harbour Outreach"]
    assert found.changes == []  # that house breaks two limits now
    assert found.fits[0].why.startswith("Room for 2")
    assert "miles from the nearest danger area" in found.fits[0].why
    assert Search.objects.filter(need=looked).count() == 3


def test_a_second_stage_says_for_whom_it_is_meant(world: World) -> None:
    areas(world)
    first, then = provider(world, "haven", FAR)[0], provider(world, "harbour", FAR)[0]
    world.act("harbour_manager")
    Site.objects.filter(id=then.site_id).update(form="second_stage")
    looked = need(world, world.case())
    found = {fit.space_id: fit.mind for fit in search_spaces(by=world.act("idva"), need=looked).fits}
    assert "move on from another safe place" in found[then.id].lower()
    assert "move on" not in found[first.id].lower()


def test_every_search_is_kept_also_and_above_all_an_empty_one(world: World) -> None:
    areas(world)
    provider(world, beds=1, cots=0)
    looked = need(world, world.case())
    add_member(by=world.act("idva"), need=looked, facts=MemberFacts("child", age=3))
    client = world.browser("idva")
    page = client.get(reverse("need_search", args=[looked.id])).content.decode()
    assert "Nothing fits now" in page
    assert "A space with more beds" in page
    assert "What is done meanwhile" in page
    world.act("idva")
    kept = Search.objects.get()
    assert (kept.fits, kept.one_change, kept.best_change) == (0, 1, "room")


def test_from_the_case_to_a_place_without_a_name_until_they_can_talk(world: World) -> None:
    areas(world)
    first, second = provider(world, spaces=2)
    case = world.case(given="Maya", family="Lindqvist", birth_date=date(1990, 5, 1), birth_precision="day")
    client = world.browser("idva")
    send_on(
        client, reverse("need_add", args=[case.id]), when="tonight", pets="any", pets_words="a small dog",
        recourse="unknown", from_area=HERE,
    )  # fmt: skip
    world.act("idva")
    looked = Need.objects.get()
    assert [one.birth_date for one in looked.members.all()] == [date(1990, 5, 1)]
    send_on(client, reverse("need_area_add", args=[looked.id]), kind="danger", area_code=HERE, miles="15", why="lives")
    search = reverse("need_search", args=[looked.id])
    assert "Does not take the pet" in client.get(search).content.decode()
    by = world.act("idva")
    change_need(by=by, need=looked, facts=NeedFacts(tonight=True, from_area=HERE), version=looked.version)
    page = client.get(search).content.decode()
    assert "Room 1" in page
    assert "For women only: nobody has said" in page
    assert "Tick at least one" in client.post(search, {}).content.decode()
    client.post(search, {"space": [str(first.id), str(second.id)]})
    # The provider reads what is needed, and neither a name nor the case.
    worker = world.browser("haven_worker")
    page = worker.get(reverse("place_asks")).content.decode()
    assert "Adult, 3" in page  # an age, and what sex nobody has said
    assert "Lindqvist" not in page
    assert "Maya" not in page
    world.act("haven_worker")
    ask, other = Ask.objects.order_by("space__label")
    address = reverse("place_ask", args=[ask.id])
    page = worker.get(address).content.decode()
    assert "Maya" not in page
    assert worker.get(reverse("case", args=[case.id])).status_code == 404
    assert worker.get(reverse("place_ask_share", args=[ask.id])).status_code == 404
    # They can talk; then, and not before, the case is shared.
    assert client.get(reverse("place_ask_offer", args=[ask.id])).status_code == 404
    send_on(worker, reverse("place_ask_talk", args=[ask.id]), words="Which school?")
    assert worker.get(reverse("case", args=[case.id])).status_code == 404
    send_on(client, reverse("place_ask_share", args=[ask.id]), lawful_basis="consent", told="told_agreed")
    assert worker.get(reverse("case", args=[case.id])).status_code == 200
    send_on(worker, reverse("place_ask_offer", args=[ask.id]), hours="12")
    page = client.get(address).content.decode()
    assert "Held until" in page
    client.post(reverse("place_ask_accept", args=[ask.id]))
    by = world.act("idva")
    assert Stay.objects.get(ask=ask).status == "expected"  # who leads her case has her address
    looked.refresh_from_db()
    assert looked.status == "placed"
    assert {one.status for one in Ask.objects.all()} == {"accepted", "lost"}
    world.act("haven_worker")
    assert Stay.objects.get().status == "expected"
    assert Occupancy.objects.get(ask_id=ask.id).kind == "stay"
    assert "They found another place" in worker.get(reverse("place_ask", args=[other.id])).content.decode()
    # Nothing that was said on the way has a street in it.
    world.act("idva")
    assert not [row for row in ChronologyEntry.objects.all() if STREET in row.title + row.text]


def _held(world: World) -> Ask:
    areas(world)
    (space,) = provider(world)
    return held(world, need(world, world.case()), space)


def test_a_hold_that_ran_out_cannot_be_accepted(world: World) -> None:
    ask = _held(world)
    world.act("haven_worker")
    hold = Occupancy.objects.get(ask_id=ask.id)
    cut_short(hold, timezone.now())
    with pytest.raises(Refused, match="hold has ended"):
        act.accept_space(by=world.act("idva"), ask=ask)
    assert Need.objects.get().status == "open"


def test_the_provider_cannot_say_yes_for_her(world: World) -> None:
    ask = _held(world)
    with pytest.raises(Refused):
        act.accept_space(by=world.act("haven_worker"), ask=ask)


def test_declining_gives_the_space_back_at_once(world: World) -> None:
    ask = _held(world)
    act.decline_offer(by=world.act("idva"), ask=ask, reason="too_far")
    world.act("haven_worker")
    assert not Occupancy.objects.filter(during__contains=timezone.now()).exists()
    assert Need.objects.count() == 0  # the provider has the case no more
    world.act("idva")
    assert Need.objects.get().status == "open"


def test_ending_a_search_tells_whoever_was_asked(world: World) -> None:
    ask = _held(world)
    end_need(by=world.act("idva"), need=ask.need, why="stays_safely")
    world.act("haven_worker")
    assert Ask.objects.get().status == "withdrawn"
    assert not Occupancy.objects.filter(during__contains=timezone.now() + timedelta(seconds=1)).exists()


def test_a_space_is_promised_once(world: World) -> None:
    ask = _held(world)
    second = need(world, world.case(given="Alma", family="Berg"))
    again = shared(world, second, ask.space)
    with pytest.raises(Refused, match="just been taken"):
        act.offer_space(by=world.act("haven_worker"), ask=again)
