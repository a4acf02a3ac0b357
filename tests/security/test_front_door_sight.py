"""The front door against a small model of its rules, in the generated worlds of test_oracle.

While a contact is in triage, the access point's workers of its team see it and nobody else does. Once it is handed on it
is seen by those who read the whole of its case, and by nobody for having been at the front door. A referrer learns what
became of their own referral; an offer is seen by those to whom it is made; who counts counts everybody but whom they are
walled from. The model asks the oracle of test_oracle, and knows no SQL and no policy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from django.db import connections, models, transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from leeward.platform.access import acting
from leeward.record.cases.models import Case
from leeward.record.people.models import Person, PersonName
from leeward.response.front_door import models as front_door
from tests.committed import OWNER, TIMES
from tests.security import test_oracle
from tests.security.test_oracle import (
    CASE,
    ORG,
    PERSON,
    SHARE,
    USER,
    Facts,
    Oracle,
    Place,
    Share,
    WallFact,
    shown,
    team_id,
)

ground = test_oracle.ground
ROW = 30_000
SETTLED = settings(
    max_examples=40 * TIMES, deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
# From the last to the first: nothing is deleted that something else still names.
EVERY: tuple[type[models.Model], ...] = (
    front_door.ContactCount, front_door.Offer, front_door.Decision, front_door.ContactStatus, front_door.Attempt,
    front_door.Receipt, front_door.Referrer, front_door.ContactPerson, front_door.Contact,
)  # fmt: skip
PARTS: tuple[type[models.Model], ...] = (
    front_door.ContactPerson, front_door.Referrer, front_door.Attempt, front_door.ContactStatus, front_door.Decision,
)  # fmt: skip
COUNTING = {"analyst", "manager", "data_protection", "partnership_administrator", "access_point"}


@dataclass(frozen=True)
class ContactFact:
    """Somebody asked for help: at which access point's team, and whether it was handed on, to which case."""

    person: int
    other: int  # somebody named in it
    organisation: int
    team: int
    case: int | None
    handed_on: bool
    referrer: tuple[int, int]  # user, organisation


@dataclass(frozen=True)
class OfferFact:
    """A contact offered to a service: the share that waits for its answer."""

    contact: int
    share: int


@dataclass
class Door:
    """The front door of a generated world."""

    contacts: list[ContactFact]
    offers: list[OfferFact]


@st.composite
def doors(draw: st.DrawFn) -> tuple[Facts, Door]:
    """A world with an access point: most of its people work there, most contacts are still in triage."""
    facts = draw(test_oracle.worlds())
    for number, place in enumerate(facts.places):
        if draw(st.booleans()):
            roles = place.roles | draw(st.sampled_from([{"access_point"}, {"access_point"}, {"analyst"}]))
            teams = draw(st.sampled_from([frozenset({0}), frozenset({0, 1})]))
            facts.places[number] = replace(place, roles=roles, teams=teams, active=True)
    contacts = []
    for _ in range(draw(st.integers(1, 4))):
        case = draw(st.one_of(st.none(), st.integers(0, len(facts.subjects) - 1)))
        place = draw(st.sampled_from(facts.places))
        contacts.append(
            ContactFact(
                draw(test_oracle.people) if case is None else facts.subjects[case], draw(test_oracle.people),
                draw(test_oracle.organisations), draw(st.sampled_from([0, 0, 1])), case,
                case is not None and draw(st.booleans()), (place.user, place.organisation),
            )
        )  # fmt: skip
    for contact in contacts:
        if contact.case is not None and contact.handed_on:  # somebody has accepted it
            whose = draw(test_oracle.organisations)
            facts.shares.append(Share(contact.case, whose, None, None, 3, True, True, "active", True, "never"))
    offers: list[OfferFact] = []
    for number, share in enumerate(facts.shares):
        to = [n for n, contact in enumerate(contacts) if contact.case == share.case]
        if to and draw(st.booleans()):
            offers.append(OfferFact(draw(st.sampled_from(to)), number))
    facts.walls = facts.walls[:2]
    if draw(test_oracle.seldom):  # somebody who works at the access point is walled from who asked it for help
        facts.walls.append(WallFact(contacts[0].person, draw(st.sampled_from(facts.places)).user, None, False))
    return facts, Door(contacts, offers)


