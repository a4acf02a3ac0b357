"""What one slice keeps in hand while it makes its part of a table."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from leeward.demo.marac.shapes import Put, Table, Told
from leeward.demo.marac.words import LIMIT

if TYPE_CHECKING:
    from leeward.demo.generate import Slice, Somebody


class Slate:
    """One slice at one table: what it has made so far, and how it writes a row."""

    def __init__(self, part: Slice, table: Table, seed: str) -> None:
        self.part = part
        self.table = table
        self.chance = random.Random(f"marac-{seed}")
        self.told: list[Told] = []
        self.cases: list[Put] = []
        self.humans: dict[int, int] = {}
        self.named: list[tuple[bool, Somebody]] = []  # said to cause harm in a case of the table; whether a child
        # Of the daily meeting: who is on a list, since when, until when it is seen, whether it was held.
        self.mornings: list[tuple[Put, datetime, datetime, bool]] = []
        # Contacts in triage that the coming daily meeting is told of: contact, person, reference, received, who acts, since.
        self.waiting: list[tuple[int, int, str, datetime, tuple[int, str], datetime]] = []
        self.by_key = {seat.key: seat for seat in table.seats}
        self.kinds = {agency.organisation_id: agency.kind for agency in table.agencies}
        self.full = max(-(-LIMIT // table.slices), 2) + (1 if table.slices > 1 else -2)
        self.small = table.slices == 1

    @property
    def _add(self) -> Callable[..., int]:
        return self.part._add

    def _event(self, put: Put, at: datetime, kind: str, title: str, organisation: int, by: str) -> None:
        self.part._event(put.case_id, at, kind, title, "", organisation, by, scope=2, needs_risk=True)
