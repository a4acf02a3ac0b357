"""Lists of cases: mine, my teams', my organisation's. They start from the narrow sight table (docs/decisions)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation, User
from leeward.platform.access.roles import Permission
from leeward.record.cases.models import Case, CaseSight, Scope
from leeward.record.cases.queries.colleagues import places_of
from leeward.record.people.models import Person

PAGE = 25
# A case can be shared with an organisation and again with a team of it: some rows tell of the same case.
READ = PAGE * 2 + 10
MOST_COUNTED = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WHOSE = ("mine", "team", "organisation")
STATUSES = ("open", "closing", "closed")
RISKS = ("high", "medium", "standard", "unknown")
LEFT = "left"  # with somebody who no longer works with cases here
SIDES = ("harmed", "child", "causing_harm")


@dataclass(frozen=True)
class Waiting:
    """Cases that wait for something that a room above knows of: its words, and which of some cases they are."""

    title: str
    cases: Callable[[Acting, QuerySet[CaseSight]], Collection[int]]
    while_closing: bool = False


_WAITING: dict[str, Waiting] = {}


def offer_waiting(
    key: str,
    title: str,
    cases: Callable[[Acting, QuerySet[CaseSight]], Collection[int]],
    *,
    while_closing: bool = False,
) -> None:
    """Let a list be narrowed to the cases that a room above answers; `while_closing`: also those about to be closed."""
    _WAITING[key] = Waiting(title, cases, while_closing)


def waiting() -> dict[str, str]:
    """What a list can be narrowed to by rooms above: key and words."""
    return {key: one.title for key, one in _WAITING.items()}


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is asked for. Values that are none of ours are left out by `read`."""

    whose: str = "mine"
    status: str = "open"
    risk: str = ""
    side: str = ""
    overdue: bool = False
    unallocated: bool = False
    waits: str = ""
    worker: str = ""  # a colleague's number, or LEFT
    sort: str = "opened"
    after: str = ""

    def with_(self, **changed: object) -> dict[str, str]:
        """The address's query for a changed filter: only what differs from a plain list, and never a page's key."""
        values = {**self.__dict__, "after": "", **changed}
        plain = CaseFilter().__dict__
        return {name: _text(value) for name, value in values.items() if value != plain[name]}


def _text(value: object) -> str:
    return "1" if value is True else str(value)


def read_filter(given: dict[str, str]) -> CaseFilter:
    """A filter from an address's query."""
    return CaseFilter(
        whose=_one_of(given.get("whose", ""), WHOSE, "mine"),
        status=_one_of(given.get("status", ""), STATUSES, "open"),
        risk=_one_of(given.get("risk", ""), RISKS, ""),
        side=_one_of(given.get("side", ""), SIDES, ""),
        overdue=given.get("overdue") == "1",
        unallocated=given.get("unallocated") == "1",
        waits=_one_of(given.get("waits", ""), tuple(_WAITING), ""),
        worker=_worker(given.get("worker", "")),
        sort=_one_of(given.get("sort", ""), ("opened", "review"), "opened"),
        after=given.get("after", ""),
    )


def _worker(value: str) -> str:
    is_number = value.isascii() and value.isdecimal() and len(value) < 19
    return value if value == LEFT or is_number else ""


def _one_of(value: str, allowed: tuple[str, ...], otherwise: str) -> str:
    return value if value in allowed else otherwise


@dataclass(frozen=True)
class CaseRow:
    """One case of a list. A row of index scope has only its reference and whom to ring.

    `version` is that of a case that whoever acts may give to a colleague; 0 of any other.
    """

    id: int
    reference: str
    name: str
    scope: int
    side: str
    status: str
    risk: str
    opened_at: datetime
    review_on: date | None
    worker: str
    lead: str
    is_overdue: bool
    version: int = 0


@dataclass(frozen=True)
class Caseload:
    """A page of cases; `later` is the key of the next page."""

    rows: list[CaseRow] = field(default_factory=list)
    later: str = ""


def caseload(*, by: Acting, wanted: CaseFilter) -> Caseload:
    """A page of cases, in four statements (five for who gives cases to others) and the log."""
    rows = list(_page_of(by, wanted))
    shown: dict[int, CaseSight] = {}
    for row in rows:
        # The widest sight of a case is the one that is shown.
        if row.case_id not in shown and len(shown) == PAGE:
            break
        if row.case_id not in shown or row.scope > shown[row.case_id].scope:
            shown[row.case_id] = row
    more = len(rows) == READ or len({row.case_id for row in rows}) > PAGE
    names = dict(
        Person.objects.filter(id__in=[row.person_id for row in shown.values() if row.scope > 1]).values_list(
            "id", "called"
        )
    )
    worker_ids = {row.lead_worker_id for row in shown.values() if row.lead_worker_id is not None}
    workers = dict(User.objects.filter(id__in=worker_ids).values_list("id", "name"))
    lead_ids = {row.lead_organisation_id for row in shown.values()}
    leads = dict(Organisation.objects.filter(id__in=lead_ids).values_list("id", "name"))
    versions = _versions(by, shown)
    audit.record("listed_cases", "case", listed=list(shown), detail={"whose": wanted.whose, "status": wanted.status})
    today = timezone.localdate()
    last = list(shown.values())[-1] if shown else None
    return Caseload(
        rows=[
            CaseRow(
                id=row.case_id,
                reference=row.reference,
                name=names.get(row.person_id, "") or ("" if row.scope == 1 else "Name not known"),
                scope=row.scope,
                side=row.side,
                status=row.status,
                risk=row.risk_level,
                opened_at=row.opened_at,
                review_on=row.review_on,
                worker=workers.get(row.lead_worker_id or 0, ""),
                lead=leads.get(row.lead_organisation_id, ""),
                is_overdue=row.status != "closed" and row.review_on is not None and row.review_on < today,
                version=versions.get(row.case_id, 0),
            )
            for row in shown.values()
        ],
        later=_key(last, wanted) if more and last is not None else "",
    )


