"""The flag of somebody who was heard: told to any agency that meets them again, on that side only, until it ends."""

from __future__ import annotations

from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leeward.platform.access.models import Membership
from leeward.record.people.actions import PersonFacts
from leeward.record.people.actions.walls import set_wall
from leeward.record.people.rules.flags import flags_on
from leeward.response.front_door.actions.receiving import Intake, submit_contact
from leeward.response.marac.models import MaracFlag
from tests.maracs import heard, known, marac_of, refer, risky
from tests.sending import send, send_on
from tests.worlds import World

BORN = date(1990, 3, 4)


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_it_is_shown_wherever_they_are_met(world: World) -> None:
    table, case = marac_of(world), risky(world)
    heard(world, table, refer(world, table, case))
    client = world.browser("idva")
    for address in (
        reverse("case", args=[case.id]), reverse("person", args=[case.person_id]),
        reverse("case_marac", args=[case.id]),
    ):  # fmt: skip
        page = text(client, address)
        assert "Heard at Estuary MARAC." in page, address
        assert "ring Estuary Council, 01632 960101" in page, address
    # Another agency of the MARAC meets a person of the same name and birth date: it is told, and not why.
    other = world.case("social_worker", birth_date=BORN, birth_precision="day")
    page = text(world.browser("social_worker"), reverse("case", args=[other.id]))
    assert "Heard at Estuary MARAC." in page
    assert "found the new flat" not in page
    # One that does not sit there is told nothing, nor is anybody of two alike names alone.
    elsewhere = world.case("haven_worker", birth_date=BORN, birth_precision="day")
    assert "Heard at" not in text(world.browser("haven_worker"), reverse("case", args=[elsewhere.id]))
    alike = world.case("social_worker", birth_date=date(1991, 1, 1), birth_precision="day")
    assert "Heard at" not in text(world.browser("social_worker"), reverse("case", args=[alike.id]))


def test_it_is_shown_on_a_contact_in_triage(world: World) -> None:
    table, case = marac_of(world), risky(world)
    heard(world, table, refer(world, table, case))
    from leeward.response.marac.actions.maracs import add_agency

    sent = submit_contact(
        by=world.visitor(),
        intake=Intake(
            route="web", about="me", story="He waits.", may_contact="yes",
            person=PersonFacts(given="Maya", family="Lindqvist", birth_date=BORN, birth_precision="day"),
        ),
    )  # fmt: skip
    address = reverse("contact", args=[sent.contact_id])
    assert "Heard at" not in text(world.browser("spa"), address), "the access point does not sit there"
    add_agency(
        by=world.act("chief"), marac=table.marac, organisation=world.organisations["point"], kind="voluntary",
        researches=False,
    )  # fmt: skip
    assert "Heard at Estuary MARAC." in text(world.browser("spa"), address)


def test_the_side_of_who_causes_harm_is_told_nothing(world: World) -> None:
    table, case = marac_of(world), risky(world)
    heard(world, table, refer(world, table, case))
    # Maya of the same birth date is recorded as who causes harm: in a case of her own, and as named in another's.
    own = world.case("social_worker", side="causing_harm", birth_date=BORN, birth_precision="day")
    assert "Heard at" not in text(world.browser("social_worker"), reverse("case", args=[own.id]))
    theirs = world.case("social_worker", given="Wren")
    named = known(world, theirs, "Maya", "said_to_cause_harm", BORN, "social_worker")
    assert flags_on(world.act("social_worker"), [named.id]) == []
    assert "Heard at" not in text(world.browser("social_worker"), reverse("person", args=[named.id]))


def test_who_is_walled_is_told_nothing(world: World) -> None:
    table, case = marac_of(world), risky(world)
    heard(world, table, refer(world, table, case))
    other = world.case("social_worker", birth_date=BORN, birth_precision="day")
    assert flags_on(world.act("social_worker"), [other.person_id])
    set_wall(
        by=world.act("harbour_manager"), person_id=case.person_id, reason="A cousin",
        user_id=world.users["social_worker"].id,
    )  # fmt: skip
    assert flags_on(world.act("social_worker"), [other.person_id]) == []


def test_it_ends_after_its_months_or_with_a_reason(world: World) -> None:
    table, case = marac_of(world), risky(world)
    item = heard(world, table, refer(world, table, case))
    client = world.browser("coordinator")
    page = text(client, reverse("marac_flags"))
    assert "Maya Lindqvist" in page
    assert "Ends soon" not in page
    world.act("coordinator")
    MaracFlag.objects.filter(item=item).update(until_on=timezone.localdate() + timedelta(days=20))
    assert "Ends soon" in text(client, reverse("marac_flags"))
    world.act("coordinator")
    ending = list(MaracFlag.objects.filter(item=item))
    address = reverse("marac_flag_end", args=[ending[0].id])
    assert "Enter why it ends" in send(client, address, why="").content.decode()
    send_on(client, address, why="He has died")
    assert flags_on(world.act("idva"), [case.person_id]) == []
    assert client.post(reverse("marac_flag_restore", args=[ending[0].id])).status_code == 303
    assert flags_on(world.act("idva"), [case.person_id])
    world.act("coordinator")
    MaracFlag.objects.update(until_on=timezone.localdate() - timedelta(days=1))
    assert flags_on(world.act("idva"), [case.person_id]) == []
    assert "No flag stands" in text(client, reverse("marac_flags"))


def test_only_who_arranges_ends_one(world: World) -> None:
    table, case = marac_of(world), risky(world)
    heard(world, table, refer(world, table, case))
    world.act("coordinator")
    flag = MaracFlag.objects.get()
    assert world.browser("police_rep").get(reverse("marac_flag_end", args=[flag.id])).status_code == 403
    elsewhere = world.add_user("other_chair", "Pat Lowe", "haven", "marac_coordinator")
    assert Membership.objects.filter(user=elsewhere).exists()
    assert world.browser("other_chair").get(reverse("marac_flag_end", args=[flag.id])).status_code == 404
    assert "No flag stands" in text(world.browser("other_chair"), reverse("marac_flags"))
