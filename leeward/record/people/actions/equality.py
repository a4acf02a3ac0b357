"""Answers to the questions on equality. Not asked, asked and declined, and not known are three different things."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import version
from leeward.record.people.actions.details import CHANGED_MEANWHILE
from leeward.record.people.actions.facts import Source, by_whom, person_to_change
from leeward.record.people.models import EqualityAnswer

QUESTIONS = ("ethnicity", "sex", "gender_same", "sexual_orientation", "religion", "disability")
NOT_ASKED, ANSWERED, DECLINED, NOT_KNOWN = "not_asked", "answered", "declined", "not_known"


@dataclass(frozen=True)
class Answer:
    """One answer: a code of its list, or why there is none."""

    state: str
    code: str = ""
    own_words: str = ""


def answers_now(person_id: int) -> dict[str, EqualityAnswer]:
    """The answer that holds for each question; a question without one was not asked."""
    rows = EqualityAnswer.objects.filter(person_id=person_id, ended_on=None).order_by("id")
    return {row.list: row for row in rows}


def stamp(answers: dict[str, EqualityAnswer]) -> int:
    """A number that changes when any answer does, for two people who edit at once."""
    return max((row.id for row in answers.values()), default=0) + len(answers)


@transaction.atomic
def record_answers(*, by: Acting, person_id: int, answers: dict[str, Answer], version_seen: int, source: Source) -> int:
    """Write the answers that differ from what stands; what stood before ends and stays on the record.

    Answers how many changed. Raises Conflict with what now stands where somebody else answered meanwhile.
    """
    person = person_to_change(by, person_id)
    standing = answers_now(person_id)
    if stamp(standing) != version_seen:
        raise Conflict(CHANGED_MEANWHILE, theirs=dict(standing))
    changed = 0
    for name, answer in answers.items():
        before = standing.get(name)
        old = Answer(before.state, before.code, before.own_words) if before else Answer(NOT_ASKED)
        if answer == old:
            continue
        changed += 1
        if before is not None:
            EqualityAnswer.objects.filter(person=person, list=name, ended_on=None).update(ended_on=timezone.localdate())
        if answer.state != NOT_ASKED:
            EqualityAnswer(
                person=person, list=name, list_version=version(name), state=answer.state,
                code=answer.code if answer.state == ANSWERED else "", own_words=answer.own_words,
                **by_whom(by, source),
            ).save(force_insert=True)  # fmt: skip
    if changed:
        audit.record("recorded_equality", "person", person_id, person=person_id, detail={"answers": changed})
    return changed


@transaction.atomic
def fill_unasked(*, by: Acting, person_id: int, answers: dict[str, Answer], source: Source) -> int:
    """Write answers to what was not asked yet: while a record is made, or because somebody needs to know.

    What stands is left as it is; answers how many were written. Also for who only sits at a MARAC: the row policies
    say whose record they may write in.
    """
    if not (by.may(Permission.CASEWORK) or by.may(Permission.MARAC)):
        raise Refused("Your role does not allow this.")
    standing = answers_now(person_id)
    new = {name: answer for name, answer in answers.items() if name not in standing and answer.state != NOT_ASKED}
    for name, answer in new.items():
        EqualityAnswer(
            person_id=person_id, list=name, list_version=version(name), state=answer.state, code=answer.code,
            own_words=answer.own_words, **by_whom(by, source),
        ).save(force_insert=True)  # fmt: skip
    if new:
        audit.record("recorded_equality", "person", person_id, person=person_id, detail={"answers": len(new)})
    return len(new)


@transaction.atomic
def put_back_answer(*, by: Acting, person_id: int, answer_id: int) -> None:
    """An earlier answer was right after all: it holds again, and the one since then stays, as a mistake."""
    person = person_to_change(by, person_id)
    row = EqualityAnswer.objects.filter(id=answer_id, person=person).exclude(ended_on=None).first()
    if row is None:
        raise Refused("This answer holds already.")
    EqualityAnswer.objects.filter(person=person, list=row.list, ended_on=None).update(
        ended_on=timezone.localdate(), was_error=True
    )
    EqualityAnswer.objects.filter(id=row.id).update(ended_on=None, was_error=False)
    audit.record("restored_fact", "equality", row.id, person=person_id)


def earlier_answers(person_id: int) -> dict[str, list[EqualityAnswer]]:
    """The answers that held before, by question, the newest first."""
    found: dict[str, list[EqualityAnswer]] = {}
    for row in EqualityAnswer.objects.filter(person_id=person_id).exclude(ended_on=None).order_by("-id"):
        found.setdefault(row.list, []).append(row)
    return found