# ---------------------------------------------------------------------------------------------------------- the rules


class DoorOracle(Oracle):
    """The rules of the front door, for one user who acts for one organisation."""

    def __init__(self, facts: Facts, door: Door, place: Place) -> None:
        super().__init__(facts, place)
        self.door, self.roles = door, place.roles

    def _waits_with_us(self, contact: ContactFact) -> bool:
        """It is in triage, with a team of mine, and not about somebody whom I may never see."""
        mine = contact.organisation == self.mine and contact.team in self.teams
        return mine and not contact.handed_on and contact.person not in self.walled

    def contact(self, contact: ContactFact) -> bool:
        if "access_point" in self.roles and self._waits_with_us(contact):
            return True
        return contact.case is not None and self.scope(contact.case) >= 3

    def receipt(self, contact: ContactFact) -> bool:
        """Where a referral stands: to who sent it, when they act for whom they sent it; and to who sees it anyway."""
        return contact.referrer == (self.me, self.mine) or self.contact(contact)

    def offer(self, offer: OfferFact) -> bool:
        return self.contact(self.door.contacts[offer.contact]) or offer.share in self.shares()

    def count(self, contact: ContactFact) -> bool:
        return bool(self.roles & COUNTING) and contact.person not in self.walled

    def people(self) -> set[int]:
        """Also who asks for help while they wait with my team, and who is named in it: but nobody walled from me."""
        waiting = [contact for contact in self.door.contacts if self.works and self._waits_with_us(contact)]
        return super().people() | {who for c in waiting for who in (c.person, c.other) if who not in self.walled}


Rule = Callable[[DoorOracle, Any], bool]
READS: dict[type[models.Model], tuple[str, Rule]] = {
    front_door.Contact: ("contacts", DoorOracle.contact),
    **dict.fromkeys(PARTS, ("contacts", DoorOracle.contact)),
    front_door.Receipt: ("contacts", DoorOracle.receipt),
    front_door.Offer: ("offers", DoorOracle.offer),
    front_door.ContactCount: ("contacts", DoorOracle.count),
}


def expected(oracle: DoorOracle, model: type[models.Model]) -> set[int]:
    """The numbers of the rows of a table that the model of the rules gives."""
    where, rule = READS[model]
    return {number for number, row in enumerate(getattr(oracle.door, where)) if rule(oracle, row)}


# ----------------------------------------------------------------------------------------------------- the real thing


def write(facts: Facts, door: Door) -> None:
    """Write a world and its front door as the owner."""
    clear()
    test_oracle.write(facts)
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        for row in rows(facts, door):
            row.save(using=OWNER, force_insert=True)
        for number in range(len(door.contacts)):
            cursor.execute("SELECT front_door_refresh_sight(%s)", [ROW + number])


def clear() -> None:
    """Nobody has ever asked for help."""
    with transaction.atomic(using=OWNER), connections[OWNER].cursor() as cursor:
        for model in EVERY:
            cursor.execute(f"DELETE FROM {model._meta.db_table}")


