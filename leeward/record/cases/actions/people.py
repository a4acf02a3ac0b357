"""Who is known in a case: entered with what they are to whom, never twice by accident; taken out, and put back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, making
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import link_cases, refresh_sight
from leeward.record.cases.models import Case, CaseLink, CasePerson, CaseSight, Scope
from leeward.record.cases.rules import ADDED, may_be_known
from leeward.record.people.actions import PersonFacts, record_person
from leeward.record.people.actions.details import add_identifier
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import ClaimFacts, RelationshipFacts, record_claim, relate
from leeward.record.people.actions.linking import link_people
from leeward.record.people.models import PersonLink

THE_SAME = "Recognised as the same person when they were added to a case"


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is entered in a case: what is known of them, what they are to whom it is about, what was said.

    `same_as`: records that whoever enters them says are of the same person. `said` names nobody: it is about the
    newcomer and whom the case is about.
    """

    part: str
    facts: PersonFacts
    source: Source
    relationship: str = ""
    lives_together: str = "unknown"
    nhs_number: str = ""
    said: ClaimFacts | None = None
    same_as: tuple[int, ...] = ()


@dataclass(frozen=True)
class Entered:
    """What came of it: their place in the case (None for whom it is about), and whether they had one before."""

    row: CasePerson | None
    was_there: bool = False
    linked: bool = False


@transaction.atomic
def enter_person(*, by: Acting, case: Case, newcomer: Newcomer) -> Entered:
    """Enter somebody in a case.

    They get a record of this case's own; with one that is recognised as the same person it is linked, never mixed:
    so nobody is there twice by accident, and nothing that another circle knows comes along (decision 0010). Who is
    known in this case already is not entered again.
    """
    case = _to_change(by, case)
    if not may_be_known(case.side, newcomer.part):
        raise Refused("This part is not for this case.")
    if newcomer.same_as:
        there = _already(case, newcomer.same_as)
        if there is not None:
            return there
    person = record_person(by=by, facts=newcomer.facts)
    row = CasePerson(case=case, person=person, part=newcomer.part)
    with making(person.id):
        # Before the record has its place here, so that one line of the story tells it and not three.
        if newcomer.relationship:
            facts = RelationshipFacts(
                person.id, case.person_id, newcomer.relationship, lives_together=newcomer.lives_together
            )
            relate(by=by, facts=facts, source=newcomer.source, quietly=True)
        row.save(force_insert=True)
    refresh_sight(case.id)
    if newcomer.nhs_number:
        add_identifier(
            by=by, person_id=person.id, kind="nhs", value=newcomer.nhs_number, source=newcomer.source, quietly=True
        )
    add_entry(by=by, case=case, kind="person", title=ADDED[newcomer.part], about=("person", person.id))
    audit.record("added_person_to_case", "case", case.id, person=person.id, detail={"part": newcomer.part})
    if newcomer.said is not None:
        said = newcomer.said
        record_claim(
            by=by,
            facts=ClaimFacts(
                case.person_id, person.id, said.source, said.said_on, said.kind, said.happened_on, said.note
            ),
        )
    for other in newcomer.same_as:
        link_people(by=by, first_id=person.id, second_id=other, reason=THE_SAME, quietly=True)
    if newcomer.part == "child" and newcomer.same_as:
        _join_own_case(by, case, newcomer.same_as)
    return Entered(row, linked=bool(newcomer.same_as))


def _to_change(by: Acting, case: Case) -> Case:
    by.must(Permission.CASEWORK)
    found = Case.objects.select_for_update(no_key=True).filter(id=case.id).first()
    if found is None:
        raise Refused("You can read this case, but not change it.")
    if found.status == "closed":
        raise Refused("This case is closed. Open it again first.")
    return found


def _already(case: Case, same_as: Collection[int]) -> Entered | None:
    """Where one of these records, or one linked with it, has its place in the case already."""
    ids = {*same_as, *linked_with(same_as)}
    if case.person_id in ids:
        return Entered(None, was_there=True)
    row = CasePerson.objects.filter(case=case, person_id__in=ids).order_by("ended_at").first()
    if row is None:
        return None
    if row.ended_at is not None:
        CasePerson.objects.filter(id=row.id).update(ended_at=None)
        refresh_sight(case.id)
        return Entered(row)
    return Entered(row, was_there=True)


def linked_with(person_ids: Collection[int]) -> set[int]:
    """The other records of the same human beings, as far as whoever acts sees both."""
    rows = PersonLink.objects.filter(
        Q(first_id__in=person_ids) | Q(second_id__in=person_ids), undone_at=None
    ).values_list("first_id", "second_id")
    return {person_id for pair in rows for person_id in pair} - set(person_ids)


def _join_own_case(by: Acting, case: Case, same_as: Collection[int]) -> None:
    """A child who has a case of their own already, open to whoever acts: the two cases belong together."""
    if case.side == "causing_harm":
        return
    own = Case.objects.filter(person_id__in=same_as, side="child").exclude(status="closed").exclude(id=case.id)
    ids = set(
        CaseSight.objects.filter(
            case_id__in=own.values("id"), scope__gte=Scope.FULL, source="involvement"
        ).values_list("case_id", flat=True)
    )  # fmt: skip
    for found in own.filter(id__in=ids):
        if not CaseLink.objects.filter(Q(first=case, second=found) | Q(first=found, second=case)).exists():
            link_cases(by=by, first=case, second=found, kind="child")


@transaction.atomic
def known_before(*, by: Acting, case: Case, same_as: Collection[int]) -> list[Case]:
    """Link whom a case is about with other records of theirs, and the case with their earlier ones.

    Answers those of the earlier cases that are still open. The links are undone on the page of the record. Raises
    Refused where one of the records may not be linked (see link_people).
    """
    case = _to_change(by, case)
    for person_id in same_as:
        link_people(by=by, first_id=case.person_id, second_id=person_id, reason="Found again when a new case came in")
    seen = CaseSight.objects.filter(
        person_id__in=list(same_as), scope__gte=Scope.FULL, source="involvement", side=case.side
    ).values_list("case_id", flat=True)
    earlier = list(Case.objects.filter(id__in=set(seen), person_id__in=list(same_as)).exclude(id=case.id))
    for one in earlier:
        if not CaseLink.objects.filter(Q(first=case, second=one) | Q(first=one, second=case)).exists():
            link_cases(by=by, first=case, second=one, kind="earlier")
    return [one for one in earlier if one.status != "closed"]


@transaction.atomic
def take_out_of_case(*, by: Acting, case: Case, row: CasePerson) -> None:
    """Say that somebody has no place in this case any more, or never had. Their record stays, and can be put back."""
    case = _to_change(by, case)
    if not CasePerson.objects.filter(id=row.id, case=case, ended_at=None).update(ended_at=timezone.now()):
        raise Refused("They are not in this case any more.")
    add_entry(by=by, case=case, kind="person", title="Somebody was taken out of the case")
    audit.record("took_person_out_of_case", "case", case.id, person=row.person_id)
    refresh_sight(case.id)


@transaction.atomic
def put_back_into_case(*, by: Acting, case: Case, row: CasePerson) -> None:
    """Take back that somebody was taken out of the case."""
    case = _to_change(by, case)
    if not CasePerson.objects.filter(id=row.id, case=case).exclude(ended_at=None).update(ended_at=None):
        raise Refused("They are in this case already.")
    refresh_sight(case.id)
    add_entry(by=by, case=case, kind="person", title="Somebody was put back into the case")
    audit.record("added_person_to_case", "case", case.id, person=row.person_id, detail={"part": row.part})
