"""Who must not know: named in triage, or invited later than they were named, they are kept out and told nothing."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from leeward.platform.access.actions import add_user, change_account, end_membership, restore_membership
from leeward.platform.access.models import Membership, Team
from leeward.record.people.models import Wall
from leeward.response.front_door.models import Contact, ContactStatus, KeptOut
from leeward.response.front_door.tests.site import read
from leeward.response.front_door.tests.test_actions import ask
from leeward.response.front_door.tests.test_triage_pages import TOKEN, offered, send, taken
from tests.worlds import World

LEAST = {"danger": "no", "risk": "unknown", **TOKEN}


def kept_out(world: World) -> set[tuple[int | None, str]]:
    """Whom a wall stands before, and its kind, as the data protection lead may see it."""
    world.act("dpl")
    return {(wall.user_id, wall.kind) for wall in Wall.objects.filter(lifted_at=None)}


def test_who_is_named_in_triage_is_kept_out_from_then_on(world: World) -> None:
    contact = taken(world, must_not_know="Ali Berg, next door")
    assert world.browser("spa2").get(f"/contacts/{contact.id}").status_code == 200
    said = {**LEAST, "must_not_know": "Priya Nair, Estuary Access Point"}
    assert send(world, "spa", f"/contacts/{contact.id}/correct", **said)["Location"] == f"/contacts/{contact.id}"
    assert Contact.objects.get().must_not_know == "Ali Berg, next door\nPriya Nair, Estuary Access Point"
    assert world.browser("spa2").get(f"/contacts/{contact.id}").status_code == 404
    page = read(world.browser("spa").get(f"/contacts/{contact.id}"))
    assert "Ali Berg, next door" in page.text
    assert "Priya Nair, Estuary Access Point" in page.text
    assert kept_out(world) == {(world.users["spa2"].id, "named")}


def test_a_contact_of_who_is_named_waits_for_somebody_else(world: World) -> None:
    contact = taken(world)
    world.act("spa2")
    send(world, "spa2", f"/contacts/{contact.id}/correct", **LEAST, must_not_know="Dan Okafor")
    now = Contact.objects.get()
    assert (now.status, now.assigned_to_id) == (Contact.NEW, None)
    world.act("spa")
    assert not Contact.objects.exists()


def test_what_is_too_long_is_said_and_stays(world: World) -> None:
    contact = taken(world)
    page = read(send(world, "spa", f"/contacts/{contact.id}/correct", **LEAST, must_not_know="Priya Nair " * 60))
    assert page.title.startswith("Error: ")
    assert page.fields["must_not_know"][0].startswith("Priya Nair Priya Nair")


@pytest.mark.parametrize(
    ("name", "is_kept_out"),
    [("Joan Berg", True), ("Joanna Berg", True), ("Jóan Berg", True), ("Joan Bergman", False), ("Ben Berg", False)],
)
def test_who_is_invited_later_is_looked_for(world: World, name: str, is_kept_out: bool) -> None:
    ask(world, must_not_know="Joanna Berg, works for the council; her sister Tilda Moss")
    by = world.act("chief")
    user, _ = add_user(by=by, email="new@example.org", name=name, organisation=world.organisations["council"],
                       roles=["practitioner"])  # fmt: skip
    assert kept_out(world) == ({(user.id, "named")} if is_kept_out else set())


def test_who_gets_another_name_is_looked_for(world: World) -> None:
    ask(world, must_not_know="Joanna Berg")
    by = world.act("admin")
    place = Membership.objects.get(user=world.users["idva"])
    change_account(by=by, membership=place, name="Joanna Berg", email=place.user.email, phone="")
    assert kept_out(world) == {(world.users["idva"].id, "named")}


def test_a_name_that_triage_added_is_looked_for_too_after_the_contact_became_a_case(world: World) -> None:
    offer = offered(world)
    send(world, "spa", f"/contacts/{offer.contact_id}/correct", **LEAST, must_not_know="Joan Berg")
    by = world.act("admin")
    user, _ = add_user(by=by, email="new@example.org", name="Joan Berg", organisation=world.organisations["harbour"],
                       roles=["practitioner"])  # fmt: skip
    assert kept_out(world) == {(user.id, "named")}


def test_a_wall_that_was_lifted_is_not_put_up_again_by_another_place(world: World) -> None:
    ask(world, must_not_know="Ines Duarte, the shop")
    world.act("dpl")
    assert Wall.objects.filter(user=world.users["haven_worker"], lifted_at=None).update(lifted_at="2026-01-01T00:00Z")
    add_user(by=world.act("chief"), email="haven_worker@haven.example.org", name="Ines Duarte",
             organisation=world.organisations["council"], roles=["practitioner"])  # fmt: skip
    assert kept_out(world) == set()


def test_nobody_reads_the_names_that_are_looked_for(world: World) -> None:
    ask(world, must_not_know="Joan Berg")
    for user in ("spa", "dpl", "chief", "idva"):
        world.act(user)
        with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(f"SAVEPOINT before; SELECT * FROM {KeptOut._meta.db_table}")
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before")


def test_those_who_were_named_before_are_looked_for_too(world: World) -> None:
    contact = taken(world)
    Contact.objects.filter(id=contact.id).update(must_not_know="Joan Berg, the council")
    migration = import_module("leeward.response.front_door.migrations.0008_those_named_before")
    migration.look_for_those_named_before(apps, SimpleNamespace(connection=connection, execute=lambda sql: None))
    user, _ = add_user(by=world.act("chief"), email="new@example.org", name="Joan Berg",
                       organisation=world.organisations["council"], roles=["practitioner"])  # fmt: skip
    assert kept_out(world) == {(user.id, "named")}


def test_a_place_that_ended_and_is_given_back_is_walled(world: World) -> None:
    """Whom somebody named while his place had ended is kept out when it is given back."""
    place = Membership.objects.get(user=world.users["idva"])
    end_membership(by=world.act("admin"), membership=place)
    ask(world, must_not_know=world.users["idva"].name)
    assert kept_out(world) == {(world.users["idva"].id, "named")}


def test_who_is_offered_a_place_here_and_takes_it_up_is_looked_for(world: World) -> None:
    ask(world, must_not_know="Joan Berg")
    by = world.act("admin")
    place = Membership.objects.get(user=world.users["idva"])
    end_membership(by=by, membership=place)
    type(place.user).objects.filter(id=place.user_id).update(name="Joan Berg")
    restore_membership(by=world.act("admin"), membership=Membership.objects.get(id=place.id))
    assert kept_out(world) == {(world.users["idva"].id, "named")}


@pytest.mark.parametrize("through", ["user", "team"])
def test_who_is_walled_from_whom_they_have_taken_has_them_no_longer(world: World, through: str) -> None:
    contact = taken(world)
    assert contact.assigned_to_id == world.users["spa"].id
    world.act("chief")
    team = Team.objects.create(organisation=world.organisations["point"], name="Evenings")
    Membership.objects.get(user=world.users["spa"]).teams.add(team)
    world.act("dpl")
    whom = {"user": world.users["spa"]} if through == "user" else {"team": team}
    Wall(person_id=contact.person_id, kind="set", **whom).save(force_insert=True)
    world.act("spa2")
    now = Contact.objects.get(id=contact.id)
    assert (now.status, now.assigned_to_id) == ("new", None)
    assert ContactStatus.objects.filter(contact=now, note="Put back").count() == 1
