"""What is known of a contact can be put right, and its promise follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.models import Case, ChronologyEntry
from leeward.response.front_door.actions.correcting import ContactFacts, correct_contact
from leeward.response.front_door.actions.triage import decide_contact, log_attempt
from leeward.response.front_door.models import Contact, ContactCount, ContactStatus
from leeward.response.front_door.rules import attempt_due
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_triage_pages import TOKEN, offered, send, taken
from tests.worlds import World


def test_the_promise_follows_the_new_risk_and_the_story_keeps_its_words(world: World) -> None:
    contact = taken(world)
    assert contact.attempt_due_at == contact.received_at + timedelta(hours=24)
    said = {"danger": "no", "risk": "high", "risk_reason": "He has a key", "needs": ["legal"], "language": "pl",
            "added": "He came again tonight.", **TOKEN}  # fmt: skip
    address = f"/contacts/{contact.id}/correct"
    assert send(world, "spa", address, **said, version=str(contact.version))["Location"] == f"/contacts/{contact.id}"
    now = Contact.objects.get()
    assert (now.risk, now.risk_reason, now.needs, now.language) == ("high", "He has a key", ["legal"], "pl")
    assert now.attempt_due_at == attempt_due(world.partnership.id, "high", now.received_at)
    assert now.story.startswith("He waits outside my work.\n\nAdded by Dan Okafor")
    assert now.story.endswith("He came again tonight.")
    assert ContactStatus.objects.filter(note__contains="risk").count() == 1
    assert send(world, "spa", address, **said)["Location"] == f"/contacts/{contact.id}"
    assert Contact.objects.get().story.count("again tonight") == 1, "sent twice it is added once"
    assert address in read(world.browser("spa").get(f"/contacts/{contact.id}")).links


def test_danger_now_is_high_risk_and_another_risk_needs_a_reason(world: World) -> None:
    contact = taken(world)
    by = world.act("spa")
    with pytest.raises(Refused, match="why the risk"):
        correct_contact(by=by, contact=contact, facts=ContactFacts("medium"))
    correct_contact(by=by, contact=contact, facts=ContactFacts("unknown", "He is at the door", danger_now=True))
    assert (Contact.objects.get().risk, Contact.objects.get().danger_now) == ("high", True)


def test_the_second_is_told_and_keeps_the_line_that_was_typed(world: World) -> None:
    contact = taken(world)
    log_attempt(by=world.act("spa2"), contact=contact, how="call", outcome="spoke")
    with pytest.raises(Conflict):
        correct_contact(by=world.act("spa"), contact=contact, facts=ContactFacts("unknown"), version=contact.version)
    said = {"danger": "no", "risk": "unknown", "added": "More", "version": str(contact.version), **TOKEN}
    page = read(send(world, "spa", f"/contacts/{contact.id}/correct", **said))
    assert "Somebody else worked on this contact" in page.text
    assert page.fields["added"] == ["More"]


def test_whoever_accepts_finds_what_was_put_right(world: World) -> None:
    offer = offered(world)
    by = world.act("spa")
    correct_contact(
        by=by, contact=Contact.objects.get(), facts=ContactFacts("high", "He has a key", added="He came again.")
    )
    assert Case.objects.get(id=offer.case_id).risk == "high"
    assert ChronologyEntry.objects.filter(case_id=offer.case_id, text="He came again.").exists()


def test_a_decided_contact_stays_as_it_was_decided(world: World) -> None:
    contact = taken(world)
    decide_contact(by=world.act("spa"), contact=contact, outcome="advice")
    with pytest.raises(Refused, match="decided"):
        correct_contact(by=world.act("spa"), contact=contact, facts=ContactFacts("high", "Key"))
    assert ContactCount.objects.get().risk == "unknown"
