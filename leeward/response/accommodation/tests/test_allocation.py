"""All waiting households to all spaces: against every possibility on small cases, and each rule by hand."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest

from leeward.response.accommodation.solve.allocation import Allocation, Cap, Household, allocate

pytest.importorskip("numpy", reason="the solver comes with the accommodation room's dependencies")

Pairs = list[tuple[int, int, int]]


def every_allocation(
    households: list[Household], spaces: list[int], pairs: Pairs, caps: list[Cap]
) -> list[dict[int, int]]:
    """Every way to give spaces (household -> space) that breaks nothing."""
    may: dict[int, list[int]] = {one.key: [] for one in households}
    for household, space, _ in pairs:
        may[household].append(space)
    found = []
    for choice in itertools.product(*[[None, *may[one.key]] for one in households]):
        given = [space for space in choice if space is not None]
        if len(given) != len(set(given)) or any(sum(one in cap.spaces for one in given) > cap.most for cap in caps):
            continue
        found.append({one.key: space for one, space in zip(households, choice, strict=True) if space is not None})
    return found


def worth(households: list[Household], pairs: Pairs, given: dict[int, int]) -> tuple[int, ...]:
    """What is compared, the first first: people housed at each danger from the greatest, then the sum of scores."""
    score = {(household, space): number for household, space, number in pairs}
    dangers = sorted({one.danger for one in households}, reverse=True)
    people = [sum(one.people for one in households if one.danger == danger and one.key in given) for danger in dangers]
    return (*people, sum(score[pair] for pair in given.items()))


def given_by(result: Allocation) -> dict[int, int]:
    return {one.household: one.space for one in result.placed}


def small(seed: int) -> tuple[list[Household], list[int], Pairs, list[Cap]]:
    """A case small enough to try every possibility; caps lie within each other."""
    draw = random.Random(seed)
    households = [Household(key, draw.randint(1, 3), draw.randint(1, 4)) for key in range(draw.randint(0, 6))]
    spaces = [100 + key for key in range(draw.randint(0, 5))]
    pairs = [
        (one.key, space, draw.randint(-20, 60))
        for one in households
        for space in spaces
        if draw.random() < draw.choice([0.3, 0.8])
    ]
    caps = []
    if spaces and draw.random() < 0.8:
        cut = draw.randint(1, len(spaces))
        caps.append(Cap(1, "Heron House", frozenset(spaces[:cut]), draw.randint(0, cut)))
        if cut > 1:
            inner = draw.randint(1, cut)
            caps.append(Cap(2, "Heron House, upstairs", frozenset(spaces[:inner]), draw.randint(0, inner)))
        if cut < len(spaces):
            caps.append(Cap(3, "Teal Court", frozenset(spaces[cut:]), draw.randint(0, 2)))
    return households, spaces, pairs, caps


@pytest.mark.parametrize("seed", range(200))
def test_nothing_is_better_than_what_is_proposed(seed: int) -> None:
    households, spaces, pairs, caps = small(seed)
    result = allocate(households, spaces, pairs, caps)
    every = every_allocation(households, spaces, pairs, caps)
    assert given_by(result) in every  # nobody twice, no space twice, only what fits, caps kept
    best = max(worth(households, pairs, one) for one in every)
    assert worth(households, pairs, given_by(result)) == best
    assert result.proven
    assert result.gap == 0
    assert result.score == result.bound == best[-1]
    assert [level.people for level in result.levels] == list(best[:-1])
    # Danger first never houses fewer households than anything else would.
    assert len(result.placed) == max(len(one) for one in every)
    assert {one.household for one in result.placed} | {one.household for one in result.unplaced} == {
        one.key for one in households
    }


@pytest.mark.parametrize("seed", range(40))
def test_the_order_of_the_input_changes_nothing(seed: int) -> None:
    households, spaces, pairs, caps = small(seed)
    first = allocate(households, spaces, pairs, caps)
    draw = random.Random(seed)
    for values in (households, spaces, pairs, caps):
        draw.shuffle(values)  # type: ignore[arg-type]
    assert allocate(households, spaces, pairs, caps) == first


@pytest.mark.parametrize("seed", range(60))
def test_without_time_the_danger_is_right_and_the_gap_is_honest(seed: int) -> None:
    households, spaces, pairs, caps = small(seed)
    result = allocate(households, spaces, pairs, caps, seconds=-1)
    every = every_allocation(households, spaces, pairs, caps)
    best = max(worth(households, pairs, one) for one in every)
    assert given_by(result) in every
    assert tuple(level.people for level in result.levels) == best[:-1]
    assert result.score <= best[-1] <= result.bound
    assert result.proven == (result.gap == 0)


@pytest.mark.parametrize("seed", range(200))
def test_the_reasons_of_who_is_not_housed_add_up(seed: int) -> None:
    households, spaces, pairs, caps = small(seed)
    result = allocate(households, spaces, pairs, caps)
    danger = {one.key: one.danger for one in households}
    who = {one.space: one.household for one in result.placed}
    for one in result.unplaced:
        mine = [space for household, space, _ in pairs if household == one.household]
        assert one.fits == len(mine) == one.to_greater + one.to_larger + one.to_alike + one.shut
        assert all(danger[who[space]] >= danger[one.household] for space in mine if space in who)
        assert bool(one.shut) == bool(one.caps)
        assert one.words.endswith(".")


def test_greatest_danger_first_even_where_another_scores_more() -> None:
    result = allocate([Household(1, 1), Household(2, 3)], [7], [(1, 7, 1_000_000), (2, 7, -1_000_000)])
    assert given_by(result) == {2: 7}
    assert result.placed[0].words == "The only space that fits."
    assert result.unplaced[0].to_greater == 1
    assert "goes to households in greater danger" in result.unplaced[0].words


def test_one_in_great_danger_before_many_in_less() -> None:
    """One person at the greatest danger outweighs a family of nine at the next."""
    assert given_by(allocate([Household(1, 2, 9), Household(2, 3, 1)], [7], [(1, 7, 0), (2, 7, 0)])) == {2: 7}


def test_most_people_in_the_same_danger() -> None:
    result = allocate([Household(1, 3, 2), Household(2, 3, 4)], [7], [(1, 7, 50), (2, 7, 0)])
    assert given_by(result) == {2: 7}
    assert "larger households in the same danger" in result.unplaced[0].words


def test_somebody_moves_along_so_that_more_are_housed() -> None:
    """The one in greatest danger suits space 7 better, and takes 8 so that the other has one at all."""
    result = allocate([Household(1, 3), Household(2, 1)], [7, 8], [(1, 7, 90), (1, 8, 10), (2, 7, 5)])
    assert given_by(result) == {1: 8, 2: 7}
    assert result.placed[0].to_less == 1
    assert "in less danger" in result.placed[0].words


def test_the_ranking_settles_what_is_left_open() -> None:
    households = [Household(1, 2), Household(2, 2)]
    result = allocate(households, [7, 8], [(1, 7, 40), (1, 8, 30), (2, 7, 40), (2, 8, 10)])
    assert given_by(result) == {1: 8, 2: 7}
    assert result.score == 70


def test_a_cap_is_kept_and_named() -> None:
    households = [Household(key, 2) for key in (1, 2, 3)]
    pairs = [(key, space, 0) for key in (1, 2, 3) for space in (7, 8, 9)]
    result = allocate(households, [7, 8, 9], pairs, [Cap(1, "Heron House", frozenset({7, 8, 9}), 2)])
    assert len(result.placed) == 2
    (left,) = result.unplaced
    assert left.shut == 1
    assert left.caps == ("Heron House",)
    assert "1 stays empty because Heron House can take no more at once" in left.words


def test_a_cap_leaves_open_which_of_its_spaces_are_used() -> None:
    households = [Household(1, 2), Household(2, 2)]
    cap = Cap(1, "Heron House", frozenset({7, 8}), 1)
    result = allocate(households, [7, 8, 9], [(1, 7, 5), (1, 8, 50), (2, 8, 0), (2, 9, 0)], [cap])
    assert given_by(result) == {1: 8, 2: 9}


def test_a_cap_of_nothing_shuts_everything() -> None:
    result = allocate([Household(1, 3)], [7], [(1, 7, 5)], [Cap(1, "Heron House", frozenset({7}), 0)])
    assert not result.placed
    assert result.unplaced[0].words == "1 space fits: 1 stays empty because Heron House can take no more at once."


def test_who_fits_nowhere_is_told_so() -> None:
    result = allocate([Household(1, 3)], [7], [])
    assert result.unplaced[0].words == "No space fits: each breaks a hard limit."


def test_nothing_to_do() -> None:
    result = allocate([], [], [])
    assert (result.placed, result.unplaced, result.score, result.gap) == ((), (), 0, 0.0)


@pytest.mark.parametrize(
    ("households", "spaces", "pairs", "caps", "words"),
    [
        ([Household(1, 1), Household(1, 2)], [7], [], [], "household 1 comes twice"),
        ([Household(1, 1, 0)], [7], [], [], "household 1 has no people"),
        ([Household(1, 1)], [7, 7], [], [], "space 7 comes twice"),
        ([Household(1, 1)], [7], [(1, 8, 0)], [], "not in this run"),
        ([Household(1, 1)], [7], [(1, 7, 0), (1, 7, 1)], [], "comes twice"),
        ([Household(1, 1)], [7], [(1, 7, 2_000_000)], [], "whole number up to"),
        ([Household(1, 1)], [7], [], [Cap(1, "Heron House", frozenset({9}), 1)], "names a space that is not in this run"),
        ([Household(1, 1)], [7], [], [Cap(1, "Heron House", frozenset({7}), -1)], "below nothing"),
        (
            [Household(1, 1)], [7, 8, 9], [],
            [Cap(1, "Heron House", frozenset({7, 8}), 1), Cap(2, "Teal Court", frozenset({8, 9}), 1)], "cross",
        ),
    ],
)  # fmt: skip
def test_input_that_makes_no_sense_is_refused_in_words(
    households: list[Household], spaces: list[int], pairs: Pairs, caps: list[Cap], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        allocate(households, spaces, pairs, caps)


def test_a_county_at_once() -> None:
    """300 households, 80 spaces, ten providers with caps: proven, and every cap kept."""
    draw = random.Random(4)
    households = [Household(key, draw.randint(1, 3), draw.randint(1, 6)) for key in range(300)]
    spaces = list(range(80))
    pairs = [(one.key, space, draw.randint(0, 120)) for one in households for space in spaces if draw.random() < 0.3]
    caps = [Cap(key, f"Provider {key}", frozenset(range(key * 8, key * 8 + 8)), 5) for key in range(10)]
    result = allocate(households, spaces, pairs, caps)
    given = Counter(one.space // 8 for one in result.placed)
    assert result.proven
    assert len(result.placed) == 50
    assert max(given.values()) == 5
    assert {level.danger for level in result.levels if level.housed} == {3}
