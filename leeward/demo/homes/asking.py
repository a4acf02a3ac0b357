"""Who is asked for a space, what they are told, and what they answer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from leeward.demo.homes.shapes import Home, Rows
from leeward.demo.marac.shapes import Put
from leeward.record.cases import models as cases
from leeward.record.people import models as people
from leeward.response.accommodation import models as room
from leeward.response.accommodation.rules.asking import NEEDS

if TYPE_CHECKING:
    from leeward.demo.generate import Somebody

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


class Asking(Rows):
    """Rows of asks and of the shares that go with them."""

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

    def _write_need(
        self, put: Put, sheet: dict[str, Any], children: list[Somebody], danger: str, *, need: int, status: str,
        at: datetime, ended: datetime | None = None, why: str = "", moves_from: int | None = None,
    ) -> None:  # fmt: skip
        """What a household needs, who it is, and where it must not be."""
        chance = self.chance
        self._add(
            room.Need, id=need, partnership_id=self.part.setting.partnership_id, case_id=put.case_id, person_id=put.subject.id,
            organisation_id=put.lead, status=status, risk=put.risk, tonight=sheet["tonight"], pets=sheet["pets"],
            pets_words=sheet["pets_words"], recourse=sheet["recourse"], languages=sheet["languages"], from_area=put.area,
            **{flag: words in sheet["needs"] for flag, words in ASKED_FOR.items()}, moves_from_id=moves_from, opened_at=at,
            opened_by_id=put.worker[0], ended_at=ended, ended_why=why,
        )  # fmt: skip
        for somebody, part in [(put.subject, "main"), *((one, "child") for one in children)]:
            self._add(
                room.NeedMember, need_id=need, case_id=put.case_id, person_id=somebody.id, part=part,
                sex="female" if somebody.female else "male", birth_date=somebody.born,
            )  # fmt: skip
        self._add(
            room.NeedArea, need_id=need, case_id=put.case_id, kind="danger", area_code=danger,
            miles=chance.choice((0, 5, 5, 15)), why=chance.choice(("lives", "lives", "work", "family")),
        )  # fmt: skip

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
