"""All waiting households to all spaces: greatest danger first, most people, then what suits best. Proven, not
guessed.

The rule is the issue's: house most people in the greatest danger first, within hard limits that are never broken. So
the people housed at the greatest danger are as many as can be; among all ways to do that, the people housed at the
next danger; and so on down. What is left open is settled by the sum of the scores of the match.

Why one number can stand for that order without ever mixing it up. The sets of households that can be housed together
form a matroid (they are matched to spaces, and caps that lie within each other keep that so). In a matroid the best
sets depend on the order of the weights alone, not on their size: taking the heaviest first, whoever still fits, is
best for any weights in that order. So a household weighs its place in the order of (danger, people), a small whole
number, and a score can never outweigh it. It follows too that danger first never houses fewer households: all best
sets are equally large.

Caps become assignment. A provider with n spaces that takes no more than m keeps n - m of them shut, whichever they
are: n - m stand-ins must each be given one of its spaces. What remains is the assignment problem; shortest augmenting
paths solve it in whole numbers, and the prices they leave behind prove the result: nothing can be worth more than
their sum.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leeward.response.accommodation.solve.assignment import FAR, assign

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_MOST_SCORE = 1_000_000

_Taken = dict[tuple[int, int], int]  # (danger, people) -> the spaces that such households get, one bit each


@dataclass(frozen=True)
class Household:
    """A household that waits. `danger`: a greater number is a greater danger. `people`: all who need a bed, at least
    1.
    """

    key: int
    danger: int
    people: int = 1


@dataclass(frozen=True)
class Cap:
    """No more than `most` of these spaces may be given in this run (a provider, or a site within a provider)."""

    key: int
    name: str
    spaces: frozenset[int]
    most: int


@dataclass(frozen=True)
class Placed:
    """A household, the space proposed for it, and why not one that suits it better."""

    household: int
    space: int
    score: int
    fits: int  # spaces that fit it at all
    better: int  # of those, how many suit it better
    to_greater: int = 0  # better ones that go to households in greater danger
    to_same: int = 0  # in the same danger
    to_less: int = 0  # in less danger: who would do without or suit worse elsewhere
    shut: int = 0  # better ones that stay empty because of a cap
    caps: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reason, as it would be said."""
        if self.fits == 1:
            return "The only space that fits."
        if not self.better:
            return f"None of the {self.fits} spaces that fit suits better."
        why = [
            _count(self.to_greater, "goes", "go") + " to households in greater danger" if self.to_greater else "",
            _count(self.to_same, "goes", "go") + " to households in the same danger" if self.to_same else "",
            _count(self.to_less, "goes", "go") + " to households in less danger, because more people are housed, or"
            " housed well, that way" if self.to_less else "",
            _shut(self.shut, self.caps),
        ]  # fmt: skip
        better = _count(self.better, "suits", "suit")
        return f"{self.fits} spaces fit and {better} better: {_and([one for one in why if one])}."


@dataclass(frozen=True)
class Unplaced:
    """A household that gets no space in this proposal, and what stands in its way."""

    household: int
    fits: int
    to_greater: int = 0  # spaces that fit it and go to households in greater danger
    to_larger: int = 0  # in the same danger, with more people
    to_alike: int = 0  # in the same danger and as large: the spaces suit them better, taken together
    shut: int = 0  # stay empty because of a cap
    caps: tuple[str, ...] = ()
    instead: int = 0  # households of which one would have to do without, were this one housed; none is in less danger

    @property
    def words(self) -> str:
        """The reason, as it would be said."""
        if not self.fits:
            return "No space fits: each breaks a hard limit."
        why = [
            _count(self.to_greater, "goes", "go") + " to households in greater danger" if self.to_greater else "",
            _count(self.to_larger, "goes", "go") + " to larger households in the same danger" if self.to_larger else "",
            _count(self.to_alike, "goes", "go") + " to households in the same danger and as large, so that together the"
            " spaces suit better" if self.to_alike else "",
            _shut(self.shut, self.caps),
        ]  # fmt: skip
        fit = "1 space fits" if self.fits == 1 else f"{self.fits} spaces fit"
        after = "Moving others around makes no room: somebody in at least as great danger would do without."
        return (
            f"{fit}: {_and([one for one in why if one])}. {after}"
            if self.instead
            else f"{fit}: {_shut(self.shut, self.caps)}."
        )


@dataclass(frozen=True)
class Level:
    """What the proposal does for the households in one danger."""

    danger: int
    waiting: int
    housed: int
    people: int  # people housed


