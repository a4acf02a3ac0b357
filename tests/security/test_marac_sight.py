"""The MARAC against a small model of its rules, in the generated worlds of test_oracle.

At the table takes part who has a seat, for the agency they act for, and sight of the case. An agency's research is its
own until it is shared in the meeting. Lines are withheld from agencies. A wall, a restricted case, a seat that ended and
a share that is over act here as everywhere: the model asks the oracle of test_oracle, and knows no SQL and no policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, connections, models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leeward.platform.access import acting
from leeward.platform.common.ids import new_id
from leeward.record.cases.models import Case
from leeward.response.front_door.models import Contact
from leeward.response.marac import models as marac
from tests.committed import OWNER, TIMES
from tests.security import test_oracle
from tests.security.test_oracle import (
    CASE,
    ORG,
    ORGANISATIONS,
    PERSON,
    USER,
    Facts,
    Grant,
    Oracle,
    Place,
    Share,
    WallFact,
)
from tests.security.test_risk_sight import goes_through

ground = test_oracle.ground
ROW = 20_000
SETTLED = settings(
    max_examples=70 * TIMES, deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
SITS = {"marac_representative", "marac_coordinator"}
MARACS = 2
# From the last to the first: nothing is deleted that something else still names.
EVERY: tuple[type[models.Model], ...] = (
    marac.ReturnSent, marac.Letter, marac.Transfer, marac.MaracFlag, marac.MaracAction, marac.MinuteLine,
    marac.Attendance, marac.ResearchLine, marac.ResearchAnswer, marac.Research, marac.ContactItem, marac.Item,
    marac.ReferralChange,
    marac.Referral, marac.MeetingChange, marac.Meeting, marac.Seat, marac.MaracAgency, marac.Marac,
)  # fmt: skip


@dataclass(frozen=True)
class SeatFact:
    """A seat."""

    marac: int
    organisation: int
    user: int
    part: str
    ended: bool


@dataclass(frozen=True)
class ReferralFact:
    """A case before a MARAC."""

    marac: int
    case: int
    organisation: int
    user: int
    status: str


@dataclass(frozen=True)
class ItemFact:
    """A referral on the agenda of its MARAC's meeting."""

    referral: int
    meeting: str  # the status of that meeting
    status: str
    brought: tuple[int, int] | None  # user, organisation


@dataclass(frozen=True)
class ResearchFact:
    """What an agency returned: an answer and a line, shared or not."""

    item: int
    organisation: int
    shared: bool
    taken_back: bool


@dataclass(frozen=True)
class LineFact:
    """A line of the minutes."""

    item: int
    withheld: frozenset[int]
    replaced: bool


@dataclass(frozen=True)
class ActionFact:
    """What an agency does."""

    item: int
    organisation: int
    owner: int | None


@dataclass(frozen=True)
class ContactFact:
    """A contact in triage on the list of the meeting of an item, put there by an organisation; of days long past or not."""

    item: int
    person: int
    organisation: int
    past: bool


@dataclass
class Table:
    """The MARACs of a generated world."""

    agencies: dict[tuple[int, int], bool]  # marac, organisation: whether it still sits there
    seats: list[SeatFact]
    referrals: list[ReferralFact]
    items: list[ItemFact]
    research: list[ResearchFact]
    lines: list[LineFact]
    actions: list[ActionFact]
    attended: list[tuple[int, int]] = field(default_factory=list)  # item (its meeting), user
    contacts: list[ContactFact] = field(default_factory=list)


often = st.sampled_from([True, True, True, False])
MEETINGS = ("planned", "circulated", "circulated", "open", "open", "held", "minuted")


