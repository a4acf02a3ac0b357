"""What one person's record never tells another's: addresses, the two sides, the parents of a child, duplicates."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from leeward.platform.access import acting
from leeward.platform.access.models import AuditEntry
from leeward.platform.common.errors import Refused
from leeward.record.people.actions.contact import WayFacts, add_contact_detail
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.linking import link_people, unlink_people
from leeward.record.people.actions.places import (
    AddressFacts,
    add_address,
    add_to_household,
    record_immigration,
    seal_address,
    share_immigration,
    show_immigration,
    show_sealed_addresses,
)
from leeward.record.people.models import (
    Address,
    ContactDetail,
    HouseholdMember,
    ImmigrationStatus,
    PersonLink,
    SealedAddress,
)
from leeward.record.people.queries.duplicates import possible_duplicates
from leeward.record.people.queries.person import organisations_around
from tests.homes import browser, home, known_in, share
from tests.worlds import World

WHERE = AddressFacts("4 Larch Row, Fenby", "ZZ1 1ZZ")


def test_t10_an_address_of_one_changes_and_tells_nobody_elses(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    for person in (family.mother, family.child):
        add_address(by=by, person_id=person.id, facts=WHERE, source=Source(), ends_earlier=False)
    before = list(Address.objects.exclude(person_id=family.mother.id).values())
    add_address(
        by=by, person_id=family.mother.id, facts=AddressFacts("9 Elm Close, Garth"), source=Source(), ends_earlier=True
    )
    assert list(Address.objects.exclude(person_id=family.mother.id).values()) == before
    for person in (family.child, family.father):
        for name in ("person", "person_places", "family", "person_records"):
            page = browser(world, "idva").get(reverse(name, args=[person.id])).content
            assert b"Elm Close" not in page
            assert b"Garth" not in page
    world.act("dpl")
    logged = AuditEntry.objects.filter(action="added_address").values_list("person_id", flat=True)
    assert set(logged) == {family.mother.id, family.child.id}
    assert "Elm" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_an_address_needs_the_flag_to_be_read_or_written(world: World) -> None:
    family = home(world)
    add_address(by=world.act("idva"), person_id=family.mother.id, facts=WHERE, source=Source(), ends_earlier=False)
    share(world, family.case, "haven", address=False)
    by = world.act("haven_worker")
    assert Address.objects.count() == 0
    with pytest.raises(Refused, match="may not see where"):
        add_address(by=by, person_id=family.mother.id, facts=WHERE, source=Source(), ends_earlier=False)
    page = browser(world, "haven_worker").get(reverse("person_places", args=[family.mother.id])).content
    assert b"Larch" not in page
    assert b"not open to you" in page


def test_t13_a_child_shown_to_one_parents_worker_hides_the_other_parents_place(world: World) -> None:
    family = home(world)
    aunt = world.case("haven_worker", given="Siv", family="Aas")  # another circle that knows the same child
    share(world, family.case, "haven", team_id=None)
    known_in(world, "haven_worker", aunt, family.child.id)
    by = world.act("haven_worker")
    # what Haven learns of the child in the aunt's case, and what Harbour learns in the mother's
    theirs = {"source": Source(date(2026, 3, 1), "the school")}
    row = Address(person_id=family.child.id, lines="9 Elm Close", source_id=aunt.id, recorded_organisation_id=1)
    row.save(force_insert=True)
    ContactDetail(person_id=family.child.id, kind="other", value="Elm School, gate 2", source_id=aunt.id).save(
        force_insert=True
    )
    household = add_to_household(by=by, person_ids=(aunt.person_id,), label="With the aunt")
    HouseholdMember(household_id=household, person_id=family.child.id, source_id=aunt.id).save(force_insert=True)
    by = world.act("idva")
    add_address(by=by, person_id=family.child.id, facts=WHERE, ends_earlier=False, **theirs)
    assert [one.lines for one in Address.objects.filter(person_id=family.child.id)] == [WHERE.lines]
    assert ContactDetail.objects.filter(person_id=family.child.id).count() == 0
    assert HouseholdMember.objects.filter(person_id=family.child.id).count() == 0
    client = browser(world, "idva")
    for name in ("person", "person_contact", "person_places", "family", "person_records"):
        page = client.get(reverse(name, args=[family.child.id])).content
        for secret in (b"Elm", b"With the aunt", b"Siv", b"Ines Duarte"):
            assert secret not in page, (name, secret)
    # nobody writes into a circle in which they do not know the child
    world.act("idva")
    with pytest.raises(DatabaseError), transaction.atomic():
        Address(person_id=family.child.id, lines="x", source_id=aunt.id).save(force_insert=True)


def test_t13_organisations_of_the_other_circle_are_not_named(world: World) -> None:
    family = home(world)
    aunt = world.case("haven_worker", given="Siv", family="Aas")
    share(world, family.case, "haven")
    known_in(world, "haven_worker", aunt, family.child.id)
    world.act("haven_worker")
    assert [name for _, name in organisations_around(family.child.id)] == ["Harbour Outreach"]
    world.act("idva")
    assert [name for _, name in organisations_around(family.child.id)] == ["Haven Housing Support"]
    world.act("changer")
    assert organisations_around(family.child.id) == []


def test_t11_looking_for_duplicates_never_shows_that_the_other_party_is_a_client(world: World) -> None:
    """One organisation works with both: neither side's worker meets the other side's record as a duplicate."""
    family = home(world)
    his = world.case("idva", side="causing_harm", given="Erik", family="Lindqvist", birth_date=date(1988, 1, 9))
    by = world.act("idva")
    erik = {"by": by, "given": "Erik", "family": "Lindqvist", "born": date(1988, 1, 9)}
    maya = {"by": by, "given": "Maya", "family": "Lindqvist", "born": date(1990, 3, 4)}

    def found(**options: object) -> set[int]:
        return {one.person_id for one in possible_duplicates(**options)}  # type: ignore[arg-type]

    # entered in her case as the one who causes harm: who is mentioned there, never his own case's record
    assert found(**erik, side="harmed", part="said_to_cause_harm") == {family.father.id}
    # entered in his case as his partner: never that she is helped
    assert found(**maya, side="causing_harm", part="other_adult") == set()
    # as the one a new case is about, each on their own side
    assert found(**erik, side="causing_harm") == {his.person_id}
    assert found(**maya, side="harmed") == {family.mother.id}
    # somebody said to cause harm who is helped in a case of their own is not shown as such
    assert found(**maya, side="harmed", part="said_to_cause_harm") == set()
    world.act("haven_worker")
    assert found(**{**maya, "by": world.act("haven_worker")}) == set()


def test_the_two_sides_do_not_open_from_one_another(world: World) -> None:
    family = home(world)
    his = world.case("idva", side="causing_harm", given="Erik", family="Lindqvist", birth_date=date(1988, 1, 9))
    by = world.act("idva")
    with pytest.raises(Refused, match="never open from one another"):
        link_people(by=by, first_id=family.mother.id, second_id=his.person_id, reason="same number")
    # Mentioned in her case, he is on her side: else two links would lead from one to the other.
    with pytest.raises(Refused, match="never open from one another"):
        link_people(by=by, first_id=family.father.id, second_id=his.person_id, reason="same birth date")
    with pytest.raises(Refused, match="never open from one another"):
        link_people(by=by, first_id=his.person_id, second_id=family.father.id, reason="same birth date")
    twin = world.case("idva", given="Maja", family="Lindqvist")
    link = link_people(by=by, first_id=family.mother.id, second_id=twin.person_id, reason="same birth date")
    assert PersonLink.objects.filter(id=link.id).exists()
    # who sees one of the two does not see the link
    share(world, family.case, "haven")
    world.act("haven_worker")
    assert PersonLink.objects.count() == 0
    client = browser(world, "idva")
    assert client.get(reverse("person_link", args=[family.mother.id, his.person_id])).status_code == 404


def test_t26_linked_records_keep_their_own_facts_and_come_apart_again(world: World) -> None:
    family = home(world)
    twin = world.case("idva", given="Maja", family="Lindqvist", birth_date=date(1990, 3, 4))
    by = world.act("idva")
    add_contact_detail(
        by=by, person_id=twin.person_id, facts=WayFacts("phone", "01632 960777"), source=Source(None, "the GP")
    )
    before = list(ContactDetail.objects.order_by("id").values())
    client = browser(world, "idva")
    path = reverse("person_link", args=[family.mother.id, twin.person_id])
    side_by_side = client.get(path).content.decode()
    assert "Maya" in side_by_side
    assert "Maja" in side_by_side
    assert client.post(path, {"reason": "Same birth date and telephone", "once_token": "b" * 32}).status_code == 303
    world.act("idva")
    link = PersonLink.objects.get()
    assert list(ContactDetail.objects.order_by("id").values()) == before
    assert "Two records of one person" in client.get(reverse("person", args=[family.mother.id])).content.decode()
    assert client.get(reverse("person_linked", args=[twin.person_id, link.id])).status_code == 200
    by = world.act("idva")
    unlink_people(by=by, link_id=link.id, reason="Two sisters-in-law")
    assert "Two records" not in client.get(reverse("person", args=[family.mother.id])).content.decode()
    assert list(ContactDetail.objects.order_by("id").values()) == before
    with pytest.raises(Refused, match="undone already"):
        unlink_people(by=world.act("idva"), link_id=link.id, reason="again")


def test_immigration_status_is_for_who_recorded_it_until_it_is_given_to_one(world: World) -> None:
    family = home(world)
    for organisation in ("haven", "council"):
        share(world, family.case, organisation)
    by = world.act("idva")
    row = record_immigration(
        by=by, person_id=family.mother.id, code="visa_no_funds", note="Runs out in May", source=Source(None, "herself")
    )
    assert b"visa" not in bytes(ImmigrationStatus.objects.get(id=row.id).sealed)
    for user in ("haven_worker", "social_worker"):
        by = world.act(user)
        assert show_immigration(by=by, person_id=family.mother.id) == []
    by = world.act("idva")
    share_immigration(
        by=by, person_id=family.mother.id, status_id=row.id, organisation_id=world.organisations["haven"].id
    )
    [seen] = show_immigration(by=world.act("haven_worker"), person_id=family.mother.id)
    assert (seen.code, seen.note) == ("visa_no_funds", "Runs out in May")
    assert show_immigration(by=world.act("social_worker"), person_id=family.mother.id) == []
    with pytest.raises(Refused, match="Only the organisation"):  # who was given it gives it to nobody
        share_immigration(
            by=world.act("haven_worker"), person_id=family.mother.id, status_id=row.id,
            organisation_id=world.organisations["council"].id,
        )  # fmt: skip
    assert show_immigration(by=world.act("social_worker"), person_id=family.mother.id) == []
    by = world.act("idva")
    share_immigration(
        by=by, person_id=family.mother.id, status_id=row.id, organisation_id=world.organisations["haven"].id, stop=True
    )
    assert show_immigration(by=world.act("haven_worker"), person_id=family.mother.id) == []
    world.act("dpl")
    assert AuditEntry.objects.filter(action="read_immigration").count() >= 5


def test_a_sealed_address_is_for_named_users_and_teams(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    with pytest.raises(Refused, match="named users and teams"):
        seal_address(by=by, person_id=family.mother.id, text="Refuge 7, Brill", area_note="North", source=Source())
    assert browser(world, "idva").get(reverse("person_sealed", args=[family.mother.id])).status_code == 404
    mine = world.case("idva", team="outreach", given="Solveig", family="Aas")
    by = world.act("idva")
    row = seal_address(by=by, person_id=mine.person_id, text="Refuge 7, Brill", area_note="North", source=Source())
    assert b"Brill" not in bytes(SealedAddress.objects.get(id=row.id).sealed)
    assert [one.text for one in show_sealed_addresses(by=by, person_id=mine.person_id)] == ["Refuge 7, Brill"]
    share(world, mine, "haven")
    world.act("haven_worker")
    assert SealedAddress.objects.count() == 0
    client = browser(world, "idva")
    for name in ("person", "person_places", "family", "person_records", "person_contact"):
        assert b"Brill" not in client.get(reverse(name, args=[mine.person_id])).content, name
    assert b"Brill" in client.get(reverse("person_sealed", args=[mine.person_id])).content
    assert b"Brill" not in client.post("/search", {"q": "Solveig Aas"}).content
    world.act("dpl")
    assert AuditEntry.objects.filter(action="read_sealed_address", person_id=mine.person_id).count() == 2
    assert "Brill" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))


def test_nobody_acting_reads_none_of_it(world: World) -> None:
    family = home(world)
    add_address(by=world.act("idva"), person_id=family.mother.id, facts=WHERE, source=Source(), ends_earlier=False)
    acting.end()
    assert Address.objects.count() == HouseholdMember.objects.count() == ContactDetail.objects.count() == 0
