"""What can be put right: a declaration, an answer, a household, a dispute; and that corrections reach everybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.people.actions.contact import WayFacts, add_contact_detail
from leeward.record.people.actions.details import add_identifier, add_name
from leeward.record.people.actions.facts import Source, end_fact
from leeward.record.people.actions.family import RelationshipFacts, record_knows_place, reinstate_claim, relate
from leeward.record.people.actions.places import AddressFacts, add_address, record_immigration, seal_address
from leeward.record.people.actions.walls import answer_declaration, ask_declaration_back, declare_known, set_wall
from leeward.record.people.models import (
    EqualityAnswer,
    HarmClaim,
    HouseholdMember,
    ImmigrationStatus,
    Person,
    PersonName,
    Relationship,
    SealedAddress,
    Wall,
    WallDeclaration,
)
from leeward.record.people.queries.walls import asked_back, unread_notices, wall_page
from tests.homes import Home, browser, end_shares, home, share
from tests.worlds import World

SAID_ON = {"said_on-day": "6", "said_on-month": "3", "said_on-year": "2026"}
LEARNED = {"learned_on-day": "6", "learned_on-month": "3", "learned_on-year": "2026"}


def sees(world: World, user: str, person_id: int) -> bool:
    world.act(user)
    return Person.objects.filter(id=person_id).exists()


def declared(world: World, user: str = "child_worker") -> WallDeclaration:
    return declare_known(by=world.act(user), given="Maya", family="Lindqvist", born=None, relation="my cousin")


def test_a_declaration_is_asked_back_and_the_lead_decides(world: World) -> None:
    family = home(world)
    row = declared(world)
    assert not sees(world, "child_worker", family.mother.id)
    client, lead = browser(world, "child_worker"), browser(world, "dpl")
    assert "Nobody asks." in lead.get(reverse("walls")).content.decode()
    address = reverse("declaration_ask_back", args=[row.id])
    assert address in client.get(reverse("my_walls")).content.decode()
    assert browser(world, "idva").get(address).status_code == 404
    assert "Error: " in client.post(address, {"why": ""}).content.decode()
    assert client.post(address, {"why": "Another Maya: I know one in Leeds."}).status_code == 303
    assert not sees(world, "child_worker", family.mother.id)  # asking opens nothing
    page = lead.get(reverse("walls")).content.decode()
    assert "Another Maya" in page
    assert "my cousin" in page
    assert "Maya Lindqvist" not in page
    assert "Walls that somebody asks to be taken back" in lead.get(reverse("today")).content.decode()
    for user in ("harbour_manager", "idva", "child_worker"):
        answer = browser(world, user).post(reverse("declaration_answer", args=[row.id]), {"answer": "take_back"})
        assert answer.status_code == 403, user
    assert lead.post(reverse("declaration_answer", args=[row.id]), {"answer": "take_back"}).status_code == 303
    assert sees(world, "child_worker", family.mother.id)
    assert sees(world, "child_worker", family.child.id)
    assert reverse("declaration_ask_back", args=[row.id]) not in client.get(reverse("my_walls")).content.decode()
    with pytest.raises(Refused, match="answered already"):
        answer_declaration(by=world.act("dpl"), declaration_id=row.id, taken_back=True)


def test_a_declaration_that_stands_keeps_its_wall(world: World) -> None:
    family = home(world)
    row = declared(world)
    ask_declaration_back(by=world.act("child_worker"), declaration_id=row.id, why="Please")
    with pytest.raises(Refused, match="asked for this already"):
        ask_declaration_back(by=world.act("child_worker"), declaration_id=row.id, why="Please")
    answer_declaration(by=world.act("dpl"), declaration_id=row.id, taken_back=False)
    assert not sees(world, "child_worker", family.mother.id)
    assert "it stands" in browser(world, "child_worker").get(reverse("my_walls")).content.decode()


def test_a_wall_that_stands_for_another_reason_stays(world: World) -> None:
    family = home(world)
    row = declared(world)
    set_wall(
        by=world.act("harbour_manager"), person_id=family.mother.id, user_id=world.users["child_worker"].id, reason="x"
    )
    ask_declaration_back(by=world.act("child_worker"), declaration_id=row.id, why="Please")
    answer_declaration(by=world.act("dpl"), declaration_id=row.id, taken_back=True)
    assert not sees(world, "child_worker", family.mother.id)


def test_nobody_answers_for_themselves_nor_ends_a_declaration_by_hand(world: World) -> None:
    family = home(world)
    world.users["dpl"].memberships.update(roles=["data_protection", "practitioner"])
    row = declared(world, "dpl")
    ask_declaration_back(by=world.act("dpl"), declaration_id=row.id, why="I want to see")
    assert asked_back(world.act("dpl")) == []
    with pytest.raises(Refused, match="your own"):
        answer_declaration(by=world.act("dpl"), declaration_id=row.id, taken_back=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        WallDeclaration.objects.filter(id=row.id).update(withdrawn_at=timezone.now())
    world.act("child_worker")
    other = declared(world)
    world.act("idva")
    assert WallDeclaration.objects.count() == 0
    with connection.cursor() as cursor:  # not asked back: nothing to answer, whoever calls
        world.act("dpl")
        cursor.execute("SELECT people_answer_declaration(%s, true)", [other.id])
        assert cursor.fetchone() == (False,)
    assert not sees(world, "child_worker", family.mother.id)


def test_walls_are_paged(world: World) -> None:
    family = home(world)
    by = world.act("harbour_manager")
    now = timezone.now()
    made = [
        Wall(person_id=family.mother.id, user=world.users["idva"], kind="possible" if n % 40 == 0 else "set",
             set_at=now - timedelta(minutes=n // 2), reason=f"reason {n}")
        for n in range(120)
    ]  # fmt: skip
    for wall in made:
        wall.save(force_insert=True)
    seen, after = [], ""
    for _ in range(4):
        page = wall_page(by=by, after=after)
        seen += [(line.wall.kind, line.wall.id) for line in page.lines]
        after = page.later
        if not after:
            break
    assert len(seen) == len({wall_id for _, wall_id in seen}) == 120
    assert [kind for kind, _ in seen] == ["possible"] * 3 + ["set"] * 117
    client = browser(world, "harbour_manager")
    first = client.get(reverse("walls")).content.decode()
    assert 'rel="next"' in first
    assert client.get(reverse("walls") + "?after=nonsense").status_code == 200
    assert client.get(reverse("wall_lift", args=[seen[-1][1]])).status_code == 200  # also far down the list


def test_an_equality_answer_is_put_back(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    address = reverse("person_equality_edit", args=[family.mother.id])
    page = reverse("person_equality", args=[family.mother.id])

    def answer(code: str) -> None:
        world.act("idva")
        rows = list(EqualityAnswer.objects.filter(person=family.mother, ended_on=None))
        stamp = max((row.id for row in rows), default=0) + len(rows)
        data = dict.fromkeys(("ethnicity", "sex", "gender_same", "sexual_orientation", "disability"), "state:not_asked")  # fmt: skip
        sent = client.post(address, {**data, "religion": code, "version": stamp, **LEARNED})
        assert sent.status_code == 303, sent.content.decode()[-3000:]

    answer("muslim")
    answer("sikh")
    words = client.get(page).content.decode()
    assert "Sikh" in words
    assert "Before: Muslim" in " ".join(words.split())
    world.act("idva")
    first = EqualityAnswer.objects.get(code="muslim")
    back = reverse("person_equality_put_back", args=[family.mother.id, first.id])
    assert browser(world, "haven_worker").post(back).status_code == 404
    assert "Put back." in client.post(back, follow=True).content.decode()
    world.act("idva")
    [holds] = EqualityAnswer.objects.filter(person=family.mother, ended_on=None)
    assert holds.code == "muslim"
    assert EqualityAnswer.objects.get(code="sikh").was_error  # on the record still
    assert "holds already" in client.post(back, follow=True).content.decode()


def test_a_household_is_taken_back_and_put_back_as_it_was(world: World) -> None:
    family, client = home(world), browser(world, "idva")
    sent = client.post(
        reverse("person_household_add", args=[family.mother.id]),
        {"household": "new", "label": "At her sister’s", "people": [str(family.child.id)], "from_on-year": "2024"},
        follow=True,
    ).content.decode()
    assert "The household is kept." in sent
    world.act("idva")
    row = HouseholdMember.objects.get(person=family.mother)
    undo = reverse("person_fact_take_back", args=[family.mother.id, "household", row.id])
    assert undo in sent
    client.post(undo)
    assert "At her sister" not in client.get(reverse("person_places", args=[family.mother.id])).content.decode()
    assert "Maya" not in client.get(reverse("family", args=[family.child.id])).content.decode().split("Households")[1]
    client.post(reverse("person_fact_restore", args=[family.mother.id, "household", row.id]))
    world.act("idva")
    row.refresh_from_db()
    assert (row.from_on, row.until_on, row.ended_in_error_at) == (date(2024, 1, 1), None, None)


def notices(world: World, user: str) -> str:
    return browser(world, user).get(reverse("claim_notices")).content.decode()


def correct(world: World, family: Home, claim: HarmClaim, **typed: str) -> None:
    sent = browser(world, "idva").post(
        reverse("harm_claim_correct", args=[family.mother.id, claim.id]),
        {"version": str(claim.version), "what": "replace", "harmed": str(family.mother.id),
         "harming": str(family.father.id), "source": "the police report", "kind": "threats", "why": "Wrong kind",
         **SAID_ON, **typed},
    )  # fmt: skip
    assert sent.status_code == 303, sent.content.decode()


def test_from_the_pages_a_correction_reaches_everyone_who_got_the_first_version(world: World) -> None:
    """Also who has no sight any more; and a second correction reaches who got the first version and never the second."""
    family = home(world)
    share(world, family.case, "haven")
    share(world, family.case, "council", team_id=world.teams["safeguarding"].id)
    for user in ("haven_worker", "social_worker"):
        assert browser(world, user).get(reverse("family", args=[family.mother.id])).status_code == 200
    end_shares(world, family.case)
    share(world, family.case, "police")
    correct(world, family, family.claim)
    for user in ("haven_worker", "social_worker", "officer"):
        assert "Wrong kind" in notices(world, user), user
        assert "Corrected since you were told" in browser(world, user).get(reverse("today")).content.decode(), user
    for user in ("changer", "housing"):
        assert "Wrong kind" not in notices(world, user), user
    world.act("idva")
    second = HarmClaim.objects.get(replaces=family.claim)
    correct(world, family, second, why="Now the right day", kind="stalking")
    for user in ("haven_worker", "social_worker", "officer"):
        assert "Now the right day" in notices(world, user), user
    world.act("haven_worker")
    assert len(unread_notices()) == 2
    # read once, by the page, and gone from the first page
    client = browser(world, "haven_worker")
    for notice in unread_notices():
        client.post(reverse("claim_notice_read", args=[notice.id]))
    assert "Corrected since you were told" not in client.get(reverse("today")).content.decode()


@pytest.mark.parametrize("how", ["disputed", "withdrawn"])
def test_a_dispute_or_withdrawal_by_mistake_is_taken_back_and_told(world: World, how: str) -> None:
    family, client = home(world), browser(world, "idva")
    share(world, family.case, "haven")
    page = reverse("harm_claim", args=[family.mother.id, family.claim.id])
    stands = reverse("harm_claim_stands", args=[family.mother.id, family.claim.id])
    assert client.get(stands).status_code == 404
    if how == "disputed":
        client.post(page, {"version": "1", "disputed_by": "Erik", "note": "No"})
    else:
        correct(world, family, family.claim, what="withdraw")
    assert stands in client.get(page).content.decode()
    assert "Error: " in client.post(stands, {"version": "2", "why": ""}).content.decode()
    assert client.post(stands, {"version": "2", "why": "Written on the wrong record."}).status_code == 303
    world.act("idva")
    new = HarmClaim.objects.get(replaces=family.claim)
    assert (new.status, new.source, new.kind, new.said_on) == ("made", "the midwife", "controlling", date(2026, 3, 4))
    old = HarmClaim.objects.get(id=family.claim.id)
    assert old.status == ("corrected" if how == "disputed" else "withdrawn")
    assert "Written on the wrong record." in notices(world, "haven_worker")
    assert client.get(stands).status_code == 404
    with pytest.raises(Conflict):
        reinstate_claim(by=world.act("idva"), claim_id=old.id, version=2, why="again")
    with pytest.raises(Refused, match="stands as it was said"):
        reinstate_claim(by=world.act("idva"), claim_id=new.id, version=1, why="again")


def test_what_has_ended_can_be_put_back_beside_its_row(world: World) -> None:
    """The message that offers to undo is gone after one page: the row stays, and so does the way back."""
    family = home(world)
    mother, source = family.mother.id, Source(None, "herself")
    by = world.act("idva")
    name = PersonName.objects.filter(person_id=mother).latest("id")
    number = add_identifier(by=by, person_id=mother, kind="council", value="AB123", source=source)
    way = add_contact_detail(
        by=by, person_id=mother, facts=WayFacts(kind="phone", value="07700 900123", is_safe="yes"), source=source
    )
    place = add_address(
        by=by, person_id=mother, facts=AddressFacts("1 Elm Road", "XA1 1AA"), source=source, ends_earlier=False
    )
    bond = Relationship.objects.filter(until_on=None).first()
    assert bond is not None
    client = browser(world, "idva")
    for page, kind, row in (
        ("person", "name", name), ("person", "identifier", number), ("person_contact", "contact", way),
        ("person_places", "address", place), ("family", "relationship", bond),
    ):  # fmt: skip
        back = reverse("person_fact_restore", args=[bond.person_id if kind == "relationship" else mother, kind, row.id])
        shown = reverse(page, args=[mother])
        client.get(shown)
        assert back not in client.get(shown).content.decode(), kind
        end_fact(by=world.act("idva"), person_id=mother if kind != "relationship" else bond.person_id, kind=kind,
                 fact_id=row.id)  # fmt: skip
        assert back in client.get(shown).content.decode(), kind
        assert client.post(back).status_code == 303
        client.get(shown)
        assert back not in client.get(shown).content.decode(), kind


def taken_back(world: World, person_id: int, kind: str, row: int) -> str:
    """A fact ended as a mistake by its own page."""
    client = browser(world, "idva")
    address = reverse("person_fact_take_back", args=[person_id, kind, row])
    return client.post(address, follow=True).content.decode()


def back(world: World, person_id: int, kind: str, row: int) -> str:
    client = browser(world, "idva")
    return client.post(reverse("person_fact_restore", args=[person_id, kind, row]), follow=True).content.decode()


@pytest.mark.parametrize("kind", ["name", "identifier", "address", "relationship", "knows"])
def test_a_fact_recorded_by_mistake_is_put_back_from_its_page(world: World, kind: str) -> None:
    family = home(world)
    by, source = world.act("idva"), Source(who="Her sister")
    mother, child = family.mother.id, family.child.id
    made: dict[str, Callable[[], Any]] = {
        "name": lambda: add_name(by=by, person_id=mother, given="Mia", family="Stone", kind="used", source=source),
        "identifier": lambda: add_identifier(by=by, person_id=mother, kind="police", value="EP 77", source=source),
        "address": lambda: add_address(
            by=by, person_id=mother, facts=AddressFacts("12 Quay Street"), source=source, ends_earlier=False
        ),
        "relationship": lambda: relate(by=by, facts=RelationshipFacts(child, mother, "sibling"), source=source),
        "knows": lambda: record_knows_place(
            by=by, person_id=mother, other_id=family.father.id, answer="no", how="", source=source
        ),
    }
    row = made[kind]()
    page = taken_back(world, mother, kind, row.id)
    put_back = reverse("person_fact_restore", args=[mother, kind, row.id])
    assert "Recorded by mistake (1)" in page
    assert f'action="{put_back}"' in page
    assert "12 Quay Street" not in page, "an address written into the wrong record is not shown any more"
    reader = browser(world, "idva").get(page_of(kind, mother)).content.decode()
    assert "Recorded by mistake (1)" in reader, "also later, without the message"
    page = back(world, mother, kind, row.id)
    assert "Put back as it was." in page
    assert "Recorded by mistake" not in page
    world.act("idva")
    row.refresh_from_db()
    assert getattr(row, "was_error", False) is False
    assert getattr(row, "ended_in_error_at", None) is None


def page_of(kind: str, person_id: int) -> str:
    name = {"name": "person", "identifier": "person", "address": "person_places"}.get(kind, "family")
    return reverse(name, args=[person_id])


def test_a_sealed_address_is_put_back_and_what_stood_since_was_the_mistake(world: World) -> None:
    mother = world.case("idva", team="outreach").person_id
    by, source = world.act("idva"), Source()
    first = seal_address(by=by, person_id=mother, text="The house by the lake", area_note="North", source=source)
    second = seal_address(by=by, person_id=mother, text="The house on the hill", area_note="South", source=source)
    client = browser(world, "idva")
    address = reverse("person_sealed", args=[mother])
    assert reverse("person_fact_restore", args=[mother, "sealed", first.id]) in client.get(address).content.decode()
    page = back(world, mother, "sealed", first.id)
    assert "The house by the lake" in page
    assert "The house on the hill" not in page, "recorded by mistake: it may be somebody else's"
    assert "South" not in page
    assert "Recorded by mistake" in page
    world.act("idva")
    assert SealedAddress.objects.get(id=second.id).was_error
    assert SealedAddress.objects.get(ended_on=None).id == first.id
    assert "The house on the hill" in back(world, mother, "sealed", second.id)


def test_a_status_is_put_back_by_who_recorded_it(world: World) -> None:
    family = home(world)
    by, mother = world.act("idva"), family.mother.id
    row = record_immigration(by=by, person_id=mother, code="settled", note="Said at the visit", source=Source())
    page = taken_back(world, mother, "immigration", row.id)
    assert "Recorded by mistake" in page
    share = reverse("person_immigration_share", args=[mother, row.id])
    assert browser(world, "idva").get(share).status_code == 404, "what does not hold is given to nobody"
    assert "Recorded by mistake" not in back(world, mother, "immigration", row.id)
    world.act("idva")
    assert ImmigrationStatus.objects.get(id=row.id).ended_on is None
    again = record_immigration(by=world.act("idva"), person_id=mother, code="asylum", note="", source=Source())
    back(world, mother, "immigration", row.id)
    world.act("idva")
    assert ImmigrationStatus.objects.get(ended_on=None).id == row.id
    assert ImmigrationStatus.objects.get(id=again.id).was_error
