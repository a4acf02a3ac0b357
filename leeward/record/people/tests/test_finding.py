"""Search and the index check: what they answer, to whom, how often, and what is left in the log."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.platform.access.models import AuditEntry
from leeward.record.people.actions.checking import check_index
from leeward.record.people.actions.details import add_identifier
from leeward.record.people.actions.facts import Source
from leeward.record.people.models import IndexCheck, Wall
from leeward.record.people.queries.walls import checks_that_stand_out
from leeward.record.people.rules.checking import likelihood_words
from tests.homes import FRAME, browser, home, statements
from tests.worlds import World

REASON = "She rang and asked for her adviser"


def bare(page: str) -> str:
    """A page without what is different each time by chance."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)


def typed(**values: str) -> dict[str, str]:
    return {"given": "Maya", "family": "Lindqvist", "about": "harmed", "reason": REASON, **values}


def test_search_shows_names_birth_date_and_the_case(world: World) -> None:
    family = home(world)
    page = browser(world, "idva").post("/search", {"q": "Maja Lindkvist"}).content.decode()
    assert reverse("person", args=[family.mother.id]) in page
    assert "4 March 1990" in page
    assert reverse("case", args=[family.case.id]) in page
    assert page.count(reverse("case", args=[family.case.id])) == 1  # the child and the father have none of their own


@pytest.mark.parametrize("user", ["haven_worker", "spa", "changer"])
def test_search_shows_others_nothing(world: World, user: str) -> None:
    family = home(world)
    page = browser(world, user).post("/search", {"q": "Maya Lindqvist"}).content.decode()
    assert "Nobody whom you may see is found" in page
    assert str(family.mother.id) not in page


@pytest.mark.parametrize(
    ("query", "words"),
    [("", "Find a person"), (".", "Write a name"), ("\U0001f331", "Write a name"), ("x" * 10_000, "Nobody"),
     ("31/2/1990", "Write a name"), ("Maya\n\rLindqvist", "Maya"), ("';--", "Write a name"), ("m", "Nobody"),
     ("Ma\0ya", "Nobody")],
)  # fmt: skip
def test_search_answers_whatever_is_typed(world: World, query: str, words: str) -> None:
    home(world)
    answer = browser(world, "idva").post("/search", {"q": query})
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_search_is_a_few_statements_and_the_same_for_a_walled_person_as_for_none(world: World) -> None:
    family = home(world)
    client = browser(world, "idva")
    maya, nobody = {"q": "Maya Lindqvist"}, {"q": "Qqqq Zzzzzzzz"}
    client.post("/search", maya)
    assert len(statements(client, "/search", maya)) <= 8
    world.act("harbour_manager")
    Wall(person_id=family.mother.id, user=world.users["idva"], kind="set").save(force_insert=True)
    Wall(person_id=family.father.id, user=world.users["idva"], kind="set").save(force_insert=True)
    walled, missing = (bare(client.post("/search", data).content.decode()) for data in (maya, nobody))
    assert walled.replace('value="Maya Lindqvist"', "") == missing.replace('value="Qqqq Zzzzzzzz"', "")
    assert len(statements(client, "/search", maya)) == len(statements(client, "/search", nobody))


def test_what_is_searched_for_stands_in_no_address(world: World) -> None:
    """An address says nothing of it, and one that was kept from before is not answered any more."""
    family = home(world)
    client = browser(world, "idva")
    for path in ("/search", reverse("person_link_find", args=[family.child.id])):
        found = client.post(path, {"q": "Maya Lindqvist"})
        assert reverse("person", args=[family.mother.id]).split("/")[-1] in found.content.decode()
        assert "q=" not in found.content.decode()
        assert found["Cache-Control"] == "no-store"
        again = client.get(path, {"q": "Maja Lindkvist"}).content.decode()
        assert "Lindkvist" not in again


def test_a_search_leaves_a_hash_and_no_word_in_the_log(world: World) -> None:
    home(world)
    browser(world, "idva").post("/search", {"q": "Maya Lindqvist"})
    world.act("dpl")
    entry = AuditEntry.objects.filter(action="searched_people").latest("id")
    assert len(entry.listed) >= 1
    assert "Maya" not in str(entry.detail)
    assert len(entry.detail["text"]) == 24


def test_the_index_says_how_likely_and_whom_to_ring_and_nothing_else(world: World) -> None:
    family = home(world)
    page = browser(world, "haven_worker").post(reverse("index_check"), typed(**born(1990, 3, 4))).content.decode()
    answer = page.split('role="status"')[1].split("</section>")[0]
    assert "Very likely" in answer
    assert "Harbour Outreach" in answer
    assert "01632 960101" in answer
    for secret in (str(family.mother.id), family.case.reference, "1990", "Ruth", "Erik", "harm"):
        assert secret not in answer, secret


def born(year: int, month: int, day: int) -> dict[str, str]:
    return {"born-day": str(day), "born-month": str(month), "born-year": str(year)}


def test_likelihood_in_words() -> None:
    assert [likelihood_words(points) for points in (99, 90, 89, 70, 69, 50, 49, 0)] == [
        "very likely", "very likely", "likely", "likely", "possible", "possible", "", "",
    ]  # fmt: skip


def test_the_index_knows_a_number(world: World) -> None:
    family = home(world)
    add_identifier(by=world.act("idva"), person_id=family.mother.id, kind="nhs", value="999 000 0018", source=Source())
    outcome = check_index(
        by=world.act("haven_worker"), given="", family="", born=None, nhs_number="9990000018", reason=REASON
    )
    assert [one.likelihood for one in outcome.answers] == ["very likely"]