@dataclass(frozen=True)
class Allocation:
    """A proposal. `levels` is proven to be the best that can be; `score` is proven when `gap` is 0.

    `bound`: no allocation that houses as many at each danger has a greater sum of scores. `gap`: how far `score` may be
    below it, as a share of it. `seconds` is not part of what the same input gives again.
    """

    placed: tuple[Placed, ...]
    unplaced: tuple[Unplaced, ...]
    levels: tuple[Level, ...]
    score: int
    bound: int
    seconds: float = field(compare=False)

    @property
    def gap(self) -> float:
        """0 when nothing can be better; else the share by which something could be."""
        return 0.0 if self.bound <= self.score else (self.bound - self.score) / max(abs(self.bound), 1)

    @property
    def proven(self) -> bool:
        """Whether it is proven that no allocation is better."""
        return self.bound <= self.score


def allocate(
    households: Iterable[Household],
    spaces: Iterable[int],
    pairs: Iterable[tuple[int, int, int]],
    caps: Iterable[Cap] = (),
    *,
    seconds: float = 30.0,
) -> Allocation:
    """The best proposal for all at once; the same for the same input, in whatever order it comes.

    `pairs`: (household, space, score) for each pair that breaks no hard limit; no other pair is ever proposed. Scores
    are whole numbers up to a million either way, more is better. Of two caps that share a space one must lie within
    the other. `seconds`: how long to look; when it runs out, the danger levels are still the best, and `gap` is
    honest about the scores. Raises ValueError in words when the input makes no sense.
    """
    begin = time.monotonic()
    problem = _read(households, spaces, pairs, caps)
    holder = _greatest_danger_first(problem)
    best, bound = _best_scores(problem, begin + seconds)
    holder = holder if best is None else best
    housed = [(who, space) for space, who in enumerate(holder) if 0 <= who < problem.real]
    score = sum(problem.scores[who][space] for who, space in housed)
    # The bound is of weights and scores together, and the weights are those of any best set (see above).
    bound -= problem.unit * sum(problem.weights[who] for who, _ in housed)
    if bound > score:
        bound = min(bound, _simple_bound(problem))  # however early the time ran out
    return _explained(problem, holder, score, max(bound, score), begin)


@dataclass
class _Problem:
    households: list[Household]  # by key
    spaces: list[int]  # by key
    scores: list[dict[int, int]]  # by household: space -> score
    reach: list[int]  # by household, then by stand-in: the spaces it may have, one bit each
    weights: list[int]  # by household: its place in the order of (danger, people), from 1
    unit: int  # what one place in that order outweighs: any sum of scores
    caps: list[Cap]
    cap_of: list[list[Cap]]  # by space, the smallest first

    @property
    def real(self) -> int:
        """Households come first in `reach`, the stand-ins of caps after them."""
        return len(self.households)


def _read(
    households: Iterable[Household], spaces: Iterable[int], pairs: Iterable[tuple[int, int, int]], caps: Iterable[Cap]
) -> _Problem:
    who = sorted(households, key=lambda one: one.key)
    where = sorted(spaces)
    row, column = _places("household", [one.key for one in who]), _places("space", where)
    for one in who:
        if one.people < 1:
            raise ValueError(f"household {one.key} has no people")
    scores: list[dict[int, int]] = [{} for _ in who]
    reach = [0] * len(who)
    for household, space, score in pairs:
        if household not in row or space not in column:
            raise ValueError(f"the pair ({household}, {space}) names a household or a space that is not in this run")
        if not -_MOST_SCORE <= score <= _MOST_SCORE or score != int(score):
            raise ValueError(
                f"the score of ({household}, {space}) must be a whole number up to {_MOST_SCORE} either way"
            )
        if column[space] in scores[row[household]]:
            raise ValueError(f"the pair ({household}, {space}) comes twice")
        scores[row[household]][column[space]] = int(score)
        reach[row[household]] |= 1 << column[space]
    order = {one: place for place, one in enumerate(sorted({(one.danger, one.people) for one in who}), 1)}
    largest = max((max(map(abs, each.values())) for each in scores if each), default=0)
    unit = 2 * len(where) * largest + 1
    if unit * (len(order) + 2) * (len(where) + 1) ** 2 > FAR:
        raise ValueError("too many spaces for scores this large: make the scores smaller")
    kept = _nested(sorted(caps, key=lambda one: one.key), column)
    cap_of: list[list[Cap]] = [[] for _ in where]
    for cap in kept:
        for space in cap.spaces:
            cap_of[column[space]].append(cap)
    weights = [order[(one.danger, one.people)] for one in who]
    return _Problem(who, where, scores, reach + _stand_ins(kept, column), weights, unit, kept, cap_of)


