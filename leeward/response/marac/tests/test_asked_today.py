"""What Today asks for of a MARAC is found by number, past the policies: never of whom its reader is walled from."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from leeward.record.people.models import Wall
from leeward.response.marac.actions.maracs import MaracFacts
from leeward.response.marac.actions.minuting import ActionFacts, add_action
from leeward.response.marac.models import Item, Marac, MaracAction, Meeting
from leeward.response.marac.queries.today import AskedToday, asked_today
from tests.maracs import MEETS, Round, set_up, table
from tests.worlds import World


@pytest.fixture
def held(world: World) -> tuple[Round, list[Item], list[Item]]:
    """Two people whose meeting is open, an action late for each; two more for the next, research is out."""
    round_ = table(world)
    meeting, late = round_.opened("Maya", "Lena")
    for item in late:
        made = add_action(
            by=world.act("chair"), item=item,
            facts=ActionFacts(world.organisations["haven"].id, "Put up a lock", timezone.localdate(), "victim"),
        )  # fmt: skip
        MaracAction.objects.filter(id=made.id).update(due_on=timezone.localdate() - timedelta(days=2))
    world.act("coordinator")
    Meeting.objects.filter(id=meeting.id).update(status=Meeting.HELD)
    _, coming = round_.circulated("Nora", "Iris")
    return round_, late, coming


def asked(world: World, user: str) -> AskedToday:
    """What somebody is asked for in the next three weeks."""
    return asked_today(by=world.act(user), until=timezone.localdate() + timedelta(days=21), sits=True)


def told_by_number(world: World, user: str) -> tuple[int, int]:
    """How many rows the two functions tell somebody who asks them themselves: overdue actions, research that is due."""
    world.act(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT (SELECT count(*) FROM marac_overdue(%s)), (SELECT count(*) FROM marac_research_due())",
                       [timezone.localdate()])  # fmt: skip
        overdue, due = cursor.fetchone()
    return overdue, due


def wall(world: World, user: str, item: Item) -> None:
    """Somebody must not know of whom an item is about."""
    world.act("harbour_manager")
    Wall(person_id=item.person_id, user=world.users[user], kind="set").save(force_insert=True)


def test_who_arranges_reads_how_much_is_overdue_and_not_returned(held: tuple[Round, list[Item], list[Item]]) -> None:
    round_, late, coming = held
    world = round_.world
    (led,) = asked(world, "coordinator").led
    asks = len({organisation for _, organisation, _, _ in MEETS.values()}) * len(coming)
    assert (led.marac_id, led.overdue, led.not_returned) == (round_.marac.id, 2, asks)
    wall(world, "coordinator", late[0])
    wall(world, "coordinator", coming[0])
    (fewer,) = asked(world, "coordinator").led
    assert (fewer.overdue, fewer.not_returned) == (1, asks // 2)
    assert told_by_number(world, "coordinator")[0] == 1
    (other,) = asked(world, "chair").led
    assert (other.overdue, other.not_returned) == (2, asks)


def test_who_sits_there_is_asked_for_research_of_whom_they_may_know(held: tuple[Round, list[Item], list[Item]]) -> None:
    round_, _, coming = held
    world = round_.world
    (due,) = asked(world, "health_rep").research
    assert due.items == 2
    wall(world, "health_rep", coming[1])
    (fewer,) = asked(world, "health_rep").research
    assert fewer.items == 1
    assert told_by_number(world, "health_rep") == (0, 1)


def test_nobody_else_is_told_a_number(held: tuple[Round, list[Item], list[Item]]) -> None:
    world = held[0].world
    assert told_by_number(world, "idva") == (0, 0)
    sits = {"other_chair": ("Chair of another", "police", "police", "chair")}
    set_up(world, MaracFacts(name="Estuary South"), sits, {"police": "police"})
    assert Marac.objects.count() == 2
    assert told_by_number(world, "other_chair") == (0, 0)
    assert [led.overdue for led in asked(world, "other_chair").led] == [0]
