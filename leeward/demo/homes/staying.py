"""Stays: who came, what was paid, what happened in the house, where they went next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from leeward.demo.homes.asking import Asking
from leeward.demo.homes.shapes import Home
from leeward.demo.marac.shapes import Put
from leeward.response.accommodation import models as room

if TYPE_CHECKING:
    from leeward.demo.generate import Somebody

LEFT = (
    ("social_tenancy", "private_tenancy", "second_stage", "other_refuge", "returned_safe", "returned", "family_friends",
     "temporary", "not_known"),
    (0.3, 0.09, 0.07, 0.1, 0.06, 0.09, 0.14, 0.09, 0.06),
)  # fmt: skip
SETTLED = timedelta(days=70)  # who has stayed so long waits to move on
LONGER = ("no_social_home", "no_private_home", "awaiting_decision", "immigration", "arrears", "support")
INCIDENTS = ("contact_by_harmer", "between_residents", "safeguarding", "damage", "health")
HAPPENED = {
    "contact_by_harmer": "A call to the mobile: “I will find you.” The number was changed the same day.",
    "between_residents": "An argument about the kitchen. Both were spoken with.",
    "safeguarding": "The youngest had a bruise; she said how it came, and it was written down.",
    "damage": "A window was broken. Made safe the same night.",
    "health": "The out-of-hours doctor was called for a fever.",
}


@dataclass
class Spell:
    """One stay as it is being made."""

    home: Home
    need: int
    ask: int
    promised: datetime
    arrived: datetime
    came: bool
    left: datetime | None  # None: expected, or there now
    planned: bool = True
    destination: str = ""
    wants: str = ""


class Staying(Asking):
    """Rows of stays."""

    def _housed(
        self, need: int, put: Put, home: Home, sheet: dict[str, Any], children: list[Somebody], at: datetime, danger: str,
        *, expected: bool,
    ) -> datetime | None:  # fmt: skip
        """They are promised a place, come or do not, and stay: when the search ended, or None while they are expected."""
        chance, now = self.chance, self.part.now
        until = put.closed or now
        promised = min(at + timedelta(hours=chance.uniform(2, 20)), until - timedelta(hours=12))
        promised = max(promised, home.free_from or promised)
        ask = self.part._id()
        share = self._share(put, home, promised)
        self._ask(need, put, home, sheet, promised - timedelta(hours=4), "accepted", share=share, number=ask)
        arrived = promised + timedelta(hours=chance.uniform(2, 18))
        if expected:
            promised, arrived = max(now - timedelta(hours=3), promised), now + timedelta(hours=19)
        came = arrived < until - timedelta(hours=2)
        left: datetime | None = arrived + timedelta(days=min(max(chance.lognormvariate(4.75, 0.6), 3), 420))
        planned = chance.random() < 0.74
        destination = chance.choices(*LEFT)[0]
        moves = arrived + (until - arrived) * chance.uniform(0.45, 0.8)
        long = came and moves > arrived + SETTLED
        after = self._next_stage(put, children, moves) if long else None
        if after:
            left, planned, destination = moves, True, "second_stage"
        elif put.closed and left:
            left = min(left, put.closed - timedelta(hours=1))
        left = left if came and left and left < now - timedelta(hours=2) else None
        spell = Spell(home, need, ask, promised, arrived, came, left, planned, destination)
        asks = self._second_stages(put, children) if long and left is None and put.closed is None else []
        spell.wants = "second_stage" if asks and not self.looks_on else ""
        stay = self._stay(put, spell, children)
        if after:
            share = share if after.organisation_id == home.organisation_id else self._share(put, after, moves)
            self._moves_on(put, stay, after, sheet, children, moves, share, danger)
        elif spell.wants:
            self._looks_on(put, stay, asks[0], sheet, children, danger)
        return arrived if came else None

    def _stay(self, put: Put, spell: Spell, children: list[Somebody]) -> int:
        """The stay and all that hangs on it; answers its number."""
        chance, now, home = self.chance, self.part.now, spell.home
        arrived, left, came, stay = spell.arrived, spell.left, spell.came, self.part._id()
        licence = arrived.date() if came and chance.random() < 0.93 else None
        waits = came and left is None and now - arrived > SETTLED
        nights = chance.choice((182, 182, 90))
        if waits and licence and not self.overstayed and now - arrived > timedelta(days=100):
            self.overstayed, nights = True, (now - arrived).days - 6
        why = chance.sample(LONGER, chance.choice((1, 1, 2))) if waits else []
        benefit = chance.choices(("awarded", "claimed", "not_entitled"), (0.7, 0.2, 0.1))[0] if came else "not_asked"
        if benefit == "claimed" and (left or waits):  # by then it was answered
            benefit = "awarded"
        unplanned = chance.choice(("own_choice", "lost_contact", "unsafe", "asked_to_leave"))
        self._add(
            room.Stay, id=stay, partnership_id=self.part.setting.partnership_id, organisation_id=home.organisation_id,
            need_id=spell.need, ask_id=spell.ask, case_id=put.case_id, person_id=put.subject.id, space_id=home.id,
            status="left" if left else "in" if came else "expected", expected_at=arrived, arrived_at=arrived if came else None,
            licence_on=licence, licence_until=licence + timedelta(days=nights) if licence else None,
            left_at=left, planned=spell.planned if left else None,
            ending=("moved_on" if spell.planned else unplanned) if left else "",
            destination=spell.destination if left else "", destination_version="2025" if left else "", longer=why,
            benefit=benefit,
        )  # fmt: skip
        self._take(home, "stay", spell.promised, left, stay_id=stay, ask_id=spell.ask)
        home.free_from = None
        if not came:
            return stay
        for somebody, part in [(put.subject, "main"), *((one, "child") for one in children)]:
            self._add(
                room.Resident, stay_id=stay, case_id=put.case_id, person_id=somebody.id, part=part, called=somebody.given,
                sex="female" if somebody.female else "male", birth_date=somebody.born, from_on=arrived.date(),
                until_on=left.date() if left else None,
            )  # fmt: skip
        self._money(put, stay, arrived, left, benefit)
        self._house(put, home, stay, arrived, left, children)
        self._line(put, arrived, "Arrived in a safe place", needs_address=True)
        if left:
            said = "Moved on from the place before" if spell.destination == "second_stage" else "Left the safe place"
            self._line(put, left, said, needs_address=True)
            self._between(home, left)
        if waits or (left and spell.planned and now - left < timedelta(days=80)):
            ready = arrived.date() + timedelta(days=55)
            self._add(
                room.MoveOn, stay_id=stay, case_id=put.case_id, organisation_id=home.organisation_id,
                wants=spell.wants or chance.choice(("social_tenancy", "social_tenancy", "private_tenancy")),
                areas=chance.sample(self.part.setting.areas, 2), bedrooms=1 + (len(children) + 1) // 2 if children else 1,
                ready_on=ready if waits and chance.random() < 0.8 else None,
                waiting_since=ready - timedelta(days=chance.randrange(3, 30)) if waits else None,
                plan="Bids each week with her worker." if waits else "",
                resettled_until=left.date() + timedelta(days=90) if left else None,
            )  # fmt: skip
        return stay

    def _second_stages(self, put: Put, children: list[Somebody]) -> list[Home]:
        """Second-stage homes with room for them, taken or not."""
        return [
            home
            for house in self.houses
            for home in house.homes
            if home.form == "second_stage"
            and home.beds > len(children)
            and (home.for_whom == "all" or put.subject.female)
            and put.area not in home.shut
        ]

    def _next_stage(self, put: Put, children: list[Somebody], at: datetime) -> Home | None:
        """One of them that is free then."""
        homes = self._second_stages(put, children)
        return next((home for home in homes if home.free_from is not None and home.free_from <= at), None)

    def _moves_on(
        self, put: Put, stay: int, home: Home, sheet: dict[str, Any], children: list[Somebody], at: datetime,
        share: int | None, danger: str,
    ) -> None:  # fmt: skip
        """They looked for the next place while they stayed; the stay ended when they arrived there."""
        chance, now = self.chance, self.part.now
        sheet, need, ask = sheet | {"tonight": False}, self.part._id(), self.part._id()
        asked = at - timedelta(days=chance.uniform(6, 20))
        self._write_need(
            put, sheet, children, danger, need=need, status="ended", at=asked, ended=at, why="housed", moves_from=stay
        )
        self._line(put, asked, "Looks for the next place", needs_address=True)
        promised = max(at - timedelta(days=2), home.free_from or at)
        self._ask(need, put, home, sheet, promised - timedelta(hours=5), "accepted", share=share, number=ask)
        left: datetime | None = at + timedelta(days=min(max(chance.lognormvariate(5.3, 0.4), 60), 550))
        if put.closed and left:
            left = min(left, put.closed - timedelta(hours=1))
        left = left if left and left < now - timedelta(hours=2) else None
        goes = chance.choice(("social_tenancy", "social_tenancy", "private_tenancy", "family_friends"))
        self._stay(put, Spell(home, need, ask, promised, at, came=True, left=left, destination=goes), children)

    def _looks_on(
        self, put: Put, stay: int, home: Home, sheet: dict[str, Any], children: list[Somebody], danger: str
    ) -> None:
        """One household looks for a second-stage home from where it stays, and has asked for one."""
        self.looks_on = True
        at, need = self.part.now - timedelta(days=5), self.part._id()
        sheet = sheet | {"tonight": False}
        self._write_need(put, sheet, children, danger, need=need, status="open", at=at, moves_from=stay)
        self._line(put, at, "Looks for the next place", needs_address=True)
        self._ask(need, put, home, sheet, self.part.now - timedelta(hours=7), "asked")

    def _between(self, home: Home, left: datetime) -> None:
        """The days between two stays, and now and then some in which the space cannot be used."""
        ready = left + timedelta(days=1)
        self._take(home, "turnaround", left, ready, reason="cleaning")
        home.free_from = ready
        if self.chance.random() < 0.25:
            back = ready + timedelta(days=self.chance.uniform(2, 24))
            reason = self.chance.choice(("repairs", "furnishing", "staffing", "safety"))
            if back < self.part.now:
                self._take(home, "void", ready, back, reason=reason)
                home.free_from = back

    def _money(self, put: Put, stay: int, arrived: datetime, left: datetime | None, benefit: str) -> None:
        chance = self.chance
        rent, own = chance.choice((28000, 31500, 34200)), chance.choice((900, 1400, 1850))
        for kind, pence, eligible in (("rent", rent, True), ("service", 8200, True), ("personal", own, False)):
            self._add(
                room.Charge, stay_id=stay, case_id=put.case_id, kind=kind, pence_a_week=pence, eligible=eligible,
                from_on=arrived.date(), until_on=left.date() if left else None,
            )  # fmt: skip
        # Rent comes every fourth week, behind: from housing benefit once it is awarded, or from the council.
        pays = {"awarded": "housing_benefit", "not_entitled": "council"}.get(benefit)
        until = left or self.part.now
        weeks, done = int((until - arrived).days / 7), 0
        while done < weeks:
            paid = min(4, weeks - done)
            on = (arrived + timedelta(days=7 * (done + paid) + 6)).date()
            if (paid < 4 and left is None) or on > self.part.today:
                break
            if pays:
                self._add(
                    room.Payment, stay_id=stay, case_id=put.case_id, on=on, pence=paid * (rent + 8200), source=pays
                )
            if chance.random() < 0.8:
                self._add(room.Payment, stay_id=stay, case_id=put.case_id, on=on, pence=paid * own, source="resident")
            done += paid

    def _house(
        self, put: Put, home: Home, stay: int, since: datetime, left: datetime | None, children: list[Somebody]
    ) -> None:
        """What happened in the house; one household is away now."""
        chance, until = self.chance, left or self.part.now
        by = self.staff.get(home.organisation_id, (None, ""))
        for kind, share in (("incident", 0.3), ("absence", 0.2), ("note", 0.35)):
            if chance.random() > share or until - since < timedelta(days=6):
                continue
            at = since + (until - since) * chance.uniform(0.1, 0.85)
            what = chance.choice(INCIDENTS) if kind == "incident" else ""
            if what == "safeguarding" and not children:
                what = "damage"
            back = min(at + timedelta(days=2), until) if kind == "absence" else None
            if kind == "absence" and left is None and not self.away:
                self.away, at, back = True, until - timedelta(days=1, hours=6), None
            words = HAPPENED.get(
                what, "With family over the weekend." if kind == "absence" else "Went through the house rules."
            )
            self._add(
                room.StayEvent, stay_id=stay, case_id=put.case_id, organisation_id=home.organisation_id, kind=kind, what=what,
                at=at, until=back, words=words, by_id=by[0], by_name=by[1], recorded_at=at,
            )  # fmt: skip
