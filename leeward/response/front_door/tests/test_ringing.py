"""Somebody rings with her reference: whoever may open it is led there; triage learns which service has it by now."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from pytest_django.fixtures import Settings

from leeward.platform.access.models import AuditEntry, Organisation, Partnership, Team
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.leading import transfer_case
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.actions.sharing import accept_share
from leeward.record.cases.models import Case, CasePerson, Involvement
from leeward.record.people.models import IndexCheck, Wall
from leeward.response.front_door.actions.handing_on import accept_offer
from leeward.response.front_door.actions.ringing import ask_who_has
from leeward.response.front_door.models import Contact, Offer
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_triage_pages import offered, taken
from tests.homes import statements
from tests.worlds import World

NONE = "no service is known to have it"
HAS = "Ring Harbour Outreach: 01632 960101."


def accepted(world: World, **intake: object) -> Case:
    """A contact that the outreach service has by now; its reference is the case's."""
    offered(world, **intake)
    world.act("idva")
    return accept_offer(by=world.act("idva"), offer=Offer.objects.latest("id"))


def find(client: Client, reference: str) -> str:
    """What the page of triage says to a reference; without what is different each time by chance."""
    answer = client.post("/triage/find", {"reference": reference})
    assert answer.status_code == 200, answer
    text = answer.content.decode().replace(reference, "REFERENCE")
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text)


def test_triage_learns_which_service_has_it_and_nothing_else(world: World) -> None:
    case = accepted(world)
    client = world.browser("spa")
    spoken = case.reference.lower().replace("-", "")
    page = read(client.post("/triage/find", {"reference": spoken}))
    assert HAS in page.text
    assert not page.title.startswith("Error")
    told = page.text.split("A service has it")[1].split("Nothing else of it")[0]
    world.act("idva")
    person = Case.objects.get(id=case.id).person
    for secret in (str(case.id), str(person.id), person.called, case.reference, "Ruth", "outreach"):
        assert not secret or secret not in told, secret
    world.act("dpl")
    check = IndexCheck.objects.get()
    assert (check.user_id, check.found, check.reason) == (
        world.users["spa"].id, 1, "Somebody said a reference to the access point"
    )  # fmt: skip
    entry = AuditEntry.objects.get(action="checked_index")
    assert entry.detail == {"asked": check.asked, "about": "reference"}
    assert "said a reference" in world.browser("dpl").get(f"/index-checks/{check.user_id}").content.decode()


def test_the_number_of_the_service_itself_and_whoever_leads_it_now(world: World) -> None:
    case = accepted(world)
    service = world.services["outreach"]
    type(service).objects.filter(id=service.id).update(phone="01632 960177")
    assert "Ring Harbour Outreach: 01632 960177." in find(world.browser("spa"), case.reference)
    haven = world.organisations["haven"]
    transfer_case(
        by=world.act("idva"), case=Case.objects.get(id=case.id), organisation_id=haven.id, organisation_name=haven.name,
        lawful_basis="consent", told="told_agreed",
    )  # fmt: skip
    by = world.act("haven_worker")
    accept_share(by=by, share=Involvement.objects.get(case=case, organisation=haven), worker_id=by.user_id)
    assert "Ring Haven Housing Support: 01632 960101." in find(world.browser("spa"), case.reference)


def test_a_reference_that_nobody_has_one_that_is_walled_and_one_that_is_restricted_are_answered_alike(
    world: World,
) -> None:
    walled, restricted = accepted(world), accepted(world)
    client = world.browser("spa")
    assert HAS in find(client, walled.reference)
    world.act("dpl")
    Wall(person_id=walled.person_id, user=world.users["spa"], kind="set").save(force_insert=True)
    named = [world.users[user].id for user in ("harbour_manager", "idva")]
    restrict_case(by=world.act("harbour_manager"), case=restricted, user_ids=named, why="A councillor")
    pages, costs = [], []
    for reference in ("KITE-99999999", walled.reference, restricted.reference):
        pages.append(find(client, reference))
        costs.append([sql.split(" ", 3)[:3] for sql in statements(client, "/triage/find", {"reference": reference})])
    assert NONE in pages[0]
    assert pages[0] == pages[1] == pages[2]
    assert costs[0] == costs[1] == costs[2]
    assert HAS in find(world.browser("spa2"), walled.reference), "who is not walled is told"


def test_who_is_walled_from_whom_she_fears_is_told_nothing_of_her(world: World) -> None:
    """The wall around him reaches her (decision 0018): the answer would say where he could ask."""
    case = accepted(world)
    world.act("idva")
    him = CasePerson.objects.get(case=case, part="said_to_cause_harm")
    world.act("dpl")
    Wall(person_id=him.person_id, user=world.users["spa"], kind="set").save(force_insert=True)
    assert NONE in find(world.browser("spa"), case.reference)


def test_who_does_not_work_in_triage_asks_nothing(world: World) -> None:
    case = accepted(world)
    for user in ("idva", "officer", "dpl", "analyst", "admin"):
        assert world.browser(user).post("/triage/find", {"reference": case.reference}).status_code == 403, user
        with pytest.raises(Refused):
            ask_who_has(by=world.act(user), reference=case.reference)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM front_door_who_has(%s)", [case.reference])
            assert cursor.fetchone() == (0,), user


