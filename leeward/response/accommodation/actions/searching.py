"""Looking for what fits: each search is kept, also and above all when nothing was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.response.accommodation.models import Need, NeedMember, Search
from leeward.response.accommodation.queries.geography import centroids
from leeward.response.accommodation.queries.matching import Change, Fit, Miss, looked_at, misses, ranked
from leeward.response.accommodation.queries.needs import rules_of, wanted_from

AGAIN = timedelta(minutes=10)


@dataclass(frozen=True)
class Found:
    """What a search found, and what is kept of it."""

    search: Search
    fits: list[Fit]
    changes: list[Change]
    misses: list[Miss]
    more: int
    has_danger: bool
    members: list[NeedMember]  # who comes
    names: dict[str, str]  # of areas


@transaction.atomic
def search_spaces(*, by: Acting, need: Need, now: datetime | None = None) -> Found:
    """Look for what fits now. The search is kept, also and above all when nothing was found."""
    by.must(Permission.CASEWORK)
    now = now or timezone.now()
    rules = rules_of(need.partnership_id)
    members, places = list(need.members.filter(left_at=None)), centroids(need.partnership_id)
    wanted = wanted_from(need, members, list(need.areas.filter(ended_at=None)), places, now=now)
    fits, count = ranked(wanted, rules, now=now)
    changes, near = ([], []) if len(fits) > 4 else misses(wanted, rules, now=now)
    best, opens = (changes[0].key if changes else ""), sum(one.spaces for one in changes)
    # Who opens the page again looks once.
    same = need.searches.filter(by_id=by.user_id, at__gt=now - AGAIN, fits=count, one_change=opens, best_change=best)
    before = same.filter(rules_version=rules.version).order_by("-at").first()
    search = before or Search(
        need=need,
        case_id=need.case_id,
        partnership_id=need.partnership_id,
        organisation_id=by.acts_for,
        by_id=by.user_id,
        at=now,
        looked_at=looked_at(need.partnership_id),
        fits=count,
        one_change=opens,
        best_change=best,
        rules_version=rules.version,
    )
    if before is None:
        search.save(force_insert=True)
    audit.record("searched_spaces", "need", need.id, person=need.person_id, detail={"fits": count})
    return Found(search, fits, changes, near, max(count - len(fits), 0), bool(wanted.blocked), members, places.names)
