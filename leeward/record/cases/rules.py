"""Who may do what with a case, in small predicates with the words a person would be told; legal moves of a status.

Sight is not asked here: who does not see the row never comes so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.reference.working_time import Hours, add_working_time
from leeward.record.cases.models import Case

OPEN, CLOSING, CLOSED = "open", "closing", "closed"
MOVES: dict[str, frozenset[str]] = {
    OPEN: frozenset({CLOSING, CLOSED}),
    CLOSING: frozenset({OPEN, CLOSED}),
    CLOSED: frozenset({OPEN}),
}
EMERGENCY_LASTS = timedelta(days=1)
EMERGENCY_REASON = 20  # characters: long enough to say something
REASON = 20  # the same, why a level of risk is another one
REVIEW_WITHIN = timedelta(hours=16)  # two working days, counted as working time
EMERGENCY_TRIES = 5  # references that name no case, an hour
# What somebody can be in a case of each side, by the word that stands in the page's address. Who is said to cause harm
# is entered where somebody is helped: in a case about changing behaviour the other side is a person to keep apart.
PARTS = {"child": "child", "adult": "other_adult", "carer": "carer", "harm": "said_to_cause_harm"}
ADDED = {
    "child": "A child was added to the case",
    "other_adult": "Another adult was added to the case",
    "carer": "A carer was added to the case",
    "said_to_cause_harm": "Somebody who is said to cause harm was added to the case",
}
CHECKLISTS = Path(__file__).parent / "checklists"


def review_due(opened_at: datetime) -> datetime:
    """When an emergency sight must be reviewed at the latest."""
    return add_working_time(opened_at, REVIEW_WITHIN, Hours())


def may_be_known(side: str, part: str) -> bool:
    """Whether somebody can have this part in a case of this side."""
    if part not in ADDED or (part == "carer" and side != "child"):
        return False
    return part != "said_to_cause_harm" or side != "causing_harm"


def must_move(case: Case, to: str) -> None:
    """Raise Refused unless the status may change like this."""
    if to not in MOVES.get(case.status, frozenset()):
        words = {OPEN: "This case is open already.", CLOSED: "This case is closed already."}
        raise Refused(words.get(to, "This case is already waiting for sign-off, or is closed."))


def must_lead(by: Acting, case: Case) -> None:
    """Raise Refused unless the organisation that acts leads the case."""
    if case.lead_organisation_id != by.organisation_id:
        raise Refused(f"Only {case.lead_organisation.name}, who leads this case, can do this.")


def may_allocate(by: Acting, case: Case) -> bool:
    """Managers give cases to workers; a worker may take one that nobody has, or pass on their own."""
    return case.lead_organisation_id == by.organisation_id and (
        by.may(Permission.ALLOCATE) or case.lead_worker_id in (None, by.user_id)
    )


def must_allocate(by: Acting, case: Case) -> None:
    """Raise Refused unless the case may be allocated by whoever acts."""
    must_lead(by, case)
    if not may_allocate(by, case):
        raise Refused("Ask a manager: this case is with a colleague.")


def may_sign_off(by: Acting, case: Case, asked_by_id: int | None) -> bool:
    """A supervisor of the organisation that leads, other than who asked."""
    return (
        case.status == CLOSING
        and case.lead_organisation_id == by.organisation_id
        and by.may(Permission.SIGN_OFF)
        and asked_by_id != by.user_id
    )


@dataclass(frozen=True)
class Check:
    """One line of a closing checklist."""

    key: str
    label: str
    hint: str
    sides: tuple[str, ...]


@dataclass(frozen=True)
class Checklist:
    """A closing checklist as its file has it; the version is kept with each answer."""

    version: str
    checks: tuple[Check, ...]

    def for_side(self, side: str) -> tuple[Check, ...]:
        """The lines that apply to a case of this side."""
        return tuple(check for check in self.checks if not check.sides or side in check.sides)


@lru_cache(maxsize=4)
def checklist(name: str = "closing") -> Checklist:
    """The newest version of a checklist. Raises ValueError where its file is malformed."""
    content = yaml.safe_load((CHECKLISTS / f"{name}.yaml").read_text())
    if not isinstance(content, dict) or "version" not in content or not content.get("checks"):
        raise ValueError(f"{name}.yaml needs a version and checks.")
    return Checklist(
        str(content["version"]),
        tuple(
            Check(key, line["label"], line.get("hint", ""), tuple(line.get("sides", ())))
            for key, line in content["checks"].items()
        ),
    )


def shortened(text: str, most: int) -> str:
    """At most so many characters of a text, cut between two words and marked as cut."""
    return text if len(text) <= most else text[: most - 2].rsplit(" ", 1)[0] + " …"