def test_what_is_still_in_triage_is_no_services(world: World) -> None:
    waiting = offered(world)
    assert not ask_who_has(by=world.act("spa"), reference=waiting.reference).answers


def test_another_partnership_learns_nothing(world: World) -> None:
    case = accepted(world)
    far = Partnership.objects.create(name="Moor Partnership", slug="moor")
    point = Organisation.objects.create(partnership=far, name="Moor Access Point", kind="charity", is_access_point=True)
    world.organisations["moor"] = point
    world.teams["moor"] = Team.objects.create(organisation=point, name="Front door", holds_triage=True)
    world.add_user("moor_spa", "Moor Worker", "moor", "access_point", teams=("moor",))
    assert not ask_who_has(by=world.act("moor_spa"), reference=case.reference).answers
    assert ask_who_has(by=world.act("spa"), reference=case.reference).answers


def test_references_and_names_count_together_and_are_stopped_together(world: World, settings: Settings) -> None:
    settings.INDEX_CHECKS_AN_HOUR = 3
    case = accepted(world)
    client = world.browser("spa")
    asked = {"given": "Maya", "family": "Lindqvist", "about": "harmed", "reason": "She rang and asked for her adviser"}
    client.post("/index-check", asked)
    assert NONE in find(client, "KITE-99999999")
    assert HAS in find(client, case.reference)
    stopped = client.post("/triage/find", {"reference": case.reference})
    assert "as many as one person may make" in read(stopped).text
    assert read(stopped).fields["reference"] == [case.reference], "nothing typed is lost"
    assert HAS not in stopped.content.decode()
    assert "as many as one person may make" in client.post("/index-check", asked).content.decode()
    world.act("dpl")
    assert IndexCheck.objects.count() == 3
    assert AuditEntry.objects.filter(action="was_limited").count() == 2
    # What she may open herself is opened: that is no check.
    own = taken(world)
    assert client.post("/triage/find", {"reference": own.reference})["Location"] == f"/contacts/{own.id}"


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "space", "together"])
def test_search_leads_to_the_case_by_its_reference(world: World, written: str) -> None:
    case = accepted(world)
    said: dict[str, Any] = {
        "lower": case.reference.lower(), "space": case.reference.replace("-", " "),
        "together": case.reference.replace("-", "").lower(),
    }  # fmt: skip
    typed = said.get(written, written.format(case.reference))
    answer = world.browser("idva").post("/search", {"q": typed})
    assert (answer.status_code, answer["Location"]) == (303, f"/cases/{case.id}")
    world.act("dpl")
    entry = AuditEntry.objects.filter(action="searched_people").latest("id")
    assert case.reference not in str(entry.detail)
    assert entry.detail["found"] is True


def test_search_leads_triage_to_the_contact_while_it_is_there(world: World) -> None:
    offer = offered(world)
    world.act("spa")
    contact = Contact.objects.get()
    client = world.browser("spa")
    assert client.post("/search", {"q": offer.reference})["Location"] == f"/contacts/{contact.id}"
    accept_offer(by=world.act("idva"), offer=Offer.objects.get())
    page = client.post("/search", {"q": offer.reference})
    assert page.status_code == 200
    assert "Ask which service has it" in page.content.decode()
    assert HAS in find(client, offer.reference)


def test_search_answers_a_hidden_reference_as_one_that_nobody_has(world: World) -> None:
    case = accepted(world)
    client = world.browser("haven_worker")
    pages, costs = [], []
    for reference in (case.reference, "KITE-99999999"):
        sent = {"q": reference}
        text = client.post("/search", sent).content.decode().replace(reference, "REFERENCE")
        pages.append(re.sub(r'csrfmiddlewaretoken" value="\w+"', "", text))
        costs.append([sql.split(" ", 3)[:3] for sql in statements(client, "/search", sent)])
    assert "No case or contact that you may open has the reference REFERENCE" in pages[0]
    assert "the access point can say which one to ring" in pages[0]
    assert pages[0] == pages[1]
    assert costs[0] == costs[1]
    assert len(costs[0]) <= 12


def test_a_name_and_a_year_that_look_like_a_reference_are_sought_as_a_name_too(world: World) -> None:
    world.case(given="Ana", family="Violet", birth_date=date(1990, 3, 4), birth_precision="day")
    page = world.browser("idva").post("/search", {"q": "Violet 1990"}).content.decode()
    assert "Ana" in page
    assert "has the reference VIOLET-1990" in page


def test_whoever_goes_on_from_the_answer_is_in_the_queue(world: World) -> None:
    """The page that answers is the queue: its chips, its next page and its refreshing itself lead to the queue."""
    browser = world.browser("spa")
    assert browser.get("/triage/find", {"show": "mine"}).headers["Location"] == "/triage?show=mine"
    assert browser.get("/triage/find").headers["Location"] == "/triage"
