"""A placement coordinator sees households and no people: no name, reference, street or who was asked for whom, nowhere.

Everything that a name could come from is planted with words that stand nowhere else; then each page, file, refusal, log
and job of the coordinator is searched for them. Who is no coordinator gets the same answers for what is there and what is not.
"""

from __future__ import annotations

import logging
import re

import pytest
from django.db import connection
from django.urls import reverse

from leeward.platform.access.models import AuditEntry
from leeward.record.cases.actions.restricting import restrict_case
from leeward.record.cases.models import Case, CaseSight
from leeward.record.people.actions.walls import set_wall
from leeward.record.people.models import Person
from leeward.response.accommodation.actions.allocating import work_out
from leeward.response.accommodation.actions.asking import ask_providers
from leeward.response.accommodation.actions.needs import take_next_step
from leeward.response.accommodation.models import (
    Ask,
    Need,
    NeedArea,
    NeedMember,
    Proposal,
    ProposedPlace,
    Search,
    SiteAddress,
    Space,
    Stay,
    Suggestion,
)
from leeward.response.accommodation.queries.waiting import everybody_waiting
from leeward.response.accommodation.urls import WHO
from tests.accommodation import STREET, areas, coordinator, held, living, need, provider
from tests.everywhere import patterns
from tests.worlds import World

NOTHING = 999_999
GIVEN, FAMILY = "Zephyrine", "Quillfeather"
WORDS = "Her brother Xantippus drives a lorry"
BORN = "1990"


def says(text: str, word: str) -> bool:
    """Whether a text tells a word. A year is told where it stands as a number: not inside a reference or split seconds."""
    return re.search(rf"(?<!\d){word}(?!\d)", text) is not None if word == BORN else word in text


@pytest.fixture
def planted(world: World) -> tuple[World, Need, dict[str, int]]:
    """A household with names, asked for at one of two providers; one that lives somewhere; a proposal with a suggestion."""
    areas(world)
    coordinator(world)
    asked, lived_in, *_ = provider(world, spaces=3)
    looked = need(world, world.case(given=GIVEN, family=FAMILY), words=WORDS)
    ask_providers(by=world.act("idva"), need=looked, spaces=[asked])
    take_next_step(
        by=world.act("idva"), need=looked, kind="emergency_room", words="The Xenolith hotel", look_again_on=looked.opened_at.date()
    )  # fmt: skip
    living(world, lived_in)
    client = world.browser("placement")
    client.post(reverse("placement_proposal_new"), {"once": "a" * 32})
    world.act("placement")
    made = Proposal.objects.order_by("-at").first()
    assert made is not None
    work_out(proposal_id=made.id, partnership_id=world.partnership.id)
    world.act("placement")
    line = ProposedPlace.objects.get(proposal=made, need=looked)
    client.post(reverse("placement_line_suggest", args=[line.id]))
    world.act("placement")
    row = Suggestion.objects.get()
    ids = {"proposal_id": made.id, "proposed_id": line.id, "need_id": looked.id, "suggestion_id": row.id}
    return world, looked, ids


def paths(ids: dict[str, int]) -> list[str]:
    """Every address of the room, with the rows that there are."""
    found = []
    for name, pattern in patterns():
        if name in WHO:
            blanks = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
            found.append(reverse(name, args=[ids.get(one, NOTHING) for one in blanks]))
    return found