def rows(facts: Facts, door: Door) -> list[models.Model]:
    """Everything of the front door, with numbers that tell each row."""
    now = timezone.now()
    made: list[models.Model] = []
    for n, c in enumerate(door.contacts):
        made.append(
            front_door.Contact(
                id=ROW + n, partnership_id=1, organisation_id=ORG + c.organisation,
                team_id=team_id(c.organisation, c.team), reference=f"CONTACT-{n}", route="web", about="me",
                person_id=PERSON + c.person, attempt_due_at=now, case_id=None if c.case is None else CASE + c.case,
                status="handed_on" if c.handed_on else "new", handed_on_at=now if c.handed_on else None,
            )
        )  # fmt: skip
        whole = {"id": ROW + n, "contact_id": ROW + n}
        made += [
            front_door.ContactPerson(**whole, person_id=PERSON + c.other, part="child"),
            front_door.Referrer(**whole, kind="police", organisation_id=ORG + c.referrer[1], name="x"),
            front_door.Attempt(**whole, how="call", outcome="no_answer", by_id=USER, by_name="x"),
            front_door.ContactStatus(**whole, status="new"),
            front_door.Decision(**whole, outcome="advice", by_id=USER, by_name="x"),
            front_door.Receipt(
                **whole, partnership_id=1, reference=f"CONTACT-{n}", code_hash=f"hash-{n}",
                organisation_id=ORG + c.referrer[1], user_id=USER + c.referrer[0],
            ),
            front_door.ContactCount(
                **whole, partnership_id=1, organisation_id=ORG + c.organisation, person_id=PERSON + c.person,
                received_on=date(2026, 1, 1 + n), route="web", about="me", side="harmed", risk="unknown",
            ),
        ]  # fmt: skip
    made += [
        front_door.Offer(
            id=ROW + n, contact_id=ROW + o.contact, case_id=CASE + facts.shares[o.share].case,
            involvement_id=SHARE + o.share, organisation_id=ORG + facts.shares[o.share].organisation,
            team_of_triage_id=team_id(door.contacts[o.contact].organisation, door.contacts[o.contact].team),
            reference=f"CONTACT-{o.contact}", answer_due_at=now,
        )
        for n, o in enumerate(door.offers)
    ]  # fmt: skip
    return made


@SETTLED
@given(made=doors())
def compare(made: tuple[Facts, Door]) -> None:
    """One generated world: everyone who can act is shown just what the rules of the front door say."""
    facts, door = made
    write(facts, door)
    for place in facts.places:
        with transaction.atomic():
            if acting.begin(USER + place.user, ORG + place.organisation) is None:
                continue
            oracle = DoorOracle(facts, door, place)
            for model in READS:
                assert shown(model, ROW) == expected(oracle, model), model
            assert shown(Person, PERSON) == shown(PersonName, PERSON) == oracle.people()
            assert shown(Case, CASE) == oracle.cases()
            count_worth(facts, door, place, oracle)
    with transaction.atomic():
        acting.begin_public(1)
        assert not any(shown(model, ROW) for model in READS)


worth: Counter[str] = Counter()


def count_worth(facts: Facts, door: Door, place: Place, oracle: DoorOracle) -> None:
    """Note which rules mattered: without them the model would have answered otherwise."""
    seen = expected(oracle, front_door.Contact)
    worth["sees"] += bool(seen)
    worth["by the case"] += any(door.contacts[n].handed_on for n in seen)
    worth["walls"] += expected(DoorOracle(replace(facts, walls=[]), door, place), front_door.Contact) != seen
    waiting = Door([replace(contact, handed_on=False) for contact in door.contacts], door.offers)
    worth["handed on"] += expected(DoorOracle(facts, waiting, place), front_door.Contact) != seen
    worth["own referral"] += expected(oracle, front_door.Receipt) != seen
    worth["offered"] += any(offer.contact not in seen and oracle.offer(offer) for offer in door.offers)
    counted = expected(oracle, front_door.ContactCount)
    worth["counted without"] += 0 < len(counted) < len(door.contacts)
    worth["named people"] += oracle.people() != Oracle.people(oracle)


@pytest.mark.worlds
def test_the_front_door_shows_what_the_rules_say(ground: None) -> None:
    """Whatever the world; and the worlds were worth it: each kind of rule mattered in some of them."""
    compare()
    assert len(worth) == 8
    assert min(worth.values()) >= 5, worth


def test_every_table_of_the_front_door_is_in_the_model() -> None:
    """Or it is a table that holds nobody's data (targets, and what a visitor types, which is sealed), or one that
    nobody may read at all (who must not know), or the data protection lead alone (tested in its room)."""
    from django.apps import apps

    judged = {*READS, front_door.Target, front_door.PublicDraft, front_door.KeptOut, front_door.SameName}
    assert set(apps.get_app_config("front_door").get_models()) == judged
