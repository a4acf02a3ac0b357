"""What is hidden is answered just as what does not exist: same status, body and headers, by the same statements.

Every address with a number of something about a person is asked twice, by somebody who may not see it: with the number
of something that is there, and with one that nothing has. The database is asked the same questions both times, so that
no clock tells the two apart. A clock itself is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leeward.platform.access.actions import end_membership
from leeward.platform.access.models import Membership
from leeward.platform.common.ids import new_id
from leeward.record.cases.models import Case
from leeward.record.people.actions.walls import set_wall
from leeward.record.people.models import Person
from leeward.response.marac.actions.seats import give_seat
from leeward.response.marac.models import Marac
from tests.everywhere import USERS, Busy, make_busy, patterns
from tests.worlds import World

ROOMS = ("record.people", "record.cases", "record.risk", "response.front_door", "response.marac")
# A blank that names no row about anybody: a step, a screen, a kind of fact, an organisation or a user.
PLAIN = {"kind", "word", "number", "slug", "screen", "risk", "organisation_id", "user_id", "target_id"}
# What is between organisations names nobody whom a case is about: that there is a meeting, a seat or a handover is no
# secret to those whose role it is. What is on their pages of somebody hidden is asked below (`told`).
OF_NOBODY = {"marac_id", "agency_id", "seat_id", "meeting_id", "return_id", "handover_id"}
# Rows that `make_busy` does not make: their addresses stand behind the number of a person too, or are another's by role.
NOT_MADE = {
    "answer_id": "an answer on equality, behind its person's number",
    "change_id": "a change of a fact, behind its person's number",
    "declaration_id": "who said that they know somebody: their own and the data protection lead's",
    "notice_id": "a notice that a claim was corrected, made out to who was told of it",
    "sight_id": "emergency sight, for the data protection lead",
}
# Pressed on something that is not there, these lead back to their list, which says so: the same for what is hidden.
A_BUTTON = ("wall_lift", "wall_keep", "wall_undo_keep", "wall_undo_lift", "wall_undo_set")
SAME = ("marac_representative", "marac_coordinator", "practitioner", "manager", "access_point", "referrer")
# Not the name of the mother: the page of search says it as its example.
PLANTED = ("Noor", "Erik", "Maia", "Freya", "Mira", "marigold", "Elm Road", "07700 900123", "She rang",
           "A cousin", "Wren", "Robin", "He waits", "Called out twice", "He will not stop")  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """An address, once of something that is there and once of nothing."""

    route: str
    hidden: str
    missing: str


def staff_routes(rooms: tuple[str, ...]) -> set[str]:
    """The routes of some rooms for who is signed in."""
    tables = [import_module(f"leeward.{room}.urls").WHO for room in rooms]
    return {name for table in tables for name, who in table.items() if not who.is_public}


def addresses(busy: Busy) -> list[Asked]:
    """Every address of the rooms about people that has a number in it."""
    found = []
    ours = staff_routes(ROOMS)
    missing = {blank: new_id() for blank in busy.ids}
    for name, pattern in patterns():
        blanks = set(re.findall(r"<(?:\w+:)?(\w+)>", pattern))
        if name not in ours or not blanks - PLAIN - OF_NOBODY or blanks & set(NOT_MADE):
            continue
        fixed = {"screen": "chair", "number": 1, "slug": "x", "kind": "name", "word": "child", "risk": "high",
                 "user_id": 1}  # fmt: skip
        known = fixed | busy.ids | busy.of_route.get(name, {})
        assert blanks <= set(known), f"{name}: nothing here has {blanks - set(known)}"
        there = {blank: known[blank] for blank in blanks}
        nothing = there | {blank: missing[blank] for blank in blanks - PLAIN}
        found.append(Asked(name, reverse(name, kwargs=there), reverse(name, kwargs=nothing)))
    return found


@dataclass(frozen=True)
class Answer:
    """Everything of an answer that could tell one from another."""

    status: int
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[str, ...]
    body: str
    statements: tuple[str, ...]


def plain(text: str) -> str:
    """Without numbers, which are those of the question, and tokens, which are made for each page."""
    text = re.sub(r'(name="(?:once_token|csrfmiddlewaretoken)" value=)"[^"]*"', r"\1", text)
    return re.sub(r"\d{5,}", "#", text)


def shape(sql: str) -> str:
    """A statement without its values; that a session is alive is noted once a minute, on whichever page that is."""
    text = re.sub(r"'(?:[^']|'')*'", "?", sql)
    text = re.sub(r"\d+", "#", text)
    return re.sub(r"\((?:[?#](?:::\w+)?(?:, )?)+\)", "(…)", text)


def ask(client: Client, method: str, path: str) -> Answer:
    with CaptureQueriesContext(connection) as captured:
        answer: HttpResponse = getattr(client, method)(path)
        if answer.status_code == 303:  # it leads to a page that says why not
            answer = client.get(answer.headers["Location"])
    statements = [shape(query["sql"]) for query in captured.captured_queries]
    return Answer(
        answer.status_code,
        tuple(sorted((name, plain(value)) for name, value in answer.headers.items())),
        tuple(sorted(answer.cookies)),
        plain(answer.content.decode()),
        tuple(sql for sql in statements if not sql.startswith('UPDATE "django_session"')),
    )


def differences(client: Client, asked: list[Asked], methods: tuple[str, ...]) -> Iterator[str]:
    """Where hidden and missing are not answered alike, or something was opened."""
    client.get("/cases/1")  # what a process reads once is read
    for one in asked:
        for method in methods:
            hidden, missing = ask(client, method, one.hidden), ask(client, method, one.missing)
            if hidden != missing:  # what a process or a session keeps for a while may have run out between the two
                hidden, missing = ask(client, method, one.hidden), ask(client, method, one.missing)
            if hidden.status not in (302, 403, 404, 405) and one.route not in A_BUTTON:
                yield f"{method} {one.route}: opened, {hidden.status}"
            for part in ("status", "headers", "cookies", "body", "statements"):
                if getattr(hidden, part) != getattr(missing, part):
                    yield f"{method} {one.route}: {part} differ: {_apart(getattr(hidden, part), getattr(missing, part))}"


def _apart(one: Any, other: Any) -> str:
    if isinstance(one, tuple) and isinstance(other, tuple):
        return f"{[x for x in one if x not in other]} / {[x for x in other if x not in one]} ({len(one)}, {len(other)})"
    return f"{one!r:.300} / {other!r:.300}"


def wall_everybody_off(world: World, *users: str) -> None:
    """Nobody whom anybody knows of may be seen by these users: set by the data protection lead, by number."""
    people: set[int] = set()
    for user in USERS:
        world.act(user)
        people |= set(Person.objects.values_list("id", flat=True))
    for user in users:
        for person in people:
            set_wall(by=world.act("dpl"), person_id=person, reason="A cousin", user_id=world.users[user].id)


@pytest.fixture
def busy(world: World) -> Busy:
    """One of everything; an uninvolved agency's worker with every role, and two who are walled from everybody."""
    made = make_busy(world)
    world.add_user("outsider", "Otto Vane", "change", *SAME)
    world.add_user("cousin", "Cora Lane", "harbour", *SAME, teams=("outreach", "children"))
    world.add_user("cousin_at_the_door", "Cleo Lane", "point", "access_point", "manager", teams=("triage",))
    for blank in ("other_marac_id",):
        give_seat(
            by=world.act("chief"), marac=Marac.objects.get(id=made.ids[blank]), user_id=world.users["cousin"].id,
            organisation_id=world.organisations["harbour"].id, part="coordinator",
        )  # fmt: skip
    wall_everybody_off(world, "cousin", "cousin_at_the_door")
    return made


