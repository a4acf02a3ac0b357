"""Lists of cases: whose, filters that can be taken off, pages by key, nothing that a wall hides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.record.cases.actions.details import CaseDetails, change_details
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case
from leeward.record.cases.queries.caseload import CaseFilter, caseload, count_cases, read_filter
from leeward.record.people.models import Wall
from tests.worlds import World


def names(world: World, user: str, **wanted: object) -> list[str]:
    by = world.act(user)
    return [row.name for row in caseload(by=by, wanted=CaseFilter(**wanted)).rows]  # type: ignore[arg-type]


def change(world: World, case: Case, **changed: object) -> None:
    values = {"risk": "unknown", "review_on": None, "counts_for": "", "own_words": "", **changed}
    change_details(
        by=world.act("idva"), case=Case.objects.get(id=case.id), details=CaseDetails(**values), version=1,  # type: ignore[arg-type]
        why_risk="As she said on the phone today",
    )  # fmt: skip


def test_mine_my_teams_my_organisations(world: World) -> None:
    world.case("idva", given="Mine")
    world.case("child_worker", given="Toms")
    world.case("harbour_manager", given="Outreach", team="outreach")
    assert names(world, "idva") == ["Mine"]
    assert names(world, "idva", whose="team") == ["Outreach"]
    assert names(world, "idva", whose="organisation") == ["Outreach", "Toms", "Mine"]
    assert names(world, "child_worker", whose="organisation") == ["Toms", "Mine"]
    assert names(world, "haven_worker", whose="organisation") == []


def test_filters_and_order(world: World) -> None:
    today = timezone.localdate()
    late, soon, child = (world.case(given=name) for name in ("Late", "Soon", "Child"))
    change(world, late, risk="high", review_on=today - timedelta(days=2))
    change(world, soon, review_on=today + timedelta(days=2))
    assert names(world, "idva", overdue=True) == ["Late"]
    assert names(world, "idva", risk="high") == ["Late"]
    assert names(world, "idva", sort="review") == ["Late", "Soon"]
    assert names(world, "idva", side="child") == []
    assert names(world, "idva", unallocated=True, whose="organisation") == []
    assert names(world, "idva", status="closed") == []
    page = world.browser("idva").get(reverse("caseload") + "?risk=high").content.decode()
    assert "Late" in page
    assert "Soon" not in page
    assert f'href="{reverse("caseload")}" aria-current="true">High risk' in page, "pressed again it is taken off"
    assert child


def test_pages_by_key_show_each_case_once(world: World) -> None:
    for number in range(60):
        world.case(given=f"P{number:02}")
    seen: list[str] = []
    after = ""
    for _ in range(4):
        by = world.act("idva")
        page = caseload(by=by, wanted=CaseFilter(after=after))
        seen += [row.name for row in page.rows]
        after = page.later
        if not after:
            break
    assert sorted(seen) == [f"P{number:02}" for number in range(60)]
    assert len(seen) == 60
    by = world.act("idva")
    assert count_cases(by=by, wanted=CaseFilter()) == (60, False)


def test_a_case_shared_twice_is_listed_once_at_its_widest(world: World) -> None:
    case = world.case()
    for scope, team in ((1, None), (3, "safeguarding")):
        share_case(
            by=world.act("idva"), case=case, organisation_id=world.organisations["council"].id, organisation_name="x",
            scope=scope, team_id=world.teams[team].id if team else None, lawful_basis="consent", told="told_agreed",
            at_once=True,
        )  # fmt: skip
    by = world.act("social_worker")
    rows = caseload(by=by, wanted=CaseFilter(whose="organisation")).rows
    assert [(row.scope, row.name) for row in rows] == [(3, "Maya")]
    assert count_cases(by=by, wanted=CaseFilter(whose="organisation")) == (1, False)
    by = world.act("housing")
    rows = caseload(by=by, wanted=CaseFilter(whose="organisation")).rows
    assert [(row.scope, row.name, row.risk) for row in rows] == [(1, "", "")]


def test_a_walled_user_sees_the_list_of_a_world_without_that_person(world: World) -> None:
    world.case(given="Ana", family="Berg")
    before = world.browser("child_worker").get(reverse("caseload") + "?whose=organisation").content
    walled = world.case(given="Cleo", family="Dahl")
    world.act("harbour_manager")
    Wall(person_id=walled.person_id, user=world.users["child_worker"], kind="set").save(force_insert=True)
    after = world.browser("child_worker").get(reverse("caseload") + "?whose=organisation").content
    assert before.split(b"<main")[1].split(b"</main>")[0] == after.split(b"<main")[1].split(b"</main>")[0]


@pytest.mark.parametrize(
    "query",
    [
        "whose=x&status=y&risk=z&side=w&sort=v&after=u",
        "after=9999999999999999999999-1",
        "after=1-x",
        "sort=review&after=999999-1",
    ],
)
def test_nonsense_in_the_address_is_a_plain_list(world: World, query: str) -> None:
    assert world.browser("idva").get(reverse("caseload") + "?" + query).status_code == 200


def test_a_filter_reads_only_what_it_knows() -> None:
    assert read_filter({"whose": "x", "risk": "high", "overdue": "1"}) == CaseFilter(risk="high", overdue=True)
