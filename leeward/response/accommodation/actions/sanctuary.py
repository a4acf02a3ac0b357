"""Making a home safe: referral, survey, consent, works, testing, and whether it is still safe after 3 and 12 months.

Who arranges the works has the address of the case: all of it is done at her home.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case
from leeward.response.accommodation.models import Sanctuary, SanctuaryReview, SanctuaryWork
from leeward.response.accommodation.rules.sanctuary import REVIEWED_AFTER, months_after


@dataclass(frozen=True)
class WorkFacts:
    """One piece of work. Money is in pence; `place`: which door or window."""

    kind: str
    place: str = ""
    due_on: date | None = None
    pence: int | None = None
    payer: str = ""


@transaction.atomic
def refer_sanctuary(*, by: Acting, case: Case, tenure: str, consent: str, why: str) -> Sanctuary:
    """Refer a home to be made safe. Raises Refused while a referral is under way already.

    An owner, and who lives in a home of their own, needs nobody's consent: said so by `consent`.
    """
    by.must(Permission.CASEWORK)
    if case.status != "open":
        raise Refused("This case is closed. Open it again first.")
    if case.side == "causing_harm":
        raise Refused("A home is made safe on the case of who is harmed.")
    if Sanctuary.objects.filter(case=case).exclude(status=Sanctuary.ENDED).exists():
        raise Refused("Their home is being made safe already. Open that.")
    made = Sanctuary(
        partnership_id=by.partnership_id,
        case=case,
        person_id=case.person_id,
        organisation_id=by.acts_for,
        referred_by_id=by.user_id,
        tenure=tenure,
        consent=consent,
        why=why,
    )
    made.save(force_insert=True)
    _tell(by, made, "Their home is to be made safe")
    audit.record("referred_sanctuary", "sanctuary", made.id, person=made.person_id)
    return made


@transaction.atomic
def survey_home(*, by: Acting, sanctuary: Sanctuary, on: date, found: str) -> Sanctuary:
    """What was found when somebody looked at the home."""
    now = _locked(by, sanctuary)
    _not_ahead(on)
    now.surveyed_on, now.survey = on, found
    if now.status == Sanctuary.REFERRED:
        now.status = Sanctuary.SURVEYED
    return _kept(now, "surveyed_on", "survey", "status", log="surveyed_home")


@transaction.atomic
def answer_consent(*, by: Acting, sanctuary: Sanctuary, consent: str, on: date, words: str = "") -> Sanctuary:
    """What the landlord answered. A refusal ends nothing by itself: works that need no consent may still be done."""
    now = _locked(by, sanctuary)
    _not_ahead(on)
    now.consent, now.consent_on, now.consent_words = consent, on, words
    return _kept(now, "consent", "consent_on", "consent_words", log="answered_consent")


@transaction.atomic
def order_work(*, by: Acting, sanctuary: Sanctuary, facts: WorkFacts, on: date) -> SanctuaryWork:
    """Order a piece of work. Raises Refused while the landlord's consent is asked for and not given."""
    now = _locked(by, sanctuary)
    _not_ahead(on)
    if now.consent in ("asked", "refused"):
        raise Refused("The landlord has not agreed. Write down what they answered first.")
    made = SanctuaryWork(
        sanctuary=now, case_id=now.case_id, kind=facts.kind, place=facts.place, ordered_on=on, due_on=facts.due_on,
        pence=facts.pence, payer=facts.payer,
    )  # fmt: skip
    made.save(force_insert=True)
    if now.status in (Sanctuary.REFERRED, Sanctuary.SURVEYED, Sanctuary.DONE, Sanctuary.TESTED):
        now.status = Sanctuary.ORDERED
        _kept(now, "status", log="ordered_work")
    return made


@transaction.atomic
def finish_work(*, by: Acting, work: SanctuaryWork, on: date) -> SanctuaryWork:
    """A piece of work was done. When all are, the home waits to be tested."""
    now = _locked(by, work.sanctuary)
    _not_ahead(on)
    if work.ordered_on is not None and on < work.ordered_on:
        raise Refused("It cannot have been done before it was ordered.")
    work.done_on = on
    work.version += 1
    work.save(update_fields=["done_on", "version"])
    _settle(now)
    return work