@st.composite
def tables(draw: st.DrawFn) -> tuple[Facts, Table]:
    """A world whose people sit at tables: most have a seat, and most seats have sight."""
    facts = draw(test_oracle.worlds())
    facts.places = [
        replace(place, roles=place.roles | draw(st.sampled_from(MARAC_ROLES)))
        if draw(test_oracle.seldom)
        else replace(place, roles=draw(st.sampled_from(MARAC_ROLES)), active=True)
        for place in facts.places
    ]
    cases = st.integers(0, len(facts.subjects) - 1)
    seats = []
    for place in facts.places:
        for number in range(MARACS):
            if draw(often) and (number == 0 or draw(test_oracle.seldom)):
                part = draw(st.sampled_from(["chair", "coordinator", "representative", "representative", "deputy"]))
                seats.append(SeatFact(number, place.organisation, place.user, part, draw(test_oracle.rarely)))
    referrals = [
        ReferralFact(
            draw(st.sampled_from([0] * 5 + [1])), draw(cases), draw(test_oracle.organisations), draw(test_oracle.users),
            draw(st.sampled_from(["sent", "listed", "listed", "heard", "withdrawn"])),
        )
        for _ in range(draw(st.integers(2, 3)))
    ]  # fmt: skip
    brought = st.one_of(
        st.none(), st.none(),
        st.sampled_from([(place.user, place.organisation) for place in facts.places if place.active] or [(0, 0)]),
    )  # fmt: skip
    items = [
        ItemFact(number, draw(st.sampled_from(MEETINGS)),
                 draw(st.sampled_from(["listed", "listed", "heard", "put_off", "withdrawn"])), draw(brought))
        for number in range(len(referrals))
        if draw(often)
    ] or [ItemFact(0, "open", "listed", None)]  # fmt: skip
    # What the listing made, and what came of it since.
    for item in items:
        row = referrals[item.referral]
        facts.shares += [
            Share(row.case, seat.organisation, None, seat.user, 2, False, False,
                  draw(st.sampled_from(["active"] * 9 + ["ended"])), True,
                  draw(st.sampled_from(["ahead"] * 9 + ["past"])))
            for seat in seats
            if seat.marac == row.marac and draw(st.sampled_from([True] * 9 + [False]))
        ]  # fmt: skip
    seated = [seat for seat in seats if seat.marac == referrals[items[0].referral].marac]
    if seated and draw(test_oracle.seldom):  # somebody at the table who may never see whom an item is about
        facts.walls = [WallFact(facts.subjects[referrals[items[0].referral].case], seated[0].user, None, False)]
    else:
        facts.walls = facts.walls[:1]
    for item in items:  # who brings an item has been given its case
        if item.brought and draw(often):
            facts.shares.append(
                Share(referrals[item.referral].case, item.brought[1], None, item.brought[0], 2, False, False, "active",
                      True, "never")
            )  # fmt: skip
    every = st.integers(0, len(items) - 1)
    research = draw(
        st.lists(st.builds(ResearchFact, every, test_oracle.organisations, often, st.booleans()), min_size=2, max_size=4,
                 unique_by=lambda one: (one.item, one.organisation))
    )  # fmt: skip
    lines = draw(
        st.lists(st.builds(LineFact, every, st.frozensets(test_oracle.organisations, max_size=1), test_oracle.seldom),
                 min_size=1, max_size=4)
    )  # fmt: skip
    owners = st.one_of(st.none(), test_oracle.users)
    actions = draw(st.lists(st.builds(ActionFact, every, test_oracle.organisations, owners), max_size=4))
    attended = draw(st.lists(st.tuples(every, test_oracle.users), max_size=3, unique=True))
    agencies = {
        (m, o): draw(st.sampled_from([True] * 6 + [False])) for m in range(MARACS) for o in range(ORGANISATIONS)
    }
    # Restricted cases are met often enough where few stand in the way of the rest.
    if draw(often):
        facts.restricted = [False] * len(facts.subjects)
    # Most stand on a list that is not open yet, where there is one: it is what is met least.
    planned = [number for number, item in enumerate(items) if item.meeting == "planned"]
    lists = st.sampled_from(planned * 6 + list(range(len(items))))
    contacts = draw(
        st.lists(st.builds(ContactFact, lists, st.integers(0, test_oracle.PEOPLE - 1), test_oracle.organisations,
                           test_oracle.rarely), min_size=1, max_size=3)
    )  # fmt: skip
    return facts, Table(agencies, seats, referrals, items, research, lines, actions, attended, contacts)


MARAC_ROLES = [
    frozenset({"marac_representative"}), frozenset({"marac_representative"}), frozenset({"marac_coordinator"}),
    frozenset({"marac_coordinator"}), frozenset({"marac_representative", "practitioner"}), frozenset({"analyst"}),
]  # fmt: skip


# ---------------------------------------------------------------------------------------------------------- the rules


