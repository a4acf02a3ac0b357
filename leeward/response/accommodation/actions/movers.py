"""Households that must leave a secure home: registered from their case, changed, withdrawn; what they answer."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case
from leeward.response.accommodation.actions.reciprocal import GONE, answer_of, lock_scheme
from leeward.response.accommodation.models import Landlord, Mover
from leeward.response.accommodation.queries.geography import centroids, family
from leeward.response.accommodation.queries.reciprocal import newest_rules
from leeward.response.accommodation.rules.reciprocal import MoverFacts

TOO_LATE = (
    "This cannot be refused any more. It was answered already, or another household has moved into the home that"
    " depends on it. Open the page again."
)


@transaction.atomic
def register_mover(*, by: Acting, case: Case, facts: MoverFacts) -> Mover:
    """Register the household of a case, by a worker of the landlord that they have. They get one offer."""
    by.must(Permission.CASEWORK)
    if case.side == "causing_harm":
        raise Refused("A secure home is looked for on the case of who is harmed.")
    if case.status != "open":
        raise Refused("This case is closed. Open it again first.")
    landlord = Landlord.objects.filter(organisation_id=by.acts_for, left_on=None).first()
    if landlord is None:
        raise Refused("Your organisation is no landlord of the scheme. The landlord that they have registers them.")
    if Mover.objects.filter(case=case, status=Mover.REFUSED).exists():
        raise Refused("They have had the one offer that the scheme makes.")
    if facts.consent_on is None:
        raise Refused("They are registered only if they agree.")
    if facts.consent_on > timezone.localdate():
        raise Refused("The day on which they agreed cannot lie ahead.")
    _check(by, facts)
    mover = Mover(
        landlord=landlord,
        partnership_id=by.partnership_id,
        organisation_id=by.acts_for,
        case=case,
        person_id=case.person_id,
        registered_by_id=by.user_id,
        **_values(facts),
    )
    try:
        with transaction.atomic():
            mover.save(force_insert=True)
    except IntegrityError as wrong:
        raise Refused("They are registered already.") from wrong
    # Where they could go is not for everybody of the case: no area in the chronology.
    add_entry(
        by=by,
        case=case,
        kind="accommodation",
        title="Registered for a secure home in another area",
        about=("mover", mover.id),
    )
    audit.record("registered_mover", "mover", mover.id, person=case.person_id)
    return mover


@transaction.atomic
def change_mover(*, by: Acting, mover: Mover, facts: MoverFacts, version: int) -> Mover:
    """Change what they need. Where a home is proposed, that is noticed when somebody agrees."""
    by.must(Permission.CASEWORK)
    lock_scheme()
    now = Mover.objects.filter(id=mover.id, organisation_id=by.acts_for).first()
    if now is None or now.status not in (Mover.REGISTERED, Mover.PROPOSED):
        raise Refused(GONE)
    if now.version != version:
        raise Conflict("Somebody else changed this while you were writing.", theirs={})
    _check(by, facts)
    values = {name: value for name, value in _values(facts).items() if name != "consent_on"}
    for name, value in values.items():
        setattr(now, name, value)
    now.version += 1
    now.save(update_fields=[*values, "version"])
    audit.record("changed_mover", "mover", now.id, person=now.person_id)
    return now


@transaction.atomic
def withdraw_mover(*, by: Acting, mover: Mover, why: str) -> None:
    """They are in no run any more. They can be registered again: no offer is used up."""
    by.must(Permission.CASEWORK)
    said = answer_of("accommodation_swap_withdraw(%s, %s)", mover.id, why)
    if said == "offered":
        raise Refused("They have an offer. Say first whether they take it.")
    if said != "withdrawn":
        raise Refused(GONE)
    add_entry(
        by=by,
        case=mover.case,
        kind="accommodation",
        title="Withdrawn from the scheme of secure homes",
        about=("mover", mover.id),
    )
    audit.record("withdrew_mover", "mover", mover.id, person=mover.person_id)


@transaction.atomic
def answer_offer(*, by: Acting, mover: Mover, move_id: int, takes_it: bool, why: str = "") -> None:
    """What the household says to a home that all landlords have agreed to. It is their one offer."""
    by.must(Permission.CASEWORK)
    said = answer_of("accommodation_swap_household(%s, %s, %s)", move_id, takes_it, why)
    if said == "gone" and not takes_it:
        raise Refused(TOO_LATE)
    if said not in ("accepted", "refused"):
        raise Refused(GONE)
    title = "Takes the secure home that was offered" if takes_it else "Does not take the secure home that was offered"
    add_entry(by=by, case=mover.case, kind="accommodation", title=title, about=("mover", mover.id))
    audit.record("answered_secure_home", "mover", mover.id, person=mover.person_id, detail={"answer": said})


@transaction.atomic
def confirm_move(*, by: Acting, mover: Mover, move_id: int, day: date) -> None:
    """They live in the new home since a day. The ledger is written, by the database."""
    by.must(Permission.CASEWORK)
    said = answer_of("accommodation_swap_moved(%s, %s)", move_id, day)
    words = {
        "early": "The home is not empty yet: who lives there has not moved by that day.",
        "others": "They move round: wait until every household of the cycle has accepted.",
        "day": "The day must lie between the proposal and today.",
    }
    if said in words:
        raise Refused(words[said])
    if said != "moved":
        raise Refused(GONE)
    add_entry(
        by=by,
        case=mover.case,
        kind="accommodation",
        title="Moved into a secure home",
        at=day,
        about=("mover", mover.id),
    )
    audit.record("moved_to_secure_home", "mover", mover.id, person=mover.person_id)


def _values(facts: MoverFacts) -> dict[str, Any]:
    return asdict(facts) | {"areas": list(facts.areas), "away_areas": list(facts.away_areas)}


def _check(by: Acting, facts: MoverFacts) -> None:
    places = centroids(by.partnership_id)
    least = newest_rules(by.partnership_id).least_areas
    if not {facts.from_area, *facts.areas, *facts.away_areas} <= places.keys():
        raise Refused("Choose areas of this partnership.")
    danger = (
        frozenset().union(*(family(places, code) for code in facts.away_areas)) if facts.away_areas else frozenset()
    )
    if danger & set(facts.areas):
        raise Refused("An area that they must keep away from is among those that they named. Take it out.")
    if facts.from_area in facts.areas:
        raise Refused("The area that they leave is among those that they named. Take it out.")
    if len(set(facts.areas)) < least:
        raise Refused(f"Name at least {least} areas: fewer would tell where they went.")
    if not 1 <= facts.bedrooms <= 9 or not 1 <= facts.home_bedrooms <= 9:
        raise Refused("A home has between 1 and 9 bedrooms.")
