"""Asks between two who work at night: checked again, shared once, held for longer, said twice, told by mail."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Involvement, Scope
from leeward.response.accommodation.actions import asking as act
from leeward.response.accommodation.actions import places
from leeward.response.accommodation.actions.closing import leave_scheme
from leeward.response.accommodation.actions.needs import add_member, change_need, open_need
from leeward.response.accommodation.actions.periods import cut_short
from leeward.response.accommodation.actions.stays import arrive, move_within
from leeward.response.accommodation.forms.asking import next_time
from leeward.response.accommodation.models import Ask, Need, Occupancy, Provider, Stay
from leeward.response.accommodation.queries.today import places_today
from leeward.response.accommodation.rules.facts import Coming, MemberFacts, NeedFacts
from leeward.response.accommodation.tasks import follow_up
from tests.accommodation import areas, held, living, need, promised, provider, shared
from tests.sending import send, send_on
from tests.worlds import World

LEAVE = act.Leave("consent", "told_agreed")


def test_limits_are_asked_for_again_when_the_button_is_pressed(world: World) -> None:
    areas(world)
    (space,) = provider(world, sons_up_to=11)
    looked = need(world, world.case())
    add_member(by=world.act("idva"), need=looked, facts=MemberFacts("child", sex="male", age=15))
    with pytest.raises(Refused, match="changed meanwhile"):
        act.ask_providers(by=world.act("idva"), need=looked, spaces=[space])
    small = need(world, world.case(given="Alma", family="Berg"))
    by = world.act("haven_manager")
    places.close_site(by=by, site=space.site, why="Sold")
    with pytest.raises(Refused, match="changed meanwhile"):
        act.ask_providers(by=world.act("idva"), need=small, spaces=[space])


def test_a_space_that_is_taken_tonight_can_be_asked_for(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    held(world, need(world, world.case()), space)
    second = need(world, world.case(given="Alma", family="Berg"))
    assert len(act.ask_providers(by=world.act("idva"), need=second, spaces=[space])) == 1


def test_who_was_asked_reads_what_has_changed(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    (ask,) = act.ask_providers(by=world.act("idva"), need=looked, spaces=[space])
    add_member(by=world.act("idva"), need=looked, facts=MemberFacts("child", sex="male", age=15))
    page = world.browser("haven_worker").get(reverse("place_ask", args=[ask.id])).content.decode()
    assert "a son of 15" in page
    assert "What they need has changed." in page
    by = world.act("idva")
    looked.refresh_from_db()
    change_need(by=by, need=looked, facts=NeedFacts(tonight=True, wheelchair=True), version=looked.version)
    world.act("haven_worker")
    ask.refresh_from_db()
    assert "a wheelchair" in ask.sheet["needs"]
    assert ask.changes.count() == 3


def test_nothing_is_offered_to_who_is_not_known(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    looked = need(world, world.case())
    (ask,) = act.ask_providers(by=world.act("idva"), need=looked, spaces=[space])
    act.say_can_talk(by=world.act("haven_worker"), ask=ask)
    with pytest.raises(Refused, match="do not know yet"):
        act.offer_space(by=world.act("haven_worker"), ask=ask)
    page = world.browser("haven_worker").get(reverse("place_ask", args=[ask.id])).content.decode()
    assert "Offer and hold it" not in page
    assert "Who it is follows from them" in page


def test_a_place_whose_provider_lost_sight_is_shared_again_before_it_is_taken(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    world.act("idva")
    share = Involvement.objects.get(id=ask.share_id)
    Involvement.objects.filter(id=share.id).update(until=timezone.now() - timedelta(minutes=1))
    refresh_sight(ask.case_id)
    with pytest.raises(Refused, match="Say who it is"):
        act.accept_space(by=world.act("idva"), ask=ask)
    client = world.browser("idva")
    assert "Say who it is" in client.get(reverse("place_ask", args=[ask.id])).content.decode()
    send_on(client, reverse("place_ask_share", args=[ask.id]), lawful_basis="consent", told="told_agreed")
    assert act.accept_space(by=world.act("idva"), ask=ask)
    world.act("haven_worker")
    assert Stay.objects.count() == 1


def test_who_had_a_summary_before_is_told_who_it_is_all_the_same(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    case = world.case()
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven",
        scope=Scope.SUMMARY, lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    ask = shared(world, need(world, case), space)
    world.act("haven_worker")
    assert Need.objects.count() == 1
    act.refuse_ask(by=world.act("haven_worker"), ask=ask, reason="access")
    world.act("haven_worker")
    assert Need.objects.count() == 0
    assert Involvement.objects.filter(status="offered", origin="share").count() == 1  # the summary stays


def test_risk_is_shared_only_by_who_sees_it(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    case = world.case()
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["council"].id, organisation_name="Council",
        scope=Scope.FULL, lawful_basis="consent", told="told_agreed", at_once=True, risk=False,
    )  # fmt: skip
    looked = need(world, case, "housing")
    (ask,) = act.ask_providers(by=world.act("housing"), need=looked, spaces=[space])
    act.say_can_talk(by=world.act("haven_worker"), ask=ask)
    share = act.share_person(by=world.act("housing"), ask=ask, leave=LEAVE)
    assert share.risk is False


def test_said_twice_the_second_answer_is_the_same_stay(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    client = world.browser("idva")
    first = client.post(reverse("place_ask_accept", args=[ask.id]))
    second = client.post(reverse("place_ask_accept", args=[ask.id]))
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["Location"] == reverse("stay", args=[Stay.objects.get().id])


def test_an_acceptance_never_overwrites_a_refusal(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    act.refuse_ask(by=world.act("haven_worker"), ask=ask, reason="access")
    with pytest.raises(Refused):
        act.accept_space(by=world.act("idva"), ask=ask)
    world.act("idva")
    ask.refresh_from_db()
    assert ask.status == "refused"


def test_a_hold_of_another_space_is_not_taken_for_it(world: World) -> None:
    areas(world)
    first, second = provider(world, spaces=2)
    ask = held(world, need(world, world.case()), first)
    world.act("haven_worker")
    hold = Occupancy.objects.get()
    during = hold.during
    cut_short(hold, timezone.now())
    Occupancy(
        space=second, partnership_id=hold.partnership_id, organisation_id=hold.organisation_id, kind="hold",
        during=during, ask_id=ask.id,
    ).save(force_insert=True)  # fmt: skip
    with pytest.raises(Refused, match="hold has ended"):
        act.accept_space(by=world.act("idva"), ask=ask)


def test_a_hold_is_made_longer_and_one_that_ran_out_is_offered_again(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    worker = world.browser("haven_worker")
    address = reverse("place_ask", args=[ask.id])
    assert "Hold it longer" in worker.get(address).content.decode()
    send_on(worker, reverse("place_ask_offer", args=[ask.id]), hours="72")
    world.act("haven_worker")
    hold = Occupancy.objects.get(ask_id=ask.id)
    assert hold.during.upper > timezone.now() + timedelta(hours=70)
    ended = timezone.now() - timedelta(seconds=1)
    Ask.objects.filter(id=ask.id).update(hold_until=ended)
    Occupancy.objects.filter(id=hold.id).update(during=DateTimeTZRange(ended - timedelta(hours=1), ended, "[)"))
    assert "Offer and hold it" in worker.get(address).content.decode()
    act.offer_space(by=world.act("haven_worker"), ask=ask)
    assert act.accept_space(by=world.act("idva"), ask=ask)


def test_only_the_job_says_that_holds_ran_out_and_only_of_its_own(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    world.act("haven_worker")
    Ask.objects.filter(id=ask.id).update(hold_until=timezone.now() - timedelta(minutes=1))
    acting.end()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accommodation_expire()")
        assert cursor.fetchone()[0] == 0
        with acting.acting_as_job(1, "accommodation_follow_up"):
            cursor.execute("SELECT count(*) FROM accommodation_expire()")
            assert cursor.fetchone()[0] == 0
    follow_up(0)
    world.act("haven_worker")
    ask.refresh_from_db()
    assert ask.status == "expired"


def test_a_search_ends_when_they_arrive_and_there_is_one_at_a_time(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    stay = promised(world, space)
    by = world.act("idva")
    looked = Need.objects.get()
    facts, home = NeedFacts(tonight=True), Coming((MemberFacts("main", looked.person_id),))
    with pytest.raises(Refused, match="promised"):
        open_need(by=by, case=looked.case, facts=facts, household=home)
    arrive(by=world.act("haven_worker"), stay=stay, at=timezone.now())
    world.act("idva")
    looked.refresh_from_db()
    assert (looked.status, looked.ended_why) == ("ended", "housed")
    open_need(by=world.act("idva"), case=looked.case, facts=facts, household=home)


def test_nobody_looks_any_more_is_said_so(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    ask = held(world, need(world, world.case()), space)
    world.act("idva")
    Need.objects.update(status="ended")
    with pytest.raises(Refused, match="any more"):
        act.accept_space(by=world.act("idva"), ask=ask)


def test_who_comes_early_came_when_it_was_promised(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    stay = promised(world, space)
    by = world.act("haven_worker")
    found = arrive(by=by, stay=stay, at=timezone.now() - timedelta(hours=2))
    assert found.arrived_at == Occupancy.objects.get(stay_id=stay.id).during.lower


def test_away_and_back_again_leaves_one_period_that_runs(world: World) -> None:
    areas(world)
    here, there = provider(world, spaces=2)
    stay = living(world, here)
    world.act("haven_worker")
    type(here.site).objects.filter(id=here.site_id).update(turnaround_days=0)
    for space in (there, here, there):
        stay = move_within(by=world.act("haven_worker"), stay=stay, space=space)
    rows = Occupancy.objects.filter(stay_id=stay.id, during__upper_inf=True)
    assert [row.space_id for row in rows] == [there.id]


def test_a_time_that_is_past_means_tomorrow_also_when_the_clocks_change() -> None:
    night = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    assert next_time(time(8, 0), night) == datetime(2026, 3, 29, 7, 0, tzinfo=UTC)  # summer time by then
    assert next_time(time(1, 30), night) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # an hour that does not exist
    assert next_time(time(23, 25), night) == night
    assert next_time(time(23, 45), night) == datetime(2026, 3, 28, 23, 45, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert next_time(time(1, 30), autumn) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # the first of two


def test_both_sides_are_told_by_mail_that_says_nothing(world: World) -> None:
    areas(world)
    (space,) = provider(world)

    def told() -> set[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT args -> 'user_ids' FROM procrastinate_jobs WHERE task_name = 'notice' ORDER BY id DESC"
            )
            row = cursor.fetchone()
            cursor.execute("SELECT string_agg(args::text, '') FROM procrastinate_jobs WHERE task_name = 'notice'")
            assert "Maya" not in (cursor.fetchone()[0] or "")
        return set(json.loads(row[0]) if row and isinstance(row[0], str) else row[0]) if row else set()

    looked = need(world, world.case())
    (ask,) = act.ask_providers(by=world.act("idva"), need=looked, spaces=[space])
    assert told() == {world.users["haven_worker"].id, world.users["haven_manager"].id}
    act.say_can_talk(by=world.act("haven_worker"), ask=ask)
    assert told() == {world.users["idva"].id}


def test_what_waits_for_an_answer_waits_for_the_organisation(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    held(world, need(world, world.case()), space)
    # Whoever of them works tonight, not only who pressed the button.
    assert len(places_today(by=world.act("harbour_manager")).held) == 1


def test_a_scheme_is_not_left_with_a_promise(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    held(world, need(world, world.case()), space)
    by = world.act("haven_manager")
    with pytest.raises(Refused, match="promised"):
        leave_scheme(by=by, provider=Provider.objects.get(), why="No funds")


def test_an_old_page_says_nothing_of_rooms_that_it_did_not_ask_about(world: World) -> None:
    areas(world)
    first, second = provider(world, spaces=2)
    client = world.browser("haven_worker")
    page = client.get(reverse("places")).content.decode()
    assert page.count('name="shown"') == 2
    client.post(reverse("place_free", args=[first.site_id]), {"free": [str(first.id)], "shown": [str(first.id)]})
    world.act("haven_worker")
    assert not Occupancy.objects.exists()
    client.post(reverse("place_free", args=[first.site_id]), {"free": [str(first.id)], "shown": [str(second.id)]})
    world.act("haven_worker")
    assert [row.space_id for row in Occupancy.objects.all()] == [second.id]


def test_two_who_change_what_is_needed_are_told_so(world: World) -> None:
    areas(world)
    looked = need(world, world.case())
    client, address = world.browser("idva"), reverse("need_change", args=[looked.id])
    page = client.get(address)
    change_need(by=world.act("idva"), need=looked, facts=NeedFacts(tonight=True), version=looked.version)
    answer = send(client, address, page, when="open")
    assert answer.status_code == 200
    assert "Somebody else changed this" in answer.content.decode()
