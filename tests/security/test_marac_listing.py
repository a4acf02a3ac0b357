"""What a listing opens, and what closes it again, in the generated worlds of test_marac_sight: just those who sit there.

These functions are the only ones that give sight of a case to a table. Here they are called by everybody, whether they
may or not, and what stands afterwards is read as the owner. And the two sides: what is known of somebody as harmed is
never reached from a record of him as causing harm.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from django.db import connection, connections, transaction
from django.http import Http404
from hypothesis import given, settings

from leeward.platform.access import acting
from leeward.response.marac.queries.causing_harm import across_cases, one_across_cases
from tests.committed import OWNER
from tests.security import test_oracle
from tests.security.test_marac_sight import (
    ROW,
    SETTLED,
    ItemFact,
    MaracOracle,
    ReferralFact,
    SeatFact,
    Table,
    ask,
    tables,
    write,
)
from tests.security.test_oracle import CASE, ORG, PERSON, USER, USERS, Facts, Place, Share

ground = test_oracle.ground
Opened = set[tuple[int, int, int, int, bool, bool, str]]


def opened() -> Opened:
    """What MARACs have opened: case, organisation, user, scope, address, risk, status."""
    with connections[OWNER].cursor() as cursor:
        cursor.execute(
            "SELECT case_id, organisation_id, user_id, scope, address, risk, status FROM cases_involvement"
            " WHERE origin = 'marac'"
        )
        return set(cursor.fetchall())


def close_all(cases: int) -> None:
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("DELETE FROM cases_involvement WHERE origin = 'marac'")
        for case in range(cases):
            cursor.execute("SELECT cases_refresh_sight(%s)", [CASE + case])


def call(place: Place, statement: str, *values: object) -> int | None:
    """Call a function as somebody, committed; None where they may not act at all."""
    with transaction.atomic():
        if acting.begin(USER + place.user, ORG + place.organisation) is None:
            return None
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return int((cursor.fetchone() or (0,))[0] or 0)


def those_who_sit(table: Table, marac: int, *parts: str) -> set[tuple[int, int]]:
    return {
        (seat.organisation, seat.user)
        for seat in table.seats
        if seat.marac == marac and not seat.ended and (not parts or seat.part in parts)
    }


def as_opened(case: int, who: set[tuple[int, int]], status: str = "active") -> Opened:
    return {(CASE + case, ORG + organisation, USER + user, 2, False, False, status) for organisation, user in who}


worth: Counter[str] = Counter()


def somebody_coordinates(facts: Facts, table: Table) -> None:
    """In most worlds nobody would: the last of those who have a place does, and sees the cases."""
    place = replace(facts.places[-1], roles=facts.places[-1].roles | {"marac_coordinator"}, active=True)
    facts.places[-1] = place
    table.agencies[0, place.organisation] = True
    seat = SeatFact(0, place.organisation, place.user, "coordinator", False)
    table.seats[:] = [one for one in table.seats if replace(one, ended=False) != seat] + [seat]
    facts.shares += [
        Share(case, place.organisation, None, place.user, 2, False, False, "active", True, "never")
        for case in range(len(facts.subjects))
    ]
    table.items[:] = [replace(item, status="listed") if item.status == "heard" else item for item in table.items]


@settings(SETTLED, max_examples=20)
@given(made=tables())
def compare(made: tuple[Facts, Table]) -> None:
    """Whoever calls them: a referral opens to who arranges, an agenda to who sits, and nothing to anybody else."""
    facts, table = made
    somebody_coordinates(facts, table)
    write(facts, table)
    for place in facts.places:
        oracle = MaracOracle(facts, table, place)
        for number, row in enumerate(table.referrals):
            made_by_me = (row.user, row.organisation) == (place.user, place.organisation)
            done = call(place, "SELECT marac_open_to_arrangers(%s)", ROW + number)
            if done is None:
                continue
            expected = as_opened(row.case, those_who_sit(table, row.marac, "chair", "coordinator"))
            assert opened() == (expected if made_by_me else set()), (row, place)
            worth["referred"] += made_by_me and bool(expected)
            worth["not the referrer"] += not made_by_me and bool(expected)
            close_all(len(facts.subjects))
        for number, item in enumerate(table.items):
            row = table.referrals[item.referral]
            if call(place, "SELECT marac_open_to_table(%s)", ROW + number) is None:
                continue
            sits = those_who_sit(table, row.marac)
            may = oracle.arranges_item(item) and item.status == "listed"
            assert opened() == (as_opened(row.case, sits) if may else set()), (item, place)
            worth["circulated"] += may
            worth["does not arrange"] += not may and item.status == "listed" and bool(sits)
            if may:
                closes(facts, table, oracle, row)
            close_all(len(facts.subjects))


def closes(facts: Facts, table: Table, opener: MaracOracle, row: ReferralFact) -> None:
    """What stands open closes for who may close it; for nobody else does it change."""
    before = opened()
    for place in facts.places:
        oracle = MaracOracle(facts, table, place)
        call(place, "SELECT marac_close(%s, NULL, NULL, %s)", ROW + row.marac, CASE + row.case)
        now = opened()
        if row.marac in oracle.arranges or "partnership_administrator" in place.roles:
            still = as_opened(row.case, those_who_sit(table, row.marac, "chair", "coordinator"))
            assert {one for one in now if one[-1] == "active"} == still & before
            worth["withdrawn"] += now != before
            return
        assert now == before, place
        worth["may not close"] += 1


def test_a_listing_opens_a_case_to_who_sits_there_and_to_nobody_else(ground: None) -> None:
    compare()
    assert len(worth) == 6, worth
    assert min(worth.values()) >= 3, worth


# ---------------------------------------------------------------------------------------------------------- two sides


def two_sides(part: str) -> tuple[Facts, Table]:
    """Person 0 is harmed in case 0, and flagged. Person 2 is another record of the same human, named in case 1."""
    place = Place(0, 0, frozenset({"practitioner", "marac_coordinator"}), frozenset(), True)
    facts = Facts(
        users_active=[True] * USERS, places=[place], subjects=[0, 1], restricted=[False, False],
        known=[(1, 2, False, part)],
        shares=[Share(case, 0, None, None, 3, False, True, "active", True, "never") for case in (0, 1)],
        named=[], glasses=[], walls=[], children=[], links=[(0, 2, False)], lines=[],
        team_active=[True] * test_oracle.ORGANISATIONS,
    )  # fmt: skip
    table = Table(
        {(m, o): True for m in range(2) for o in range(2)}, [SeatFact(0, 0, 0, "coordinator", False)],
        [ReferralFact(0, 0, 0, 0, "heard"), ReferralFact(0, 1, 0, 0, "heard")],
        [ItemFact(0, "minuted", "heard", None), ItemFact(1, "minuted", "heard", None)], [], [], [],
    )  # fmt: skip
    write(facts, table)
    return facts, table


@pytest.mark.parametrize(("part", "told"), [("other_adult", True), ("said_to_cause_harm", False)])
def test_a_record_of_somebody_as_causing_harm_tells_no_flag(ground: None, part: str, told: bool) -> None:
    two_sides(part)
    with transaction.atomic():
        assert acting.begin(USER, ORG) is not None
        flagged = {row[0] for row in ask("SELECT * FROM marac_flags_on(%s)", [PERSON + 2])}
        assert flagged == ({PERSON + 2} if told else set())
        assert ask("SELECT * FROM marac_flags_on(%s)", [PERSON]), "the record of who is harmed tells it"
        if told:
            return
        with connections[OWNER].cursor() as cursor:  # his own case, and no word of him in any other
            cursor.execute("UPDATE cases_caseperson SET ended_at = now()")
            cursor.execute("UPDATE cases_case SET side = 'causing_harm' WHERE id = %s", [CASE + 1])
    with transaction.atomic():
        assert acting.begin(USER, ORG) is not None
        assert not ask("SELECT * FROM marac_flags_on(%s)", [PERSON + 1]), "nor does his own case"


def test_one_view_of_him_never_shows_the_case_in_which_he_is_harmed(ground: None) -> None:
    two_sides("said_to_cause_harm")
    with transaction.atomic():
        by = acting.begin(USER, ORG)
        assert by is not None
        found = one_across_cases(by, PERSON + 2)
        assert [case.case_id for case in found.cases] == [CASE + 1]
        assert across_cases(by) == ([], 0), "one case is not several"
        with pytest.raises(Http404):
            one_across_cases(by, PERSON)
    # Named in his own record's case too: that case is still not one in which he causes harm.
    with connections[OWNER].cursor() as cursor:
        cursor.execute("UPDATE cases_caseperson SET case_id = %s", [CASE])
        cursor.execute("SELECT cases_refresh_sight(%s), cases_refresh_sight(%s)", [CASE, CASE + 1])
    with transaction.atomic():
        by = acting.begin(USER, ORG)
        assert by is not None
        with pytest.raises(Http404):
            one_across_cases(by, PERSON + 2)


def test_one_view_of_him_shows_only_what_who_asks_sees(ground: None) -> None:
    """Another's case, a wall and the end of a seat take a case out of it."""
    facts, table = two_sides("said_to_cause_harm")
    for change in (
        lambda: facts.shares.pop(),  # no sight of case 1
        lambda: table.seats.clear(),  # no seat
    ):
        change()
        write(facts, table)
        with transaction.atomic():
            by = acting.begin(USER, ORG)
            assert by is not None
            with pytest.raises(Http404):
                one_across_cases(by, PERSON + 2)
