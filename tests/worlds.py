"""A small invented partnership for tests: made through the same actions as everything else, as the web role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
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


def build() -> World:
    """The partnership that most tests use."""
    partnership = Partnership.objects.create(name="Estuary Partnership", slug="estuary", phone="01632 960100")
    world = World(partnership)
    for key, name, kind in (
        ("point", "Estuary Access Point", "charity"),
        ("harbour", "Harbour Outreach", "specialist"),
        ("haven", "Haven Housing Support", "specialist"),
        ("council", "Estuary Council", "council"),
        ("police", "Estuary Police", "police"),
        ("change", "Turning Point Programme", "charity"),
    ):
        world.organisations[key] = Organisation.objects.create(
            partnership=partnership, name=name, kind=kind, phone="01632 960101", is_access_point=key == "point"
        )
    for key, organisation, name, triage in (
        ("triage", "point", "Front door", True),
        ("outreach", "harbour", "Outreach team", False),
        ("children", "harbour", "Children's team", False),
        ("safeguarding", "council", "Safeguarding team", False),
        ("housing", "council", "Housing team", False),
    ):
        world.teams[key] = Team.objects.create(
            organisation=world.organisations[organisation], name=name, holds_triage=triage
        )
    world.add_user("spa", "Dan Okafor", "point", "access_point", teams=("triage",))
    world.add_user("spa2", "Priya Nair", "point", "access_point", teams=("triage",))
    world.add_user("idva", "Ruth Adeyemi", "harbour", "practitioner", teams=("outreach",))
    world.add_user("child_worker", "Tom Bright", "harbour", "practitioner", teams=("children",))
    world.add_user("harbour_manager", "Helen Marsh", "harbour", "manager", teams=("outreach", "children"))
    world.add_user("haven_worker", "Ines Duarte", "haven", "practitioner")
    world.add_user("housing", "Sam Price", "council", "practitioner", teams=("housing",))
    world.add_user("social_worker", "Grace Obi", "council", "practitioner", teams=("safeguarding",))
    world.add_user("officer", "Lee Carter", "police", "practitioner", "referrer")
    world.add_user("changer", "Marek Nowak", "change", "practitioner")
    world.add_user("dpl", "Joan Fells", "council", "data_protection")
    world.add_user("admin", "Ola Stone", "harbour", "administrator")
    world.add_user("chief", "Uma Field", "council", "partnership_administrator")
    world.add_user("analyst", "Ben Quill", "council", "analyst")
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