def told(busy: Busy, user: str) -> Iterator[str]:
    """Where a list, a form or any page without a number says something of somebody who is hidden."""
    client = busy.browser(user)
    busy.world.act("idva")
    references = Case.objects.values_list("reference", flat=True)
    secrets = (*PLANTED, *references)
    ours = staff_routes((*ROOMS, "workspace"))
    for name, pattern in patterns():
        if name in ours and "<" not in pattern:
            answer = client.get(reverse(name))
            text = answer.content.decode() + repr(dict(answer.headers))
            for words in secrets:
                if words in text:
                    yield f"{name} says {words}"


@pytest.mark.parametrize(
    ("user", "method", "first", "every"),
    [
        ("outsider", "post", 0, 1),
        ("outsider", "get", 0, 2),
        ("cousin", "get", 1, 2),
        ("cousin_at_the_door", "get", 0, 6),
    ],
)
def test_hidden_and_missing_are_answered_alike_by_the_same_statements(
    busy: Busy, user: str, method: str, first: int, every: int
) -> None:
    """Each address by one user at least; by the others as many as the time of a test allows."""
    asked = addresses(busy)
    assert len(asked) > 110
    problems = [*differences(busy.browser(user), asked[first::every], (method,)), *told(busy, user)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("user", ["admin", "analyst"])
def test_a_role_that_opens_no_case_is_refused_before_anything_is_asked(busy: Busy, user: str) -> None:
    problems = [*differences(busy.browser(user), addresses(busy)[::8], ("get",)), *told(busy, user)]
    assert not problems, "\n".join(problems)


def test_who_signed_out_and_whose_place_ended_is_sent_to_sign_in_whatever_they_ask_for(busy: Busy) -> None:
    ended = busy.browser("haven_worker")
    assert ended.get("/cases").status_code == 200
    place = Membership.objects.get(user=busy.world.users["haven_worker"])
    busy.world.add_user("haven_admin", "Ola Reed", "haven", "administrator")
    end_membership(by=busy.world.act("haven_admin"), membership=place)
    for one in addresses(busy)[::8]:
        for client in (Client(), ended):
            hidden, missing = client.get(one.hidden), client.get(one.missing)
            assert hidden.status_code == missing.status_code == 302, one.route
            assert plain(hidden["Location"]) == plain(missing["Location"])
            assert hidden["Location"].startswith("/sign-in")


def test_emergency_sight_asks_the_same_of_a_walled_case_and_of_none(busy: Busy) -> None:
    """Whoever breaks the glass for somebody they are walled from learns what a wrong reference would tell them."""
    world, client = busy.world, busy.browser("cousin")
    world.act("idva")
    reference = busy.family.case.reference
    answers = []
    for wanted in (reference, reference[:-3] + "000"):
        page = client.get("/emergency")
        token = re.search(r'name="once_token" value="([^"]+)"', page.content.decode())
        data = {"reference": wanted, "reason": "Her life is in danger tonight"}
        data |= {"once_token": token.group(1)} if token else {}
        with CaptureQueriesContext(connection) as captured:
            answer = client.post("/emergency", data)
        text = plain(answer.content.decode()).replace(wanted, "REFERENCE")
        answers.append((answer.status_code, text, [shape(query["sql"]) for query in captured.captured_queries]))
    assert answers[0][0] == 200
    assert answers[0] == answers[1]
