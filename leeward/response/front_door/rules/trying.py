"""What is said of an attempt: in which words, whether it counts as a try, and which ways it puts in question."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from leeward.platform.reference.lists import label
from leeward.record.people.models import ContactDetail
from leeward.response.front_door.models import Attempt, Contact

# Where they got in touch themselves: in place of the words of the code list attempt_how.
THEY = {
    "call": "They rang",
    "text": "They sent a text",
    "email": "They sent an e-mail",
    "through": "They sent word through someone else",
    "visit": "They came in person",
}
NEVER_THEIRS = ("no_answer", "wrong_number")  # outcomes of a try of ours alone
NOT_THEIRS = "They got in touch with us: choose what happened then"
WITH = {"call": "phone", "text": "phone", "email": "email", "through": "through"}  # how, and the kind of way for it
NOT_WITH_THIS = "This is not how you tried: choose another way, or change how"
ASKS_AGAIN = ("wrong_number", "someone_else", "unsafe")  # after these it is asked whether the way is still safe
IN_THE_FUTURE = "The attempt lies in the future. Check the day and the time"
TOO_EARLY = "They asked for help after that. Check the day and the time"


def attempt_words(attempt: Attempt) -> str:
    """How somebody was tried, or got in touch, and what came of it."""
    how = THEY.get(attempt.how, "They got in touch") if attempt.they_came else label("attempt_how", attempt.how)
    return f"{how}: {label('attempt_outcome', attempt.outcome).lower()}"


def is_a_try(*, they_came: bool, outcome: str) -> bool:
    """Whether the clock of the first attempt stops: we tried, or they were spoken with when they came."""
    return not they_came or outcome == "spoke"


def is_too_early(contact: Contact, at: datetime) -> bool:
    """Whether a time that was typed (without seconds) lies before the contact came."""
    return at < contact.received_at.replace(second=0, microsecond=0)


def fits(how: str, kind: str) -> bool:
    """Whether somebody can be tried in this way with a contact detail of this kind."""
    return WITH.get(how, kind) == kind


def ways_in_question(attempt: Attempt, details: Iterable[ContactDetail]) -> list[ContactDetail]:
    """Ways that still count as safe, or safe for a text, although this attempt went wrong on them."""
    if attempt.outcome not in ASKS_AGAIN or attempt.taken_back_at is not None:
        return []
    return [
        one
        for one in details
        if one.ended_on is None
        and (one.id == attempt.way_id if attempt.way_id else one.kind == WITH.get(attempt.how))
        and (one.is_safe == "yes" or (one.is_safe == "no" and one.text == "yes"))
    ]
