"""A referrer's short screen: asked from the instrument, answered at once where it must be, and carried into the case."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from leeward.record.cases.models import Case
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.actions.instruments import set_thresholds
from leeward.record.risk.instruments import Given, Instrument
from leeward.record.risk.instruments.loading import FOLDER, load_file
from leeward.record.risk.models import Answer, Assessment, Demand, InstrumentVersion
from leeward.record.risk.queries.assessments import risk_page
from leeward.record.risk.rules import Thresholds
from leeward.response.front_door.actions.handing_on import OfferTo, accept_offer, hand_on
from leeward.response.front_door.actions.triage import take_contact
from leeward.response.front_door.models import Contact, Offer
from leeward.response.front_door.queries.screen import asked_of
from leeward.response.front_door.questions import Flow, Route, asked_with, question_set
from leeward.response.front_door.tests.site import REFER_LEAST, Reading, Visitor, read
from leeward.response.front_door.tests.test_api import BODY, key, post
from leeward.response.front_door.tests.test_referring import AGREED
from tests.worlds import World

__all__ = ["key"]
SCREEN = load_file(FOLDER / "first_screen.yaml")
SAID = {"afraid": "yes", "throat": "yes", "children": "yes", "hurt": "not_known", "controlled": "no"}


def answers(given: dict[str, str]) -> dict[str, str]:
    return {f"screen_{item}": answer for item, answer in given.items()}


def screened(visitor: Visitor, given: dict[str, str], **person: Any) -> Reading:
    """Refer somebody with a screen; answers the page that comes right after it."""
    least = tuple((name, {**data, **person}) if name == "person" else (name, data) for name, data in REFER_LEAST)
    visitor.ask(*least, journey="refer")
    for name in ("contact", "language"):
        visitor.post(visitor.step("refer", name), do="skip")
    visitor.ask(AGREED, journey="refer")
    for name in ("what", "harming", "children", "secret"):
        visitor.post(visitor.step("refer", name), do="skip")
    visitor.ask(("risk", {"risk_tool": "ours"}), journey="refer")
    after = visitor.answer("refer", "screen", **answers(given))
    assert after.status_code == 302, read(after).text
    return read(visitor.client.get(after["Location"]))


def handed_on(world: World) -> Case:
    """The access point hands the one contact on; the adviser accepts, and acts from here on."""
    by = world.act("spa")
    contact = take_contact(by=by, contact=Contact.objects.get())
    to = (OfferTo(world.services["outreach"]),)
    hand_on(by=by, contact=contact, offers=to, lawful_basis="consent", told="told_agreed")
    by = world.act("idva")
    return accept_offer(by=by, offer=Offer.objects.get(), worker_id=by.user_id)


def in_case(world: World, visitor: Visitor) -> Assessment:
    """Send it, hand it on, accept it: the assessment as the adviser finds it."""
    visitor.send("refer")
    handed_on(world)
    return Assessment.objects.get()


def test_its_questions_are_those_of_the_instrument_and_nowhere_else(world: World) -> None:
    page = question_set("refer").step("screen")
    assert page is not None
    assert page.questions == (), "a second list of questions would drift from the instrument"
    asked = asked_of(by=world.act("officer"), name="refer").step("screen")
    assert asked is not None
    assert {question.item: question.label.in_("en") for question in asked.questions} == {
        item.key: item.label for item in SCREEN.items.values()
    }
    assert asked.made_of == InstrumentVersion.objects.get(key="first_screen").id
    changed = SCREEN.model_dump(by_alias=True)
    changed["sections"][0]["items"][0]["label"] = "Words of our own?"
    own = asked_with(question_set("refer"), Instrument.model_validate(changed), 7).step("screen")
    assert own is not None
    assert own.questions[0].label.in_("en") == "Words of our own?"


def test_what_it_demands_is_said_at_once(world: World) -> None:
    page = screened(Visitor(), {**SAID, "safe_today": "yes"})
    assert page.title == "For professionals"
    for words in ("Act now, then carry on", "Strangulation", "Advise medical care today", "A child may be at risk",
                  "It is not safe to go home today", "Children Act 1989"):  # fmt: skip
        assert words in page.text
    assert "tel:999" in page.links


def test_without_an_emergency_only_what_the_answers_ask_for(world: World) -> None:
    page = screened(Visitor(), {"throat": "yes"})
    assert "Strangulation" in page.text
    assert "Act now, then carry on" not in page.text
    assert "What would help?" in screened(Visitor(), {"throat": "no", "children": "not_known"}).text


def test_routes_are_those_of_the_demands(world: World) -> None:
    questions = asked_of(by=world.act("officer"), name="refer")
    least = {"danger": "no", "given": "Maya", "about": "someone", "risk_tool": "ours", "agency": "A", "your_name": "B",
             "your_phone": "01632 960108", "agreed": "told_agreed"}  # fmt: skip
    assert Flow(questions, {**least, "screen_safe_today": "yes"}).routes == (Route.EMERGENCY,)
    assert Flow(questions, {**least, "screen_children": "yes"}).routes == (Route.CHILD_PROTECTION,)
    assert Flow(questions, {**least, "screen_throat": "yes"}).demands == ("strangulation",)


def test_triage_sees_the_answers_and_why_it_is_high(world: World) -> None:
    visitor = Visitor()
    screened(visitor, SAID)
    visitor.send("refer")
    world.act("spa")
    contact = Contact.objects.get()
    assert contact.risk == "high"
    assert contact.risk_reason == "The referrer’s screen: strangulation, a child may be at risk"
    page = read(world.browser("spa").get(reverse("contact", args=[contact.id])))
    assert SCREEN.items["throat"].label in page.text


def test_a_child_alone_leaves_the_level_to_who_judges(world: World) -> None:
    visitor = Visitor()
    screened(visitor, {"children": "yes"})
    visitor.send("refer")
    world.act("spa")
    contact = Contact.objects.get()
    assert (contact.risk, contact.risk_reason) == ("unknown", "The referrer’s screen: a child may be at risk")


def test_it_stands_in_the_case_as_the_referrers_finished_assessment(world: World) -> None:
    visitor = Visitor(client=world.browser("officer"))
    screened(visitor, SAID)
    made = in_case(world, visitor)
    assert (made.status, made.instrument.key, made.instrument.version) == ("finished", "first_screen", SCREEN.version)
    assert (made.author_name, made.author_id) == ("Nadia Shah", world.users["officer"].id)
    assert made.organisation == world.organisations["police"]
    assert dict(Answer.objects.values_list("item", "answer")) == SAID
    assert set(Demand.objects.values_list("key", "status")) == {("strangulation", "open"), ("child", "open")}
    whole = risk_page(by=world.act("idva"), case=made.case)
    assert [version.key for _, version in whole.follow_on] == ["dash"]
    page = read(world.browser("idva").get(reverse("case_risk", args=[made.case_id])))
    assert "DASH, 24 items should follow" in page.text
    assert "Nadia Shah, Estuary Police" in page.text


def test_below_sixteen_the_young_persons_variant_follows(world: World) -> None:
    visitor = Visitor()
    screened(visitor, SAID, **{"birth-year": "2012"})
    made = in_case(world, visitor)
    whole = risk_page(by=world.act("idva"), case=made.case)
    assert [version.key for _, version in whole.follow_on] == ["young_person"]
    # Without an account there is no organisation of ours: the words of the referrer say which.
    assert made.author_name == "Nadia Shah, Quay Surgery"


def test_without_a_screen_nothing_is_carried(world: World) -> None:
    visitor = Visitor()
    page = screened(visitor, {})
    assert "What would help?" in page.text
    visitor.send("refer")
    handed_on(world)
    assert not Assessment.objects.exists()


def test_nobody_else_can_have_an_assessment_say_who_referred(world: World) -> None:
    """The function that names the referrer answers the access point alone, while it carries the screen over."""
    visitor = Visitor(client=world.browser("officer"))
    screened(visitor, SAID)
    visitor.send("refer")
    case = handed_on(world)
    by, contact = world.act("idva"), Contact.objects.get()
    own = begin_assessment(by=by, case=case, instrument=InstrumentVersion.objects.get(key="first_screen"))
    saved = save_answers(by=by, assessment=own, given={"hurt": Given("yes")}, version=own.version)
    judged = Judgement(assessed_on=timezone.localdate())
    done = finish_assessment(by=by, assessment=saved, judgement=judged, version=saved.version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_screened_by_referrer(%s, %s)", [contact.id, done.id])
    done.refresh_from_db()
    assert (done.author_name, done.organisation_id) == ("Ruth Adeyemi", by.organisation_id)


def test_a_paused_screen_is_not_offered(world: World) -> None:
    set_thresholds(by=world.act("chief"), thresholds=Thresholds(paused=frozenset({"first_screen"})), why="The board")
    questions = asked_of(by=world.act("officer"), name="refer")
    assert [option.value for option in questions.questions["risk_tool"].options] == ["other", "none"]
    assert [option.value for option in questions.questions["about"].options] == [
        "someone", "young_person", "own_behaviour",
    ]  # fmt: skip
    step = questions.step("screen")
    assert step is not None
    assert step.questions == ()


def test_through_the_api(world: World, key: str) -> None:
    sent = post(key, {**BODY, "risk_tool": "ours", "screen": {**SAID, "safe_today": "yes"}})
    assert sent.status_code == 201, sent.content
    said = sent.json()["act_now"]
    assert [words.partition(":")[0] for words in said[:2]] == [
        "Someone is in danger now", "A child is or may be at risk",
    ]  # fmt: skip
    assert any(words.startswith("Strangulation. Advise") for words in said[2:])
    world.act("spa")
    contact = Contact.objects.get()
    assert contact.answers["screen"]["given"] == {**SAID, "safe_today": "yes"}
    handed_on(world)
    made = Assessment.objects.get()
    assert (made.organisation, made.author_name) == (world.organisations["police"], "Lee Carter")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"risk_tool": "ours", "screen": {"neck": "yes"}}, "screen.neck", "no such item. It has afraid, hurt"),
        ({"risk_tool": "ours", "screen": {"throat": "maybe"}}, "screen.throat", "one of yes, no, not_known"),
        ({"screen": {"throat": "yes"}}, "risk_tool", "is `ours`"),
        ({"risk_tool": "ours", "about": "own_behaviour", "screen": {"throat": "yes"}}, "screen", "who is harmed"),
        ({"screen": ["throat"]}, "screen", "dictionary"),
    ],
)
def test_through_the_api_no_answer_is_dropped_unseen(
    world: World, key: str, change: dict[str, Any], field: str, words: str
) -> None:
    refused = post(key, {**BODY, **change})
    assert refused.status_code == 422, refused.content
    assert any(one["field"] == field and words in one["words"] for one in refused.json()["mistakes"]), refused.json()
    world.act("spa")
    assert not Contact.objects.exists()


def test_sent_again_with_its_key_it_is_answered_the_same(world: World, key: str) -> None:
    body = {**BODY, "risk_tool": "ours", "screen": {"throat": "yes"}}
    first, second = (post(key, body, **{"Idempotency-Key": "9"}).json() for _ in range(2))
    assert first == second
    assert first["act_now"]


def test_on_polish_pages_the_questions_are_polish_and_say_that_nobody_has_checked_them(world: World) -> None:
    page = asked_of(by=world.act("officer"), name="refer").step("screen")
    assert page is not None
    assert "nie sprawdziła jeszcze osoba" in page.intro.in_("pl")
    assert "nie sprawdziła" not in page.intro.in_("en")
    for question in page.questions:
        assert question.label.in_("pl") != question.label.in_("en")
        assert [option.label.in_("pl") for option in question.options] == ["Tak", "Nie", "Nie wiadomo"]
        assert [option.value for option in question.options] == ["yes", "no", "not_known"]
    # An instrument that brings no translation keeps what the page says of it.
    own = SCREEN.model_dump(by_alias=True) | {"translations": {}}
    alone = asked_with(question_set("refer"), Instrument.model_validate(own), 7).step("screen")
    assert alone is not None
    assert "tylko po angielsku" in alone.intro.in_("pl")
    assert alone.questions[0].label.in_("pl") == alone.questions[0].label.in_("en")
