"""The map of tiles and the columns of months: no two areas in one place, north above south, and words for everything."""

from __future__ import annotations

import random
from datetime import date

from leeward.platform.reference.models import Area
from leeward.response.accommodation.queries.measures import AreaNow, Month
from leeward.response.accommodation.queries.pictures import columns, grid, tile_map
from tests.accommodation import FAR, HERE, NEAR, areas
from tests.worlds import World


def test_no_two_areas_share_a_place_and_all_have_one() -> None:
    chance = random.Random(5)
    for number in (1, 2, 3, 7, 12, 40, 309):
        some = [
            (f"E{place:08d}", chance.uniform(50, 56) if chance.random() < 0.9 else None, chance.uniform(-5, 1))
            for place in range(number)
        ]
        some = [(code, lat, lon if lat is not None else None) for code, lat, lon in some]
        found = grid(some)
        assert set(found) == {code for code, *_ in some}
        assert len(set(found.values())) == number
        chance.shuffle(some)
        assert grid(some) == found


def test_north_is_above_and_west_is_before() -> None:
    corners = [("nw", 54.0, -3.0), ("ne", 54.0, -1.0), ("sw", 52.0, -3.0), ("se", 52.0, -1.0), ("none", None, None)]
    assert grid(corners) == {"nw": (0, 0), "ne": (1, 0), "sw": (0, 1), "se": (1, 1), "none": (0, 2)}
    assert grid([("a", 52.0, -1.0), ("b", 52.0, -2.0)]) == {"b": (0, 0), "a": (1, 0)}


def test_what_is_in_a_part_of_an_area_is_shown_with_it(world: World) -> None:
    areas(world)
    Area.objects.create(
        code="E05000001", vintage="test", name="Harbour ward", kind="ward", partnership_id=world.partnership.id,
        parent_code=FAR,
    )  # fmt: skip
    found = tile_map(
        world.partnership.id,
        {
            FAR: AreaNow(FAR, 1, 2, 0, 0, few=False),
            "E05000001": AreaNow("E05000001", 3, 0, 1, 0, few=False),
            HERE: AreaNow(HERE, 0, 0, 0, 0, few=True),
            "E99999999": AreaNow("E99999999", 9, 9, 9, 9, few=False),
        },
    )
    assert found is not None
    by_name = {one.name: one for one in found.tiles}
    assert set(by_name) == {"Seaham", "Marlow Vale", "Norbeck"}
    assert (by_name["Norbeck"].now.free, by_name["Norbeck"].now.unusable) == (4, 1)
    assert (by_name["Seaham"].now.need, by_name["Seaham"].lacks) == ("1 to 4", True)
    assert not by_name["Marlow Vale"].lacks
    assert [one.name for one in found.tiles] == ["Seaham", "Marlow Vale", "Norbeck"]
    assert not found.is_wide
    assert NEAR in {one.now.code for one in found.tiles}


def test_a_partnership_without_areas_has_no_map(world: World) -> None:
    assert tile_map(world.partnership.id, {}) is None


def test_months_are_columns_with_their_numbers() -> None:
    months = [Month(date(2025 + number // 12, number % 12 + 1, 1), 100, number * 7, 0, number) for number in range(14)]
    found = columns([(one, one.share) for one in months], unit="Occupied", top=100)
    assert found is not None
    assert [one.value for one in found.columns] == [str(number * 7) for number in range(2, 14)]
    assert found.columns[0].words == "Mar"
    assert found.columns[-1].height > found.columns[0].height > 0
    assert found.summary == "Occupied, March 2025 to February 2026: least 14, most 91."
    assert columns([(one, None) for one in months], unit="Occupied") is None
    assert columns([(one, 0) for one in months], unit="Not housed") is None
