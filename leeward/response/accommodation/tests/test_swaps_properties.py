"""Whatever landlords and households do, in whatever order: no group is half bound, and the ledger is what has moved."""

from __future__ import annotations

from collections import defaultdict

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions import agreeing, movers
from leeward.response.accommodation.models import LedgerLine, MovePart, Mover, PledgedHome, ProposedMove
from leeward.response.accommodation.queries.movers import offers_of
from leeward.response.accommodation.tests.test_swaps import TODAY
from tests.reciprocals import LANDLORDS, agree_all, home, mover, ran, scheme
from tests.worlds import World

STEPS = st.lists(
    st.tuples(st.sampled_from(["agree", "refuse", "take", "leave", "move", "withdraw"]), st.integers(0, 7)), max_size=24
)


@pytest.fixture
def proposed(world: World) -> World:
    """A chain of two and a cycle of three, proposed in one run."""
    scheme(world)
    home(world, "harbour", "H", bedrooms=4)
    mover(world, "haven", "G", "HBCDE", "Dora", bedrooms=4, home_bedrooms=3)
    mover(world, "council", "F", "GBCDE", "Eve", bedrooms=3, home_bedrooms=1)
    mover(world, "council", "A", "BDEFG", "Alma")
    mover(world, "haven", "B", "CDEFG", "Bea")
    mover(world, "harbour", "C", "ADEFG", "Cora")
    run = ran(world)
    assert run.moved == 5
    return world


def step(world: World, what: str, number: int) -> None:
    """Somebody does something, or is refused."""
    landlord = LANDLORDS[number % len(LANDLORDS)]
    by = world.act(f"{landlord}_manager")
    if what in ("agree", "refuse"):
        parts = list(MovePart.objects.filter(organisation_id=by.acts_for).order_by("id"))
        part = parts[number % len(parts)]
        agreeing.answer_part(by=by, part=part, agrees=what == "agree", why="Not now")
        return
    rows = list(Mover.objects.filter(organisation_id=by.acts_for).order_by("id"))
    row = rows[number % len(rows)]
    if what == "withdraw":
        movers.withdraw_mover(by=by, mover=row, why="They stay")
        return
    offers = offers_of(row)
    if not offers:
        return
    if what == "move":
        movers.confirm_move(by=by, mover=row, move_id=offers[0].id, day=TODAY())
    else:
        movers.answer_offer(by=by, mover=row, move_id=offers[0].id, takes_it=what == "take", why="Too far")


def holds(world: World) -> None:
    """What must be true after every step."""
    world.act("placer")
    groups: dict[int, list[ProposedMove]] = defaultdict(list)
    for one in ProposedMove.objects.order_by("group", "position"):
        groups[one.group].append(one)
    parts: dict[int, list[str]] = defaultdict(list)
    for part in MovePart.objects.all():
        parts[part.move_id].append(part.status)
    lines = list(LedgerLine.objects.all())
    assert sum(line.homes for line in lines) == 0
    by_move: dict[int | None, list[LedgerLine]] = defaultdict(list)
    for line in lines:
        by_move[line.move_id].append(line)
    for moves in groups.values():
        statuses = {one.status for one in moves}
        assert "proposed" not in statuses or statuses == {"proposed"}, "a group is half bound"
        if statuses & {"bound", "accepted", "moved", "refused"}:
            assert all(
                parts[one.id] == ["agreed", "agreed"] for one in moves if one.status in ("bound", "accepted", "moved")
            )
        for one in moves:
            written = sorted((line.homes, line.landlord_id) for line in by_move[one.id])
            assert written == ([(-1, one.takes_id), (1, one.gives_id)] if one.status == "moved" else [])
        if statuses == {"moved"}:
            owed: dict[int, int] = defaultdict(int)
            for one in moves:
                owed[one.gives_id] += 1
                owed[one.takes_id] -= 1
            changed = sorted(number for number in owed.values() if number)
            first, last = moves[0], moves[-1]
            assert changed == ([] if first.is_cycle or first.gives_id == last.takes_id else [-1, 1])
    (pledged,) = PledgedHome.objects.all()
    live = [one.status for one in groups[_chain(groups)] if one.home_id == pledged.id]
    assert (pledged.status == "let") == ("moved" in live)
    assert (pledged.status == "proposed") == bool({"proposed", "bound", "accepted"} & set(live))


def _chain(groups: dict[int, list[ProposedMove]]) -> int:
    return next(number for number, moves in groups.items() if not moves[0].is_cycle)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(all_agree=st.booleans(), steps=STEPS)
def test_no_group_is_half_bound_and_the_ledger_is_what_has_moved(
    proposed: World, all_agree: bool, steps: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        if all_agree:
            agree_all(proposed)
        for what, number in steps:
            try:
                with transaction.atomic():
                    step(proposed, what, number)
            except Refused:
                pass
            holds(proposed)
        transaction.set_rollback(True)


def test_everybody_takes_and_moves(proposed: World) -> None:
    """The way through, so that the properties above are asked of what has moved, too."""
    agree_all(proposed)
    for what in ("take", "move", "move"):
        for number in range(len(LANDLORDS) * 2):
            try:
                with transaction.atomic():
                    step(proposed, what, number)
            except Refused:
                pass
            holds(proposed)
    proposed.act("placer")
    assert {one.status for one in ProposedMove.objects.all()} == {"moved"}
    assert LedgerLine.objects.count() == 10
