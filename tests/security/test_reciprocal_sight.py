"""Who learns what of a household that moves: its name for nobody outside its case, and for no landlord whence it came."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case
from leeward.record.people.actions.walls import set_wall
from leeward.record.people.models import Person
from leeward.response.accommodation.actions import agreeing, movers, reciprocal
from leeward.response.accommodation.models import (
    Landlord,
    LedgerLine,
    MovePart,
    Mover,
    PledgedHome,
    ProposedMove,
    ReciprocalRules,
    Run,
)
from leeward.response.accommodation.queries.movers import offers_of
from leeward.response.accommodation.queries.reciprocal import households
from leeward.response.accommodation.queries.runs import run_page
from leeward.response.accommodation.rules.reciprocal import HomeFacts
from leeward.response.accommodation.tests.test_swaps import TODAY, move, take
from tests.reciprocals import CODES, agree_all, chain, home, mover, part_of, ran, scheme
from tests.worlds import World

NOTHING = 999_999
NAMES = ("Alma", "Bea", "Lindqvist")


@pytest.fixture
def moving(world: World) -> tuple[World, Run, Mover, Mover]:
    """A home of harbour in A goes to a household of haven in B, theirs to one of the council in C."""
    scheme(world)
    run, (first, second) = chain(world)
    return world, run, first, second


def pages(run: Run, parts: list[int]) -> list[str]:
    """Every page of the scheme, and those that gather from everywhere."""
    return [
        reverse("reciprocal"), reverse("reciprocal_ledger"), reverse("reciprocal_rules"), reverse("today"), "/log", "/cases",
        reverse("reciprocal_run", args=[run.id]), *(reverse("reciprocal_part", args=[part]) for part in parts),
    ]  # fmt: skip


def seen_by(world: World, user: str, paths: list[str]) -> str:
    """All that some pages give to a user."""
    client = world.browser(user)
    return "\n".join(client.get(path).content.decode() for path in paths)


def everything(world: World) -> list[int]:
    """The number of every part, as the coordinator reads them."""
    world.act("placer")
    return list(MovePart.objects.values_list("id", flat=True))


@pytest.mark.parametrize("stage", ["proposed", "bound", "moved"])
def test_no_name_no_reference_no_origin_outside_the_case(moving: tuple[World, Run, Mover, Mover], stage: str) -> None:
    world, run, first, second = moving
    if stage != "proposed":
        agree_all(world)
    if stage == "moved":
        for one in (first, second):
            take(world, one)
        for one in (first, second):
            move(world, one)
    world.act("haven_manager")
    references = [Case.objects.get(id=first.case_id).reference]
    world.act("council_manager")
    references.append(Case.objects.get(id=second.case_id).reference)
    paths = pages(run, everything(world))
    for user in ("placer", "harbour_manager", "idva", "officer", "analyst", "chief", "admin"):
        text = seen_by(world, user, paths)
        for secret in (*NAMES, *references, str(first.case_id), str(second.person_id)):
            assert secret not in text, f"{user} reads {secret}"
    placer = seen_by(world, "placer", paths)
    for area in ("Bton", "Cton", "Dton", "Eton", "Fton", "Gton"):
        assert f"Zone {area}" not in placer, f"the coordinator reads {area}"
    # Who gives the home learns neither the landlord that the household leaves nor the area; nor does who housed it.
    gives = seen_by(world, "harbour_manager", paths)
    for secret in ("Haven Housing", "Estuary Council ", "Zone Bton", "Zone Cton"):
        assert secret not in gives, f"who gives reads {secret}"
    takes = seen_by(world, "council_manager", paths)
    assert "Zone Bton" not in takes.split("Households</h2>")[0].replace("Zone Bton, Zone Dton", "")
    assert "Harbour Outreach" not in takes.replace("Harbour Outreach</option>", "")
    assert "Bea" in takes  # its own household, for who works with the case


def test_rows_are_as_narrow_as_pages(moving: tuple[World, Run, Mover, Mover]) -> None:
    world, _, first, second = moving
    world.act("placer")
    assert not Mover.objects.exists()
    assert not Case.objects.filter(id__in=[first.case_id, second.case_id]).exists()
    assert not Person.objects.filter(id__in=[first.person_id, second.person_id]).exists()
    assert len(households(world.act("placer"))[0]) == 2
    for user, landlord, parts in (
        ("harbour_manager", "harbour", 1),
        ("haven_manager", "haven", 2),
        ("council_manager", "council", 1),
    ):
        world.act(user)
        assert {row.organisation_id for row in MovePart.objects.all()} == {world.organisations[landlord].id}
        assert MovePart.objects.count() == parts
        assert not ProposedMove.objects.exists()
        assert not Run.objects.exists()
        assert {row.organisation_id for row in PledgedHome.objects.all()} <= {world.organisations[landlord].id}
        assert {row.organisation_id for row in Mover.objects.all()} <= {world.organisations[landlord].id}
    for user in ("analyst", "dpl", "admin", "chief"):
        world.act(user)
        for model in (Mover, MovePart, ProposedMove, Run, PledgedHome, LedgerLine, Landlord, ReciprocalRules):
            assert not model.objects.exists(), (user, model)
    acting.end()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accommodation_swap_movers()")
        assert cursor.fetchone()[0] == 0


def test_a_landlord_reads_its_own_ledger_alone(moving: tuple[World, Run, Mover, Mover]) -> None:
    """Two lines of one move and one day would tell each of them who the other was."""
    world, _, first, _second = moving
    agree_all(world)
    take(world, first)
    move(world, first)
    for user, homes in (("harbour_manager", [1]), ("haven_manager", [-1]), ("council_manager", []), ("idva", [1])):
        world.act(user)
        assert list(LedgerLine.objects.values_list("homes", flat=True)) == homes
    world.act("placer")
    assert sorted(LedgerLine.objects.values_list("homes", flat=True)) == [-1, 1]


def test_what_is_offered_is_for_who_works_with_the_case(moving: tuple[World, Run, Mover, Mover]) -> None:
    world, _, first, _ = moving
    world.act("haven_manager")
    (offer,) = offers_of(first)
    assert (offer.status, offer.landlord, offer.area_code, offer.home) == ("proposed", "", "", "")
    agree_all(world)
    for user in ("placer", "harbour_manager", "council_manager", "idva", "dpl"):
        world.act(user)
        assert offers_of(first) == []
    world.act("haven_manager")
    assert offers_of(first)[0].area_code == CODES["A"]


def test_a_wall_keeps_the_part_the_move_and_the_household(moving: tuple[World, Run, Mover, Mover]) -> None:
    world, run, first, _ = moving
    part = part_of(world, "harbour", "gives")
    for user in ("harbour_manager", "placer"):
        set_wall(
            by=world.act("haven_manager"), person_id=first.person_id, reason="A cousin", user_id=world.users[user].id
        )
    by = world.act("harbour_manager")
    assert not MovePart.objects.exists()
    with pytest.raises(Refused, match="stands no more"):
        agreeing.answer_part(by=by, part=part, agrees=True)
    client = world.browser("harbour_manager")
    address = reverse("reciprocal_part", args=[part.id])
    missing = client.get(reverse("reciprocal_part", args=[NOTHING]))
    hidden = client.get(address)
    assert (hidden.status_code, hidden.content.decode().replace(address, "")) == (
        404, missing.content.decode().replace(reverse("reciprocal_part", args=[NOTHING]), ""),
    )  # fmt: skip
    by = world.act("placer")
    # Both moves tell of her: she goes into one home, and out of the other.
    assert not ProposedMove.objects.exists()
    assert len(households(by)[0]) == 1
    nothing_of_the_run(world, run)


def nothing_of_the_run(world: World, run: Run) -> None:
    """For a coordinator who is walled from somebody in it a run is missing, and it is there for another."""
    world.act("placer")
    assert not Run.objects.exists()
    assert not ProposedMove.objects.exists()
    assert not MovePart.objects.exists()
    client = world.browser("placer")
    address, nowhere = (reverse("reciprocal_run", args=[number]) for number in (run.id, NOTHING))
    hidden, missing = client.get(address), client.get(nowhere)
    assert (hidden.status_code, hidden.content.decode().replace(address, "")) == (
        404, missing.content.decode().replace(nowhere, ""),
    )  # fmt: skip
    assert client.post(reverse("reciprocal_run_stop", args=[run.id])).status_code == 404
    for page in ("reciprocal", "reciprocal_ledger"):
        assert address not in client.get(reverse(page)).content.decode(), page
    world.add_user("placer_too", "Ivo Lund", "office", "placement_coordinator")
    assert address in world.browser("placer_too").get(reverse("reciprocal")).content.decode()
    assert world.browser("placer_too").get(address).status_code == 200


def test_a_run_that_counts_a_walled_household_is_missing_too(world: World) -> None:
    """Nobody houses her: the number of all would be one more than the list."""
    scheme(world)
    home(world, "harbour", "A")
    mover(world, "haven", "B", "ADEFG", "Alma")
    walled = mover(world, "council", "H", "CDEFG", "Bea")
    run = ran(world)
    assert (run.moved, run.movers) == (1, 2)
    set_wall(
        by=world.act("council_manager"), person_id=walled.person_id, reason="A cousin", user_id=world.users["placer"].id
    )
    nothing_of_the_run(world, run)
    # When she is no longer looked for, what is run later tells nothing of her.
    movers.withdraw_mover(by=world.act("council_manager"), mover=walled, why="They stay")
    mover(world, "haven", "B", "ADEFG", "Cora")
    by = world.act("placer")
    assert run_page(by, ran(world).id).run.movers == 1


def test_a_promise_stands_for_a_manager_who_is_walled_from_her(moving: tuple[World, Run, Mover, Mover]) -> None:
    """And it is told to him in the words that everybody is told, which name no household."""
    world, _, first, _ = moving
    agree_all(world)

    def told() -> list[str]:
        by = world.act("harbour_manager")
        row = PledgedHome.objects.get()
        met = []
        for work in (
            lambda: reciprocal.change_home(
                by=by, home=row, facts=HomeFacts("Home 1", CODES["A"], 4), version=row.version
            ),
            lambda: reciprocal.withdraw_home(by=by, home=row, why="Sold"),
        ):
            with pytest.raises(Refused) as problem:
                work()
            met.append(problem.value.words)
        return met

    before = told()
    set_wall(
        by=world.act("haven_manager"), person_id=first.person_id, reason="A cousin",
        user_id=world.users["harbour_manager"].id,
    )  # fmt: skip
    assert told() == before
    assert "household" not in " ".join(before)
    assert PledgedHome.objects.update(bedrooms=4) == 0
    assert PledgedHome.objects.get().bedrooms == 2
    number = PledgedHome.objects.get().id
    # Nobody learns of another's home whether it is promised.
    for user, answer in (("harbour_manager", True), ("council_manager", None), ("placer", None)):
        world.act(user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT accommodation_home_promised(%s)", [number])
            assert cursor.fetchone()[0] is answer, user


def test_hidden_and_missing_are_one_answer(moving: tuple[World, Run, Mover, Mover]) -> None:
    world, run, first, _ = moving
    part = part_of(world, "harbour", "gives")
    world.act("harbour_manager")
    pledged = PledgedHome.objects.get()
    landlord = Landlord.objects.get(organisation=world.organisations["harbour"])
    for user, name, number in (
        ("council_manager", "reciprocal_part", part.id), ("council_manager", "reciprocal_part_refuse", part.id),
        ("council_manager", "reciprocal_home_change", pledged.id), ("council_manager", "reciprocal_home_withdraw", pledged.id),
        ("council_manager", "reciprocal_leave", landlord.id), ("council_manager", "mover_change", first.id),
        ("council_manager", "mover_withdraw", first.id), ("council_manager", "mover_answer", first.id),
        ("council_manager", "mover_moved", first.id), ("council_manager", "case_reciprocal", first.case_id),
        ("council_manager", "mover_add", first.case_id),
    ):  # fmt: skip
        client = world.browser(user)
        for method in ("get", "post"):
            answers = [getattr(client, method)(reverse(name, args=[one])) for one in (number, NOTHING)]
            assert {answer.status_code for answer in answers} in ({404}, {405}), (user, name, method)
    client = world.browser("council_manager")
    assert client.get(reverse("reciprocal_run", args=[run.id])).status_code == 403


FORGED = (
    "UPDATE accommodation_movepart SET status = 'agreed'",
    "UPDATE accommodation_proposedmove SET status = 'bound'",
    'UPDATE accommodation_proposedmove SET "group" = 7',
    "UPDATE accommodation_mover SET status = 'registered'",
    "UPDATE accommodation_mover SET registered_on = '2001-01-01'",
    "UPDATE accommodation_pledgedhome SET status = 'let'",
    "UPDATE accommodation_run SET status = 'done'",
    "UPDATE accommodation_ledgerline SET homes = 5",
    "DELETE FROM accommodation_ledgerline",
    "DELETE FROM accommodation_movepart",
    "UPDATE accommodation_reciprocalrules SET least_areas = 1",
    'INSERT INTO accommodation_ledgerline (id, landlord_id, partnership_id, homes, "on", words)'
    " SELECT new_id(), id, partnership_id, 1, now()::date, '' FROM accommodation_landlord",
    "INSERT INTO accommodation_movepart SELECT * FROM accommodation_movepart",
    "INSERT INTO accommodation_proposedmove SELECT * FROM accommodation_proposedmove",
    "SELECT accommodation_swap_free(1, 1, 'x')",
    "SELECT accommodation_swap_unchanged(1, 1)",
)


@pytest.mark.parametrize("sql", FORGED)
@pytest.mark.parametrize("user", ["harbour_manager", "haven_manager", "placer"])
def test_no_row_of_the_scheme_is_forged(moving: tuple[World, Run, Mover, Mover], user: str, sql: str) -> None:
    world = moving[0]
    world.act(user)
    with pytest.raises(DatabaseError, match=r"permission denied|row-level security"), transaction.atomic():
        connection.cursor().execute(sql)


def _copy(row: Mover | PledgedHome | Run, **changed: object) -> None:
    for name, value in {"id": timezone.now().microsecond + 10**12, **changed}.items():
        setattr(row, name, value)
    row._state.adding = True
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        row.save(force_insert=True)


def test_what_may_be_added_is_added_as_it_must_be(moving: tuple[World, Run, Mover, Mover]) -> None:
    """A registration for another's tenant, one that has waited for years, an offer without a run, another's home."""
    world, _, first, _ = moving
    by = world.act("haven_manager")
    free = world.case("haven_manager", given="Cleo")
    own = Landlord.objects.get(organisation=world.organisations["haven"])
    others = Landlord.objects.get(organisation=world.organisations["harbour"])
    template = Mover.objects.get(id=first.id)
    sound = {
        "case_id": free.id,
        "person_id": free.person_id,
        "landlord_id": own.id,
        "status": "registered",
        "version": 1,
    }
    for wrong in (
        {"status": "offered"}, {"registered_on": TODAY().replace(year=2020)}, {"landlord_id": others.id},
        {"organisation_id": others.organisation_id}, {"person_id": first.person_id},
    ):  # fmt: skip
        row = Mover(**{field.attname: getattr(template, field.attname) for field in Mover._meta.concrete_fields})
        _copy(row, **sound, **wrong) if not set(sound) & set(wrong) else _copy(row, **{**sound, **wrong})
    his = world.case("haven_manager", given="Rolf", side="causing_harm")
    row = Mover(**{field.attname: getattr(template, field.attname) for field in Mover._meta.concrete_fields})
    _copy(row, **{**sound, "case_id": his.id, "person_id": his.person_id})
    _copy(PledgedHome(
        landlord_id=others.id, partnership_id=by.partnership_id, organisation_id=by.acts_for, label="X",
        area_code=CODES["A"], bedrooms=1,
    ))  # fmt: skip
    _copy(PledgedHome(
        landlord_id=own.id, partnership_id=by.partnership_id, organisation_id=by.acts_for, label="X", status="let",
        area_code=CODES["A"], bedrooms=1,
    ))  # fmt: skip
    _copy(Run(partnership_id=by.partnership_id))
    world.act("placer")
    _copy(Run(partnership_id=by.partnership_id, status="done", moved=9))


def test_the_jobs_functions_answer_nobody_else(moving: tuple[World, Run, Mover, Mover]) -> None:
    world, run, _, _ = moving
    for user in ("placer", "haven_manager", "officer"):
        world.act(user)
        with connection.cursor() as cursor:
            for sql in (
                f"SELECT accommodation_swap_begin({run.id})", f"SELECT accommodation_swap_save({run.id}, '{{}}')",
                "SELECT NULLIF(accommodation_swap_late(), 0)", "SELECT max(a) FROM accommodation_swap_asked(NULL, NULL) a",
                "SELECT max(a) FROM accommodation_swap_answers_due() a",
            ):  # fmt: skip
                cursor.execute(sql)
                assert cursor.fetchone()[0] is None, (user, sql)


def test_nobody_answers_for_another(moving: tuple[World, Run, Mover, Mover]) -> None:
    world, _, first, _ = moving
    part = part_of(world, "harbour", "gives")
    for user in ("haven_manager", "idva", "placer"):
        world.act(user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT accommodation_swap_answer(%s, true, '')", [part.id])
            assert cursor.fetchone()[0] == "none", user
    agree_all(world)
    world.act("placer")
    offer = ProposedMove.objects.get(mover_id=first.id)
    for user in ("harbour_manager", "council_manager", "placer"):
        world.act(user)
        with connection.cursor() as cursor:
            cursor.execute("SELECT accommodation_swap_household(%s, true, '')", [offer.id])
            assert cursor.fetchone()[0] == "none", user
            cursor.execute("SELECT accommodation_swap_moved(%s, now()::date)", [offer.id])
            assert cursor.fetchone()[0] == "none", user
            cursor.execute("SELECT accommodation_swap_withdraw(%s, '')", [first.id])
            assert cursor.fetchone()[0] == "none", user
    by = world.act("haven_manager")
    movers.answer_offer(by=by, mover=first, move_id=offer.id, takes_it=True)


def test_a_promised_home_stays_what_it_was(moving: tuple[World, Run, Mover, Mover]) -> None:
    world = moving[0]
    world.act("harbour_manager")
    assert PledgedHome.objects.update(bedrooms=2) == 1
    agree_all(world)
    world.act("harbour_manager")
    assert PledgedHome.objects.update(area_code=CODES["C"]) == 0


def test_fewer_than_five_areas_is_no_scheme(moving: tuple[World, Run, Mover, Mover]) -> None:
    world = moving[0]
    world.act("placer")
    rules = ReciprocalRules(partnership_id=world.partnership.id, version=50, least_areas=1)
    with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        rules.save(force_insert=True)
