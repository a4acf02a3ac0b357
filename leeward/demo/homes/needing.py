"""Who looks for a safe place, how often they looked, and what was done where there was no room."""

from __future__ import annotations

from datetime import datetime, timedelta

from leeward.demo.homes.asking import FIGURES
from leeward.demo.homes.shapes import RECENT, Home
from leeward.demo.homes.staying import Staying
from leeward.demo.marac.shapes import Put
from leeward.response.accommodation import models as room

ENDED = (("housed_elsewhere", "stays_safely", "returned", "changed_mind", "lost_contact"), (0.34, 0.22, 0.1, 0.2, 0.14))
# What becomes of those who look now, in turn: one in each state; the first was refused by four.
_NOW = (
    "refused",
    "asked",
    "talking",
    "offered",
    "step",
    "alone",
    "asked",
    "expected",
    "housed",
    "offered",
    "refused",
    "talking",
)


class Needing(Staying):
    """Rows of needs and searches."""

    def _need(self, put: Put, every: list[Home]) -> None:
        chance, now = self.chance, self.part.now
        at = put.opened + timedelta(hours=chance.uniform(2, 60))
        if at > (put.closed or now) - timedelta(hours=20):
            return
        children = [one for one, part in put.people if part == "child"]
        open_now = put.closed is None and at > now - RECENT
        sheet, elsewhere = self._sheet(put, children), chance.choice(self.part.setting.areas)
        danger = put.area if put.area and chance.random() < 0.7 else elsewhere
        fits = [home for home in every if home.area != danger and self._fits(home, put, children, at, sheet)]
        fits.sort(key=lambda home: (home.organisation_id != put.lead, abs(home.beds - len(children) - 1), home.id))
        housed = bool(fits) and chance.random() > FIGURES["fails"] * (0.45 if put.closed else 0.2)
        state = "housed" if housed else "ended"
        if open_now and (not housed or self.recent < len(_NOW)):
            state = _NOW[self.recent % len(_NOW)]
            self.recent += 1
        if not fits and state in ("offered", "expected", "housed"):
            state = "refused" if open_now else "ended"
        if open_now and state != "housed":
            # Who looks now began days ago, not weeks; who has nowhere tonight, in the last three.
            at = max(at, now - timedelta(days=chance.uniform(0.3, 3 if sheet["tonight"] else 12)))
        need = self.part._id()
        others = [home for home in every if not fits or home is not fits[0]]
        asked = self._others(
            others, {"refused": 4, "ended": chance.choice((0, 1, 2, 3))}.get(state, chance.choice((0, 0, 1, 2)))
        )
        refused_by = at
        for home in asked:
            refused_by = self._ask(need, put, home, sheet, at + timedelta(hours=chance.uniform(0.3, 3)), "refused")
        stay: datetime | None = None
        if state in ("expected", "housed"):
            expected = state == "expected"
            stay = self._housed(need, put, fits[0], sheet, children, refused_by, danger, expected=expected)
        elif state in ("asked", "talking", "offered"):
            self._waits(need, put, fits or others, sheet, state)
        ended = None
        why = ""
        if stay is not None:
            ended, why = stay, "housed"
        elif state == "ended":
            ended = min(at + timedelta(days=chance.uniform(1, 25)), (put.closed or now) - timedelta(hours=2))
            why = chance.choices(*ENDED)[0]
        placed = state in ("expected", "housed") and stay is None
        status = "ended" if ended else "placed" if placed else "open"
        self._write_need(put, sheet, children, danger, need=need, status=status, at=at, ended=ended, why=why)
        areas = self.part.setting.areas
        if chance.random() < 0.4:
            self._add(room.NeedArea, need_id=need, case_id=put.case_id, kind="wanted", area_code=chance.choice(areas),
                      miles=15, why=chance.choice(("school", "family", "work")))  # fmt: skip
        for turn in range(1 if housed else chance.choice((2, 3, 5, 8))):
            looked = min(at + timedelta(hours=turn * chance.uniform(6, 20)), (ended or now) - timedelta(minutes=20))
            found = len(fits) if turn == 0 else chance.choice((0, 0, 1))
            self._add(
                room.Search, need_id=need, case_id=put.case_id, partnership_id=self.part.setting.partnership_id,
                organisation_id=put.lead, by_id=put.worker[0], at=max(looked, at), looked_at=len(every), fits=found,
                one_change=chance.randrange(9), best_change=chance.choice(("ready", "sons", "room", "pets", "no_recourse")),
            )  # fmt: skip
        if not housed and (ended or state in ("step", "refused")):
            self._steps(need, put, at, ended)
        self._line(put, at, "Looks for a safe place")

    def _steps(self, need: int, put: Put, at: datetime, ended: datetime | None) -> None:
        chance, now = self.chance, self.part.now
        kind = chance.choices(
            ("emergency_room", "paid_night", "out_of_area", "wait_with_plan"), (0.3, 0.25, 0.15, 0.3)
        )[0]
        passed = "" if kind == "emergency_room" else "The council had no room."
        self._add(
            room.NextStep, need_id=need, case_id=put.case_id, kind=kind, words="Agreed with her on the telephone.",
            passed=passed, at=at + timedelta(hours=5), by_id=put.worker[0], by_name=put.worker[1],
            look_again_on=(ended or now).date(), ended_at=ended, outcome="Still there." if ended is None else "",
        )  # fmt: skip