@transaction.atomic
def drop_work(*, by: Acting, work: SanctuaryWork, why: str) -> SanctuaryWork:
    """A piece of work is not done after all."""
    now = _locked(by, work.sanctuary)
    work.dropped_why = why
    work.version += 1
    work.save(update_fields=["dropped_why", "version"])
    _settle(now)
    return work


def _settle(now: Sanctuary) -> None:
    waits = now.works.filter(done_on=None, dropped_why="").exists()
    if not waits and now.status == Sanctuary.ORDERED:
        now.status = Sanctuary.DONE
        _kept(now, "status", log="works_done")


@transaction.atomic
def confirm_tested(*, by: Acting, sanctuary: Sanctuary, on: date) -> Sanctuary:
    """Everything was tested with them and works. It is asked again after 3 and 12 months whether it is still safe."""
    now = _locked(by, sanctuary)
    _not_ahead(on)
    if now.status != Sanctuary.DONE:
        raise Refused("There is work that is not done yet.")
    last = max((work.done_on for work in now.works.exclude(done_on=None) if work.done_on), default=None)
    if last is not None and on < last:
        raise Refused("It cannot have been tested before the last work was done.")
    now.works.filter(tested_on=None, dropped_why="").update(tested_on=on)
    now.status, now.tested_on = Sanctuary.TESTED, on
    for months in REVIEWED_AFTER:
        if not now.reviews.filter(months=months).exists():
            SanctuaryReview(sanctuary=now, case_id=now.case_id, months=months, due_on=months_after(on, months)).save(
                force_insert=True
            )
    _tell(by, now, "Their home was made safe and tested")
    return _kept(now, "status", "tested_on", log="tested_home")


@transaction.atomic
def review_home(*, by: Acting, review: SanctuaryReview, on: date, safe: str, words: str = "") -> SanctuaryReview:
    """Whether it is still safe. Not safe: more work can be ordered at once, the home is open again."""
    _locked(by, review.sanctuary)
    _not_ahead(on)
    review.asked_on, review.safe, review.words = on, safe, words
    review.save(update_fields=["asked_on", "safe", "words"])
    audit.record("reviewed_home", "sanctuary", review.sanctuary_id, detail={"safe": safe})
    return review


@transaction.atomic
def end_sanctuary(*, by: Acting, sanctuary: Sanctuary, why: str, words: str = "") -> Sanctuary:
    """It ends, with the reason. Works that are still ordered are to be dropped or done first."""
    now = _locked(by, sanctuary)
    if now.works.filter(done_on=None, dropped_why="").exists():
        raise Refused("Some work is ordered still. Say that it was done, or why it is not.")
    now.status, now.ended_why, now.ended_words = Sanctuary.ENDED, why, words
    _tell(by, now, "Making their home safe has ended")
    return _kept(now, "status", "ended_why", "ended_words", log="ended_sanctuary")


def _locked(by: Acting, sanctuary: Sanctuary) -> Sanctuary:
    by.must(Permission.CASEWORK)
    rows = Sanctuary.objects.select_for_update(of=("self",), no_key=True).select_related("case")
    now = rows.filter(id=sanctuary.id).first()
    if now is None:  # read in an emergency, or not at all
        raise Refused("You can read this, not change it.")
    if now.status == Sanctuary.ENDED:
        raise Refused("This has ended.")
    return now


def _kept(now: Sanctuary, *fields: str, log: str) -> Sanctuary:
    now.version += 1
    now.save(update_fields=[*fields, "version"])
    audit.record(log, "sanctuary", now.id, person=now.person_id)
    return now


def _not_ahead(on: date) -> None:
    if on > timezone.localdate():
        raise Refused("This day lies ahead.")


def _tell(by: Acting, now: Sanctuary, title: str) -> None:
    add_entry(by=by, case=now.case, kind="accommodation", title=title, needs_address=True, about=("sanctuary", now.id))
