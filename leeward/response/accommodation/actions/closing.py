"""Closing a space, a site or a whole provider: nobody in it is forgotten, and who waits for an answer gets one.

Who is promised a place keeps that promise or is told before anything closes. Who lives there may stay until they have a
next place: nobody new is taken, and Today asks for that place. Asks without a promise are refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions.asking import lock_cases, refuse_ask
from leeward.response.accommodation.actions.periods import lock_spaces
from leeward.response.accommodation.models import Ask, Occupancy, Provider, Site, Space, Stay
from leeward.response.accommodation.rules.asking import OPEN
from leeward.response.accommodation.rules.periods import is_taken, still_to_come

PROMISED = "Somebody is expected here, or is promised a space. First say whether they came, or take the offer back."
LIVE_HERE = "People live here. Choose that they stay until they have a next place, or end or move each stay first."


def settle(*, by: Acting, spaces: Iterable[Space], may_stay: bool) -> None:
    """Everything that stands on some spaces, before they close: asks are refused and told, the rest is in order.

    Raises Refused where somebody is expected or promised one of them, or lives there and may not stay.
    """
    by.must(Permission.PLACES, "Only a manager of the provider can do this.")
    numbers = [space.id for space in spaces]
    # All of them are locked before the first ends, by number: as an acceptance does. Then the spaces, then the cases.
    asks = list(Ask.objects.select_for_update(no_key=True).filter(space_id__in=numbers, status__in=OPEN).order_by("id"))
    lock_spaces(numbers)
    now = timezone.now()
    held = still_to_come(Occupancy.objects.filter(space_id__in=numbers, kind=Occupancy.HOLD), now)
    if held.exists():
        raise Refused(PROMISED)
    taken = still_to_come(Occupancy.objects.filter(space_id__in=numbers, kind=Occupancy.STAY), now)
    if taken.filter(stay_id__in=_expected(by)).exists():
        raise Refused(PROMISED)
    if not may_stay and is_taken(taken, now).exists():
        raise Refused(LIVE_HERE)
    lock_cases(asks)
    for ask in asks:
        refuse_ask(by=by, ask=ask, reason="closing")


def _expected(by: Acting) -> list[int]:
    rows = Stay.objects.filter(organisation_id=by.acts_for, status=Stay.EXPECTED)
    return list(rows.values_list("id", flat=True))


@transaction.atomic
def leave_scheme(*, by: Acting, provider: Provider, why: str, may_stay: bool = False) -> Provider:
    """A provider leaves: nobody new is asked of it, and who waits for its answer is told at once.

    `may_stay`: who lives there stays until they have a next place. Raises Refused while anybody does.
    """
    by.must(Permission.PLACES, "Only a manager of the provider can do this.")
    if provider.organisation_id != by.acts_for:
        raise Refused("This provider is another organisation.")
    now = Provider.objects.select_for_update(no_key=True).get(id=provider.id)
    if now.left_on is not None:
        raise Refused("You have left the scheme already.")
    settle(by=by, spaces=Space.objects.filter(organisation_id=by.acts_for).order_by("id"), may_stay=may_stay)
    today = timezone.localdate()
    for site in Site.objects.filter(provider=now, closed_on=None):
        site.closed_on, site.closed_why = today, "The provider left the scheme"
        site.version += 1
        site.save(update_fields=["closed_on", "closed_why", "version"])
    now.left_on, now.left_why = today, why
    now.save(update_fields=["left_on", "left_why"])
    audit.record("left_scheme", "accommodation_provider", now.id)
    return now
