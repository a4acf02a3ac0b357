"""Two workers, and services that answer: nothing is lost, nothing is said to be done that was not."""

from __future__ import annotations

import pytest

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.models import Case
from leeward.response.front_door.actions.handing_on import OfferTo, accept_offer, hand_on, return_offer, withdraw_offer
from leeward.response.front_door.actions.triage import (
    assign_contact,
    decide_contact,
    log_attempt,
    take_contact,
    undo_decision,
)
from leeward.response.front_door.models import Contact, ContactCount, Decision, Offer, Receipt
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_actions import refer
from leeward.response.front_door.tests.test_triage_pages import TO_OUTREACH, TOKEN, offered, send, taken
from tests.worlds import World


def test_no_decision_while_a_service_has_still_to_answer(world: World) -> None:
    offer = offered(world)
    by = world.act("spa")
    contact = Contact.objects.get(id=offer.contact_id)
    with pytest.raises(Refused, match="Community outreach has been asked"):
        decide_contact(by=by, contact=contact, outcome="advice")
    withdraw_offer(by=by, offer=offer, reason="Not needed")
    decide_contact(by=by, contact=contact, outcome="advice")
    assert Contact.objects.get().status == Contact.CLOSED


def test_giving_or_taking_an_offered_contact_leaves_it_offered(world: World) -> None:
    offer = offered(world)
    by = world.act("spa")
    contact = Contact.objects.get(id=offer.contact_id)
    assign_contact(by=by, contact=contact, to_user_id=world.users["spa2"].id)
    assert Contact.objects.get().status == Contact.OFFERED
    take_contact(by=world.act("spa2"), contact=contact)
    now = Contact.objects.get()
    assert (now.status, now.assigned_to_id) == (Contact.OFFERED, world.users["spa2"].id)


def test_a_decided_contact_cannot_be_given_and_nobody_is_told_that_it_was(world: World) -> None:
    contact = taken(world)
    decide_contact(by=world.act("spa"), contact=contact, outcome="advice")
    answer = world.browser("spa").post(
        f"/contacts/{contact.id}/assign", {"to": str(world.users["spa2"].id)}, follow=True
    )
    text = read(answer).text
    assert "decided already" in text
    assert "Given to" not in text


def test_a_decision_after_a_return_leaves_no_case_behind_and_undoing_it_brings_it_back(world: World) -> None:
    offer = offered(world)
    return_offer(by=world.act("idva"), offer=Offer.objects.get(), reason="out_of_area")
    by = world.act("spa")
    contact = Contact.objects.get()
    decide_contact(by=by, contact=contact, outcome="signposted", signposted_to="Next county")
    assert Case.objects.get(id=offer.case_id).status == "closed"
    undo_decision(by=by, contact=contact)
    assert Case.objects.get(id=offer.case_id).status == "open"
    hand_on(
        by=by, contact=contact, offers=(OfferTo(world.services["outreach"]),), lawful_basis="consent",
        told="told_agreed",
    )  # fmt: skip
    case = accept_offer(by=world.act("idva"), offer=Offer.objects.get(status="offered"))
    assert case.id == offer.case_id


@pytest.mark.parametrize("how", ["returned", "withdrawn"])
def test_what_nobody_took_is_not_counted_as_referred(world: World, how: str) -> None:
    offer = offered(world)
    assert ContactCount.objects.get().outcome == "referred"
    if how == "returned":
        return_offer(by=world.act("idva"), offer=Offer.objects.get(), reason="no_capacity")
    else:
        withdraw_offer(by=world.act("spa"), offer=offer, reason="A mistake")
    world.act("spa")
    count = ContactCount.objects.get()
    assert (count.outcome, count.minutes_to_decision) == ("", None)
    assert Decision.objects.get().undone_at is not None
    assert Contact.objects.get().decided_at is None


