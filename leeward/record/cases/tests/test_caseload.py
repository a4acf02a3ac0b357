"""Lists of cases: whose, filters that can be taken off, pages by key, nothing that a wall hides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.actions import end_membership
from leeward.platform.access.models import AuditEntry, Membership
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.details import CaseDetails, change_details
from leeward.record.cases.actions.leading import allocate_cases
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, CaseAssignment, ChronologyEntry
from leeward.record.cases.queries.caseload import CaseFilter, caseload, count_cases, read_filter
from leeward.record.people.models import Wall
from tests.homes import statements
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


def test_cases_of_one_colleague_and_of_who_has_left(world: World) -> None:
    world.case("idva", given="Ruths")
    world.case("child_worker", given="Toms")
    world.case("harbour_manager", given="Helens", team="outreach")
    shared = world.case("haven_worker", given="Shared")
    share_case(
        by=world.act("haven_worker"), case=shared, organisation_id=world.organisations["harbour"].id, scope=3,
        organisation_name="x", lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip
    tom = str(world.users["child_worker"].id)
    assert names(world, "idva", whose="organisation", worker=tom) == ["Toms"]
    assert names(world, "idva", whose="organisation", worker="left") == []
    world.act("admin")
    end_membership(by=world.act("admin"), membership=Membership.objects.get(user=world.users["child_worker"]))
    assert names(world, "idva", whose="organisation", worker="left") == ["Toms"], "a case of another service is not one"
    page = world.browser("idva").get(reverse("caseload") + "?whose=organisation&worker=left").content.decode()
    assert "Toms" in page
    assert "Ruths" not in page
    assert "Tom Bright</option>" not in page, "who has left is no colleague"
    assert "Ruth Adeyemi</option>" in page
    # Where the list is narrowed further, the worker stays; mine and my team's are without one.
    assert "risk=high&amp;worker=left" in page
    assert 'href="/cases"' in page
    assert 'name="case"' not in page, "who gives no cases away ticks none"


def give(world: World, user: str, ticked: list[str], worker: str, query: str = "?whose=organisation") -> HttpResponse:
    data = {"case": ticked, "worker": str(world.users[worker].id) if worker else "", "reason": "Ruth is on leave"}
    answer = world.browser(user).post(reverse("cases_give") + query, data)
    world.act("harbour_manager")
    return answer  # type: ignore[return-value]  # the test client's answer is one


def leads(case: Case) -> int | None:
    return Case.objects.get(id=case.id).lead_worker_id


def test_a_manager_gives_several_cases_at_once(world: World) -> None:
    first, second, third = (world.case(given=name) for name in ("Ana", "Bea", "Cleo"))
    page = world.browser("harbour_manager").get(reverse("caseload") + "?whose=organisation").content.decode()
    boxes = re.findall(r'name="case" value="(\d+-\d+)"', page)
    assert len(boxes) == 3
    ticked = [box for box in boxes if not box.startswith(f"{third.id}-")]
    answer = give(world, "harbour_manager", ticked, "child_worker")
    assert (answer.status_code, answer["Location"]) == (303, "/cases?whose=organisation")
    tom, ruth = world.users["child_worker"].id, world.users["idva"].id
    assert [leads(case) for case in (first, second, third)] == [tom, tom, ruth]
    for case in (first, second):  # each as if it had been given alone
        row = CaseAssignment.objects.filter(case=case).latest("at")
        assert (row.worker_id, row.reason, row.by_id) == (tom, "Ruth is on leave", world.users["harbour_manager"].id)
        assert (
            ChronologyEntry.objects.get(case=case, title="Allocated to Tom Bright", scope=3).text == "Ruth is on leave"
        )
    world.act("dpl")
    assert set(AuditEntry.objects.filter(action="allocated_case").values_list("subject_id", flat=True)) == {
        first.id, second.id
    }  # fmt: skip


def test_what_cannot_be_given_is_named_with_why_and_the_rest_is_given(world: World) -> None:
    walled, teams, free, changed = (
        world.case("harbour_manager", given="Ana"), world.case("harbour_manager", given="Bea", team="outreach"),
        world.case(given="Cleo"), world.case(given="Dora"),
    )  # fmt: skip
    world.act("harbour_manager")
    Wall(person_id=walled.person_id, user=world.users["child_worker"], kind="set").save(force_insert=True)
    strange = world.case("haven_worker", given="Elsewhere")
    ticked = [f"{case.id}-1" for case in (walled, teams, free, strange)] + [f"{changed.id}-7", "9-9", "x"]
    answer = give(world, "harbour_manager", ticked, "child_worker")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<title>Error: " in page
    told = page.split("Not given")[1].split("</section>")[0]
    assert told.count("Choose somebody of your organisation who may work with this case.") == 2
    assert all(name in told for name in ("Ana", "Bea", "Dora"))
    assert "Cleo" not in told
    assert "Elsewhere" not in page
    assert "1 case was given to Tom Bright." in told
    assert "Somebody else changed this case meanwhile." in told
    tom = world.users["child_worker"].id
    assert [leads(case) == tom for case in (walled, teams, free, changed)] == [False, False, True, False]
    assert len(re.findall(r'name="case" value="\d+-\d+" id="[^"]+" checked', page)) == 3, "they stay ticked"
    assert 'value="Ruth is on leave"' in page


@pytest.mark.parametrize(("ticked", "worker", "words"), [
    (True, "", "Choose who gets them"), (False, "child_worker", "Tick the cases that you give to somebody."),
    (True, "haven_worker", "Choose"),
])  # fmt: skip
def test_nothing_ticked_or_nobody_chosen_is_said(world: World, ticked: bool, worker: str, words: str) -> None:
    case = world.case()
    page = give(world, "harbour_manager", [f"{case.id}-1"] if ticked else [], worker).content.decode()
    assert "<title>Error: " in page
    assert words in page
    assert leads(case) == world.users["idva"].id
    assert ("checked data-tick" in page) is ticked


def test_the_list_of_who_gives_cases_costs_the_same_however_many_there_are(world: World) -> None:
    manager = world.browser("harbour_manager")
    for query in ("", "?whose=organisation", "?whose=organisation&worker=left"):
        path = reverse("caseload") + query
        world.case(given="Ana")
        statements(manager, path)
        few = len(statements(manager, path))
        world.case(given="Bea")
        world.case("child_worker", given="Cleo")
        assert len(statements(manager, path)) == few <= 15


def test_who_is_no_manager_gives_none(world: World) -> None:
    case = world.case()
    assert give(world, "child_worker", [f"{case.id}-1"], "child_worker").status_code == 403
    with pytest.raises(Refused):
        allocate_cases(by=world.act("idva"), versions={case.id: 1}, worker_id=world.users["child_worker"].id)


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