class MaracOracle(Oracle):
    """The rules of the table, for one user who acts for one organisation."""

    def __init__(self, facts: Facts, table: Table, place: Place) -> None:
        super().__init__(facts, place)
        self.table = table
        sits = bool(place.roles & SITS)
        mine = [
            seat
            for seat in table.seats
            if sits
            and (seat.user, seat.organisation, seat.ended) == (place.user, place.organisation, False)
            and table.agencies[seat.marac, seat.organisation]
        ]
        self.seats = {seat.marac for seat in mine}
        self.arranges = {
            seat.marac for seat in mine if seat.part in ("chair", "coordinator") and "marac_coordinator" in place.roles
        }
        self.by_name_only = sits and not self.works

    def grants(self, case: int) -> list[Grant]:
        """Who only sits at a MARAC is given what is theirs by name, and nothing else of their organisation's."""
        if not self.by_name_only:
            return super().grants(case)
        facts = self.facts
        named = facts.restricted[case] and self._named(case)
        mine = [share for share in facts.shares if share.user == self.me or (share.case == case and named)]
        self.facts, self.works = replace(facts, shares=mine), True
        try:
            return super().grants(case)
        finally:
            self.facts, self.works = facts, False

    def sees(self, case: int) -> bool:
        return self.scope(case) >= 2

    def reads_risk(self, case: int) -> bool:
        return any(grant.scope >= 3 and grant.risk for grant in self.grants(case))

    def works_on(self, case: int) -> bool:
        return any(grant.scope >= 3 and grant.risk and not grant.emergency for grant in self.grants(case))

    def marac_of(self, item: ItemFact) -> int:
        return self.table.referrals[item.referral].marac

    def case_of(self, item: ItemFact) -> int:
        return self.table.referrals[item.referral].case

    def arranges_item(self, item: ItemFact) -> bool:
        return self.sees(self.case_of(item)) and self.marac_of(item) in self.arranges

    def takes_part(self, item: ItemFact) -> bool:
        if not self.sees(self.case_of(item)):
            return False
        if self.marac_of(item) in self.arranges:
            return True
        at_table = self.marac_of(item) in self.seats and item.status != "withdrawn"
        return item.meeting != "planned" and (at_table or item.brought == (self.me, self.mine))

    def minutes(self, item: ItemFact) -> bool:
        return self.arranges_item(item) and item.meeting in ("open", "held")

    def gives_voice(self, item: ItemFact) -> bool:
        """Who brings an item says what whom it is about says and wants, while the meeting is open."""
        mine = item.brought == (self.me, self.mine) and self.sees(self.case_of(item))
        return mine and item.meeting == "open" and item.status == "listed"

    def owns(self, action: ActionFact) -> bool:
        case = self.case_of(self.table.items[action.item])
        hidden = self.facts.subjects[case] in self.walled or (self.facts.restricted[case] and not self._named(case))
        return action.organisation == self.mine and not hidden and (action.owner == self.me or bool(self.seats))

    # reading

    def referral(self, row: ReferralFact) -> bool:
        listed = any(
            self.takes_part(item) for item in self.table.items if self.table.referrals[item.referral] is row
        )  # fmt: skip
        return self.reads_risk(row.case) or (self.sees(row.case) and (row.marac in self.arranges or listed))

    def item(self, item: ItemFact) -> bool:
        return self.reads_risk(self.case_of(item)) or self.takes_part(item)

    def asked(self, row: ResearchFact) -> bool:
        """That research was asked and returned: the agency's own, and who arranges."""
        item = self.table.items[row.item]
        return self.sees(self.case_of(item)) and (row.organisation == self.mine or self.arranges_item(item))

    def _shared(self, row: ResearchFact) -> bool:
        item = self.table.items[row.item]
        return row.shared and self.takes_part(item) and item.meeting in ("open", "held", "minuted")

    def answer(self, row: ResearchFact) -> bool:
        """What an agency knows: its own until shared in the meeting."""
        mine = row.organisation == self.mine and self.sees(self.case_of(self.table.items[row.item]))
        return mine or self._shared(row)

    def line(self, row: ResearchFact) -> bool:
        mine = row.organisation == self.mine and self.sees(self.case_of(self.table.items[row.item]))
        return mine or (self._shared(row) and not row.taken_back)

    def minute(self, row: LineFact) -> bool:
        item = self.table.items[row.item]
        return (
            self.takes_part(item) and self.mine not in row.withheld and (not row.replaced or self.arranges_item(item))
        )

    def action(self, row: ActionFact) -> bool:
        item = self.table.items[row.item]
        return self.reads_risk(self.case_of(item)) or self.takes_part(item) or self.owns(row)

    def flag(self, item: ItemFact) -> bool:
        return self.reads_risk(self.case_of(item)) or self.arranges_item(item)

    def contact(self, row: ContactFact) -> bool:
        """A contact on the list: of who sits there, once it is opened or where they put it on or arrange; no wall."""
        item = self.table.items[row.item]
        here, opened = self.marac_of(item), item.meeting != "planned"
        begun = opened or row.organisation == self.mine or here in self.arranges
        days_over = any(one.past for one in self.table.contacts if one.item == row.item)
        return here in self.seats and begun and row.person not in self.walled and not days_over

    # writing

    def changes_research(self, row: ResearchFact) -> bool:
        item = self.table.items[row.item]
        return (row.organisation == self.mine and self.takes_part(item)) or self.arranges_item(item)

    def writes_answer(self, row: ResearchFact) -> bool:
        return row.organisation == self.mine and self.takes_part(self.table.items[row.item])