def test_no_page_file_log_or_job_of_a_coordinator_says_who_it_is(
    planted: tuple[World, Need, dict[str, int]], caplog: pytest.LogCaptureFixture
) -> None:
    world, looked, ids = planted
    caplog.set_level(logging.INFO)
    world.act("idva")
    reference = Case.objects.get(id=looked.case_id).reference
    forbidden = [GIVEN, FAMILY, reference, "Xantippus", "Xenolith", STREET, BORN, "Ruth Adeyemi", "Nora"]
    client = world.browser("placement")
    client.raise_request_exception = False
    for method in ("get", "post"):
        for path in [*paths(ids), "/today", "/counts", "/counts/file", "/counts/places/file"]:
            answer = getattr(client, method)(path)
            assert answer.status_code < 500, (method, path)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = body.decode(errors="replace") + str(answer.headers)
            for word in forbidden:
                assert not says(text, word), (method, path, word)
    world.act("dpl")
    kept = " ".join(str(row) for row in AuditEntry.objects.values_list("action", "subject_kind", "detail"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(string_agg(args::text, ' '), '') FROM procrastinate_jobs")
        kept += cursor.fetchone()[0] + caplog.text
    for word in forbidden:
        assert not says(kept, word), word


def test_who_was_asked_for_whom_is_not_told(planted: tuple[World, Need, dict[str, int]]) -> None:
    world, looked, ids = planted
    world.act("idva")
    asked = Space.objects.get(id=Ask.objects.get(need=looked).space_id)
    client = world.browser("placement")
    waits = client.get(reverse("placement_waiting")).content.decode()
    assert "1 ask open" in waits
    assert "Haven" not in waits
    assert asked.label not in waits
    # What is suggested is another space than the one that was asked for.
    page = client.get(reverse("placement_proposal", args=[ids["proposal_id"]])).content.decode()
    assert f">{asked.label}, " not in page
    world.act("idva")
    world.browser("idva").post(reverse("place_suggestion_ask", args=[ids["suggestion_id"]]))
    page = client.get(reverse("placement_proposal", args=[ids["proposal_id"]])).content.decode()
    assert "Answered" in page
    assert "Asked for this" not in page


def test_the_tables_themselves_say_nothing_to_a_coordinator(planted: tuple[World, Need, dict[str, int]]) -> None:
    world, looked, ids = planted
    world.act("placement")
    for model in (Person, Case, CaseSight, Need, NeedMember, NeedArea, Search, Ask, Stay, SiteAddress):
        assert not model._default_manager.exists(), model
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accommodation_allocation_facts(%s)", [ids["proposal_id"]])
        assert cursor.fetchone()[0] == 0
        for name in ("knowable", "lookers", "households", "space_nights"):
            cursor.execute(
                "SELECT has_function_privilege(oid, 'EXECUTE') FROM pg_proc WHERE proname = %s",
                [f"accommodation_{name}"],
            )
            assert cursor.fetchall() == [(False,)], name
        cursor.execute("SELECT string_agg(w::text, ' ') FROM accommodation_waiting() w")
        told = cursor.fetchone()[0]
        world.act("idva")
        for word in (
            GIVEN,
            FAMILY,
            "Xantippus",
            "Xenolith",
            BORN,
            "E07990001",
            str(looked.person_id),
            str(looked.case_id),
        ):
            assert not says(told, word), word
    columns = {one.attname for one in ProposedPlace._meta.concrete_fields} | {
        one.attname for one in Proposal._meta.concrete_fields
    }
    assert not columns & {"case_id", "person_id"}


def test_a_walled_coordinator_sees_one_fewer(planted: tuple[World, Need, dict[str, int]]) -> None:
    world, looked, ids = planted
    other = need(world, world.case(given="Freya", family="Holt"))
    world.add_user("placement2", "Sol Reed", "council", "placement_coordinator")
    world.act("placement2")
    assert {one.need for one in everybody_waiting()} == {looked.id, other.id}
    set_wall(
        by=world.act("harbour_manager"), person_id=looked.person_id, reason="A cousin",
        user_id=world.users["placement2"].id,
    )  # fmt: skip
    world.act("placement2")
    assert {one.need for one in everybody_waiting()} == {other.id}
    client = world.browser("placement2")
    page = client.get(reverse("placement_waiting")).content.decode()
    assert "1 household waits, 1 person" in page
    for name in ("proposal_id", "proposed_id", "need_id"):
        for route, (_, pattern) in {one[0]: one for one in patterns() if one[0] in WHO}.items():
            if not route.startswith("placement_") or f":{name}>" not in pattern:
                continue
            for method in ("get", "post"):
                there = getattr(client, method)(reverse(route, args=[ids[name]]))
                missing = getattr(client, method)(reverse(route, args=[NOTHING]))
                assert there.status_code == missing.status_code, (route, method)
                assert there.status_code in (404, 405), (route, method)


def test_a_restricted_case_is_known_to_who_is_named_alone(planted: tuple[World, Need, dict[str, int]]) -> None:
    world, looked, ids = planted
    restrict_case(
        by=world.act("harbour_manager"), case=Case.objects.get(id=looked.case_id), why="Staff know them",
        user_ids=[world.users["idva"].id, world.users["harbour_manager"].id],
    )  # fmt: skip
    world.act("placement")
    assert everybody_waiting() == []
    client = world.browser("placement")
    assert client.get(reverse("placement_proposal", args=[ids["proposal_id"]])).status_code == 404
    assert "Nobody waits" in client.get(reverse("placement_waiting")).content.decode()


def test_other_roles_are_refused_like_missing(planted: tuple[World, Need, dict[str, int]]) -> None:
    world, _, ids = planted
    for user in ("idva", "harbour_manager", "haven_worker", "spa", "officer", "dpl", "analyst", "admin", "chief"):
        client = world.browser(user)
        for name, pattern in patterns():
            if name not in WHO or not name.startswith("placement_"):
                continue
            blanks = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
            for method in ("get", "post"):
                there = getattr(client, method)(reverse(name, args=[ids[one] for one in blanks]))
                missing = getattr(client, method)(reverse(name, args=[NOTHING for _ in blanks]))
                assert there.status_code in (403, 404, 405), (user, name, method)
                assert there.status_code == missing.status_code, (user, name, method)
    # A suggestion is for who looks: for a colleague at another organisation it is as if it were not there.
    for user in ("haven_worker", "housing", "social_worker"):
        client = world.browser(user)
        for name in ("place_suggestion_ask", "place_suggestion_answer"):
            assert client.post(reverse(name, args=[ids["suggestion_id"]])).status_code == 404, (user, name)


def test_a_provider_that_knows_who_it_is_sees_no_suggestion(planted: tuple[World, Need, dict[str, int]]) -> None:
    world, looked, _ = planted
    world.act("idva")
    (space,) = Space.objects.filter(id=Ask.objects.get(need=looked).space_id)
    other = need(world, world.case(given="Freya", family="Holt"))
    held(world, other, Space.objects.exclude(id=space.id).order_by("-id")[0])
    world.act("placement")
    with connection.cursor() as cursor:
        cursor.execute("SELECT answer FROM accommodation_suggest(%s, %s, NULL, '')", [other.id, space.id])
        assert cursor.fetchone()[0] == "made"
    world.act("haven_worker")
    assert not Suggestion.objects.exists()
    page = world.browser("haven_worker").get(reverse("case_place", args=[other.case_id])).content.decode()
    assert "suggests a space" not in page
