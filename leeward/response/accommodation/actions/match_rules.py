"""The rules of the match are changed by a placement coordinator, with a reason; every earlier version is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.response.accommodation.models import MatchRules
from leeward.response.accommodation.queries.needs import rules_of
from leeward.response.accommodation.rules.matching import (
    MOST_MILES,
    MOST_POINTS,
    Limit,
    Rules,
    body_of,
    floor,
    rules_from,
)


@transaction.atomic
def change_rules(
    *,
    by: Acting,
    hard: Collection[str],
    points: Mapping[str, int],
    near_miles: int,
    far_miles: int,
    why: str,
    version: int,
) -> MatchRules:
    """Make a new version: which limits are never broken, what earns how many points, how far is near and far.

    Raises Refused where a limit of the floor is left out of `hard`, a number says nothing, no reason is given, nothing
    is different, or somebody else changed them meanwhile.
    """
    by.must(Permission.PLACEMENT)
    now = rules_of(by.partnership_id)
    soft = set(floor()) - set(hard)
    if soft:
        raise Refused(f"{now.limit(min(soft)).title}: this can never be made a wish. {now.limit(min(soft)).floor}")
    if any(abs(value) > MOST_POINTS for value in points.values()):
        raise Refused(f"Points lie between {-MOST_POINTS} and {MOST_POINTS}.")
    if not (1 <= near_miles <= MOST_MILES and 1 <= far_miles <= MOST_MILES):
        raise Refused(f"Distances lie between 1 and {MOST_MILES} miles.")
    limits = tuple(Limit(one.key, one.key in hard, one.miss, one.change, one.title, one.floor) for one in now.limits)
    meant = Rules(
        now.version, limits, {key: points.get(key, value) for key, value in now.points.items()}, near_miles, far_miles
    )
    return _keep(by, now, meant, why, version)


@transaction.atomic
def go_back_to_shipped(*, by: Acting, why: str, version: int) -> MatchRules:
    """Make a new version that says just what was shipped."""
    by.must(Permission.PLACEMENT)
    return _keep(by, rules_of(by.partnership_id), rules_from({}, 0), why, version)


def _keep(by: Acting, now: Rules, meant: Rules, why: str, version: int) -> MatchRules:
    if not why.strip():
        raise Refused("Say why, and who decided it: others will ask.")
    if now.version != version:
        raise Refused("Somebody else changed the rules while you were writing. Look at what stands now.")
    if body_of(meant) == body_of(now):
        raise Refused("Nothing is different from what stands now.")
    row = MatchRules(
        partnership_id=by.partnership_id,
        version=now.version + 1,
        body=body_of(meant),
        why=why.strip(),
        made_by_id=by.user_id,
        made_by=by.user_name,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as wrong:
        raise Refused("Somebody else changed the rules at the same moment. Look at what stands now.") from wrong
    audit.record("changed_match_rules", "match_rules", row.id, detail={"version": row.version})
    return row
