"""A contact comes in: from the web, a professional, a call. One action for every route."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, making
from leeward.platform.access.models import Team
from leeward.platform.access.notices import tell_those_of
from leeward.platform.access.running import receiving_team
from leeward.platform.common.errors import Refused
from leeward.platform.common.ids import new_id
from leeward.platform.common.references import new_reference
from leeward.platform.reference.lists import version
from leeward.record.people.actions import PersonFacts, record_person
from leeward.record.people.models import Address, EqualityAnswer, HarmClaim, Person, Relationship
from leeward.record.people.queries.matching import SIDES_CHANGE, SIDES_HELPED, index_matches
from leeward.response.front_door.actions.keeping_out import compare_with_users, keep_out
from leeward.response.front_door.models import (
    Contact,
    ContactCount,
    ContactPerson,
    ContactStatus,
    Receipt,
    Referrer,
)
from leeward.response.front_door.rules import attempt_due, hash_code

LIKELY, POSSIBLE = 75, 52


@dataclass(frozen=True)
class OtherPerson:
    """Somebody else who was named: their part (code list part_in_case) and what they are to the person helped."""

    facts: PersonFacts
    part: str
    relationship: str = ""  # what they are to the person helped (code list relationship)
    lives_together: str = "unknown"


@dataclass(frozen=True)
class ReferrerFacts:
    """Who referred, as they said themselves."""

    kind: str
    organisation_name: str = ""
    name: str = ""
    role: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class EqualityFact:
    """An answer to one equality question: answered with a code, declined, or not known."""

    list: str
    state: str
    code: str = ""
    own_words: str = ""


@dataclass(frozen=True)
class Intake:
    """Everything that a contact may bring. Only the route and whom it is about are needed."""

    route: str
    about: str
    side: str = "harmed"
    person: PersonFacts = field(default_factory=PersonFacts)
    others: tuple[OtherPerson, ...] = ()
    danger_now: bool = False
    child_danger: bool = False
    risk: str = "unknown"
    risk_reason: str = ""
    area_code: str = ""
    postcode: str = ""  # a whole one is an address: it is kept with addresses, never with the answers
    language: str = ""
    needs: tuple[str, ...] = ()
    children: int = 0
    is_pregnant: str = "unknown"
    story: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    question_set: str = ""
    may_contact: str = "unknown"
    contact_windows: tuple[dict[str, Any], ...] = ()
    safe_contact: str = ""
    must_not_know: str = ""
    consent_to_share: str = "not_asked"
    consent_note: str = ""
    lawful_basis: str = ""
    told: str = ""
    referrer: ReferrerFacts | None = None
    equality: tuple[EqualityFact, ...] = ()


@dataclass(frozen=True)
class Submitted:
    """What whoever sent the contact is told: a reference, and for a referrer the code of the receipt."""

    contact_id: int
    reference: str
    receipt_code: str
    person_id: int


@transaction.atomic
def submit_contact(*, by: Acting, intake: Intake, received_at: datetime | None = None) -> Submitted:
    """Take in a contact: the people it names, how they may be reached, and the clock that starts.

    Anyone may: a visitor, a professional, a worker on the telephone. Afterwards the triage team sees it, and the
    sender nothing but the receipt. Raises Refused where the partnership has no team that holds triage.
    """
    team = receiving_team(by.partnership_id)
    if team is None:
        raise Refused("This partnership has no team that takes contacts yet. Please ring the number on this page.")
    at = received_at or timezone.now()
    contact_id = new_id()
    known = _known_before(intake)
    person = record_person(by=by, facts=intake.person)
    with making(contact_id, person.id):
        contact = _write_contact(
            by=by, intake=intake, contact_id=contact_id, person=person, team=team, at=at, known=known
        )
        for other in intake.others:
            _write_other(by=by, contact=contact, person=person, other=other)
        if intake.postcode:
            Address(
                person=person, postcode=intake.postcode[:10], learned_from=intake.person.learned_from,
                recorded_by_id=by.user_id, recorded_organisation_id=by.organisation_id,
            ).save(force_insert=True)  # fmt: skip
        _write_equality(by=by, person=person, answers=intake.equality)
        code = _write_receipt(by=by, intake=intake, contact=contact)
        _write_count(intake=intake, contact=contact)
        _refresh(contact, intake.must_not_know)
    if contact.danger_now or contact.child_danger:
        tell_those_of("front_door_in_triage", contact.id)
    audit.record("received_contact", "contact", contact.id, person=person.id, detail={"route": intake.route})
    return Submitted(contact.id, contact.reference, code, person.id)


@transaction.atomic
def add_equality(*, by: Acting, contact_id: int, person_id: int, answers: tuple[EqualityFact, ...]) -> None:
    """What somebody says of themselves after they have sent their contact: asked apart, so that help comes first.

    The ids come from the sealed draft of whoever sent the contact, and from nowhere else.
    """
    with making(person_id):
        _write_equality(by=by, person=Person.objects.get(id=person_id), answers=answers)
    audit.record("answered_equality", "contact", contact_id, person=person_id)


def _write_equality(*, by: Acting, person: Person, answers: tuple[EqualityFact, ...]) -> None:
    for answer in answers:
        EqualityAnswer(
            person=person, list=answer.list, list_version=version(answer.list), state=answer.state, code=answer.code,
            own_words=answer.own_words[:120], recorded_by_id=by.user_id, recorded_organisation_id=by.organisation_id,
        ).save(force_insert=True)  # fmt: skip


def _write_contact(
    *, by: Acting, intake: Intake, contact_id: int, person: Person, team: Team, at: datetime, known: tuple[str, str]
) -> Contact:
    risk = "high" if intake.danger_now else intake.risk
    contact = Contact(
        id=contact_id,
        partnership_id=by.partnership_id,
        organisation_id=team.organisation_id,
        team=team,
        reference=new_reference(_taken),
        route=intake.route,
        about=intake.about,
        side=intake.side,
        person=person,
        received_at=at,
        risk=risk,
        risk_reason=intake.risk_reason[:300],
        danger_now=intake.danger_now,
        child_danger=intake.child_danger,
        attempt_due_at=attempt_due(by.partnership_id, risk, at),
        area_code=intake.area_code,
        language=intake.language or intake.person.language,
        needs=list(intake.needs),
        children=intake.children,
        is_pregnant=intake.is_pregnant,
        story=intake.story,
        answers=intake.answers,
        question_set=intake.question_set,
        may_contact=intake.may_contact,
        contact_windows=list(intake.contact_windows),
        safe_contact=intake.safe_contact[:300],
        must_not_know=intake.must_not_know[:500],
        consent_to_share=intake.consent_to_share,
        consent_note=intake.consent_note[:1000],
        lawful_basis=intake.lawful_basis,
        told=intake.told,
        known_before=known[0],
        known_to=known[1],
        created_by_id=by.user_id,
    )
    contact.save(force_insert=True)
    ContactStatus(contact=contact, status=Contact.NEW, by_id=by.user_id, at=at).save(force_insert=True)
    return contact


def _write_other(*, by: Acting, contact: Contact, person: Person, other: OtherPerson) -> None:
    them = record_person(by=by, facts=other.facts)
    with making(them.id):
        ContactPerson(contact=contact, person=them, part=other.part).save(force_insert=True)
        if other.relationship:
            Relationship(
                person=them, other=person, kind=other.relationship, lives_together=other.lives_together,
                learned_from=other.facts.learned_from, recorded_by_id=by.user_id,
            ).save(force_insert=True)  # fmt: skip
        if other.part == "said_to_cause_harm":
            HarmClaim(
                harmed=person, harming=them, source=other.facts.learned_from or "Said in the contact",
                recorded_by_id=by.user_id, recorded_organisation_id=by.organisation_id,
            ).save(force_insert=True)  # fmt: skip
            if other.facts.given and other.facts.family:
                compare_with_users(contact, them, f"{other.facts.given} {other.facts.family}")


def _write_receipt(*, by: Acting, intake: Intake, contact: Contact) -> str:
    if intake.referrer is None:
        return ""
    facts = intake.referrer
    Referrer(
        contact=contact, kind=facts.kind, organisation_name=facts.organisation_name[:200],
        organisation_id=by.organisation_id, name=facts.name[:200], role=facts.role[:120], phone=facts.phone[:40],
        email=facts.email, user_id=by.user_id,
    ).save(force_insert=True)  # fmt: skip
    code = "-".join("".join(secrets.choice("ABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(4)) for _ in range(3))
    Receipt(
        contact=contact, partnership_id=by.partnership_id, reference=contact.reference, code_hash=hash_code(code),
        organisation_id=by.organisation_id, user_id=by.user_id,
    ).save(force_insert=True)  # fmt: skip
    return code


def _write_count(*, intake: Intake, contact: Contact) -> None:
    ContactCount(
        partnership_id=contact.partnership_id, organisation_id=contact.organisation_id, person_id=contact.person_id,
        contact_id=contact.id, received_on=timezone.localdate(contact.received_at), route=contact.route,
        about=contact.about, side=contact.side, referrer_kind=intake.referrer.kind if intake.referrer else "",
        area_code=contact.area_code, risk=contact.risk,
    ).save(force_insert=True)  # fmt: skip


def _known_before(intake: Intake) -> tuple[str, str]:
    """Whether the index knows the person, and whom to ring; asked before the new record is in it."""
    facts = intake.person
    if not (facts.given or facts.family):
        return "unchecked", ""
    sides = SIDES_CHANGE if intake.side == "causing_harm" else SIDES_HELPED
    matches = index_matches(given=facts.given, family=facts.family, born=facts.birth_date, sides=sides)
    matches = [match for match in matches if match.likelihood >= POSSIBLE]
    if not matches:
        return "no", ""
    names = "; ".join(dict.fromkeys(f"{match.organisation} {match.phone}".strip() for match in matches[:3]))
    return ("yes" if matches[0].likelihood >= LIKELY else "possible"), names[:300]


def _refresh(contact: Contact, must_not_know: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_refresh_sight(%s)", [contact.id])
    keep_out(contact, must_not_know)


def _taken(reference: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_reference_taken(%s)", [reference])
        return bool(cursor.fetchone()[0])
