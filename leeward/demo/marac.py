"""MARACs of the fictional partnerships: fortnightly tables, what was referred to them, heard, agreed and done.

Calibrated to the national figures of the year to September 2024. A table hears what a few slices refer to it, so that
each meeting stays as long as real ones; a meeting's rows are made by whichever slice refers something to it. What lies
more than fifteen months back keeps referrals, items, actions and changes: its research and minutes would tell nothing
more. Its involvements are over, and stand nowhere.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from leeward.demo import living
from leeward.record.cases import models as cases
from leeward.record.people import models as people
from leeward.response.marac import models as marac

if TYPE_CHECKING:
    from leeward.demo.generate import Slice, Somebody

MODELS: tuple[type[Any], ...] = (
    marac.Marac, marac.MaracAgency, marac.Seat, marac.Meeting, marac.MeetingChange, marac.Referral, marac.ReferralChange,
    marac.Item, marac.Research, marac.ResearchAnswer, marac.ResearchLine, marac.Attendance, marac.MinuteLine,
    marac.MaracAction, marac.MaracFlag, marac.Transfer, marac.Letter,
)  # fmt: skip
# N: national return, twelve months to 30 September 2024 (domain.md section 4).
FIGURES = {
    "police": 1 - 0.361,  # N: referrals that do not come from partner agencies
    "repeat": 0.31,  # N
    "children": 148_270 / 119_985,  # N: a case
    "rate": 47,  # N: cases per 10,000 adult women
    "told_agreed": 0.8,
}
SLICES_A_TABLE = 8  # so many slices of 5,000 people refer about fourteen cases a fortnight
EVERY, LIMIT, MINUTES = 14, 16, 12
MORNING_SIGHT_DAYS = 21  # of the daily meeting: longer than a demonstration is shown
REFER_DAYS, RESEARCH_DAYS, SIGHT_DAYS = 8, 2, 28
HISTORY = timedelta(days=5 * 365)
RESEARCH_KEPT, WORDS_KEPT = timedelta(days=456), timedelta(days=120)
ARRANGERS_SEE = timedelta(days=456)
REFERRED = {"high": 0.86, "medium": 0.34, "standard": 0.04, "unknown": 0.03}
# A partnership of one slice would have two cases a meeting: of its last year more come to the table.
REFERRED_SMALL = {"high": 0.95, "medium": 0.8, "standard": 0.45, "unknown": 0.3}
LOCAL = ZoneInfo("Europe/London")
WEDNESDAY, FRIDAY = 2, 4

# organisation, as what it counts, whether it returns research, who sits there (key of the user, part)
AGENCIES: tuple[tuple[str, str, bool, tuple[tuple[str, str], ...]], ...] = (
    ("point", "other", False, (("marac-coordinator", "coordinator"), ("access-point", "deputy"))),
    ("police", "police", True, (("marac-chair", "chair"), ("police-marac", "representative"))),
    ("second", "idva", True, (("second-marac", "representative"),)),
    ("harbour", "idva", True, (("adviser", "representative"), ("manager", "deputy"))),
    ("haven", "voluntary", True, (("refuge", "representative"),)),
    ("council", "children", True, (("social-worker", "representative"), ("housing", "representative"))),
    ("health", "primary_care", True, (("health-marac", "representative"),)),
    ("change", "voluntary", True, (("change", "representative"),)),
    ("homes", "social_landlord", True, (("homes-marac", "representative"),)),
    ("probation", "probation", True, (("probation-marac", "representative"),)),
    ("recovery", "substance", True, (("recovery-marac", "representative"),)),
)
EVERY_DAY = {"marac-coordinator", "marac-chair", "access-point", "police-marac", "adviser", "second-marac", "social-worker",
             "health-marac"}  # fmt: skip
# Who refers when neither the police nor the service that leads the case: kind, key of the user, weight.
OTHERS = (
    ("children", "social-worker", 0.26), ("housing", "housing", 0.2), ("primary_care", "health-marac", 0.12),
    ("hospital", "health-marac", 0.12), ("mental_health", "health-marac", 0.1), ("probation", "probation-marac", 0.1),
    ("adults", "social-worker", 0.05), ("substance", "recovery-marac", 0.05),
)  # fmt: skip
PLACES = ("Council offices, room 2", "Police station, conference room", "By video")
WHY = (
    "He was bailed on Friday, and has been at the house twice since. She fears that he will kill her.",
    "They separated three weeks ago. He follows her to work, and knows when the children are collected.",
    "He put his hands to her throat in front of the children. She has told nobody else.",
    "The order was broken four times in a month, each time with threats to her and to her mother.",
    "She is pregnant. He takes her phone, and she has missed two appointments.",
    "He lost his work and drinks again; the calls to the police have become one a week.",
    "Her son asks for money with a knife in his hand. She will not have him arrested.",
)
WISHES = (
    "I want him to stop coming to the house. I do not want to move again.",
    "I want the locks changed, and somebody to tell the school.",
    "I want him to get help. I do not want him in prison.",
    "Please ring me before anybody comes to the door.",
    "",
)
FACTS = (
    ("victim", "Seen three times in the last year with injuries that did not fit what was said."),
    ("victim", "Is in arrears since the spring; no action is taken while this stands."),
    ("child", "Attendance fell from 96 to 71 per cent since the summer."),
    ("child", "A referral was made in March; an assessment is open."),
    ("causing_harm", "Arrested twice since January; bail ends on the 14th."),
    ("causing_harm", "Missed the last two appointments of his order."),
    ("household", "Neighbours rang four times because of noise at night."),
)
OPINIONS = (
    ("victim", "I think she says less than happens when he is in the waiting room."),
    ("causing_harm", "I have the impression that he knows which days she is alone."),
)
LINES = (
    ("voice", "She wants to stay in her home, and to know before anybody calls."),
    ("discussion", "Agencies agree that separation and the broken order make this more dangerous now."),
    ("discussion", "The school is told who may collect the children."),
    ("risk", "The danger is high while the hearing is ahead."),
    ("safety", "Alarm fitted, mark on the address, a neighbour has her spare key."),
)
ACTIONS = (
    ("Ring her in the safe hours and go through the safety plan", "victim", "idva"),
    ("Put a mark on the address and tell the response team", "victim", "police"),
    ("Find and arrest him for the breach", "causing_harm", "police"),
    ("Change the locks and fit a light at the back door", "victim", "social_landlord"),
    ("Move the application for another home to band A", "victim", "children"),
    ("Tell the school who may collect the children", "child", "children"),
    ("Mark her record, so that she is asked alone", "victim", "primary_care"),
    ("Ask for a condition that keeps him from the street", "causing_harm", "probation"),
    ("Offer him a place on the programme", "causing_harm", "voluntary"),
    ("Ask about drinking at the next appointment", "causing_harm", "substance"),
)
MORNING = 3  # so many cases on the list of a morning
MORNING_ACTIONS = (  # what, who, whether it was done
    ("Ring her in the safe hours and tell her what was agreed", "adviser", True),
    ("Go past the home this evening and at ten", "police-marac", True),
    ("Ask the health visitor whether she came on Monday", "health-marac", False),
    ("Tell the school who may collect the children", "social-worker", False),
)
OUTCOMES = {
    "done": ("Done and she knows.", "Done, confirmed by telephone.", "Done; written down in our record."),
    "not_done": ("Was overlooked; is taken up again.", "Nobody was on duty."),
    "changed": ("She has moved; no longer needed.", "He is in prison since.", "She does not want it any more."),
}


@dataclass(frozen=True)
class Sitting:
    """Somebody who sits at a table."""

    key: str
    user_id: int
    name: str
    organisation_id: int
    part: str


@dataclass(frozen=True)
class Agency:
    """An agency of a table."""

    organisation_id: int
    kind: str
    name: str
    researches: bool


@dataclass(frozen=True)
class Table:
    """One MARAC of a partnership, as the generator needs it."""

    id: int
    name: str
    agencies: list[Agency]
    seats: list[Sitting]
    meetings: list[tuple[int, datetime]]  # from the first to the one after next
    coming: int  # the place in `meetings` of the one whose agenda is out
    slices: int
    daily: tuple[int, list[tuple[int, datetime]]] | None = None  # the short meeting: the last one, and the next


@dataclass
class Put:
    """A case that may be referred, with what the referral says of it."""

    case_id: int
    subject: Somebody
    children: int
    provider_id: int
    worker: tuple[int, str]
    opened: datetime
    closed: datetime | None
    risk: str
    assessment_id: int | None
    points: int | None
    sent: dict[str, object]
    reference: str
    lead: int
    review: date | None
    people: list[tuple[Somebody, str]]
    human: int


@dataclass
class Told:
    """A referral as it is being made."""

    put: Put
    at: datetime
    id: int = 0
    meeting: int | None = None  # place in the table's meetings; none: waiting
    late: bool = False
    withdrawn: bool = False
    put_off: bool = False
    returned: bool = False
    again: date | None = None  # when they were heard last


def tables(
    *, county: str, slices: int, ids: Iterator[int], organisations: dict[str, tuple[int, str]],
    users: dict[str, tuple[int, str]], today: date,
) -> list[Table]:  # fmt: skip
    """The MARACs of a partnership with so many slices, with their seats and meetings."""
    coming = today + timedelta(days=3)
    coming += timedelta(days=(WEDNESDAY - coming.weekday()) % 7)
    back = HISTORY.days // EVERY
    made = []
    count = max(round(slices / SLICES_A_TABLE), 1)
    for place in range(count):
        agencies = [
            Agency(organisations[key][0], kind, organisations[key][1], researches)
            for key, kind, researches, _ in AGENCIES
        ]
        seats = [
            Sitting(user, *users[user], organisations[key][0], part)
            for key, _, _, sitting in AGENCIES
            for user, part in sitting
            if user in users
        ]
        days = [coming + timedelta(days=EVERY * step) for step in range(-back, 3)]
        before, after = today - timedelta(days=1), today
        while before.weekday() > FRIDAY:
            before -= timedelta(days=1)
        while after.weekday() > FRIDAY:
            after += timedelta(days=1)
        hours = [datetime.combine(day, time(9, 15), LOCAL) for day in (before, after)]
        daily = (next(ids), [(next(ids), at) for at in hours]) if place == 0 else None
        made.append(
            Table(
                next(ids), f"{county} MARAC" + (f" {place + 1}" if count > 1 else ""), agencies, seats,
                [(next(ids), datetime.combine(day, time(9, 30), LOCAL)) for day in days], back,
                max(slices // count, 1), daily,
            )
        )  # fmt: skip
    return made


class Hearings:
    """What one slice refers to one table."""

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
        self.by_key = {seat.key: seat for seat in table.seats}
        self.kinds = {agency.organisation_id: agency.kind for agency in table.agencies}
        self.full = max(-(-LIMIT // table.slices), 2) + (1 if table.slices > 1 else -2)
        self.small = table.slices == 1

    @property
    def _add(self) -> Callable[..., int]:
        return self.part._add

    def case(self, put: Put) -> None:
        """Whether a case is referred, when, and again."""
        chance, now = self.chance, self.part.now
        self._sex(put)
        self.cases.append(put)
        likely = REFERRED[put.risk]
        if self.small and put.opened > now - timedelta(days=365):
            likely = REFERRED_SMALL[put.risk]
        if chance.random() > likely * (1 if put.children else 0.43):
            return
        for somebody, part in put.people:
            if part == "said_to_cause_harm" and now - put.opened < timedelta(days=420):
                young = somebody.born is not None and somebody.born > self.part.today - timedelta(days=19 * 365)
                self.named.append((young, somebody))
        until = put.closed or now
        at = living.in_the_office(put.opened + timedelta(hours=chance.uniform(3, 90)), chance, put.opened, until)
        while at < until:
            self.told.append(Told(put, at))
            if chance.random() > 0.46:
                break
            at += timedelta(days=28 + chance.expovariate(1 / 40))

    def finish(self, *, first: bool) -> None:
        """Give each referral its meeting, and write all of it; the first slice of a table writes the table too."""
        self._top_up()
        self.told.sort(key=lambda one: (one.at, one.put.case_id))
        room: dict[int, int] = defaultdict(int)
        for one in self.told:
            one.id = self.part._id()
            self._meeting_for(one, room)
        self._mark_waiting()
        self._repeats()
        if first:
            self._table()
        agenda: dict[int, list[tuple[Told, bool]]] = defaultdict(list)
        for one in self.told:
            if one.meeting is None:
                continue
            if one.put_off and one.meeting < self.table.coming:
                agenda[one.meeting].append((one, True))
                one.meeting += 1
            agenda[one.meeting].append((one, False))
        for one in self.told:
            self._referral(one)
        for place in sorted(agenda):
            ordered = sorted(agenda[place], key=lambda pair: (pair[0].put.children == 0, pair[0].at))
            for position, (one, put_off) in enumerate(ordered):
                self._item(one, place, position * self.table.slices + 1, put_off=put_off)
        self._open()

    # which meeting

    def _top_up(self) -> None:
        """The coming meeting, those of the last months and what waits, where too little comes by chance."""
        table, chance = self.table, self.chance
        for place in range(table.coming - 8 if self.small else table.coming + 1, table.coming + 2):
            due = table.meetings[place][1] - timedelta(days=REFER_DAYS)
            before = table.meetings[place - 1][1] - timedelta(days=REFER_DAYS)
            wanted = 12 if place <= table.coming else 6 if self.small else 1
            until = due if place <= table.coming else self.part.now
            known = {one.put.case_id for one in self.told if abs(one.at - due) < timedelta(days=60)}
            free = [
                put
                for put in self.cases
                if put.case_id not in known and put.opened < before and (put.closed is None or put.closed > until)
            ]
            again = {one.put.case_id for one in self.told if one.at < before}
            free.sort(key=lambda put: (put.risk != "high", not put.children, put.case_id))
            listed = sum(before <= one.at <= until for one in self.told)
            for _ in range(max(wanted - listed, 0)):
                repeats = [put for put in free if put.case_id in again]
                from_these = repeats if repeats and chance.random() < 0.1 else free
                if not from_these:
                    break
                put = from_these[chance.randrange(min(len(from_these), 5))]
                free.remove(put)
                at = before + (min(due, until) - before) * chance.uniform(0.1, 0.95)
                if place > table.coming:
                    at = until - (until - before) * chance.uniform(0.02, 0.6)
                at = living.in_the_office(at, chance, before, min(due, until))
                self.told.append(Told(put, at))

    def _meeting_for(self, one: Told, room: dict[int, int]) -> None:
        table, chance = self.table, self.chance
        one.withdrawn = chance.random() < 0.02
        one.put_off = chance.random() < 0.03
        late = chance.random() < 0.07
        for place, (_, begins) in enumerate(table.meetings):
            if begins < one.at + timedelta(hours=20) or room[place] >= self.full:
                continue
            if begins - timedelta(days=REFER_DAYS) < one.at:
                if not late or place >= table.coming:
                    continue
                one.late = True
            if place > table.coming:
                one.withdrawn = one.put_off = False
                return
            one.meeting = place
            room[place] += 1
            return

    def _mark_waiting(self) -> None:
        waiting = [one for one in self.told if one.meeting is None and one.at > self.part.now - timedelta(days=40)]
        for place, one in enumerate(waiting):
            one.returned = place % 6 == 1
            one.late = place % 6 == 3

    def _repeats(self) -> None:
        """The national definition: the same people, within twelve months of the last referral that was heard."""
        last: dict[int, Told] = {}
        for one in self.told:
            before = last.get(one.put.human)
            if before and one.at - before.at < timedelta(days=365) and before.meeting is not None:
                one.again = self.table.meetings[before.meeting][1].date()
            if not one.withdrawn and one.meeting is not None and one.meeting <= self.table.coming:
                last[one.put.human] = one

    # the rows

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
            high = [put for put in self.cases if put.risk == "high" and put.closed is None and put.opened < begins]
            high.sort(key=lambda put: (put.opened, put.case_id), reverse=True)
            for position, put in enumerate(high[place * MORNING : (place + 1) * MORNING], 1):
                self._on_list(put, marac_id, meeting, begins, position, held=held)

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

    def _event(self, put: Put, at: datetime, kind: str, title: str, organisation: int, by: str) -> None:
        self.part._event(put.case_id, at, kind, title, "", organisation, by, scope=2, needs_risk=True)

    def _sex(self, put: Put) -> None:
        if self.chance.random() < 0.06:
            return  # not asked: no row
        self._add(
            people.EqualityAnswer, person_id=put.subject.id, list="sex", list_version="2025", state="answered",
            code="female" if put.subject.female else "male", recorded_at=put.opened, learned_on=put.opened.date(),
        )  # fmt: skip

    # who sees it now

    def _open(self) -> None:
        """Involvements that stand now, and the sight that `cases_refresh_sight` makes of them.

        What would end within a fortnight is taken as over: the demonstration is shown for longer than the day it is made.
        """
        table, now = self.table, self.part.now
        opened: dict[int, dict[tuple[int, int], tuple[datetime, datetime, Put]]] = defaultdict(dict)
        seen: list[tuple[Put, list[tuple[Sitting, datetime, datetime]]]] = []
        for put, at, until, held in self.mornings:
            sitting = [seat for seat in table.seats if seat.key in EVERY_DAY]
            arranging = [seat for seat in sitting if seat.part in ("chair", "coordinator")]
            seen.append((put, [(seat, at, until) for seat in (sitting if held else arranging)]))
        for one in self.told:
            ends: list[tuple[Sitting, datetime, datetime]] = []
            arrangers_until = one.at + ARRANGERS_SEE
            ends += [
                (seat, one.at, arrangers_until) for seat in table.seats if seat.part in ("chair", "coordinator")
            ]  # fmt: skip
            if one.meeting is not None and not one.withdrawn and one.meeting <= table.coming:
                begins = table.meetings[one.meeting][1]
                from_at = min(begins - timedelta(days=REFER_DAYS - 1), now - timedelta(hours=9))
                ends += [(seat, from_at, begins + timedelta(days=SIGHT_DAYS)) for seat in table.seats]
            seen.append((one.put, ends))
        for put, ends in seen:
            for seat, from_at, until in ends:
                if until < now + timedelta(days=14):
                    continue
                whom = (seat.organisation_id, seat.user_id)
                known = opened[put.case_id].get(whom)
                if known is None or known[1] < until:
                    opened[put.case_id][whom] = (known[0] if known else from_at, until, put)
        for case_id in sorted(opened):
            for (organisation, user), (from_at, until, put) in sorted(
                opened[case_id].items(), key=lambda pair: pair[0]
            ):
                self._involve(put, organisation, user, from_at, until)

    def _involve(self, put: Put, organisation: int, user: int, from_at: datetime, until: datetime) -> None:
        add = self._add
        add(
            cases.Involvement, case_id=put.case_id, organisation_id=organisation, user_id=user, scope=2, address=False,
            risk=False, status="active", at_once=True, lawful_basis="legitimate_safeguarding", told="told_agreed",
            from_at=from_at, answered_at=from_at, until=until, origin="marac",
        )  # fmt: skip
        add(
            cases.CaseSight, case_id=put.case_id, person_id=put.subject.id, organisation_id=organisation, user_id=user,
            scope=2, address=False, risk=False, is_lead=False, until=until, side="harmed",
            status="closed" if put.closed else "open", reference=put.reference, lead_organisation_id=put.lead,
            risk_level=put.risk, opened_at=put.opened, lead_worker_id=put.worker[0], review_on=put.review,
            source="involvement",
        )  # fmt: skip
        for somebody, part in [(put.subject, ""), *put.people]:
            add(
                people.PersonSight, person_id=somebody.id, organisation_id=organisation, user_id=user, scope=2,
                address=False, risk=False, side="named" if part else "harmed", is_lead=False, is_restricted=False,
                until=until, source_kind="case", source_id=put.case_id, subject_id=put.subject.id,
                harms=part == "said_to_cause_harm",
            )  # fmt: skip


MISSING = "The names and birth dates of the children are missing."
