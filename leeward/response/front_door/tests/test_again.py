"""Somebody comes a second time: a new contact makes a new record, and who accepts it is asked whether they know them."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from leeward.record.cases.actions.closing import close_case
from leeward.record.cases.models import Case, CaseLink
from leeward.record.cases.tests.test_leading import ANSWERS
from leeward.record.people.actions import PersonFacts
from leeward.record.people.models import PersonLink
from leeward.response.front_door.actions.handing_on import accept_offer
from leeward.response.front_door.models import Offer
from leeward.response.front_door.tests.test_actions import ask, handed_on
from tests.worlds import World

AGAIN = PersonFacts(given="Maya", family="Lindquist", birth_date=date(1990, 3, 4))  # as somebody else spelt it


def first_time(world: World, *, closed: bool) -> Case:
    offer = handed_on(world, ask(world))
    by = world.act("idva")
    case = accept_offer(by=by, offer=Offer.objects.get(id=offer.id), worker_id=by.user_id)
    if closed:
        close_case(by=world.act("idva"), case=case, reason="no_contact", answers=ANSWERS, version=case.version)
    return case


def accept(world: World, offer: Offer) -> str:
    said = {
        "lead": str(world.users["idva"].id),
        "confirm": "on",
        "once_token": f"a-token-that-nobody-guesses-{offer.id}",
    }
    answer = world.browser("idva").post(reverse("offer_accept", args=[offer.id]), said)
    assert answer.status_code == 303, answer.content.decode()
    return str(answer.headers["Location"])


def test_whoever_accepts_is_asked_whether_they_know_them(world: World) -> None:
    earlier = first_time(world, closed=False)
    offer = handed_on(world, ask(world, person=AGAIN))
    asked = accept(world, offer)
    assert asked == reverse("case_known", args=[offer.case_id])
    browser = world.browser("idva")
    page = browser.get(asked).content.decode()
    assert "Maya Lindqvist" in page
    unsaid = browser.post(asked, {})
    assert unsaid.status_code == 200, "each record is asked about"
    said = browser.post(asked, {f"same_{earlier.person_id}": "same"}, follow=True).content.decode()
    assert f"Their case {earlier.reference} is still open" in said
    assert "earlier case" in said
    world.act("idva")
    link = PersonLink.objects.get()
    assert {link.first_id, link.second_id} == {earlier.person_id, offer.case.person_id}
    assert CaseLink.objects.get().kind == "earlier"
    assert "No record that you see looks like theirs." in browser.get(asked).content.decode()
    assert "earlier case" in browser.get(reverse("case", args=[earlier.id])).content.decode()


def test_somebody_else_of_that_name_stays_somebody_else(world: World) -> None:
    earlier = first_time(world, closed=True)
    offer = handed_on(world, ask(world, person=AGAIN))
    answer = world.browser("idva").post(accept(world, offer), {f"same_{earlier.person_id}": "other"}, follow=True)
    assert "Nothing was linked." in answer.content.decode()
    world.act("idva")
    assert not PersonLink.objects.exists()
    assert not CaseLink.objects.exists()


def test_who_never_came_before_leads_straight_to_the_case(world: World) -> None:
    offer = handed_on(world, ask(world))
    assert accept(world, offer) == reverse("case", args=[offer.case_id])


@pytest.mark.parametrize("facts", [{"given": "Maya"}, {"family": "Lindqvist"}, {"called": "Maya"}, {}])
def test_one_name_alone_is_not_enough_and_no_error(world: World, facts: dict[str, str]) -> None:
    first_time(world, closed=True)
    offer = handed_on(world, ask(world, person=PersonFacts(**facts)))  # type: ignore[arg-type]
    assert accept(world, offer) == reverse("case", args=[offer.case_id])


def test_what_another_service_knows_is_never_among_them(world: World) -> None:
    """Haven has a case of her; the outreach team that accepts learns nothing of it here."""
    world.case("haven_worker", birth_date=date(1990, 3, 4))
    offer = handed_on(world, ask(world, person=AGAIN))
    assert accept(world, offer) == reverse("case", args=[offer.case_id])
