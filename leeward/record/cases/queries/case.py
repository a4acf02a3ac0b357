"""One case as somebody may see it: how far their sight goes, who it is about, who is involved, what is next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.http import Http404

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.record.cases.models import Case, CaseLink, CasePerson, CaseSight, CaseStory, Involvement, Scope, Task
from leeward.record.people.models import Person, PersonLink
from leeward.record.people.queries.person import safe_contact
from leeward.record.people.rules.contact import SafeContact

NAMELESS = "Name not known"


@dataclass(frozen=True)
class Sight:
    """How far somebody sees into a case: the widest of what was given to them."""

    scope: int
    address: bool
    risk: bool
    address_in_full: bool  # one share by itself opens the whole case and where they are: two are not added up
    emergency_until: datetime | None
    reference: str
    lead_organisation_id: int

    @property
    def is_full(self) -> bool:
        """The whole case."""
        return self.scope >= Scope.FULL

    @property
    def may_change(self) -> bool:
        """More than reading and writing notes: emergency sight may not."""
        return self.is_full and self.emergency_until is None


def sight_of(case_id: int) -> Sight:
    """How far whoever acts sees into a case. Raises Http404 where they see nothing, or where there is none."""
    return _widest(list(CaseSight.objects.filter(case_id=case_id)))


def _widest(rows: list[CaseSight]) -> Sight:
    if not rows:
        raise Http404
    given = [row for row in rows if row.source == "involvement"] or rows
    return Sight(
        scope=max(row.scope for row in rows),
        address=any(row.address for row in rows),
        risk=any(row.risk for row in rows),
        address_in_full=any(row.address and row.source == "involvement" and row.scope >= Scope.FULL for row in rows),
        # Emergency sight counts where no share opens the whole case.
        emergency_until=None
        if any(row.source == "involvement" and row.scope >= Scope.FULL for row in given)
        else max((row.until for row in rows if row.source == "break_glass" and row.until), default=None),
        reference=rows[0].reference,
        lead_organisation_id=rows[0].lead_organisation_id,
    )


def find_case(case_id: int, *, scope: int = Scope.FULL) -> tuple[Case, Sight]:
    """A case, whom it is about, and how far one sees into it: one statement. Raises Http404 below the scope asked for.

    Below summary the case itself is hidden, and with it the rows of sight that lead to it here.
    """
    rows = list(
        CaseSight.objects.filter(case_id=case_id).select_related(
            "case__lead_organisation", "case__lead_team", "case__lead_worker", "case__person", "case__story"
        )
    )
    sight = _widest(rows)
    if sight.scope < scope:
        raise Http404
    return rows[0].case, sight


@dataclass(frozen=True)
class InCase:
    """Somebody known in a case. `case_id` only where the reader sees that case too, on the same side."""

    id: int
    person_id: int
    name: str
    part: str
    case_id: int | None = None


@dataclass(frozen=True)
class Linked:
    """A case that belongs with this one, and that the reader sees too."""

    id: int
    reference: str
    name: str
    kind: str
    status: str


@dataclass(frozen=True)
class CaseFrame:
    """Who a case is about and how they may be reached: what stands at the top of each of its pages."""

    case: Case
    sight: Sight
    person: Person
    name: str
    contact: SafeContact | None
    people: list[CasePerson]

    @property
    def children(self) -> int:
        """How many children are known in the case."""
        return sum(1 for row in self.people if row.part == "child")


def case_frame(case_id: int, *, scope: int = Scope.FULL) -> CaseFrame:
    """The top of a case's page, in three statements. Raises Http404 below the scope asked for. The caller logs."""
    case, sight = find_case(case_id, scope=scope)
    person = case.person
    contact = safe_contact(person.id) if sight.is_full else None
    rows = CasePerson.objects.filter(case=case, ended_at=None).select_related("person").order_by("part", "added_at")
    return CaseFrame(case, sight, person, person.called or NAMELESS, contact, list(rows))


@dataclass(frozen=True)
class CasePage:
    """Everything around the chronology on the page of a case."""

    frame: CaseFrame
    own_words: str
    linked: list[Linked]
    shares: list[Involvement]
    tasks: list[Task]


def case_page(*, by: Acting, case_id: int) -> CasePage:
    """The page of a case, for summary sight and more. Logged as read."""
    frame = case_frame(case_id, scope=Scope.SUMMARY)
    case, sight = frame.case, frame.sight
    page = CasePage(
        frame=frame,
        own_words=own_words_of(case),
        linked=[one for one, _ in linked_cases(case)],
        shares=shares_of(case),
        tasks=open_tasks(case) if sight.is_full else [],
    )
    audit.record("read_case", "case", case.id, person=case.person_id, detail={"scope": sight.scope})
    return page


def own_words_of(case: Case) -> str:
    """What the person wants in their own words; hidden below full sight by the row policy of its table."""
    try:
        return case.story.own_words
    except CaseStory.DoesNotExist:
        return ""


def people_in(frame: CaseFrame, linked: list[tuple[Linked, int]]) -> list[InCase]:
    """Who is known in a case, with their own case where the reader sees it: of this record, or a linked one."""
    own_case = {person_id: one.id for one, person_id in linked}
    here = [row.person_id for row in frame.people]
    for pair in PersonLink.objects.filter(
        Q(first_id__in=here, second_id__in=own_case) | Q(first_id__in=own_case, second_id__in=here), undone_at=None
    ).values_list("first_id", "second_id"):
        for mine, other in (pair, pair[::-1]):
            if mine in here and other in own_case:
                own_case.setdefault(mine, own_case[other])
    return [
        InCase(row.id, row.person_id, row.person.called or NAMELESS, row.part, own_case.get(row.person_id))
        for row in frame.people
    ]


def linked_cases(case: Case) -> list[tuple[Linked, int]]:
    """Cases that belong with this one, each with whom it is about: those alone that the reader sees.

    A case of somebody who causes harm is never among those of whom they harm, nor the other way round, whatever a
    link says: nobody comes from one to the other.
    """
    links = CaseLink.objects.filter(Q(first=case) | Q(second=case)).values_list("first_id", "second_id", "kind")
    others = {second if first == case.id else first: kind for first, second, kind in links}
    if not others:
        return []
    causing = case.side == "causing_harm"
    cases = Case.objects.filter(id__in=others).select_related("person").order_by("-opened_at")
    return [
        (Linked(one.id, one.reference, one.person.called or NAMELESS, others[one.id], one.status), one.person_id)
        for one in cases
        if (one.side == "causing_harm") == causing
    ]


def shares_of(case: Case) -> list[Involvement]:
    """Who is involved or was asked: those that still stand, who leads first."""
    return list(
        Involvement.objects.filter(case=case, status__in=(Involvement.ACTIVE, Involvement.OFFERED))
        .select_related("organisation", "team", "user")
        .order_by("-is_lead", "status", "from_at")
    )


def open_tasks(case: Case, most: int = 8) -> list[Task]:
    """What is next in a case: soonest first, what has no date last."""
    return list(
        Task.objects.filter(case=case, status="open")
        .select_related("assignee")
        .order_by(F("due_on").asc(nulls_last=True), "created_at")[:most]
    )


@dataclass(frozen=True)
class Card:
    """What index sight shows: that there is a case, and whom to ring."""

    reference: str
    organisation: str
    phone: str


def index_card(sight: Sight, case_id: int) -> Card:
    """The card of a case. Logged as read."""
    lead = Organisation.objects.get(id=sight.lead_organisation_id)
    audit.record("read_index_card", "case", case_id)
    return Card(sight.reference, lead.name, lead.phone)
