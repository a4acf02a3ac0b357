"""Referring: what a professional says arrives, the loop closes, and nothing else can be learned."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from leeward.platform.access.models import AuditEntry
from leeward.response.front_door.actions.triage import log_attempt, take_contact
from leeward.response.front_door.models import Contact, Referrer
from leeward.response.front_door.tests.site import REFER_LEAST, Reading, Visitor, read
from tests.worlds import World

AGREED = ("agreed", {"agreed": "told_agreed"})
NOT_TOLD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("agreed", {"agreed": "not_told"}),
    ("basis", {"basis": "public_task", "basis_reason": "Risk of serious harm"}),
    ("not_told", {"not_told": "He was in the room"}),
)


def referred(visitor: Visitor, *more: tuple[str, dict[str, Any]]) -> Reading:
    visitor.ask(*REFER_LEAST, journey="refer")
    for key in ("contact", "language"):
        visitor.post(visitor.step("refer", key), do="skip")
    visitor.ask(*(more or (AGREED,)), journey="refer")
    return read(visitor.send("refer"))


def code_of(page: Reading) -> str:
    return page.text.partition("Code")[2][:14]


def test_without_an_account(world: World) -> None:
    visitor = Visitor()
    page = referred(visitor)
    world.act("spa")
    contact = Contact.objects.get()
    assert (contact.route, contact.told, contact.lawful_basis) == ("professional", "told_agreed", "consent")
    assert contact.consent_to_share == "yes"
    who = Referrer.objects.get()
    assert (who.kind, who.name, who.organisation_name) == ("gp", "Nadia Shah", "Quay Surgery")
    assert contact.reference in page.text
    said = str(contact.answers)
    assert "Nadia" not in said, "who told must not be learned from the contact"
    assert "Quay" not in said


def test_without_their_agreement_the_reason_is_kept(world: World) -> None:
    visitor = Visitor()
    referred(visitor, *NOT_TOLD)
    world.act("spa")
    contact = Contact.objects.get()
    assert (contact.told, contact.lawful_basis) == ("not_told", "public_task")
    assert contact.consent_note == "Why without agreement: Risk of serious harm Why not told: He was in the room"


@pytest.mark.parametrize("left_out", ["basis", "basis_reason"])
def test_without_agreement_basis_and_reason_are_needed(world: World, left_out: str) -> None:
    visitor = Visitor()
    visitor.ask(*REFER_LEAST, journey="refer")
    for key in ("contact", "language"):
        visitor.post(visitor.step("refer", key), do="skip")
    visitor.ask(("agreed", {"agreed": "not_told"}), journey="refer")
    page = read(visitor.answer("refer", "basis", **{**NOT_TOLD[1][1], left_out: ""}))
    assert page.title.startswith("Error: ")
    assert visitor.get("/refer/check")["Location"] == visitor.step("refer", "basis")


@pytest.mark.parametrize("key", ["danger", "children"])
def test_what_cannot_wait_is_said_at_once(world: World, key: str) -> None:
    visitor = Visitor()
    if key == "danger":
        answered = visitor.answer("refer", "danger", danger="child")
    else:
        referred_until_children(visitor)
        answered = visitor.answer("refer", "children", child_hurt="yes")
    page = read(visitor.client.get(answered["Location"]))
    assert "Act now, then carry on" in page.text
    assert page.title == "For professionals"


def referred_until_children(visitor: Visitor) -> None:
    visitor.ask(*REFER_LEAST, journey="refer")
    for key in ("contact", "language"):
        visitor.post(visitor.step("refer", key), do="skip")
    visitor.ask(AGREED, journey="refer")
    for key in ("what", "harming"):
        visitor.post(visitor.step("refer", key), do="skip")


def test_the_loop_closes_by_the_code_alone(world: World) -> None:
    page = referred(Visitor())
    code = code_of(page)
    stranger = Visitor()
    shown = read(stranger.post("/receipt", code=f" {code.lower().replace('-', ' ')} "))
    assert "Received, not yet looked at" in shown.text
    by = world.act("spa")
    take_contact(by=by, contact=Contact.objects.get())
    log_attempt(by=by, contact=Contact.objects.get(), how="call", outcome="no_answer", why_outside="Asked to")
    later = read(stranger.post("/receipt", code=code))
    assert "Being worked on" in later.text
    for secret in ("Maya", "Lindqvist", "Quay", "no_answer", "Dan"):
        assert secret not in later.text
    assert code not in later.title
    world.act("dpl")
    assert not [row for row in AuditEntry.objects.all() if code in str(row.detail)]


def test_codes_cannot_be_tried_one_after_another(world: World, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "receipt": (99, 5)}
    code = code_of(referred(Visitor()))
    for _ in range(5):  # a new session each time helps nobody
        guesser = Visitor()
        assert "no receipt with this code" in read(guesser.post("/receipt", code="AAAA-AAAA-AAAA")).text
    refused = guesser.post("/receipt", code="AAAA-AAAA-AAAB")
    assert refused.status_code == 429
    assert "tel:999" in read(refused).links
    assert "Received" in read(Visitor().post("/receipt", code=code)).text, "who has a code is not locked out"


def test_signed_in_they_see_where_theirs_stand_and_nothing_else(world: World) -> None:
    officer = Visitor(client=world.browser("officer"))
    first = read(officer.get(officer.step("refer", "danger")))
    assert first.title == "For professionals 1"
    officer.post("/refer/1", do="skip")
    you = read(officer.get("/refer/2"))
    assert you.fields["agency"] == ["Estuary Police"]
    assert you.fields["your_name"] == ["Lee Carter"]
    referred(officer)
    world.act("spa")
    reference = Contact.objects.get().reference
    mine = read(officer.get("/referrals"))
    assert reference in mine.text
    assert "Maya" not in mine.text
    assert reference not in mine.title
    assert reference not in read(world.browser("social_worker").get("/referrals")).text
    assert Client().get("/referrals").status_code == 302
    assert world.browser("analyst").get("/referrals").status_code == 403
