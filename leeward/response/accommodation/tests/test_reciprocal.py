"""Secure homes that move: against every possibility on small cases, and each rule of a scheme by hand."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import pytest

from leeward.response.accommodation.solve.reciprocal import (
    Home,
    Mover,
    Pledge,
    Proposal,
    Rules,
    fits,
    propose,
    weight_of,
)

pytest.importorskip("highspy", reason="the solver comes with the accommodation room's dependencies")

AREAS = tuple("ABCDEFGH")
NO_LIMIT = Rules(ledger_limit=None)


def mover(key: int, at: str, wants: str, *, landlord: int | None = None, bedrooms: int = 2, **more: object) -> Mover:
    """A household that leaves area `at` and would move to any of `wants` (and to areas where nothing ever is)."""
    areas = frozenset(wants) | {f"elsewhere {number}" for number in range(5)}
    return Mover(key, Home(key if landlord is None else landlord, at, bedrooms), areas, bedrooms, **more)  # type: ignore[arg-type]


def pledge(key: int, at: str, *, landlord: int = 90, bedrooms: int = 2) -> Pledge:
    return Pledge(key, Home(landlord, at, bedrooms))


def groups_of(result: Proposal) -> set[tuple[int | None, tuple[int, ...]]]:
    """(pledged home or None, movers in order), a cycle beginning with its lowest mover."""
    found = set()
    for group in result.groups:
        movers = [move.mover for move in group.moves]
        if group.is_cycle:
            first = movers.index(min(movers))
            movers = movers[first:] + movers[:first]
        found.add((group.moves[0].pledge, tuple(movers)))
    return found


def why(result: Proposal, key: int) -> str:
    return next(one.why for one in result.left if one.mover == key)


# Against every possibility ----------------------------------------------------------------------------------------------


def case(seed: int) -> tuple[list[Mover], list[Pledge], dict[int, int], Rules]:
    draw = random.Random(seed)
    movers = []
    for key in range(draw.randint(0, 7)):
        home = Home(draw.randint(1, 3), draw.choice(AREAS[:4]), draw.randint(1, 2), draw.random() < 0.5)
        wants = frozenset(draw.sample(AREAS, draw.choice([4, 5, 6, 7])))
        movers.append(
            Mover(
                key, home, wants, draw.randint(1, 2), step_free=draw.random() < 0.2, risk=draw.randint(0, 3),
                waited_days=draw.randint(0, 400), people=draw.randint(1, 4), had_offer=draw.random() < 0.1,
                never_after=frozenset({draw.randint(0, 6)}) if draw.random() < 0.2 else frozenset(),
            )
        )  # fmt: skip
    pledges = [
        Pledge(key, Home(draw.randint(1, 4), draw.choice(AREAS[:4]), draw.randint(1, 2), draw.random() < 0.5))
        for key in range(draw.randint(0, 2))
    ]
    balances = {lord: draw.randint(-3, 3) for lord in (1, 2, 3) if draw.random() < 0.5}
    rules = Rules(
        longest_cycle=draw.choice([0, 3, 3, 4]), longest_chain=draw.choice([1, 2, 4]), ledger_limit=draw.choice([None, 0, 1, 2]),
        spare_bedrooms=draw.choice([0, 1]), direct_swaps=draw.random() < 0.2,
    )  # fmt: skip
    return movers, pledges, balances, rules


def every_group(movers: list[Mover], pledges: list[Pledge], rules: Rules) -> list[tuple[int | None, tuple[int, ...]]]:
    """Every chain and cycle the rules allow, by trying every order of every few movers."""
    able = {
        one.key: one for one in movers if not one.had_offer and len(one.areas - {one.home.area}) >= rules.least_areas
    }

    def follows(leaver: int, who: int) -> bool:
        return leaver not in able[who].never_after and fits(able[who], able[leaver].home, rules)

    found: list[tuple[int | None, tuple[int, ...]]] = []
    for length in range(1, max(rules.longest_cycle, rules.longest_chain) + 1):
        for order in itertools.permutations(able, length):
            if not all(follows(*step) for step in itertools.pairwise(order)):
                continue
            shortest = 2 if rules.direct_swaps else 3
            if shortest <= length <= rules.longest_cycle and order[0] == min(order) and follows(order[-1], order[0]):
                found.append((None, order))
            if length <= rules.longest_chain:
                found += [
                    (home.key, order)
                    for home in pledges
                    if fits(able[order[0]], home.home, rules) and home.key not in able[order[0]].never_home
                ]
    return found


def best_of_all(movers: list[Mover], pledges: list[Pledge], balances: dict[int, int], rules: Rules) -> tuple[int, int]:
    """People and weight of the best set of groups, by trying every set."""
    who = {one.key: one for one in movers}
    homes = {one.key: one for one in pledges}
    groups = every_group(movers, pledges, rules)
    best = (0, 0)

    def within(added: dict[int, int]) -> bool:
        if rules.ledger_limit is None:
            return True
        for lord, change in added.items():
            stands = balances.get(lord, 0)
            if not min(-rules.ledger_limit, stands) <= stands + change <= max(rules.ledger_limit, stands):
                return False
        return True

    def further(index: int, used: set[int], begun: set[int], added: dict[int, int], value: tuple[int, int]) -> None:
        nonlocal best
        if value > best and within(added):
            best = value
        for place in range(index, len(groups)):
            home, order = groups[place]
            if home in begun or not used.isdisjoint(order):
                continue
            after = dict(added)
            if home is not None:
                gives, takes = homes[home].home.landlord, who[order[-1]].home.landlord
                after[gives] = after.get(gives, 0) + 1
                after[takes] = after.get(takes, 0) - 1
            people = sum(who[one].people for one in order)
            weight = sum(weight_of(who[one], rules) for one in order)
            begun_after = begun if home is None else begun | {home}
            further(place + 1, used | set(order), begun_after, after, (value[0] + people, value[1] + weight))

    further(0, set(), set(), {}, (0, 0))
    return best


def keeps_to_the_rules(
    result: Proposal, movers: list[Mover], pledges: list[Pledge], balances: dict[int, int], rules: Rules
) -> None:
    """Each rule of a scheme, looked at in the proposal itself."""
    who = {one.key: one for one in movers}
    homes = {one.key: one for one in pledges}
    moves = [move for group in result.groups for move in group.moves]
    assert len({move.mover for move in moves}) == len(moves)  # one offer: nobody twice
    taken = [(move.pledge, move.leaves) for move in moves]
    assert len(set(taken)) == len(taken)  # no home twice
    into = {move.mover: move.leaves for move in moves}
    for group in result.groups:
        length = len(group.moves)
        assert length <= (rules.longest_cycle if group.is_cycle else rules.longest_chain)
        for index, move in enumerate(group.moves):
            first = index == 0 and not group.is_cycle
            assert (move.pledge is not None) == first
            assert move.leaves == (None if first else group.moves[index - 1].mover)
            home = homes[move.pledge].home if move.pledge is not None else who[move.leaves].home  # type: ignore[index]
            household = who[move.mover]
            assert not household.had_offer
            assert len(household.areas - {household.home.area}) >= rules.least_areas
            assert home.area in household.areas
            assert home.area != household.home.area
            assert household.bedrooms <= home.bedrooms <= household.bedrooms + rules.spare_bedrooms
            assert home.step_free or not household.step_free
            assert move.leaves not in household.never_after
            assert (move.gives, move.takes) == (home.landlord, household.home.landlord)
            if not rules.direct_swaps and move.leaves is not None:
                assert into.get(move.leaves) != move.mover  # no direct swap
    assert sum(one.after - one.before for one in result.ledger) == 0
    for line in result.ledger:
        assert line.before == balances.get(line.landlord, 0)
        if rules.ledger_limit is not None:
            assert min(-rules.ledger_limit, line.before) <= line.after <= max(rules.ledger_limit, line.before)
    assert {move.mover for move in moves} | {one.mover for one in result.left} == set(who)


@pytest.mark.parametrize("seed", range(150))
def test_nothing_is_better_than_what_is_proposed(seed: int) -> None:
    movers, pledges, balances, rules = case(seed)
    result = propose(movers, pledges, balances, rules)
    keeps_to_the_rules(result, movers, pledges, balances, rules)
    assert (result.people, result.weight) == best_of_all(movers, pledges, balances, rules)
    assert result.proven
    assert (result.people_bound, result.weight_bound) == (result.people, result.weight)


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    movers, pledges, balances, rules = case(seed)
    first = propose(movers, pledges, balances, rules)
    assert propose(movers[::-1], pledges[::-1], dict(reversed(balances.items())), rules) == first


@pytest.mark.parametrize("seed", range(20))
def test_without_time_the_bound_is_honest_and_the_rules_are_kept(seed: int) -> None:
    movers, pledges, balances, rules = case(seed)
    result = propose(movers, pledges, balances, rules, seconds=0.0)
    keeps_to_the_rules(result, movers, pledges, balances, rules)
    people, weight = best_of_all(movers, pledges, balances, rules)
    assert (result.people, result.weight) <= (people, weight)
    assert result.people_bound >= people
    if result.people == people:
        assert result.weight_bound >= weight
    if result.proven:
        assert (result.people, result.weight) == (people, weight)


# Each rule by hand ------------------------------------------------------------------------------------------------------


def test_three_move_round() -> None:
    result = propose([mover(1, "A", "B"), mover(2, "B", "C"), mover(3, "C", "A")], [])
    assert groups_of(result) == {(None, (1, 3, 2))}  # 3 into the home of 1, 2 into that of 3, 1 into that of 2
    assert {(line.landlord, line.after) for line in result.ledger} == {(1, 0), (2, 0), (3, 0)}
    assert result.groups[0].words == "3 households move round: each into the home that the one before leaves."


def test_no_direct_swap() -> None:
    two = [mover(1, "A", "B"), mover(2, "B", "A")]
    result = propose(two, [])
    assert not result.groups
    assert why(result, 1) == "no_way"
    assert groups_of(propose(two, [], rules=Rules(direct_swaps=True))) == {(None, (1, 2))}


def test_a_pledged_home_starts_a_chain() -> None:
    result = propose([mover(1, "A", "X"), mover(2, "B", "A"), mover(3, "C", "B")], [pledge(7, "X")])
    assert groups_of(result) == {(7, (1, 2, 3))}
    assert {(line.landlord, line.after) for line in result.ledger} == {(90, 1), (1, 0), (2, 0), (3, -1)}
    assert "The last home left stays with its landlord." in result.groups[0].words


def test_the_chain_and_the_cycle_are_no_longer_than_chosen() -> None:
    line = [mover(1, "A", "X"), mover(2, "B", "A"), mover(3, "C", "B")]
    result = propose(line, [pledge(7, "X")], rules=Rules(longest_chain=2))
    assert groups_of(result) == {(7, (1, 2))}
    assert why(result, 3) == "no_way"
    ring = [mover(1, "A", "B"), mover(2, "B", "C"), mover(3, "C", "D"), mover(4, "D", "A")]
    assert not propose(ring, []).groups
    assert propose(ring, [], rules=Rules(longest_cycle=4)).moved == 4


def test_fewer_than_five_areas_is_no_registration() -> None:
    short = replace(mover(1, "A", "X"), areas=frozenset("XBCD"))
    own = replace(mover(2, "A", "X"), areas=frozenset("XBCDA"))  # their own area is none that they could move to
    result = propose([short, own, mover(3, "A", "X")], [pledge(7, "X")])
    assert groups_of(result) == {(7, (3,))}
    assert [why(result, 1), why(result, 2)] == ["areas", "areas"]
    assert "They name 4 areas outside their own; the scheme needs 5 or more." in [one.words for one in result.left]


def test_one_offer() -> None:
    result = propose([mover(1, "A", "X", had_offer=True, risk=3), mover(2, "A", "X")], [pledge(7, "X")])
    assert groups_of(result) == {(7, (2,))}
    assert why(result, 1) == "offered"


def test_never_in_the_area_that_they_leave() -> None:
    result = propose([mover(1, "A", "A")], [pledge(7, "A")])
    assert why(result, 1) == "none_fits"


def test_bedrooms_and_access_must_fit() -> None:
    wheelchair = replace(mover(1, "A", "X"), wheelchair=True)
    assert why(propose([wheelchair, mover(2, "A", "X", bedrooms=3)], [pledge(7, "X")]), 1) == "none_fits"
    two = mover(2, "A", "X")
    assert not propose([two], [pledge(7, "X", bedrooms=3)]).groups
    assert propose([two], [pledge(7, "X", bedrooms=3)], rules=Rules(spare_bedrooms=1)).moved == 1


def test_a_home_that_is_not_safe_for_them_is_never_proposed() -> None:
    one = mover(1, "A", "X", never_home=frozenset({7}))
    assert not propose([one], [pledge(7, "X")]).groups
    ring = [mover(1, "A", "B", never_after=frozenset({2})), mover(2, "B", "C"), mover(3, "C", "A")]
    assert not propose(ring, []).groups


def test_the_ledger_is_kept_within_its_limit() -> None:
    """The landlord of mover 1 owes three homes already, so mover 2 goes, who is in less risk."""
    owes = mover(1, "A", "X", landlord=5, risk=3)
    other = mover(2, "A", "X", landlord=6)
    result = propose([owes, other], [pledge(7, "X")], {5: -3})
    assert groups_of(result) == {(7, (2,))}
    alone = propose([owes], [pledge(7, "X")], {5: -3})
    assert why(alone, 1) == "ledger"
    assert "more than the limit of 3" in alone.left[0].words
    assert propose([owes], [pledge(7, "X")], {5: -3}, NO_LIMIT).moved == 1


def test_a_landlord_beyond_the_limit_may_come_back_towards_it() -> None:
    one = mover(1, "A", "X", landlord=5)
    assert propose([one], [pledge(7, "X", landlord=6)], {5: 5, 6: -5}).moved == 1
    assert propose([one], [pledge(7, "X", landlord=6)], {5: -5, 6: 5}).moved == 0


def test_most_people_come_before_risk_and_waiting() -> None:
    alone = mover(1, "A", "X", risk=3, waited_days=900)
    family = mover(2, "A", "X", people=4)
    result = propose([alone, family], [pledge(7, "X")])
    assert groups_of(result) == {(7, (2,))}
    assert why(result, 1) == "others"


def test_risk_and_time_waited_settle_who_of_as_many() -> None:
    waited = mover(1, "A", "X", risk=1, waited_days=200)
    at_risk = mover(2, "A", "X", risk=2, waited_days=30)
    result = propose([waited, at_risk], [pledge(7, "X")])
    assert groups_of(result) == {(7, (2,))}  # 2 x 180 + 30 days against 180 + 200
    assert (result.weight, result.weight_bound) == (390, 390)
    assert "They have waited 30 days; risk step 2 counts as 360 more." in result.groups[0].moves[0].words
    patient = propose([waited, at_risk], [pledge(7, "X")], rules=Rules(days_per_risk=100))
    assert groups_of(patient) == {(7, (1,))}


def test_nobody_and_nothing() -> None:
    result = propose([], [])
    assert (result.groups, result.left, result.people, result.gap) == ((), (), 0, 0.0)
    assert propose([], [pledge(7, "X")]).proven


@pytest.mark.parametrize(
    ("movers", "pledges", "rules", "words"),
    [
        ([mover(1, "A", "B"), mover(1, "B", "A")], [], Rules(), "mover 1 comes twice"),
        ([], [pledge(7, "X"), pledge(7, "B")], Rules(), "pledged home 7 comes twice"),
        ([mover(1, "A", "B", people=0)], [], Rules(), "mover 1 has no people"),
        ([mover(1, "A", "B", waited_days=-1)], [], Rules(), "below nothing"),
        ([], [], Rules(ledger_limit=-1), "the limit of the ledger is below nothing"),
        ([], [], Rules(longest_chain=-1), "cannot be below nothing"),
    ],
)
def test_input_that_makes_no_sense_is_refused_in_words(
    movers: list[Mover], pledges: list[Pledge], rules: Rules, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        propose(movers, pledges, rules=rules)


def test_a_scheme_at_once() -> None:
    """30 movers and 5 pledged homes under a ledger: every rule kept, within what is proven."""
    draw = random.Random(5)
    movers = [
        Mover(
            key, Home(draw.randint(1, 6), draw.choice(AREAS), draw.randint(1, 3)), frozenset(draw.sample(AREAS, 6)),
            draw.randint(1, 3), risk=draw.randint(0, 3), waited_days=draw.randint(0, 300), people=draw.randint(1, 5),
        )
        for key in range(30)
    ]  # fmt: skip
    pledges = [Pledge(key, Home(draw.randint(1, 6), draw.choice(AREAS), draw.randint(1, 3))) for key in range(5)]
    result = propose(movers, pledges, {1: 2, 2: -2}, Rules(ledger_limit=2), seconds=30)
    keeps_to_the_rules(result, movers, pledges, {1: 2, 2: -2}, Rules(ledger_limit=2))
    assert result.people <= result.people_bound
    assert result.moved > 15
