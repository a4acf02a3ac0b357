"""The rules of the match: a file as shipped, changed by a partnership where it wants. Data, with a version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).resolve().parents[1] / "library" / "match.yaml"
EARTH_MILES = 3958.8  # mean radius
MOST_POINTS, MOST_MILES = 100, 500  # beyond these a number says nothing more, and one could drown all others
# What earns points, as the page of the rules says it.
POINTS = {
    "wanted_area": "It is where they want to be",
    "specialism": "It is run for people like them",
    "language": "Somebody speaks their language",
    "night": "Staff are there day and night",
    "own_size": "It is of just their size",
    "far_from_danger": "It is far from danger",
    "said_today": "It was said today to be free",
    "talks_first": "They want to talk first about what they support",
}


@dataclass(frozen=True)
class Limit:
    """One limit: never broken where `hard`; in words why a space does not fit, and what would have to be otherwise."""

    key: str
    hard: bool
    miss: str
    change: str
    title: str = ""
    floor: str = ""  # why it may never be made a wish; empty where it may


@dataclass(frozen=True)
class Rules:
    """What the match goes by."""

    version: int
    limits: tuple[Limit, ...]
    points: dict[str, int]
    near_miles: int
    far_miles: int

    def limit(self, key: str) -> Limit:
        """A limit by its key. Raises KeyError."""
        return next(one for one in self.limits if one.key == key)


@lru_cache(maxsize=1)
def shipped() -> dict[str, Any]:
    """The file as shipped."""
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text())
    return content


def rules_from(body: dict[str, Any], version: int) -> Rules:
    """The shipped rules with what a partnership has changed: `hard` by key, `points` by key, and the two distances.

    A key that the file does not have is left out: an older change never breaks a newer file.
    """
    base = shipped()
    hard = body.get("hard", {})
    points = body.get("points", {})
    return Rules(
        version,
        tuple(
            Limit(
                key,
                # The floor holds here too, whatever a row says: it may be of an older program, or made by hand.
                bool(one.get("never_soft")) or bool(hard.get(key, one["hard"])),
                one["miss"],
                one["change"],
                one["title"],
                one.get("never_soft", ""),
            )
            for key, one in base["limits"].items()
        ),
        {key: _within(points.get(key, value), -MOST_POINTS, MOST_POINTS) for key, value in base["points"].items()},
        _within(body.get("near_miles", base["near_miles"]), 1, MOST_MILES),
        _within(body.get("far_miles", base["far_miles"]), 1, MOST_MILES),
    )


def _within(value: Any, least: int, most: int) -> int:
    return min(max(int(value), least), most)


def floor() -> dict[str, str]:
    """The limits that may never be made a wish, each with why."""
    return {key: one["never_soft"] for key, one in shipped()["limits"].items() if one.get("never_soft")}


def body_of(rules: Rules) -> dict[str, Any]:
    """What of some rules differs from the file as shipped: all that is kept of a change."""
    base = rules_from({}, 0)
    hard = {one.key: one.hard for one in rules.limits if one.hard != base.limit(one.key).hard}
    points = {key: value for key, value in rules.points.items() if value != base.points[key]}
    body: dict[str, Any] = {}
    if hard:
        body["hard"] = hard
    if points:
        body["points"] = points
    if rules.near_miles != base.near_miles:
        body["near_miles"] = rules.near_miles
    if rules.far_miles != base.far_miles:
        body["far_miles"] = rules.far_miles
    return body


def differences(before: Rules, after: Rules) -> list[str]:
    """What is different between two versions, in sentences."""
    found = []
    for one in after.limits:
        if one.hard != before.limit(one.key).hard:
            found.append(f"{one.title}: {'never broken' if one.hard else 'a wish'} now")
    found += [
        f"{POINTS[key]}: {value} instead of {before.points[key]}"
        for key, value in after.points.items()
        if value != before.points[key]
    ]
    if after.near_miles != before.near_miles:
        found.append(f"Near is within {after.near_miles} miles instead of {before.near_miles}")
    if after.far_miles != before.far_miles:
        found.append(f"Far enough is {after.far_miles} miles instead of {before.far_miles}")
    return found


def miles_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance in miles between two (latitude, longitude) in degrees, by the haversine formula."""
    (lat, lon), (lat2, lon2) = one, other
    a = sin(radians(lat2 - lat) / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(radians(lon2 - lon) / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(a)))
