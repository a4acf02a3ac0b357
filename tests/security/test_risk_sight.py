"""Risk against a small model of its rules, in the generated worlds of test_oracle.

Risk is read with at least summary sight and its flag, and written with the whole of a case by an involvement of one's
own. Emergency sight reads and never writes. What is about somebody walled is not there, in whosever case it stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, connections, models, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leeward.platform.access import acting
from leeward.platform.common.ids import new_id
from leeward.record.risk.models import (
    Answer,
    Assessment,
    Demand,
    Incident,
    InstrumentVersion,
    PlanEvent,
    PlanStep,
    SafetyPlan,
)
from tests.committed import OWNER, TIMES
from tests.security import test_oracle
from tests.security.test_oracle import (
    CASE,
    ORG,
    ORGANISATIONS,
    PEOPLE,
    PERSON,
    USER,
    Facts,
    Oracle,
    Place,
    Share,
    WallFact,
)

ground = test_oracle.ground
ROW, INSTRUMENT = 8_000, 9_000
SETTLED = settings(
    max_examples=40 * TIMES, deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
# The parts of what is about a person; all have the number of their whole.
PARTS: dict[str, tuple[type[models.Model], ...]] = {
    "assessment": (Assessment, Answer, Demand),
    "incident": (Incident,),
    "plan": (SafetyPlan, PlanStep, PlanEvent),
}
# A column that the web role may change, of each table that may be changed at all.
CHANGES: dict[type[models.Model], str] = {
    Assessment: "own_view", Answer: "comment", Demand: "words", Incident: "what", SafetyPlan: "about", PlanStep: "done_on",
}  # fmt: skip


@dataclass(frozen=True)
class Risk:
    """An assessment with its answer and demand, an incident, or a plan with its step and event."""

    what: str
    case: int | None  # none: an incident that an agency's extract brought in
    person: int | None  # whose plan it is, or whom an extract names; none: whom the case is about
    organisation: int
    started: bool


@st.composite
def risky(draw: st.DrawFn) -> tuple[Facts, list[Risk]]:
    """A world with risk in it, at least one of each kind."""
    facts = draw(test_oracle.worlds())
    cases = st.integers(0, len(facts.subjects) - 1)
    made: list[Risk] = []
    for what in ["assessment", "incident", "plan", "plan", *draw(st.lists(st.sampled_from(list(PARTS)), max_size=5))]:
        case = None if what == "incident" and draw(test_oracle.seldom) else draw(cases)
        person = draw(test_oracle.people) if case is None or (what == "plan" and draw(st.booleans())) else None
        if what == "plan" and case is not None and any(row.what == "plan" for row in made):
            person = (facts.subjects[case] + 1) % PEOPLE  # a child's, say
        made.append(Risk(what, case, person, draw(test_oracle.organisations), draw(st.booleans())))
    # In most worlds somebody is sent a case with its risk, and in many of these no more than its summary.
    at = draw(st.sampled_from(facts.places))
    scope = draw(st.sampled_from([2, 3]))
    facts.shares.append(Share(draw(cases), at.organisation, None, None, scope, False, True, "active", False, "never"))
    # Somebody who has the case is walled from one of those who have a plan in it, or whom an extract names.
    reached = [
        (row.person, place.user)
        for row in made
        for place in facts.places
        if row.person is not None
        and (row.case is None or any(g.risk for g in RiskOracle(facts, place).grants(row.case)))
        and (row.case is None or facts.subjects[row.case] != row.person)
    ]
    if reached:
        facts.walls.append(WallFact(*reached[0], None, False))
    once = {(row.case, about(facts, row)): row for row in made if row.what == "plan"}
    return facts, [row for row in made if row.what != "plan" or once[row.case, about(facts, row)] is row]


def about(facts: Facts, row: Risk) -> int:
    """Whom something is about."""
    if row.person is not None:
        return row.person
    assert row.case is not None
    return facts.subjects[row.case]


# ---------------------------------------------------------------------------------------------------------- the rules


class RiskOracle(Oracle):
    """The rules of risk, for one user who acts for one organisation."""

    def reads(self, row: Risk) -> bool:
        if about(self.facts, row) in self.walled:
            return False
        if row.case is None:  # the agency's own, and nobody else's
            return self.works and row.organisation == self.mine
        return any(grant.scope >= 2 and grant.risk for grant in self.grants(row.case))

    def works_on(self, case: int) -> bool:
        """Whether risk can be written in a case: in an emergency one looks, and never writes."""
        return any(grant.scope >= 3 and grant.risk and not grant.emergency for grant in self.grants(case))

    def may_add_to(self, row: Risk) -> bool:
        return row.case is not None and self.works_on(row.case) and about(self.facts, row) not in self.walled

    def changes(self, row: Risk, model: type[models.Model]) -> bool:
        mine = row.organisation == self.mine
        if not self.may_add_to(row) or model is PlanEvent:
            return False
        if model in (Assessment, Answer):
            return mine and row.started
        return mine or model is not Incident


# ----------------------------------------------------------------------------------------------------- the real thing


def write(facts: Facts, rows: list[Risk]) -> None:
    """Write a world and its risk as the owner. Every second case is of the other side."""
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        for model in (Answer, Demand, PlanStep, PlanEvent, Assessment, SafetyPlan, Incident):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
        InstrumentVersion.objects.using(OWNER).get_or_create(
            id=INSTRUMENT, defaults={"key": "made_up", "version": 1, "title": "Made up", "definition": {}}
        )
    test_oracle.write(facts)
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        cursor.execute("UPDATE cases_case SET side = 'causing_harm' WHERE id % 2 = 1")
        for number in range(len(facts.subjects)):
            cursor.execute("SELECT cases_refresh_sight(%s)", [CASE + number])
        for number, row in enumerate(rows):
            for part in PARTS[row.what]:
                make(part, ROW + number, ROW + number, facts, row).save(using=OWNER, force_insert=True)


def make(model: type[models.Model], pk: int, whole: int, facts: Facts, row: Risk) -> models.Model:
    """A row of one of the tables: itself a whole, or a part of one."""
    case_id = None if row.case is None else CASE + row.case
    person_id, organisation_id = PERSON + about(facts, row), ORG + row.organisation
    if model is Assessment:
        return Assessment(
            id=pk, case_id=case_id, person_id=person_id, instrument_id=INSTRUMENT, organisation_id=organisation_id,
            author_id=USER, author_name="x", status="started" if row.started else "finished",
        )  # fmt: skip
    if model is Incident:
        return Incident(
            id=pk, partnership_id=1, case_id=case_id, person_id=person_id, organisation_id=organisation_id,
            from_on=date(2026, 1, 1), kinds=["economic"], reported="not_known", source="person", recorded_by="x",
        )  # fmt: skip
    if model is SafetyPlan:
        return SafetyPlan(id=pk, case_id=case_id, person_id=person_id)
    if model is Answer:
        return Answer(id=pk, case_id=case_id, assessment_id=whole, item=f"item{pk}", answer="yes")
    if model is Demand:
        return Demand(id=pk, case_id=case_id, assessment_id=whole, key=f"key{pk}", organisation_id=organisation_id)
    if model is PlanStep:
        return PlanStep(id=pk, case_id=case_id, plan_id=whole, situation="leaving", words="x", added_by="x")
    return PlanEvent(id=pk, case_id=case_id, plan_id=whole, kind="review", by_name="x")


class _Back(Exception):
    """Takes a savepoint back."""


def goes_through(attempt: Callable[[], object]) -> bool:
    """Whether the database's policies let something be written; what was written is taken back."""
    try:
        with transaction.atomic():
            attempt()
            raise _Back
    except ProgrammingError as refused:
        if "row-level security" in str(refused) or "permission denied" in str(refused):
            return False
        raise
    except (_Back, IntegrityError):  # a policy is asked before whether there is one already
        return True


