"""Nobody has to tell it again: whoever accepts reads all that was told, to its last word, and nobody else does."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.platform.access.models import AuditEntry
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case
from leeward.record.people.actions import PersonFacts
from leeward.record.people.models import Wall
from leeward.response.front_door.actions.handing_on import OfferTo, accept_offer, hand_on
from leeward.response.front_door.actions.receiving import Intake, OtherPerson, ReferrerFacts, submit_contact
from leeward.response.front_door.actions.triage import take_contact
from leeward.response.front_door.models import Contact, Offer
from tests.worlds import World

LONG = "It began after the wedding. " * 170 + "The key is under the third stone."
ANSWERS = [
    ["Could they know of this referral?", "He reads her post", "could_know"],
    ["Your judgement", "High: he has tried before", "judgement"],
    ["First half of the postcode", "ZZ9", "postcode"],
]


def accepted(world: World) -> Case:
    """A professional's referral with all that can be told in one, handed on to outreach and accepted."""
    sent = submit_contact(
        by=world.act("officer"),
        intake=Intake(
            route="professional", about="someone", person=PersonFacts(given="Maya", family="Lindqvist"),
            others=(OtherPerson(PersonFacts(given="Kit"), "said_to_cause_harm", "former_partner"),),
            referrer=ReferrerFacts(kind="police", name="Lee Carter", phone="07700 900123"), told="told_agreed",
            lawful_basis="consent", story=LONG, answers={"spoken": ANSWERS}, must_not_know="Her cousin at the council",
            consent_to_share="ask", consent_note="Never tell her school", needs=("legal",), is_pregnant="yes",
            danger_now=True, risk="high", risk_reason="Says that someone is in danger now", may_contact="yes",
        ),
    )  # fmt: skip
    by = world.act("spa")
    contact = take_contact(by=by, contact=Contact.objects.get(id=sent.contact_id))
    hand_on(
        by=by, contact=contact, lawful_basis="consent", told="told_agreed", note="Ring before ten.",
        offers=(OfferTo(world.services["outreach"], message="She knows Ruth by name."),),
    )  # fmt: skip
    by = world.act("idva")
    return accept_offer(by=by, offer=Offer.objects.get(), worker_id=by.user_id)


TOLD = (
    "The key is under the third stone.", "He reads her post", "High: he has tried before", "ZZ9",
    "Her cousin at the council", "Never tell her school", "Legal", "Says that someone is in danger now", "Lee Carter",
    "07700 900123", "Kit", "Ring before ten.", "She knows Ruth by name.",
)  # fmt: skip


def test_whoever_accepts_reads_all_of_it(world: World) -> None:
    case = accepted(world)
    browser, told = world.browser("idva"), reverse("case_told", args=[case.id])
    assert f"{told}#contact-" in browser.get(reverse("case", args=[case.id])).content.decode()
    with CaptureQueriesContext(connection) as captured:
        page = browser.get(told).content.decode()
    assert [words for words in TOLD if words.lower() not in page.lower()] == []
    assert len([one for one in captured.captured_queries if one["sql"].split(" ", 1)[0] == "SELECT"]) <= 15
    world.act("dpl")
    entry = AuditEntry.objects.get(action="read_told", subject_id=case.id)
    assert (entry.user_id, entry.person_id) == (world.users["idva"].id, case.person_id)


def test_nobody_else_does(world: World) -> None:
    case = accepted(world)
    told = reverse("case_told", args=[case.id])
    for user in ("spa", "officer", "haven_worker", "social_worker", "child_worker"):
        browser = world.browser(user)
        answer, nothing = browser.get(told), browser.get(reverse("case_told", args=[case.id + 1])).content
        assert (answer.status_code, answer.content) == (404, nothing), user
    assert world.browser("dpl").get(told).status_code in (403, 404)
    world.act("dpl")
    Wall(person_id=case.person_id, user=world.users["idva"], kind="set").save(force_insert=True)
    assert world.browser("idva").get(told).status_code == 404


def share(world: World, case: Case, scope: int, *, address: bool, risk: bool) -> None:
    share_case(
        by=world.act("idva"), case=case, organisation_id=world.organisations["haven"].id, organisation_name="Haven",
        scope=scope, address=address, risk=risk, lawful_basis="consent", told="told_agreed", at_once=True,
    )  # fmt: skip


def test_a_summary_is_not_told_it(world: World) -> None:
    case = accepted(world)
    share(world, case, 2, address=False, risk=False)
    browser = world.browser("haven_worker")
    assert browser.get(reverse("case_told", args=[case.id])).status_code == 404
    page = browser.get(reverse("case", args=[case.id])).content.decode()
    assert "Asked for help" in page
    for words in ("It began", reverse("case_told", args=[case.id]), "judgement", "Lee Carter"):
        assert words not in page


def test_without_sight_of_risk_or_address_that_part_is_left_out(world: World) -> None:
    case = accepted(world)
    share(world, case, 3, address=False, risk=False)
    page = world.browser("haven_worker").get(reverse("case_told", args=[case.id])).content.decode()
    assert "The key is under the third stone." in page
    assert "Never tell her school" in page
    for words in ("High: he has tried before", "Says that someone is in danger now", "in danger now", "ZZ9"):
        assert words not in page
    assert "Answers about risk are for who sees the risk of this case." in page
    assert "She knows Ruth by name." not in page, "that was written to another organisation"


def test_with_risk_and_without_address_no_half_a_postcode(world: World) -> None:
    case = accepted(world)
    share(world, case, 3, address=False, risk=True)
    page = world.browser("haven_worker").get(reverse("case_told", args=[case.id])).content.decode()
    assert "High: he has tried before" in page
    assert "ZZ9" not in page


def test_a_case_without_a_contact_says_so(world: World) -> None:
    case = world.case()
    page = world.browser("idva").get(reverse("case_told", args=[case.id])).content.decode()
    assert "This case did not begin with a contact." in page
