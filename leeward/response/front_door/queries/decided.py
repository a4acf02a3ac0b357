"""Contacts that triage has decided, and one found by the reference that somebody says on the telephone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.addresses import address_of
from leeward.platform.common.references import as_reference
from leeward.platform.reference.working_time import LONDON
from leeward.response.front_door.models import Contact, Decision

PAGE = 25


@dataclass(frozen=True)
class Decided:
    """Decisions of a period, newest first."""

    rows: list[Decision]
    page: int
    has_more: bool


def contact_by_reference(*, by: Acting, reference: str) -> str | None:
    """Where the contact with this reference is, or None (hidden and missing are the same). Logged."""
    found = _of_reference(by, as_reference(reference))
    audit.record("found_contact", "contact", found.id if found else None, detail={"found": found is not None})
    return _page_of(by, found)


def page_of_contact(*, by: Acting, reference: str) -> str | None:
    """The same, for search, which logs that it was asked."""
    return _page_of(by, _of_reference(by, reference))


def _of_reference(by: Acting, reference: str) -> Contact | None:
    rows = Contact.objects.filter(reference=reference, partnership_id=by.partnership_id).order_by("-received_at")
    return rows.only("id", "handed_on_at", "case_id").first()


def _page_of(by: Acting, found: Contact | None) -> str | None:
    """Its own page while it is in triage, then that of the case that it became; only for who may open it."""
    if found is None:
        return None
    if found.handed_on_at is None and by.may(Permission.TRIAGE):
        return address_of("contact", found.id)
    return address_of("case", found.case_id) if found.case_id else None


def decided_contacts(
    *, by: Acting, since: date, until: date, outcome: str = "", risk: str = "", page: int = 1
) -> Decided:
    """What was decided in a period (both days counted) and stands: one statement, and that it was read.

    What a service has accepted is not here: it is that service's.
    """
    rows = Decision.objects.select_related("contact").filter(
        undone_at=None, contact__status=Contact.CLOSED, contact__team_id__in=by.team_ids,
        at__gte=datetime.combine(since, time.min, LONDON),
        at__lt=datetime.combine(until + timedelta(days=1), time.min, LONDON),
    )  # fmt: skip
    if outcome:
        rows = rows.filter(outcome=outcome)
    if risk:
        rows = rows.filter(contact__risk=risk)
    found = list(rows.order_by("-at", "-id")[(page - 1) * PAGE : page * PAGE + 1])
    audit.record("listed_contacts", "contact", listed=[row.contact_id for row in found[:PAGE]])
    return Decided(found[:PAGE], page, len(found) > PAGE)
