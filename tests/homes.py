"""Pages as a signed-in user asks for them, and a small family to look at, for tests of rooms that know no cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from unittest.mock import patch

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from leeward.platform.access import acting, partnership
from leeward.record.cases.actions.opening import add_person_to_case, open_case
from leeward.record.cases.actions.sharing import end_share, share_case
from leeward.record.cases.models import Case
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import ClaimFacts, RelationshipFacts, record_claim, relate
from leeward.record.people.models import HarmClaim, Person
from tests.worlds import World

# That a session is alive is noted once a minute, on whichever page the minute ends.
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", 'UPDATE "django_session"')


def browser(world: World, user: str) -> Client:
    """A browser in which this user is signed in."""
    client = Client()
    client.force_login(world.users[user], backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["second_factor"] = True
    session.save()
    return client


def statements(client: Client, path: str, sent: dict[str, str] | None = None) -> list[str]:
    """The SQL of one page (of what answers a form, with `sent`), without what frames a transaction and what is done
    once a minute."""
    # The partnership is read anew each minute: before, and no minute begins while the page is asked for.
    with patch.object(partnership, "_minute", return_value=partnership._minute()):
        partnership.current_partnership()
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(path) if sent is None else client.post(path, sent)
    assert answer.status_code == 200, (path, answer.status_code)
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(FRAME)]


@dataclass
class Home:
    """A mother, her child, and who is said to harm her, in one case."""

    case: Case
    mother: Person
    child: Person
    father: Person
    claim: HarmClaim


def share(world: World, case: Case, organisation: str, **options: object) -> None:
    """Open a case to another organisation at once."""
    target = world.organisations[organisation]
    values = {
        "scope": 3, "lawful_basis": "consent", "told": "told_agreed", "at_once": True, "address": True, "risk": True,
        **options,
    }  # fmt: skip
    share_case(
        by=world.act("idva"), case=case, organisation_id=target.id, organisation_name=target.name,
        **values,  # type: ignore[arg-type]  # the options are the action's own
    )  # fmt: skip


def known_in(world: World, user: str, case: Case, person_id: int, part: str = "child") -> None:
    """Say that a person is known in a case, as somebody who sees both."""
    by = world.act(user)
    with acting.making(person_id):
        add_person_to_case(by=by, case=case, person=Person(id=person_id), part=part)


def home(world: World, user: str = "idva", **facts: object) -> Home:
    """Maya, Noor and Erik."""
    facts = {"birth_date": date(1990, 3, 4), "birth_precision": "day", **facts}
    case = world.case(user, **facts)
    mother = case.person
    by = world.act(user)
    found = []
    for given, born, part in (("Noor", date(2017, 6, 1), "child"), ("Erik", date(1988, 1, 9), "said_to_cause_harm")):
        with acting.making():
            person = world.person(by, given=given, family="Lindqvist", birth_date=born, birth_precision="day")
            with acting.making(person.id):
                add_person_to_case(by=by, case=case, person=person, part=part)
        found.append(person)
    child, father = found
    source = Source(date(2026, 3, 4), "the midwife")
    for who, kind in ((mother, "parent"), (father, "parent")):
        relate(by=by, facts=RelationshipFacts(who.id, child.id, kind), source=source)
    relate(
        by=by,
        facts=RelationshipFacts(
            father.id, mother.id, "former_partner", lives_together="yes", until_on=date(2026, 2, 1)
        ),
        source=source,
    )
    claim = record_claim(by=by, facts=ClaimFacts(mother.id, father.id, "the midwife", date(2026, 3, 4), "controlling"))
    return Home(case, mother, child, father, claim)


def end_shares(world: World, case: Case) -> None:
    """Every share with another organisation ends."""
    by = world.act("idva")
    for row in list(case.involvements.filter(is_lead=False)):
        end_share(by=by, case=case, share=row, reason="It is done")


def other_side(world: World, family: Home) -> Case:
    """A case of the father's own, on the other side, on the very record that her case mentions."""
    by = world.act("idva")
    return open_case(by=by, person=family.father, side="causing_harm", lawful_basis="consent", told="told_agreed")
