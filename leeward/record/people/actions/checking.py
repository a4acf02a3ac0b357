"""The index check: "is she known?", answered without opening anybody's record, logged, and limited in number."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.record.people.models import IndexCheck
from leeward.record.people.queries.matching import SIDES_CHANGE, SIDES_HELPED, index_matches
from leeward.record.people.rules.checking import a_day, an_hour, likelihood_words


@dataclass(frozen=True)
class Known:
    """One answer: how likely (nothing, of a reference), and whom to ring. Never why, where or since when."""

    likelihood: str
    organisation: str
    phone: str


@dataclass(frozen=True)
class Outcome:
    """What a check answered; or that it was not made, and why not."""

    answers: tuple[Known, ...] = ()
    limited: str = ""
    points: int = 0  # of the likeliest answer (0 to 99), for what is kept of it


@transaction.atomic
def check_index(
    *, by: Acting, given: str, family: str, born: date | None, nhs_number: str = "", reason: str,
    about: str = "harmed", without: Collection[int] = (),
) -> Outcome:  # fmt: skip
    """Ask the index about somebody. `about` is the side that is asked of: help, or a change of behaviour.

    `without` are records that are no answer: who is asked about has one already.
    A walled user is answered just as if there were nobody.
    """
    sides = SIDES_CHANGE if about == "causing_harm" else SIDES_HELPED

    def answers() -> Outcome:
        best: dict[tuple[str, str], str] = {}
        points = 0
        for match in index_matches(given=given, family=family, born=born, sides=sides, nhs_number=nhs_number):
            words = likelihood_words(match.likelihood)
            if words and match.handle not in without:
                best.setdefault((match.organisation, match.phone), words)
                points = max(points, match.likelihood)
        known = (Known(words, organisation, phone) for (organisation, phone), words in best.items())
        return Outcome(tuple(known), points=points)

    return limited_check(by=by, asked=f"{given} {family} {born or ''}", about=about, reason=reason, answers=answers)


@transaction.atomic
def limited_check(*, by: Acting, asked: str, about: str, reason: str, answers: Callable[[], Outcome]) -> Outcome:
    """Ask something that tells whom to ring: kept, logged and counted, all ways of asking together.

    `asked` is what somebody typed, of which a keyed hash is kept. Over the limit nothing is asked, and that is logged.
    """
    by.must(Permission.INDEX_CHECK)
    asked = audit.blind(asked)
    audit.hold()  # two checks of one user at once wait for each other: both are counted
    if words := _limit(by):
        audit.record("was_limited", "index_check", detail={"asked": asked})
        return Outcome(limited=words)
    found = answers()
    row = IndexCheck(
        user_id=by.worker_id, organisation_id=by.acts_for, reason=reason[:300], found=len(found.answers), asked=asked
    )
    row.save(force_insert=True)
    audit.record("checked_index", "index_check", row.id, detail={"asked": asked, "about": about})
    return found


def _limit(by: Acting) -> str:
    now = timezone.now()
    counted = IndexCheck.objects.filter(user_id=by.worker_id, at__gt=now - timedelta(days=1)).aggregate(
        hour=Count("id", filter=Q(at__gt=now - timedelta(hours=1))), day=Count("id")
    )
    if counted["hour"] >= an_hour():
        return (
            f"You have made {counted['hour']} checks in the last hour, which is as many as one person may make. "
            "Wait a little, or ask a colleague. If somebody is in danger now, ring 999."
        )
    if counted["day"] >= a_day():
        return (
            f"You have made {counted['day']} checks since this time yesterday, which is as many as one person may "
            "make in a day. Ask a colleague. If somebody is in danger now, ring 999."
        )
    return ""