def _places(what: str, keys: Sequence[int]) -> dict[int, int]:
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        raise ValueError(f"{what} {twice[0]} comes twice")
    return {key: place for place, key in enumerate(keys)}


def _nested(caps: list[Cap], column: Mapping[int, int]) -> list[Cap]:
    """The caps, smallest first; what is within another comes before it."""
    _places("cap", [cap.key for cap in caps])
    ordered = sorted(caps, key=lambda one: (len(one.spaces), one.key))
    for place, cap in enumerate(ordered):
        if cap.most < 0:
            raise ValueError(f"the cap of {cap.name} is below nothing")
        if not cap.spaces <= column.keys():
            raise ValueError(f"the cap of {cap.name} names a space that is not in this run")
        for larger in ordered[place + 1 :]:
            if cap.spaces & larger.spaces and not cap.spaces <= larger.spaces:
                raise ValueError(f"the caps of {cap.name} and {larger.name} cross: one must lie within the other")
    return ordered


def _stand_ins(caps: list[Cap], column: Mapping[int, int]) -> list[int]:
    """One for each space that a cap keeps shut beyond those that the caps within it keep shut already."""
    found: list[int] = []
    shut: list[tuple[frozenset[int], int]] = []  # of the largest caps so far: spaces, how many are shut
    for cap in caps:
        within = [one for one in shut if one[0] <= cap.spaces]
        already = sum(number for _, number in within)
        more = max(len(cap.spaces) - cap.most - already, 0)
        found += [sum(1 << column[space] for space in cap.spaces)] * more
        shut = [one for one in shut if one not in within] + [(cap.spaces, already + more)]
    return found


def _greatest_danger_first(problem: _Problem) -> list[int]:
    """Who holds each space when whoever weighs most is housed first, others moving as needed. Best at every danger.

    A search that fails has met only spaces whose holders cannot move on; nobody after can either, so they are set
    aside.
    """
    holder = [-1] * len(problem.spaces)
    closed = 0
    stand_ins = range(problem.real, len(problem.reach))
    by_weight = sorted(range(problem.real), key=lambda one: (-problem.weights[one], one))
    for newcomer in [*stand_ins, *by_weight]:
        came: dict[int, int] = {}  # space -> who wants it
        waiting, seen, free = [newcomer], closed, -1
        while waiting and free < 0:
            who = waiting.pop()
            fresh = problem.reach[who] & ~seen
            seen |= fresh
            for space in _bits(fresh):
                came[space] = who
                if holder[space] < 0:
                    free = space
                    break
                waiting.append(holder[space])
        if free < 0:
            closed = seen
            continue
        while True:
            who = came[free]
            before = next((space for space in came if holder[space] == who), None)
            holder[free] = who
            if before is None:
                break
            free = before
    return holder


def _best_scores(problem: _Problem, until: float) -> tuple[list[int] | None, int]:
    """Who holds each space at the greatest sum of weights and scores, and the bound that the prices prove.

    Shortest augmenting paths from each space (Jonker and Volgenant), in whole numbers. Each space ends with a
    household, a stand-in, or nobody (a column of its own that costs nothing). When time runs out: no holders, but a
    bound all the same.
    """
    import numpy as np

    rows, real, all_of = len(problem.spaces), problem.real, len(problem.reach)
    if not rows:
        return [], 0
    must = problem.unit * (max(problem.weights, default=0) + 2) * (rows + 1)
    cost: Numbers = np.full((rows, all_of + rows), FAR, dtype=np.int64)
    for who, each in enumerate(problem.scores):
        places = list(each)
        cost[places, who] = -problem.weights[who] * problem.unit - np.fromiter(each.values(), np.int64, len(places))
    for who in range(real, all_of):
        cost[list(_bits(problem.reach[who])), who] = -must
    cost[np.arange(rows), all_of + np.arange(rows)] = 0
    assigned = assign(cost, until)
    bound = -assigned.bound - must * (all_of - real)
    if assigned.columns is None:
        return None, bound
    return [column if column < all_of else -1 for column in assigned.columns], bound


