"""Asks as each side sees them: a provider's list of what it was asked, and one ask with its steps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.record.cases.models import Case, Involvement
from leeward.response.accommodation.models import Ask, AskChange, Stay
from leeward.response.accommodation.queries.looking import may_look, opens_case
from leeward.response.accommodation.rules.asking import OPEN, STALLED, people_in_words

LISTED = 100


@dataclass(frozen=True)
class AskRow:
    """An ask in a list."""

    ask: Ask
    people: str
    waits: bool  # for an answer of whoever reads the list
    stalled: bool


def asked_of_us(by: Acting, *, statuses: Collection[str] = OPEN) -> list[AskRow]:
    """What the organisation that acts was asked for, who is in the greatest danger first. One statement.

    `statuses`: how the asks may stand; none: ended ones too, newest first.
    """
    now = timezone.now()
    rows = Ask.objects.filter(organisation_id=by.acts_for).select_related("space__site", "asked_organisation")
    if statuses:
        rows = rows.filter(status__in=statuses)
    found = [_row(ask, now) for ask in rows.order_by("-asked_at")[:LISTED]]
    if statuses:
        order = {"high": 0, "medium": 1}
        found.sort(
            key=lambda row: (not row.ask.sheet["tonight"], order.get(row.ask.sheet["risk"], 2), row.ask.asked_at)
        )
    audit.record("listed_asks", "ask", listed=[row.ask.id for row in found])
    return found


def _row(ask: Ask, now: datetime) -> AskRow:
    after = STALLED.get(ask.status)
    stalled = after is not None and now - ask.status_at > after
    return AskRow(ask, people_in_words(ask.sheet), ask.status in (Ask.ASKED, Ask.TALKING), stalled)


@dataclass(frozen=True)
class AskPage:
    """One ask. `case` only where the reader sees it: a provider does once the person was shared."""

    ask: Ask
    people: str
    changes: list[AskChange]
    is_ours: bool  # the provider reads it
    seeks: bool  # whoever looks for the household reads it
    case: Case | None
    stay: Stay | None
    held: bool
    is_shared: bool  # the provider can see who they are, as far as the reader may know it

    @property
    def by_on(self) -> date | None:
        """The day by which they need it, as the sheet has it."""
        return date.fromisoformat(self.ask.sheet["by_on"]) if self.ask.sheet["by_on"] else None


def ask_page(by: Acting, ask_id: int) -> AskPage:
    """One ask, for either side. Raises Http404 for everybody else. Logged as read."""
    ask = Ask.objects.select_related("space__site", "organisation", "asked_organisation").filter(id=ask_id).first()
    if ask is None:
        raise Http404
    ours = ask.organisation_id == by.organisation_id
    case = Case.objects.select_related("person").filter(id=ask.case_id).first()
    seeks = may_look(ask.case_id, ask.asked_organisation_id == by.acts_for)
    if ours and ask.asked_organisation_id != by.acts_for:
        seeks = False  # the provider never answers for her
    stay = Stay.objects.filter(ask=ask).first()
    share = Involvement.objects.filter(id=ask.share_id).first() if ask.share_id else None
    changes = list(AskChange.objects.filter(ask=ask).select_related("organisation").order_by("at", "id"))
    audit.record("read_ask", "ask", ask.id, person=ask.person_id if case else None)
    held = ask.status == Ask.OFFERED and ask.hold_until is not None and ask.hold_until > timezone.now()
    return AskPage(ask, people_in_words(ask.sheet), changes, ours, seeks, case, stay, held, opens_case(share))
