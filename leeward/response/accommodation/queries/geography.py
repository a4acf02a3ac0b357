"""Areas and how far they lie apart, by great circle between their centroids. No outside service is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import OuterRef, Subquery

from leeward.platform.access.acting import Acting
from leeward.platform.reference.models import Area
from leeward.response.accommodation.models import NeedArea
from leeward.response.accommodation.rules.matching import miles_between


@dataclass(frozen=True)
class Place:
    """Where an area lies: its centroid in degrees, None where none was loaded, and the area that it is a part of."""

    point: tuple[float, float] | None
    parent: str = ""
    name: str = ""


class Places(dict[str, Place]):
    """Areas by their code."""

    @cached_property
    def parts(self) -> dict[str, list[str]]:
        """The parts of each area that has some."""
        found: dict[str, list[str]] = {}
        for code, place in self.items():
            if place.parent:
                found.setdefault(place.parent, []).append(code)
        return found

    @cached_property
    def names(self) -> dict[str, str]:
        """What areas are called."""
        return {code: place.name for code, place in self.items()}


def area_names(by: Acting) -> list[tuple[str, str]]:
    """The areas of the partnership that can be chosen, by name: councils side by side, none inside of another."""
    rows = Area.objects.filter(partnership_id=by.partnership_id, kind__in=("unitary", "district"))
    return list(rows.order_by("name").values_list("code", "name"))


def all_names(by: Acting) -> dict[str, str]:
    """What areas are called, also those that were chosen before and can be chosen no more."""
    return dict(Area.objects.filter(partnership_id=by.partnership_id).values_list("code", "name"))


def area_name(code: str) -> Subquery:
    """What the area is called whose code stands in a column: for a page that names a few, each beside its row."""
    return Subquery(Area.objects.filter(code=OuterRef(code)).order_by("-vintage").values("name")[:1])


def centroids(partnership_id: int) -> Places:
    """Where each area of a partnership lies."""
    rows = Area.objects.filter(partnership_id=partnership_id).values_list(
        "code", "latitude", "longitude", "parent_code", "name"
    )
    return Places(
        (code, Place((lat, lon) if lat is not None and lon is not None else None, parent, name))
        for code, lat, lon, parent, name in rows
    )


def family(places: Places, code: str) -> frozenset[str]:
    """An area with all that it is a part of and all that is a part of it: what happens there may happen here."""
    found = {code}
    above = places[code].parent if code in places else ""
    while above and above not in found:
        found.add(above)
        above = places[above].parent if above in places else ""
    below = [code]
    while below:
        below = [one for each in below for one in places.parts.get(each, []) if one not in found]
        found.update(below)
    return frozenset(found)


def nearest(places: Places, among: Iterable[str]) -> dict[str, float]:
    """For each area, the miles to the nearest of some; without a centroid, only what it is a part of has a distance."""
    found: dict[str, float] = {}
    targets = list(among)
    here = frozenset().union(*(family(places, code) for code in targets)) if targets else frozenset()
    points = [place.point for one in targets if (place := places.get(one)) is not None and place.point is not None]
    for code, place in places.items():
        miles = [0.0] if code in here else []
        if place.point is not None:
            miles += [miles_between(place.point, point) for point in points]
        if miles:
            found[code] = min(miles)
    return found


def _dangers(areas: Iterable[NeedArea]) -> list[NeedArea]:
    return [one for one in areas if one.kind == NeedArea.DANGER]


def blocked_by(places: Places, areas: Iterable[NeedArea]) -> tuple[str, ...]:
    """Areas nearer to danger than is safe: each danger area, what it is a part of, its parts, all within its miles."""
    blocked: set[str] = set()
    for danger in _dangers(areas):
        blocked |= family(places, danger.area_code)
        place = places.get(danger.area_code)
        if place is not None and place.point is not None and danger.miles:
            blocked |= {
                code
                for code, other in places.items()
                if other.point is not None and miles_between(place.point, other.point) <= danger.miles
            }
    return tuple(sorted(blocked))


def unsure_of(places: Places, areas: Iterable[NeedArea]) -> frozenset[str]:
    """Areas of which nobody can tell how far they lie from some danger area: one of the two has no centroid."""
    dangers = [one.area_code for one in _dangers(areas)]
    blind = [code for code in dangers if code not in places or places[code].point is None]
    return frozenset(code for code, place in places.items() if blind or (dangers and place.point is None))
