"""What the return lacks is asked of who referred, and answered by their agency: questions go out, answers come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import CasePerson
from leeward.record.people.actions.equality import NOT_ASKED, Answer, fill_unasked
from leeward.record.people.actions.facts import Source
from leeward.response.marac.actions.agency_cases import Harming
from leeward.response.marac.actions.filling import fill_birth_date, fill_who_harms
from leeward.response.marac.actions.table import must_arrange, notify_users
from leeward.response.marac.models import Marac, Referral, ReferralChange
from leeward.response.marac.queries.asked import ASKED, TOLD, last_asked, may_ask
from leeward.response.marac.rules.referring import may_refer


@transaction.atomic
def ask_referrers(*, by: Acting, marac: Marac, lacks: Mapping[int, Sequence[str]]) -> int:
    """Ask who referred for what the return lacks (referral to what, in words); answers how many were asked.

    Each finds it on Today; by mail goes a notice without any detail. Who was asked within a week is left in peace.
    """
    must_arrange(by, marac.id)
    last = last_asked(list(lacks))
    rows = [
        row for row in Referral.objects.filter(marac=marac, id__in=list(lacks)).order_by("id")
        if may_ask(last.get(row.id))
    ]  # fmt: skip
    if not rows:
        raise Refused("All of them were asked within the last week. Ring who has not answered.")
    ReferralChange.objects.bulk_create(
        ReferralChange(
            referral=row, case_id=row.case_id, status=ASKED, by_name=by.user_name,
            words=f"For the return: {', '.join(lacks[row.id])}"[:1000],
        )
        for row in rows
    )  # fmt: skip
    notify_users([row.referrer_id for row in rows])
    audit.record("asked_referrers", "marac", marac.id, listed=[row.case_id for row in rows])
    return len(rows)


@dataclass(frozen=True)
class Told:
    """What who referred says to what the return lacks."""

    answers: dict[str, Answer] = field(default_factory=dict)
    born: dict[int, tuple[date, str]] = field(default_factory=dict)  # person: birth date, how exactly it is known
    harming: Harming | None = None


@transaction.atomic
def tell_return(*, by: Acting, referral: Referral, told: Told, learned_from: str, on: date) -> int:
    """Answer what the return lacks; declined and not known are answers. How many were new on the record."""
    if not may_refer(by) or referral.organisation_id != by.organisation_id:
        raise Refused("Only the organisation that referred can answer this.")
    if all(answer.state == NOT_ASKED for answer in told.answers.values()) and not told.born and not told.harming:
        raise Refused("Answer at least one. If they did not want to say, or you cannot know, say that.")
    source = Source(on, learned_from or by.organisation_name)
    written = fill_unasked(by=by, person_id=referral.person_id, answers=told.answers, source=source)
    written += _fill_people(by, referral, told, source, Source(on, learned_from))
    ReferralChange(
        referral=referral, case_id=referral.case_id, status=TOLD, by_name=by.user_name,
        words="What the return asks was answered",
    ).save(force_insert=True)  # fmt: skip
    audit.record("told_return", "marac_referral", referral.id, person=referral.person_id, detail={"answers": written})
    return written


def _fill_people(by: Acting, referral: Referral, told: Told, source: Source, says_so: Source) -> int:
    known = CasePerson.objects.filter(case_id=referral.case_id, part="said_to_cause_harm", ended_at=None)
    theirs = {referral.person_id, *known.values_list("person_id", flat=True)}
    written = 0
    for person_id, (born, precision) in told.born.items():
        if person_id not in theirs:
            raise Refused("This person is no longer in the case. Open the page again.")
        written += fill_birth_date(by=by, person_id=person_id, born=born, precision=precision, source=source)
    if told.harming is not None:
        written += fill_who_harms(by=by, case=referral.case, harming=told.harming, source=says_so) is not None
    return written
