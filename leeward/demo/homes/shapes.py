"""A space and a site as the generator remembers them, and how a slice writes what it makes of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from leeward.demo.marac.shapes import Put
from leeward.record.cases import models as cases
from leeward.response.accommodation import models as room

if TYPE_CHECKING:
    from leeward.demo.generate import Slice

BACK = timedelta(days=550)  # how far the history goes
RECENT = timedelta(days=60)


@dataclass
class Home:
    """A space as the generator remembers it: what it takes, and when it is taken."""

    id: int
    site_id: int
    organisation_id: int
    team_id: int | None
    label: str
    form: str
    area: str
    beds: int
    cots: int
    for_whom: str
    sons_up_to: int | None
    pets: str
    no_recourse: str
    substance_use: str
    shut: tuple[str, ...]  # areas from which it takes nobody
    free_from: datetime | None = None  # None: taken without an end


@dataclass
class House:
    """A site with its spaces, and who says what is free there."""

    id: int
    organisation_id: int
    said_at: datetime
    says: tuple[int, str] | None
    homes: list[Home] = field(default_factory=list)


class Rows:
    """What one slice knows of safe places, and how it writes a row of them."""

    def __init__(self, part: Slice, houses: list[House], key: str) -> None:
        self.part, self.houses = part, houses
        self.chance = random.Random(f"homes-{key}")  # of its own: the rows of the others stay as they are
        self.puts: list[Put] = []
        self.recent = 0  # households that look now: one in each state, in turn
        self.made_safe = 0  # homes that are being made safe now: the same
        self.looks_on = False  # a household looks for its next place from where it stays
        self.away = False  # a household is away now
        self.overstayed = False  # the licence of one that lives there has ended
        self.staff: dict[int, tuple[int, str]] = {}

    def _take(self, home: Home, kind: str, begins: datetime, ends: datetime | None, **values: Any) -> None:
        until = f'"{ends.isoformat()}"' if ends else ""
        self._add(
            room.Occupancy, space_id=home.id, partnership_id=self.part.setting.partnership_id,
            organisation_id=home.organisation_id, kind=kind, during=f'["{begins.isoformat()}",{until})', set_at=begins, **values,
        )  # fmt: skip

    def _line(self, put: Put, at: datetime, title: str, *, needs_address: bool = False) -> None:
        self._add(
            cases.ChronologyEntry, case_id=put.case_id, at=at, kind="accommodation", title=title, by_name=put.worker[1],
            organisation_id=put.lead, needs_address=needs_address,
        )  # fmt: skip

    def _add(self, model: type[Any], **values: Any) -> int:
        return self.part._add(model, **values)
