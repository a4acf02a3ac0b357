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


@dataclass(frozen=True)
class Limit:
    """One limit: never broken where `hard`; in words why a space does not fit, and what would have to be otherwise."""

    key: str
    hard: bool
    miss: str
    change: str


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
    return Rules(
        version,
        tuple(
            Limit(key, bool(hard.get(key, one["hard"])), one["miss"], one["change"])
            for key, one in base["limits"].items()
        ),
        {key: int(body.get("points", {}).get(key, value)) for key, value in base["points"].items()},
        int(body.get("near_miles", base["near_miles"])),
        int(body.get("far_miles", base["far_miles"])),
    )


def miles_between(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance in miles between two (latitude, longitude) in degrees, by the haversine formula."""
    (lat, lon), (lat2, lon2) = one, other
    a = sin(radians(lat2 - lat) / 2) ** 2 + cos(radians(lat)) * cos(radians(lat2)) * sin(radians(lon2 - lon) / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(a)))
