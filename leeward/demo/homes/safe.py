"""Homes that are made safe, so that somebody can stay in them."""

from __future__ import annotations

from datetime import timedelta

from leeward.demo.homes.shapes import Rows
from leeward.demo.marac.shapes import Put
from leeward.response.accommodation import models as room

WORKS = (("locks", "front door", 9500), ("letterbox", "front door", 6000), ("alarm", "", 18000), ("lighting", "back yard", 7200),
         ("door", "back door", 64000))  # fmt: skip


_AGES = (2, 6, 12, 21, 60, 120)  # days since homes that are being made safe were referred


class Safe(Rows):
    """Rows of sanctuaries."""

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
