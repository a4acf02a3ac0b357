"""Eighteen months of safe places: who looked, who was asked and said no, who stayed and where they went, homes made safe.

Each slice has spaces of its own, so that slices can be made side by side and no space is taken twice. A household is
given a place as the scheme would give it: one that is free then, large enough, and not closed to it. Shares follow the
published figures (`FIGURES`); lengths of stay are chosen so that the middle one is about a hundred nights.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from leeward.demo.homes.needing import Needing
from leeward.demo.homes.safe import Safe
from leeward.demo.homes.shapes import BACK, Home, House
from leeward.demo.marac.shapes import Put
from leeward.response.accommodation import models as room

__all__ = ["MODELS", "Home", "Homes", "House"]

MODELS: tuple[type[Any], ...] = (
    room.Need, room.NeedMember, room.NeedArea, room.Search, room.NextStep, room.Ask, room.AskChange, room.Stay,
    room.Resident, room.StayEvent, room.Charge, room.Payment, room.MoveOn, room.Sanctuary, room.SanctuaryWork,
    room.SanctuaryReview, room.Occupancy, room.Statement,
)  # fmt: skip


class Homes(Needing, Safe):
    """What one slice makes of safe places."""

    def case(self, put: Put) -> None:
        """A case that may need a place, or a home made safe."""
        self.puts.append(put)
        self.staff.setdefault(put.lead, put.worker)

    def finish(self) -> None:
        """Give each household its place, in the order in which they asked; then say what is free now."""
        now = self.part.now
        every = [home for house in self.houses for home in house.homes]
        for home in every:
            home.free_from = now - BACK
        for put in sorted(self.puts, key=lambda one: (one.opened, one.case_id)):
            drawn = self.chance.random()
            if put.opened < now - BACK or (put.closed and put.closed - put.opened < timedelta(days=9)):
                continue
            # Who is worked with now needs a place more often: theirs are the stays that a visitor sees.
            if drawn < (0.7 if put.closed is None and put.opened > now - timedelta(days=300) else 0.6):
                self._need(put, every)
            elif drawn > 0.86:
                self._sanctuary(put)
        for house in self.houses:
            self._say(house)

    def _say(self, house: House) -> None:
        """What is out of use now, and what was said in the last two weeks."""
        chance, now = self.chance, self.part.now
        for home in house.homes:
            if home.free_from is not None and chance.random() < 0.3:
                begun = max(home.free_from, now - timedelta(days=chance.randrange(2, 40)))
                self._take(
                    home, "void", begun, None, reason=chance.choice(("not_said", "repairs", "furnishing", "staffing"))
                )
                home.free_from = None
        free = sum(home.free_from is not None and home.free_from <= now for home in house.homes)
        for back in range(13, -1, -1):
            if not house.homes or (back and chance.random() < 0.2):
                continue
            self._add(
                room.Statement, site_id=house.id, partnership_id=self.part.setting.partnership_id,
                organisation_id=house.organisation_id, at=house.said_at - timedelta(days=back),
                by_id=house.says[0] if house.says else None, by_name=house.says[1] if house.says else "",
                free=min(max(free + (chance.choice((-1, 0, 0, 1)) if back else 0), 0), len(house.homes)), spaces=len(house.homes),
            )  # fmt: skip
