"""A case before the table: its referral, item and research, what was said and agreed, what came of it."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta

from leeward.demo.marac.shapes import Put, Told
from leeward.demo.marac.slate import Slate
from leeward.demo.marac.words import (
    ACTIONS,
    FACTS,
    FIGURES,
    LINES,
    LOCAL,
    MINUTES,
    MISSING,
    OPINIONS,
    OTHERS,
    OUTCOMES,
    REFER_DAYS,
    RESEARCH_DAYS,
    RESEARCH_KEPT,
    WHY,
    WISHES,
    WORDS_KEPT,
)
from leeward.record.people import models as people
from leeward.response.marac import models as marac


class Items(Slate):
    """Rows of what is referred and heard."""

    def _from(self, one: Told) -> tuple[str, int, int, str]:
        """Who refers: as what it counts, organisation, user, name."""
        chance = self.chance
        if chance.random() < FIGURES["police"]:
            seat = self.by_key["police-marac"]
            return "police", seat.organisation_id, seat.user_id, seat.name
        if chance.random() < 0.6:
            kind = self.kinds.get(one.put.provider_id, "voluntary")
            return kind, one.put.provider_id, *one.put.worker
        kind, key, _ = chance.choices(OTHERS, [weight for _, _, weight in OTHERS])[0]
        seat = self.by_key[key]
        return kind, seat.organisation_id, seat.user_id, seat.name

    def _referral(self, one: Told) -> None:
        chance, add, put, table = self.chance, self._add, one.put, self.table
        kind, organisation, user, name = self._from(one)
        aware = chance.choices(("told_agreed", "told_disagreed", "not_told"), (FIGURES["told_agreed"], 0.08, 0.12))[0]
        heard = one.meeting is not None and one.meeting < table.coming
        status = "returned" if one.returned else "sent" if one.meeting is None else "heard" if heard else "listed"
        if one.withdrawn:
            status = "withdrawn"
        points = put.points
        criteria = ["score"] if (points or 0) >= 14 else ["judgement"]
        criteria += ["repeat"] if one.again else []
        coordinator = self.by_key["marac-coordinator"]
        at = [("sent", one.at, "", name)]
        listed_at = min(one.at + timedelta(days=1, hours=3), self.part.now - timedelta(hours=12))
        if one.returned:
            at.append(("returned", listed_at, MISSING, coordinator.name))
        if one.meeting is not None:
            at.append(("listed", listed_at, "", coordinator.name))
            begins = table.meetings[one.meeting][1]
            if one.withdrawn:
                at.append(("withdrawn", min(begins - timedelta(hours=2), self.part.now), "She has moved away.", name))
            elif heard:
                at.append(("heard", begins + timedelta(hours=2), "", coordinator.name))
        add(
            marac.Referral, id=one.id, marac_id=table.id, case_id=put.case_id, person_id=put.subject.id,
            assessment_id=put.assessment_id, organisation_id=organisation, referrer_id=user, referrer_name=name,
            agency_kind=kind, referred_at=one.at, criteria=criteria, why=chance.choice(WHY),
            risk_words=json.dumps(put.sent), wishes=chance.choice(WISHES),
            afraid_of=next((other.given for other, part in put.people if part == "said_to_cause_harm"), ""),
            safe_to_talk=chance.choice(("Her sister", "Her mother, on her mobile", "")),
            not_safe_to_talk=chance.choice(("His mother", "Anybody at the house", "")), aware=aware,
            not_aware_why="" if aware == "told_agreed" else "It was not safe to ask: he was there.",
            lawful_basis="legitimate_safeguarding", is_repeat=one.again is not None, repeat_of_on=one.again,
            is_late=one.late, late_why="He was released this morning." if one.late else "", status=status,
            status_words=at[-1][2], status_at=at[-1][1], status_by=at[-1][3], version=len(at),
        )  # fmt: skip
        for step, moment, said, who in at:
            add(
                marac.ReferralChange, referral_id=one.id, case_id=put.case_id, status=step, words=said, by_name=who,
                at=moment,
            )  # fmt: skip
        self._event(put, one.at, "referral", "Referred to the MARAC", organisation, name)
        if heard and not one.withdrawn and chance.random() < 0.015:
            self._transfer(one)

    def _transfer(self, one: Told) -> None:
        assert one.meeting is not None
        on = self.table.meetings[one.meeting][1] + timedelta(days=9)
        if on < self.part.now:
            self._add(
                marac.Transfer, marac_id=self.table.id, case_id=one.put.case_id, referral_id=one.id, direction="out",
                other_marac="Coalshire East MARAC", why="moved", heard_here="yes", sent=["referral", "minutes", "actions"],
                how="Secure mail", sent_on=on.date(), answered_on=(on + timedelta(days=5)).date(),
                answer="Listed there.", by_name=self.by_key["marac-coordinator"].name, at=on,
            )  # fmt: skip

    def _item(self, one: Told, place: int, position: int, *, put_off: bool) -> None:
        chance, add, put, table = self.chance, self._add, one.put, self.table
        meeting, begins = table.meetings[place]
        past = place < table.coming
        heard = past and not put_off and not one.withdrawn
        heard_at = begins + timedelta(minutes=MINUTES * (position // table.slices + 1))
        status = "put_off" if put_off else "withdrawn" if one.withdrawn else "heard" if past else "listed"
        kind = chance.choices((put.risk, "high"), (0.3, 0.7))[0] if put.risk != "unknown" else "high"
        item = add(
            marac.Item, meeting_id=meeting, referral_id=one.id, case_id=put.case_id, person_id=put.subject.id,
            position=position, minutes=MINUTES, children=put.children, status=status,
            why_not="The adviser could not reach her before the day." if put_off else "", level=kind if heard else "",
            heard_at=heard_at if heard else None, version=3 if past else 1,
            listed_at=min(begins - timedelta(days=REFER_DAYS - 1), self.part.now - timedelta(hours=10)),
        )  # fmt: skip
        if begins > self.part.now - RESEARCH_KEPT and status in ("heard", "listed"):
            self._research(one, item, begins, heard_at if heard else None)
        if heard:
            self._heard(one, item, begins, heard_at)

    def _research(self, one: Told, item: int, begins: datetime, heard_at: datetime | None) -> None:
        chance, add, put = self.chance, self._add, one.put
        asked = begins - timedelta(days=REFER_DAYS - 1)
        due = begins - timedelta(days=RESEARCH_DAYS)
        if heard_at is None:
            asked = self.part.now - timedelta(hours=9)
        for agency in self.table.agencies:
            if not agency.researches:
                continue
            returned = asked + (due - asked) * chance.uniform(0.1, 1.15) if chance.random() < 0.9 else None
            if heard_at is None:
                returned = self.part.now - timedelta(minutes=chance.randint(5, 480)) if chance.random() < 0.6 else None
            research = add(
                marac.Research, item_id=item, case_id=put.case_id, organisation_id=agency.organisation_id, asked_at=asked,
                returned_at=returned,
            )  # fmt: skip
            if returned is None or begins < self.part.now - WORDS_KEPT:
                continue
            known = chance.choices(("known", "not_known", "not_shared"), (0.52, 0.45, 0.03))[0]
            seat = next(seat for seat in self.table.seats if seat.organisation_id == agency.organisation_id)
            add(
                marac.ResearchAnswer, research_id=research, case_id=put.case_id, organisation_id=agency.organisation_id,
                known=known, not_shared_why="It would show who told us." if known == "not_shared" else "",
                author_name=seat.name, written_at=returned, shared_at=heard_at,
            )  # fmt: skip
            if known != "known":
                continue
            facts = chance.sample(FACTS, chance.randint(1, 2))
            opinions = chance.sample(OPINIONS, 1) if chance.random() < 0.3 else []
            for position, (about, words) in enumerate(facts + opinions):
                is_fact = position < len(facts)
                add(
                    marac.ResearchLine, research_id=research, case_id=put.case_id,
                    organisation_id=agency.organisation_id, kind="fact" if is_fact else "opinion", about=about,
                    happened_on=(put.opened - timedelta(days=chance.randint(3, 200))).date() if is_fact else None,
                    words=words, source="Our own record" if is_fact else "", position=position, shared_at=heard_at,
                )  # fmt: skip

    def _heard(self, one: Told, item: int, begins: datetime, heard_at: datetime) -> None:
        chance, add, put, today = self.chance, self._add, one.put, self.part.today
        coordinator = self.by_key["marac-coordinator"]
        if begins > self.part.now - RESEARCH_KEPT:
            for step, (kind, words) in enumerate(chance.sample(LINES, 3)):
                add(
                    marac.MinuteLine, item_id=item, case_id=put.case_id, kind=kind, words=words,
                    author_id=coordinator.user_id, author_name=coordinator.name, at=heard_at + timedelta(minutes=step),
                )  # fmt: skip
        agencies = {agency.kind: agency for agency in self.table.agencies}
        for words, for_whom, kind in chance.sample(ACTIONS, chance.choice((1, 2, 2, 3, 4))):
            if for_whom == "child" and not put.children:
                continue
            agency = agencies[kind]
            self._action(one, item, heard_at, words, for_whom, agency.organisation_id)
        if (until := begins.date() + timedelta(days=365)) >= today:
            add(
                marac.MaracFlag, marac_id=self.table.id, case_id=put.case_id, person_id=put.subject.id, item_id=item,
                from_on=begins.date(), until_on=until,
            )  # fmt: skip
        if chance.random() < 0.02:
            add(
                marac.Letter, case_id=put.case_id, item_id=item, addressee="To whom it may concern",
                body="The person named was referred to a multi-agency risk assessment conference, which met on the day given.",
                signed_by=coordinator.name, signed_as="MARAC coordinator", made_at=heard_at + timedelta(days=3),
                made_by_id=coordinator.user_id,
            )  # fmt: skip
        self._event(put, heard_at, "risk", "Heard at the MARAC", coordinator.organisation_id, coordinator.name)

    def _action(self, one: Told, item: int, at: datetime, words: str, for_whom: str, organisation: int) -> None:
        chance, today = self.chance, self.part.today
        seats = [seat for seat in self.table.seats if seat.organisation_id == organisation and seat.part != "chair"]
        owner = seats[0]
        due = at.date() + timedelta(days=chance.choice((1, 3, 7, 7, 14)))
        old = today - due
        open_still = chance.random() < (0.03 if old.days > 30 else 0.35 if old.days > 0 else 0.7)
        if old.days > 200:
            open_still = False
        status = "open" if open_still else chance.choices(("done", "not_done", "changed"), (0.9, 0.04, 0.06))[0]
        done = min(due + timedelta(days=chance.choice((-2, -1, 0, 0, 0, 0, 2, 6))), today - timedelta(days=1))
        done = max(done, at.date())
        self._add(
            marac.MaracAction, item_id=item, case_id=one.put.case_id, organisation_id=organisation,
            owner_id=owner.user_id, words=words, for_whom=for_whom, due_on=due, status=status,
            outcome=chance.choice(OUTCOMES[status]) if status != "open" else "",
            done_on=done if status == "done" else None, answered_by=owner.name if status != "open" else "",
            answered_at=datetime.combine(done, time(15), LOCAL) if status != "open" else None,
            added_by_id=self.by_key["marac-coordinator"].user_id, added_by_name=self.by_key["marac-coordinator"].name,
            added_at=at, version=2 if status != "open" else 1,
        )  # fmt: skip

    def _sex(self, put: Put) -> None:
        if self.chance.random() < 0.06:
            return  # not asked: no row
        self._add(
            people.EqualityAnswer, person_id=put.subject.id, list="sex", list_version="2025", state="answered",
            code="female" if put.subject.female else "male", recorded_at=put.opened, learned_on=put.opened.date(),
        )  # fmt: skip
