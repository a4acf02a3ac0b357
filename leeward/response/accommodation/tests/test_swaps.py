"""The scheme of secure homes: registered, run, agreed, answered, moved, and the ledger that comes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.response.accommodation.actions import agreeing, movers
from leeward.response.accommodation.actions import reciprocal as act
from leeward.response.accommodation.models import LedgerLine, MovePart, Mover, PledgedHome, ProposedMove, Run
from leeward.response.accommodation.queries.movers import offers_of, swap_today
from leeward.response.accommodation.queries.reciprocal import newest_rules, scheme_page
from leeward.response.accommodation.queries.runs import run_page
from leeward.response.accommodation.rules.reciprocal import HomeFacts, SchemeFacts
from leeward.response.accommodation.tasks import remind_landlords
from tests.reciprocals import CODES, agree_all, case_of, chain, cycle, facts, home, mover, moves, part_of, ran, scheme
from tests.worlds import World

TODAY = timezone.localdate


@pytest.fixture
def town(world: World) -> World:
    scheme(world)
    return world


def of(world: World, row: Mover) -> Mover:
    """A mover as who registered them reads it; they act afterwards."""
    landlord = next(key for key, one in world.organisations.items() if one.id == row.organisation_id)
    world.act(f"{landlord}_manager")
    return Mover.objects.get(id=row.id)


def take(world: World, row: Mover, takes_it: bool = True) -> None:
    """The household answers its offer."""
    row = of(world, row)
    (offer,) = [one for one in offers_of(row) if one.status in ("bound", "accepted")]
    manager = next(key for key, one in world.users.items() if one.id == row.registered_by_id)
    movers.answer_offer(by=world.act(manager), mover=row, move_id=offer.id, takes_it=takes_it, why="Too far")


def move(world: World, row: Mover) -> None:
    """The household has moved today."""
    row = of(world, row)
    (offer,) = [one for one in offers_of(row) if one.status in ("accepted", "moved")]
    manager = next(key for key, one in world.users.items() if one.id == row.registered_by_id)
    movers.confirm_move(by=world.act(manager), mover=row, move_id=offer.id, day=TODAY())


def ledger(world: World) -> dict[str, int]:
    """What each landlord is owed, by its key."""
    world.act("placer")
    keys = {one.id: key for key, one in world.organisations.items()}
    rows = LedgerLine.objects.values("landlord__organisation").annotate(n=Sum("homes"))
    return {keys[row["landlord__organisation"]]: row["n"] for row in rows}


# The scheme --------------------------------------------------------------------------------------------------------------


def test_a_landlord_joins_leaves_and_comes_back(world: World) -> None:
    scheme(world, ("council",))
    home(world, "council", "A")
    row = mover(world, "council", "A", "BCDEF")
    by = world.act("council_manager")
    landlord = scheme_page(by).ours
    assert landlord is not None
    act.leave_reciprocal(by=by, landlord=landlord, why="No homes left")
    assert Mover.objects.get(id=row.id).status == Mover.WITHDRAWN
    assert PledgedHome.objects.get().status == PledgedHome.WITHDRAWN
    with pytest.raises(Refused, match="Join the scheme first"):
        home(world, "council", "A", "Home 2")
    act.join_reciprocal(by=by)
    assert home(world, "council", "A", "Home 2").status == "open"


def test_only_its_own_manager_or_the_coordinator_adds_a_landlord(world: World) -> None:
    scheme(world, ("council",))
    with pytest.raises(Refused, match="Only a manager"):
        act.join_reciprocal(by=world.act("haven_worker"))
    by = world.act("council_manager")
    with pytest.raises(Refused, match="Only the placement coordinator"):
        act.join_reciprocal(by=by, organisation_id=world.organisations["haven"].id)
    made = act.join_reciprocal(by=world.act("placer"), organisation_id=world.organisations["haven"].id)
    assert made.organisation_id == world.organisations["haven"].id


@pytest.mark.parametrize("label", ["14 Linden Crescent", "Flat 2, Mill Road", "Home in Atontown Zone"])
def test_a_pledged_home_has_no_address(town: World, label: str) -> None:
    with pytest.raises(Refused):
        home(town, "council", "A", label)


def test_a_landlord_with_a_proposal_does_not_leave(town: World) -> None:
    chain(town)
    by = town.act("harbour_manager")
    landlord = scheme_page(by).ours
    assert landlord is not None
    with pytest.raises(Refused, match="proposed or agreed"):
        act.leave_reciprocal(by=by, landlord=landlord, why="Enough")


def test_numbers_are_chosen_with_a_reason_and_kept(town: World) -> None:
    by = town.act("placer")
    first = act.set_reciprocal_rules(by=by, facts=SchemeFacts(longest_chain=2), why="Three fell through", version=0)
    act.set_reciprocal_rules(by=by, facts=SchemeFacts(longest_chain=5), why="Tried again", version=first.version)
    assert newest_rules(town.partnership.id).longest_chain == 5
    with pytest.raises(Conflict):
        act.set_reciprocal_rules(by=by, facts=SchemeFacts(), why="Old page", version=first.version)
    with pytest.raises(Refused, match="at least 5 areas"):
        act.set_reciprocal_rules(by=by, facts=SchemeFacts(least_areas=4), why="Fewer", version=2)
    with pytest.raises(Refused, match="Only the placement coordinator"):
        act.set_reciprocal_rules(by=town.act("council_manager"), facts=SchemeFacts(), why="Mine", version=2)


# Movers ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wants", "more", "words"),
    [
        ("BCDE", {}, "at least 5 areas"),
        ("ABCDE", {}, "area that they leave"),
        ("BCDEF", {"away_areas": (CODES["C"],)}, "keep away from"),
        ("BCDEF", {"consent_on": None}, "only if they agree"),
        ("BCDEF", {"bedrooms": 0}, "bedrooms"),
    ],
)
def test_a_registration_that_cannot_be(town: World, wants: str, more: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        mover(town, "council", "A", wants, **more)


def test_nobody_is_registered_twice_nor_on_his_side(town: World) -> None:
    row = mover(town, "council", "A", "BCDEF")
    by = town.act("council_manager")
    with pytest.raises(Refused, match="already"):
        movers.register_mover(by=by, case=row.case, facts=facts("A", "BCDEF"))
    his = case_of(town, "council", given="Rolf", side="causing_harm")
    with pytest.raises(Refused, match="who is harmed"):
        movers.register_mover(by=by, case=his, facts=facts("A", "BCDEF"))
    movers.withdraw_mover(by=by, mover=row, why="They stay")
    assert movers.register_mover(by=by, case=row.case, facts=facts("A", "BCDEF")).status == Mover.REGISTERED


def test_who_is_no_landlord_registers_nobody(town: World) -> None:
    case = town.case("officer")
    with pytest.raises(Refused, match="no landlord"):
        movers.register_mover(by=town.act("officer"), case=case, facts=facts("A", "BCDEF"))


# A run -------------------------------------------------------------------------------------------------------------------


def test_a_run_says_what_it_found_and_how_good_that_is(town: World) -> None:
    run, households = chain(town)
    assert (run.status, run.moved, run.people, run.people_bound) == (Run.DONE, 2, 6, 6)
    assert run.value == run.bound
    seen = run_page(town.act("placer"), run.id)
    (group,) = seen.groups
    assert not group.is_cycle
    assert [step.move.mover_id for step in group.steps] == [one.id for one in households]
    assert group.waiting == 4
    assert "area that they named" in group.steps[0].move.why[0]
    assert of(town, households[0]).status == Mover.PROPOSED


def test_who_is_not_housed_is_told_why_on_the_case(town: World) -> None:
    row = mover(town, "council", "A", "BCDEF")
    run = ran(town)
    assert run.left == {"none_fits": 1}
    assert "No home of this run" in of(town, row).status_words


def test_two_runs_at_once_are_refused(town: World) -> None:
    by = town.act("placer")
    first = agreeing.begin_run(by=by)
    with pytest.raises(Refused, match="under way"):
        agreeing.begin_run(by=by)
    agreeing.stop_run(by=by, run=first)
    assert agreeing.begin_run(by=by).status == Run.WAITING
    with pytest.raises(Refused, match="ended already"):
        agreeing.stop_run(by=by, run=first)


def test_a_run_of_which_nothing_is_heard_is_begun_anew(town: World) -> None:
    run = agreeing.begin_run(by=town.act("placer"))
    agreeing.stop_run(by=town.act("placer"), run=run)
    dead = Run(
        partnership_id=town.partnership.id, status=Run.WAITING, at=timezone.now() - timedelta(hours=2), limit_seconds=60
    )
    dead.save(force_insert=True)
    assert run_page(town.act("placer"), dead.id).is_dead
    made = agreeing.begin_run(by=town.act("placer"))
    assert made.status == Run.WAITING
    assert Run.objects.get(id=dead.id).status == Run.FAILED
    assert "Begin anew" in Run.objects.get(id=dead.id).words


def test_a_run_that_fails_says_so(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ArithmeticError("nobody is named here")

    monkeypatch.setattr(agreeing.solve, "propose", broken)
    run = agreeing.begin_run(by=town.act("placer"))
    with pytest.raises(ArithmeticError):
        agreeing.look_for_moves(run_id=run.id, partnership_id=town.partnership.id)
    town.act("placer")
    run = Run.objects.get(id=run.id)
    assert run.status == Run.FAILED
    assert "Begin it anew" in run.words
    assert agreeing.begin_run(by=town.act("placer")).status == Run.WAITING


def test_a_run_that_was_stopped_writes_nothing(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    home(town, "harbour", "A")
    mover(town, "haven", "B", "ADEFG")
    run = agreeing.begin_run(by=town.act("placer"))
    look = agreeing._look

    def stopped_meanwhile(given: dict[str, object]) -> dict[str, object]:
        found = look(given)
        agreeing.stop_run(by=town.act("placer"), run=run)
        return found

    monkeypatch.setattr(agreeing, "_look", stopped_meanwhile)
    agreeing.look_for_moves(run_id=run.id, partnership_id=town.partnership.id)
    town.act("placer")
    assert Run.objects.get(id=run.id).status == Run.STOPPED
    assert not ProposedMove.objects.exists()


def test_what_changes_while_it_looks_is_left_out(town: World, monkeypatch: pytest.MonkeyPatch) -> None:
    given_home = home(town, "harbour", "A")
    mover(town, "haven", "B", "ADEFG")
    run = agreeing.begin_run(by=town.act("placer"))
    look = agreeing._look

    def changed_meanwhile(given: dict[str, object]) -> dict[str, object]:
        found = look(given)
        by = town.act("harbour_manager")
        act.change_home(by=by, home=given_home, facts=HomeFacts("Home 1", CODES["A"], 3), version=given_home.version)
        return found

    monkeypatch.setattr(agreeing, "_look", changed_meanwhile)
    agreeing.look_for_moves(run_id=run.id, partnership_id=town.partnership.id)
    town.act("placer")
    run = Run.objects.get(id=run.id)
    assert (run.status, run.dropped) == (Run.DONE, 1)
    assert not ProposedMove.objects.exists()


# Agreement ---------------------------------------------------------------------------------------------------------------


def test_a_chain_from_a_pledge_to_the_ledger(town: World) -> None:
    run, (first, second) = chain(town)
    assert agree_all(town) == "bound"
    assert of(town, first).status == Mover.OFFERED
    (offer,) = offers_of(of(town, first))
    assert (offer.area_code, offer.landlord) == (CODES["A"], "Harbour Outreach")
    take(town, first)
    take(town, second)
    with pytest.raises(Refused, match="not empty yet"):
        move(town, second)
    move(town, first)
    assert ledger(town) == {"harbour": 1, "haven": -1}
    move(town, second)
    assert ledger(town) == {"harbour": 1, "haven": 0, "council": -1}
    assert {one.status for one in moves(run)} == {"moved"}
    assert PledgedHome.objects.get().status == PledgedHome.LET
    move(town, second)  # said twice, written once
    town.act("placer")
    assert LedgerLine.objects.count() == 4
    assert run_page(town.act("placer"), run.id).groups[0].status == "moved"


def test_a_cycle_changes_no_balance(town: World) -> None:
    _, households = cycle(town)
    assert agree_all(town) == "bound"
    take(town, households[0])
    with pytest.raises(Refused, match="every household of the cycle"):
        move(town, households[0])
    for one in households[1:]:
        take(town, one)
    for one in households:
        move(town, one)
    assert set(ledger(town).values()) == {0}


def test_a_cycle_in_which_somebody_has_moved_is_refused_by_nobody(town: World) -> None:
    """Who stayed would live with who moved into their home; who stays two further on keeps that one from being left."""
    _, households = cycle(town)
    agree_all(town)
    for one in households:
        take(town, one)
    move(town, households[0])
    for one in households[1:]:
        with pytest.raises(Refused, match="moved into the home"):
            take(town, one, takes_it=False)
        assert of(town, one).status == Mover.OFFERED
    for one in households[1:]:
        move(town, one)
    assert set(ledger(town).values()) == {0}


def test_one_refusal_frees_everybody_and_uses_up_no_offer(town: World) -> None:
    run, households = chain(town)
    agree_all(town, but=("council", "takes"))
    part = part_of(town, "council", "takes")
    said = agreeing.answer_part(by=town.act("council_manager"), part=part, agrees=False, why="Arrears")
    assert said == "refused"
    for one in households:
        assert of(town, one).status == Mover.REGISTERED
    town.act("placer")
    assert PledgedHome.objects.get().status == PledgedHome.OPEN
    assert {one.status for one in moves(run)} == {"freed"}
    assert MovePart.objects.get(id=part.id).words == "Arrears"
    again = ran(town)
    assert again.moved == 2


def test_an_agreement_can_be_taken_back_until_it_binds(town: World) -> None:
    _, households = chain(town)
    part = part_of(town, "harbour", "gives")
    by = town.act("harbour_manager")
    assert agreeing.answer_part(by=by, part=part, agrees=True) == "agreed"
    assert agreeing.answer_part(by=by, part=part, agrees=True) == "agreed"  # pressed twice
    assert agreeing.answer_part(by=by, part=part, agrees=False, why="Flooded") == "refused"
    assert of(town, households[0]).status == Mover.REGISTERED
    with pytest.raises(Refused, match="stands no more"):
        agreeing.answer_part(by=town.act("harbour_manager"), part=part, agrees=True)


def test_a_reason_names_nobody(town: World) -> None:
    chain(town)
    part = part_of(town, "haven", "takes")
    with pytest.raises(Refused, match="Take out the name"):
        agreeing.answer_part(by=town.act("haven_manager"), part=part, agrees=False, why="Alma has arrears")


@pytest.mark.parametrize("what", ["home", "mover", "withdrawn"])
def test_what_changed_since_is_noticed(town: World, what: str) -> None:
    _, (first, second) = chain(town)
    if what == "home":
        by = town.act("harbour_manager")
        row = PledgedHome.objects.get()
        act.change_home(by=by, home=row, facts=HomeFacts("Home 1", CODES["A"], 3), version=row.version)
    else:
        row_ = of(town, second)
        by = town.act("council_manager")
        if what == "mover":
            movers.change_mover(by=by, mover=row_, facts=facts("C", "BDEFGH"), version=row_.version)
        else:
            movers.withdraw_mover(by=by, mover=row_, why="They stay")
    part = part_of(town, "haven", "takes")
    if what == "withdrawn":
        with pytest.raises(Refused, match="stands no more"):
            agreeing.answer_part(by=town.act("haven_manager"), part=part, agrees=True)
    else:
        assert agreeing.answer_part(by=town.act("haven_manager"), part=part, agrees=True) == "changed"
    assert of(town, first).status == Mover.REGISTERED


def test_a_promised_home_is_neither_changed_nor_taken_back(town: World) -> None:
    chain(town)
    agree_all(town)
    by = town.act("harbour_manager")
    row = PledgedHome.objects.get()
    with pytest.raises(Refused, match="taken up in a run"):
        act.withdraw_home(by=by, home=row, why="Sold")
    with pytest.raises(Refused, match="taken up in a run"):
        act.change_home(by=by, home=row, facts=HomeFacts("Home 1", CODES["B"], 2), version=row.version)


def test_who_refuses_has_had_the_one_offer_and_who_comes_after_has_not(town: World) -> None:
    _, (first, second) = chain(town)
    agree_all(town)
    take(town, second)
    take(town, first, takes_it=False)
    assert of(town, first).status == Mover.REFUSED
    assert of(town, second).status == Mover.REGISTERED
    with pytest.raises(Refused, match="one offer"):
        movers.register_mover(by=town.act("haven_manager"), case=of(town, first).case, facts=facts("B", "ADEFG"))
    town.act("placer")
    assert PledgedHome.objects.get().status == PledgedHome.OPEN
    assert ran(town).movers == 1


def test_the_last_of_a_chain_refuses_and_the_first_goes_on(town: World) -> None:
    _, (first, second) = chain(town)
    agree_all(town)
    take(town, first)
    take(town, second, takes_it=False)
    move(town, first)
    assert ledger(town) == {"harbour": 1, "haven": -1}


def test_a_cycle_of_which_one_refuses_ends_for_all(town: World) -> None:
    _, households = cycle(town)
    agree_all(town)
    for one in households[1:]:
        take(town, one)
    take(town, households[0], takes_it=False)
    assert of(town, households[0]).status == Mover.REFUSED
    assert {of(town, one).status for one in households[1:]} == {Mover.REGISTERED}


def test_an_offer_is_answered_before_they_are_withdrawn(town: World) -> None:
    _, (first, _) = chain(town)
    agree_all(town)
    row = of(town, first)
    with pytest.raises(Refused, match="They have an offer"):
        movers.withdraw_mover(by=town.act("haven_manager"), mover=row, why="They stay")


# Time --------------------------------------------------------------------------------------------------------------------


def test_what_waits_is_on_today_and_the_job_leaves_it_until_its_day(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, households = chain(town)
    assert len(swap_today(by=town.act("harbour_manager")).parts) == 1
    assert not swap_today(by=town.act("haven_worker")).parts  # a manager answers
    assert len(swap_today(by=town.act("placer")).runs) == 1
    monkeypatch.setattr("leeward.response.accommodation.tasks.current_partnership", lambda: town.partnership)
    remind_landlords(0)
    assert of(town, households[0]).status == Mover.PROPOSED


def test_today_asks_who_registered_them(town: World) -> None:
    _, (first, _) = chain(town)
    agree_all(town)
    asked = swap_today(by=town.act("haven_manager")).offers
    assert [(case, status) for case, _, status, _ in asked] == [(first.case_id, "bound")]


def test_landlords_are_told_by_mail_that_says_nothing(town: World) -> None:
    chain(town)
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'notice' ORDER BY id DESC LIMIT 1")
        told = cursor.fetchone()[0]
    assert all(str(town.users[f"{one}_manager"].id) in told for one in ("council", "haven", "harbour"))
    assert "Alma" not in told
