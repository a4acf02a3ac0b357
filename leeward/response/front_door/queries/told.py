"""What somebody told before there was a case, for whoever sees the whole case: nobody has to tell it again."""

from __future__ import annotations

from dataclasses import dataclass

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.reference.lists import label
from leeward.record.cases.models import Case
from leeward.response.front_door.models import Contact, ContactPerson, Decision, Offer
from leeward.response.front_door.queries.triage import from_whom

SHARING = {"yes": "Yes", "ask": "Ask each time", "no": "No", "not_asked": "Not asked"}


@dataclass(frozen=True)
class Told:
    """One contact as it came, with what triage wrote when it was handed on."""

    contact: Contact
    from_whom: str
    people: list[ContactPerson]
    answers: list[tuple[str, str]]
    handed_on: str
    message: str  # of the access point to the organisation that reads this


def told_before(*, by: Acting, case: Case, risk: bool, address: bool) -> list[Told]:
    """The contacts that a case began with, oldest first; four statements, and one for the log.

    A contact opens to who sees the whole of its case (policies.py). Much of what is asked is of risk: without sight of
    it (`risk`) none of the single answers is told; without `address` not even half a postcode.
    """
    contacts = list(
        Contact.objects.select_related("referrer", "person").filter(case_id=case.id).order_by("received_at", "id")
    )
    ids = [contact.id for contact in contacts]
    people: dict[int, list[ContactPerson]] = {}
    for row in ContactPerson.objects.select_related("person").filter(contact_id__in=ids).order_by("part", "id"):
        people.setdefault(row.contact_id, []).append(row)
    notes = dict(
        Decision.objects.filter(contact_id__in=ids, undone_at=None).order_by("at").values_list("contact_id", "note")
    )
    offers = Offer.objects.filter(contact_id__in=ids, organisation_id=by.acts_for).exclude(message="")
    messages = dict(offers.order_by("offered_at").values_list("contact_id", "message"))
    audit.record("read_told", "case", case.id, person=case.person_id, detail={"contacts": ids})
    return [
        Told(
            contact, from_whom(contact), people.get(contact.id, []),
            answers_of(contact) + (spoken_answers(contact, address=address) if risk else []),
            notes.get(contact.id, ""), messages.get(contact.id, ""),
        )
        for contact in contacts
    ]  # fmt: skip


def answers_of(contact: Contact) -> list[tuple[str, str]]:
    """What a contact keeps in fields of its own, in words; empty ones too."""
    return [
        ("What would help", ", ".join(label("need", need) for need in contact.needs)),
        ("Language", label("language", contact.language) if contact.language else ""),
        ("Interpreter", label("three_answers", contact.person.interpreter)),
        ("What makes it easier", contact.person.communication_needs),
        ("Pregnant", label("three_answers", contact.is_pregnant)),
        ("May we share with services that help?", SHARING[contact.consent_to_share]),
        ("What they said about sharing", contact.consent_note),
        ("Does the person know of this?", label("told", contact.told) if contact.told else ""),
    ]


def spoken_answers(contact: Contact, *, address: bool = True) -> list[tuple[str, str]]:
    """What was asked and answered, in the words of the form: (question, answer, key) as intake/making.py keeps it."""
    rows = contact.answers.get("spoken", []) if isinstance(contact.answers, dict) else []
    return [
        (str(row[0]), str(row[1]))
        for row in rows
        if isinstance(row, list | tuple) and len(row) >= 2 and row[1] and (address or row[2:] != ["postcode"])
    ]
