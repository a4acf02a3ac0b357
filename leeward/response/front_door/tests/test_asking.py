"""Asking for help, through the pages: what was said arrives, what was not said is not guessed, nothing stays behind."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.access.models import AuditEntry
from leeward.platform.common import vault
from leeward.record.people.models import Address, ContactDetail, EqualityAnswer, Person, Relationship, Wall
from leeward.response.front_door.models import Contact, ContactPerson, PublicDraft
from leeward.response.front_door.questions import question_set
from leeward.response.front_door.tests.site import Visitor, read
from tests.worlds import World

WINDOW = {"times_first": ["0", "4"], "times_first__from": "10am", "times_first__to": "14:00"}
REACH: tuple[tuple[str, dict[str, Any]], ...] = (
    ("safe", {"safe": "windows"}),
    ("methods", {"methods": ["phone"]}),
    ("phone", {"phone": "07700 900123"}),
    ("times", {**WINDOW, "times_more": "no"}),
    ("messages", {"voicemail": "no", "text_ok": "yes"}),
    ("around", {"who_answers": "my son", "who_sees": "nobody"}),
    ("cover", {"cover_name": "the library", "code_word": "marigold"}),
)
WHOLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("about", {"about": "me"}),
    ("danger", {"danger": "no"}),
    ("afraid", {"afraid": "yes"}),
    ("story", {"story": "He waits outside my work.\n\nI am tired. 😔"}),
    *REACH,
    ("relationship", {"relationship": "former_partner"}),
    ("harming_name", {"harming_name": "Kit Moor"}),
    ("lives_with", {"lives_with": "no"}),
    ("wall_needed", {"wall_needed": "yes"}),
    ("wall_people", {"wall_people": "Priya Nair, the access point"}),
    ("called", {"called": "Maya Lindqvist"}),
    ("birth", {"birth-day": "", "birth-month": "", "birth-year": "1990"}),
    ("where", {"area": "elsewhere", "postcode": "cm11aa"}),
    ("children", {"children_any": "yes", "pregnant": "no"}),
    ("children_more", {"children_number": "2", "children_words": "3 and 7", "child_hurt": "no"}),
    ("language", {"language": "pl", "interpreter": "yes"}),
    ("interpreter_note", {"interpreter_note": "A woman, please"}),
    ("easier", {"communication": ["quiet"], "support": "I use a wheelchair"}),
    ("needs", {"needs": ["safety", "legal"]}),
    ("consent", {"consent": "ask"}),
)


def the_contact(world: World, user: str = "spa") -> Contact:
    world.act(user)
    return Contact.objects.get()


def test_everything_that_was_said_arrives(world: World) -> None:
    visitor = Visitor()
    visitor.ask(*WHOLE)
    check = read(visitor.get("/ask/check"))
    for words in ("He waits outside my work.", "07700 900123", "Monday, Friday", "10:00 to 14:00", "1990", "CM1 1AA"):
        assert words in check.text, words
    done = read(visitor.send())
    contact = the_contact(world)
    assert contact.reference in done.text
    assert "within 4 working hours" in done.text
    assert (contact.route, contact.about, contact.side, contact.status) == ("web", "me", "harmed", "new")
    assert contact.story == "He waits outside my work.\n\nI am tired. 😔"
    assert (contact.risk, contact.risk_reason) == ("high", "Afraid of what may happen tonight")
    assert (contact.language, contact.needs, contact.children) == ("pl", ["safety", "legal"], 2)
    assert contact.may_contact == "windows"
    assert contact.contact_windows == [{"days": [0, 4], "from": "10:00", "to": "14:00"}]
    assert contact.safe_contact == (
        "Call Mondays and Fridays 10:00 to 14:00. No voicemail. A text is safe. May answer: my son."
        " Say you are: the library. There is a secret word."
    )
    assert contact.consent_to_share == "ask"
    assert contact.is_pregnant == "no"
    assert contact.question_set == f"ask_for_help {question_set('ask_for_help').version}"
    person = Person.objects.get(id=contact.person_id)
    assert (person.called, person.birth_date, person.birth_precision) == ("Maya Lindqvist", date(1990, 1, 1), "year")
    assert person.communication_needs == "A quiet place. I use a wheelchair. Interpreter: A woman, please"
    assert person.interpreter == "yes"
    detail = ContactDetail.objects.get(person=person)
    assert (detail.kind, detail.value, detail.is_safe) == ("phone", "07700 900123", "yes")
    assert (detail.voicemail, detail.text, detail.who_may_answer) == ("no", "yes", "my son")
    assert vault.unseal_text(detail.code_word_sealed, table="people_contactdetail", row=detail.id) == "marigold"
    assert Address.objects.get(person=person).postcode == "CM1 1AA"
    parts = {row.part: row for row in ContactPerson.objects.select_related("person").order_by("id")}
    assert parts["said_to_cause_harm"].person.called == "Kit Moor"
    assert Relationship.objects.get(other=person).kind == "former_partner"
    children = ContactPerson.objects.filter(part="child").select_related("person")
    years = {timezone.localdate().year - 3, timezone.localdate().year - 7}
    assert {row.person.birth_date.year for row in children} == years
    assert {row.person.birth_precision for row in children} == {"about"}


def test_what_is_sealed_or_kept_apart_is_not_among_the_answers(world: World) -> None:
    visitor = Visitor()
    visitor.ask(*WHOLE)
    visitor.send()
    said = str(the_contact(world).answers)
    for secret in ("marigold", "Priya", "07700", "CM1 1AA", "1AA"):
        assert secret not in said, secret
    assert "CM1" in said
    assert "the library" in said


def test_whom_she_named_never_sees_it(world: World) -> None:
    visitor = Visitor()
    visitor.ask(*WHOLE)
    visitor.send()
    world.act("spa2")
    assert not Contact.objects.exists(), "Priya Nair was named"
    world.act("dpl")
    assert Wall.objects.get().user_id == world.users["spa2"].id


def test_one_answer_is_enough_and_nothing_is_guessed(world: World) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    done = read(visitor.send())
    assert "We will not contact you" in done.text
    contact = the_contact(world)
    assert (contact.may_contact, contact.risk, contact.consent_to_share) == ("unknown", "unknown", "not_asked")
    assert contact.safe_contact == "Not known to be safe: wait for them to call."
    assert not ContactDetail.objects.exists()
    assert not ContactPerson.objects.exists()


def test_a_friend_asks(world: World) -> None:
    visitor = Visitor()
    visitor.ask(
        ("about", {"about": "someone"}), ("danger", {"danger": "unknown"}), ("afraid", {"afraid": "no"}),
        ("story", {"story": ""}), ("safe", {"safe": "yes"}), ("methods", {"methods": ["email"]}),
        ("email", {"email": "jo@example.org"}), ("around", {}), ("cover", {}), ("relationship", {}),
        ("harming_name", {}), ("lives_with", {}), ("asker_relationship", {"asker_relationship": "neighbour"}),
        ("person_knows", {"person_knows": "no"}), ("wall_needed", {}),
        ("asker_called", {"asker_name": "Jo", "person_name": "Maya"}),
    )  # fmt: skip
    done = read(visitor.send())
    assert "Answer a few questions about you" not in done.text, "the questions are about the person to be helped"
    contact = the_contact(world)
    assert Person.objects.get(id=contact.person_id).called == "Maya"
    asker = ContactPerson.objects.get().person
    assert asker.called == "Jo"
    assert ContactDetail.objects.get().person_id == asker.id, "the way that is safe is the asker's"
    assert contact.safe_contact.startswith("The person who asked: E-mail at any time.")
    assert contact.consent_note == "The person does not know that we were asked."


def test_somebody_worried_about_themselves(world: World) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "behaviour"}), ("behaviour_whose", {"behaviour_whose": "own"}))
    visitor.send()
    contact = the_contact(world)
    assert (contact.about, contact.side) == ("own_behaviour", "causing_harm")


@pytest.mark.parametrize(
    ("danger", "said"),
    [("adult", ["call 999"]), ("child", ["call 999", "child is being hurt"]), ("both", ["call 999", "child is being"])],
)
def test_danger_is_answered_at_once(world: World, danger: str, said: list[str]) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    answered = visitor.answer("ask", "danger", danger=danger)
    assert answered["Location"].endswith("/now")
    page = read(visitor.client.get(answered["Location"]))
    for words in said:
        assert words in page.text
    assert "tel:999" in page.links
    assert page.title == "Phone help"
    assert "danger" not in answered["Location"]
    visitor.send()
    contact = the_contact(world)
    assert (contact.danger_now, contact.child_danger, contact.risk) == (True, danger != "adult", "high")


def test_changing_an_answer_asks_only_what_is_new(world: World) -> None:
    visitor = Visitor()
    visitor.ask(*WHOLE)
    changed = visitor.post(visitor.step("ask", "methods") + "?change", do="next", methods=["phone", "email"])
    assert changed["Location"] == visitor.step("ask", "email") + "?change"
    back = visitor.post(changed["Location"], do="next", email="maya@example.org")
    assert back["Location"] == "/ask/check"
    visitor.send()
    the_contact(world)
    assert {row.kind for row in ContactDetail.objects.all()} == {"phone", "email"}


def test_an_answer_that_no_longer_counts_is_gone(world: World) -> None:
    visitor = Visitor()
    visitor.ask(*WHOLE)
    visitor.post(visitor.step("ask", "safe") + "?change", do="next", safe="no")
    assert "07700" not in read(visitor.get("/ask/check")).text
    visitor.send()
    assert the_contact(world).safe_contact == "Do not contact: they will call us."
    assert not ContactDetail.objects.exists()


def test_equality_comes_after_help_and_can_be_left(world: World) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    assert "Answer a few questions about you" in read(visitor.send()).text
    assert visitor.post("/ask/more/1", do="next", sex="female").status_code == 302
    assert visitor.post("/ask/more/2", do="next", gender_same="declined").status_code == 302
    assert visitor.post("/ask/more/3", do="skip").status_code == 302
    assert visitor.post("/ask/more/4", do="finish")["Location"] == "/ask/done"
    assert visitor.post("/ask/more/4", do="finish")["Location"] == "/ask/done", "sent twice, written once"
    contact = the_contact(world)
    rows = {row.list: (row.state, row.code) for row in EqualityAnswer.objects.filter(person_id=contact.person_id)}
    assert rows == {
        "sex": ("answered", "female"), "gender_same": ("declined", ""), "sexual_orientation": ("declined", ""),
    }  # fmt: skip
    assert "Answer a few questions" not in read(visitor.get("/ask/done")).text


def test_nothing_is_left_after_sending_or_leaving_or_an_hour(world: World) -> None:
    visitor = Visitor()
    visitor.ask(*WHOLE[:5])
    with WorldReading(world):
        sealed = bytes(PublicDraft.objects.get().sealed)
    assert b"waits outside" not in sealed
    assert str(visitor.client.session.items()).find("waits") == -1
    visitor.send()
    with WorldReading(world):
        row = PublicDraft.objects.get()
        assert b"answers" not in bytes(row.sealed)
        assert "waits outside" not in vault.unseal(row.sealed, table="front_door_publicdraft", row=row.id).decode()
    visitor.get("/leave")
    with WorldReading(world):
        assert not PublicDraft.objects.exists()
    other = Visitor()
    other.ask(*WHOLE[:3])
    with WorldReading(world):
        PublicDraft.objects.update(updated_at=timezone.now() - timedelta(minutes=61))
    assert "not here any more" in read(other.get(other.step("ask", "story"))).text
    with WorldReading(world):
        assert not PublicDraft.objects.exists()


class WorldReading:
    """A visitor acts in this block, for looking at drafts."""

    def __init__(self, world: World) -> None:
        self.world = world

    def __enter__(self) -> None:
        self.world.visitor()

    def __exit__(self, *args: object) -> None:
        acting.end()


def test_sent_twice_it_is_one(world: World) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    first, second = visitor.post("/ask/check"), visitor.post("/ask/check")
    assert first["Location"] == second["Location"] == "/ask/done"
    reference = the_contact(world).reference
    assert reference in read(visitor.get("/ask/done")).text


def test_a_second_contact_can_follow_from_the_same_browser(world: World) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    visitor.send()
    visitor.ask(("about", {"about": "someone"}))
    visitor.send()
    world.act("spa")
    assert Contact.objects.count() == 2


def test_questions_cannot_be_jumped_to(world: World) -> None:
    visitor = Visitor()
    assert "not here any more" in read(visitor.get("/ask/9")).text
    visitor.ask(("about", {"about": "me"}))
    assert visitor.get(visitor.step("ask", "consent"))["Location"] == visitor.step("ask", "danger")
    assert visitor.get("/ask/99").status_code == 404
    assert "not here any more" in read(visitor.get("/ask/done")).text


def test_the_address_and_title_say_nothing(world: World) -> None:
    visitor = Visitor()
    visitor.ask(*WHOLE[:4])
    page = read(visitor.get(visitor.step("ask", "safe")))
    assert page.title == "Step 5"
    assert visitor.step("ask", "safe")[5:].isdigit()
    wrong = read(visitor.answer("ask", "safe", safe="nonsense"))
    assert wrong.title == "Error: Step 5"


BAD = [
    ("birth", {"birth-day": "31", "birth-month": "2", "birth-year": "1990"}, "28 days"),
    ("birth", {"birth-day": "4", "birth-month": "3", "birth-year": "2999"}, "must be between"),
    ("birth", {"birth-day": "4", "birth-month": "", "birth-year": "1990"}, "has a day but no month"),
    ("where", {"area": "elsewhere", "postcode": "not one"}, "Enter a postcode like"),
    ("called", {"called": "x" * 10_000}, "120 characters or fewer"),
    ("called", {"called": "Ma\0ya"}, "hidden character"),
    ("story", {"story": "x" * 10_000}, "5,000 characters or fewer"),
    ("phone", {"phone": "ring me"}, "Enter a telephone number"),
    ("email", {"email": "maya@"}, "Enter an email address"),
    ("times", {"times_first": ["0"], "times_first__from": "10:00"}, "Enter until when"),
    ("times", {"times_first": ["0"], "times_first__from": "14:00", "times_first__to": "10:00"}, "later than"),
    ("safe", {"safe": "<script>"}, "Choose one of the answers"),
]


@pytest.mark.parametrize(("key", "data", "words"), BAD)
def test_bad_input_is_told_beside_the_field_and_kept(world: World, key: str, data: dict[str, Any], words: str) -> None:
    visitor = Visitor()
    before = dict(WHOLE)
    before["methods"] = {"methods": ["phone", "email"]}
    for step in question_set("ask_for_help").steps:
        if step.key == key:
            break
        visitor.post(visitor.step("ask", step.key), do="next", **before.get(step.key, {}))
    response = visitor.answer("ask", key, **data)
    page = read(response)
    assert response.status_code == 200
    assert page.title.startswith("Error: ")
    assert page.text.count(words) == 2, f"once in the summary, once beside the field: {page.text[:900]}"
    for name, value in data.items():
        typed = value if isinstance(value, list) else [value.replace("\0", "")]
        if name in page.fields:
            assert page.fields[name] == typed or page.fields[name] == [f"\n{typed[0]}"], name


@pytest.mark.parametrize(
    "name", ["A", "李", "مايا", "Łucja Ó’Briain-Ñuñez", "😀", "<b>Maya</b>", "{{ 7*7 }}", "%s %(x)s"]
)
def test_names_of_every_kind_arrive_as_typed(world: World, name: str) -> None:
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    visitor.skip_until("ask", "called")
    visitor.ask(("called", {"called": name}))
    assert name in read(visitor.get("/ask/check")).text
    visitor.send()
    assert Person.objects.none() is not None
    contact = the_contact(world)
    assert Person.objects.get(id=contact.person_id).called == name


def test_in_polish_from_start_to_end(world: World) -> None:
    visitor = Visitor(prefix="/pl")
    visitor.ask(*WHOLE)
    check = read(visitor.get("/ask/check"))
    assert "Poniedziałek, Piątek" in check.text
    visitor.send()
    contact = the_contact(world)
    spoken = {key: (asked, answer) for asked, answer, key in contact.answers["spoken"]}
    assert spoken["relationship"] == ("Who hurts or frightens you?", "A former partner"), "staff read English"
    assert spoken["read_in"][1] == "Polish"
    assert contact.safe_contact.startswith("Call Mondays and Fridays")


def test_the_limit_is_said_plainly_and_loses_nothing(world: World, settings: Any) -> None:
    settings.LIMITS = {**settings.LIMITS, "ask": (1, 2)}
    visitor = Visitor()
    visitor.ask(("about", {"about": "me"}))
    visitor.send()
    visitor.ask(("about", {"about": "someone"}))
    refused = visitor.post("/ask/check")
    page = read(refused)
    assert refused.status_code == 429
    assert "tel:999" in page.links
    assert "still kept" in page.text
    assert visitor.get("/ask/check").status_code == 200
    neighbour = Visitor()
    neighbour.ask(("about", {"about": "me"}))
    neighbour.send()
    third = Visitor()
    third.ask(("about", {"about": "me"}))
    assert third.post("/ask/check").status_code == 429, "the network's limit"


def test_no_address_is_kept_of_who_visits(world: World) -> None:
    visitor = Visitor(client=Client(REMOTE_ADDR="203.0.113.77"))
    visitor.ask(("about", {"about": "me"}))
    visitor.send()
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM access_ratecount")
        keys = [key for (key,) in cursor.fetchall()]
    assert keys
    assert all(len(key) == 64 for key in keys)
    plain = hashlib.sha256(b"203.0.113.77").hexdigest()
    assert plain not in keys, "keyed, so that nobody can try all addresses"


def test_a_colleague_who_asks_while_signed_in_asks_as_nobody(world: World) -> None:
    visitor = Visitor(client=world.browser("idva"))
    visitor.ask(("about", {"about": "me"}))
    visitor.send()
    visitor.post("/ask/more/1", do="next", sex="female")
    visitor.post("/ask/more/2", do="finish")
    contact = the_contact(world)
    assert contact.created_by_id is None
    assert Person.objects.get(id=contact.person_id).created_organisation_id is None
    assert EqualityAnswer.objects.get().recorded_by_id is None
    world.act("dpl")
    assert not AuditEntry.objects.filter(action="received_contact", user_id__isnull=False).exists()
