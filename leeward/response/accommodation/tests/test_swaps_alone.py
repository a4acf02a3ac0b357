"""What stands when functions and policies are taken away, and when two press at once: rows that are really committed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from leeward.platform.access import acting
from leeward.response.accommodation import tasks
from leeward.response.accommodation.actions import agreeing
from leeward.response.accommodation.models import MovePart, Mover, ProposedMove
from leeward.response.accommodation.tests.test_races import at_once
from tests.committed import committed  # noqa: F401  a fixture
from tests.reciprocals import agree_all, chain, home, part_of, scheme
from tests.worlds import World, build


@pytest.fixture
def lasting(committed: None) -> World:  # noqa: F811  the fixture above
    with transaction.atomic():
        world = build()
        scheme(world)
    return world


def owner_says(sql: str, *values: object) -> list[tuple[object, ...]]:
    """As the owner of the database, whom no policy and no function of ours holds."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def test_the_constraints_alone_keep_everybody_from_two_moves(lasting: World) -> None:
    with transaction.atomic():
        run, _ = chain(lasting)
        home(lasting, "harbour", "D", "Home 9")
    columns = "run_id, partnership_id, position, is_cycle, gives_id, takes_id, sheet, why, mover_version, home_version, status_at, status_words"
    copy = (
        f'INSERT INTO accommodation_proposedmove (id, "group", {columns}, status, mover_id, home_id, leaves_id)'
        f" SELECT new_id(), 99, {columns}, 'bound', %s, %s, %s FROM accommodation_proposedmove WHERE home_id IS NOT NULL LIMIT 1"
    )
    (taken, empty), (leaver, other) = (
        owner_says("SELECT min(id), max(id) FROM accommodation_pledgedhome")[0],
        (owner_says("SELECT leaves_id, mover_id FROM accommodation_proposedmove WHERE leaves_id IS NOT NULL")[0]),
    )
    # A household that is in no other move, so that each time one constraint alone is asked.
    (free,) = owner_says(
        "INSERT INTO accommodation_mover (id, from_area, home_bedrooms, home_step_free, home_wheelchair, people, bedrooms,"
        " step_free, wheelchair, areas, away_areas, registered_on, status, status_words, version, case_id, landlord_id,"
        " organisation_id, partnership_id, person_id)"
        " SELECT new_id(), from_area, 2, false, false, 1, 2, false, false, areas, away_areas, registered_on, 'withdrawn', '',"
        " 1, case_id, landlord_id, organisation_id, partnership_id, person_id FROM accommodation_mover LIMIT 1 RETURNING id"
    )[0]
    for values, words in (
        ((other, empty, None), "move_one_offer"),
        ((free, taken, None), "move_home_once"),
        ((free, None, leaver), "move_leaves_once"),
        ((free, empty, leaver), "move_into_one_home"),
        ((free, None, None), "move_into_one_home"),
    ):
        with pytest.raises(IntegrityError, match=words):
            owner_says(copy, *values)
    owner_says(copy, free, empty, None)  # what no constraint forbids goes in: it is they that refused
    owner_says("UPDATE accommodation_run SET status = 'running' WHERE id = %s", run.id)
    with pytest.raises(IntegrityError, match="run_one_at_once"):
        owner_says(
            "INSERT INTO accommodation_run SELECT (jsonb_populate_record(r, jsonb_build_object('id', new_id()))).*"
            " FROM accommodation_run r WHERE id = %s",
            run.id,
        )


def test_the_last_two_agree_and_one_refuses_at_once(lasting: World) -> None:
    """Either all of it binds or nobody is bound, whoever comes first; and nobody waits in a ring."""
    with transaction.atomic():
        chain(lasting)
    with transaction.atomic():
        agree_all(lasting, but=("council", "takes"))
        part = part_of(lasting, "council", "takes")
        gave = part_of(lasting, "harbour", "gives")
    met = at_once(
        lasting,
        ("council_manager", lambda by: agreeing.answer_part(by=by, part=part, agrees=True)),
        ("harbour_manager", lambda by: agreeing.answer_part(by=by, part=gave, agrees=False, why="Flooded")),
    )
    assert "done" in met
    assert set(met) <= {"done", "refused"}
    statuses = {row[0] for row in owner_says("SELECT status FROM accommodation_proposedmove")}
    assert statuses in ({"bound"}, {"freed"})


def test_what_nobody_answered_in_time_is_free_again(lasting: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        chain(lasting)
    owner_says("UPDATE accommodation_movepart SET due_on = %s", timezone.localdate() - timedelta(days=1))
    with transaction.atomic():
        part = part_of(lasting, "harbour", "gives")
        # The button is pressed before the job runs: the same.
        assert agreeing.answer_part(by=lasting.act("harbour_manager"), part=part, agrees=True) == "late"
        transaction.set_rollback(True)
    monkeypatch.setattr("leeward.response.accommodation.tasks.current_partnership", lambda: lasting.partnership)
    acting.end()
    tasks.remind_landlords(0)
    assert {row[0] for row in owner_says("SELECT status FROM accommodation_proposedmove")} == {ProposedMove.FREED}
    assert {row[0] for row in owner_says("SELECT status FROM accommodation_movepart")} == {MovePart.FREED}
    assert {row[0] for row in owner_says("SELECT status FROM accommodation_mover")} == {Mover.REGISTERED}
