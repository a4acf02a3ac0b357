"""Who is said to cause harm in several cases: put together, counted, in pages, and of nothing that one does not see."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import Http404
from django.urls import reverse

from leeward.platform.access import acting
from leeward.record.cases.actions.opening import add_person_to_case
from leeward.record.cases.models import Case
from leeward.record.people.actions.linking import link_people, unlink_people
from leeward.record.people.actions.walls import set_wall
from leeward.response.marac.queries import causing_harm
from leeward.response.marac.queries.causing_harm import across_cases, one_across_cases
from tests.homes import statements
from tests.maracs import Round, known, table
from tests.worlds import World

BORN = date(1988, 1, 9)


@pytest.fixture
def round_(world: World) -> Round:
    return table(world)


def listed(round_: Round, *cases: Case) -> None:
    """The cases are on the agenda of a meeting to come."""
    for case in cases:
        round_.refer(case)
    round_.listed()


def plain(round_: Round, *givens: str) -> list[Case]:
    return [round_.case(given, harming="") for given in givens]


def counts(round_: Round, user: str = "coordinator") -> list[tuple[tuple[str, ...], int]]:
    found, several = across_cases(round_.world.act(user))
    assert several == len(found)
    return [(tuple(one.names), len(one.cases)) for one in found]


def test_one_record_in_two_cases_and_two_records_of_one_name_and_birth_date(round_: Round) -> None:
    world = round_.world
    first, second, third, fourth = plain(round_, "Maya", "Ann", "Bea", "Cat")
    erik = known(world, first, "Erik", "said_to_cause_harm")
    by = world.act("idva")
    with acting.making(erik.id):
        add_person_to_case(by=by, case=second, person=erik, part="said_to_cause_harm")
    one = known(world, third, "Tom", "said_to_cause_harm", BORN)
    known(world, fourth, "Tom", "said_to_cause_harm", BORN)
    known(world, first, "Ray", "said_to_cause_harm", date(1970, 2, 2))
    known(world, second, "Ray", "said_to_cause_harm", date(1971, 2, 2))  # another man of that name
    listed(round_, first, second, third, fourth)
    assert sorted(counts(round_)) == [(("Erik Lindqvist",), 2), (("Tom Lindqvist",), 2)]
    tom = one_across_cases(world.act("coordinator"), one.id)
    assert [case.harmed for case in tom.cases] == ["Bea Lindqvist", "Cat Lindqvist"]
    assert len(tom.ids) == 2
    assert counts(round_, "chair") == counts(round_)
    for user in ("police_rep", "idva"):  # arrange nothing
        assert across_cases(world.act(user)) == ([], 0)


def test_linked_records_are_one_and_no_longer_when_the_link_is_taken_back(round_: Round) -> None:
    world = round_.world
    first, second = plain(round_, "Maya", "Ann")
    one = known(world, first, "Erik", "said_to_cause_harm")
    other = known(world, second, "Rik", "said_to_cause_harm")
    listed(round_, first, second)
    assert counts(round_) == []
    assert len(one_across_cases(world.act("coordinator"), one.id).cases) == 1
    link = link_people(by=world.act("idva"), first_id=one.id, second_id=other.id, reason="The same number")
    assert counts(round_) == [(("Erik Lindqvist", "Rik Lindqvist"), 2)]
    unlink_people(by=world.act("idva"), link_id=link.id, reason="Two men")
    assert counts(round_) == []


def test_a_case_that_one_is_kept_from_is_not_counted(round_: Round) -> None:
    world = round_.world
    first, second, third = plain(round_, "Maya", "Ann", "Bea")
    for case in (first, second, third):
        known(world, case, "Tom", "said_to_cause_harm", BORN)
    listed(round_, first, second, third)
    assert counts(round_) == [(("Tom Lindqvist",), 3)]
    set_wall(
        by=world.act("harbour_manager"), person_id=first.person_id, reason="An aunt",
        user_id=world.users["coordinator"].id,
    )  # fmt: skip
    assert counts(round_) == [(("Tom Lindqvist",), 2)]
    assert counts(round_, "chair") == [(("Tom Lindqvist",), 3)]


def test_pages_begin_with_who_is_named_most_and_each_costs_the_same(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = round_.world
    cases = plain(round_, "Maya", "Ann", "Bea")
    for case in cases:
        known(world, case, "Tom", "said_to_cause_harm", BORN)
    for given in ("Erik", "Ray"):
        for case in cases[:2]:
            known(world, case, given, "said_to_cause_harm", BORN)
    listed(round_, *cases)
    address, page = reverse("marac_causing_harm"), round_.browser("coordinator")
    page.get(address)
    whole = statements(page, address)
    monkeypatch.setattr(causing_harm, "A_PAGE", 1)
    first, several = across_cases(world.act("coordinator"))
    assert ([one.names for one in first], several) == ([["Tom Lindqvist"]], 3)
    rest = [one.names[0] for start in (1, 2) for one in across_cases(world.act("coordinator"), start)[0]]
    assert sorted(rest) == ["Erik Lindqvist", "Ray Lindqvist"]
    assert across_cases(world.act("coordinator"), 3) == ([], 0)
    assert len(statements(page, address)) == len(whole) <= 15
    with pytest.raises(Http404):
        one_across_cases(world.act("coordinator"), cases[0].person_id)
