"""The table itself: its agencies, seats, meetings and who came; and the short meeting of each working day."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

from leeward.demo.marac.shapes import Put
from leeward.demo.marac.slate import Slate
from leeward.demo.marac.words import (
    EVERY,
    EVERY_DAY,
    FIGURES,
    LIMIT,
    MINUTES,
    MORNING,
    MORNING_ACTIONS,
    MORNING_SIGHT_DAYS,
    PLACES,
    REFER_DAYS,
    RESEARCH_DAYS,
    RESEARCH_KEPT,
    SIGHT_DAYS,
)
from leeward.response.marac import models as marac


class Sittings(Slate):
    """Rows of the table and of its meetings."""

    def _a_year(self) -> int:
        """About how many cases the table heard in the last twelve months, of all the slices that refer to it."""
        of_mine = sum(
            one.meeting is not None and self.table.coming - 26 <= one.meeting < self.table.coming for one in self.told
        )
        return of_mine * self.table.slices

    def _table(self) -> None:
        table, add = self.table, self._add
        setting = self.part.setting
        women = int(round(self._a_year() / FIGURES["rate"] * 10_000, -2))
        add(
            marac.Marac, id=table.id, partnership_id=setting.partnership_id, name=table.name, every_days=EVERY,
            begins=time(9, 30), place=PLACES[0], case_limit=LIMIT, minutes_a_case=MINUTES, refer_days=REFER_DAYS,
            research_days=RESEARCH_DAYS, sight_days=SIGHT_DAYS, adult_females=women,
            adult_females_source="Invented for the demonstration",
        )  # fmt: skip
        begun = table.meetings[0][1] - timedelta(days=60)
        for agency in table.agencies:
            add(
                marac.MaracAgency, marac_id=table.id, organisation_id=agency.organisation_id, kind=agency.kind,
                researches=agency.researches, from_on=begun.date(),
            )  # fmt: skip
        for seat in table.seats:
            add(
                marac.Seat, marac_id=table.id, organisation_id=seat.organisation_id, user_id=seat.user_id, part=seat.part,
                from_at=begun,
            )  # fmt: skip
        for place, (meeting, begins) in enumerate(table.meetings):
            self._meeting(place, meeting, begins)
        if table.daily:
            self._daily(*table.daily)

    def _daily(self, marac_id: int, meetings: list[tuple[int, datetime]]) -> None:
        """The short meeting of each working day, with those of the table who are needed every day."""
        add, table = self._add, self.table
        add(
            marac.Marac, id=marac_id, partnership_id=self.part.setting.partnership_id, name="Daily triage meeting",
            kind="daily", every_days=1, begins=time(9, 15), place="By video", case_limit=8, minutes_a_case=3,
            refer_days=0, research_days=0, sight_days=MORNING_SIGHT_DAYS,
        )  # fmt: skip
        seats = [seat for seat in table.seats if seat.key in EVERY_DAY]
        for agency in table.agencies:
            if agency.organisation_id in {seat.organisation_id for seat in seats}:
                add(
                    marac.MaracAgency, marac_id=marac_id, organisation_id=agency.organisation_id, kind=agency.kind,
                    researches=False, from_on=self.part.today - timedelta(days=200),
                )  # fmt: skip
        for seat in seats:
            add(
                marac.Seat, marac_id=marac_id, organisation_id=seat.organisation_id, user_id=seat.user_id, part=seat.part,
                from_at=self.part.now - timedelta(days=200),
            )  # fmt: skip
        for place, (meeting, begins) in enumerate(meetings):
            held = place == 0
            ends = begins + timedelta(minutes=20)
            add(
                marac.Meeting, id=meeting, marac_id=marac_id, begins_at=begins, place="By video", referrals_due_at=begins,
                research_due_at=begins, status="minuted" if held else "planned", opened_at=begins if held else None,
                closed_at=ends if held else None, minutes_out_at=ends if held else None,
            )  # fmt: skip
            if not held:
                self._contacts_on_list(meeting)
            high = [put for put in self.cases if put.risk == "high" and put.closed is None and put.opened < begins]
            high.sort(key=lambda put: (put.opened, put.case_id), reverse=True)
            for position, put in enumerate(high[place * MORNING : (place + 1) * MORNING], 1):
                self._on_list(put, marac_id, meeting, begins, position, held=held)

    def _contacts_on_list(self, meeting: int) -> None:
        """Contacts that are still in triage, put on the list of the coming morning: no name, and who acts."""
        for contact, person, reference, received, (user, name), at in self.waiting:
            self._add(
                marac.ContactItem, meeting_id=meeting, contact_id=contact, person_id=person,
                organisation_id=self.part.setting.access_point_id, reference=reference, received_at=received,
                owner_id=user, owner_name=name, put_on_by=self.by_key["access-point"].name, at=at,
            )  # fmt: skip

    def _on_list(
        self, put: Put, marac_id: int, meeting: int, begins: datetime, position: int, *, held: bool
    ) -> None:  # fmt: skip
        """A case on the list of a morning; in the one that was held it was said who acts that day."""
        add, (user, name) = self._add, put.worker
        kind, at = self.kinds.get(put.provider_id, "idva"), max(put.opened, begins - timedelta(hours=14))
        at = min(at, self.part.now - timedelta(hours=1))
        heard_at = begins + timedelta(minutes=4 * position)
        referral = add(
            marac.Referral, marac_id=marac_id, case_id=put.case_id, person_id=put.subject.id,
            assessment_id=put.assessment_id, organisation_id=put.provider_id, referrer_id=user, referrer_name=name,
            agency_kind=kind, referred_at=at, criteria=["score" if (put.points or 0) >= 14 else "judgement"],
            why="The risk is high since yesterday. Who acts today?", risk_words=json.dumps(put.sent), aware="not_told",
            not_aware_why="Whoever acts today tells them when it is safe.", lawful_basis="legitimate_safeguarding",
            status="heard" if held else "listed", status_at=heard_at if held else at, status_by=name, version=2,
        )  # fmt: skip
        for step, moment in [("sent", at), ("listed", at)] + ([("heard", heard_at)] if held else []):
            add(marac.ReferralChange, referral_id=referral, case_id=put.case_id, status=step, by_name=name, at=moment)
        item = add(
            marac.Item, meeting_id=meeting, referral_id=referral, case_id=put.case_id, person_id=put.subject.id,
            position=position, minutes=3, children=put.children, status="heard" if held else "listed",
            brought_by_id=user, brought_for_id=put.provider_id, level="high" if held else "",
            heard_at=heard_at if held else None, listed_at=at, version=2 if held else 1,
        )  # fmt: skip
        self.mornings.append((put, at, begins + timedelta(days=MORNING_SIGHT_DAYS), held))
        if not held:
            return
        coordinator = self.by_key["marac-coordinator"]
        for words, key, done in MORNING_ACTIONS[(position - 1) % 2 :: 2]:
            seat = self.by_key.get(key, coordinator)
            add(
                marac.MaracAction, item_id=item, case_id=put.case_id, organisation_id=seat.organisation_id,
                owner_id=seat.user_id, words=words, for_whom="victim", due_on=begins.date(),
                status="done" if done else "open", outcome="Done; she knows." if done else "",
                done_on=begins.date() if done else None, answered_by=seat.name if done else "",
                answered_at=heard_at + timedelta(hours=3) if done else None, added_by_id=coordinator.user_id,
                added_by_name=coordinator.name, added_at=heard_at, version=2 if done else 1,
            )  # fmt: skip

    def _meeting(self, place: int, meeting: int, begins: datetime) -> None:
        table, add, chance = self.table, self._add, self.chance
        past, out = place < table.coming, place <= table.coming
        circulated = begins - timedelta(days=REFER_DAYS - 1)
        if place == table.coming:
            circulated = self.part.now - timedelta(hours=9)
        opened, closed = begins + timedelta(minutes=2), begins + timedelta(hours=3, minutes=5)
        minuted = closed + timedelta(days=1, hours=2)
        add(
            marac.Meeting, id=meeting, marac_id=table.id, begins_at=begins, place=PLACES[place % 3],
            referrals_due_at=begins - timedelta(days=REFER_DAYS), research_due_at=begins - timedelta(days=RESEARCH_DAYS),
            status="minuted" if past else "circulated" if out else "planned", opened_at=opened if past else None,
            closed_at=closed if past else None, circulated_at=circulated if out else None,
            minutes_out_at=minuted if past else None, version=5 if past else 2 if out else 1,
        )  # fmt: skip
        chair = self.by_key["marac-coordinator"]
        steps = [("planned", begins - timedelta(days=90))]
        steps += [("circulated", circulated)] if out else []
        steps += [("open", opened), ("held", closed), ("minuted", minuted)] if past else []
        for status, at in steps:
            add(
                marac.MeetingChange, meeting_id=meeting, status=status, begins_at=begins, by_id=chair.user_id,
                by_name=chair.name, at=at,
            )  # fmt: skip
        if past and begins > self.part.now - RESEARCH_KEPT:
            for seat in table.seats:
                if seat.part == "deputy":
                    continue
                there = chance.random() < (0.99 if seat.part in ("chair", "coordinator") else 0.88)
                add(
                    marac.Attendance, meeting_id=meeting, organisation_id=seat.organisation_id, user_id=seat.user_id,
                    name=seat.name, status="present" if there else "apologies", accepted_at=opened if there else None,
                    at=opened,
                )  # fmt: skip
