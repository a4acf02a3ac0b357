"""The targets of a partnership: what is promised now, what is coming, and what was promised before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.reference.lists import choices
from leeward.response.front_door.models import Target
from leeward.response.front_door.rules import Promise, default_promise, promise_of, target_at


@dataclass(frozen=True)
class Line:
    """One row of the history."""

    target: Target
    promise: Promise
    label: str
    state: str  # now, coming, replaced, withdrawn

    @property
    def from_the_start(self) -> bool:
        """Whether nobody said when it began."""
        return self.target.starts_at.year < 2001


@dataclass(frozen=True)
class Level:
    """What is promised to people of one level of risk."""

    risk: str
    label: str
    promise: Promise
    target: Target | None  # None while the default holds
    coming: list[Line]


@dataclass(frozen=True)
class Targets:
    """Every level of risk, and the whole history, newest first."""

    levels: list[Level]
    history: list[Line]


def targets_page(*, by: Acting, now: datetime | None = None) -> Targets:
    """What is promised, by level of risk: one statement, and that it was read."""
    now = now or timezone.now()
    rows = list(Target.objects.filter(partnership_id=by.partnership_id).order_by("-set_at", "-id"))
    audit.record("read_targets", "target")
    labels = dict(choices("risk_level"))
    holding = {risk: target_at(rows, risk, now) for risk in labels}

    def line(row: Target) -> Line:
        state = "replaced"
        if row.withdrawn_at is not None:
            state = "withdrawn"
        elif row.starts_at > now:
            state = "coming"
        elif row == holding.get(row.risk):
            state = "now"
        return Line(row, promise_of(row), labels.get(row.risk, row.risk), state)

    history = [line(row) for row in rows]
    levels = []
    for risk, label in labels.items():
        found = holding[risk]
        coming = [one for one in history if one.target.risk == risk and one.state == "coming"]
        coming.sort(key=lambda one: one.target.starts_at)
        levels.append(Level(risk, label, promise_of(found) if found else default_promise(risk), found, coming))
    return Targets(levels, history)