def changed(model: type[models.Model]) -> set[int]:
    """The numbers of the rows of a table that whoever acts can change."""
    if model not in CHANGES:
        assert not goes_through(lambda: model._default_manager.update(by_name="changed"))
        return set()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET {CHANGES[model]} = {CHANGES[model]} RETURNING id")
        return {pk - ROW for (pk,) in cursor.fetchall()}


def added(facts: Facts, rows: list[Risk], oracle: RiskOracle) -> None:
    """New wholes in every case, new parts of every whole: let through just where the rules say so."""
    for case in range(len(facts.subjects)):
        for what, organisation in [(what, o) for what in PARTS for o in range(ORGANISATIONS)]:
            new, model = Risk(what, case, None, organisation, started=True), PARTS[what][0]
            allowed = oracle.may_add_to(new) and (what == "plan" or organisation == oracle.mine)
            made = make(model, pk := new_id(), pk, facts, new)
            assert goes_through(lambda made=made: made.save(force_insert=True)) == allowed, (new, model)  # type: ignore[misc]
            if what != "plan":  # about nobody but whom the case is about
                other = replace(new, person=(facts.subjects[case] + 1) % PEOPLE)
                made = make(model, pk := new_id(), pk, facts, other)
                assert not goes_through(lambda made=made: made.save(force_insert=True)), other  # type: ignore[misc]
    for number, row in enumerate(rows):
        for model in PARTS[row.what][1:]:
            allowed = oracle.changes(row, Answer) if model is Answer else oracle.may_add_to(row)
            made = make(model, new_id(), ROW + number, facts, row)
            assert goes_through(lambda made=made: made.save(force_insert=True)) == allowed, (row, model)  # type: ignore[misc]
            worth["adds"] += allowed
            # A part of something in another case than its own is nobody's to write.
            for case in range(len(facts.subjects)):
                if case != row.case:
                    astray = make(model, new_id(), ROW + number, facts, replace(row, case=case))
                    assert not goes_through(lambda astray=astray: astray.save(force_insert=True)), model  # type: ignore[misc]


