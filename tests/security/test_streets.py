"""Nobody without the address flag learns where a safe place is: from no page, list, search, refusal, error, log or mail.

Each site, and each home that lies apart, has a street that no other has. Everybody of the world asks for every page of
the room, and for whatever else lists, finds or prints; each of them sends every form of the room empty. A small model
of the rules, which asks none of the code under test, says whose street whom may reach.

Other streets: `LEEWARD_SEED=… pytest tests/security/test_streets.py`.
"""

from __future__ import annotations

import logging
import os
import random
import re
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse

from leeward.config.routes import table
from leeward.platform.access.models import AuditEntry, Membership
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, Scope
from leeward.response.accommodation.actions.places import (
    SiteFacts,
    SpaceFacts,
    add_space,
    open_site,
    set_address,
    state_free,
)
from leeward.response.accommodation.models import Site, SiteAddress, Space, Stay
from leeward.response.accommodation.urls import WHO
from tests.accommodation import FAR, living, provider
from tests.everywhere import Busy, make_busy, patterns
from tests.worlds import World

NOTHING = 999_999  # the number of no row
SEED = int(os.environ.get("LEEWARD_SEED", "4"))
WORKS = {"access_point", "practitioner", "manager"}  # the roles that work with cases
ELSEWHERE = ("/today", "/cases", "/cases?whose=team", "/shared", "/offers", "/notices", "/log", "/index-checks", "/handovers",
             "/marac", "/tasks", "/administration", "/emergency/reviews")  # fmt: skip
OF_CASE = ("case", "case_print", "case_people", "case_details", "case_tasks", "case_documents", "case_sharing", "case_place",
           "case_sanctuary", "case_share", "case_log")  # fmt: skip


@dataclass
class Street:
    """One planted street: whose it is, and who has somebody there."""

    word: str
    organisation: str
    site: int
    space: int | None
    has_somebody: set[str] = field(default_factory=set)  # organisations with the address of somebody there

    def may_be_learnt_by(self, organisation: str, roles: frozenset[str]) -> bool:
        """The model: its own provider's workers; and who works with a case of somebody there, with the address."""
        return bool(roles & WORKS) and organisation in {self.organisation, *self.has_somebody}


def word(chance: random.Random) -> str:
    """A name of a street that stands nowhere else."""
    return "Zq" + "".join(chance.choice("aeioubdklmnrstv") for _ in range(9))


@pytest.fixture
def planted(world: World) -> tuple[Busy, list[Street]]:
    """A world with one of everything; sites of two providers, homes that lie apart; each with a street of its own."""
    chance = random.Random(SEED)
    busy = make_busy(world)
    house = Site.objects.get(id=busy.ids["site_id"])
    # A whole case with everything but the address is shared with the council: it must not learn where she lives.
    lives = Stay.objects.get(id=busy.ids["stay_id"])
    share_case(
        by=world.act("idva"), case=Case.objects.get(id=lives.case_id), organisation_id=world.organisations["council"].id,
        organisation_name="Council", scope=Scope.FULL, lawful_basis="consent", told="told_agreed", at_once=True, risk=True,
    )  # fmt: skip
    (empty,) = provider(world, "point")
    by = world.act("haven_manager")
    apart = open_site(by=by, facts=SiteFacts("Homes apart", "dispersed", FAR))
    homes = [add_space(by=by, site=apart, facts=SpaceFacts(f"Home {n}", kind="unit", beds=4)) for n in (1, 2)]
    state_free(by=by, site=apart, free=frozenset(home.id for home in homes))
    streets = [
        Street(word(chance), "haven", house.id, None, {"harbour"}),
        Street(word(chance), "point", empty.site_id, None),
        Street(word(chance), "haven", apart.id, homes[0].id, {"harbour"}),
        Street(word(chance), "haven", apart.id, homes[1].id),
    ]
    for street in streets:
        by = world.act(f"{street.organisation}_manager")
        space = Space.objects.get(id=street.space) if street.space else None
        set_address(by=by, site=Site.objects.get(id=street.site), space=space, lines=f"7 {street.word} Mews\nNorbeck")
    second = living(world, homes[0])
    busy.ids["second_stay"] = second.id
    return busy, streets


