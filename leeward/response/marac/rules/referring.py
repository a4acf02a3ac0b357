"""Who can be referred to a MARAC, when a referral is late, how its status moves, what makes its answers agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case
from leeward.record.people.models import Person
from leeward.response.marac.models import Meeting, Referral

YOUNGEST = 16  # the MARAC hears people from this age on: below it, child safeguarding acts
JUDGEMENT = 20  # characters: long enough to say something
CRITERIA = ("score", "judgement", "escalation", "repeat")

# What the return asks of whom a case is about, and no address, name or date answers.
RETURN_ASKS = ("sex", "ethnicity", "disability", "sexual_orientation", "gender_same")

TOO_YOUNG = (
    "The MARAC hears people of 16 and over. Somebody younger is protected by child safeguarding: tell the children’s "
    "social care front door today, and ring 999 if they are in danger now."
)
CAUSES_HARM = (
    "This case is of a person causing harm. The MARAC is held for the person who is harmed: refer from their case, and "
    "say there who causes the harm."
)
CLOSED = "This case is closed. Reopen it first."

REFERRAL_MOVES: dict[str, tuple[str, ...]] = {
    Referral.SENT: (Referral.RETURNED, Referral.LISTED, Referral.WITHDRAWN),
    Referral.RETURNED: (Referral.SENT, Referral.WITHDRAWN),
    Referral.LISTED: (Referral.HEARD, Referral.SENT, Referral.RETURNED, Referral.WITHDRAWN),
    Referral.HEARD: (),
    Referral.WITHDRAWN: (),
}
STANDING = (Referral.SENT, Referral.RETURNED, Referral.LISTED)  # before the MARAC now

_CANNOT = {
    Referral.RETURNED: "This referral waits for who made it already.",
    Referral.HEARD: "This referral has been heard. What was decided stays.",
    Referral.WITHDRAWN: "This referral was withdrawn.",
    Referral.SENT: "This referral is with the coordinator already.",
    Referral.LISTED: "This referral is on an agenda already.",
}


def must_move(referral: Referral, to: str) -> None:
    """Raise Refused unless the status may change like this."""
    if to not in REFERRAL_MOVES.get(referral.status, ()):
        raise Refused(_CANNOT[referral.status])


def full_years(person: Person, on: date | None = None) -> int | None:
    """Full years, where the birth date is known as far as the year."""
    born, on = person.birth_date, on or timezone.localdate()
    return None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def why_not_referred(case: Case, person: Person) -> str:
    """Why a case cannot be put before a MARAC at all, in words; empty where it can."""
    if case.side == "causing_harm":
        return CAUSES_HARM
    age = full_years(person)
    if age is not None and age < YOUNGEST:
        return TOO_YOUNG
    if case.status == "closed":
        return CLOSED
    return ""


def may_refer(by: Acting) -> bool:
    """Whoever works with cases, or sits at a MARAC for an agency."""
    return by.may(Permission.CASEWORK) or by.may(Permission.MARAC)


def must_refer(by: Acting, case: Case, person: Person) -> None:
    """Raise Refused unless this case can be referred by whoever acts."""
    if not may_refer(by):
        raise Refused("Your role does not allow this.")
    if words := why_not_referred(case, person):
        raise Refused(words)


@dataclass(frozen=True)
class Dates:
    """The next two meetings of a MARAC that a referral can be for, and whether the first one's date has passed."""

    first: Meeting | None = None
    second: Meeting | None = None

    def is_past(self, now: datetime | None = None) -> bool:
        """Whether referrals for the next meeting were due before now."""
        return self.first is not None and self.first.referrals_due_at < (now or timezone.now())

    def skipped(self, for_next: bool) -> Meeting | None:
        """The meeting that a referral is not for: it came too late for it and can wait for the one after."""
        return self.first if self.is_past() and not for_next else None
