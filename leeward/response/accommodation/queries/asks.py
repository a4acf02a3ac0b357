"""Asks as each side sees them: a provider's list of what it was asked, and one ask with its steps."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case as Choose
from django.db.models import Count, Q, When
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.pages import page_of
from leeward.record.cases.models import Case, Involvement
from leeward.response.accommodation.models import Ask, AskChange, Stay
from leeward.response.accommodation.queries.looking import may_look, opens_case
from leeward.response.accommodation.rules.asking import OPEN, STALLED, people_in_words

UNANSWERED = (Ask.ASKED, Ask.TALKING)


@dataclass(frozen=True)
class AskRow:
    """An ask in a list."""

    ask: Ask
    people: str
    waits: bool  # for an answer of whoever reads the list
    stalled: bool


def asked_of_us(by: Acting, *, statuses: Collection[str] = OPEN, page: int = 1) -> tuple[list[AskRow], bool]:
    """A page of what the organisation that acts was asked for, and whether there are more. Logged as listed.

    `statuses`: how the asks may stand, then who is in the greatest danger comes first; none: all, newest first.
    """
    rows = Ask.objects.filter(organisation_id=by.acts_for).order_by("-asked_at", "-id")
    if statuses:
        danger = Choose(When(sheet__risk="high", then=0), When(sheet__risk="medium", then=1), default=2)
        rows = rows.filter(status__in=statuses)
        rows = rows.order_by(Choose(When(sheet__tonight=True, then=0), default=1), danger, "asked_at", "id")
    shown, more = page_of(rows.values_list("id", flat=True), page)
    asks = Ask.objects.select_related("space__site", "asked_organisation").in_bulk(shown)
    audit.record("listed_asks", "ask", listed=shown)
    now = timezone.now()
    return [_row(asks[one], now) for one in shown if one in asks], more


def asks_open(by: Acting) -> tuple[int, int]:
    """How many households ask the organisation that acts, and how many of them wait for its answer."""
    open_now = Ask.objects.filter(organisation_id=by.acts_for, status__in=OPEN)
    counted = open_now.aggregate(every=Count("id"), wait=Count("id", filter=Q(status__in=UNANSWERED)))
    return counted["every"], counted["wait"]


def _row(ask: Ask, now: datetime) -> AskRow:
    after = STALLED.get(ask.status)
    stalled = after is not None and now - ask.status_at > after
    return AskRow(ask, people_in_words(ask.sheet), ask.status in UNANSWERED, stalled)


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
