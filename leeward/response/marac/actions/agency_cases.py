"""An agency without a case refers: it opens one in its own name, with the people, and refers that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, making
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.opening import WHOLE, Reach, open_case
from leeward.record.cases.models import Case
from leeward.record.people.actions import PersonFacts, record_person
from leeward.record.people.actions.details import add_identifier
from leeward.record.people.actions.equality import Answer, fill_unasked
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import ClaimFacts, RelationshipFacts, record_claim, relate
from leeward.record.people.actions.linking import link_people
from leeward.record.people.models import Person
from leeward.response.marac.rules.referring import TOO_YOUNG, YOUNGEST, may_refer

# On what the record is held until the referral says what they know and agree to: the action that refers writes that.
UNTIL_REFERRED = "Opened to refer to the MARAC; the referral says what they know of it"
OPENED_TO_REFER = {"lawful_basis": "legitimate_safeguarding", "told": "not_told", "why": UNTIL_REFERRED}
THE_SAME = "Recognised as the same person when a MARAC referral was made"


@dataclass(frozen=True)
class Harming:
    """Who is said to cause harm, and what they are to whom they harm."""

    facts: PersonFacts
    relationship: str = ""


@dataclass(frozen=True)
class Newcomers:
    """Whom a referral without a case is about."""

    person: PersonFacts
    children: tuple[PersonFacts, ...] = ()
    harming: tuple[Harming, ...] = ()
    says_so: str = ""  # who says that they cause harm
    area: str = ""
    same_as: tuple[int, ...] = ()
    nhs_number: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)  # of whom it is about, to what the return asks


def too_young(born: date | None) -> bool:
    """Whether somebody born then is below the age at which the MARAC hears people."""
    if born is None:
        return False
    today = timezone.localdate()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) < YOUNGEST


@transaction.atomic
def open_case_to_refer(*, by: Acting, people: Newcomers, lawful_basis: str, told: str, why: str = "") -> Case:
    """Open a case in the name of the agency that acts, with whom it is about, the children and who causes harm.

    Who works with cases opens it to the organisation; who only sits at a MARAC, to themselves alone.
    """
    if not may_refer(by):
        raise Refused("Your role does not allow this.")
    if too_young(people.person.birth_date):
        raise Refused(TOO_YOUNG)
    works = by.may(Permission.CASEWORK)
    person = record_person(by=by, facts=people.person)
    others: list[tuple[Person, str]] = []
    children = [record_person(by=by, facts=facts) for facts in people.children]
    harming = [(record_person(by=by, facts=one.facts), one.relationship) for one in people.harming]
    everybody = [person.id, *(child.id for child in children), *(row.id for row, _ in harming)]
    source = Source(timezone.localdate(), people.says_so or by.organisation_name)
    others = [(child, "child") for child in children] + [(row, "said_to_cause_harm") for row, _ in harming]
    with making(*everybody):
        fill_unasked(by=by, person_id=person.id, answers=people.answers, source=source)
        for child in children:
            facts = RelationshipFacts(person.id, child.id, "parent")
            relate(by=by, facts=facts, source=source, quietly=True)
        for row, relationship in harming:
            if relationship:
                relate(
                    by=by, facts=RelationshipFacts(row.id, person.id, relationship), source=source, quietly=True
                )  # fmt: skip
        case = open_case(
            by=by, person=person, side="harmed", lawful_basis=lawful_basis, told=told, why=why,
            lead_worker_id=by.user_id if works else None, counts_for=people.area, others=tuple(others),
            reach=WHOLE if works else Reach(address=False, user_id=by.worker_id),
        )  # fmt: skip
    for row, _ in harming:
        record_claim(
            by=by, facts=ClaimFacts(person.id, row.id, people.says_so or by.organisation_name, timezone.localdate())
        )
    if works:
        if people.nhs_number:
            add_identifier(
                by=by, person_id=person.id, kind="nhs", value=people.nhs_number, source=source, quietly=True
            )  # fmt: skip
        for other in people.same_as:
            link_people(by=by, first_id=person.id, second_id=other, reason=THE_SAME, quietly=True)
    audit.record("opened_case_to_refer", "case", case.id, person=person.id, detail={"children": len(children)})
    return case