def _simple_bound(problem: _Problem) -> int:
    """A sum of scores that nothing exceeds: each space at the best that anybody brings to it, and none if all harm."""
    best = [0] * len(problem.spaces)
    for each in problem.scores:
        for space, score in each.items():
            best[space] = max(best[space], score)
    return sum(best)


def _bits(mask: int) -> Iterable[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _explained(problem: _Problem, holder: list[int], score: int, bound: int, begin: float) -> Allocation:
    who_at = [who if 0 <= who < problem.real else -1 for who in holder]
    space_of = {who: space for space, who in enumerate(who_at) if who >= 0}
    given = Counter(cap.key for space in space_of.values() for cap in problem.cap_of[space])
    # The cap that shuts a space: the smallest around it that has given all that it may.
    shut_by = [
        next((cap.name for cap in problem.cap_of[space] if given[cap.key] >= cap.most), "") if who < 0 else ""
        for space, who in enumerate(who_at)
    ]
    shut: dict[str, int] = defaultdict(int)
    for space, name in enumerate(shut_by):
        shut[name] |= 1 << space
    onward = _onward(problem, holder)
    taken: _Taken = defaultdict(int)
    for who, space in space_of.items():
        one = problem.households[who]
        taken[(one.danger, one.people)] |= 1 << space
    placed, unplaced = [], []
    for who in range(problem.real):
        if who in space_of:
            placed.append(_placed(problem, who, space_of[who], who_at, shut_by))
        else:
            unplaced.append(_unplaced(problem, who, taken, shut, onward))
    levels = []
    for danger in sorted({one.danger for one in problem.households}, reverse=True):
        there = [who for who, one in enumerate(problem.households) if one.danger == danger]
        housed = [who for who in there if who in space_of]
        people = sum(problem.households[who].people for who in housed)
        levels.append(Level(danger, len(there), len(housed), people))
    return Allocation(tuple(placed), tuple(unplaced), tuple(levels), score, bound, time.monotonic() - begin)


def _onward(problem: _Problem, holder: list[int]) -> list[int]:
    """By space: every space, as bits, that could be emptied in its place by moving holders along."""
    step = [(problem.reach[who] if who >= 0 else 0) | 1 << space for space, who in enumerate(holder)]
    for middle in range(len(step)):
        bit, through = 1 << middle, step[middle]
        for space, reached in enumerate(step):
            if reached & bit:
                step[space] = reached | through
    return step


def _placed(problem: _Problem, who: int, space: int, who_at: list[int], shut_by: list[str]) -> Placed:
    mine, fits = problem.scores[who][space], problem.scores[who]
    danger = problem.households[who].danger
    better = [other for other, score in fits.items() if score > mine]
    dangers = [problem.households[who_at[other]].danger for other in better if who_at[other] >= 0]
    return Placed(
        household=problem.households[who].key, space=problem.spaces[space], score=mine,
        fits=len(fits), better=len(better),
        to_greater=sum(one > danger for one in dangers), to_same=sum(one == danger for one in dangers),
        to_less=sum(one < danger for one in dangers), shut=sum(who_at[other] < 0 for other in better),
        caps=_names(shut_by[other] for other in better),
    )  # fmt: skip


def _unplaced(problem: _Problem, who: int, taken: _Taken, shut: dict[str, int], onward: list[int]) -> Unplaced:
    one = problem.households[who]
    fits = problem.reach[who]
    circle, rest = 0, fits
    while rest:
        circle |= onward[(rest & -rest).bit_length() - 1]
        rest &= ~circle  # what is reached from there is in it already
    greater = larger = alike = 0
    for (danger, people), spaces in taken.items():
        number = (fits & spaces).bit_count()
        greater += number * (danger > one.danger)
        larger += number * (danger == one.danger and people > one.people)
        alike += number * (danger == one.danger and people == one.people)
    held = sum(taken.values())
    return Unplaced(
        household=one.key, fits=fits.bit_count(), to_greater=greater, to_larger=larger, to_alike=alike,
        shut=(fits & ~held).bit_count(), caps=_names(name for name, spaces in shut.items() if fits & ~held & spaces),
        instead=(circle & held).bit_count(),
    )  # fmt: skip


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}))


def _count(number: int, one: str, more: str) -> str:
    return f"{number} {one if number == 1 else more}"


def _shut(number: int, caps: tuple[str, ...]) -> str:
    if not number:
        return ""
    return f"{_count(number, 'stays', 'stay')} empty because {_and(list(caps))} can take no more at once"


def _and(words: list[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1] if words else "nobody"
