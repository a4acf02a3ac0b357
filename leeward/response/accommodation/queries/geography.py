"""Areas and how far they lie apart, by great circle between their centroids. No outside service is asked."""

from __future__ import annotations

from collections.abc import Iterable

from leeward.platform.access.acting import Acting
from leeward.platform.reference.models import Area
from leeward.response.accommodation.models import NeedArea
from leeward.response.accommodation.rules.matching import miles_between

Places = dict[str, tuple[float, float] | None]


def area_names(by: Acting) -> list[tuple[str, str]]:
    """The partnership's areas, by name."""
    rows = Area.objects.filter(partnership_id=by.partnership_id, kind__in=("unitary", "district", "county"))
    return list(rows.order_by("name").values_list("code", "name"))


def centroids(partnership_id: int) -> Places:
    """Each area's centroid in degrees; None where none was loaded."""
    rows = Area.objects.filter(partnership_id=partnership_id).values_list("code", "latitude", "longitude")
    return {code: (lat, lon) if lat is not None and lon is not None else None for code, lat, lon in rows}


def nearest(places: Places, among: Iterable[str]) -> dict[str, float]:
    """For each area, the miles to the nearest of some; an area without a centroid has a distance to itself alone."""
    found: dict[str, float] = {}
    targets = list(among)
    for code, place in places.items():
        miles = [0.0] if code in targets else []
        if place is not None:
            miles += [miles_between(place, there) for one in targets if (there := places.get(one)) is not None]
        if miles:
            found[code] = min(miles)
    return found


def blocked_by(places: Places, areas: Iterable[NeedArea]) -> tuple[str, ...]:
    """Areas nearer to a danger area than is safe. One whose distance nobody can tell is not left out.

    A danger area itself is always left out, whatever its distance.
    """
    blocked: set[str] = set()
    for danger in areas:
        if danger.kind != NeedArea.DANGER:
            continue
        blocked.add(danger.area_code)
        here = places.get(danger.area_code)
        if here is not None and danger.miles:
            blocked |= {
                code
                for code, place in places.items()
                if place is not None and miles_between(here, place) <= danger.miles
            }
    return tuple(sorted(blocked))