Rule = Callable[[MaracOracle, Any], bool]
READS: dict[type[models.Model], tuple[str, Rule]] = {
    marac.Referral: ("referrals", MaracOracle.referral),
    marac.ReferralChange: ("referrals", MaracOracle.referral),
    marac.Item: ("items", MaracOracle.item),
    marac.Research: ("research", MaracOracle.asked),
    marac.ResearchAnswer: ("research", MaracOracle.answer),
    marac.ResearchLine: ("research", MaracOracle.line),
    marac.MinuteLine: ("lines", MaracOracle.minute),
    marac.MaracAction: ("actions", MaracOracle.action),
    marac.MaracFlag: ("items", MaracOracle.flag),
    marac.Transfer: ("items", MaracOracle.flag),
    marac.Letter: ("items", MaracOracle.flag),
    marac.ContactItem: ("contacts", MaracOracle.contact),
}
# A column that the web role may change, and who may.
CHANGES: dict[type[models.Model], tuple[str, Rule]] = {
    marac.Referral: (
        "status",
        lambda o, row: (
            (o.works_on(row.case) and row.organisation == o.mine) or (o.sees(row.case) and row.marac in o.arranges)
        ),
    ),
    marac.Item: ("position", MaracOracle.arranges_item),
    marac.Research: ("chased", MaracOracle.changes_research),
    marac.ResearchAnswer: ("known", MaracOracle.writes_answer),
    marac.ResearchLine: ("words", MaracOracle.writes_answer),
    marac.MinuteLine: ("ended_at", lambda o, row: o.minute(row) and o.minutes(o.table.items[row.item])),
    marac.MaracAction: ("outcome", lambda o, row: o.owns(row) or o.arranges_item(o.table.items[row.item])),
    marac.MaracFlag: ("ended_why", MaracOracle.arranges_item),
    marac.ContactItem: ("owner_name", lambda o, row: False),  # at a daily meeting alone
}


# ----------------------------------------------------------------------------------------------------- the real thing


def write(facts: Facts, table: Table) -> None:
    """Write a world and its tables as the owner."""
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        for model in (*EVERY, Contact):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    test_oracle.write(facts)
    with transaction.atomic(using=OWNER):
        for row in rows(facts, table):
            row.save(using=OWNER, force_insert=True)