def test_the_second_who_decides_is_told_and_shown_both(world: World) -> None:
    contact = taken(world)
    shown = contact.version
    log_attempt(by=world.act("spa2"), contact=contact, how="call", outcome="spoke", note="Wants a refuge")
    with pytest.raises(Conflict):
        decide_contact(by=world.act("spa"), contact=contact, outcome="advice", version=shown)
    said = {"outcome": "advice", "note": "Gave numbers", "version": str(shown), **TOKEN}
    page = read(send(world, "spa", f"/contacts/{contact.id}/decide", **said))
    assert "Somebody else worked on this contact" in page.text
    assert "Called: spoke with the person, Priya Nair" in page.text
    assert page.fields["note"] == ["Gave numbers"]
    assert not Decision.objects.exists()
    send(world, "spa", f"/contacts/{contact.id}/decide", **{**said, "version": page.fields["version"][0]})
    assert Decision.objects.get().note == "Gave numbers"


def test_the_second_who_hands_on_is_told_and_their_message_stays(world: World) -> None:
    contact = taken(world)
    log_attempt(by=world.act("spa2"), contact=contact, how="call", outcome="spoke")
    said = {**TO_OUTREACH, "services": [str(world.services["outreach"].id)], "message": "Evenings are best"}
    page = read(send(world, "spa", f"/contacts/{contact.id}/hand-on", **said, version=str(contact.version)))
    assert "Somebody else worked on this contact" in page.text
    assert page.fields["message"] == ["Evenings are best"]
    assert not Offer.objects.exists()


def test_where_they_are_is_never_ticked_beforehand(world: World) -> None:
    contact = taken(world, consent_to_share="ask", consent_note="Not my sister's employer")
    page = read(world.browser("spa").get(f"/contacts/{contact.id}/hand-on"))
    assert page.fields["flags"] == ["risk"]
    assert "Not my sister's employer" in page.text
    assert "before they accept: no name, no place" in page.text


@pytest.mark.parametrize("consent", ["no", "ask"])
def test_who_said_no_or_ask_me_is_not_handed_on_without_a_reason(world: World, consent: str) -> None:
    contact = taken(world, consent_to_share=consent)
    said = {**TO_OUTREACH, "services": [str(world.services["outreach"].id)]}
    page = read(send(world, "spa", f"/contacts/{contact.id}/hand-on", **said))
    assert page.title.startswith("Error: ")
    assert not Offer.objects.exists()
    send(world, "spa", f"/contacts/{contact.id}/hand-on", **{**said, "why": "Asked on the telephone, she agreed"})
    assert Offer.objects.exists()


def test_the_message_survives_a_look_at_what_goes_to_whom(world: World) -> None:
    contact = taken(world)
    said = {**TO_OUTREACH, "services": [str(world.services["outreach"].id)], "message": "Evenings are best"}
    del said["sure"]
    check = read(send(world, "spa", f"/contacts/{contact.id}/hand-on", **said))
    assert "which they read before they accept" in check.text
    assert "Change something" in check.text
    assert f"/contacts/{contact.id}/hand-on" not in check.links, "a link would lose what was typed"
    back = read(send(world, "spa", f"/contacts/{contact.id}/hand-on", **said, sure="1", change="yes"))
    assert back.fields["message"] == ["Evenings are best"]
    assert not Offer.objects.exists()


@pytest.mark.parametrize("outcome", ["refused", "duplicate"])
def test_the_referrer_hears_of_every_end(world: World, outcome: str) -> None:
    sent = refer(world)
    by = world.act("spa")
    contact = take_contact(by=by, contact=Contact.objects.get(id=sent.contact_id))
    decide_contact(by=by, contact=contact, outcome=outcome, duplicate_of=contact if outcome == "duplicate" else None)
    world.act("officer")
    assert Receipt.objects.get().status == "ended"
    page = read(world.browser("officer").get("/referrals")).text
    assert "Looked at and closed" in page