def paths(busy: Busy, streets: list[Street]) -> list[str]:
    """Every page of the room with every row of its kind that there is, and what else lists, finds or prints."""
    found = []
    rows = {
        "stay_id": [busy.ids["stay_id"], busy.ids["second_stay"]],
        "site_id": sorted({street.site for street in streets}),
        "space_id": [busy.ids["space_id"], *(street.space for street in streets if street.space)],
    }
    for name, pattern in patterns():
        if name not in WHO:
            continue
        blanks = re.findall(r"<(?:\w+:)?(\w+)>", pattern)
        assert len(blanks) < 2
        for value in rows.get(blanks[0], [busy.ids.get(blanks[0], NOTHING)]) if blanks else [None]:
            found.append(reverse(name, args=[value] if value is not None else []))
    cases = {busy.ids["case_id"], *Stay.objects.values_list("case_id", flat=True)}
    known = table()
    found += [reverse(name, args=[case]) for name in OF_CASE if name in known for case in cases]
    return [*found, *ELSEWHERE]


def said(answer: HttpResponse) -> str:
    """All that an answer gives."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    return body.decode(errors="replace") + "\n".join(f"{name}: {value}" for name, value in answer.headers.items())


def test_no_street_is_learnt_without_the_flag(
    planted: tuple[Busy, list[Street]], caplog: pytest.LogCaptureFixture
) -> None:
    busy, streets = planted
    world = busy.world
    caplog.set_level(logging.INFO)
    world.act("haven_worker")
    every = paths(busy, streets)
    members = {
        user: (
            next(key for key, one in world.organisations.items() if one.id == row.organisation_id),
            frozenset(row.roles),
        )
        for user, who in world.users.items()
        for row in Membership.objects.filter(user=who)
    }
    reached: set[tuple[str, str]] = set()
    # One of each kind: of an organisation, with these roles.
    kinds = {(organisation, frozenset(roles)): user for user, (organisation, roles) in reversed(members.items())}
    for (organisation, roles), user in kinds.items():
        client = busy.browser(user)
        client.raise_request_exception = False
        sent: list[tuple[str, str, dict[str, str]]] = [("get", path, {}) for path in every]
        sent += [("post", "/search", {"q": street.word}) for street in streets]
        if roles & WORKS:
            sent += [("post", path, {}) for path in every if path.startswith(("/places", "/needs", "/sanctuaries"))]
        for method, path, words in sent:
            answer = getattr(client, method)(path, words)
            assert answer.status_code < 500, (user, method, path)
            text = said(answer)  # type: ignore[arg-type]
            if words:
                text = text.replace(f'value="{words["q"]}"', "")  # what they typed themselves
            for street in streets:
                if street.word in text and not street.may_be_learnt_by(organisation, roles):
                    pytest.fail(f"{user} learns a street of {street.organisation} from {method} {path}")
                if street.word in text:
                    reached.add((user, street.word))
        world.act(user)
        allowed = {(s.site, s.space) for s in streets if s.may_be_learnt_by(organisation, roles)}
        rows = set(SiteAddress.objects.values_list("site_id", "space_id"))
        assert rows <= allowed, user
    # The model is no wall: who may reach a street did.
    assert ("idva", streets[0].word) in reached
    assert ("idva", streets[2].word) in reached
    assert ("haven_worker", streets[3].word) in reached
    # Nor does a line of a log, a row of the log of access or a job for later hold one.
    world.act("dpl")
    kept = " ".join(str(row) for row in AuditEntry.objects.values_list("action", "subject_kind", "detail"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT COALESCE(string_agg(args::text, ' '), '') FROM procrastinate_jobs")
        kept += cursor.fetchone()[0]
    for street in streets:
        assert street.word not in caplog.text
        assert street.word not in kept
