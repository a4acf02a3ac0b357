"""Index checks as the data protection lead sees them: how often, what is unusual, never for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from leeward.platform.access.models import AuditEntry, Organisation, Partnership
from leeward.platform.common.errors import Refused
from leeward.platform.reference.working_time import LONDON
from leeward.record.people.actions.checking import check_index
from leeward.record.people.models import IndexCheck
from leeward.record.people.queries.checks import index_checks, index_checks_of
from leeward.record.people.rules.checking import Habits, unusual
from tests.worlds import World

LIST = "index_checks"


def check(world: World, user: str, given: str = "Ana", times: int = 1, reason: str = "She rang us.") -> None:
    for _ in range(times):
        check_index(by=world.act(user), given=given, family="Petrov", born=None, reason=reason)


def last_weekday(hour: int) -> datetime:
    day = timezone.now().astimezone(LONDON) - timedelta(days=1)
    while day.weekday() > 4:
        day -= timedelta(days=1)
    return day.replace(hour=hour, minute=5)


def test_counts_by_user_without_a_name_of_anybody_asked_for(world: World) -> None:
    world.case(given="Ana", family="Petrov")
    with time_machine.travel(last_weekday(11), tick=False):
        check(world, "haven_worker", times=2)
        check(world, "haven_worker", "Bea")
        check(world, "officer")
    found = index_checks(by=world.act("dpl"))
    first, second = found.checkers
    assert (first.name, first.organisation) == ("Ines Duarte", "Haven Housing Support")
    assert (first.habits.checks, first.habits.hits, first.habits.same_name, first.habits.busiest_day) == (3, 2, 2, 3)
    assert (first.habits.out_of_hours, first.odd) == (0, ())
    assert (second.name, second.habits.checks, found.total) == ("Lee Carter", 1, 4)
    lead = world.browser("dpl")
    for address in (reverse(LIST), reverse("index_checks_of", args=[world.users["haven_worker"].id])):
        page = lead.get(address).content.decode()
        assert "Ines Duarte" in page
        assert "Petrov" not in page
        assert f"/log?did=checked_index&amp;user={world.users['haven_worker'].id}" in page


def test_the_unusual_comes_first_and_says_why(world: World, settings: Settings) -> None:
    settings.INDEX_CHECKS_AN_HOUR = 5
    with time_machine.travel(last_weekday(11), tick=False):
        check(world, "idva", times=5, given="Cara")
        check(world, "idva", given="Cara")  # the sixth is stopped
    with time_machine.travel(last_weekday(3), tick=False):
        check(world, "officer", given="Person six")
    with time_machine.travel(last_weekday(23), tick=False):
        for number in range(5):
            check(world, "officer", given=f"Person {number}")
    check(world, "haven_worker")
    found = {one.name: one.odd for one in index_checks(by=world.act("dpl")).checkers}
    assert list(found) == ["Ruth Adeyemi", "Lee Carter", "Ines Duarte"]
    assert found["Ruth Adeyemi"] == ("Stopped by the limit", "The same name 5 times")
    assert found["Lee Carter"] == ("Mostly at night or weekends",)
    assert "2 users to ask about." in world.browser("dpl").get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("habits", "words"),
    [
        (Habits(1, 0, 1, 1, 1, 0), ()),
        (Habits(20, 0, 0, 15, 1, 0), ("15 in one day",)),
        (Habits(14, 0, 0, 14, 3, 0), ()),
        (Habits(6, 0, 4, 2, 1, 0), ("Mostly at night or weekends",)),
        (Habits(6, 0, 3, 2, 1, 0), ()),
    ],
)
def test_what_is_unusual(habits: Habits, words: tuple[str, ...]) -> None:
    assert unusual(habits) == words


def test_one_users_checks_with_their_reasons(world: World) -> None:
    check(world, "haven_worker", times=2, reason="She rang from a neighbour.")
    check(world, "haven_worker", "Bea", reason="A school asks.")
    found = index_checks_of(by=world.act("dpl"), user_id=world.users["haven_worker"].id)
    assert found is not None
    assert [(one.reason, one.same) for one in found.checks] == [
        ("A school asks.", ""), ("She rang from a neighbour.", "Name 1"), ("She rang from a neighbour.", "Name 1"),
    ]  # fmt: skip
    assert index_checks_of(by=world.act("dpl"), user_id=world.users["idva"].id) is None
    assert AuditEntry.objects.filter(action="reviewed_index_checks").count() == 1
    assert world.browser("dpl").get(reverse("index_checks_of", args=[world.users["idva"].id])).status_code == 404


def test_a_period_bounds_it_and_an_empty_one_says_so(world: World) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=20), tick=False):
        check(world, "haven_worker")
    lead = world.browser("dpl")
    assert "Ines Duarte" in lead.get(reverse(LIST)).content.decode()
    assert "Nobody asked the index in this time." in lead.get(reverse(LIST) + "?days=7").content.decode()
    assert "Ines Duarte" in lead.get(reverse(LIST) + "?days=nonsense").content.decode()


def test_the_log_link_opens_the_checks_of_that_user(world: World) -> None:
    check(world, "haven_worker")
    page = world.browser("dpl").get(f"/log?did=checked_index&user={world.users['haven_worker'].id}")
    assert "Asked whether somebody is known" in page.content.decode()
    assert "Reason given" in page.content.decode()


def test_nobody_else_looks_and_another_partnership_is_not_counted(world: World) -> None:
    far = Partnership.objects.create(name="Moor Partnership", slug="moor")
    world.organisations["far"] = Organisation.objects.create(partnership=far, name="Moor Council", kind="council")
    world.add_user("far_worker", "Far Worker", "far", "practitioner", "data_protection")
    check(world, "far_worker")
    assert IndexCheck.objects.count() == 1
    assert index_checks(by=world.act("dpl")).checkers == []
    assert index_checks_of(by=world.act("dpl"), user_id=world.users["far_worker"].id) is None
    assert [one.name for one in index_checks(by=world.act("far_worker")).checkers] == ["Far Worker"]
    for user in ("harbour_manager", "chief", "admin", "idva"):
        with pytest.raises(Refused):
            index_checks(by=world.act(user))


@pytest.mark.parametrize("which", ["list", "one"])
def test_statements_do_not_grow(world: World, which: str) -> None:
    lead = world.browser("dpl")
    check(world, "haven_worker")
    address = reverse(LIST) if which == "list" else reverse("index_checks_of", args=[world.users["haven_worker"].id])

    def statements() -> int:
        lead.get(address)
        with CaptureQueriesContext(connection) as captured:
            lead.get(address)
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    few = statements()
    for user in ("haven_worker", "officer", "idva", "housing"):
        check(world, user, times=3)
    assert statements() == few
    assert few <= 10, few
