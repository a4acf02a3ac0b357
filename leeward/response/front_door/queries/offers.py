"""What was offered to an organisation, before it answers: kinds of things, no name, no place, no story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import User
from leeward.platform.reference.models import Area
from leeward.response.front_door.models import Offer


@dataclass(frozen=True)
class OfferRow:
    """An offer as the service sees it before it answers."""

    offer: Offer
    side: str
    risk: str
    area: str
    children: int
    age_band: str
    language: str
    interpreter: str
    is_late: bool


def offered_to_us(*, by: Acting, offer_id: int | None = None, now: datetime | None = None) -> list[OfferRow]:
    """Offers that wait for an answer of whoever acts, the oldest promise first: four statements."""
    now = now or timezone.now()
    wanted = Offer.objects.select_related("service", "organisation").filter(
        organisation_id=by.acts_for, status="offered"
    )
    if offer_id is not None:
        wanted = wanted.filter(id=offer_id)
    offers = list(wanted.order_by("answer_due_at")[:200])
    if not offers:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id, s.side, s.risk, s.counts_for, s.children, s.age_band, s.language, s.interpreter"
            " FROM unnest(%s::bigint[]) AS i(id) CROSS JOIN LATERAL cases_offer_summary(i.id) s",
            [[offer.involvement_id for offer in offers]],
        )
        summaries = {row[0]: row[1:] for row in cursor.fetchall()}
    areas = dict(Area.objects.filter(code__in=[row[2] for row in summaries.values()]).values_list("code", "name"))
    audit.record("listed_offers", "offer", listed=[offer.id for offer in offers])
    return [
        OfferRow(
            offer, side, risk, areas.get(area, ""), children, age, language, interpreter, offer.answer_due_at < now
        )
        for offer in offers
        if offer.involvement_id in summaries
        for side, risk, area, children, age, language, interpreter in [summaries[offer.involvement_id]]
    ]


def workers_for(*, by: Acting, offer: Offer) -> list[User]:
    """Who of the organisation (and of the team that it was sent to) could be the lead worker."""
    users = User.objects.filter(
        is_active=True, memberships__organisation_id=by.acts_for, memberships__is_active=True,
        memberships__roles__overlap=["practitioner", "manager"],
    )  # fmt: skip
    if offer.service and offer.service.team_id:
        users = users.filter(memberships__teams=offer.service.team_id)
    return list(users.order_by("name").distinct())