def rows(facts: Facts, table: Table) -> list[models.Model]:
    """Everything of the tables, with numbers that tell each row."""
    now = timezone.now()
    made: list[models.Model] = [
        marac.Marac(id=ROW + n, partnership_id=1, name=f"MARAC {n}", kind="marac") for n in range(MARACS)
    ]
    made += [
        marac.MaracAgency(id=ROW + n, marac_id=ROW + m, organisation_id=ORG + o, kind="other",
                          until_on=None if here else now.date() - timedelta(days=1))
        for n, ((m, o), here) in enumerate(table.agencies.items())
    ]  # fmt: skip
    made += [
        marac.Seat(id=ROW + n, marac_id=ROW + s.marac, organisation_id=ORG + s.organisation, user_id=USER + s.user,
                   part=s.part, ended_at=now if s.ended else None)
        for n, s in enumerate(table.seats)
    ]  # fmt: skip
    for n, r in enumerate(table.referrals):
        made.append(new_referral(ROW + n, facts, r))
        made.append(marac.ReferralChange(id=ROW + n, referral_id=ROW + n, case_id=CASE + r.case, status="sent"))
    for n, i in enumerate(table.items):
        r = table.referrals[i.referral]
        made.append(
            marac.Meeting(
                id=ROW + n, marac_id=ROW + r.marac, begins_at=now, referrals_due_at=now, research_due_at=now,
                status=i.meeting,
            )
        )  # fmt: skip
        if any(one.past for one in table.contacts if one.item == n):
            made[-1].begins_at = now - timedelta(days=60)  # type: ignore[attr-defined]  # the meeting just made
        made.append(marac.MeetingChange(id=ROW + n, meeting_id=ROW + n, status=i.meeting, begins_at=now))
        made.append(
            marac.Item(
                id=ROW + n, meeting_id=ROW + n, referral_id=ROW + i.referral, case_id=CASE + r.case,
                person_id=PERSON + facts.subjects[r.case], position=1, minutes=12, status=i.status,
                brought_by_id=USER + i.brought[0] if i.brought else None,
                brought_for_id=ORG + i.brought[1] if i.brought else None,
            )
        )  # fmt: skip
        made += [one(ROW + n, facts, table, n) for one in (new_flag, new_transfer, new_letter)]
    for n, s in enumerate(table.research):
        made += [one(ROW + n, table, s, ROW + n) for one in (new_research, new_answer, new_line)]
    made += [new_minute(ROW + n, table, one) for n, one in enumerate(table.lines)]
    made += [new_action(ROW + n, table, one) for n, one in enumerate(table.actions)]
    made += [
        marac.Attendance(id=ROW + n, meeting_id=ROW + item, user_id=USER + user, name="x", status="present")
        for n, (item, user) in enumerate(table.attended)
    ]
    for n, one in enumerate(table.contacts):
        made += new_contact(ROW + n, one)
    made += [
        marac.ReturnSent(id=ROW + n, marac_id=ROW + n, quarter_from=now, quarter_until=now, figures={}, sent_by="x")
        for n in range(MARACS)
    ]
    return made


def new_referral(pk: int, facts: Facts, r: ReferralFact) -> marac.Referral:
    return marac.Referral(
        id=pk, marac_id=ROW + r.marac, case_id=CASE + r.case, person_id=PERSON + facts.subjects[r.case],
        organisation_id=ORG + r.organisation, referrer_id=USER + r.user, referrer_name="x", agency_kind="other",
        criteria=["score"], why="x", aware="told_agreed", lawful_basis="consent", status=r.status,
    )  # fmt: skip


def case_of(table: Table, item: int) -> int:
    return CASE + table.referrals[table.items[item].referral].case


def new_research(pk: int, table: Table, s: ResearchFact, _whole: int) -> marac.Research:
    return marac.Research(
        id=pk, item_id=ROW + s.item, case_id=case_of(table, s.item), organisation_id=ORG + s.organisation
    )


def new_answer(pk: int, table: Table, s: ResearchFact, whole: int) -> marac.ResearchAnswer:
    return marac.ResearchAnswer(
        id=pk, research_id=whole, case_id=case_of(table, s.item), organisation_id=ORG + s.organisation, known="known",
        author_name="x", shared_at=timezone.now() if s.shared else None,
    )  # fmt: skip


def new_line(pk: int, table: Table, s: ResearchFact, whole: int) -> marac.ResearchLine:
    return marac.ResearchLine(
        id=pk, research_id=whole, case_id=case_of(table, s.item), organisation_id=ORG + s.organisation, kind="fact",
        about="victim", words="x", shared_at=timezone.now() if s.shared else None,
        ended_at=timezone.now() if s.taken_back else None,
    )  # fmt: skip


def new_minute(pk: int, table: Table, one: LineFact, author: int = USER, kind: str = "discussion") -> marac.MinuteLine:
    return marac.MinuteLine(
        id=pk, item_id=ROW + one.item, case_id=case_of(table, one.item), kind=kind, words="x", author_id=author,
        author_name="x", withheld_from=[ORG + o for o in one.withheld],
        ended_at=timezone.now() if one.replaced else None,
    )  # fmt: skip


