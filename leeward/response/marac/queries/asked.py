"""What was asked of who referred, for the return, and whether it was answered: steps of the referral."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from leeward.record.cases.models import CasePerson
from leeward.record.people.actions.equality import answers_now
from leeward.record.people.models import Person
from leeward.record.people.queries.person import names_of
from leeward.response.marac.models import Referral, ReferralChange
from leeward.response.marac.rules.referring import RETURN_ASKS

ASKED, TOLD = "asked", "told"  # steps that change no status
AGAIN = timedelta(days=7)  # asked once, nobody is asked again before


def last_asked(referral_ids: Sequence[int]) -> dict[int, ReferralChange]:
    """By referral: the last question for the return, or the answer to it. One statement."""
    rows = ReferralChange.objects.filter(referral_id__in=referral_ids, status__in=(ASKED, TOLD)).order_by("id")
    return {row.referral_id: row for row in rows}


def may_ask(last: ReferralChange | None) -> bool:
    """Whether it is time to ask: never asked, answered in part, or asked a week ago."""
    return last is None or last.status == TOLD or last.at < timezone.now() - AGAIN


@dataclass(frozen=True)
class Lacking:
    """What a referral lacks for the return: answers, a birth date, who causes harm, their birth dates."""

    answers: tuple[str, ...] = ()
    birth: bool = False
    nobody: bool = False  # nobody is said to cause harm
    harming: dict[int, str] = field(default_factory=dict)  # who is, and has no birth date: record and name

    def __bool__(self) -> bool:
        return bool(self.answers or self.birth or self.nobody or self.harming)


def lacking_of(referral: Referral) -> Lacking:
    """What the record of a referral lacks, for who sees the whole of it. Four statements."""
    known = answers_now(referral.person_id)
    harming = list(
        CasePerson.objects.filter(case_id=referral.case_id, part="said_to_cause_harm", ended_at=None).values_list(
            "person_id", flat=True
        )
    )
    born = dict(Person.objects.filter(id__in=[referral.person_id, *harming]).values_list("id", "birth_date"))
    without = [one for one in harming if one in born and born[one] is None]
    names = names_of(without) if without else {}
    return Lacking(
        tuple(name for name in RETURN_ASKS if name not in known),
        birth=referral.person_id in born and born[referral.person_id] is None,
        nobody=not harming,
        harming={one: names.get(one) or "somebody whose name is not known" for one in without},
    )