def test_somebody_who_is_only_mentioned_is_not_in_the_index(world: World) -> None:
    home(world)
    for given in ("Erik", "Noor"):
        outcome = check_index(by=world.act("haven_worker"), given=given, family="Lindqvist", born=None, reason=REASON)
        assert outcome.answers == ()


def test_the_two_sides_are_asked_of_apart(world: World) -> None:
    world.case("changer", side="causing_harm", given="Erik", family="Lindqvist")
    by = world.act("haven_worker")
    asked = {"by": by, "given": "Erik", "family": "Lindqvist", "born": None, "reason": REASON}
    assert check_index(**asked).answers == ()
    assert [one.organisation for one in check_index(**asked, about="causing_harm").answers] == [
        "Turning Point Programme"
    ]


def test_a_walled_user_is_answered_and_costs_just_what_a_stranger_would(world: World) -> None:
    family = home(world)
    world.act("harbour_manager")
    Wall(person_id=family.mother.id, user=world.users["haven_worker"], kind="set").save(force_insert=True)
    client = browser(world, "haven_worker")
    path = reverse("index_check")
    client.post(path, typed(given="Ana", family="Petrov"))
    pages, costs = [], []
    for given, family_name in (("Maya", "Lindqvist"), ("Qqqqq", "Zzzzzzz")):
        form = typed(given=given, family=family_name, once_token="d" * 32)
        with CaptureQueriesContext(connection) as captured:
            answer = client.post(path, form)
        assert answer.status_code == 200
        pages.append(answer.content.decode().replace(given, "G").replace(family_name, "F"))
        made = [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(FRAME)]
        costs.append([sql.split(" ", 3)[:3] for sql in made])
    assert "Nobody like this is known" in pages[0]
    assert bare(pages[0]) == bare(pages[1])
    assert costs[0] == costs[1]


def test_a_check_is_kept_with_its_reason_and_logged_without_the_name(world: World) -> None:
    browser(world, "haven_worker").post(reverse("index_check"), typed())
    world.act("dpl")
    row = IndexCheck.objects.get()
    assert row.reason == REASON
    assert row.user_id == world.users["haven_worker"].id
    entry = AuditEntry.objects.get(action="checked_index")
    assert entry.detail["asked"] == row.asked
    assert "Maya" not in str(entry.detail)
    world.act("idva")
    assert IndexCheck.objects.count() == 0


@pytest.mark.parametrize(
    ("setting", "words"), [("INDEX_CHECKS_AN_HOUR", "last hour"), ("INDEX_CHECKS_A_DAY", "in a day")]
)
def test_checks_are_limited(world: World, settings: Any, setting: str, words: str) -> None:
    home(world)
    setattr(settings, setting, 2)
    client = browser(world, "haven_worker")
    path = reverse("index_check")
    for _ in range(2):
        assert "Somebody like this is known" in client.post(path, typed()).content.decode()
    page = client.post(path, typed()).content.decode()
    assert words in page
    assert "Somebody like this is known" not in page
    assert "She rang" in page  # nothing typed is lost
    world.act("dpl")
    assert IndexCheck.objects.count() == 2
    assert AuditEntry.objects.filter(action="was_limited").count() == 1
    # somebody else is not held up
    assert "Somebody like this is known" in browser(world, "officer").post(path, typed()).content.decode()


def test_the_same_name_again_and_again_stands_out(world: World) -> None:
    for _ in range(3):
        check_index(by=world.act("haven_worker"), given="Maya", family="Lindqvist", born=None, reason=REASON)
    check_index(by=world.act("officer"), given="Ana", family="Petrov", born=None, reason=REASON)
    world.act("dpl")
    [line] = checks_that_stand_out()
    assert (line.user, line.checks, line.same) == ("Ines Duarte", 3, 3)
    assert "Ines Duarte" in browser(world, "dpl").get(reverse("walls")).content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"given": "", "family": ""}, "Enter both names"),
        ({"family": ""}, "Enter both names"),
        ({"reason": ""}, "Enter why you ask"),
        ({"reason": "x"}, "in a few words"),
        (born(1990, 2, 31), "only 29 days" if date(1990, 2, 1).year % 4 == 0 else "only 28 days"),
        (born(2200, 1, 1), "in the past"),
        ({"nhs_number": "123"}, "10 digit"),
        ({"nhs_number": "9990000019"}, "mistake"),
        ({"given": "M" * 10_000}, "fewer"),
    ],
)
def test_bad_input_of_a_check_has_a_sentence(world: World, values: dict[str, str], words: str) -> None:
    page = browser(world, "haven_worker").post(reverse("index_check"), typed(**values)).content.decode()
    assert "<title>Error: " in page
    assert words in page
    world.act("haven_worker")
    assert IndexCheck.objects.count() == 0


def test_who_may_ask(world: World) -> None:
    for user, status in (("analyst", 403), ("dpl", 403), ("admin", 403), ("spa", 200), ("idva", 200)):
        assert browser(world, user).get(reverse("index_check")).status_code == status, user
        assert browser(world, user).get("/search").status_code == status, user


def test_a_person_is_found_by_nhs_number(world: World) -> None:
    family = home(world)
    add_identifier(by=world.act("idva"), person_id=family.mother.id, kind="nhs", value="999 000 0018", source=Source())
    page = browser(world, "idva").post(reverse("search"), {"q": "999 000 0018"}).content.decode()
    assert reverse("person", args=[family.mother.id]) in page
    nothing = browser(world, "haven_worker").post(reverse("search"), {"q": "999 000 0018"}).content.decode()
    assert "Nobody whom you may see is found." in nothing
