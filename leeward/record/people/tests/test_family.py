"""The family page: who is in it, who is at risk from whom, who may know; claims disputed and corrected."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from leeward.platform.common.errors import Conflict, Refused
from leeward.record.people.actions.facts import Source, end_fact, restore_fact
from leeward.record.people.actions.family import (
    ClaimFacts,
    RelationshipFacts,
    correct_claim,
    dispute_claim,
    read_notice,
    record_claim,
    record_knows_place,
    relate,
)
from leeward.record.people.actions.places import add_to_household
from leeward.record.people.models import ClaimNotice, HarmClaim, HouseholdMember, Relationship, Wall
from leeward.record.people.queries.family import Family, family_of
from leeward.record.people.queries.person import person_frame
from leeward.record.people.queries.picture import draw_family
from leeward.record.people.queries.walls import claim_notices
from tests.homes import Home, browser, end_shares, home, other_side, share
from tests.worlds import World


def page(world: World, family: Home, user: str = "idva", of: int | None = None) -> str:
    answer = browser(world, user).get(reverse("family", args=[of or family.mother.id]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_everybody_is_in_it_with_what_they_are_to_one_another(world: World) -> None:
    family = home(world)
    words = page(world, family)
    for part in ("Noor", "Erik", "former partner of", "parent of", "Controlling or coercive", "The midwife"):
        assert part in words, part
    frame = person_frame(by=world.act("idva"), person_id=family.child.id, page="family")
    assert frame is not None
    found = family_of(frame)
    assert {one.name: one.related for one in found.members} == {
        "Noor": (), "Maya": ("Parent",), "Erik": ("Parent",),
    }  # fmt: skip
    assert [one.name for one in found.children] == ["Noor"]


def test_a_label_is_on_nobody(world: World) -> None:
    """Who harms whom is a claim between two people: the members of a family carry no such word."""
    family = home(world)
    frame = person_frame(by=world.act("idva"), person_id=family.mother.id, page="family")
    assert frame is not None
    fields = set(frame.person.__dict__) | set(family_of(frame).members[0].__dict__)
    assert not {name for name in fields if any(word in name for word in ("victim", "perpetrator", "harm"))}


def test_a_walled_person_and_whoever_is_reached_through_them_is_not_there(world: World) -> None:
    family = home(world)
    world.act("harbour_manager")
    wall = Wall(person_id=family.father.id, user=world.users["idva"], kind="possible")
    wall.save(force_insert=True)
    words = page(world, family)
    assert "Erik" not in words
    assert "Noor" not in words  # his child: the wall extends to her
    assert "harms" not in words.split("Who is at risk")[1].split("Who may know")[0]


def test_who_knows_him_sees_nobody_whom_he_harms(world: World) -> None:
    """His brother works for an agency: her record says where she is. Until somebody has looked, a like name is no reason."""
    family = home(world)
    world.act("harbour_manager")
    Wall(person_id=family.father.id, user=world.users["idva"], kind="set").save(force_insert=True)
    assert browser(world, "idva").get(reverse("family", args=[family.mother.id])).status_code == 404


def test_the_picture_says_what_the_tables_say(world: World) -> None:
    family = home(world)
    words = page(world, family)
    assert words.count('class="lw-family__box') == 3
    assert "lw-family__line--harm" in words
    assert "Erik is said to harm Maya (the midwife)" in words
    frame = person_frame(by=world.act("idva"), person_id=family.mother.id, page="family")
    assert frame is not None
    picture = draw_family(family_of(frame))
    assert picture is not None
    places = {box.member.name: (box.x, box.y) for box in picture.boxes}
    assert places["Maya"][1] == places["Erik"][1] < places["Noor"][1]
    assert len(set(places.values())) == 3
    assert all(0 <= x <= picture.width - 164 and 0 <= y <= picture.height - 60 for x, y in places.values())


def test_somebody_alone_has_no_picture(world: World) -> None:
    alone = world.case("idva", given="Solveig", family="Aas").person_id
    words = browser(world, "idva").get(reverse("family", args=[alone])).content.decode()
    assert "<svg" not in words.split("<main")[1]
    assert "Nothing is written down" in words


def test_who_may_know_where_whom_lives(world: World) -> None:
    family = home(world)

    def knowing() -> list[tuple[str, str, str, str]]:
        frame = person_frame(by=world.act("idva"), person_id=family.mother.id, page="family")
        assert frame is not None
        return [(one.other.name, one.person.name, one.words, one.why) for one in family_of(frame).knowing]

    assert knowing() == [("Erik", "Maya", "May know where they live", "They lived together until February 2026")]
    relationship = Relationship.objects.get(kind="former_partner")
    by = world.act("idva")
    end_fact(by=by, person_id=family.father.id, kind="relationship", fact_id=relationship.id, was_error=True)
    assert knowing() == [("Erik", "Maya", "Not asked yet whether they know", "")]
    by = world.act("idva")
    add_to_household(by=by, person_ids=(family.mother.id, family.child.id), label="With her sister")
    assert knowing() == [("Erik", "Maya", "May find out where they live", "Is a parent of Noor, who lives with them")]
    record_knows_place(
        by=world.act("idva"), person_id=family.mother.id, other_id=family.father.id, answer="area",
        how="through school", source=Source(date(2026, 3, 4), "herself"),
    )  # fmt: skip
    assert knowing() == [("Erik", "Maya", "Knows the area, not the place", "through school")]
    assert "Learned 4 March" in page(world, family)


def family_now(world: World, family: Home) -> Family:
    frame = person_frame(by=world.act("idva"), person_id=family.mother.id, page="family")
    assert frame is not None
    return family_of(frame)


def test_two_households_without_a_name_are_two(world: World) -> None:
    """Hers and his, both unnamed: on one line they would seem to live together."""
    family = home(world)
    by = world.act("idva")
    add_to_household(by=by, person_ids=(family.mother.id, family.child.id), label="")
    add_to_household(by=by, person_ids=(family.father.id,), label="")
    found = family_now(world, family).households
    assert [{member.name for member, _ in one.rows} for one in found] == [{"Maya", "Noor"}, {"Erik"}]
    words = page(world, family)
    assert words.count('<strong dir="auto">Household</strong>') == 2


def test_living_together_now_wins_over_whatever_has_ended(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    both = (family.mother.id, family.father.id)
    add_to_household(by=by, person_ids=both, label="Now")
    later = add_to_household(by=by, person_ids=both, label="Before")
    HouseholdMember.objects.filter(household_id=later).update(until_on=date(2024, 5, 1))

    def why() -> list[tuple[str, str]]:
        return [(one.words, one.why) for one in family_now(world, family).knowing]

    assert why() == [("Knows where they live", "They live together")]
    HouseholdMember.objects.exclude(household_id=later).update(until_on=date(2025, 6, 1))
    assert why() == [("May know where they live", "They lived together until February 2026")]
    relate(
        by=world.act("idva"), source=Source(None, "a neighbour"),
        facts=RelationshipFacts(family.father.id, family.mother.id, "partner", lives_together="yes"),
    )  # fmt: skip
    assert why() == [("Knows where they live", "They live together")], "a relationship that says so now counts too"


def test_relationships_end_and_come_back(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    row = relate(
        by=by, facts=RelationshipFacts(family.father.id, family.mother.id, "flatmate"), source=Source(None, "a friend")
    )
    end_fact(by=by, person_id=family.mother.id, kind="relationship", fact_id=row.id, on=date(2026, 1, 1))
    assert Relationship.objects.get(id=row.id).until_on == date(2026, 1, 1)
    restore_fact(by=by, person_id=family.mother.id, kind="relationship", fact_id=row.id)
    assert Relationship.objects.get(id=row.id).until_on is None
    with pytest.raises(Refused, match="somebody else"):
        relate(by=by, facts=RelationshipFacts(family.mother.id, family.mother.id, "friend"), source=Source())
    stranger = world.case("haven_worker", given="Ana", family="Petrov").person_id
    with pytest.raises(Refused, match="not change"):
        relate(by=world.act("idva"), facts=RelationshipFacts(stranger, family.mother.id, "friend"), source=Source())


def test_a_claim_names_its_source_and_two_people(world: World) -> None:
    family = home(world)
    by = world.act("idva")
    with pytest.raises(Refused, match="who says so"):
        record_claim(by=by, facts=ClaimFacts(family.mother.id, family.father.id, " ", date(2026, 3, 4)))
    with pytest.raises(Refused, match="different"):
        record_claim(by=by, facts=ClaimFacts(family.mother.id, family.mother.id, "x", date(2026, 3, 4)))


def test_a_dispute_is_marked_and_reaches_everyone_who_got_it(world: World) -> None:
    family = home(world)
    share(world, family.case, "haven")
    share(world, family.case, "council", team_id=world.teams["safeguarding"].id)
    told = dispute_claim(
        by=world.act("idva"), claim_id=family.claim.id, version=1, disputed_by="Erik Lindqvist", note="It was me."
    )
    assert told == 2
    assert "Disputed" in page(world, family)
    assert "Erik Lindqvist" in page(world, family)
    [notice] = claim_notices(world.act("haven_worker"))
    assert "Erik Lindqvist is said to harm Maya Lindqvist" in notice.words
    assert "disputed" in notice.words
    assert notice.ring.startswith("Harbour Outreach")
    # one team got it: the rest of that organisation is told nothing
    assert len(claim_notices(world.act("social_worker"))) == 1
    assert claim_notices(world.act("housing")) == []
    assert claim_notices(world.act("officer")) == []
    with pytest.raises(Refused, match="not for you"):
        read_notice(by=world.act("housing"), notice_id=notice.id)
    client = browser(world, "haven_worker")
    assert "We have read this" in client.get(reverse("claim_notices")).content.decode()
    assert client.post(reverse("claim_notice_read", args=[notice.id])).status_code == 303
    world.act("haven_worker")
    assert ClaimNotice.objects.get(id=notice.id).read_by_id == world.users["haven_worker"].id


def test_a_correction_replaces_the_claim_and_reaches_who_has_no_sight_any_more(world: World) -> None:
    family = home(world)
    share(world, family.case, "haven")
    browser(world, "haven_worker").get(reverse("family", args=[family.mother.id]))  # they were shown it
    share(world, family.case, "council", team_id=world.teams["safeguarding"].id)
    end_shares(world, family.case)
    assert browser(world, "haven_worker").get(reverse("family", args=[family.mother.id])).status_code == 404
    new = correct_claim(
        by=world.act("idva"), claim_id=family.claim.id, version=1, why="The report had the names the wrong way round.",
        facts=ClaimFacts(family.father.id, family.mother.id, "the police report", date(2026, 3, 6)),
    )  # fmt: skip
    assert new is not None
    assert new.replaces_id == family.claim.id
    old = HarmClaim.objects.get(id=family.claim.id)
    assert old.status == "corrected"
    [notice] = claim_notices(world.act("haven_worker"))
    assert "Maya Lindqvist is said to harm Erik Lindqvist" in notice.words
    assert "wrong way round" in notice.words
    # who had sight and never read it got nothing, and is told nothing
    assert claim_notices(world.act("social_worker")) == []
    words = page(world, family)
    assert "Corrected" in words
    assert "corrects what was said before" in words
    with pytest.raises(Conflict):
        correct_claim(by=world.act("idva"), claim_id=family.claim.id, version=1, facts=None, why="again")


def test_who_sits_at_a_marac_and_was_shown_it_by_name_learns_it_too(world: World) -> None:
    family = home(world)
    for key in ("police_rep", "other_rep"):
        world.add_user(key, key.title(), "police", "marac_representative")
    share(world, family.case, "police", user_id=world.users["police_rep"].id)
    told = dispute_claim(by=world.act("idva"), claim_id=family.claim.id, version=1, disputed_by="Erik", note="")
    assert told == 1
    client = browser(world, "police_rep")
    assert "Corrected since you were told" in client.get(reverse("today")).content.decode()
    words = client.get(reverse("claim_notices")).content.decode()
    assert "We have read this" in words
    assert reverse("claim_notices") in words.split("<main")[0], "the menu leads there"
    world.act("police_rep")
    [notice] = ClaimNotice.objects.all()
    assert client.post(reverse("claim_notice_read", args=[notice.id])).status_code == 303
    world.act("police_rep")
    assert ClaimNotice.objects.get(id=notice.id).read_by_id == world.users["police_rep"].id
    # by name: a colleague in another seat of the same agency got nothing, and is told nothing
    assert claim_notices(world.act("other_rep")) == []
    assert "We have read this" not in browser(world, "other_rep").get(reverse("claim_notices")).content.decode()
    assert browser(world, "analyst").get(reverse("claim_notices")).status_code == 403


def test_a_claim_can_be_withdrawn(world: World) -> None:
    family = home(world)
    with pytest.raises(Refused, match="Say why"):
        correct_claim(by=world.act("idva"), claim_id=family.claim.id, version=1, facts=None, why=" ")
    assert correct_claim(by=world.act("idva"), claim_id=family.claim.id, version=1, facts=None, why="A mix-up") is None
    assert HarmClaim.objects.get(id=family.claim.id).status == "withdrawn"
    words = page(world, family)
    assert "Withdrawn" in words
    assert "lw-family__line--harm" not in words


def test_a_walled_worker_reads_no_notice(world: World) -> None:
    family = home(world)
    share(world, family.case, "haven")
    dispute_claim(by=world.act("idva"), claim_id=family.claim.id, version=1, disputed_by="Erik", note="")
    world.act("dpl")
    Wall(person_id=family.father.id, user=world.users["haven_worker"], kind="set").save(force_insert=True)
    assert claim_notices(world.act("haven_worker")) == []


def test_a_claim_page_is_for_who_sees_both(world: World) -> None:
    family = home(world)
    path = reverse("harm_claim", args=[family.mother.id, family.claim.id])
    assert browser(world, "idva").get(path).status_code == 200
    assert browser(world, "idva").get(reverse("harm_claim", args=[family.child.id, family.claim.id])).status_code == 404
    assert browser(world, "haven_worker").get(path).status_code == 404
    correct = reverse("harm_claim_correct", args=[family.mother.id, family.claim.id])
    assert browser(world, "idva").get(correct).status_code == 200
    answer = browser(world, "idva").post(
        correct,
        {
            "version": "1", "what": "replace", "harmed": str(family.father.id), "harming": str(family.father.id),
            "source": "x", "why": "y", "said_on-day": "1", "said_on-month": "1", "said_on-year": "2026",
        },
    )  # fmt: skip
    assert "two different people" in answer.content.decode()


def test_a_partner_in_the_other_programme_does_not_open_from_her_page(world: World) -> None:
    """One organisation, two sides: his own case's record is not linked from hers."""
    family = home(world)
    other_side(world, family)
    words = page(world, family).split("<main")[1]
    assert "Erik" in words
    assert reverse("person", args=[family.father.id]) not in words
