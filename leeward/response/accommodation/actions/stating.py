"""Saying what is free with one press: as before, everything full, and taking back what was wrong.

Nothing is deleted: what was wrong stays in the list of what was said, and what is right is a statement of its own.
"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions.places import state_free
from leeward.response.accommodation.models import Occupancy, Site, Space, Statement
from leeward.response.accommodation.rules.periods import is_taken

TOOK_BACK = "What was said before it was taken back"


@transaction.atomic
def state_as_before(*, by: Acting, site: Site) -> Statement:
    """Nothing has changed: what counts as free now is said again, at this moment."""
    by.must(Permission.CASEWORK)
    return state_free(by=by, site=site, free=frozenset(_free(site)), shown=frozenset())


@transaction.atomic
def state_all(*, by: Acting, full: bool) -> list[Statement]:
    """All open sites of the organisation that acts at once: full, or as before. A site without spaces says nothing."""
    by.must(Permission.CASEWORK)
    sites = Site.objects.filter(organisation_id=by.acts_for, closed_on=None, spaces__closed_on=None).distinct()
    return [
        state_free(by=by, site=site, free=frozenset()) if full else state_as_before(by=by, site=site)
        for site in sites.order_by("id")
    ]


@transaction.atomic
def take_back(*, by: Acting, statement: Statement) -> Statement:
    """What was said was wrong: what was free before it is said to be free again, but for what was taken meanwhile.

    Raises Refused where something else was said since.
    """
    by.must(Permission.CASEWORK)
    newest = (
        Statement.objects.filter(site_id=statement.site_id, organisation_id=by.acts_for).order_by("-at", "-id").first()
    )
    if newest is None or newest.id != statement.id or newest.free_before is None:
        raise Refused("Something else was said since. Say what is free now.")
    taken = is_taken(Occupancy.objects.filter(space__site_id=newest.site_id, kind__in=("stay", "hold")), timezone.now())
    gone = set(taken.values_list("space_id", flat=True))
    free = frozenset(newest.free_before) - gone
    return state_free(by=by, site=newest.site, free=free, note=TOOK_BACK)


def _free(site: Site) -> list[int]:
    taken = is_taken(Occupancy.objects.filter(space__site=site), timezone.now()).values("space_id")
    return list(Space.objects.filter(site=site, closed_on=None).exclude(id__in=taken).values_list("id", flat=True))
