"""Targets of triage: set from a day on, the history kept, the clocks follow, a promise that was given stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import AuditEntry, Partnership
from leeward.platform.common.errors import Refused
from leeward.platform.reference.working_time import LONDON
from leeward.response.front_door.actions.targets import set_target, withdraw_target
from leeward.response.front_door.models import Target
from leeward.response.front_door.rules import attempt_due, days_in_words, default_promise
from leeward.response.front_door.tests.site import Visitor, read
from tests.worlds import World

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=LONDON)


def due(world: World, risk: str, at: datetime) -> datetime:
    return attempt_due(world.partnership.id, risk, at).astimezone(LONDON)


def test_where_nothing_is_set_the_usual_holds(world: World) -> None:
    assert due(world, "high", MONDAY) == MONDAY + timedelta(hours=4)
    assert due(world, "high", MONDAY.replace(hour=16)) == datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)
    for risk in ("medium", "standard", "unknown"):
        assert due(world, risk, MONDAY) == MONDAY + timedelta(hours=24)
    assert default_promise("high").words == "4 working hours, Monday to Friday 09:00 to 17:00"
    assert default_promise("unknown").words == "24 hours, round the clock"


def test_a_target_holds_from_its_day_on_and_the_old_promise_before_it(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        set_target(by=world.act("chief"), risk="high", hours=2, is_working_time=False, starts_on=date(2026, 11, 25))
    tuesday = MONDAY + timedelta(days=1)
    assert due(world, "high", tuesday) == tuesday + timedelta(hours=4)
    last, first = datetime(2026, 11, 24, 23, 59, tzinfo=LONDON), datetime(2026, 11, 25, 0, 0, tzinfo=LONDON)
    assert due(world, "high", last) == datetime(2026, 11, 25, 13, 0, tzinfo=LONDON)
    assert due(world, "high", first) == first + timedelta(hours=2)
    assert due(world, "medium", first) == first + timedelta(hours=24), "another risk keeps its own"


def test_one_for_today_begins_at_this_moment(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        set_target(by=world.act("chief"), risk="high", hours=1, is_working_time=True, starts_on=MONDAY.date())
    before = MONDAY - timedelta(minutes=1)
    assert due(world, "high", before) == before + timedelta(hours=4), "the promise that was given stays"
    assert due(world, "high", MONDAY) == MONDAY + timedelta(hours=1)


def test_of_two_for_one_day_the_later_set_holds(world: World) -> None:
    for hour, hours in ((9, 6), (10, 8)):
        with time_machine.travel(MONDAY.replace(hour=hour), tick=False):
            set_target(by=world.act("chief"), risk="medium", hours=hours, is_working_time=False,
                       starts_on=date(2026, 11, 30))  # fmt: skip
    at = datetime(2026, 11, 30, 12, 0, tzinfo=LONDON)
    assert due(world, "medium", at) == at + timedelta(hours=8)


def test_working_days_and_hours_are_the_partnerships_own(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        set_target(by=world.act("chief"), risk="high", hours=3, is_working_time=True, starts_on=MONDAY.date(),
                   opens=time(8), closes=time(20), weekdays=(5, 6))  # fmt: skip
    assert due(world, "high", MONDAY + timedelta(hours=1)) == datetime(2026, 11, 28, 11, 0, tzinfo=LONDON)
    row = Target.objects.get()
    assert (row.weekdays, row.set_by_name, row.set_by_id) == ([5, 6], "Uma Field", world.users["chief"].id)
    assert days_in_words({5, 6}) == "Saturday, Sunday"
    assert days_in_words(range(5)) == "Monday to Friday"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"hours": 0}, "between 1 and 240"),
        ({"hours": 241}, "between 1 and 240"),
        ({"risk": "purple"}, "no such level"),
        ({"starts_on": date(2026, 11, 22)}, "cannot begin in the past"),
        ({"weekdays": ()}, "at least one day"),
        ({"opens": time(17), "closes": time(9)}, "must end after it begins"),
    ],
)
def test_what_cannot_be_promised_is_refused(world: World, wrong: dict[str, object], words: str) -> None:
    asked = {"risk": "high", "hours": 4, "is_working_time": True, "starts_on": MONDAY.date(), **wrong}
    with time_machine.travel(MONDAY, tick=False), pytest.raises(Refused, match=words):
        set_target(by=world.act("chief"), **asked)  # type: ignore[arg-type]  # one wrong at a time
    assert not Target.objects.exists()


@pytest.mark.parametrize("user", ["admin", "spa", "harbour_manager", "dpl"])
def test_only_the_partnerships_administrator_sets_them(world: World, user: str) -> None:
    with pytest.raises(Refused, match="Only the administrator of the partnership"):
        set_target(by=world.act(user), risk="high", hours=1, is_working_time=True, starts_on=timezone.localdate())


def test_a_coming_one_can_be_withdrawn_one_that_holds_cannot(world: World) -> None:
    by = world.act("chief")
    coming = set_target(by=by, risk="high", hours=1, is_working_time=True,
                        starts_on=timezone.localdate() + timedelta(days=3))  # fmt: skip
    withdraw_target(by=by, target=coming)
    coming.refresh_from_db()
    assert coming.withdrawn_by_name == "Uma Field"
    at = timezone.now() + timedelta(days=10)
    assert attempt_due(world.partnership.id, "unknown", at) == at + timedelta(hours=24)
    holding = set_target(by=by, risk="high", hours=1, is_working_time=True, starts_on=timezone.localdate())
    for target in (holding, coming):
        with pytest.raises(Refused, match="It has begun, or was withdrawn"):
            withdraw_target(by=by, target=target)
    world.act("dpl")
    assert list(AuditEntry.objects.filter(subject_kind="target").order_by("id").values_list("action", flat=True)) == [
        "set_target", "withdrew_target", "set_target",
    ]  # fmt: skip


def test_the_history_cannot_be_rewritten(world: World) -> None:
    """The web role may write that a target was withdrawn, and nothing else of it; nor take one away."""
    made = set_target(by=world.act("chief"), risk="high", hours=1, is_working_time=True,
                      starts_on=timezone.localdate())  # fmt: skip
    for statement in ("UPDATE front_door_target SET hours = 99", "DELETE FROM front_door_target"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert Target.objects.get(id=made.id).hours == 1


def test_another_partnerships_targets_are_not_ours(world: World) -> None:
    far = Partnership.objects.create(name="Moor Partnership", slug="moor")
    Target(partnership=far, risk="high", hours=99, is_working_time=False).save(force_insert=True)
    assert due(world, "high", MONDAY) == MONDAY + timedelta(hours=4)


def test_the_page_says_now_coming_and_before(world: World) -> None:
    browser, by = world.browser("chief"), world.act("chief")
    empty = browser.get(reverse("targets")).content.decode()
    assert "Nothing was ever set here." in empty
    assert empty.count("Nothing set: this is the usual") == 4
    set_target(by=by, risk="high", hours=3, is_working_time=True, starts_on=timezone.localdate())
    set_target(by=by, risk="high", hours=2, is_working_time=True, starts_on=timezone.localdate() + timedelta(days=9))
    page = browser.get(reverse("targets")).content.decode()
    for words in ("3 working hours", "2 working hours", "Holds now", "Coming", "Uma Field", "Withdraw"):
        assert words in page, words


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(world: World) -> None:
    browser = world.browser("chief")
    address = reverse("target_change", args=["high"])
    sent = {"hours": "soon", "counted": "working", "opens": "17:00", "closes": "9:00", "starts_on-day": "31",
            "starts_on-month": "2", "starts_on-year": "2027"}  # fmt: skip
    page = browser.post(address, sent).content.decode()
    assert "<title>Error: " in page
    for words in ("must be a whole number", "must end after it begins", "Choose at least one working day", "soon"):
        assert words in page, words
    assert not Target.objects.exists()
    assert browser.get(reverse("target_change", args=["purple"])).status_code == 404


def test_statements_do_not_grow(world: World) -> None:
    browser, by = world.browser("chief"), world.act("chief")

    def statements() -> int:
        browser.get(reverse("targets"))
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("targets"))
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    few = statements()
    for hours in range(1, 9):
        set_target(by=by, risk="high", hours=hours, is_working_time=True, starts_on=timezone.localdate())
        by = world.act("chief")
    assert statements() == few
    assert few <= 6, few


def test_a_row_from_before_targets_had_a_beginning_holds_for_everybody(world: World) -> None:
    Target(partnership=world.partnership, risk="high", hours=5, is_working_time=False).save(force_insert=True)
    at = datetime(2025, 3, 4, 10, 0, tzinfo=UTC)
    assert attempt_due(world.partnership.id, "high", at) == at + timedelta(hours=5)


def test_who_asks_is_promised_what_the_partnership_promises(world: World) -> None:
    for risk, hours, working in (("high", 2, False), ("unknown", 12, True)):
        Target(
            partnership=world.partnership, risk=risk, hours=hours, is_working_time=working, weekdays=list(range(5))
        ).save(force_insert=True)
    for answers, promise in (({"danger": "adult"}, "within 2 hours,"), ({"danger": "no"}, "within 12 working hours,")):
        visitor = Visitor()
        visitor.ask(("about", {"about": "me"}))
        visitor.skip_until("ask", "safe")
        visitor.ask(
            ("safe", {"safe": "yes"}), ("methods", {"methods": ["phone"]}), ("phone", {"phone": "07700 900123"})
        )
        visitor.post(visitor.step("ask", "danger"), do="next", **answers)
        assert promise in read(visitor.send()).text
