"""A contact is found by the reference that somebody says, and what was decided is listed."""

from __future__ import annotations

import pytest

from leeward.record.people.models import Wall
from leeward.response.front_door.actions.handing_on import accept_offer
from leeward.response.front_door.actions.triage import decide_contact
from leeward.response.front_door.models import Contact, Offer
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_triage_pages import offered, taken
from tests.worlds import World


def test_the_reference_that_they_say_opens_it_and_stands_in_no_address(world: World) -> None:
    contact = taken(world)
    decide_contact(by=world.act("spa"), contact=contact, outcome="advice")
    spoken = f" {contact.reference.lower().replace('-', ' ')} "
    answer = world.browser("spa").post("/triage/find", {"reference": spoken})
    assert answer["Location"] == f"/contacts/{contact.id}"
    missing = world.browser("spa").post("/triage/find", {"reference": "NONE-1"})
    assert "No contact that you may open has this reference" in read(missing).text
    assert 'value="NONE-1"' in missing.content.decode(), "what was typed is kept"
    world.act("spa")
    person_id = Contact.objects.get().person_id
    world.act("dpl")
    Wall(person_id=person_id, user=world.users["spa2"], kind="set").save(force_insert=True)
    walled = world.browser("spa2").post("/triage/find", {"reference": contact.reference})
    assert walled.status_code == 200
    assert "No contact that you may open has this reference" in read(walled).text, "as if there were none"
    assert world.browser("idva").post("/triage/find", {"reference": contact.reference}).status_code == 403


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", True), ("?outcome=advice", True), ("?outcome=signposted", False), ("?risk=high", False),
        ("?since-day=1&since-month=1&since-year=2020&until-day=2&until-month=1&until-year=2020", False),
    ],
)  # fmt: skip
def test_decided_contacts_by_period_and_outcome(world: World, asked: str, shown: bool) -> None:
    contact = taken(world)
    decide_contact(by=world.act("spa"), contact=contact, outcome="advice")
    page = read(world.browser("spa").get("/triage/decided" + asked))
    assert (contact.reference in page.text) is shown
    assert "/triage/decided" in read(world.browser("spa").get("/triage")).links


def test_what_a_service_accepted_is_not_listed(world: World) -> None:
    offer = offered(world)
    accept_offer(by=world.act("idva"), offer=Offer.objects.get())
    assert offer.reference not in read(world.browser("spa").get("/triage/decided")).text
