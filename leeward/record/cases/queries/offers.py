"""What is offered to the organisation that acts: a summary without a name, until it is accepted."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.record.cases.models import Involvement

MOST = 100


@dataclass(frozen=True)
class Summary:
    """What is told of a case before it is accepted: no name, no place, no story."""

    side: str
    risk: str
    counts_for: str
    children: int
    age_band: str
    language: str
    interpreter: str


@dataclass(frozen=True)
class Offered:
    """A share that waits for an answer."""

    share: Involvement
    sender: str
    summary: Summary
    waits_for_consent: bool


def offers(*, by: Acting) -> list[Offered]:
    """Everything that is offered to me, my teams or my organisation, and is answered here; who waits longest first.

    What the front door hands on is answered on its own page.
    """
    shares = list(_mine(by).order_by("from_at")[:MOST])
    summaries = _summaries([share.id for share in shares])
    senders = _senders(shares)
    audit.record("listed_offers", "involvement", listed=[share.id for share in shares])
    return [_offered(share, senders, summaries[share.id]) for share in shares if share.id in summaries]


def one_offer(*, by: Acting, share_id: int) -> Offered:
    """One share that waits for an answer. Raises Http404 where there is none for whoever acts."""
    share = _mine(by).filter(id=share_id).first()
    found = _summaries([share_id]) if share is not None else {}
    if share is None or share_id not in found:
        raise Http404
    audit.record("read_offer", "involvement", share_id)
    return _offered(share, _senders([share]), found[share_id])


def _mine(by: Acting) -> QuerySet[Involvement]:
    return (
        Involvement.objects.filter(status=Involvement.OFFERED, organisation_id=by.acts_for)
        .exclude(origin="front_door")
        .select_related("team", "user")
    )


def count_offers(*, by: Acting) -> int:
    """How many wait for an answer here."""
    return _mine(by).count()


def _senders(shares: list[Involvement]) -> dict[int, str]:
    ids = {share.added_organisation_id for share in shares if share.added_organisation_id is not None}
    return dict(Organisation.objects.filter(id__in=ids).values_list("id", "name"))


def _summaries(ids: list[int]) -> dict[int, Summary]:
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.id, s.* FROM unnest(%s::bigint[]) AS i(id) CROSS JOIN LATERAL cases_offer_summary(i.id) s", [ids]
        )
        return {row[0]: Summary(*row[1:]) for row in cursor.fetchall()}


def _offered(share: Involvement, senders: dict[int, str], summary: Summary) -> Offered:
    return Offered(
        share=share,
        sender=senders.get(share.added_organisation_id or 0, ""),
        summary=summary,
        waits_for_consent=share.lawful_basis == "consent" and share.told != "told_agreed",
    )
