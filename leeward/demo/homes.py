"""Eighteen months of safe places: who looked, who was asked and said no, who stayed and where they went, homes made safe.

Each slice has spaces of its own, so that slices can be made side by side and no space is taken twice. A household is
given a place as the scheme would give it: one that is free then, large enough, and not closed to it. Shares follow the
published figures (`FIGURES`); lengths of stay are chosen so that the middle one is about a hundred nights.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from leeward.demo.marac.shapes import Put
from leeward.record.cases import models as cases
from leeward.record.people import models as people
from leeward.response.accommodation import models as room
from leeward.response.accommodation.rules.asking import NEEDS

if TYPE_CHECKING:
    from leeward.demo.generate import Slice, Somebody

MODELS: tuple[type[Any], ...] = (
    room.Need, room.NeedMember, room.NeedArea, room.Search, room.NextStep, room.Ask, room.AskChange, room.Stay,
    room.Resident, room.StayEvent, room.Charge, room.Payment, room.MoveOn, room.Sanctuary, room.SanctuaryWork,
    room.SanctuaryReview, room.Occupancy, room.Statement,
)  # fmt: skip
BACK = timedelta(days=550)  # how far the history goes
RECENT = timedelta(days=60)
# W: Women's Aid on 2022-23, a sample of 62 refuges: six referrals in ten fail, four of these in ten for want of room.
FIGURES = {"fails": 0.60, "no_room": 0.40}
REFUSED = (
    ("no_space", "household_size", "son_too_old", "access", "no_recourse", "substance_use", "mental_health", "too_near",
     "pets", "no_answer"),
    (FIGURES["no_room"], 0.1, 0.06, 0.05, 0.09, 0.06, 0.07, 0.06, 0.04, 0.07),
)  # fmt: skip
# What a place must have besides room: chosen by us, in the order of what referrals to refuge say most often.
HAVE = {"mental_health": 0.4, "substance_use": 0.12, "night_support": 0.08}
ASKED_FOR = {flag: NEEDS[flag] for flag in HAVE}
ENDED = (("housed_elsewhere", "stays_safely", "returned", "changed_mind", "lost_contact"), (0.34, 0.22, 0.1, 0.2, 0.14))
LEFT = (
    ("social_tenancy", "private_tenancy", "second_stage", "other_refuge", "returned_safe", "returned", "family_friends",
     "temporary", "not_known"),
    (0.3, 0.09, 0.07, 0.1, 0.06, 0.09, 0.14, 0.09, 0.06),
)  # fmt: skip
LONGER = ("no_social_home", "no_private_home", "awaiting_decision", "immigration", "arrears", "support")
INCIDENTS = ("contact_by_harmer", "between_residents", "safeguarding", "damage", "health")
HAPPENED = {
    "contact_by_harmer": "He rang her mobile and said that he would find her.",
    "between_residents": "An argument about the kitchen. Both were spoken with.",
    "safeguarding": "The youngest had a bruise; she said how it came, and it was written down.",
    "damage": "A window was broken. Made safe the same night.",
    "health": "The out-of-hours doctor was called for a fever.",
}
WORKS = (("locks", "front door", 9500), ("letterbox", "front door", 6000), ("alarm", "", 18000), ("lighting", "back yard", 7200),
         ("door", "back door", 64000))  # fmt: skip


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


class Homes:
    """What one slice knows of safe places."""

    def __init__(self, part: Slice, houses: list[House], key: str) -> None:
        self.part, self.houses = part, houses
        self.chance = random.Random(f"homes-{key}")  # of its own: the rows of the others stay as they are
        self.puts: list[Put] = []
        self.recent = 0  # households that look now: one in each state, in turn
        self.made_safe = 0  # homes that are being made safe now: the same
        self.staff: dict[int, tuple[int, str]] = {}

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

    # a need

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
        if not fits and state in ("offered", "housed"):
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
        if state == "housed":
            stay = self._housed(need, put, fits[0], sheet, children, refused_by)
        elif state in ("asked", "talking", "offered"):
            self._waits(need, put, fits or others, sheet, state)
        ended = None
        why = ""
        if stay is not None:
            ended, why = stay, "housed"
        elif state == "ended":
            ended = min(at + timedelta(days=chance.uniform(1, 25)), (put.closed or now) - timedelta(hours=2))
            why = chance.choices(*ENDED)[0]
        placed = state == "housed" and stay is None
        self._add(
            room.Need, id=need, partnership_id=self.part.setting.partnership_id, case_id=put.case_id, person_id=put.subject.id,
            organisation_id=put.lead, status="ended" if ended else "placed" if placed else "open", risk=put.risk,
            tonight=sheet["tonight"], pets=sheet["pets"], pets_words=sheet["pets_words"], recourse=sheet["recourse"],
            languages=sheet["languages"], from_area=put.area, **{flag: words in sheet["needs"] for flag, words in ASKED_FOR.items()}, opened_at=at, opened_by_id=put.worker[0], ended_at=ended, ended_why=why,
        )  # fmt: skip
        for somebody, part in [(put.subject, "main"), *((one, "child") for one in children)]:
            self._add(
                room.NeedMember, need_id=need, case_id=put.case_id, person_id=somebody.id, part=part,
                sex="female" if somebody.female else "male", birth_date=somebody.born,
            )  # fmt: skip
        areas = self.part.setting.areas
        self._add(room.NeedArea, need_id=need, case_id=put.case_id, kind="danger", area_code=danger,
                  miles=chance.choice((0, 5, 5, 15)), why=chance.choice(("lives", "lives", "work", "family")))  # fmt: skip
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

    def _fits(self, home: Home, put: Put, children: list[Somebody], at: datetime, sheet: dict[str, Any]) -> bool:
        if (sheet["pets"] == "any" and home.pets != "any") or (sheet["pets"] == "small" and home.pets == "none"):
            return False
        if sheet["recourse"] == "none" and home.no_recourse == "no":
            return False
        if ASKED_FOR["substance_use"] in sheet["needs"] and home.substance_use == "no":
            return False
        if put.area in home.shut or home.free_from is None or home.free_from > at or home.form == "second_stage":
            return False
        if home.beds < 1 + len(children) or (home.for_whom == "women" and not put.subject.female):
            return False
        limit = home.sons_up_to
        return limit is None or all(
            one.female or (one.born is not None and (at.date() - one.born).days // 365.25 <= limit) for one in children
        )

    def _others(self, homes: list[Home], count: int) -> list[Home]:
        """Spaces of as many different sites."""
        found: dict[int, Home] = {}
        for home in self.chance.sample(homes, min(len(homes), 24)):
            found.setdefault(home.site_id, home)
        return list(found.values())[:count]

    def _sheet(self, put: Put, children: list[Somebody]) -> dict[str, Any]:
        chance, today = self.chance, self.part.today

        def one(somebody: Somebody, part: str) -> dict[str, Any]:
            age = int((today - somebody.born).days // 365.25) if somebody.born else None
            return {"part": part, "sex": "female" if somebody.female else "male", "age": age, "expected": False}

        pets = chance.choices(("none", "small", "any"), (0.86, 0.04, 0.1))[0]
        return {
            "people": [one(put.subject, "main"), *sorted((one(child, "child") for child in children),
                                                         key=lambda row: -(row["age"] or 0))],
            "risk": put.risk, "tonight": put.risk == "high", "by_on": "", "pets": pets,
            "pets_words": {"none": "", "small": "A hamster", "any": "A small dog"}[pets],
            "recourse": chance.choices(("yes", "none", "unknown"), (0.7, 0.1, 0.2))[0],
            "needs": [words for flag, words in ASKED_FOR.items() if chance.random() < HAVE[flag]],
            "languages": chance.choices(([], ["pl"], ["ur"], ["bn"]), (0.88, 0.04, 0.05, 0.03))[0],
            "specialisms": [], "words": "",
        }  # fmt: skip

    def _ask(
        self, need: int, put: Put, home: Home, sheet: dict[str, Any], at: datetime, status: str, *, share: int | None = None,
        until: datetime | None = None, number: int | None = None,
    ) -> datetime:  # fmt: skip
        chance = self.chance
        at = min(at, self.part.now - timedelta(minutes=50))
        last = min(at + timedelta(hours=chance.uniform(0.4, 9)), (put.closed or self.part.now) - timedelta(minutes=30))
        last = max(last, at)
        steps = {"refused": ("asked", "refused"), "asked": ("asked",), "talking": ("asked", "talking"),
                 "offered": ("asked", "talking", "offered"), "accepted": ("asked", "talking", "offered", "accepted")}[status]  # fmt: skip
        reason = chance.choices(*REFUSED)[0] if status == "refused" else ""
        ask = number or self.part._id()
        self._add(
            room.Ask, id=ask, partnership_id=self.part.setting.partnership_id, need_id=need, case_id=put.case_id,
            person_id=put.subject.id, space_id=home.id, organisation_id=home.organisation_id, asked_organisation_id=put.lead,
            asked_by_id=put.worker[0], asked_by=put.worker[1], asked_at=at, sheet=json.dumps(sheet), status=status,
            status_at=last if len(steps) > 1 else at, share_id=share, hold_until=until, reason=reason,
            reason_list="ask_refused" if reason else "", reason_version="2025" if reason else "", version=len(steps),
        )  # fmt: skip
        for turn, step in enumerate(steps):
            ours = step in ("asked", "accepted")
            by = put.worker if ours else self.staff.get(home.organisation_id, (None, ""))
            self._add(
                room.AskChange, ask_id=ask, status=step, at=at + (last - at) * turn / max(len(steps) - 1, 1), by_id=by[0],
                by_name=by[1], organisation_id=put.lead if ours else home.organisation_id, reason=reason if turn else "",
            )  # fmt: skip
        return last

    def _waits(self, need: int, put: Put, homes: list[Home], sheet: dict[str, Any], state: str) -> None:
        """Somebody is asked now, can talk, or holds a space."""
        now = self.part.now
        first = self.houses[0].organisation_id
        home = min(homes, key=lambda one: (one.organisation_id == put.lead, one.organisation_id != first, one.id))
        if state != "offered":
            self._ask(need, put, home, sheet, now - timedelta(hours=5), state)
            return
        ask, until = self.part._id(), now + timedelta(hours=44)
        share = self._share(put, home, now - timedelta(hours=6))
        self._ask(need, put, home, sheet, now - timedelta(hours=9), "offered", share=share, until=until, number=ask)
        self._take(home, "hold", now - timedelta(hours=2), until, ask_id=ask)
        home.free_from = None

    def _share(self, put: Put, home: Home, at: datetime) -> int | None:
        """The provider's share of the case, and the sight that `cases_refresh_sight` makes of it; none where it leads."""
        if home.organisation_id == put.lead:
            return None
        share = self._add(
            cases.Involvement, case_id=put.case_id, organisation_id=home.organisation_id, team_id=home.team_id, scope=3,
            address=False, risk=True, status="active", at_once=True, lawful_basis="consent", told="told_agreed", from_at=at,
            answered_at=at, added_organisation_id=put.lead, origin="place",
        )  # fmt: skip
        self._add(
            cases.CaseSight, case_id=put.case_id, person_id=put.subject.id, organisation_id=home.organisation_id,
            team_id=home.team_id, scope=3, address=False, risk=True, is_lead=False, side="harmed",
            status="closed" if put.closed else "open", reference=put.reference, lead_organisation_id=put.lead,
            risk_level=put.risk, opened_at=put.opened, lead_worker_id=put.worker[0], review_on=put.review,
            source="involvement",
        )  # fmt: skip
        for somebody, part in [(put.subject, ""), *put.people]:
            self._add(
                people.PersonSight, person_id=somebody.id, organisation_id=home.organisation_id, team_id=home.team_id,
                scope=3, address=False, risk=True, side="named" if part else "harmed", is_lead=False, is_restricted=False,
                source_kind="case", source_id=put.case_id, subject_id=put.subject.id, harms=part == "said_to_cause_harm",
            )  # fmt: skip
        return share

    # a stay

    def _housed(
        self, need: int, put: Put, home: Home, sheet: dict[str, Any], children: list[Somebody], at: datetime
    ) -> datetime | None:
        """They are promised a place, come or do not, and stay: when the search ended, or None while they are expected."""
        chance, now = self.chance, self.part.now
        until = put.closed or now
        promised = min(at + timedelta(hours=chance.uniform(2, 20)), until - timedelta(hours=12))
        promised = max(promised, home.free_from or promised)
        ask, stay = self.part._id(), self.part._id()
        share = self._share(put, home, promised)
        self._ask(need, put, home, sheet, promised - timedelta(hours=4), "accepted", share=share, number=ask)
        arrived = promised + timedelta(hours=chance.uniform(2, 18))
        came = arrived < until - timedelta(hours=2)
        nights = min(max(chance.lognormvariate(4.75, 0.6), 3), 420)
        left = arrived + timedelta(days=nights)
        if put.closed:
            left = min(left, put.closed - timedelta(hours=1))
        gone = came and left < now - timedelta(hours=2)
        planned = chance.random() < 0.74
        destination = chance.choices(*LEFT)[0]
        licence = arrived.date() if came and chance.random() < 0.93 else None
        waits = came and not gone and now - arrived > timedelta(days=70)
        why = chance.sample(LONGER, chance.choice((1, 1, 2))) if waits else []
        self._add(
            room.Stay, id=stay, partnership_id=self.part.setting.partnership_id, organisation_id=home.organisation_id,
            need_id=need, ask_id=ask, case_id=put.case_id, person_id=put.subject.id, space_id=home.id,
            status="left" if gone else "in" if came else "expected", expected_at=arrived, arrived_at=arrived if came else None,
            licence_on=licence, licence_until=licence + timedelta(days=chance.choice((182, 182, 90))) if licence else None,
            left_at=left if gone else None, planned=planned if gone else None,
            ending=("moved_on" if planned else chance.choice(("own_choice", "lost_contact", "unsafe", "asked_to_leave")))
            if gone else "",
            destination=destination if gone else "", destination_version="2025" if gone else "", longer=why,
            benefit=chance.choices(("awarded", "claimed", "not_entitled"), (0.7, 0.2, 0.1))[0] if came else "not_asked",
        )  # fmt: skip
        self._take(home, "stay", promised, left if gone else None, stay_id=stay, ask_id=ask)
        home.free_from = None
        if not came:
            return None
        for somebody, part in [(put.subject, "main"), *((one, "child") for one in children)]:
            self._add(
                room.Resident, stay_id=stay, case_id=put.case_id, person_id=somebody.id, part=part, called=somebody.given,
                sex="female" if somebody.female else "male", birth_date=somebody.born, from_on=arrived.date(),
                until_on=left.date() if gone else None,
            )  # fmt: skip
        self._money(put, stay, arrived, left if gone else None)
        self._house(put, home, stay, arrived, left if gone else now)
        self._line(put, arrived, "Arrived in a safe place", needs_address=True)
        if gone:
            self._line(put, left, "Left the safe place", needs_address=True)
            self._between(home, left)
        if waits or (gone and planned and now - left < timedelta(days=80)):
            ready = arrived.date() + timedelta(days=55)
            self._add(
                room.MoveOn, stay_id=stay, case_id=put.case_id, organisation_id=home.organisation_id,
                wants=chance.choice(("social_tenancy", "social_tenancy", "private_tenancy", "second_stage")),
                areas=chance.sample(self.part.setting.areas, 2), bedrooms=1 + (len(children) + 1) // 2 if children else 1,
                ready_on=ready if waits and chance.random() < 0.8 else None,
                waiting_since=ready - timedelta(days=chance.randrange(3, 30)) if waits else None,
                plan="Bids each week with her worker." if waits else "",
                resettled_until=left.date() + timedelta(days=90) if gone else None,
            )  # fmt: skip
        return arrived

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

    def _money(self, put: Put, stay: int, arrived: datetime, left: datetime | None) -> None:
        chance = self.chance
        rent, own = chance.choice((28000, 31500, 34200)), chance.choice((900, 1400, 1850))
        for kind, pence, eligible in (("rent", rent, True), ("service", 8200, True), ("personal", own, False)):
            self._add(
                room.Charge, stay_id=stay, case_id=put.case_id, kind=kind, pence_a_week=pence, eligible=eligible,
                from_on=arrived.date(), until_on=left.date() if left else None,
            )  # fmt: skip
        if left is not None:
            return
        weeks = int((self.part.now - arrived).days / 7)
        for week in range(max(weeks - 6, 0), weeks):
            on = (arrived + timedelta(days=7 * week + 6)).date()
            self._add(
                room.Payment, stay_id=stay, case_id=put.case_id, on=on, pence=rent + 8200, source="housing_benefit"
            )
            if chance.random() < 0.8:
                self._add(room.Payment, stay_id=stay, case_id=put.case_id, on=on, pence=own, source="resident")

    def _house(self, put: Put, home: Home, stay: int, since: datetime, until: datetime) -> None:
        chance = self.chance
        by = self.staff.get(home.organisation_id, (None, ""))
        for kind, share in (("incident", 0.3), ("absence", 0.2), ("note", 0.35)):
            if chance.random() > share or until - since < timedelta(days=6):
                continue
            at = since + (until - since) * chance.uniform(0.1, 0.85)
            what = chance.choice(INCIDENTS) if kind == "incident" else ""
            words = HAPPENED.get(
                what, "With her sister over the weekend." if kind == "absence" else "Went through the house rules."
            )
            self._add(
                room.StayEvent, stay_id=stay, case_id=put.case_id, organisation_id=home.organisation_id, kind=kind, what=what,
                at=at, until=min(at + timedelta(days=2), until) if kind == "absence" else None, words=words, by_id=by[0],
                by_name=by[1], recorded_at=at,
            )  # fmt: skip

    def _take(self, home: Home, kind: str, begins: datetime, ends: datetime | None, **values: Any) -> None:
        until = f'"{ends.isoformat()}"' if ends else ""
        self._add(
            room.Occupancy, space_id=home.id, partnership_id=self.part.setting.partnership_id,
            organisation_id=home.organisation_id, kind=kind, during=f'["{begins.isoformat()}",{until})', set_at=begins, **values,
        )  # fmt: skip

    # no room, homes made safe, what is said to be free

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

    def _sanctuary(self, put: Put) -> None:
        """A home that is made safe: how far it is follows from how long ago it was asked for."""
        chance, now, until = self.chance, self.part.now, put.closed or self.part.now
        at = put.opened + timedelta(days=chance.uniform(0.5, 12))
        if (
            put.closed is None
            and self.made_safe < len(_AGES)
            and put.opened < now - timedelta(days=_AGES[self.made_safe])
        ):
            at = now - timedelta(days=_AGES[self.made_safe])
            self.made_safe += 1
        if at > until - timedelta(days=1):
            return
        number, age = self.part._id(), until - at
        tested = (
            at + timedelta(days=24) if age > timedelta(days=26) else None
        )  # nine days to order, eight to do, a week to try
        status = (
            "tested"
            if tested
            else "done"
            if age.days > 19
            else "ordered"
            if age.days > 9
            else "surveyed"
            if age.days > 4
            else "referred"
        )
        tenure = chance.choice(("council", "association", "private", "owner"))
        refused = tenure == "private" and chance.random() < 0.2
        if refused:
            status, tested = "ended" if age.days > 12 else "surveyed", None
        ended = put.closed is not None and tested is not None
        surveyed = (at + timedelta(days=4)).date() if status != "referred" else None
        self._add(
            room.Sanctuary, id=number, partnership_id=self.part.setting.partnership_id, case_id=put.case_id,
            person_id=put.subject.id, organisation_id=put.lead, referred_at=at, referred_by_id=put.worker[0],
            why="He has a key.", tenure=tenure, consent="refused" if refused else "not_needed" if tenure == "owner" else
            "asked" if status == "referred" else "given",
            consent_on=(at + timedelta(days=6)).date() if tenure != "owner" and status != "referred" else None,
            status="ended" if ended else status, surveyed_on=surveyed, survey="Weak front door; the yard is dark." if surveyed else "",
            tested_on=tested.date() if tested else None,
            ended_why="refused" if refused and status == "ended" else "still_safe" if ended else "",
        )  # fmt: skip
        if refused or status in ("referred", "surveyed"):
            return
        ordered = at + timedelta(days=9)
        for kind, place, pence in chance.sample(WORKS, chance.choice((2, 3, 4))):
            done = (ordered + timedelta(days=8)).date() if status != "ordered" else None
            self._add(
                room.SanctuaryWork, sanctuary_id=number, case_id=put.case_id, kind=kind, place=place, ordered_on=ordered.date(),
                due_on=(ordered + timedelta(days=10)).date(), done_on=done, tested_on=tested.date() if tested else None,
                pence=pence, payer=chance.choice(("council", "council", "landlord", "police")),
            )  # fmt: skip
        for months, days in ((3, 91), (12, 365)):
            if tested is None:
                break
            due = (tested + timedelta(days=days)).date()
            asked = due <= until.date() and chance.random() < 0.85
            self._add(
                room.SanctuaryReview, sanctuary_id=number, case_id=put.case_id, months=months, due_on=due,
                asked_on=min(due + timedelta(days=2), now.date()) if asked else None,
                safe=chance.choices(("yes", "no", "not_reached"), (0.85, 0.07, 0.08))[0] if asked else "",
            )  # fmt: skip

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

    def _line(self, put: Put, at: datetime, title: str, *, needs_address: bool = False) -> None:
        self._add(
            cases.ChronologyEntry, case_id=put.case_id, at=at, kind="accommodation", title=title, by_name=put.worker[1],
            organisation_id=put.lead, needs_address=needs_address,
        )  # fmt: skip

    def _add(self, model: type[Any], **values: Any) -> int:
        return self.part._add(model, **values)


_AGES = (2, 6, 12, 21, 60, 120)  # days since homes that are being made safe were referred
# What becomes of those who look now, in turn: one in each state; the first was refused by four.
_NOW = (
    "refused",
    "asked",
    "talking",
    "offered",
    "step",
    "alone",
    "asked",
    "housed",
    "housed",
    "offered",
    "refused",
    "talking",
)
