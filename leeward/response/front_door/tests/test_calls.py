"""Taking a call: one page, the same record, kept as it is typed."""

from __future__ import annotations

from typing import Any

import pytest

from leeward.platform.access.models import Draft
from leeward.record.people.models import IndexCheck, Person, PersonName
from leeward.response.front_door.models import Attempt, Contact
from leeward.response.front_door.tests.site import read
from tests.worlds import World

CALL: dict[str, Any] = {
    "route": "phone", "given": "Maya", "family": "Lindqvist", "about": "me", "danger": "no", "afraid": "yes",
    "story": "He waits outside.", "safe": "yes", "methods": ["phone"], "phone": "07700 900123",
    "birth-day": "4", "birth-month": "3", "birth-year": "1990", "once_token": "a" * 32,
    # typed before it turned out that it does not count
    "young_who": "yes", "email": "not an address",
}  # fmt: skip


def test_the_same_record_as_on_the_web(world: World) -> None:
    browser = world.browser("spa")
    assert browser.get("/calls/new").status_code == 200
    sent = browser.post("/calls/new", CALL)
    world.act("spa")
    contact = Contact.objects.get()
    assert sent.status_code == 303
    assert sent["Location"] == f"/contacts/{contact.id}"
    assert (contact.route, contact.about, contact.risk, contact.may_contact) == ("phone", "me", "high", "yes")
    assert contact.created_by_id == world.users["spa"].id
    assert (contact.status, contact.assigned_to_id) == (Contact.TAKEN, world.users["spa"].id)
    attempt = Attempt.objects.get(contact=contact)
    assert (attempt.how, attempt.outcome, attempt.outside_safe_time) == ("call", "spoke", False)
    assert contact.first_attempt_at == attempt.at
    name = PersonName.objects.get(person_id=contact.person_id)
    assert (name.given, name.family) == ("Maya", "Lindqvist")
    assert contact.reference in read(browser.get(sent["Location"])).text
    assert not Draft.objects.exists()


def test_sent_twice_it_is_one(world: World) -> None:
    browser = world.browser("spa")
    first, second = browser.post("/calls/new", CALL), browser.post("/calls/new", CALL)
    assert first["Location"] == second["Location"]
    world.act("spa")
    assert Contact.objects.count() == 1


def test_what_is_typed_is_kept_and_comes_back_as_it_was(world: World) -> None:
    browser = world.browser("spa")
    typed = {**CALL, "birth-day": "31", "birth-month": "2", "story": "unfinished \u200b مايا 😀"}
    assert browser.post("/calls/draft", {**typed, "autosave": "1"}).json() == {}
    page = read(browser.get("/calls/new"))
    assert page.fields["story"] == ["unfinished \u200b مايا 😀"]
    assert page.fields["birth-day"] == ["31"]
    assert page.fields["about"] == ["me"]
    assert not page.title.startswith("Error"), "nothing is judged before it is sent"
    world.act("spa")
    assert b"unfinished" not in bytes(Draft.objects.get().sealed)
    world.act("spa2")
    assert not Draft.objects.exists()
    assert read(world.browser("spa2").get("/calls/new")).fields["story"] == [""]
    browser.post("/calls/draft", {"discard": "yes"})
    assert read(browser.get("/calls/new")).fields["story"] == [""]


def test_mistakes_are_told_and_nothing_is_lost(world: World) -> None:
    browser = world.browser("spa")
    page = read(browser.post("/calls/new", {**CALL, "about": "", "birth-day": "31", "birth-month": "2"}))
    assert page.title.startswith("Error: ")
    assert "Choose who this is about" in page.text
    assert page.fields["story"] == ["He waits outside."]
    assert "not an address" in page.fields["email"]
    assert "Enter an email address" not in page.text, "what does not count is not complained about"
    world.act("spa")
    assert not Contact.objects.exists()


def test_known_before_is_answered_without_losing_the_call(world: World) -> None:
    world.case("idva", birth_date=None)
    browser = world.browser("spa")
    page = read(browser.post("/calls/new", {**CALL, "check": "yes"}))
    assert "Harbour Outreach" in page.text
    assert "01632 960101" in page.text
    assert page.fields["story"] == ["He waits outside."]
    world.act("spa")
    assert IndexCheck.objects.get().reason == "During a call"
    assert not Person.objects.filter(called="Maya").exists(), "asking opens nothing"
    assert "Enter a first or last name" in read(browser.post("/calls/new", {"check": "yes"})).text


def test_who_rings_about_somebody_else_is_not_that_somebody(world: World) -> None:
    world.browser("spa").post("/calls/new", {**CALL, "about": "someone"})
    world.act("spa")
    contact = Contact.objects.get()
    assert (contact.status, contact.first_attempt_at) == (Contact.TAKEN, None), "the clock goes on"


def nobody_receives(world: World, nobody: bool) -> None:
    world.teams["triage"].holds_triage = not nobody
    world.teams["triage"].save()


def test_that_nobody_receives_is_said_before_anything_is_typed(world: World) -> None:
    nobody_receives(world, True)
    page = read(world.browser("spa").get("/calls/new"))
    assert "no team that takes contacts" in page.text
    assert "story" not in page.fields, "nothing to type into"
    assert "Numbers to give" in page.text


def test_what_was_typed_when_nobody_receives_is_kept(world: World) -> None:
    browser = world.browser("spa")
    nobody_receives(world, True)
    refused = read(browser.post("/calls/new", CALL))
    assert refused.title.startswith("Error: ")
    assert refused.fields["story"] == ["He waits outside."]
    again = read(browser.get("/calls/new"))
    assert again.fields["story"] == ["He waits outside."], "and it is there when they come back"
    assert "no team that takes contacts" in again.text
    nobody_receives(world, False)
    assert browser.post("/calls/new", CALL).status_code == 303


def test_who_is_not_in_the_team_that_receives_is_told_at_once(world: World) -> None:
    world.add_user("spare", "Noor Lane", "point", "access_point")
    browser = world.browser("spare")
    page = read(browser.get("/calls/new"))
    assert "you do not work in that team" in page.text
    assert "story" not in page.fields
    assert "you do not work in that team" in read(browser.post("/calls/new", CALL)).text
    world.act("spa")
    assert not Contact.objects.exists()


@pytest.mark.parametrize("user", ["idva", "officer", "analyst", "chief"])
def test_only_for_who_takes_contacts(world: World, user: str) -> None:
    assert world.browser(user).get("/calls/new").status_code == 403
