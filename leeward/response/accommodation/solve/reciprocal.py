"""Secure homes that move: who could move into whose home, for all movers and all pledged homes at once.

The rules are those of reciprocal schemes as the Pan-London Housing Reciprocal runs them, and the issue's:
- a mover names at least five areas, and is housed only in one of them, never in the area that they leave;
- a mover gets one offer: who has had one is not proposed again, and nobody comes twice in a run;
- no direct swaps: two households never change homes with each other, since each would know where the other is;
- the ledger: the landlord of a mover owes a home, the landlord that houses them is owed one. No run takes a landlord's
  balance further than the limit; one that is beyond it already may only come back towards it;
- a pledged home starts a chain: the first takes it, the next takes the home that the first leaves, and so on. The last
  home left stays with its landlord. Or they go round in a cycle. Both only up to the length chosen;
- most people housed first; among the ways to house as many, the greatest sum of risk and time waited.

The result is a proposal: it binds when each landlord has agreed. How it is found: exchange.py and docs/decisions/0019.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from leeward.response.accommodation.solve.exchange import best
from leeward.response.accommodation.solve.pool import Group as Places
from leeward.response.accommodation.solve.pool import Pool


@dataclass(frozen=True)
class Home:
    """What fits or does not: whose it is, the area it lies in, what it has."""

    landlord: int
    area: str
    bedrooms: int
    step_free: bool = False
    wheelchair: bool = False


@dataclass(frozen=True)
class Pledge:
    """An empty home that a landlord gives to the scheme."""

    key: int
    home: Home


@dataclass(frozen=True)
class Mover:
    """A household at risk that must leave its area, and the secure home that becomes free when it does."""

    key: int
    home: Home
    areas: frozenset[str]
    bedrooms: int  # needed
    step_free: bool = False  # needed
    wheelchair: bool = False  # needed
    risk: int = 0  # a greater number is a greater risk, from 0
    waited_days: int = 0
    people: int = 1
    had_offer: bool = False
    never_home: frozenset[int] = frozenset()  # pledged homes that are not safe for them
    never_after: frozenset[int] = frozenset()  # movers into whose home they must not come


@dataclass(frozen=True)
class Rules:
    """What a scheme may choose. `days_per_risk`: one step of risk counts as much as so many days waited."""

    longest_cycle: int = 3
    longest_chain: int = 4
    least_areas: int = 5
    spare_bedrooms: int = 0  # a home may have so many more than are needed
    ledger_limit: int | None = 3  # homes owed or owing; None: no limit
    days_per_risk: int = 180
    direct_swaps: bool = False


@dataclass(frozen=True)
class Move:
    """One household into one home: a pledged one, or the one that another mover leaves."""

    mover: int
    pledge: int | None
    leaves: int | None  # the mover whose home it is
    gives: int  # landlord of the home
    takes: int  # landlord of the mover
    fits: int  # homes of this run that fit them
    weight: int
    words: str


@dataclass(frozen=True)
class Group:
    """A chain or a cycle, in order. It happens as a whole or not at all."""

    is_cycle: bool
    moves: tuple[Move, ...]

    @property
    def words(self) -> str:
        """What it is, as it would be said."""
        if self.is_cycle:
            return f"{len(self.moves)} households move round: each into the home that the one before leaves."
        if len(self.moves) == 1:
            return "A pledged home for one household. The home that it leaves stays with its landlord."
        return (
            f"A pledged home lets {len(self.moves)} households move, each into the home that the one before leaves."
            " The last home left stays with its landlord."
        )


@dataclass(frozen=True)
class Left:
    """A mover whom this run does not house, and why: `why` is offered, areas, none_fits, no_way, ledger or others."""

    mover: int
    why: str
    fits: int
    words: str


@dataclass(frozen=True)
class Balance:
    """What a landlord is owed (above 0) or owes (below), before this run and after it."""

    landlord: int
    before: int
    gives: int
    takes: int

    @property
    def after(self) -> int:
        """Once everybody has moved."""
        return self.before + self.gives - self.takes


@dataclass(frozen=True)
class Proposal:
    """The best set of moves found. `people_bound`: nothing houses more; `weight_bound`: nothing that houses as many
    weighs more.

    `seconds` is not part of what the same input gives again. When the time ran out before it was proven, neither is
    the rest.
    """

    groups: tuple[Group, ...]
    left: tuple[Left, ...]
    ledger: tuple[Balance, ...]
    people: int
    people_bound: int
    weight: int
    weight_bound: int
    seconds: float = field(compare=False)

    @property
    def moved(self) -> int:
        """Households that move."""
        return sum(len(group.moves) for group in self.groups)

    @property
    def gap(self) -> float:
        """0 when nothing can be better; else the share by which more people, or if not that more weight, might be
        possible.
        """
        if self.people_bound > self.people:
            return (self.people_bound - self.people) / self.people_bound
        return (self.weight_bound - self.weight) / self.weight_bound if self.weight_bound > self.weight else 0.0

    @property
    def proven(self) -> bool:
        """Whether it is proven that no set of moves is better."""
        return self.gap == 0.0


def propose(
    movers: Iterable[Mover],
    pledges: Iterable[Pledge],
    balances: Mapping[int, int] | None = None,
    rules: Rules | None = None,
    *,
    seconds: float = 55.0,
) -> Proposal:
    """The best set of moves within the rules; the same for the same input, in whatever order it comes.

    `balances`: homes that each landlord is owed (above 0) or owes (below 0); who is not in it stands at 0. `seconds`:
    how long to look; when it runs out, the best found so far, with a bound that is honest about the rest. Raises
    ValueError in words when the input makes no sense.
    """
    begin = time.monotonic()
    rules, balances = rules or Rules(), dict(balances or {})
    everybody, homes = sorted(movers, key=lambda one: one.key), sorted(pledges, key=lambda one: one.key)
    _check(everybody, homes, rules)
    able = [one for one in everybody if not one.had_offer and _named(one) >= rules.least_areas]
    lords = sorted({one.home.landlord for one in able} | {one.home.landlord for one in homes} | balances.keys())
    pool = _pool(able, homes, lords, balances, rules)
    found = best(pool, seconds=seconds)
    _verify(pool, found.groups)
    fits = pool.follows.sum(axis=0) + pool.starts.sum(axis=0)
    groups = tuple(_group(one, able, homes, pool, fits, rules) for one in found.groups)
    moved = {move.mover for group in groups for move in group.moves}
    ways = _Ways(pool, found.groups)
    left = tuple(
        _left(one, rules, able_at, pool, int(fits[able_at]) if able_at is not None else 0, ways)
        for one, able_at in _with_place(everybody, able)
        if one.key not in moved
    )
    gives = Counter(move.gives for group in groups for move in group.moves)
    takes = Counter(move.takes for group in groups for move in group.moves)
    ledger = tuple(Balance(lord, balances.get(lord, 0), gives[lord], takes[lord]) for lord in lords)
    return Proposal(
        groups,
        left,
        ledger,
        found.people,
        found.people_bound,
        found.weight,
        found.weight_bound,
        time.monotonic() - begin,
    )


def weight_of(mover: Mover, rules: Rules) -> int:
    """What a mover counts among as many people housed: risk in days, and the days they have waited."""
    return mover.risk * rules.days_per_risk + mover.waited_days


def fits(mover: Mover, home: Home, rules: Rules) -> bool:
    """Whether a home is one that they named and can live in."""
    return (
        home.area in mover.areas
        and home.area != mover.home.area
        and mover.bedrooms <= home.bedrooms <= mover.bedrooms + rules.spare_bedrooms
        and (home.step_free or not mover.step_free)
        and (home.wheelchair or not mover.wheelchair)
    )


def _named(mover: Mover) -> int:
    return len(mover.areas - {mover.home.area})


def _check(movers: Sequence[Mover], homes: Sequence[Pledge], rules: Rules) -> None:
    for what, keys in (("mover", [one.key for one in movers]), ("pledged home", [one.key for one in homes])):
        twice = [key for key, times in Counter(keys).items() if times > 1]
        if twice:
            raise ValueError(f"{what} {twice[0]} comes twice")
    for one in movers:
        if one.people < 1:
            raise ValueError(f"mover {one.key} has no people")
        if one.risk < 0 or one.waited_days < 0:
            raise ValueError(f"mover {one.key} has a risk or a wait below nothing")
    if rules.ledger_limit is not None and rules.ledger_limit < 0:
        raise ValueError("the limit of the ledger is below nothing")
    if min(rules.longest_cycle, rules.longest_chain, rules.days_per_risk) < 0:
        raise ValueError("the longest cycle, the longest chain and the days of a step of risk cannot be below nothing")


def _pool(
    able: Sequence[Mover], homes: Sequence[Pledge], lords: Sequence[int], balances: Mapping[int, int], rules: Rules
) -> Pool:
    import numpy as np

    follows = np.zeros((len(able), len(able)), dtype=bool)
    starts = np.zeros((len(homes), len(able)), dtype=bool)
    leavers: dict[Home, list[int]] = {}
    for place, one in enumerate(able):
        leavers.setdefault(one.home, []).append(place)
    empty: dict[Home, list[int]] = {}
    for place, pledge in enumerate(homes):
        empty.setdefault(pledge.home, []).append(place)
    place_of = {one.key: place for place, one in enumerate(able)}
    home_of = {one.key: place for place, one in enumerate(homes)}
    for who, one in enumerate(able):
        for home, there in leavers.items():
            if fits(one, home, rules):
                follows[there, who] = True
        for home, there in empty.items():
            if fits(one, home, rules):
                starts[there, who] = True
        follows[[place_of[key] for key in one.never_after if key in place_of], who] = False
        starts[[home_of[key] for key in one.never_home if key in home_of], who] = False
    np.fill_diagonal(follows, False)
    at = {lord: place for place, lord in enumerate(lords)}
    limit = rules.ledger_limit
    most = len(able) + len(homes)
    room = [
        (-most, most) if limit is None else (min(-limit, stands) - stands, max(limit, stands) - stands)
        for stands in (balances.get(lord, 0) for lord in lords)
    ]
    return Pool(
        follows, starts, [one.people for one in able], [weight_of(one, rules) for one in able],
        [at[one.home.landlord] for one in able], [at[one.home.landlord] for one in homes], room,
        2 if rules.direct_swaps else 3, rules.longest_cycle, rules.longest_chain,
    )  # fmt: skip


def _verify(pool: Pool, groups: Iterable[Places]) -> None:
    """What is proposed keeps to every rule, whatever the solver did."""
    housed: Counter[int] = Counter()
    begun: Counter[int] = Counter()
    added: Counter[int] = Counter()
    for group in groups:
        housed.update(group.movers)
        steps = list(zip(group.movers, group.movers[1:], strict=False))
        if group.start is None:
            steps.append((group.movers[-1], group.movers[0]))
            kept = pool.shortest_cycle <= len(group.movers) <= pool.longest_cycle
        else:
            begun[group.start] += 1
            added[pool.giver[group.start]] += 1
            added[pool.landlord[group.movers[-1]]] -= 1
            kept = len(group.movers) <= pool.longest_chain and bool(pool.starts[group.start, group.movers[0]])
        if not kept or not all(pool.follows[step] for step in steps):
            raise ArithmeticError("the solver proposed a chain or a cycle that the rules do not allow")
    if any(number > 1 for number in (*housed.values(), *begun.values())):
        raise ArithmeticError("the solver proposed a household or a home twice")
    if any(not least <= added[lord] <= most for lord, (least, most) in enumerate(pool.room)):
        raise ArithmeticError("the solver took a ledger beyond its limit")


def _group(
    one: Places, able: Sequence[Mover], homes: Sequence[Pledge], pool: Pool, fits: Sequence[int], rules: Rules
) -> Group:
    moves = []
    for index, who in enumerate(one.movers):
        mover = able[who]
        first = index == 0 and one.start is not None
        leaver = None if first else able[one.movers[index - 1]]
        pledge = homes[one.start] if first and one.start is not None else None
        home = pledge.home if pledge else (leaver or mover).home
        moves.append(
            Move(
                mover.key, pledge.key if pledge else None, leaver.key if leaver else None, home.landlord,
                mover.home.landlord,
                int(fits[who]), pool.weight[who], _why(mover, home, int(fits[who]), rules),
            )
        )  # fmt: skip
    return Group(one.start is None, tuple(moves))


def _why(mover: Mover, home: Home, number: int, rules: Rules) -> str:
    rooms = "1 bedroom" if home.bedrooms == 1 else f"{home.bedrooms} bedrooms"
    access = " for a wheelchair" if mover.wheelchair else " without steps" if mover.step_free else ""
    fit = "the only home of this run that fits" if number == 1 else f"one of {number} homes of this run that fit"
    days = "1 day" if mover.waited_days == 1 else f"{mover.waited_days} days"
    return (
        f"{rooms}{access} in an area that they named: {fit}. They have waited {days}; risk step {mover.risk} counts as"
        f" {mover.risk * rules.days_per_risk} more."
    )


class _Ways:
    """Which movers a chain or a cycle could house at all, and which only the ledger keeps from being housed."""

    def __init__(self, pool: Pool, groups: Sequence[Places]) -> None:
        import numpy as np

        from leeward.response.accommodation.solve.pool import cycles

        movers = len(pool.people)
        self.some = np.zeros(movers, dtype=bool)
        round_ = cycles(pool)
        self.some[round_[round_ >= 0]] = True
        now = pool.starts.any(axis=0)
        for _ in range(pool.longest_chain):
            self.some |= now
            now = pool.follows[now].any(axis=0)
        housed = np.zeros(movers, dtype=bool)
        for group in groups:
            housed[list(group.movers)] = True
        begun = {group.start for group in groups}
        empty = [home for home in range(len(pool.giver)) if home not in begun]
        self.ledger = np.zeros(movers, dtype=bool)
        now = pool.starts[empty].any(axis=0) & ~housed
        ends = [(group.movers[-1], len(group.movers)) for group in groups if group.start is not None]
        for place in range(1, pool.longest_chain + 1):
            last = [mover for mover, length in ends if length == place - 1]
            now = now | (pool.follows[last].any(axis=0) & ~housed) if place > 1 else now
            self.ledger |= now
            now = pool.follows[now].any(axis=0) & ~housed


def _with_place(everybody: Sequence[Mover], able: Sequence[Mover]) -> list[tuple[Mover, int | None]]:
    place_of = {one.key: place for place, one in enumerate(able)}
    return [(one, place_of.get(one.key)) for one in everybody]


def _left(mover: Mover, rules: Rules, at: int | None, pool: Pool, number: int, ways: _Ways) -> Left:
    one = "1 home fits" if number == 1 else f"{number} homes fit"
    if mover.had_offer:
        return Left(mover.key, "offered", 0, "They have had the one offer that the scheme makes.")
    if at is None:
        named = _named(mover)
        return Left(
            mover.key,
            "areas",
            0,
            f"They name {named} areas outside their own; the scheme needs {rules.least_areas} or more.",
        )
    if not number:
        return Left(
            mover.key, "none_fits", 0, "No home of this run is in an area that they named, with what they need."
        )
    if not ways.some[at]:
        longest = f"up to {rules.longest_cycle} in a cycle and {rules.longest_chain} in a chain"
        return Left(mover.key, "no_way", number, f"{one}, but no chain and no cycle leads there ({longest}).")
    if ways.ledger[at] and rules.ledger_limit is not None:
        return Left(
            mover.key, "ledger", number,
            f"{one} and a home could be had, but a landlord would come to owe, or be owed, more than the limit"
            f" of {rules.ledger_limit}.",
        )  # fmt: skip
    return Left(
        mover.key, "others", number,
        f"{one}. Each way to house them needs a home or a household of other moves proposed here, and these house at"
        " least as many people, of at least as much risk and time waited.",
    )  # fmt: skip
