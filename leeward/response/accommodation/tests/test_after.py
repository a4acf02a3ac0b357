"""From a stay to what comes next: another place, a home of their own, support after they left, home made safe."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, ChronologyEntry, Scope
from leeward.response.accommodation.actions import asking, moving
from leeward.response.accommodation.actions import stays as act
from leeward.response.accommodation.actions.needs import open_need
from leeward.response.accommodation.actions.stays import Ending, MoveOnFacts
from leeward.response.accommodation.models import Ask, MoveOn, Need, Occupancy, Resident, Space, Stay, StayEvent
from leeward.response.accommodation.queries.after import waiting_anywhere, waiting_to_move
from leeward.response.accommodation.queries.today import places_today
from leeward.response.accommodation.rules.facts import Coming, MemberFacts, NeedFacts
from tests.accommodation import FAR, HERE, STREET, areas, coordinator, living, provider
from tests.sending import on, send, send_on
from tests.worlds import World


def at_home(world: World, spaces: int = 1, **facts: object) -> Stay:
    """A household that lives with a refuge."""
    areas(world)
    space, *_ = provider(world, spaces=spaces, **facts)
    return living(world, space)


def asked_and_held(world: World, looked: Need, space: Space, user: str) -> Ask:
    """An ask of a refuge for a place of another provider, as far as the hold; who looks acts afterwards."""
    (ask,) = asking.ask_providers(by=world.act("haven_worker"), need=looked, spaces=[space])
    asking.say_can_talk(by=world.act(user), ask=ask)
    asking.share_person(by=world.act("haven_worker"), ask=ask, leave=asking.Leave("consent", "told_agreed"))
    asking.offer_space(by=world.act(user), ask=Ask.objects.get(id=ask.id))
    world.act("haven_worker")
    return Ask.objects.get(id=ask.id)


def test_the_next_place_is_looked_for_while_they_stay_and_the_stay_ends_when_they_arrive(world: World) -> None:
    stay = at_home(world)
    act.add_resident(by=world.act("haven_worker"), stay=stay, part="child", called="Leo", sex="male",
                     birth_date=date(2020, 1, 5), person_id=None, from_on=timezone.localdate())  # fmt: skip
    (second,) = provider(world, "point")
    worker = world.browser("haven_worker")
    page = reverse("stay", args=[stay.id])
    assert "Look for their next place" in worker.get(page).content.decode()
    send_on(worker, reverse("stay_next", args=[stay.id]), when="open")
    world.act("haven_worker")
    looked = Need.objects.get(moves_from=stay)
    # Who lives there comes, and what was dangerous still is: nothing is asked twice.
    assert [one.part for one in looked.members.order_by("id")] == ["main", "child"]
    assert [(one.kind, one.area_code, one.miles) for one in looked.areas.all()] == [("danger", HERE, 15)]
    assert "A next place is looked for" in worker.get(page).content.decode()
    assert "Moves on" in worker.get(reverse("case_place", args=[stay.case_id])).content.decode()
    # One search a household.
    with pytest.raises(Refused, match="Somebody looks for a place"):
        moving.begin_move(by=world.act("haven_worker"), stay=stay, facts=NeedFacts())
    ask = asked_and_held(world, looked, second, "point_manager")
    asking.accept_space(by=world.act("haven_worker"), ask=ask)
    # Promised is not arrived: they still live where they are, and the old space is still theirs.
    stay.refresh_from_db()
    assert stay.status == "in"
    world.act("point_manager")
    fresh = Stay.objects.get(ask=ask)
    act.arrive(by=world.act("point_manager"), stay=fresh, at=timezone.now())
    assert not Stay.objects.filter(id=stay.id).exists(), "who takes them in does not read where they were"
    world.act("haven_worker")
    stay.refresh_from_db()
    assert (stay.status, stay.planned, stay.ending, stay.destination) == ("left", True, "moved_on", "other_refuge")
    assert not Resident.objects.filter(stay=stay, until_on=None).exists()
    kinds = Occupancy.objects.filter(space=stay.space, during__contains=timezone.now()).values_list("kind", flat=True)
    assert list(kinds) == ["turnaround"]
    world.act("idva")  # leads the case, and has the address
    assert Need.objects.get(id=looked.id).ended_why == "housed"
    assert Stay.objects.filter(case_id=stay.case_id, status="in").count() == 1
    assert "Moved on from the place before" in ChronologyEntry.objects.values_list("title", flat=True)


def test_a_next_place_that_falls_through_loses_nobody(world: World) -> None:
    stay = at_home(world)
    (second,) = provider(world, "point")
    looked = moving.begin_move(by=world.act("haven_worker"), stay=stay, facts=NeedFacts())
    ask = asked_and_held(world, looked, second, "point_manager")
    asking.accept_space(by=world.act("haven_worker"), ask=ask)
    world.act("point_manager")
    act.say_not_arrived(by=world.act("point_manager"), stay=Stay.objects.get(ask=ask), why="changed_mind")
    world.act("haven_worker")
    assert Stay.objects.get(id=stay.id).status == "in"
    assert Need.objects.get(id=looked.id).status == "open"
    # And when the old stay ends by itself, the search goes on.
    act.end_stay(
        by=world.act("haven_worker"), stay=stay, ending=Ending(timezone.now(), False, "lost_contact", "not_known")
    )
    assert Need.objects.get(id=looked.id).status == "open"


def test_a_provider_moves_them_on_to_a_place_of_its_own(world: World) -> None:
    stay = at_home(world, spaces=2)
    second = Space.objects.exclude(id=stay.space_id).get()
    looked = moving.begin_move(by=world.act("haven_worker"), stay=stay, facts=NeedFacts())
    by = world.act("haven_worker")
    (ask,) = asking.ask_providers(by=by, need=looked, spaces=[second])
    asking.say_can_talk(by=by, ask=ask)
    asking.share_person(by=by, ask=ask, leave=asking.Leave("consent", "told_agreed"))
    asking.offer_space(by=by, ask=Ask.objects.get(id=ask.id))
    asking.accept_space(by=by, ask=Ask.objects.get(id=ask.id))
    act.arrive(by=by, stay=Stay.objects.get(ask=ask), at=timezone.now())
    assert sorted(Stay.objects.values_list("status", flat=True)) == ["in", "left"]
    # The share with the provider goes on.
    assert world.browser("haven_worker").get(reverse("case", args=[stay.case_id])).status_code == 200


def test_a_search_from_a_stay_is_an_address(world: World) -> None:
    stay = at_home(world)
    case = Case.objects.get(id=stay.case_id)
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["council"].id, organisation_name="Council",
        scope=Scope.FULL, lawful_basis="consent", told="told_agreed", at_once=True, risk=True,
    )  # fmt: skip
    looked = moving.begin_move(by=world.act("haven_worker"), stay=stay, facts=NeedFacts())
    world.act("housing")
    # Who looks is where they live, mostly: a whole case without the address shows neither.
    assert not Need.objects.filter(id=looked.id).exists()
    assert "Looks for the next place" not in ChronologyEntry.objects.values_list("title", flat=True)
    world.act("idva")
    assert Need.objects.filter(id=looked.id).exists()


def test_a_search_cannot_name_a_stay_of_somebody_else(world: World) -> None:
    stay = at_home(world)
    other = world.case(given="Alma", family="Berg")
    by = world.act("idva")
    home = Coming((MemberFacts("main", other.person_id, "female", date(1990, 1, 1)),))
    with pytest.raises(Exception, match="row-level security"):
        open_need(by=by, case=other, facts=NeedFacts(), household=home, moves_from=stay)


def plan(world: World, stay: Stay, longer: tuple[str, ...] = ("no_social_home",), **facts: Any) -> MoveOn:
    by = world.act("haven_worker")
    now = timezone.localdate()
    facts = {"wants": "social_tenancy", "areas": (FAR,), "bedrooms": 2, "ready_on": now - timedelta(days=20),
             "waiting_since": now - timedelta(days=60)} | facts  # fmt: skip
    return act.plan_move_on(by=by, stay=stay, facts=MoveOnFacts(**facts), longer=longer, version_seen=0)


def test_who_waits_to_move_on_is_listed_with_names_here_and_without_names_for_the_coordinator(world: World) -> None:
    stay = at_home(world)
    plan(world, stay)
    name = stay.person.called
    worker = world.browser("haven_worker")
    text = worker.get(reverse("move_on")).content.decode()
    for words in (name, "Tenancy of a council", "2 bedrooms", "60 days", "No social home to be had", "Norbeck"):
        assert words in text, words
    for asked in ("?wants=private_tenancy", f"?area={HERE}", "?wants=nonsense"):
        narrowed = worker.get(reverse("move_on") + asked).content.decode()
        assert (name in narrowed) == (asked == "?wants=nonsense"), asked
    assert name in worker.get(reverse("move_on") + f"?wants=social_tenancy&area={FAR}&ready=1").content.decode()
    coordinator(world)
    placer = world.browser("placement")
    text = placer.get(reverse("move_on_anywhere")).content.decode()
    for words in ("Haven Housing Support", "Tenancy of a council", "No social home to be had"):
        assert words in text, words
    assert name not in text
    assert STREET not in text
    assert str(stay.id) not in text
    assert str(stay.case_id) not in text
    world.act("placement")
    assert len(waiting_anywhere(wants="social_tenancy", area=FAR, only_ready=True)) == 1
    assert waiting_anywhere(wants="private_tenancy") == []
    for user in ("idva", "haven_worker", "analyst", "chief"):
        assert world.browser(user).get(reverse("move_on_anywhere")).status_code == 403, user
        world.act(user)
        assert waiting_anywhere() == [], user


def test_the_list_takes_as_many_statements_for_many(world: World) -> None:
    areas(world)
    first, second, third = provider(world, spaces=3)
    counts = []
    for spaces in ([first], [second, third]):
        for space in spaces:
            plan(world, living_again(world, space))
        by = world.act("haven_worker")
        with CaptureQueriesContext(connection) as taken:
            waiting_to_move(by)
        counts.append(len(taken))
    assert counts[0] == counts[1] < 10


def living_again(world: World, space: Space) -> Stay:
    return living(world, space)


def test_support_after_they_left_is_asked_for_until_it_has_ended(world: World) -> None:
    stay = at_home(world)
    today = timezone.localdate()
    plan(world, stay, resettled_until=today + timedelta(days=80))
    by = world.act("haven_worker")
    act.end_stay(by=by, stay=stay, ending=Ending(timezone.now(), True, "moved_on", "social_tenancy"))
    assert places_today(by=by).resettle == [], "they left today"
    Stay.objects.filter(id=stay.id).update(left_at=timezone.now() - timedelta(days=30))
    by = world.act("haven_worker")
    assert [line.id for line in places_today(by=by).resettle] == [stay.id], "a month without a word"
    worker = world.browser("haven_worker")
    address = reverse("stay_resettle", args=[stay.id])
    answer = send(worker, address, words="Rang her.", goes_on="yes")
    assert "Enter the day until which it goes on" in answer.content.decode()
    send_on(worker, address, words="Rang her.", goes_on="yes", **on("until", today + timedelta(days=30)))
    by = world.act("haven_worker")
    assert places_today(by=by).resettle == []
    assert "Rang her." in worker.get(reverse("stay", args=[stay.id])).content.decode()
    MoveOn.objects.filter(stay=stay).update(resettled_until=today)
    by = world.act("haven_worker")
    (line,) = places_today(by=by).resettle
    assert line.urgent, "its last day"
    send_on(worker, address, words="She is well.", goes_on="no")
    by = world.act("haven_worker")
    assert places_today(by=by).resettle == []
    assert MoveOn.objects.get(stay=stay).resettled_ended_on == today


def test_a_return_home_leads_to_a_home_made_safe(world: World) -> None:
    stay = at_home(world)
    by = world.act("haven_worker")
    act.end_stay(by=by, stay=stay, ending=Ending(timezone.now(), True, "moved_on", "returned_safe"))
    page = reverse("stay", args=[stay.id])
    refer = reverse("sanctuary_refer", args=[stay.case_id])
    # The refuge has no address of hers: it is told who does it, and is not led to a page that is closed to it.
    text = world.browser("haven_worker").get(page).content.decode()
    assert refer not in text
    assert "Who has their address refers it" in text
    lead = world.browser("idva")
    assert refer in lead.get(page).content.decode()
    assert [line.id for line in places_today(by=world.act("idva")).home] == [stay.case_id]
    assert refer in lead.get(reverse("today")).content.decode()
    assert places_today(by=world.act("haven_worker")).home == []
    send_on(lead, refer, tenure="council", consent="asked", why="He has a key")
    assert places_today(by=world.act("idva")).home == []
    assert refer not in lead.get(page).content.decode()


def test_an_absence_has_an_end_and_until_then_shows(world: World) -> None:
    stay = at_home(world)
    worker = world.browser("haven_worker")
    send_on(worker, reverse("stay_event", args=[stay.id]), kind="absence", words="With her mother")
    by = world.act("haven_worker")
    assert [line.id for line in places_today(by=by).away] == [stay.id]
    assert "They are back" in worker.get(reverse("stay", args=[stay.id])).content.decode()
    event = StayEvent.objects.get(kind="absence")
    with pytest.raises(Refused, match="cannot be back"):
        moving.say_back(by=by, event=event, at=event.at - timedelta(days=1))
    assert world.browser("idva").get(reverse("stay_back", args=[event.id])).status_code == 404
    send_on(worker, reverse("stay_back", args=[event.id]))
    by = world.act("haven_worker")
    assert places_today(by=by).away == []
    with pytest.raises(Refused, match="back already"):
        moving.say_back(by=by, event=event, at=timezone.now())


def test_a_licence_that_has_ended_is_asked_about(world: World) -> None:
    stay = at_home(world)
    by = world.act("haven_worker")
    today = timezone.localdate()
    act.sign_licence(by=by, stay=stay, on=today - timedelta(days=90), until=today)
    assert places_today(by=by).overstay == [], "its last day"
    act.sign_licence(by=by, stay=stay, on=today - timedelta(days=90), until=today - timedelta(days=1))
    assert [line.id for line in places_today(by=by).overstay] == [stay.id]
    assert "The licence has ended" in world.browser("haven_worker").get(reverse("today")).content.decode()


def test_incidents_of_a_house_are_those_that_happened_in_it(world: World) -> None:
    stay = at_home(world)
    elsewhere, *_ = provider(world)
    worker = world.browser("haven_worker")
    event = reverse("stay_event", args=[stay.id])
    send_on(worker, event, kind="incident", what="contact_by_harmer", words="He rang the house.")
    by = world.act("haven_worker")
    act.move_within(by=by, stay=Stay.objects.get(id=stay.id), space=elsewhere)
    send_on(worker, event, kind="incident", what="damage", words="A window broke.")
    first = worker.get(reverse("place_incidents", args=[stay.space.site_id])).content.decode()
    then = worker.get(reverse("place_incidents", args=[elsewhere.site_id])).content.decode()
    assert "He rang the house." in first
    assert "A window broke." not in first
    assert "A window broke." in then
    assert "He rang the house." not in then
    other_kind = worker.get(reverse("place_incidents", args=[elsewhere.site_id]) + "?what=health&days=90")
    assert "A window broke." not in other_kind.content.decode()
    assert world.browser("idva").get(reverse("place_incidents", args=[stay.space.site_id])).status_code == 404
