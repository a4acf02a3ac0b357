"""People, contacts and cases of one slice of a fictional partnership: the same seed makes the same rows.

Times follow the day on which it is made, and how busy each month was follows the calendar: made on the same day, at
whatever hour, the same seed makes the same people, contacts and cases.

Calibrated to the published figures of the partnership documents that the project starts from; the numbers stand in
`FIGURES` with where they come from. A slice is about 5,000 people and knows nothing of the others, so that slices can
be made side by side.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from leeward.demo import homes as home_rows
from leeward.demo import living
from leeward.demo import marac as marac_rows
from leeward.demo import risk as risk_rows
from leeward.demo.names import (
    BEHAVIOUR,
    FAMILY,
    FAMILY_COMMON,
    GIVEN_F,
    GIVEN_M,
    NOTES,
    OFFERED_TASKS,
    SHORT,
    STORIES,
    TITLES,
)
from leeward.demo.papers import MODELS as PAPERS
from leeward.demo.papers import Filed, Papers
from leeward.demo.partnerships import Provider, Setting
from leeward.demo.sheets import Sheet
from leeward.platform.common.references import WORDS
from leeward.platform.reference.working_time import Hours, add_working_time
from leeward.record.cases import models as cases
from leeward.record.people import models as people
from leeward.record.people import naming
from leeward.response.front_door import models as door

# E: Essex strategy 2021-24; L: Leicestershire 2022-25; S: Southend 2023-26 (figures only).
FIGURES = {
    "advice": 2087 / 4716,  # E: contacts that end in information, advice or guidance
    "signposted": 209 / 4716,  # E
    "referred": 1755 / 4716,  # E
    "with_children": 2129 / 4123,  # E: of people supported
    "three_or_more": 0.20,  # E: of those with children
    "repeat": 0.21,  # E: MARAC repeats, taken for repeat contacts
    "young_offender": 0.073,  # E: offenders aged 18 or under
    "men": 0.05,  # national returns: men among adults supported, about 3 to 6 %
    **living.FIGURES,
    "characteristic_unknown": 0.33,  # L: "unknown" in about a third of the cells
    "over_55": 0.12,  # L: 802 of those who reached a service
    "growth": 1.06,  # L: 4.9 % and 7.6 % a year
}
# Contacts rise after the winter holidays and in summer.
SEASON = [1.08, 0.96, 1.0, 0.97, 1.03, 1.06, 1.12, 1.1, 1.02, 1.0, 0.93, 0.86]
YEARS = 5
MONTH = 30.4  # days
PEOPLE_A_SLICE = 5000
YOUNGEST_CARER, OLDEST_CARER = 15, 48  # years between whoever cares for a child and the child
MODELS: tuple[type[Any], ...] = (
    people.Person, people.PersonName, people.NameEntry, people.ContactDetail, people.Address, people.EqualityAnswer,
    people.Relationship, people.HarmClaim, people.PersonLink, people.Wall, people.PersonSight,
    cases.Case, cases.CaseStory, cases.CaseStatus, cases.CaseAssignment, cases.CasePerson, cases.CaseLink, cases.Involvement,
    cases.NamedUser, cases.CaseSight, cases.ChronologyEntry, cases.Note, cases.Task,
    door.Contact, door.ContactPerson, door.Referrer, door.Receipt, door.Attempt, door.ContactStatus, door.Decision,
    door.Offer, door.ContactCount, *PAPERS, *risk_rows.MODELS, *marac_rows.MODELS, *home_rows.MODELS,
)  # fmt: skip


@dataclass
class Somebody:
    """A person record as the generator remembers it."""

    id: int
    given: str
    family: str
    born: date | None
    female: bool


class Slice:
    """Makes about 5,000 people of one partnership, into sheets."""

    def __init__(
        self, setting: Setting, *, seed: int, number: int, now: datetime, events_a_case: float, place: int = 0
    ) -> None:  # fmt: skip
        self.setting = setting
        self.now = now
        self.today = now.date()
        self.chance = random.Random(f"{seed}-{setting.partnership_id}-{number}")
        # far below what new_id makes today, and above the ids of the partnerships themselves
        self._next = (1 << 40) + number * (1 << 22)
        self.serial = number * 6000
        self.events_a_case = events_a_case
        self.sheets = {model: Sheet(model, now) for model in MODELS}
        self.names: set[str] = set()
        self.made = self.opened = 0
        self.history = False  # not yet: who waits now is made first
        self.papers: Papers | None = None
        self.months = list(range(YEARS * 12))
        table = setting.tables[place % len(setting.tables)]  # `place`: which slice of its partnership this is
        self.marac = marac_rows.Hearings(self, table, f"{seed}-{setting.partnership_id}-{number}")
        houses = setting.homes[place] if place < len(setting.homes) else []
        self.homes = home_rows.Homes(self, houses, f"{seed}-{setting.partnership_id}-{number}")
        # Seasons follow the calendar, whenever the partnership is made: each month back counts as what its middle is.
        self.month_weights = [
            SEASON[(now - timedelta(days=(YEARS * 12 - 0.5 - m) * MONTH)).month - 1] * FIGURES["growth"] ** (m / 12)
            for m in self.months
        ]

    def make(self, waiting: int = 0, *, first_of_table: bool = True) -> None:
        """Families, until the slice has its people; `waiting` of them are in the queue now, a few offered already.

        History ends with yesterday: whatever the hour at which the partnership is made, the same things have happened.
        """
        self.papers = Papers(self) if waiting else None
        self.led: Counter[int] = Counter()
        for place in range(waiting):
            self._family(now="offered" if place % 5 == 4 else _IN_QUEUE.get(place, "waiting"))
        self.now = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        self.history = True
        while self.made < PEOPLE_A_SLICE:
            self._family()
        self.marac.finish(first=first_of_table)
        self.homes.finish()
        if self.papers:
            self.papers.finish()

    # ids, times, names

    def _id(self) -> int:
        self._next += 1
        return self._next

    def _add(self, model: type[Any], **values: Any) -> int:
        row = values.pop("id", None) or self._id()
        self.sheets[model].add(id=row, **values)
        return int(row)

    def _moment(self) -> datetime:
        month = self.chance.choices(self.months, self.month_weights)[0]
        back = (YEARS * 12 - 1 - month + self.chance.random()) * MONTH
        at = self._asked(self.now - timedelta(days=back))
        return at if at < self.now else at - timedelta(days=self.chance.randint(1, 3))

    def _asked(self, day: datetime) -> datetime:
        """An hour at which somebody asks, on this day."""
        hour = self.chance.choices(range(24), living.ASKING)[0]
        return day.replace(hour=hour, minute=self.chance.randrange(60), second=0, microsecond=0)

    def _later(self, at: datetime, hours: float) -> datetime:
        return at + timedelta(hours=self.chance.expovariate(1 / hours))

    def _desk(self, at: datetime) -> datetime:
        """When somebody at the access point gets to it (of who waits now the times are put right where they are made)."""
        return living.when_staffed(at, self.chance) if self.history else at

    def _birth(self, low: float, high: float, peak: float) -> date:
        age = self.chance.triangular(low, high, peak)
        return self.today - timedelta(days=int(age * 365.25))

    def _age(self, born: date) -> float:
        return (self.today - born).days / 365.25

    def _person(
        self, *, female: bool, born: date | None, family: str = "", given: str = "", at: datetime, area: str = "",
        precision: str = "day", language: str = "en",
    ) -> Somebody:  # fmt: skip
        chance = self.chance
        given = given or chance.choice(GIVEN_F if female else GIVEN_M)
        family = family or (chance.choice(FAMILY_COMMON) if chance.random() < 0.45 else chance.choice(FAMILY))
        pid = self._add(
            people.Person, partnership_id=self.setting.partnership_id, called=given, birth_date=born,
            birth_precision=precision if born else "unknown", language=language,
            interpreter="yes" if language != "en" and chance.random() < 0.5 else "unknown" if chance.random() < 0.3 else "no",
            area_code=area, created_at=at, created_organisation_id=self.setting.access_point_id,
        )  # fmt: skip
        self.made += 1
        self._name(pid, given, family, born, at)
        return Somebody(pid, given, family, born, female)

    def _name(self, pid: int, given: str, family: str, born: date | None, at: datetime, kind: str = "current") -> None:
        self._add(
            people.PersonName, person_id=pid, given=given, family=family, kind=kind, recorded_at=at,
            learned_on=at.date(), recorded_organisation_id=self.setting.access_point_id,
        )  # fmt: skip
        for one in naming.parts(given) or [""]:
            for other in naming.parts(family) or [""]:
                self.names.update((one, other))
                self._add(
                    people.NameEntry, partnership_id=self.setting.partnership_id, person_id=pid,
                    given_key=naming.key(one) if one else None, family_key=naming.key(other) if other else None,
                    birth_date=born,
                )  # fmt: skip

    # one family: who asks, who is said to cause harm, the children

    def _family(self, now: str = "") -> None:
        chance = self.chance
        at = self.now - timedelta(minutes=chance.randint(8, 1500)) if now else self._moment()
        area = chance.choices(self.setting.areas, self.setting.area_weights)[0] if chance.random() < 0.94 else ""
        behaviour = chance.random() < 0.05
        young_one = not behaviour and chance.random() < FIGURES["young_people"]
        female = (chance.random() > FIGURES["men"]) if not behaviour else chance.random() < 0.2
        older = chance.random() < FIGURES["over_55"]
        born = self._birth(55, 90, 60) if older else self._birth(16, 55, 29)
        if young_one:
            born = self._birth(11, 18, 16)
        language = (
            "en"
            if chance.random() < 0.86
            else chance.choice(("pl", "ro", "pa", "ur", "bn", "ar", "pt", "so", "tr", "fa"))
        )
        precision = chance.choices(("day", "year", "about"), (0.9, 0.06, 0.04))[0]
        subject = self._person(
            female=female, born=born if chance.random() < 0.92 else None, at=at, area=area, precision=precision,
            language=language,
        )  # fmt: skip
        others: list[tuple[Somebody, str]] = []
        oldest = 16
        if not behaviour and chance.random() < 0.78:
            harming, kind = self._harming(at, young_one, self._age(born))
            oldest = 11 if kind == "child" else 16  # who is 13 or more and harms is the oldest of the children
            others.append((harming, "said_to_cause_harm"))
            self._related(harming, subject, kind, at, together=kind in ("partner", "spouse", "child", "parent"))
            self._add(
                people.HarmClaim, harmed_id=subject.id, harming_id=harming.id, source="Said by the person themselves",
                said_on=at.date(), recorded_at=at, recorded_organisation_id=self.setting.access_point_id,
            )  # fmt: skip
        if not young_one and not older and chance.random() < FIGURES["with_children"] / (1 - FIGURES["over_55"]):
            several = chance.random() < FIGURES["three_or_more"]
            for age in self._ages(chance.randint(3, 5) if several else chance.randint(1, 2), self._age(born), oldest):
                child = self._person(
                    female=chance.random() < 0.49, born=self._birth(age, age + 0.15, age), family=subject.family,
                    at=at, area=area,
                )  # fmt: skip
                others.append((child, "child"))
                self._related(child, subject, "child", at, together=True)
        self._contact_details(subject, at, any_time=now.startswith("again"))
        if chance.random() < 0.55:
            self._add(
                people.Address, person_id=subject.id, lines=f"{chance.randint(1, 180)} {chance.choice(FAMILY)} Road",
                postcode=f"XA{chance.randint(1, 28)} {chance.randint(1, 9)}{chance.choice('ABDEFGHJLN')}{chance.choice('PQRSTUW')}",
                recorded_at=at, learned_on=at.date(),
            )  # fmt: skip
        self._contact(subject, others, at, area, behaviour, young=young_one, now=now)
        again = self.now if now else at
        previous = subject
        while again < self.now and chance.random() < FIGURES["repeat"]:
            again = self._asked(self._later(again, 24 * 120) + timedelta(days=1))
            if again >= self.now:
                break
            previous = self._again(subject, previous, again, area, behaviour, young_one)

    def _ages(self, count: int, of_carer: float, oldest: int) -> list[float]:
        """The ages of so many children of one carer, about a year or more apart; fewer where the carer is too young."""
        low, high = max(0, math.ceil(of_carer) - OLDEST_CARER), min(oldest, int(of_carer) - YOUNGEST_CARER - 1)
        found: set[int] = set()
        while len(found) < min(count, high - low + 1):
            found.add(min(int(self.chance.triangular(low, high + 1, min(max(6, low), high + 1))), high))
        birthdays = self.chance.random() * 0.8
        return [age + birthdays for age in sorted(found)]

    def _harming(self, at: datetime, of_young_one: bool, of_age: float) -> tuple[Somebody, str]:
        """Who is said to cause harm, and what they are to whoever asks (or is asked for), who is so old."""
        chance = self.chance
        young = chance.random() < FIGURES["young_offender"]
        kinds, shares = _TO_THE_YOUNG if of_young_one else _TO_ADULTS
        kind = chance.choices(kinds, shares)[0]
        if young:
            kind = _of_young(kind, of_age, of_young_one)
        years = (13, 18, 17) if young else (19, 26, 20) if of_young_one and "partner" in kind else _around(kind, of_age)
        born = self._birth(*years) if chance.random() < 0.55 else None
        female = chance.random() < (0.36 if young else 0.15)
        known = None if of_young_one or kind == "child" else self._known_to_harm(young, years)
        return known or self._person(female=female, at=at, born=born, precision="about"), kind

    def _known_to_harm(self, young: bool, years: tuple[float, float, float]) -> Somebody | None:
        """Now and then somebody so old who is named already, in another family: who writes it down finds the record."""
        if self.marac.chance.random() > 0.12:
            return None
        named = [
            one
            for one in self.marac.named[-200:]
            if one[0] == young and (one[1].born is None or years[0] <= self._age(one[1].born) <= years[1])
        ][-40:]
        if len(named) < 10:
            return None
        return self.marac.chance.choice(named)[1]

    def _again(
        self, subject: Somebody, previous: Somebody, at: datetime, area: str, behaviour: bool, young: bool
    ) -> Somebody:  # fmt: skip
        """The same human asks again: a record of its own, as messy as real ones, mostly linked by somebody later."""
        chance = self.chance
        given, family, born = subject.given, subject.family, subject.born
        slip = chance.random()
        if slip < 0.12 and given in SHORT:
            given = SHORT[given]
        elif slip < 0.2 and len(family) > 4:
            cut = chance.randrange(1, len(family) - 1)
            family = family[:cut] + family[cut + 1 :]
        elif slip < 0.26:
            family = chance.choice(FAMILY_COMMON)
        elif slip < 0.3 and born and naming.swapped(born):
            born = naming.swapped(born)
        record = self._person(female=subject.female, born=born, given=given, family=family, at=at, area=area)
        self._contact_details(record, at)
        self.marac.humans[record.id] = self.marac.humans.get(previous.id, previous.id)
        linked = self._desk(self._later(at, 20))
        if chance.random() < 0.7 and linked < self.now:
            self._add(
                people.PersonLink, first_id=previous.id, second_id=record.id, reason="Same person, checked on the telephone",
                linked_at=linked, linked_by_id=chance.choice(self.setting.triage_workers)[0],
            )  # fmt: skip
        self._contact(record, [], at, area, behaviour, young=young, known=True)
        return record

    def _related(self, who: Somebody, to: Somebody, kind: str, at: datetime, *, together: bool) -> None:
        self._add(
            people.Relationship, person_id=who.id, other_id=to.id, kind=kind, learned_on=at.date(), recorded_at=at,
            lives_together="yes" if together and self.chance.random() < 0.8 else "unknown",
        )  # fmt: skip

    def _contact_details(self, who: Somebody, at: datetime, *, any_time: bool = False) -> None:
        """Mostly a number; one that is safe at any time where that was said."""
        chance = self.chance
        if chance.random() > 0.87 and not any_time:
            return
        windows = chance.random() < 0.45 and not any_time
        safe = chance.choices(("yes", "no", "unknown"), (0.78, 0.08, 0.14))[0]
        self._add(
            people.ContactDetail, person_id=who.id, kind="phone", value=f"07700 900{chance.randrange(1000):03d}",
            is_safe="yes" if any_time else safe,
            voicemail=chance.choices(("no", "yes", "unknown"), (0.6, 0.2, 0.2))[0],
            text=chance.choices(("yes", "no", "unknown"), (0.4, 0.3, 0.3))[0],
            windows=_windows(chance) if windows else "[]", recorded_at=at, learned_on=at.date(),
            confirmed_on=at.date(), review_by=(at + timedelta(days=90)).date(), learned_from="The person themselves",
        )  # fmt: skip

    # the contact

    def _contact(
        self, subject: Somebody, others: list[tuple[Somebody, str]], at: datetime, area: str, behaviour: bool,
        young: bool = False, known: bool = False, now: str = "",
    ) -> None:  # fmt: skip
        chance, setting = self.chance, self.setting
        self.serial += 1
        cid = self._id()
        reference = f"{WORDS[self.serial % len(WORDS)]}-{100 + setting.partnership_id % 7 + self.serial // len(WORDS)}"
        risk = chance.choices(("high", "medium", "standard", "unknown"), (0.18, 0.3, 0.4, 0.12))[0]
        risk = "high" if now == "on the list" else risk
        route, referred_by = living.asks(at, chance) if self.history else living.asks(_MONDAY, chance)
        about = living.about_whom(chance, behaviour=behaviour, young=young, referred=bool(referred_by))
        side = {"own_behaviour": "causing_harm", "young_person": "child"}.get(about, "harmed")
        fresh = bool(now)
        first = None
        if now != "waiting" or chance.random() >= 0.75:
            first = self._desk(self._later(at, 3 if risk == "high" else 11))
        if first and first >= self.now:
            first, fresh = (at + (self.now - at) / 2 if now else None), True
        outcome = "" if fresh else chance.choices(_OUTCOMES, _OUTCOME_WEIGHTS)[0]
        decided = self._desk(self._later(first, 9)) if outcome and first else None
        if decided and decided >= self.now:
            decided, outcome, fresh = None, "", True
        if now:  # what is so does not follow the hour; when it was does, so that nobody rings at night
            if route != "web":
                at = living.staffed_between(self.now - timedelta(hours=26), at, self.now - timedelta(minutes=8))
            first = living.staffed_between(at, max(first, at), self.now) if first else None
        worker = chance.choice(setting.triage_workers)
        again = self._again_at(now, first)
        if again:
            worker = setting.triage_workers[0]  # a visitor's Today asks for it
        due = at + timedelta(hours=24)
        if risk == "high":
            due = add_working_time(at, timedelta(hours=4), _WORKING)
        handed = decided if outcome == "referred" else None
        children = sum(1 for _, part in others if part == "child")
        status = {"": "new", "referred": "handed_on"}.get(outcome, "closed")
        taken = status != "new" or first is not None
        if status == "new" and taken:
            status = "taken"
        story = chance.choice(BEHAVIOUR if behaviour else STORIES) if chance.random() < 0.8 else ""
        if now == "offered" and first is not None:
            status, decided, outcome = "offered", first, "referred"
        provider = self._provider(side, risk) if handed or status == "offered" else None
        case_id = self._id() if provider else None
        may, windows = chance.choices((("yes", "[]"), ("windows", _windows(chance)), ("no", "[]"), ("unknown", "[]")),
                                      (0.4, 0.4, 0.08, 0.12))[0]  # fmt: skip
        if again:
            may, windows = "yes", "[]"
        why = living.why_risk(risk, chance, referred=bool(referred_by))
        self._add(
            door.Contact, id=cid, partnership_id=setting.partnership_id, organisation_id=setting.access_point_id,
            team_id=setting.triage_team_id, reference=reference, route=route, about=about, side=side,
            person_id=subject.id, status=status, received_at=at, risk=risk,
            risk_reason=why, danger_now=living.IN_DANGER in why, child_danger=living.CHILD_IN_DANGER in why, attempt_due_at=due, first_attempt_at=first,
            decided_at=decided, handed_on_at=handed, assigned_to_id=worker[0] if taken else None,
            assigned_at=first, next_try_at=again, area_code=area, children=children, story=story, may_contact=may, contact_windows=windows,
            safe_contact=_SAFE[may], consent_to_share="yes" if chance.random() < 0.8 else "ask",
            known_before="yes" if known else "no", known_to="Harbour Outreach 01632 960102" if known else "",
            case_id=case_id, needs=chance.sample(_NEEDS, 2),
            answers=risk_rows.SCREENED if now and about == "someone" and self.serial % 2 else "{}",
        )  # fmt: skip
        for somebody, part in others:
            self._add(door.ContactPerson, contact_id=cid, person_id=somebody.id, part=part)
        self._add(door.ContactStatus, contact_id=cid, status="new", at=at)
        if first:
            self._attempts(cid, first, decided, outcome, worker, again)
        if now == "on the list" and first:
            self._add(door.ContactStatus, contact_id=cid, status="taken", at=first, note="Given to a colleague")
            self.marac.waiting.append((cid, subject.id, reference, at, worker, first))
        if referred_by:
            self._referral(cid, reference, referred_by, at, outcome)
        if decided:
            self._add(
                door.Decision, contact_id=cid, outcome=outcome, by_id=worker[0], by_name=worker[1], at=decided,
                signposted_to="Citizens' advice" if outcome == "signposted" else "",
            )  # fmt: skip
        self._add(
            door.ContactCount, partnership_id=setting.partnership_id, organisation_id=setting.access_point_id,
            person_id=subject.id, contact_id=cid, received_on=at.date(), route=route, about=about, side=side,
            referrer_kind=referred_by, area_code=area, risk=risk, outcome=outcome,
            minutes_to_attempt=int((first - at).total_seconds() // 60) if first else None,
            minutes_to_decision=int((decided - at).total_seconds() // 60) if decided else None,
            attempt_in_time=first <= due if first else None,
        )  # fmt: skip
        if provider and case_id and handed:
            self._case(
                subject, others, provider, case_id, at=handed, asked=at, area=area, side=side, risk=risk,
                reference=reference, story=story, contact_id=cid,
            )  # fmt: skip
            self._children_cases(subject, others, case_id, at=handed, area=area)
            return
        self._sight_of_contact(subject, others, side, cid)
        if provider and case_id and decided:
            point = Provider(0, setting.access_point_id, setting.triage_team_id, (side,), [worker], 1)
            self._case(
                subject, others, point, case_id, at=decided, asked=at, area=area, side=side, risk=risk,
                reference=reference, story=story, contact_id=None,
            )  # fmt: skip
            self._offer(provider, case_id, cid, reference, decided)

    def _attempts(
        self, cid: int, first: datetime, decided: datetime | None, outcome: str, worker: tuple[int, str],
        again: datetime | None,
    ) -> None:  # fmt: skip
        """One to three tries until it was decided, none of them ahead; who still waits was not reached."""
        chance = self.chance
        until = decided or self.now
        moments = [first]
        for _ in range(chance.choices((0, 1, 2), (0.6, 0.28, 0.12))[0] if self.history else 0):
            later = self._desk(moments[-1] + timedelta(hours=5))
            if later < until:
                moments.append(later)
        reached = bool(outcome) and outcome != "no_contact"
        for place, at in enumerate(moments):
            self._add(
                door.Attempt, contact_id=cid, at=at, how="call", by_id=worker[0], by_name=worker[1],
                outcome="spoke" if reached and place == len(moments) - 1 else chance.choice(_NOT_REACHED),
                next_at=again,
            )  # fmt: skip

    def _again_at(self, now: str, first: datetime | None) -> datetime | None:
        """When who waits is to be tried again, as planned with the first attempt: it is time, or tomorrow morning."""
        if first is None or not now.startswith("again"):
            return None
        if now == "again tomorrow":
            return (self.now + timedelta(days=1)).replace(hour=10, minute=15, second=0, microsecond=0)
        soonest = first + timedelta(minutes=2)
        return living.staffed_between(soonest, max(soonest, self.now - timedelta(minutes=25)), self.now)

    def _offer(self, provider: Provider, case_id: int, cid: int, reference: str, at: datetime) -> None:
        """Offered to a service that has not answered yet; a few are overdue."""
        share = self._add(
            cases.Involvement, case_id=case_id, organisation_id=provider.organisation_id, team_id=provider.team_id,
            scope=3, address=True, risk=True, status="offered", origin="front_door", lawful_basis="consent",
            told="told_agreed", from_at=at, added_organisation_id=self.setting.access_point_id,
        )  # fmt: skip
        self._add(
            door.Offer, contact_id=cid, case_id=case_id, involvement_id=share, service_id=provider.service_id,
            organisation_id=provider.organisation_id, team_of_triage_id=self.setting.triage_team_id, reference=reference,
            status="offered", offered_at=at, answer_due_at=at + timedelta(hours=8),
        )  # fmt: skip

    def _provider(self, side: str, risk: str) -> Provider:
        fitting = [provider for provider in self.setting.providers if side in provider.sides]
        weights = [provider.weight * (2 if risk == "high" and provider.team_id is None else 1) for provider in fitting]
        return self.chance.choices(fitting, weights)[0]

    def _referral(self, cid: int, reference: str, kind: str, at: datetime, outcome: str) -> None:
        user, organisation, name = self.chance.choice(self.setting.referrers)
        self._add(
            door.Referrer, contact_id=cid, kind=kind, name=name, organisation_id=organisation, user_id=user,
            organisation_name=kind.replace("_", " ").capitalize(), role="",
        )  # fmt: skip
        status = {"referred": "accepted", "": "received", "no_contact": "not_reached"}.get(outcome, "passed_on")
        self._add(
            door.Receipt, contact_id=cid, partnership_id=self.setting.partnership_id, reference=reference,
            code_hash=f"demo-{cid}", organisation_id=organisation, user_id=user, status=status, sent_at=at, changed_at=at,
        )  # fmt: skip

    def _sight_of_contact(self, subject: Somebody, others: list[tuple[Somebody, str]], side: str, cid: int) -> None:
        setting = self.setting
        for somebody, part in [(subject, ""), *others]:
            self._add(
                people.PersonSight, person_id=somebody.id, organisation_id=setting.access_point_id,
                team_id=setting.triage_team_id, scope=3, address=part in ("", "child"), risk=True,
                side=side if not part else "named", is_lead=not part, is_restricted=False, source_kind="contact", subject_id=subject.id,
                source_id=cid,
            )  # fmt: skip

    # the case

    def _children_cases(
        self, subject: Somebody, others: list[tuple[Somebody, str]], case_id: int, *, at: datetime, area: str
    ) -> None:
        provider = next(provider for provider in self.setting.providers if "child" in provider.sides)
        for child, part in others:
            if part == "child" and child.born and self.chance.random() < 0.3:
                self.serial += 1
                own = self._id()
                opened = self._later(at, 200)
                opened = living.in_the_office(opened, self.chance, at, self.now - timedelta(hours=1))
                self._case(
                    child, [], provider, own, at=opened, asked=opened, area=area, side="child", risk="unknown",
                    reference=f"{WORDS[self.serial % len(WORDS)]}-{5000 + self.serial // len(WORDS)}", story="", contact_id=None,
                )  # fmt: skip
                self._add(cases.CaseLink, first_id=case_id, second_id=own, kind="child", at=opened)

    def _case(
        self, subject: Somebody, others: list[tuple[Somebody, str]], provider: Provider, case_id: int, *, at: datetime,
        asked: datetime, area: str, side: str, risk: str, reference: str, story: str, contact_id: int | None,
    ) -> None:  # fmt: skip
        chance, setting = self.chance, self.setting
        worker = chance.choice(provider.workers)
        length = timedelta(days=chance.lognormvariate(4.6, 0.7))
        closed = at + length if at + length < self.now else None
        if closed:
            closed = living.in_the_office(closed, chance, at + timedelta(hours=1), self.now)
        elif self.papers and self.led[provider.service_id] < LED:
            worker = provider.workers[0]
            self.led[provider.service_id] += 1
        status = "closed" if closed else "open"
        self.opened += 1  # one of a partnership's first slice always, so that there is one to look at
        restricted = chance.random() < 0.0015 or (self.papers is not None and self.opened == RESTRICTED)
        risk_on, newest = None, None
        if side == "harmed" and risk != "unknown":
            at_risk = risk_rows.CaseAtRisk(
                case_id, subject.id, setting.partnership_id, provider.organisation_id, worker, risk, at,
                closed or self.now, closed is None,
            )  # fmt: skip
            newest = risk_rows.assess(self._add, chance, at_risk, today=self.today)
            risk_on = newest.on
        review = None if closed else self.today + timedelta(days=chance.randint(-12, 50))
        self._add(
            cases.Case, id=case_id, partnership_id=setting.partnership_id, reference=reference, person_id=subject.id,
            side=side, status=status, opened_at=at, closed_at=closed, lead_organisation_id=provider.organisation_id,
            lead_team_id=provider.team_id, lead_worker_id=worker[0], counts_for=area, risk=risk,
            risk_on=risk_on, review_on=review, is_restricted=restricted,
            created_by_id=chance.choice(setting.triage_workers)[0],
        )  # fmt: skip
        if story:
            self._add(cases.CaseStory, case_id=case_id, own_words=story)
        self._add(cases.CaseStatus, case_id=case_id, status="open", at=at)
        if closed:
            self._add(
                cases.CaseStatus, case_id=case_id, status="closed", at=closed, by_id=worker[0],
                reason=chance.choices(_CLOSING, _CLOSING_WEIGHTS)[0],
            )  # fmt: skip
        self._add(
            cases.CaseAssignment, case_id=case_id, organisation_id=provider.organisation_id, team_id=provider.team_id,
            worker_id=worker[0], at=at,
        )  # fmt: skip
        for somebody, part in others:
            self._add(cases.CasePerson, case_id=case_id, person_id=somebody.id, part=part, added_at=at)
        consent = chance.random() < 0.85
        why = "" if consent else "Could not be asked safely; high risk of harm."
        share = self._add(
            cases.Involvement, case_id=case_id, organisation_id=provider.organisation_id, team_id=provider.team_id,
            scope=3, address=True, risk=True, is_lead=True, status="active",
            lawful_basis="consent" if consent else "legitimate_safeguarding", told="told_agreed" if consent else "not_told",
            why=why, from_at=at, answered_at=at, answered_by_id=worker[0],
            added_organisation_id=setting.access_point_id,
        )  # fmt: skip
        sights: list[tuple[int, int | None, int, bool, bool, bool]] = [
            (provider.organisation_id, provider.team_id, 3, True, True, True)
        ]
        if chance.random() < 0.35:
            joined = min(at + timedelta(days=1), self.now)
            self._add(
                cases.Involvement, case_id=case_id, organisation_id=setting.council_id, team_id=setting.council_team_id,
                scope=2, risk=True, status="active", lawful_basis="public_task", told="told_agreed",
                from_at=joined, answered_at=joined,
            )  # fmt: skip
            sights.append((setting.council_id, setting.council_team_id, 2, False, True, False))
        if restricted:
            self._add(cases.NamedUser, case_id=case_id, user_id=worker[0], added_at=at)
        self._sight_of_case(
            subject, others, case_id, sights, side, status, risk, at, worker[0], review, restricted, reference,
            provider.organisation_id,
        )  # fmt: skip
        if self.history and side == "harmed" and not restricted and at < self.now - timedelta(hours=12):
            put = (
                marac_rows.Put(
                    case_id=case_id, subject=subject, children=sum(part == "child" for _, part in others),
                    provider_id=provider.organisation_id, worker=worker, opened=at, closed=closed, risk=risk,
                    assessment_id=newest.id if newest else None, points=newest.points if newest else None,
                    sent=newest.sent if newest else {}, reference=reference, lead=provider.organisation_id, review=review, people=others, area=area,
                    human=self.marac.humans.get(subject.id, subject.id),
                )
            )  # fmt: skip
            self.marac.case(put)
            self.homes.case(put)
        if contact_id:
            self._add(
                door.Offer, contact_id=contact_id, case_id=case_id, involvement_id=share, service_id=provider.service_id,
                organisation_id=provider.organisation_id, team_of_triage_id=setting.triage_team_id, reference=reference,
                status="accepted", offered_at=at - timedelta(hours=2), answer_due_at=at + timedelta(hours=6), answered_at=at,
            )  # fmt: skip
        if chance.random() < 0.0025:
            walled = chance.choice(setting.users)[0]
            self._add(people.Wall, person_id=subject.id, user_id=walled, kind="set", set_at=at, reason="Family")
        if side == "harmed":
            self._equality(subject, at)
        if self.papers and self.history and not closed and not restricted and provider.service_id:
            self.papers.open_cases.append(Filed(case_id, reference, provider, worker, at))
        self._story(case_id, provider, worker, story, asked=asked, at=at, until=closed or self.now)
        if not closed:
            for _ in range(chance.choices((0, 1, 2, 3), (0.4, 0.35, 0.17, 0.08))[0]):
                self._add(
                    cases.Task, case_id=case_id, title=chance.choice(OFFERED_TASKS),
                    due_on=self.today + timedelta(days=chance.randint(-6, 21)),
                    organisation_id=provider.organisation_id, assignee_id=worker[0], created_at=at,
                )  # fmt: skip

    def _sight_of_case(
        self, subject: Somebody, others: list[tuple[Somebody, str]], case_id: int,
        sights: list[tuple[int, int | None, int, bool, bool, bool]], side: str, status: str, risk: str, at: datetime,
        worker: int, review: date | None, restricted: bool, reference: str, lead: int,
    ) -> None:  # fmt: skip
        """The rows that cases_refresh_sight would write (a test holds the two together)."""
        for organisation, team, scope, address, sees_risk, leads in sights:
            if restricted and not leads:
                continue
            user = worker if restricted else None
            self._add(
                cases.CaseSight, case_id=case_id, person_id=subject.id, organisation_id=organisation, team_id=team,
                user_id=user, scope=scope, address=address, risk=sees_risk, is_lead=leads, side=side, status=status,
                reference=reference, lead_organisation_id=lead, risk_level=risk, opened_at=at, lead_worker_id=worker, review_on=review, source="involvement",
            )  # fmt: skip
            for somebody, part in [(subject, ""), *others]:
                self._add(
                    people.PersonSight, person_id=somebody.id, organisation_id=organisation, team_id=team, user_id=user,
                    scope=scope, address=address and part in ("", "child"), risk=sees_risk,
                    side=side if not part else "named", is_lead=leads and not part, is_restricted=restricted,
                    source_kind="case", source_id=case_id, subject_id=subject.id, harms=part == "said_to_cause_harm",
                )  # fmt: skip

    def _equality(self, who: Somebody, at: datetime) -> None:
        chance = self.chance
        for name, version, codes, shares in living.EQUALITY:
            draw = chance.random()
            if draw < FIGURES["characteristic_unknown"] * 0.6:
                continue  # not asked: no row
            state = (
                "declined" if draw < 0.26 else "not_known" if draw < FIGURES["characteristic_unknown"] else "answered"
            )
            self._add(
                people.EqualityAnswer, person_id=who.id, list=name, list_version=version, state=state,
                code=chance.choices(codes, shares)[0] if state == "answered" else "", recorded_at=at, learned_on=at.date(),
            )  # fmt: skip

    def _story(
        self, case_id: int, provider: Provider, worker: tuple[int, str], story: str, *, asked: datetime, at: datetime,
        until: datetime,
    ) -> None:  # fmt: skip
        chance = self.chance
        organisation = provider.organisation_id
        self._event(case_id, asked, "contact", "Asked for help", story, organisation, "", scope=2)
        self._event(case_id, at, "status", "Case opened", "", organisation, worker[1], scope=2)
        span = (until - at).total_seconds()
        count = max(int(chance.lognormvariate(0, 0.6) * self.events_a_case * 0.83), 2)
        kinds = chance.choices(_EVENT_KINDS, _EVENT_WEIGHTS, k=count)
        for kind in kinds:
            when = living.in_the_office(at + timedelta(seconds=int(span * chance.random())), chance, at, until)
            title = chance.choice(TITLES[kind])
            text = chance.choice(NOTES) if kind == "note" else ""
            about = None
            if kind == "note" and chance.random() < 0.4:
                about = self._add(
                    cases.Note, case_id=case_id, kind="spoke", text=text, happened_at=when, author_id=worker[0],
                    author_name=worker[1], organisation_id=organisation, written_at=when,
                )  # fmt: skip
            self._event(
                case_id, when, kind, title, text, organisation, worker[1], about=about,
                needs_risk=kind in ("risk", "safety"), scope=2 if kind == "sharing" else 3,
            )  # fmt: skip

    def _event(
        self, case_id: int, at: datetime, kind: str, title: str, text: str, organisation: int, by: str, *,
        about: int | None = None, about_kind: str = "note", scope: int = 3, needs_risk: bool = False,
    ) -> None:  # fmt: skip
        if text and scope < cases.Scope.FULL:  # as add_entry does: what was told is for who sees the whole case
            self._event(case_id, at, kind, title, "", organisation, by, about=about, about_kind=about_kind,
                        scope=scope, needs_risk=needs_risk)  # fmt: skip
            scope = cases.Scope.FULL
        self._add(
            cases.ChronologyEntry, case_id=case_id, at=at, kind=kind, title=title, text=text, by_name=by,
            organisation_id=organisation, about_kind=about_kind if about else "", about_id=about, scope=scope,
            needs_risk=needs_risk,
        )  # fmt: skip


_OUTCOMES = ("advice", "signposted", "referred", "no_contact", "refused", "duplicate", "emergency")
_REST = 1 - FIGURES["advice"] - FIGURES["signposted"] - FIGURES["referred"]
_OUTCOME_WEIGHTS = (
    FIGURES["advice"], FIGURES["signposted"], FIGURES["referred"], _REST * 0.55, _REST * 0.3, _REST * 0.1, _REST * 0.05,
)  # fmt: skip
_NOT_REACHED = ("no_answer", "no_answer", "no_answer", "voicemail_left", "someone_else", "unsafe")
_WORKING = Hours()
_TO_ADULTS = (
    ("partner", "former_partner", "spouse", "former_spouse", "sibling", "other_family"),
    (0.27, 0.36, 0.14, 0.1, 0.05, 0.08),
)
_TO_THE_YOUNG = (("partner", "former_partner", "parent", "sibling"), (0.28, 0.42, 0.22, 0.08))
# How much older (or younger) than who is harmed: the least, the most, the likeliest; nobody of them is under 19.
_YEARS_APART = {"parent": (18, 42, 28), "sibling": (-12, 12, 2), "other_family": (-20, 30, 8)}
_MONDAY = datetime(2024, 1, 8, 11, tzinfo=UTC)  # who waits now asked at some hour of the last day: as by day
LED = 14  # open cases of the first worker of each service: who is signed in as one of the roles has work to look at
# What else is so of who waits in the queue, by their place in it.
_IN_QUEUE = {2: "again now", 7: "again tomorrow", 11: "on the list", 13: "on the list"}
RESTRICTED = 200  # which case is
_NEEDS = ("safety", "safe_place", "emotional", "children", "legal", "housing", "money", "court")
_SAFE = {
    "yes": "Any time",
    "windows": "At certain times",
    "no": "Do not call: they will call us",
    "unknown": "Not known",
}
_CLOSING = ("goals_met", "moved_on", "no_contact", "declined", "moved_away", "unsafe")
_CLOSING_WEIGHTS = (0.5, 0.15, 0.16, 0.1, 0.07, 0.02)
_EVENT_KINDS = ("note", "task", "sharing", "person", "document", "risk", "safety")
_EVENT_WEIGHTS = (0.62, 0.1, 0.06, 0.05, 0.07, 0.05, 0.05)


def _around(kind: str, age: float) -> tuple[float, float, float]:
    """Between which ages an adult is who harms somebody of this age, and how old most likely."""
    low, high, likely = _YEARS_APART.get(kind, (-10, 20, 3))
    least = max(19.0, age + low)
    return least, max(least + 2, min(age + high, 90)), max(least, min(age + likely, 88))


def _of_young(kind: str, age: float, of_young_one: bool) -> str:
    """What somebody of 13 to 18 is to whom they harm: an adult's child, where the adult is old enough for it."""
    if of_young_one:
        return "sibling" if kind == "parent" else kind
    if age < 18 + YOUNGEST_CARER:
        return "sibling"
    return "child" if age <= 13 + OLDEST_CARER else "other_family"


def _windows(chance: random.Random) -> str:
    days = chance.choice(("[0, 1, 2, 3, 4]", "[0, 2, 4]", "[1, 3]", "[5, 6]", "[0, 1, 2, 3, 4, 5, 6]"))
    start, end = chance.choice(
        (("09:30", "14:30"), ("10:00", "12:00"), ("17:00", "19:30"), ("12:00", "13:00"), ("19:00", "21:00"))
    )
    return f'[{{"days": {days}, "from": "{start}", "to": "{end}"}}]'
