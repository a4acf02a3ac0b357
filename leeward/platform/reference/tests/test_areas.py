"""Areas from a partnership's own file: every mistake is told by its line, and nothing is loaded by half."""

from __future__ import annotations

from pathlib import Path

import pytest

from leeward.platform.access.partnership import partnership_by_name
from leeward.platform.common.errors import Refused
from leeward.platform.reference.areas import AreasWrong, load_areas, read_areas
from leeward.platform.reference.models import Area
from tests.worlds import World

HEAD = "Code,Name,Kind,Parent,Latitude,Longitude"


def file(tmp_path: Path, *lines: str, head: str = HEAD) -> Path:
    made = tmp_path / "areas.csv"
    made.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8-sig")
    return made


def wrong(path: Path) -> str:
    with pytest.raises(AreasWrong) as told:
        read_areas(path)
    return str(told.value)


def test_each_mistake_is_told_by_its_line(tmp_path: Path) -> None:
    told = wrong(
        file(
            tmp_path,
            "E07000001,Seaham,district,,54.8,-1.3",
            "Seaham,,borough,,54.8,",
            "E07000001,Again,district,,lots,-1.3",
            "E07000003,Swapped,district,,-1.3,54.8",
            "",
            "E07000004,Itself,ward,E07000004,,",
            "E07000005,Long,ward,x,,,more",
        )
    )  # fmt: skip
    assert told.startswith("Nothing was loaded.")
    for part in (
        "Line 3: the code 'Seaham' is not a letter and eight figures",
        "Line 3: the name is missing",
        "Line 3: the kind 'borough' is none of county, unitary, district, ward",
        "Line 3: it has a latitude or a longitude, and not both",
        "Line 4: the latitude 'lots' is no number of degrees",
        "Line 4: the code E07000001 stands there twice",
        "Line 5: the latitude -1.3 lies outside the United Kingdom",
        "Line 7: it is a part of itself",
        "Line 8: it has more columns than the first line",
    ):
        assert part in told, (part, told)
    assert "Line 2" not in told


def test_a_file_without_what_is_needed(tmp_path: Path) -> None:
    assert "code, kind is missing" in wrong(file(tmp_path, "Seaham", head="Name"))
    assert "There is no area in the file." in wrong(file(tmp_path))
    assert "There is no file gone.csv." in wrong(tmp_path / "gone.csv")
    binary = tmp_path / "areas.csv"
    binary.write_bytes(b"\xff\xfe\x00\x9f")
    assert "cannot be read as text" in wrong(binary)
    many = wrong(file(tmp_path, *[f"{number},,x,,," for number in range(30)]))
    assert "and 70 more" in many


def test_areas_are_added_changed_and_never_taken_away(world: World, tmp_path: Path) -> None:
    ours = world.partnership.id
    first = read_areas(
        file(tmp_path, "E10000001,Estuary County,county,,,", "E07000001,Seaham,District,E10000001,54.8,-1.3")
    )
    assert load_areas(first, partnership_id=ours, vintage="2024") == (2, 0)
    assert load_areas(first, partnership_id=ours, vintage="2024") == (0, 0)
    second = read_areas(file(tmp_path, "E07000001,Seaham Bay,district,E10000001,54.9,-1.3"))
    assert load_areas(second, partnership_id=ours, vintage="2025") == (0, 1)
    row = Area.objects.get(code="E07000001")
    assert (row.name, row.latitude, row.vintage, row.kind) == ("Seaham Bay", 54.9, "2025", "district")
    assert Area.objects.filter(partnership_id=ours).count() == 2
    with pytest.raises(AreasWrong, match="parent E10000009 is neither"):
        load_areas(
            read_areas(file(tmp_path, "E07000002,Marlow,district,E10000009,,", "E07000003,New,ward,,,")),
            partnership_id=ours, vintage="2025",
        )  # fmt: skip
    assert not Area.objects.filter(code="E07000003").exists()
    with pytest.raises(AreasWrong, match="another partnership"):
        load_areas(second, partnership_id=ours + 1, vintage="2025")
    with pytest.raises(AreasWrong, match="like 2025"):
        load_areas(second, partnership_id=ours, vintage="the year of the sea")


def test_which_partnership(world: World) -> None:
    assert partnership_by_name("", using="default").id == world.partnership.id
    assert partnership_by_name("estuary partnership", using="default").id == world.partnership.id
    with pytest.raises(Refused, match="There is: Estuary Partnership"):
        partnership_by_name("Another", using="default")
