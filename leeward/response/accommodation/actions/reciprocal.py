"""The scheme of secure homes that move: landlords join and leave, pledge homes; a coordinator sets its numbers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.models import Area
from leeward.response.accommodation.models import Landlord, PledgedHome, ReciprocalRules
from leeward.response.accommodation.rules.reciprocal import LEAST_AREAS, LONGEST, HomeFacts, SchemeFacts
from leeward.response.accommodation.rules.streets import shared_words, tells_street

GONE = "This stands no more. Open the page again."
# The same for everybody: who is walled from the household that it is promised to learns of none.
TAKEN_UP = "This home is taken up in a run that everybody agreed to. It can neither be changed nor taken back now."


def answer_of(sql: str, *values: Any) -> Any:
    """What a function of the database answers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {sql}", values)
        return cursor.fetchone()[0]


def lock_scheme() -> None:
    """Nobody else changes the scheme of this partnership until the transaction ends."""
    answer_of("accommodation_swap_lock()")


def may_coordinate(by: Acting) -> bool:
    """Whether whoever acts runs the scheme."""
    return by.may(Permission.PLACEMENT)


@transaction.atomic
def join_reciprocal(*, by: Acting, organisation_id: int | None = None) -> Landlord:
    """A landlord joins, by its own manager; or any of the partnership, by the coordinator. One that left comes back."""
    chosen = organisation_id or by.acts_for
    if not may_coordinate(by):
        by.must(Permission.PLACES, "Only a manager of the landlord, or the placement coordinator, can do this.")
        if chosen != by.acts_for:
            raise Refused("Only the placement coordinator can add another landlord.")
    if not Organisation.objects.filter(id=chosen, partnership_id=by.partnership_id, is_active=True).exists():
        raise Refused("Choose an organisation of this partnership.")
    lock_scheme()
    found = Landlord.objects.filter(organisation_id=chosen).first()
    if found is None:
        found = Landlord(partnership_id=by.partnership_id, organisation_id=chosen)
        found.save(force_insert=True)
    elif found.left_on is not None:
        found.left_on, found.left_why, found.joined_on = None, "", timezone.localdate()
        found.save(update_fields=["left_on", "left_why", "joined_on"])
    audit.record("joined_reciprocal", "landlord", found.id)
    return found


@transaction.atomic
def leave_reciprocal(*, by: Acting, landlord: Landlord, why: str) -> None:
    """A landlord leaves: its open homes and waiting households are taken out, its ledger stays."""
    said = answer_of("accommodation_swap_leave(%s, %s)", landlord.id, why)
    if said == "live":
        raise Refused(
            "Something is proposed or agreed with this landlord. Wait until it has moved, or refuse it first."
        )
    if said != "left":
        raise Refused("Only a manager of the landlord, or the placement coordinator, can do this.")
    audit.record("left_reciprocal", "landlord", landlord.id)


@transaction.atomic
def pledge_home(*, by: Acting, facts: HomeFacts) -> PledgedHome:
    """An empty home for the scheme, by the landlord's manager."""
    by.must(Permission.PLACES, "Only a manager of the landlord can pledge a home.")
    landlord = Landlord.objects.filter(organisation_id=by.acts_for, left_on=None).first()
    if landlord is None:
        raise Refused("Join the scheme first.")
    _check_home(by, facts)
    home = PledgedHome(landlord=landlord, partnership_id=by.partnership_id, organisation_id=by.acts_for, **_home(facts))
    _saved(home, {"force_insert": True})
    audit.record("pledged_home", "pledged_home", home.id)
    return home


@transaction.atomic
def change_home(*, by: Acting, home: PledgedHome, facts: HomeFacts, version: int) -> PledgedHome:
    """Change what a home has. Where it is proposed, that is noticed when somebody agrees."""
    by.must(Permission.PLACES, "Only a manager of the landlord can change it.")
    lock_scheme()
    now = PledgedHome.objects.filter(id=home.id, organisation_id=by.acts_for).first()
    if now is None or now.status not in (PledgedHome.OPEN, PledgedHome.PROPOSED):
        raise Refused(GONE)
    if now.version != version:
        raise Conflict("Somebody else changed this home while you were writing.", theirs={})
    if answer_of("accommodation_home_promised(%s)", now.id) is not False:
        raise Refused(TAKEN_UP)
    _check_home(by, facts)
    for name, value in _home(facts).items():
        setattr(now, name, value)
    now.version += 1
    _saved(now, {"update_fields": [*_home(facts), "version"]})
    audit.record("changed_pledged_home", "pledged_home", now.id)
    return now


@transaction.atomic
def withdraw_home(*, by: Acting, home: PledgedHome, why: str) -> None:
    """Take a home back, by its landlord's manager or the coordinator. What was proposed with it is free again."""
    if not may_coordinate(by):
        by.must(Permission.PLACES, "Only a manager of the landlord, or the placement coordinator, can do this.")
    said = answer_of("accommodation_swap_withdraw_home(%s, %s)", home.id, why)
    if said == "bound":
        raise Refused(TAKEN_UP)
    if said != "withdrawn":
        raise Refused(GONE)
    audit.record("withdrew_pledged_home", "pledged_home", home.id)


@transaction.atomic
def set_reciprocal_rules(*, by: Acting, facts: SchemeFacts, why: str, version: int) -> ReciprocalRules:
    """Choose the numbers of the scheme anew. The ones before are kept, and so is what each run was given."""
    by.must(Permission.PLACEMENT, "Only the placement coordinator sets the numbers of the scheme.")
    lock_scheme()
    newest = ReciprocalRules.objects.filter(partnership_id=by.partnership_id).aggregate(n=Max("version"))["n"] or 0
    if newest != version:
        raise Conflict("Somebody else changed these numbers while you were writing.", theirs={})
    if facts.least_areas < LEAST_AREAS:
        raise Refused(f"A household names at least {LEAST_AREAS} areas: fewer would tell where it went.")
    if facts.longest_cycle > LONGEST or facts.longest_chain > LONGEST:
        raise Refused(f"No chain and no cycle may be longer than {LONGEST}.")
    made = ReciprocalRules(
        partnership_id=by.partnership_id,
        version=newest + 1,
        why=why,
        made_by_id=by.user_id,
        made_by=by.user_name,
        **asdict(facts),
    )
    made.save(force_insert=True)
    audit.record("set_reciprocal_rules", "reciprocal_rules", made.id, detail={"version": made.version})
    return made


def _home(facts: HomeFacts) -> dict[str, Any]:
    return asdict(facts) | {"ready_on": facts.ready_on or timezone.localdate()}


def _check_home(by: Acting, facts: HomeFacts) -> None:
    area = Area.objects.filter(partnership_id=by.partnership_id, code=facts.area_code).first()
    if area is None:
        raise Refused("Choose an area of this partnership.")
    if tells_street(facts.label):
        raise Refused("This looks like an address. Give the number that the home has with you, for example: Home 12.")
    if shared_words(facts.label, area.name):
        raise Refused("Leave the place out of what it is called: the area is shown beside it.")


def _saved(home: PledgedHome, how: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            home.save(**how)
    except IntegrityError as wrong:
        raise Refused("You have pledged a home of this name already.") from wrong
