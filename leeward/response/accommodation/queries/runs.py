"""A run of the reciprocal as its coordinator sees it: chains and cycles, households without a name, who has agreed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.response.accommodation.models import MovePart, ProposedMove, Run
from leeward.response.accommodation.rules.reciprocal import household_words

DEAD_AFTER = timedelta(seconds=120)  # past its time, nothing is heard of a run any more


@dataclass(frozen=True)
class StepRow:
    """One move of a chain or cycle, as the coordinator sees it."""

    move: ProposedMove
    household: str
    home: str
    parts: dict[str, MovePart]


@dataclass(frozen=True)
class GroupRow:
    """A chain or a cycle."""

    number: int
    is_cycle: bool
    steps: list[StepRow] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What it is, as it would be said."""
        if self.is_cycle:
            return f"{len(self.steps)} households move round: each into the home that the one before leaves."
        if len(self.steps) == 1:
            return "A pledged home for one household. The home that it leaves stays with its landlord."
        return (
            f"A pledged home lets {len(self.steps)} households move, each into the home that the one before leaves. The"
            " last home left stays with its landlord."
        )

    @property
    def status(self) -> str:
        """As its moves stand: the one that is furthest behind."""
        order = ("refused", "freed", "proposed", "bound", "accepted", "moved")
        return min((step.move.status for step in self.steps), key=order.index, default="proposed")

    @property
    def waiting(self) -> int:
        """How many answers of landlords are missing."""
        return sum(part.status == MovePart.ASKED for step in self.steps for part in step.parts.values())


@dataclass(frozen=True)
class RunPage:
    """A run with its chains and cycles."""

    run: Run
    groups: list[GroupRow]
    under_way: bool
    is_dead: bool
    passed: int  # seconds since it began


def run_page(by: Acting, run_id: int) -> RunPage:
    """A run for the coordinator. A constant number of statements.

    Missing where a wall keeps the reader from a household in it: the policies leave out the whole run.
    """
    run = Run.objects.select_related("rules").filter(id=run_id).first()
    if run is None:
        raise Http404
    moves = list(
        ProposedMove.objects.filter(run=run)
        .select_related("gives__organisation", "takes__organisation", "home")
        .order_by("group", "position")
    )
    parts: dict[int, dict[str, MovePart]] = {}
    for part in MovePart.objects.filter(move__in=[move.id for move in moves]):
        parts.setdefault(part.move_id, {})[part.side] = part
    groups: dict[int, GroupRow] = {}
    place_of: dict[int, int] = {}
    for move in moves:
        group = groups.setdefault(move.group, GroupRow(move.group, move.is_cycle))
        place_of[move.mover_id] = move.position
        home = f"{move.home.label}, pledged" if move.home is not None else ""
        group.steps.append(StepRow(move, household_words(move.sheet), home, parts.get(move.id, {})))
    now = timezone.now()
    under_way = run.status in Run.UNDER_WAY
    begun = run.begun_at or run.at
    limit = timedelta(seconds=run.limit_seconds) + DEAD_AFTER + (timedelta() if run.begun_at else timedelta(minutes=10))
    audit.record("read_run", "run", run.id, listed=[move.id for move in moves])
    return RunPage(
        run,
        list(groups.values()),
        under_way,
        under_way and begun + limit < now,
        max(int((now - begun).total_seconds()), 0),
    )
