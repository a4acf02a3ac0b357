"""Every page of staff costs the same number of SQL statements in a small and in a fuller world."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from leeward.platform.access import acting
from leeward.record.cases.actions.documents import add_document
from leeward.record.cases.actions.notes import NoteFacts, add_note
from leeward.record.cases.actions.opening import add_person_to_case
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.actions.tasks import add_task
from leeward.record.cases.models import Case
from leeward.record.people.actions.contact import WayFacts, add_contact_detail
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import RelationshipFacts, relate
from leeward.record.people.models import Person
from leeward.response.front_door.actions.handing_on import OfferTo, hand_on
from leeward.response.front_door.actions.triage import log_attempt, take_contact
from leeward.response.marac.actions.maracs import add_agency
from leeward.response.marac.actions.referring import return_referral
from leeward.response.marac.actions.seats import give_seat
from leeward.response.marac.actions.transfers import TransferFacts, send_transfer
from leeward.response.marac.models import Marac
from tests.everywhere import Busy, contact, make_busy, staff_pages
from tests.homes import statements
from tests.maracs import Table, heard, plan, refer
from tests.worlds import World

MOST = 15
MORE = {"marac_meeting_chair": 16}  # the item, and beside it what waits from earlier meetings


def more(busy: Busy) -> None:
    """Several more of everything that a page could list."""
    world, case, mother = busy.world, busy.family.case, busy.family.mother
    now, today = timezone.now(), timezone.localdate()
    source = Source(today, "the person themselves")
    for number in range(3):
        by = world.act("idva")
        add_note(
            by=by, case=case, facts=NoteFacts(kind="spoke", text=f"Note {number}", happened_at=now - timedelta(hours=1))
        )
        add_task(by=by, case=case, title=f"Task {number}", due_on=today, assignee_id=by.user_id)
        add_document(
            by=by, case=case, name=f"{number}.txt", content=b"A letter.", kind="letter", title=f"Letter {number}"
        )
        add_contact_detail(
            by=by, person_id=mother.id, facts=WayFacts(kind="phone", value=f"07700 90010{number}", is_safe="yes"),
            source=source,
        )  # fmt: skip
        with acting.making():
            child = world.person(by, given=f"Child {number}", family="Lindqvist")
            with acting.making(child.id):
                add_person_to_case(by=by, case=case, person=Person(id=child.id), part="child")
        relate(by=by, facts=RelationshipFacts(mother.id, child.id, "parent"), source=source)
        world.case("idva", given=f"Another {number}", family="Berg")
        waiting, handed = contact(world, f"Wren {number}"), contact(world, f"Robin {number}")
        spa = world.act("spa")
        take_contact(by=spa, contact=handed)
        hand_on(
            by=spa,
            contact=handed,
            offers=(OfferTo(world.services["outreach"]),),
            lawful_basis="consent",
            told="told_agreed",
        )
        del waiting
    spa = world.act("spa")
    from leeward.response.front_door.models import Contact

    one = Contact.objects.get(id=busy.ids["contact_id"])
    for _ in range(3):
        log_attempt(by=spa, contact=one, how="call", outcome="no_answer", why_outside="Asked to")
    by = world.act("idva")
    for key in ("council", "police"):
        target = world.organisations[key]
        share_case(
            by=by, case=case, organisation_id=target.id, organisation_name=target.name, scope=2, lawful_basis="consent",
            told="told_agreed", at_once=False, address=False, risk=True,
        )  # fmt: skip
    more_at_the_marac(busy)
    for number in range(4):
        world.add_user(f"new{number}", f"New {number}", "harbour", "practitioner", teams=("outreach",))


def more_at_the_marac(busy: Busy) -> None:
    """More agencies, seats, referrals that were heard and that wait, steps, flags, transfers and letters."""
    world, marac = busy.world, Marac.objects.get(id=busy.ids["other_marac_id"])
    for key in ("haven", "change"):
        add_agency(
            by=world.act("chief"), marac=marac, organisation=world.organisations[key], kind="voluntary", researches=True
        )
        user = world.add_user(f"sits_{key}", f"Sits for {key}", key, "marac_representative")
        give_seat(
            by=world.act("chief"), marac=marac, user_id=user.id, organisation_id=world.organisations[key].id,
            part="representative",
        )  # fmt: skip
    table = Table(marac, plan(world, marac, timezone.now() + timedelta(days=40)))
    for number in range(3):
        waits = refer(world, table, world.case("idva", given=f"Waits {number}", family="Berg"))
        return_referral(by=world.act("coordinator"), referral=waits, missing="More", version=waits.version)
        found = refer(world, table, world.case("idva", given=f"Heard {number}", family="Berg"))
        heard(world, table, found)
        by = world.act("coordinator")
        send_transfer(
            by=by, referral=found,
            facts=TransferFacts("Moorland MARAC", "moved", ("referral",), "Secure mail", timezone.localdate()),
        )  # fmt: skip
    world.act("idva")
    again = refer(world, table, Case.objects.get(id=busy.family.case.id))
    heard(world, table, again)


def test_no_page_costs_more_where_there_is_more(world: World) -> None:
    busy = make_busy(world)
    pages, _ = staff_pages(busy)
    pages = [page for page in pages if not page.route.startswith("mfa_")]
    assert len(pages) > 80
    few = {page.route: statements(busy.browser(page.user), page.path) for page in pages}
    more(busy)
    problems = []
    for page in pages:
        client = busy.browser(page.user)
        client.get(page.path)
        many = statements(client, page.path)
        if len(many) > len(few[page.route]):
            extra = [sql[:160] for sql in many if many.count(sql) > few[page.route].count(sql)][:2]
            problems.append(f"{page.route}: {len(few[page.route])} statements became {len(many)}: {extra}")
        if len(many) > MORE.get(page.route, MOST):
            problems.append(f"{page.route}: {len(many)} statements")
    assert not problems, "\n".join(problems)
