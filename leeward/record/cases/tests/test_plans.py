"""How PostgreSQL answers the hot lists: by their indexes, in order, without reading or hashing all that one may see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from leeward.demo.sheets import Sheet, copy
from leeward.record.cases.models import Case, CaseSight, ChronologyEntry, Involvement, Task
from leeward.record.cases.queries.caseload import CaseFilter, _page_of, count_cases
from leeward.record.cases.queries.tasks import TaskFilter, tasks_matching
from leeward.record.people.models import Person
from tests import plugin
from tests.committed import committing
from tests.worlds import World, build

MANY = 12_000


def fill(world: World) -> None:
    """Cases, shares, sight, tasks and lines by COPY: complete whatever columns a table gains."""
    now, today = timezone.now(), timezone.localdate()
    sheets = {model: Sheet(model, now) for model in (Person, Case, Involvement, CaseSight, Task, ChronologyEntry)}
    large, small = world.organisations["harbour"].id, world.organisations["haven"].id
    for n in range(MANY):
        person, case, organisation = 10_000_000 + n, 20_000_000 + n, small if n % 50 == 0 else large
        worker = world.users["idva"].id if n % 200 == 1 else None
        about = {
            "status": "open" if n % 4 < 2 else "closed", "opened_at": now - timedelta(minutes=n), "side": "harmed",
            "review_on": today + timedelta(days=n % 60 - 10), "reference": f"CASE-{n}",
            "lead_organisation_id": organisation, "lead_worker_id": worker, "person_id": person,
        }  # fmt: skip
        sheets[Person].add(id=person, partnership_id=world.partnership.id, called=f"Person {n}")
        sheets[Case].add(id=case, partnership_id=world.partnership.id, risk="medium", **about)
        share = {"case_id": case, "organisation_id": organisation, "scope": 3, "is_lead": True}
        sheets[Involvement].add(id=30_000_000 + n, status="active", lawful_basis="consent", told="told_agreed", **share)
        sheets[CaseSight].add(id=40_000_000 + n, risk_level="medium", **share, **about)
        sheets[Task].add(
            id=50_000_000 + n, case_id=case, title="Call", due_on=today + timedelta(days=n % 40 - 10),
            organisation_id=organisation, assignee_id=worker,
        )  # fmt: skip
        for k in range(3):
            sheets[ChronologyEntry].add(
                id=60_000_000 + n * 3 + k, case_id=case, at=now - timedelta(hours=k), kind="note", title="x"
            )
    # COPY is not for a table with forced row security: the tests' own superuser loads.
    with psycopg.connect(plugin.admin_url(plugin.DATABASE), autocommit=True) as admin:
        copy(admin, sheets.values())
        admin.execute("ANALYZE")


@pytest.fixture(scope="module")
def large(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[World]:
    """An organisation with 12,000 cases beside one with 240."""
    with committing(django_db_blocker):
        with transaction.atomic():
            world = build()
        fill(world)
        yield world


def plan(rows: QuerySet) -> str:  # type: ignore[type-arg]  # of several models
    """How the query would be answered, by the role and under the policies that answer it."""
    return str(rows.explain())


BAD = ("Seq Scan on cases", "Seq Scan on people", "hashed SubPlan")


@pytest.mark.parametrize("user", ["idva", "haven_worker"])
@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (CaseFilter(whose="organisation"), "sight_organisation_list"),
        (CaseFilter(whose="organisation", sort="review"), "sight_organisation_review"),
        (CaseFilter(whose="organisation", overdue=True), "sight_organisation"),
        (CaseFilter(whose="mine"), "sight_worker_list"),
    ],
)
def test_lists_of_cases_are_one_index_scan(large: World, user: str, wanted: CaseFilter, index: str) -> None:
    with transaction.atomic():
        by = large.act(user)
        asked = plan(_page_of(by, wanted))
    assert index in asked, asked
    assert not any(bad in asked for bad in BAD), asked
    if wanted.whose == "organisation" and not wanted.overdue:
        assert "Sort" not in asked, asked


def test_a_later_page_is_as_cheap_as_the_first(large: World) -> None:
    with transaction.atomic():
        by = large.act("idva")
        rows = list(_page_of(by, CaseFilter(whose="organisation"))[:2500])
        last = rows[-1]
        key = f"{int(last.opened_at.timestamp() * 1_000_000)}-{last.case_id}"
        asked = plan(_page_of(by, CaseFilter(whose="organisation", after=key)))
    assert "Index Cond" in asked
    assert "opened_at <=" in asked.split("Index Cond")[1].split("\n")[0], asked
    assert not any(bad in asked for bad in BAD)


def test_counts_stop_at_a_thousand(large: World) -> None:
    with transaction.atomic():
        by = large.act("idva")
        assert count_cases(by=by, wanted=CaseFilter(whose="organisation", status="closed")) == (1000, True)
        by = large.act("haven_worker")
        count, more = count_cases(by=by, wanted=CaseFilter(whose="organisation", status="closed"))
        assert (0 < count < 240, more) == (True, False)


@pytest.mark.parametrize("whose", ["mine", "nobody"])
def test_tasks_and_the_chronology_use_their_indexes(large: World, whose: str) -> None:
    with transaction.atomic():
        by = large.act("idva")
        asked = plan(tasks_matching(by, TaskFilter(whose=whose))[:200])
        assert "task_" in asked
        assert "Seq Scan on cases_task" not in asked, asked
        assert "hashed SubPlan" not in asked, asked
        told = plan(ChronologyEntry.objects.filter(case_id=20_000_004).order_by("-at", "-id")[:26])
        assert "chronology_case" in told
        assert not any(bad in told for bad in BAD), told
