"""The order of the queue, whatever its length, and what stands on it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from leeward.platform.common.errors import Refused
from leeward.platform.directory.models import Service
from leeward.platform.reference.working_time import LONDON
from leeward.record.people.models import Wall
from leeward.response.front_door.actions.handing_on import (
    OfferTo,
    accept_offer,
    hand_on,
    return_offer,
    withdraw_left_offer,
)
from leeward.response.front_door.actions.receiving import Intake, submit_contact
from leeward.response.front_door.models import Contact, Offer, Target
from leeward.response.front_door.queries import triage
from leeward.response.front_door.queries.triage import triage_queue
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_triage_pages import offered
from tests.worlds import World


def comes(world: World, hours_ago: int, **said: object) -> int:
    """Somebody asks, some hours ago."""
    intake = Intake(**{"route": "web", "about": "me", "may_contact": "no", **said})  # type: ignore[arg-type]
    sent = submit_contact(by=world.visitor(), intake=intake, received_at=timezone.now() - timedelta(hours=hours_ago))
    return sent.contact_id


def order(world: World) -> list[int]:
    return [row.contact.id for row in triage_queue(by=world.act("spa")).rows]


def hand(world: World, contact_id: int) -> Offer:
    hand_on(
        by=world.act("spa"), contact=Contact.objects.get(id=contact_id), offers=(OfferTo(world.services["outreach"]),),
        lawful_basis="consent", told="told_agreed",
    )  # fmt: skip
    return Offer.objects.get(contact_id=contact_id)


def test_who_is_in_danger_is_never_cut_off_by_older_ones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triage, "MOST", 3)
    for hours in (50, 40, 30, 20):
        hand(world, comes(world, hours))
    old = [comes(world, hours) for hours in (10, 9, 8)]
    high, danger = comes(world, 2, risk="high"), comes(world, 0, danger_now=True)
    assert order(world) == [danger, high, old[0]]


def test_danger_then_risk_then_who_can_be_called_then_who_waits_for_an_answer(world: World) -> None:
    unanswered = comes(world, 30)
    hand(world, unanswered)
    Offer.objects.update(answer_due_at=timezone.now() - timedelta(hours=1))
    later, callable_now = comes(world, 20), comes(world, 1, may_contact="yes")
    high, danger = comes(world, 1, risk="high"), comes(world, 0, danger_now=True)
    assert order(world) == [danger, high, callable_now, unanswered, later]


def test_returned_by_everybody_says_by_whom_and_why_and_its_clock_runs(world: World) -> None:
    others = [comes(world, hours) for hours in (20, 10)]
    offer = offered(world, may_contact="no")
    return_offer(
        by=world.act("idva"), offer=Offer.objects.get(id=offer.id), reason="no_capacity", note="Full until May"
    )
    row = triage_queue(by=world.act("spa")).rows[0]
    assert row.contact.id == offer.contact_id, "before those of the same risk who only wait"
    assert row.contact.id not in others
    assert row.returned is not None
    assert (row.returned.by, row.returned.is_late) == ((("Community outreach", "no capacity"),), False)
    later = triage_queue(by=world.act("spa"), now=timezone.now() + timedelta(days=5)).rows[0]
    assert later.returned is not None
    assert later.returned.is_late
    assert later.returned.waited > timedelta(days=4)
    page = read(world.browser("spa").get("/triage")).text
    assert "Returned" in page
    assert "by Community outreach: no capacity" in page
    page = read(world.browser("spa").get(f"/contacts/{offer.contact_id}")).text
    assert "Returned by Community outreach: no capacity" in page


def test_nobody_took_it_is_on_today_for_triage_and_overdue_for_the_manager(world: World) -> None:
    world.add_user("point_manager", "Nell Hart", "point", "manager", teams=("triage",))
    offer = offered(world)
    person_id = offer.contact.person_id
    return_offer(by=world.act("idva"), offer=Offer.objects.get(id=offer.id), reason="no_capacity")
    assert "People whom no service has taken" in read(world.browser("spa").get("/today")).text
    assert "People whom no service has taken" not in read(world.browser("point_manager").get("/today")).text
    world.act("spa")
    Offer.objects.update(answered_at=timezone.now() - timedelta(days=3))
    page = read(world.browser("point_manager").get("/today")).text
    assert "People whom no service has taken" in page
    assert offer.reference not in page, "a number, and nobody"
    for other in ("harbour_manager", "idva"):
        assert "no service has taken" not in read(world.browser(other).get("/today")).text
    world.act("dpl")
    Wall(person_id=person_id, user=world.users["spa"], kind="set").save(force_insert=True)
    assert "no service has taken" not in read(world.browser("spa").get("/today")).text


def test_an_offer_left_open_is_seen_and_withdrawn_though_another_accepted(world: World) -> None:
    world.services["refuge"] = Service.objects.create(
        partnership=world.partnership, organisation=world.organisations["haven"], name="Safe homes", sides=["harmed"]
    )
    contact_id = comes(world, 2)
    by = world.act("spa")
    hand_on(
        by=by, contact=Contact.objects.get(id=contact_id), lawful_basis="consent", told="told_agreed",
        offers=(OfferTo(world.services["outreach"]), OfferTo(world.services["refuge"])),
    )  # fmt: skip
    kept, left = Offer.objects.get(service__name="Community outreach"), Offer.objects.get(service__name="Safe homes")
    accept_offer(by=world.act("idva"), offer=kept)
    page = read(world.browser("spa").get("/triage")).text
    assert "Still asked, though another service has accepted" in page
    assert "Safe homes" in page
    assert "Still asked" not in read(world.browser("idva").get("/offers")).text
    with pytest.raises(Refused):
        withdraw_left_offer(by=world.act("spa"), offer_id=kept.id)
    world.browser("spa").post(f"/triage/offers/{left.id}/withdraw")
    assert "Still asked" not in read(world.browser("spa").get("/triage")).text
    world.act("haven_worker")
    assert not Offer.objects.filter(status="offered").exists()
    assert world.browser("haven_worker").get(f"/offers/{left.id}/accept").status_code == 404


def test_the_queue_asks_again_without_keeping_anybody_signed_in(world: World) -> None:
    browser = world.browser("spa")
    page = browser.get("/triage").content.decode()
    assert 'id="queue" data-refresh="60"' in page
    session = browser.session
    session["seen"] = seen = int(timezone.now().timestamp()) - 300
    session.save()
    assert browser.get("/triage", headers={"X-By-Itself": "1"}).status_code == 200
    assert browser.session["seen"] == seen
    browser.get("/triage")
    assert browser.session["seen"] > seen


def test_a_longer_queue_costs_no_more_statements(world: World) -> None:
    def statements() -> int:
        browser.get("/triage")
        with CaptureQueriesContext(connection) as captured:
            assert browser.get("/triage").status_code == 200
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    browser = world.browser("spa")
    for hours in (1, 2):
        comes(world, hours)
    hand(world, comes(world, 3))
    few = statements()
    for hours in range(6):
        comes(world, hours, risk="high")
    hand(world, comes(world, 3))
    assert statements() == few
    assert few <= 15, few


def test_out_of_hours_is_by_the_hours_of_the_partnership(world: World) -> None:
    evening = datetime(2026, 3, 3, 18, 30, tzinfo=LONDON)  # a Tuesday
    sent = submit_contact(by=world.visitor(), intake=Intake(route="web", about="me"), received_at=evening)
    queue = triage_queue(by=world.act("spa"), show="out_of_hours")
    assert [row.contact.id for row in queue.rows] == [sent.contact_id], "nine to five, where nothing is set"
    world.act("chief")
    Target(
        partnership=world.partnership, risk="high", hours=4, opens=time(8), closes=time(20),
        starts_at=evening - timedelta(days=1),
    ).save(force_insert=True)  # fmt: skip
    assert triage_queue(by=world.act("spa"), show="out_of_hours").rows == []
