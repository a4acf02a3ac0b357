"""Every page of a person's record: who sees it, that who does not sees nothing, and what it costs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leeward.platform.access.models import AuditEntry
from leeward.record.people.models import Wall
from tests.homes import browser, home, statements
from tests.worlds import World

PAGES = (
    "person", "person_edit", "person_name_add", "person_identifier_add", "person_equality", "person_equality_edit",
    "person_contact", "person_contact_add", "person_places", "person_address_add", "person_household_add",
    "person_immigration", "person_immigration_edit", "family", "relationship_add", "knows_place_add", "harm_claim_add",
    "person_records", "person_link_find", "person_know",
)  # fmt: skip
MOST_STATEMENTS = 15


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_who_works_with_the_case_and_for_nobody_else(world: World, name: str) -> None:
    family = home(world)
    for person in (family.mother, family.child, family.father):
        path = reverse(name, args=[person.id])
        answer = browser(world, "idva").get(path)
        if name == "person_address_add" and person == family.father:
            assert answer.status_code == 404  # where he lives is not open through her case
        else:
            assert answer.status_code == 200, answer.content[-2000:]
            title = answer.content.decode().split("<title>")[1].split("</title>")[0]
            assert not any(word in title for word in ("Maya", "Noor", "Erik", "Lindqvist")), title
    path = reverse(name, args=[family.mother.id])
    nobody = browser(world, "haven_worker").get(reverse(name, args=[12345]))
    unseen = browser(world, "haven_worker").get(path)
    assert unseen.status_code == nobody.status_code == 404
    assert unseen.content == nobody.content


@pytest.mark.parametrize(
    "name", ["person", "family", "person_contact", "person_places", "person_equality", "person_records"]
)
def test_the_number_of_statements_is_small_and_constant(world: World, name: str) -> None:
    family = home(world)
    client = browser(world, "idva")
    path = reverse(name, args=[family.mother.id])
    client.get(path)
    made = statements(client, path)
    assert len(made) <= MOST_STATEMENTS, "\n".join(made)
    alone = world.case("idva", given="Solveig", family="Aas").person_id
    assert len(statements(client, reverse(name, args=[alone]))) <= len(made)
    assert len(statements(client, path)) == len(made)


def test_a_walled_user_cannot_tell_a_walled_person_from_none(world: World) -> None:
    family = home(world)
    world.act("harbour_manager")
    Wall(person_id=family.mother.id, user=world.users["idva"], kind="set", reason="cousin").save(force_insert=True)
    client = browser(world, "idva")
    for name in PAGES:
        walled, missing = (client.get(reverse(name, args=[pk])) for pk in (family.mother.id, 12345))
        assert walled.status_code == missing.status_code == 404, name
        assert walled.content == missing.content, name
        # the wall of a parent stands around the child too
        assert client.get(reverse(name, args=[family.child.id])).status_code == 404, name


def test_each_page_read_is_logged_without_a_name(world: World) -> None:
    family = home(world)
    for name in ("person", "family", "person_contact"):
        browser(world, "idva").get(reverse(name, args=[family.mother.id]))
    world.act("dpl")
    rows = AuditEntry.objects.filter(action="read_person", person_id=family.mother.id)
    assert {row.detail["page"] for row in rows} == {"person", "family", "contact"}
    assert AuditEntry.objects.filter(action="read_claims", listed__contains=[family.claim.id]).exists()
    everything = str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert "Maya" not in everything
    assert "Lindqvist" not in everything
