"""The pages of triage: what is refused can be put right and sent again, and what was typed stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse

from leeward.platform.common.errors import Refused
from leeward.response.front_door.actions.handing_on import OfferTo, hand_on
from leeward.response.front_door.actions.triage import take_contact
from leeward.response.front_door.models import Attempt, Contact, Decision, Offer
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_actions import ask
from leeward.response.front_door.tests.test_calls import CALL
from tests.worlds import World

TOKEN = {"once_token": "b" * 32}
TO_OUTREACH: dict[str, Any] = {
    "scope": "3", "told": "told_agreed", "lawful_basis": "consent", "why": "", "message": "", "sure": "1", **TOKEN,
}  # fmt: skip


def taken(world: World, **intake: object) -> Contact:
    """A contact that Dan has."""
    sent = ask(world, **intake)
    return take_contact(by=world.act("spa"), contact=Contact.objects.get(id=sent.contact_id))


def offered(world: World, **intake: object) -> Offer:
    """One that Dan has offered to the outreach team."""
    contact = taken(world, **intake)
    hand_on(
        by=world.act("spa"), contact=contact, offers=(OfferTo(world.services["outreach"]),), lawful_basis="consent",
        told="told_agreed",
    )  # fmt: skip
    return Offer.objects.get(contact=contact)


def send(world: World, user: str, address: str, **data: Any) -> HttpResponse:
    """Send a form; the user acts afterwards."""
    answer = world.browser(user).post(address, data)
    world.act(user)
    return answer


def test_an_attempt_that_was_refused_is_recorded_once_it_is_put_right(world: World) -> None:
    contact = taken(world, may_contact="no")
    address = f"/contacts/{contact.id}/attempt"
    said = {"attempt-how": "call", "attempt-outcome": "no_answer", "attempt-once_token": "b" * 32}
    refused = send(world, "spa", address, **said)
    assert read(refused).title.startswith("Error: ")
    assert not Attempt.objects.exists()
    answer = send(world, "spa", address, **said, **{"attempt-why_outside": "Police asked for a welfare call"})
    assert answer["Location"] == f"/contacts/{contact.id}"
    assert send(world, "spa", address, **said, **{"attempt-why_outside": "Again"})["Location"] == answer["Location"]
    assert Attempt.objects.get().why_outside == "Police asked for a welfare call"


def test_a_decision_that_was_refused_is_taken_once_it_is_put_right(world: World) -> None:
    contact = taken(world)
    address = f"/contacts/{contact.id}/decide"
    refused = read(send(world, "spa", address, outcome="signposted", note="Debts", **TOKEN))
    assert refused.title.startswith("Error: ")
    assert refused.fields["note"] == ["Debts"]
    send(world, "spa", address, outcome="duplicate", duplicate_of="NONE-1", **TOKEN)
    assert not Decision.objects.exists()
    send(world, "spa", address, outcome="signposted", signposted_to="Debt advice", **TOKEN)
    assert Decision.objects.get().signposted_to == "Debt advice"


def test_handing_on_that_was_refused_is_done_once_it_is_put_right(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = taken(world)
    address, service = f"/contacts/{contact.id}/hand-on", str(world.services["outreach"].id)

    def refuse(**_: object) -> None:
        raise Refused("Not now.")

    with monkeypatch.context() as patch:
        patch.setattr("leeward.response.front_door.views.triage.hand_on", refuse)
        assert "Not now." in read(send(world, "spa", address, services=[service], **TO_OUTREACH)).text
    assert not Offer.objects.exists()
    send(world, "spa", address, services=[service], **TO_OUTREACH)
    assert Offer.objects.get().contact_id == contact.id


def test_an_acceptance_that_was_refused_is_done_once_it_is_put_right(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer = offered(world)
    address, said = f"/offers/{offer.id}/accept", {"lead": str(world.users["idva"].id), "confirm": "on", **TOKEN}

    def refuse(**_: object) -> None:
        raise Refused("Not now.")

    with monkeypatch.context() as patch:
        patch.setattr("leeward.response.front_door.views.offers.accept_offer", refuse)
        assert "Not now." in read(send(world, "idva", address, **said)).text
    assert send(world, "idva", address, **said)["Location"] == f"/cases/{offer.case_id}"
    assert Offer.objects.get(id=offer.id).status == "accepted"


def test_a_call_that_was_refused_is_saved_once_it_can_be(world: World) -> None:
    world.teams["triage"].holds_triage = False
    world.teams["triage"].save()
    refused = read(send(world, "spa", "/calls/new", **CALL))
    assert "no team that takes contacts" in refused.text
    assert refused.fields["story"] == ["He waits outside."]
    world.teams["triage"].holds_triage = True
    world.teams["triage"].save()
    saved = send(world, "spa", "/calls/new", **CALL)
    assert saved["Location"] == f"/contacts/{Contact.objects.get().id}"