worth: Counter[str] = Counter()


def count_worth(rows: list[Risk], oracle: RiskOracle) -> None:
    """Note which rules mattered."""
    for row in rows:
        reads, case = oracle.reads(row), row.case
        worth["extract"] += reads and case is None
        worth["walled in an extract"] += case is None and oracle.works and row.organisation == oracle.mine and not reads
        if case is None:
            continue
        grants = oracle.grants(case)
        worth["seen"] += reads
        worth["without the flag"] += oracle.scope(case) >= 2 and not any(grant.risk for grant in grants)
        worth["summary reads"] += reads and oracle.scope(case) == 2
        worth["emergency reads only"] += reads and oracle.scope(case) == 3 and not oracle.works_on(case)
        worth["walled in another's case"] += any(grant.risk for grant in grants) and not reads
        worth["written by one, read by another"] += reads and oracle.works_on(case) and row.organisation != oracle.mine


def look(facts: Facts, rows: list[Risk], place: Place) -> None:
    """What one user reads, changes and adds, beside what the rules say."""
    oracle = RiskOracle(facts, place)
    for what, parts in PARTS.items():
        mine = {number: row for number, row in enumerate(rows) if row.what == what}
        reads = {number for number, row in mine.items() if oracle.reads(row)}
        for model in parts:
            assert test_oracle.shown(model, ROW) == reads, model
            allowed = {number for number, row in mine.items() if oracle.changes(row, model)}
            assert changed(model) == allowed, model
    count_worth(rows, oracle)
    added(facts, rows, oracle)


@SETTLED
@given(made=risky())
def compare(made: tuple[Facts, list[Risk]]) -> None:
    """One generated world with risk: everybody who can act reads and writes just what the rules say."""
    facts, rows = made
    write(facts, rows)
    for place in facts.places:
        with transaction.atomic():
            if acting.begin(USER + place.user, ORG + place.organisation) is not None:
                look(facts, rows, place)
            transaction.set_rollback(True)


@pytest.mark.worlds
def test_risk_is_seen_and_written_as_the_rules_say(ground: None) -> None:
    compare()
    assert set(worth) >= {"seen", "adds"}
    assert min(worth.values()) >= 3, worth


@settings(SETTLED, max_examples=10)
@given(made=risky())
def test_nobody_and_visitors_see_no_risk(ground: None, made: tuple[Facts, list[Risk]]) -> None:
    write(*made)
    with transaction.atomic():
        for begin in (acting.end, lambda: acting.begin_public(1), lambda: acting.begin_job(1, "any")):
            begin()
            for model in {model for parts in PARTS.values() for model in parts}:
                assert not model._default_manager.exists(), model


def test_the_oracle_knows_every_table_of_risk() -> None:
    """A table that is added later is added here, or is said to hold nothing about anybody."""
    from django.apps import apps

    tables = set(apps.get_app_config("risk").get_models())
    assert {model.__name__ for model in tables - {model for parts in PARTS.values() for model in parts}} == {
        "InstrumentVersion", "RiskSettings",
    }  # fmt: skip
