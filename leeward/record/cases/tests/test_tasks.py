"""Tasks: add, give, do, drop, take back; lists by whose and by when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.tasks import add_task, change_task, drop_task, finish_task, reopen_task
from leeward.record.cases.models import Case, ChronologyEntry, Task
from leeward.record.cases.queries.colleagues import colleagues
from leeward.record.people.models import Wall
from tests.worlds import World


def boxes(day: date) -> dict[str, str]:
    return {"due_on-day": str(day.day), "due_on-month": str(day.month), "due_on-year": str(day.year)}


def test_a_task_is_added_done_and_taken_back_from_the_pages(world: World) -> None:
    case, browser = world.case(), world.browser("idva")
    due = timezone.localdate() + timedelta(days=3)
    answer = browser.post(
        reverse("case_task_add", args=[case.id]),
        {"title": "Call the school", "assignee": str(world.users["idva"].id), **boxes(due)},
    )
    assert answer.status_code == 303
    world.act("idva")
    task = Task.objects.get()
    assert (task.due_on, task.assignee_id, task.status) == (due, world.users["idva"].id, "open")
    assert "Call the school" in browser.get(reverse("case", args=[case.id])).content.decode()
    done = browser.post(reverse("task_done", args=[task.id]), {"back": "/tasks"}, follow=True).content.decode()
    assert "Done." in done
    assert reverse("task_reopen", args=[task.id]) in done, "it can be taken back"
    assert Task.objects.get().status == "done"
    browser.post(reverse("task_reopen", args=[task.id]))
    assert Task.objects.get().status == "open"
    titles = list(ChronologyEntry.objects.filter(kind="task").values_list("title", flat=True))
    assert set(titles) == {"Done: Call the school", "Open again: Call the school"}


@pytest.mark.parametrize("back", ["https://elsewhere.example.org/", "//elsewhere.example.org", "javascript:x"])
def test_the_way_back_stays_on_our_own_pages(world: World, back: str) -> None:
    case = world.case()
    task = add_task(by=world.act("idva"), case=case, title="Call")
    answer = world.browser("idva").post(reverse("task_done", args=[task.id]), {"back": back})
    assert answer.headers["Location"] == reverse("case_tasks", args=[case.id])


def test_a_task_is_for_those_who_may_work_with_the_case(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    names = {who.name for who in colleagues(by, case.id)}
    assert names == {"Ruth Adeyemi", "Tom Bright", "Helen Marsh"}
    with pytest.raises(Refused, match="Choose somebody"):
        add_task(by=by, case=case, title="Call", assignee_id=world.users["haven_worker"].id)


def test_who_stands_behind_a_wall_is_not_offered(world: World) -> None:
    case = world.case()
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["child_worker"], kind="set").save(force_insert=True)
    by = world.act("idva")
    assert {who.name for who in colleagues(by, case.id)} == {"Ruth Adeyemi", "Helen Marsh"}
    page = world.browser("idva").get(reverse("case_task_add", args=[case.id])).content.decode()
    assert "Tom Bright" not in page


def test_colleagues_are_told_to_nobody_outside_the_case(world: World) -> None:
    case = world.case()
    assert colleagues(world.act("haven_worker"), case.id) == []


def test_a_dropped_task_says_why(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    task = add_task(by=by, case=case, title="Call")
    with pytest.raises(Refused, match="why"):
        drop_task(by=by, task=task, why=" ")
    assert drop_task(by=by, task=task, why="She called herself").status == "dropped"
    assert ChronologyEntry.objects.get(kind="task").text == "She called herself"
    assert reopen_task(by=by, task=task).status == "open"


def test_doing_it_twice_is_doing_it_once(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    task = add_task(by=by, case=case, title="Call")
    finish_task(by=by, task=task)
    finish_task(by=by, task=task)
    assert ChronologyEntry.objects.filter(kind="task").count() == 1


def test_the_second_of_two_editors_is_told(world: World) -> None:
    case = world.case()
    by = world.act("idva")
    task = add_task(by=by, case=case, title="Call")
    change_task(by=by, task=task, title="Call early", due_on=None, assignee_id=None, version=1)
    with pytest.raises(Conflict):
        change_task(by=by, task=task, title="Call late", due_on=None, assignee_id=None, version=1)
    page = world.browser("harbour_manager").post(
        reverse("task_change", args=[task.id]), {"title": "Call late", "version": "1"}
    ).content.decode()  # fmt: skip
    assert "Call early" in page
    assert page.count("Call late") >= 2


def case_with_tasks(world: World) -> Case:
    case = world.case()
    by, today = world.act("idva"), timezone.localdate()
    mine, manager = world.users["idva"].id, world.users["harbour_manager"].id
    for title, due, who in (
        ("late", today - timedelta(days=2), mine), ("now", today, mine), ("later", today + timedelta(days=9), mine),
        ("of a mate", today, manager), ("nobody", today, None),
    ):  # fmt: skip
        add_task(by=by, case=case, title=title, due_on=due, assignee_id=who)
    return case


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", ["late", "now", "later"]),
        ("?due=overdue", ["late"]),
        ("?due=today", ["now"]),
        ("?whose=nobody", ["nobody"]),
        ("?whose=team", ["late", "now", "of a mate", "nobody", "later"]),
        ("?whose=nonsense&due=nonsense", ["late", "now", "later"]),
    ],
)
def test_lists_by_whose_and_by_when(world: World, query: str, titles: list[str]) -> None:
    case_with_tasks(world)
    page = world.browser("idva").get(reverse("tasks") + query).content.decode()
    shown = [part.split("<")[0] for part in page.split('<th scope="row"')[1:] for part in [part.split(">", 2)[2]]]
    assert sorted(shown) == sorted(titles)


def test_nobody_else_sees_or_does_a_task(world: World) -> None:
    case = world.case()
    task = add_task(by=world.act("idva"), case=case, title="Call")
    browser = world.browser("haven_worker")
    for name in ("task_done", "task_reopen"):
        assert browser.post(reverse(name, args=[task.id])).status_code == 404
    assert browser.get(reverse("task_change", args=[task.id])).status_code == 404
    world.act("idva")
    assert Task.objects.get().status == "open"
