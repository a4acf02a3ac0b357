"""Whether somebody is known is asked again when their name is learned, and when a worker asks; within the limits."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import override_settings

from leeward.platform.access.models import AuditEntry
from leeward.record.people.actions import PersonFacts
from leeward.record.people.models import IndexCheck, Person, PersonName
from leeward.response.front_door.models import Contact
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_triage_pages import TOKEN, send, taken
from tests.worlds import World

LEAST = {"danger": "no", "risk": "unknown", **TOKEN}
MAYA = {"given": "Maya", "family": "Lindqvist", "birth-day": "4", "birth-month": "3", "birth-year": "1990"}


def nameless(world: World) -> Contact:
    """Somebody who gave no name; Maya Lindqvist has a case at Harbour Outreach."""
    world.case("idva", birth_date=date(1990, 3, 4))
    contact = taken(world, person=PersonFacts())
    assert contact.known_before == "unchecked"
    return contact


def test_a_name_that_is_put_right_is_asked_for_at_once(world: World) -> None:
    contact = nameless(world)
    address = f"/contacts/{contact.id}/correct"
    assert send(world, "spa", address, **LEAST, **MAYA)["Location"] == f"/contacts/{contact.id}"
    now = Contact.objects.get(id=contact.id)
    assert (now.known_before, now.known_to) == ("yes", "Harbour Outreach 01632 960101")
    name, person = PersonName.objects.get(person_id=contact.person_id), Person.objects.get(id=contact.person_id)
    assert (name.given, name.family, person.called, person.birth_date) == (
        "Maya", "Lindqvist", "Maya", date(1990, 3, 4),
    )  # fmt: skip
    assert IndexCheck.objects.get().reason.startswith("Asked again in triage")
    page = read(world.browser("spa").get(address))
    assert "given" not in page.fields, "a name that is known is changed on their record"
    assert "birth-day" not in page.fields


def test_what_was_typed_of_a_name_stays(world: World) -> None:
    contact = nameless(world)
    page = read(send(world, "spa", f"/contacts/{contact.id}/correct", **LEAST, **{**MAYA, "birth-month": "14"}))
    assert page.title.startswith("Error: ")
    assert (page.fields["given"], page.fields["birth-month"]) == (["Maya"], ["14"])
    assert not PersonName.objects.filter(person_id=contact.person_id).exists()


def test_a_worker_asks_again_and_never_meets_the_contact_itself(world: World) -> None:
    contact = taken(world)
    assert contact.known_before == "no"
    address = f"/contacts/{contact.id}/known"
    assert "Ask again" in read(world.browser("spa").get(f"/contacts/{contact.id}")).text
    send(world, "spa", address)
    assert Contact.objects.get().known_before == "no", "its own record is no match"
    world.case("idva", birth_date=date(1990, 3, 4))
    assert send(world, "spa", address)["Location"] == f"/contacts/{contact.id}"
    now = Contact.objects.get()
    assert (now.known_before, now.known_to) == ("yes", "Harbour Outreach 01632 960101")


@override_settings(INDEX_CHECKS_AN_HOUR=1)
def test_over_the_limit_nothing_is_asked_and_that_is_logged(world: World) -> None:
    contact = taken(world)
    send(world, "spa", f"/contacts/{contact.id}/known")
    world.case("idva", birth_date=date(1990, 3, 4))
    browser = world.browser("spa")
    said = read(browser.post(f"/contacts/{contact.id}/known", follow=True))
    assert "as many as one person may make" in said.text
    world.act("spa")
    assert Contact.objects.get().known_before == "no"
    assert IndexCheck.objects.count() == 1
    world.act("dpl")
    assert AuditEntry.objects.filter(action="was_limited").exists()


@override_settings(INDEX_CHECKS_AN_HOUR=0)
def test_over_the_limit_a_name_is_kept_all_the_same(world: World) -> None:
    contact = nameless(world)
    browser = world.browser("spa")
    said = read(browser.post(f"/contacts/{contact.id}/correct", {**LEAST, **MAYA}, follow=True))
    assert "as many as one person may make" in said.text
    world.act("spa")
    assert PersonName.objects.filter(person_id=contact.person_id).exists()
    assert Contact.objects.get(id=contact.id).known_before == "unchecked"


def test_without_a_name_there_is_nothing_to_ask(world: World) -> None:
    contact = nameless(world)
    browser = world.browser("spa")
    said = read(browser.post(f"/contacts/{contact.id}/known", follow=True))
    assert "No name is known yet" in said.text
    world.act("spa")
    assert not IndexCheck.objects.exists()


@pytest.mark.parametrize("user", ["idva", "officer", "analyst"])
def test_only_triage_asks(world: World, user: str) -> None:
    contact = taken(world)
    assert world.browser(user).post(f"/contacts/{contact.id}/known").status_code in (403, 404)
