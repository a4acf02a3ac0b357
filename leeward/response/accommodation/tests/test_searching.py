"""What a search says, and what it must not: of distances that nobody knows, areas within areas, rooms that are taken."""

from __future__ import annotations

from datetime import timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from leeward.platform.reference.models import Area
from leeward.response.accommodation.actions.needs import add_area, add_member
from leeward.response.accommodation.actions.searching import search_spaces
from leeward.response.accommodation.models import NeedMember, Occupancy, Search, Site
from leeward.response.accommodation.queries.geography import area_names, blocked_by, centroids
from leeward.response.accommodation.queries.needs import wanted_of
from leeward.response.accommodation.rules.facts import AreaFacts, MemberFacts
from tests.accommodation import FAR, HERE, NEAR, areas, living, need, provider
from tests.worlds import World

COUNTY = "E10000001"


def county(world: World) -> None:
    """The first two areas are parts of a county; the middle of one of them nobody has loaded."""
    Area.objects.create(
        code=COUNTY, vintage="test", name="Estuary County", kind="county", partnership_id=world.partnership.id,
        latitude=52.0, longitude=-0.8,
    )  # fmt: skip
    Area.objects.filter(code__in=(HERE, NEAR)).update(parent_code=COUNTY)


def test_a_distance_that_nobody_can_tell_is_said_and_not_guessed(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR)
    looked = need(world, world.case())
    (fit,) = search_spaces(by=world.act("idva"), need=looked).fits
    assert "miles from the nearest danger area" in fit.why
    Area.objects.filter(code=FAR).update(latitude=None)
    (fit,) = search_spaces(by=world.act("idva"), need=looked).fits
    assert "obody can tell how far it is from the danger area" in fit.mind
    assert "miles from the nearest danger" not in fit.why


def test_a_danger_without_a_place_on_the_map_makes_every_distance_unsure(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR)
    looked = need(world, world.case())
    add_area(by=world.act("idva"), need=looked, facts=AreaFacts("danger", NEAR, 15, "work"))
    Area.objects.filter(code=NEAR).update(latitude=None)
    (fit,) = search_spaces(by=world.act("idva"), need=looked).fits
    assert "obody can tell how far" in fit.mind


def test_what_is_inside_a_danger_area_or_around_it_is_no_place(world: World) -> None:
    areas(world)
    county(world)
    provider(world, "haven", NEAR)
    looked = need(world, world.case())
    by = world.act("idva")
    assert COUNTY not in dict(area_names(by))  # areas side by side are offered, none inside of another
    places = centroids(looked.partnership_id)
    assert COUNTY in blocked_by(places, looked.areas.all())
    add_area(by=by, need=looked, facts=AreaFacts("danger", COUNTY, 0, "family"))
    assert set(blocked_by(places, looked.areas.all())) >= {COUNTY, HERE, NEAR}
    assert search_spaces(by=by, need=looked).fits == []


def test_who_leaves_a_county_is_not_taken_by_a_house_that_takes_nobody_from_it(world: World) -> None:
    areas(world)
    county(world)
    (space,) = provider(world, "haven", FAR)
    world.act("haven_manager")
    Site.objects.filter(id=space.site_id).update(danger_areas=[COUNTY])
    looked = need(world, world.case())  # leaves the first area, a part of that county
    found = search_spaces(by=world.act("idva"), need=looked)
    assert found.fits == []
    assert [change.key for change in found.changes] == ["not_from_there"]


def test_where_nobody_said_what_they_leave_it_is_asked_for(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR)
    looked = need(world, world.case(), from_area="")
    (fit,) = search_spaces(by=world.act("idva"), need=looked).fits
    assert "hey take nobody from some areas: say which area they leave" in fit.mind


def test_a_room_that_is_taken_reads_so(world: World) -> None:
    areas(world)
    (space,) = provider(world, "haven", FAR)
    by = world.act("haven_worker")
    now = timezone.now()
    Occupancy(
        space=space, partnership_id=space.partnership_id, organisation_id=by.acts_for, kind="void",
        during=DateTimeTZRange(now - timedelta(hours=1), now + timedelta(hours=2), "[)"), reason="cleaning",
    ).save(force_insert=True)  # fmt: skip
    looked = need(world, world.case())
    (fit,) = search_spaces(by=world.act("idva"), need=looked).fits
    assert "aken until" in fit.mind
    assert "said today to be free" not in fit.why


def test_a_day_that_has_passed_is_today(world: World) -> None:
    areas(world)
    looked = need(world, world.case(), tonight=False)
    looked.by_on = timezone.localdate() - timedelta(days=400)
    NeedMember.objects.filter(need=looked).update(age=20, birth_date=None, age_on=timezone.localdate())
    wanted = wanted_of(looked, now=timezone.now())
    assert wanted.ready > timezone.now() - timedelta(hours=24)


def test_a_grown_son_is_still_a_son(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR, sons_up_to=15, for_whom="all")
    looked = need(world, world.case())
    add_member(by=world.act("idva"), need=looked, facts=MemberFacts("child", sex="male", age=19))
    found = search_spaces(by=world.act("idva"), need=looked)
    assert found.fits == []
    assert [change.key for change in found.changes] == ["sons"]


def test_who_is_neither_woman_nor_man_is_talked_about_and_not_turned_away(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR, for_whom="women")
    looked = need(world, world.case())
    NeedMember.objects.filter(need=looked).update(sex="other")
    (fit,) = search_spaces(by=world.act("idva"), need=looked).fits
    assert "or women: talk about whether that fits" in fit.mind


def test_a_search_counts_what_it_looked_at_and_is_kept_once_for_a_reload(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR, spaces=3)
    provider(world, "harbour", HERE, spaces=2, wheelchair=False)
    looked = need(world, world.case(), wheelchair=True)
    first = search_spaces(by=world.act("idva"), need=looked)
    assert first.search.looked_at == 5  # also what breaks two limits
    again = search_spaces(by=world.act("idva"), need=looked)
    assert again.search.id == first.search.id
    later = search_spaces(by=world.act("idva"), need=looked, now=timezone.now() + timedelta(minutes=11))
    assert later.search.id != first.search.id
    assert Search.objects.filter(need=looked).count() == 2


def test_where_somebody_lives_nobody_waits_until_it_is_free(world: World) -> None:
    areas(world)
    (space,) = provider(world, "haven", FAR)
    living(world, space)
    looked = need(world, world.case(given="Alma", family="Berg"))
    found = search_spaces(by=world.act("idva"), need=looked)
    assert found.fits == []
    assert found.changes == []


def test_the_phone_numbers_can_be_rung(world: World) -> None:
    areas(world)
    provider(world, "haven", FAR)
    looked = need(world, world.case())
    page = world.browser("idva").get(reverse("need_search", args=[looked.id])).content.decode()
    assert 'href="tel:01632960101"' in page
