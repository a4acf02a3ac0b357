"""Nobody gets into somebody else's account, or above themselves, by administering."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from leeward.platform.access.acting import Acting
from leeward.platform.access.actions import (
    accept_membership,
    add_user,
    change_membership,
    decline_membership,
    end_membership,
    reset_sign_in,
    restore_membership,
)
from leeward.platform.access.models import AuditEntry, Membership, Organisation, Partnership
from leeward.platform.common.errors import Refused
from tests.worlds import World


def place_of(world: World, key: str, organisation: str | None = None) -> Membership:
    found = Membership.objects.filter(user=world.users[key]).select_related("organisation", "user")
    return found.get(organisation=world.organisations[organisation]) if organisation else found.get()


def offer(by: Acting, world: World, key: str, organisation: str, *roles: str) -> Membership:
    add_user(
        by=by, email=world.users[key].email, name="Whoever", organisation=world.organisations[organisation],
        roles=list(roles or ["practitioner"]),
    )  # fmt: skip
    return place_of(world, key, organisation)


def with_factor(world: World, key: str) -> None:
    Authenticator.objects.create(user=world.users[key], type=Authenticator.Type.TOTP, data={"secret": "x"})


def test_a_colleague_of_another_organisation_is_not_taken_over(world: World) -> None:
    """The way in that was open: invite somebody who works elsewhere, reset their sign-in, use the link."""
    with_factor(world, "social_worker")
    by = world.act("admin")
    place = offer(by, world, "social_worker", "harbour")
    assert not place.is_active, "nothing opens until they accept it themselves"
    with pytest.raises(Refused, match="do not administer"):
        reset_sign_in(by=by, membership=place)
    accept_membership(by=world.act("social_worker"), membership_id=place.id)
    with pytest.raises(Refused, match="do not administer"):
        reset_sign_in(by=world.act("admin"), membership=place_of(world, "social_worker", "harbour"))
    assert Authenticator.objects.filter(user=world.users["social_worker"]).exists()
    chief = world.act("chief")
    assert "/invitation/" in reset_sign_in(by=chief, membership=place_of(world, "social_worker", "council"))


def test_an_offer_of_another_organisation_is_not_accepted_in_their_name(world: World) -> None:
    place = offer(world.act("chief"), world, "idva", "council", "data_protection")
    assert place.offered_at is not None
    with pytest.raises(Refused, match="do not administer"):
        reset_sign_in(by=world.act("admin"), membership=place_of(world, "idva", "harbour"))


def test_not_across_partnerships_either(world: World) -> None:
    far = Partnership.objects.create(name="Moor Partnership", slug="moor")
    world.organisations["far"] = Organisation.objects.create(partnership=far, name="Moor Council", kind="council")
    world.add_user("far_chief", "Far Chief", "far", "partnership_administrator")
    by = world.act("far_chief")
    place = offer(by, world, "dpl", "far")
    accept_membership(by=world.act("dpl"), membership_id=place.id)
    by = world.act("far_chief")
    for organisation, words in (("far", "do not administer"), ("council", "administrator of this organisation")):
        with pytest.raises(Refused, match=words):
            reset_sign_in(by=by, membership=place_of(world, "dpl", organisation))
    with pytest.raises(Refused, match="administrator of this organisation"):
        end_membership(by=by, membership=place_of(world, "dpl", "council"))


def test_inside_an_organisation_a_reset_needs_the_right_to_give_the_role(world: World) -> None:
    world.add_user("council_admin", "Pia Low", "council", "administrator")
    by = world.act("council_admin")
    for key in ("dpl", "chief", "analyst"):
        with pytest.raises(Refused, match="Only the administrator of the partnership changes"):
            reset_sign_in(by=by, membership=place_of(world, key))
    assert reset_sign_in(by=by, membership=place_of(world, "housing"))
    assert reset_sign_in(by=world.act("chief"), membership=place_of(world, "dpl"))


def test_a_place_is_accepted_by_whoever_it_is_offered_to_alone(world: World) -> None:
    place = offer(world.act("admin"), world, "social_worker", "harbour")
    for other in ("idva", "admin", "chief"):
        with pytest.raises(Refused, match="no longer offered"):
            accept_membership(by=world.act(other), membership_id=place.id)
        assert world.browser(other).post(f"/account/places/{place.id}/accept", follow=True).status_code == 200
        place.refresh_from_db()
        assert not place.is_active
    browser = world.browser("social_worker")
    assert b"A place is offered to you" in browser.get("/account").content
    assert b"Harbour Outreach" in browser.get("/account/places").content
    assert b"Accept" in browser.get("/account/places").content
    assert browser.post("/act-for", {"organisation": world.organisations["harbour"].id}).status_code == 404
    browser.post(f"/account/places/{place.id}/accept")
    place.refresh_from_db()
    assert place.is_active
    assert browser.post("/act-for", {"organisation": world.organisations["harbour"].id}).status_code == 302
    world.act("dpl")
    done = set(AuditEntry.objects.filter(subject_id=world.users["social_worker"].id).values_list("action", flat=True))
    assert {"offered_membership", "accepted_membership"} <= done
    page = world.browser("dpl").get("/log?did=places").content.decode()
    assert "Offered a colleague a further place" in page
    assert "Took up a place in an organisation" in page


def test_a_place_can_be_declined_and_an_offer_taken_back(world: World) -> None:
    place = offer(world.act("admin"), world, "social_worker", "harbour")
    by = world.act("social_worker")
    decline_membership(by=by, membership_id=place.id)
    with pytest.raises(Refused, match="no longer offered"):
        accept_membership(by=by, membership_id=place.id)
    by = world.act("admin")
    place.refresh_from_db()
    restore_membership(by=by, membership=place)
    assert (place.is_active, place.offered_at is None) == (False, False), "restored is offered anew, not opened"
    end_membership(by=by, membership=place)
    with pytest.raises(Refused, match="no longer offered"):
        accept_membership(by=world.act("social_worker"), membership_id=place.id)


def test_somebody_without_another_place_needs_no_offer(world: World) -> None:
    end_membership(by=world.act("chief"), membership=place_of(world, "housing"))
    assert offer(world.act("admin"), world, "housing", "harbour").is_active
    page = world.browser("admin").get(f"/organisations/{world.organisations['harbour'].id}").content.decode()
    assert "Offered, not accepted" not in page


def test_no_administrator_changes_their_own_place(world: World) -> None:
    world.add_user("double", "Ida Lund", "harbour", "administrator", "practitioner")
    by = world.act("double")
    for roles in (["administrator", "practitioner", "manager"], ["administrator", "practitioner"]):
        with pytest.raises(Refused, match="your own"):
            change_membership(by=by, membership=place_of(world, "double"), roles=roles, teams=world.teams.values())
    chief = world.act("chief")
    with pytest.raises(Refused, match="your own"):
        change_membership(
            by=chief, membership=place_of(world, "chief"), roles=["partnership_administrator", "manager"], teams=()
        )
    with pytest.raises(Refused, match="your own"):
        offer(chief, world, "chief", "harbour", "manager")
    assert place_of(world, "double").roles == ["administrator", "practitioner"]


def test_the_roles_that_watch_are_changed_and_ended_by_the_partnership_alone(world: World) -> None:
    world.add_user("council_admin", "Pia Low", "council", "administrator")
    by = world.act("council_admin")
    for key in ("dpl", "chief"):
        place = place_of(world, key)
        with pytest.raises(Refused, match="Only the administrator of the partnership"):
            change_membership(by=by, membership=place, roles=["practitioner"], teams=())
        with pytest.raises(Refused, match="Only the administrator of the partnership"):
            end_membership(by=by, membership=place)
    place = place_of(world, "dpl")
    end_membership(by=world.act("chief"), membership=place)
    with pytest.raises(Refused, match="Only the administrator of the partnership"):
        restore_membership(by=world.act("council_admin"), membership=place)
    answer = world.browser("council_admin").post(f"/members/{place.id}/restore", follow=True)
    assert b"Only the administrator of the partnership" in answer.content


def test_a_reset_is_asked_first_and_says_what_it_did(world: World) -> None:
    with_factor(world, "idva")
    place, browser = place_of(world, "idva"), world.browser("admin")
    page = browser.get(f"/members/{place.id}/reset").content.decode()
    assert "Reset this sign-in?" in page
    assert Authenticator.objects.filter(user=world.users["idva"]).exists(), "looking at the question changes nothing"
    page = browser.post(f"/members/{place.id}/reset").content.decode()
    assert "Sign-in reset" in page
    assert ">Invited<" not in page
    assert "/invitation/" in page
    assert not Authenticator.objects.filter(user=world.users["idva"]).exists()


def test_whom_somebody_looks_for_stands_in_no_address(world: World) -> None:
    client = world.browser("admin")
    address = reverse("organisation", args=[world.organisations["harbour"].id])
    found = client.post(address, {"q": "ruth"}).content.decode()
    assert "Ruth Adeyemi" in found
    assert "Helen Marsh" not in found
    assert 'value="ruth"' in found
    assert "Helen Marsh" in client.get(address, {"q": "ruth"}).content.decode(), (
        "an address kept from before says nothing"
    )
