"""A small invented partnership for tests: made through the same actions as everything else, as the web role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from leeward.platform.access import acting
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Organisation, Partnership, Team, User
from leeward.platform.access.partnership import _by_slug
from leeward.platform.directory.models import Service
from leeward.record.cases.actions.opening import open_case
from leeward.record.cases.models import Case
from leeward.record.people.actions import PersonFacts, record_person
from leeward.record.people.models import Person


@dataclass
class World:
    """Organisations, teams and users by short names; helpers to act and to make people and cases."""

    partnership: Partnership
    organisations: dict[str, Organisation] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)

    def act(self, user: str, organisation: str | None = None) -> Acting:
        """Say to the database that this user acts from here on in the test's transaction."""
        chosen = self.organisations[organisation].id if organisation else None
        by = acting.begin(self.users[user].id, chosen)
        assert by is not None, f"{user} may not act"
        return by

    def visitor(self) -> Acting:
        """A visitor without an account acts from here on."""
        return acting.begin_public(self.partnership.id, self.partnership.name)

    @contextmanager
    def acting(self, user: str) -> Iterator[Acting]:
        """A user acts inside the block; nobody after it."""
        by = self.act(user)
        yield by
        acting.end()

    def browser(self, user: str) -> Client:
        """A browser in which this user is signed in."""
        client = Client()
        client.force_login(self.users[user], backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session["second_factor"] = True  # what signing in with a second factor leaves behind
        session.save()
        return client

    def add_user(self, key: str, name: str, organisation: str, *roles: str, teams: tuple[str, ...] = ()) -> User:
        """A user with roles in one organisation."""
        user = User.objects.create_user(f"{key}@{organisation}.example.org", name=name)
        membership = Membership.objects.create(
            user=user, organisation=self.organisations[organisation], roles=list(roles)
        )
        membership.teams.set([self.teams[team] for team in teams])
        self.users[key] = user
        return user

    def person(self, by: Acting, **facts: object) -> Person:
        """A person record, without anybody's sight yet."""
        return record_person(by=by, facts=PersonFacts(**facts))  # type: ignore[arg-type]

    def case(self, user: str = "idva", *, side: str = "harmed", team: str | None = None, **facts: object) -> Case:
        """A case led by the user's organisation, of a person with these facts. The user acts afterwards."""
        by = self.act(user)
        facts = {"given": "Maya", "family": "Lindqvist", **facts}
        with acting.making():
            person = self.person(by, **facts)
            with acting.making(person.id):
                return open_case(
                    by=by,
                    person=person,
                    side=side,
                    lawful_basis="consent",
                    told="told_agreed",
                    team=self.teams[team] if team else None,
                    lead_worker_id=by.user_id,
                )


UNUSABLE = make_password(None)
ORGANISATIONS = (
    ("point", "Estuary Access Point", "charity"),
    ("harbour", "Harbour Outreach", "specialist"),
    ("haven", "Haven Housing Support", "specialist"),
    ("council", "Estuary Council", "council"),
    ("police", "Estuary Police", "police"),
    ("change", "Turning Point Programme", "charity"),
)
TEAMS = (
    ("triage", "point", "Front door"),
    ("outreach", "harbour", "Outreach team"),
    ("children", "harbour", "Children's team"),
    ("safeguarding", "council", "Safeguarding team"),
    ("housing", "council", "Housing team"),
)
USERS: tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    ("spa", "Dan Okafor", "point", ("access_point",), ("triage",)),
    ("spa2", "Priya Nair", "point", ("access_point",), ("triage",)),
    ("idva", "Ruth Adeyemi", "harbour", ("practitioner",), ("outreach",)),
    ("child_worker", "Tom Bright", "harbour", ("practitioner",), ("children",)),
    ("harbour_manager", "Helen Marsh", "harbour", ("manager",), ("outreach", "children")),
    ("haven_worker", "Ines Duarte", "haven", ("practitioner",), ()),
    ("housing", "Sam Price", "council", ("practitioner",), ("housing",)),
    ("social_worker", "Grace Obi", "council", ("practitioner",), ("safeguarding",)),
    ("officer", "Lee Carter", "police", ("practitioner", "referrer"), ()),
    ("changer", "Marek Nowak", "change", ("practitioner",), ()),
    ("dpl", "Joan Fells", "council", ("data_protection",), ()),
    ("admin", "Ola Stone", "harbour", ("administrator",), ()),
    ("chief", "Uma Field", "council", ("partnership_administrator",), ()),
    ("analyst", "Ben Quill", "council", ("analyst",), ()),
)


def build() -> World:
    """The partnership that most tests use."""
    partnership = Partnership.objects.create(name="Estuary Partnership", slug="estuary", phone="01632 960100")
    world = World(partnership)
    # Made by many at once: most tests begin here.
    world.organisations = {
        key: Organisation(
            partnership=partnership, name=name, kind=kind, phone="01632 960101", is_access_point=key == "point"
        )
        for key, name, kind in ORGANISATIONS
    }
    Organisation.objects.bulk_create(world.organisations.values())
    world.teams = {
        key: Team(organisation=world.organisations[organisation], name=name, holds_triage=key == "triage")
        for key, organisation, name in TEAMS
    }
    Team.objects.bulk_create(world.teams.values())
    world.users = {
        key: User(email=f"{key}@{organisation}.example.org", name=name, password=UNUSABLE)
        for key, name, organisation, *_ in USERS
    }
    User.objects.bulk_create(world.users.values())
    places = {
        key: Membership(user=world.users[key], organisation=world.organisations[organisation], roles=list(roles))
        for key, _, organisation, roles, _ in USERS
    }
    Membership.objects.bulk_create(places.values())
    Membership.teams.through.objects.bulk_create(
        Membership.teams.through(membership=places[key], team=world.teams[team])
        for key, *_, teams in USERS for team in teams
    )  # fmt: skip
    world.services["outreach"] = Service.objects.create(
        partnership=partnership, organisation=world.organisations["harbour"], team=world.teams["outreach"],
        name="Community outreach", sides=["harmed"],
    )  # fmt: skip
    world.services["programme"] = Service.objects.create(
        partnership=partnership, organisation=world.organisations["change"], name="Behaviour change programme",
        sides=["causing_harm"],
    )  # fmt: skip
    _by_slug.cache_clear()
    return world


@pytest.fixture
def world(db: None) -> World:
    """The invented partnership, nobody acting."""
    made = build()
    acting.end()
    return made


@pytest.fixture
def acting_world(world: World) -> World:
    """The invented partnership with the adviser acting."""
    world.act("idva")
    return world