def _versions(by: Acting, shown: dict[int, CaseSight]) -> dict[int, int]:
    """Of the cases that whoever acts may give to a colleague: those that their organisation leads and that are open."""
    if not by.may(Permission.ALLOCATE):
        return {}
    seen = [row.case_id for row in shown.values() if row.scope == Scope.FULL and row.source == "involvement"]
    rows = Case.objects.filter(id__in=seen, lead_organisation_id=by.acts_for).exclude(status="closed")
    return dict(rows.values_list("id", "version"))


def count_cases(*, by: Acting, wanted: CaseFilter) -> tuple[int, bool]:
    """How many cases a list has at least, of the first thousand rows, and whether there are more rows than that."""
    some = _filtered(by, wanted).order_by().values("case_id")[: MOST_COUNTED + 1]
    found = some.aggregate(cases=Count("case_id", distinct=True), rows=Count("case_id"))
    return min(found["cases"], MOST_COUNTED), found["rows"] > MOST_COUNTED


def _filtered(by: Acting, wanted: CaseFilter) -> QuerySet[CaseSight]:
    narrowed = _WAITING.get(wanted.waits)
    while_closing = wanted.worker == LEFT or (narrowed is not None and narrowed.while_closing)
    statuses = ("open", "closing") if while_closing and wanted.status == "open" else (wanted.status,)
    rows = CaseSight.objects.filter(status__in=statuses)
    if wanted.whose == "mine":
        rows = rows.filter(lead_worker_id=by.user_id, organisation_id=by.acts_for)
    elif wanted.whose == "team":
        rows = rows.filter(team_id__in=by.team_ids)
    else:
        rows = rows.filter(organisation_id=by.acts_for)
    if wanted.risk:
        rows = rows.filter(risk_level=wanted.risk)
    if wanted.side:
        rows = rows.filter(side=wanted.side)
    if wanted.overdue:
        rows = rows.filter(review_on__lt=timezone.localdate())
    if wanted.unallocated:
        rows = rows.filter(lead_worker_id__isnull=True, is_lead=True)
    if wanted.worker == LEFT:
        rows = worker_left(by, rows)
    elif wanted.worker:
        rows = rows.filter(lead_worker_id=int(wanted.worker))
    if narrowed:
        rows = rows.filter(case_id__in=narrowed.cases(by, rows))
    return rows


def worker_left(by: Acting, rows: QuerySet[CaseSight]) -> QuerySet[CaseSight]:
    """Those of some cases that our organisation leads by somebody who does not work with cases in it any more."""
    led = rows.filter(organisation_id=by.acts_for, is_lead=True, lead_worker_id__isnull=False)
    return led.exclude(lead_worker_id__in=places_of(by).values("user_id"))


def _page_of(by: Acting, wanted: CaseFilter) -> QuerySet[CaseSight]:
    rows = _filtered(by, wanted)
    key = _read(wanted)
    if wanted.sort == "review":
        rows = rows.filter(review_on__isnull=False).order_by("review_on", "case_id")
        if key:
            day = (_EPOCH + timedelta(days=key[0])).date()
            rows = rows.filter(Q(review_on__gt=day) | Q(review_on=day, case_id__gt=key[1]))
    else:
        rows = rows.order_by("-opened_at", "-case_id")
        if key:
            at = _EPOCH + timedelta(microseconds=key[0])
            # The first condition is what the index begins with; the second is about the same moment only.
            rows = rows.filter(opened_at__lte=at).filter(Q(opened_at__lt=at) | Q(case_id__lt=key[1]))
    return rows[:READ]


def _key(row: CaseSight, wanted: CaseFilter) -> str:
    if wanted.sort == "review" and row.review_on is not None:
        return f"{(row.review_on - _EPOCH.date()).days}-{row.case_id}"
    return f"{(row.opened_at - _EPOCH) // timedelta(microseconds=1)}-{row.case_id}"


def _read(wanted: CaseFilter) -> tuple[int, int] | None:
    first, _, second = wanted.after.partition("-")
    limit = 6 if wanted.sort == "review" else 17
    if not (first.isdecimal() and second.isdecimal() and len(first) <= limit and len(second) < 20):
        return None
    return int(first), int(second)
