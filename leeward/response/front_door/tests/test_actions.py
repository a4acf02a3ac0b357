"""From asking to accepting: what each action leaves behind, and who sees what."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case, ChronologyEntry
from leeward.record.people.actions import PersonFacts
from leeward.record.people.models import Person, Wall
from leeward.response.front_door.actions.handing_on import OfferTo, accept_offer, hand_on, return_offer
from leeward.response.front_door.actions.receiving import (
    Intake,
    OtherPerson,
    ReferrerFacts,
    Submitted,
    submit_contact,
)
from leeward.response.front_door.actions.triage import decide_contact, log_attempt, take_contact, undo_decision
from leeward.response.front_door.models import Attempt, Contact, ContactCount, Offer, Receipt
from leeward.response.front_door.rules import hash_code
from tests.worlds import World


def ask(world: World, **intake: object) -> Submitted:
    values: dict[str, object] = {
        "route": "web",
        "about": "me",
        "person": PersonFacts(given="Maya", family="Lindqvist", birth_date=date(1990, 3, 4)),
        "others": (OtherPerson(PersonFacts(given="Kit"), "said_to_cause_harm", "former_partner"),),
        "story": "He waits outside my work.",
        "may_contact": "yes",
        **intake,
    }
    return submit_contact(by=world.visitor(), intake=Intake(**values))  # type: ignore[arg-type]


def refer(world: World) -> Submitted:
    by = world.act("officer")
    return submit_contact(
        by=by,
        intake=Intake(
            route="professional", about="someone", person=PersonFacts(given="Maya", family="Lindqvist"),
            referrer=ReferrerFacts(kind="police", name="Lee Carter"), may_contact="yes", told="told_agreed",
            lawful_basis="consent",
        ),
    )  # fmt: skip


def handed_on(world: World, sent: Submitted) -> Offer:
    by = world.act("spa")
    contact = take_contact(by=by, contact=Contact.objects.get(id=sent.contact_id))
    log_attempt(by=by, contact=contact, how="call", outcome="spoke", note="Wants an adviser.")
    hand_on(
        by=by,
        contact=contact,
        offers=(OfferTo(world.services["outreach"]),),
        lawful_basis="consent",
        told="told_agreed",
    )
    return Offer.objects.get(contact=contact)


def test_a_visitor_sees_nothing_of_what_they_sent(world: World) -> None:
    ask(world)
    assert Contact.objects.count() == Person.objects.count() == 0


def test_triage_sees_it_and_nobody_else(world: World) -> None:
    sent = ask(world)
    for user, seen in (("spa", True), ("spa2", True), ("idva", False), ("harbour_manager", False), ("dpl", False)):
        world.act(user)
        assert Contact.objects.filter(id=sent.contact_id).exists() == seen, user
        assert Person.objects.filter(called="Maya").exists() == seen, user


def test_two_workers_never_take_the_same_one(world: World) -> None:
    sent = ask(world)
    take_contact(by=world.act("spa"), contact=Contact.objects.get(id=sent.contact_id))
    with pytest.raises(Refused, match="Dan Okafor has taken"):
        take_contact(by=world.act("spa2"), contact=Contact.objects.get(id=sent.contact_id))


def test_handed_on_with_the_story_and_out_of_triages_sight(world: World) -> None:
    sent = ask(world)
    offer = handed_on(world, sent)
    world.act("idva")
    assert not Case.objects.filter(id=offer.case_id).exists(), "before acceptance nothing is open"
    by = world.act("idva")
    case = accept_offer(by=by, offer=Offer.objects.get(id=offer.id), worker_id=by.user_id)
    assert case.lead_organisation == world.organisations["harbour"]
    story = list(ChronologyEntry.objects.filter(case=case).values_list("text", flat=True))
    assert "He waits outside my work." in story
    assert "Wants an adviser." in story
    assert Contact.objects.get(id=sent.contact_id).story == "He waits outside my work."
    world.act("spa")
    assert not Case.objects.filter(id=case.id).exists()
    assert not Contact.objects.filter(id=sent.contact_id).exists()
    assert not Person.objects.filter(id=case.person_id).exists()
    assert not Attempt.objects.exists()


def test_the_referrer_learns_that_it_was_accepted_and_no_more(world: World) -> None:
    sent = refer(world)
    world.act("officer")
    assert Receipt.objects.get(code_hash=hash_code(sent.receipt_code)).status == "received"
    assert Contact.objects.count() == 0
    offer = handed_on(world, sent)
    accept_offer(by=world.act("idva"), offer=Offer.objects.get(id=offer.id))
    world.act("officer")
    assert Receipt.objects.get().status == "accepted"
    assert Contact.objects.count() == Case.objects.count() == 0
    world.act("haven_worker")
    assert Receipt.objects.count() == 0


def test_returned_by_all_is_back_in_the_queue(world: World) -> None:
    sent = ask(world)
    offer = handed_on(world, sent)
    return_offer(by=world.act("idva"), offer=Offer.objects.get(id=offer.id), reason="no_capacity")
    world.act("idva")
    assert not Case.objects.filter(id=offer.case_id).exists()
    world.act("spa")
    assert Contact.objects.get(id=sent.contact_id).status == Contact.TAKEN


def test_only_one_answer_counts(world: World) -> None:
    offer = handed_on(world, ask(world))
    accept_offer(by=world.act("idva"), offer=Offer.objects.get(id=offer.id))
    with pytest.raises(Refused, match="answered"):
        accept_offer(by=world.act("harbour_manager"), offer=Offer.objects.get(id=offer.id))


def test_named_as_must_not_know_is_walled(world: World) -> None:
    sent = ask(world, must_not_know="Priya Nair, she is his sister")
    world.act("spa2")
    assert Contact.objects.count() == 0
    world.act("spa")
    assert Contact.objects.filter(id=sent.contact_id).exists()


def test_a_walled_worker_does_not_see_a_new_contact_of_the_same_person(world: World) -> None:
    case = world.case(birth_date=date(1990, 3, 4))
    world.act("harbour_manager")
    Wall(person_id=case.person_id, user=world.users["spa2"], kind="set").save(force_insert=True)
    sent = ask(world)
    world.act("spa2")
    assert Contact.objects.count() == 0
    world.act("spa")
    assert Contact.objects.get(id=sent.contact_id).known_before == "yes"


def test_outside_the_safe_time_needs_a_reason(world: World) -> None:
    in_three_days = (timezone.localdate().weekday() + 3) % 7
    window = {"days": [in_three_days], "from": "10:00", "to": "14:00"}
    sent = ask(world, may_contact="windows", contact_windows=(window,))
    by = world.act("spa")
    contact = take_contact(by=by, contact=Contact.objects.get(id=sent.contact_id))
    with pytest.raises(Refused, match="safe time"):
        log_attempt(by=by, contact=contact, how="call", outcome="no_answer")
    log_attempt(by=by, contact=contact, how="call", outcome="no_answer", why_outside="Police asked for a welfare call")
    assert ContactCount.objects.get().attempt_in_time is True


def test_could_not_be_reached_needs_a_try_and_can_be_undone(world: World) -> None:
    sent = ask(world)
    by = world.act("spa")
    contact = take_contact(by=by, contact=Contact.objects.get(id=sent.contact_id))
    with pytest.raises(Refused, match="tried"):
        decide_contact(by=by, contact=contact, outcome="no_contact")
    log_attempt(by=by, contact=contact, how="call", outcome="no_answer")
    decide_contact(by=by, contact=contact, outcome="no_contact")
    assert ContactCount.objects.get().outcome == "no_contact"
    undo_decision(by=by, contact=Contact.objects.get(id=contact.id))
    assert Contact.objects.get().status == Contact.TAKEN
    assert ContactCount.objects.get().outcome == ""