def new_action(pk: int, table: Table, one: ActionFact) -> marac.MaracAction:
    return marac.MaracAction(
        id=pk, item_id=ROW + one.item, case_id=case_of(table, one.item), organisation_id=ORG + one.organisation,
        owner_id=None if one.owner is None else USER + one.owner, words="x", for_whom="victim", due_on=date(2026, 1, 1),
        added_by_id=USER, added_by_name="x",
    )  # fmt: skip


def new_flag(pk: int, facts: Facts, table: Table, item: int) -> marac.MaracFlag:
    r = table.referrals[table.items[item].referral]
    today = timezone.localdate()
    return marac.MaracFlag(
        id=pk, marac_id=ROW + r.marac, case_id=CASE + r.case, person_id=PERSON + facts.subjects[r.case],
        item_id=ROW + item, from_on=today, until_on=today + timedelta(days=300),
    )  # fmt: skip


def new_transfer(pk: int, facts: Facts, table: Table, item: int) -> marac.Transfer:
    r = table.referrals[table.items[item].referral]
    return marac.Transfer(
        id=pk, marac_id=ROW + r.marac, case_id=CASE + r.case, direction="out", other_marac="x", why="moved", by_name="x"
    )


def new_letter(pk: int, facts: Facts, table: Table, item: int) -> marac.Letter:
    return marac.Letter(
        id=pk, case_id=case_of(table, item), item_id=ROW + item, addressee="x", body="x", signed_by="x", signed_as="x",
        made_by_id=USER,
    )  # fmt: skip


def new_contact(pk: int, one: ContactFact) -> list[models.Model]:
    now, organisation, person = timezone.now(), ORG + one.organisation, PERSON + one.person
    contact = Contact(
        id=pk, partnership_id=1, organisation_id=organisation, team_id=test_oracle.team_id(one.organisation, 0),
        reference=f"C-{pk}", route="web", about="me", person_id=person, attempt_due_at=now,
    )  # fmt: skip
    line = marac.ContactItem(
        id=pk, meeting_id=ROW + one.item, contact=contact, person_id=person, organisation_id=organisation,
        reference=contact.reference, received_at=now, owner_id=USER, owner_name="x", put_on_by="x",
    )  # fmt: skip
    return [contact, line]


def shown(model: type[models.Model]) -> set[int]:
    return test_oracle.shown(model, ROW)


def changed(model: type[models.Model], column: str) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {column} = {column} RETURNING id")
        return {pk - ROW for (pk,) in cursor.fetchall()}


def added(facts: Facts, table: Table, oracle: MaracOracle) -> None:
    """New rows go in just where the rules say so, and a part of an item in another case than its own nowhere."""

    def tries(make: Callable[[], models.Model], allowed: bool) -> None:
        assert goes_through(lambda: make().save(force_insert=True)) == allowed, make()
        worth["adds"] += allowed

    mine, me = oracle.mine, oracle.me
    cases = range(len(facts.subjects))
    for case in cases:
        for organisation in range(ORGANISATIONS):
            new = ReferralFact(0, case, organisation, me, "sent")
            allowed = oracle.works_on(case) and organisation == mine
            tries(lambda new=new: new_referral(new_id(), facts, new), allowed)  # type: ignore[misc]

            def astray(new: ReferralFact = new) -> models.Model:
                made = new_referral(new_id(), facts, new)
                made.person_id = PERSON + (facts.subjects[new.case] + 1) % test_oracle.PEOPLE
                return made

            tries(astray, False)
    for number, item in enumerate(table.items):
        other = [CASE + case for case in cases if case != oracle.case_of(item)]
        for organisation in range(ORGANISATIONS):
            action = ActionFact(number, organisation, None)
            line = LineFact(number, frozenset(), False)
            tries(lambda a=action: new_action(new_id(), table, a), oracle.minutes(item))  # type: ignore[misc]
            tries(lambda n=line: new_minute(new_id(), table, n, USER + me), oracle.minutes(item))  # type: ignore[misc]
            voice = oracle.minutes(item) or oracle.gives_voice(item)
            tries(lambda n=line: new_minute(new_id(), table, n, USER + me, "voice"), voice)  # type: ignore[misc]
            tries(lambda n=line: new_minute(new_id(), table, n, USER + me + 1), False)  # type: ignore[misc]
            for case_id in other:
                for make in (
                    lambda a=action: new_action(new_id(), table, a),  # type: ignore[misc]
                    lambda n=line: new_minute(new_id(), table, n, USER + me),  # type: ignore[misc]
                ):

                    def elsewhere(make: Callable[[], Any] = make, case_id: int = case_id) -> models.Model:
                        made = make()
                        made.case_id = case_id
                        return made  # type: ignore[no-any-return]

                    tries(elsewhere, False)
    for number, one in enumerate(table.research):
        allowed = oracle.writes_answer(one)
        tries(lambda n=number, one=one: new_line(new_id(), table, one, ROW + n), allowed)  # type: ignore[misc]
        stolen = replace(one, organisation=1 - one.organisation)  # in the name of the other agency
        tries(lambda n=number, one=stolen: new_line(new_id(), table, one, ROW + n), False)  # type: ignore[misc]


