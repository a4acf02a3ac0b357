"""What goes wrong by itself: clocks, births, birthdays, a house that closes, a provider that leaves, two names for one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.sharing import end_share, share_case
from leeward.record.cases.models import Case, Scope
from leeward.record.people.actions.linking import link_people
from leeward.response.accommodation.actions import asking, moving, places
from leeward.response.accommodation.actions import stays as act
from leeward.response.accommodation.actions.closing import leave_scheme
from leeward.response.accommodation.actions.needs import add_member
from leeward.response.accommodation.forms.asking import next_time
from leeward.response.accommodation.forms.stays import ArriveForm, moment_of
from leeward.response.accommodation.models import Ask, Need, Occupancy, Provider, Resident, Space, Stay
from leeward.response.accommodation.queries.after import looked_for_twice, room_of
from leeward.response.accommodation.queries.stays import nights_of
from leeward.response.accommodation.queries.today import places_today
from leeward.response.accommodation.rules import clocks
from leeward.response.accommodation.rules.facts import MemberFacts, NeedFacts
from leeward.response.accommodation.rules.household import age_of
from tests.accommodation import areas, held, living, need, promised, provider, shared
from tests.sending import on, send, send_on
from tests.worlds import World

AUTUMN, SPRING = date(2026, 10, 25), date(2026, 3, 29)  # England: back at 2:00, forward at 1:00


# clocks


def test_an_hour_that_comes_twice_is_the_later_once_that_is_past() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    half = time(1, 30)
    assert clocks.said_past(AUTUMN, half, second + timedelta(minutes=5)) == second
    assert clocks.said_past(AUTUMN, half, second - timedelta(minutes=5)) == first
    assert clocks.said_past(AUTUMN, time(12), second + timedelta(days=1)) == datetime(2026, 10, 25, 12, tzinfo=UTC)


def test_an_hour_that_does_not_come_is_said_not_to() -> None:
    assert not clocks.exists(SPRING, time(1, 30))
    assert clocks.exists(SPRING, time(0, 59))
    assert clocks.exists(SPRING, time(2, 0))
    assert clocks.exists(AUTUMN, time(1, 30))
    typed = {"on-day": "29", "on-month": "3", "on-year": "2026", "clock": "01:30"}
    form = ArriveForm(typed)
    assert not form.is_valid()
    assert form.errors["clock"] == [clocks.LEFT_OUT]


def test_a_time_that_was_left_open_is_never_ahead() -> None:
    assert moment_of(timezone.localdate(), None) <= timezone.now()


def test_a_hold_lasts_as_long_by_either_clock_and_nights_are_counted_by_days() -> None:
    begun = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    # Twelve hours are twelve hours, also in the night that has one more.
    until = begun + timedelta(hours=12)
    assert timezone.localtime(until).hour == 10
    stay = Stay(
        arrived_at=datetime(2026, 10, 24, 22, 30, tzinfo=UTC), left_at=datetime(2026, 10, 25, 23, 30, tzinfo=UTC)
    )
    assert nights_of(stay, until) == 1
    short = Stay(
        arrived_at=datetime(2026, 3, 28, 23, 30, tzinfo=UTC), left_at=datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    )
    assert nights_of(short, until) == 1
    # Who is expected at half past one of the spring night is expected later, and not before now.
    now = datetime(2026, 3, 28, 23, 0, tzinfo=UTC)
    assert next_time(time(1, 30), now) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


# a birth


def test_a_birth_before_they_come_is_no_dead_end(world: World) -> None:
    areas(world)
    (space,) = provider(world, beds=1, cots=0)
    stay = promised(world, space)
    # Who looks says so; the provider reads it on the ask and adds nobody twice.
    by = world.act("idva")
    add_member(
        by=by,
        need=Need.objects.get(id=stay.need_id),
        facts=MemberFacts("child", sex="female", birth_date=timezone.localdate()),
    )
    world.act("haven_worker")
    assert len(Ask.objects.get(id=stay.ask_id).sheet["people"]) == 2
    worker = world.browser("haven_worker")
    send_on(worker, reverse("stay_resident_add", args=[stay.id]), part="child", called="Twin",
            **on("birth_date", timezone.localdate()))  # fmt: skip
    send_on(worker, reverse("stay_arrive", args=[stay.id]))
    world.act("haven_worker")
    assert Resident.objects.filter(stay=stay).count() == 3
    text = worker.get(reverse("stay", args=[stay.id])).content.decode()
    assert "More live here by now than there are beds" in text
    assert "Nobody has to leave" in text
    assert Stay.objects.get(id=stay.id).status == "in"


def test_a_baby_without_a_cot_shows_and_one_that_is_expected_too(world: World) -> None:
    areas(world)
    (space,) = provider(world, beds=3, cots=0)
    looked = need(world, world.case())
    add_member(by=world.act("idva"), need=looked,
               facts=MemberFacts("child", due_on=timezone.localdate() + timedelta(days=9)))  # fmt: skip
    ask = held(world, looked, space)
    asking.accept_space(by=world.act("idva"), ask=ask)
    world.act("haven_worker")
    stay = act.arrive(by=world.act("haven_worker"), stay=Stay.objects.get(ask=ask), at=timezone.now())
    worker = world.browser("haven_worker")
    page = reverse("stay", args=[stay.id])
    assert "A birth is expected" in worker.get(page).content.decode()
    send_on(worker, reverse("stay_resident_add", args=[stay.id]), part="child", called="Mia",
            **on("birth_date", timezone.localdate()))  # fmt: skip
    text = worker.get(page).content.decode()
    assert "A birth is expected" not in text
    assert "A baby has no cot" in text


@pytest.mark.parametrize(
    ("beds", "cots", "ages", "small", "cot"),
    [(2, 0, [5], False, False), (1, 0, [5], True, False), (1, 1, [0], False, False), (1, 0, [0], True, True),
     (2, 1, [0, 1], False, True), (2, 1, [2, 1], False, False), (1, 2, [0, 3], True, False)],
)  # fmt: skip
def test_room_for_who_lives_there(beds: int, cots: int, ages: list[int], small: bool, cot: bool) -> None:
    today = date(2026, 6, 1)
    people = [Resident(part="main")] + [
        Resident(part="child", birth_date=date(2026 - age, 1, 1) if age else date(2026, 5, 1)) for age in ages
    ]
    people.append(Resident(part="child", birth_date=date(2020, 1, 1), until_on=today))
    room = room_of(Space(beds=beds, cots=cots), people, today)
    assert (room.is_too_small, room.lacks_cot) == (small, cot)


# birthdays


@pytest.mark.parametrize(
    ("days", "told"), [(43, False), (42, True), (1, True), (0, True), (-14, True), (-15, False)]
)  # fmt: skip
def test_a_birthday_that_crosses_a_limit_is_told_some_weeks_before(world: World, days: int, told: bool) -> None:
    areas(world)
    (space,) = provider(world, sons_up_to=11)
    stay = living(world, space)
    by = world.act("haven_worker")
    birthday = timezone.localdate() + timedelta(days=days)
    if (birthday.month, birthday.day) == (2, 29):
        birthday += timedelta(days=1)
    act.add_resident(by=by, stay=stay, part="child", called="Sam", sex="male", person_id=None,
                     birth_date=birthday.replace(year=birthday.year - 12), from_on=timezone.localdate())  # fmt: skip
    act.add_resident(by=by, stay=stay, part="child", called="Ada", sex="female", person_id=None,
                     birth_date=birthday.replace(year=birthday.year - 12), from_on=timezone.localdate())  # fmt: skip
    assert [line.id for line in places_today(by=by).birthdays] == ([stay.id] if told else [])
    assert Stay.objects.get(id=stay.id).status == "in"
    assert "Nobody has to leave for a birthday" in world.browser("haven_worker").get(
        reverse("stay", args=[stay.id])
    ).content.decode() or days > 0  # fmt: skip


def test_a_son_whose_age_alone_is_known_grows_too(world: World) -> None:
    areas(world)
    (space,) = provider(world, sons_up_to=11)
    stay = living(world, space)
    worker = world.browser("haven_worker")
    send_on(worker, reverse("stay_resident_add", args=[stay.id]), part="child", called="Sam", sex="male", age="11")
    page = reverse("stay", args=[stay.id])
    assert "Older by now than this space takes" not in worker.get(page).content.decode()
    world.act("haven_worker")
    one = Resident.objects.get(called="Sam")
    assert one.age == 11
    one.age_on = timezone.localdate() - timedelta(days=400)
    assert age_of(one, timezone.localdate()) == 12


# closing


def test_a_house_with_people_in_it_closes_only_with_an_answer_for_each(world: World) -> None:
    areas(world)
    lived, asked, held_one = provider(world, spaces=3)
    site = lived.site
    stay = living(world, lived)
    waits = need(world, world.case(given="Alma", family="Berg"))
    (ask,) = asking.ask_providers(by=world.act("idva"), need=waits, spaces=[asked])
    promise = held(world, need(world, world.case(given="Ines", family="Holt")), held_one)
    manager = world.browser("haven_manager")
    address = reverse("place_site_close", args=[site.id])
    text = manager.get(address).content.decode()
    for words in ("keep these promises", "Look for their next place", "Each of them is refused"):
        assert words in text, words
    assert "Alma" not in text, "who has only asked has no name"
    refused = send(manager, address, why="Sold", may_stay="yes").content.decode()
    assert "promised a space" in refused
    asking.refuse_ask(by=world.act("haven_worker"), ask=promise, reason="closing")
    refused = send(manager, address, why="Sold", may_stay="no").content.decode()
    assert "People live here" in refused
    send_on(manager, address, why="Sold", may_stay="yes")
    by = world.act("idva")
    # Whoever looks is told, and the household is looked for anew.
    assert (Ask.objects.get(id=ask.id).status, Ask.objects.get(id=ask.id).reason) == ("refused", "closing")
    assert waits.id in {one.id for one in Need.objects.filter(status="open")}
    assert len(places_today(by=by).alone) == 2
    # Who lives there lives there still, and Today asks for their next place until it is looked for.
    by = world.act("haven_worker")
    assert Stay.objects.get(id=stay.id).status == "in"
    assert [line.id for line in places_today(by=by).closing] == [stay.id]
    moving.begin_move(by=by, stay=stay, facts=NeedFacts())
    assert places_today(by=by).closing == []
    act.end_stay(by=by, stay=stay, ending=act.Ending(timezone.now(), True, "moved_on", "private_tenancy"))


def test_a_provider_leaves_and_each_ask_hold_and_stay_is_dealt_with(world: World) -> None:
    areas(world)
    lived, asked = provider(world, spaces=2)
    stay = living(world, lived)
    looked = need(world, world.case(given="Alma", family="Berg"))
    talked = shared(world, looked, asked)
    manager = world.browser("haven_manager")
    assert reverse("place_leave") in manager.get(reverse("places")).content.decode()
    assert world.browser("haven_worker").get(reverse("place_leave")).status_code == 403
    send_on(manager, reverse("place_leave"), why="No funds", may_stay="yes")
    world.act("idva")
    assert Ask.objects.get(id=talked.id).status == "refused"
    assert Need.objects.get(id=looked.id).status == "open"
    by = world.act("haven_manager")
    assert Provider.objects.get(organisation_id=by.acts_for).left_on == timezone.localdate()
    assert [line.id for line in places_today(by=by).closing] == [stay.id]
    assert "You have left the scheme" in manager.get(reverse("places")).content.decode()
    with pytest.raises(Refused, match="left the scheme already"):
        leave_scheme(by=by, provider=Provider.objects.get(organisation_id=by.acts_for), why="Again")
    # Nobody new is asked of it.
    with pytest.raises(Refused, match="changed meanwhile"):
        asking.ask_providers(by=world.act("idva"), need=looked, spaces=[asked])


def test_a_space_is_closed_for_new_people_while_somebody_lives_in_it(world: World) -> None:
    areas(world)
    (space,) = provider(world)
    living(world, space)
    places.close_space(by=world.act("haven_manager"), space=space, why="Too damp", may_stay=True)
    assert Occupancy.objects.filter(space=space, kind="stay", during__upper_inf=True).exists()


# one woman, two names


def twice(world: World) -> tuple[Need, Need]:
    """Two needs, of two organisations, for two records that are linked as one person."""
    areas(world)
    mine = need(world, world.case(given="Nora", family="Vale"))
    theirs = world.case("haven_worker", given="Norah", family="Vail")
    world.act("idva")
    other = need(world, theirs, "haven_worker")
    return mine, other


def test_the_same_woman_under_two_names_is_noticed_to_both_who_look(world: World) -> None:
    mine, other = twice(world)
    world.act("idva")
    assert looked_for_twice(mine) == []
    # Linked by somebody who works with both; afterwards each works with their own.
    theirs = Case.objects.get(id=other.case_id) if world.act("haven_worker") else None
    assert theirs is not None
    share = share_case(
        by=world.act("haven_worker"), case=theirs, organisation_id=world.organisations["harbour"].id,
        organisation_name="Harbour", scope=Scope.FULL, lawful_basis="consent", told="told_agreed", at_once=True, risk=True,
    )  # fmt: skip
    link_people(by=world.act("idva"), first_id=mine.person_id, second_id=other.person_id, reason="Same birth date")
    assert looked_for_twice(mine) == [other.case_id], "who sees both is led from one to the other"
    end_share(by=world.act("haven_worker"), case=theirs, share=share, reason="Done")
    for user, looked in (("idva", mine), ("haven_worker", other)):
        by = world.act(user)
        assert looked_for_twice(looked) == [None], "that there is one, and no more"
        assert [line.id for line in places_today(by=by).twice] == [looked.case_id]
        text = world.browser(user).get(reverse("case_place", args=[looked.case_id])).content.decode()
        said = text.split("Perhaps looked for twice")[1].split("Who was asked")[0]
        assert "The index check says whom to ring" in said
        for hidden in {"idva": ("Haven", "Norah", "Vail"), "haven_worker": ("Harbour Outreach", "Vale")}[user]:
            assert hidden not in said
    world.act("officer")
    assert looked_for_twice(mine) == [], "nobody who does not look is told"
