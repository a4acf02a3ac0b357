"""How the spaces of a site were used: nights by what took them, and how long each stood between two households."""

from __future__ import annotations

from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse
from django.utils import timezone

from leeward.response.accommodation.actions.places import take_out_of_use
from leeward.response.accommodation.models import Occupancy, Site, Space, Stay
from leeward.response.accommodation.queries.history import _used
from tests.accommodation import areas, living, provider
from tests.homes import statements
from tests.worlds import World


def at(day: int, hour: int = 12) -> datetime:
    """A day of March 2026, in which the clocks go forward on the 29th."""
    return timezone.make_aware(datetime(2026, 3, day, hour))


def taken(kind: str, first: datetime, last: datetime | None, reason: str = "") -> Occupancy:
    return Occupancy(kind=kind, during=DateTimeTZRange(first, last), reason=reason)


def test_every_night_is_counted_once() -> None:
    space = Space(site=Site(), label="Room 1", opened_on=date(2026, 3, 3))
    used = _used(
        space,
        [
            (taken("stay", at(4), at(10)), Stay(arrived_at=at(5), left_at=at(10))),
            (taken("turnaround", at(10), at(12)), None),
            (taken("void", at(12), at(14), "repairs"), None),
            (taken("hold", at(15), at(16, 1)), None),
            (taken("stay", at(20), None), Stay(arrived_at=at(21, 23))),
        ],
        date(2026, 3, 1),
        date(2026, 3, 31),
    )
    assert used.nights == 28
    assert (used.lived, used.promised, used.turnaround, used.voids) == (5 + 10, 1 + 1 + 1, 2, {"repairs": 2})
    assert used.free == 6
    assert used.share == 54
    assert used.between == 11, "out on the 10th, in on the 21st"


def test_who_never_came_lived_nowhere() -> None:
    never = (taken("stay", at(4), at(6)), Stay(arrived_at=None, left_at=None))
    used = _used(
        Space(site=Site(), label="Room 1", opened_on=date(2026, 3, 1)), [never], date(2026, 3, 1), date(2026, 3, 11)
    )
    assert (used.lived, used.promised, used.free, used.between) == (0, 2, 8, None)


def test_a_space_that_was_taken_away_counts_until_then() -> None:
    space = Space(site=Site(), label="Room 1", opened_on=date(2026, 1, 1), closed_on=date(2026, 3, 5))
    used = _used(space, [(taken("void", at(2), None, "repairs"), None)], date(2026, 3, 1), date(2026, 3, 31))
    assert (used.nights, used.voids, used.free) == (4, {"repairs": 3}, 1)


def test_a_site_that_was_closed_has_no_free_nights_after_it() -> None:
    space = Space(site=Site(closed_on=date(2026, 3, 11)), label="Room 1", opened_on=date(2026, 3, 1))
    used = _used(space, [], date(2026, 3, 1), date(2026, 3, 31))
    assert (used.nights, used.free) == (10, 10)


def test_the_page_is_the_providers_own(world: World) -> None:
    areas(world)
    first, second = provider(world, spaces=2)
    living(world, first)
    by = world.act("haven_manager")
    take_out_of_use(by=by, space=second, reason="repairs", until=None, note="The boiler")
    address = reverse("place_history", args=[first.site_id])
    worker = world.browser("haven_worker")
    page = worker.get(address).content.decode()
    assert "The boiler" in page
    assert "Nora" not in page, "who it was stands on the stay"
    assert world.browser("idva").get(address).status_code == 404
    few = len(statements(worker, address))
    living(world, provider(world, spaces=1)[0])
    assert len(statements(worker, address)) == few
    assert "Nothing took a space" not in worker.get(address + "?days=90").content.decode()