worth: Counter[str] = Counter()


def count_worth(table: Table, oracle: MaracOracle) -> None:
    """Note which rules mattered."""
    for item in table.items:
        sees, case = oracle.sees(oracle.case_of(item)), oracle.case_of(item)
        worth["takes part by name alone"] += oracle.by_name_only and oracle.takes_part(item)
        worth["walled at the table"] += (
            oracle.marac_of(item) in oracle.seats and oracle.facts.subjects[case] in oracle.walled
        )
        worth["sight without a seat"] += sees and not oracle.takes_part(item) and not oracle.reads_risk(case)
        worth["not yet circulated"] += (
            sees and oracle.marac_of(item) in oracle.seats - oracle.arranges and item.meeting == "planned"
        )
        worth["brings it"] += oracle.marac_of(item) not in oracle.seats and oracle.takes_part(item)
        worth["withdrawn"] += (
            sees and item.status == "withdrawn" and oracle.marac_of(item) in oracle.seats - oracle.arranges
        )
    for one in table.research:
        item = table.items[one.item]
        others = one.organisation != oracle.mine
        worth["another's, shared"] += others and oracle.answer(one) and not oracle.arranges_item(item)
        worth["another's, not shared"] += others and oracle.takes_part(item) and not one.shared
        worth["another's, shared too early"] += (
            others and oracle.takes_part(item) and one.shared and not oracle.answer(one)
        )
        worth["hidden from who arranges"] += others and oracle.arranges_item(item) and not oracle.answer(one)
        worth["taken back"] += others and oracle.answer(one) and not oracle.line(one)
    for line in table.lines:
        worth["withheld"] += oracle.takes_part(table.items[line.item]) and oracle.mine in line.withheld
        worth["replaced"] += oracle.takes_part(table.items[line.item]) and line.replaced and not oracle.minute(line)
    for contact in table.contacts:
        item = table.items[contact.item]
        worth["a contact at the table"] += oracle.contact(contact)
        worth["a contact of somebody walled"] += (
            oracle.marac_of(item) in oracle.seats and contact.person in oracle.walled
        )
        worth["a contact not yet opened"] += (
            oracle.marac_of(item) in oracle.seats and item.meeting == "planned" and not oracle.contact(contact)
        )
    for action in table.actions:
        case = oracle.case_of(table.items[action.item])
        worth["owned after sight ended"] += oracle.owns(action) and not oracle.sees(case)


def look(facts: Facts, table: Table, place: Place) -> None:
    """What one user reads, changes and adds, beside what the rules say."""
    oracle = MaracOracle(facts, table, place)
    count_worth(table, oracle)
    assert test_oracle.shown(Case, CASE) == {case for case in range(len(facts.subjects)) if oracle.sees(case)}
    for model, (what, rule) in READS.items():
        expected = {number for number, row in enumerate(getattr(table, what)) if rule(oracle, row)}
        assert shown(model) == expected, model
        if model in CHANGES:
            column, may = CHANGES[model]
            allowed = {number for number, row in enumerate(getattr(table, what)) if may(oracle, row)}
            assert changed(model, column) == allowed & expected, model
            assert allowed <= expected, ("nobody changes what they do not read", model)
    # Nothing about a person: who sits where is for everybody of the partnership, who was there for the table.
    meetings = [oracle.marac_of(item) for item in table.items]
    assert shown(marac.Meeting) == set(range(len(meetings)))
    assert shown(marac.MeetingChange) == {n for n, which in enumerate(meetings) if which in oracle.seats}
    assert shown(marac.Attendance) == {
        n for n, (item, user) in enumerate(table.attended) if meetings[item] in oracle.seats or user == place.user
    }
    analyst = "analyst" in place.roles
    assert shown(marac.ReturnSent) == {n for n in range(MARACS) if n in oracle.arranges or analyst}
    tells_nothing(facts, table, oracle)
    added(facts, table, oracle)


def ask(statement: str, *values: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def tells_nothing(facts: Facts, table: Table, oracle: MaracOracle) -> None:
    """What functions answer: a number of closed items, a date, a flag; never about somebody walled or unseen."""
    for number, item in enumerate(table.items):
        ((closed,),) = ask("SELECT marac_closed_to_me(%s)", ROW + number)
        counts = oracle.marac_of(item) in oracle.seats and item.meeting != "planned"
        kept = counts and item.status in ("listed", "heard") and not oracle.takes_part(item)
        assert closed == int(kept)
        worth["told of one closed item"] += kept
    cases = [CASE + case for case in range(len(facts.subjects))]
    before = timezone.now() + timedelta(days=1)
    told = {row[0] - CASE for row in ask("SELECT * FROM marac_last_referrals(%s, %s, 12)", cases, before)}
    assert told <= {case for case in range(len(facts.subjects)) if oracle.sees(case)}
    assert not {case for case in told if not could_tell(facts, table, oracle, case)}, told
    worth["repeat"] += bool(told)
    everybody = [PERSON + person for person in range(test_oracle.PEOPLE)]
    flagged = {row[0] - PERSON for row in ask("SELECT * FROM marac_flags_on(%s)", everybody)}
    expected = {person for person in range(test_oracle.PEOPLE) if has_flag(facts, table, oracle, person)}
    assert flagged == expected
    worth["flag"] += bool(flagged)


def records_of(facts: Facts, person: int) -> set[int]:
    """A record and those linked with it directly."""
    return {person} | {
        other
        for one, two, undone in facts.links
        for this, other in ((one, two), (two, one))
        if not undone and this == person
    }


def hidden(facts: Facts, oracle: MaracOracle, case: int) -> bool:
    return facts.subjects[case] in oracle.walled or (facts.restricted[case] and not oracle._named(case))


def could_tell(facts: Facts, table: Table, oracle: MaracOracle, case: int) -> bool:
    """Whether there is an earlier referral of the same human that may be told."""
    same = records_of(facts, facts.subjects[case])
    return any(
        facts.subjects[row.case] in same and row.status in ("listed", "heard") and not hidden(facts, oracle, row.case)
        for row in table.referrals
    )


def has_flag(facts: Facts, table: Table, oracle: MaracOracle, person: int) -> bool:
    """A flag is told to an agency of that MARAC that has sight of the person."""
    if person not in oracle.people():
        return False
    if any(one == person and part == "said_to_cause_harm" for _, one, _, part in facts.known):
        return False  # the two sides never open from one another
    same = records_of(facts, person)
    for item in table.items:
        row = table.referrals[item.referral]
        agency = table.agencies[row.marac, oracle.mine]
        if facts.subjects[row.case] in same and agency and not hidden(facts, oracle, row.case):
            return True
    return False


@SETTLED
@given(made=tables())
def compare(made: tuple[Facts, Table]) -> None:
    """One generated world: everybody who can act reads and writes just what the rules say."""
    facts, table = made
    write(facts, table)
    for place in facts.places:
        with transaction.atomic():
            if acting.begin(USER + place.user, ORG + place.organisation) is not None:
                look(facts, table, place)
            transaction.set_rollback(True)


@pytest.mark.worlds
def test_the_table_is_seen_and_written_as_the_rules_say(ground: None) -> None:
    compare()
    assert len(worth) >= 18, worth
    assert min(worth.values()) >= 3, worth


@settings(SETTLED, max_examples=10)
@given(made=tables())
def test_nobody_and_visitors_see_nothing_of_a_marac(ground: None, made: tuple[Facts, Table]) -> None:
    write(*made)
    with transaction.atomic():
        for begin in (acting.end, lambda: acting.begin_public(1)):
            begin()
            for model in EVERY:
                assert not model._default_manager.exists(), model
        acting.begin_job(1, "any")
        for model in READS:
            assert not model._default_manager.exists(), model


def test_the_oracle_knows_every_table_of_the_room() -> None:
    """A table that is added later is added here."""
    from django.apps import apps

    assert set(apps.get_app_config("marac").get_models()) == set(EVERY)
