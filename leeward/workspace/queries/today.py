"""What needs somebody today, in the order in which it matters, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, Value
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.chain import is_old, newest_check
from leeward.platform.access.roles import Permission
from leeward.platform.common.addresses import address_of
from leeward.platform.ui.filters import ago, day, then
from leeward.platform.ui.filters import time as clock
from leeward.platform.ui.navigation import address
from leeward.record.cases.models import BreakGlass, CaseSight, Handover, Involvement, Task
from leeward.record.cases.queries.caseload import worker_left
from leeward.record.cases.rules import review_due
from leeward.record.people.models import ClaimNotice, Person
from leeward.record.people.queries.walls import asked_back, unread_notices
from leeward.record.risk.queries.due import (
    Due,
    Stands,
    assessments_due,
    ids_of,
    never_assessed,
    plans_due,
    risk_led,
    steps_open,
)
from leeward.response.accommodation.queries.movers import swap_today
from leeward.response.accommodation.queries.today import OF_PEOPLE, places_today
from leeward.response.front_door.models import Contact, Offer
from leeward.response.front_door.queries.escalation import returned_by_all
from leeward.response.front_door.queries.same_names import how_many_same_names
from leeward.response.front_door.queries.trying import my_tries
from leeward.response.marac.queries.today import asked_today
from leeward.workspace.queries.sections import MOST, SHOWN, Item, Section, name_of
from leeward.workspace.queries.today_marac import marac_sections
from leeward.workspace.queries.today_places import place_sections, swap_sections, waiting_section

AHEAD = timedelta(days=7)


def today(*, by: Acting) -> list[Section]:
    """Everything that needs whoever acts, most pressing first; kinds that have nothing are left out.

    A constant number of statements, whatever there is.
    """
    sections: list[Section | None] = []
    if by.may(Permission.TRIAGE):
        sections += [_contacts(), _tries(by)]
    if by.may(Permission.TRIAGE) or by.may(Permission.ALLOCATE):
        sections.append(_returned(by))
    notices = unread_notices(most=MOST + 1) if by.may(Permission.CASEWORK) or by.may(Permission.MARAC) else []
    if by.may(Permission.CASEWORK):
        now, tasks, asked = timezone.localdate(), _tasks(by), places_today(by=by)
        closing, left = _for_managers(by) if by.may(Permission.SIGN_OFF) and by.may(Permission.ALLOCATE) else ([], [])
        every = risk_led(by=by)
        reviews, led = _reviews(every), [one for one in every if one.sees_risk]
        steps, assess = steps_open(cases=ids_of(led)), assessments_due(cases=led, until=now + AHEAD)
        first, plans = never_assessed(cases=led), plans_due(cases=ids_of(led))
        named = [
            closing,
            left,
            reviews,
            steps,
            assess,
            first,
            plans,
            notices,
            *(getattr(asked, key) for key in OF_PEOPLE),
        ]
        people = {row.person_id for rows in named for row in rows[:SHOWN]}
        names = dict(Person.objects.filter(id__in=people).values_list("id", "called"))
        sections += [
            *_offers(by),
            _left_section(left, names),
            _task_section("overdue", "Overdue tasks", "high", [t for t in tasks if t.due_on < now]),
            _task_section("today", "Due today", "medium", [t for t in tasks if t.due_on == now]),
            _step_section(steps, names),
            _assess_section(assess, names),
            _plan_section(plans, names),
            _first_section(first, names),
            _review_section(reviews, names),
            _notice_section(notices, names),
            _closing_section(closing, names),
        ]
        ahead = [t for t in tasks if now < t.due_on]
        sections.append(_task_section("ahead", "Due in the next seven days", "info", ahead))
    elif notices:  # who only sits at a MARAC, and was shown by name what has changed since
        called = Person.objects.filter(id__in={notice.person_id for notice in notices}).values_list("id", "called")
        sections.append(_notice_section(notices, dict(called)))
    if by.may(Permission.CASEWORK) or by.may(Permission.MARAC):
        soon = timezone.localdate() + AHEAD
        sections += marac_sections(asked_today(by=by, until=soon, sits=by.may(Permission.MARAC)))
    if by.may(Permission.CASEWORK):
        places = place_sections(asked, names, everyone=by.may(Permission.ALLOCATE))
        # A house answers and says what is free before anything else: somebody waits for it tonight, perhaps.
        sections[:0] = [one for one in places if one.key in AT_ONCE]
        sections += [one for one in places if one.key not in AT_ONCE]
        sections += swap_sections(asked.swaps)
    if by.may(Permission.PLACEMENT):
        sections.append(waiting_section())
        if not by.may(Permission.CASEWORK):
            sections += swap_sections(swap_today(by=by))
    if by.may(Permission.REVIEW_ACCESS):
        sections += [_emergencies(by), _declarations(by), _same_names()]
    if by.may(Permission.MANAGE_PARTNERSHIP) or by.may(Permission.REVIEW_ACCESS):
        sections.insert(0, _log())
    if by.may(Permission.HAND_OVER):
        sections.append(_handovers(by))
    found = [section for section in sections if section is not None and section.count]
    audit.record("read_today", "today", detail={section.key: section.count for section in found})
    return found


AT_ONCE = ("place_asked", "place_stale")


def _contacts() -> Section | None:
    """Contacts that wait in triage: the queue itself says in which order."""
    now = timezone.now()
    counts = Contact.objects.filter(status__in=(Contact.NEW, Contact.TAKEN)).aggregate(
        waiting=Count("id"), late=Count("id", filter=Q(first_attempt_at=None, attempt_due_at__lt=now))
    )
    why = f"{counts['late']} past the promised time" if counts["late"] else "All within the promised time"
    queue = address_of("triage")
    item = Item("Open the queue", queue, why, late=bool(counts["late"]))
    return Section("contacts", "People waiting for a first call", "high", counts["waiting"], queue, [item],
                   late=counts["late"])  # fmt: skip


def _tries(by: Acting) -> Section:
    """Whom whoever acts said that they would try again today."""
    rows = my_tries(by=by, most=MOST + 1)
    late = [row for row in rows if row.is_due]
    return Section(
        "tries", "To try again today", "high", len(rows), address_of("triage") + "?show=mine",
        [
            Item(row.reference, address_of("contact", row.contact_id),
                 f"Was due {then(row.at)}" if row.is_due else f"At {clock(row.at)}", late=row.is_due)
            for row in rows[:SHOWN]
        ],
        late=len(late),
    )  # fmt: skip


def _returned(by: Acting) -> Section | None:
    """Contacts that nobody has: for triage each of them, for a manager of the access point those that are overdue."""
    stuck = returned_by_all(by=by)
    count = stuck.count if by.may(Permission.TRIAGE) else stuck.late
    where = address_of("triage") if by.may(Permission.TRIAGE) else address_of("today")
    why = f"{stuck.late} past the time for asking somebody else" if stuck.late else "Ask somebody else"
    if not by.may(Permission.TRIAGE):
        why = "Past the time for asking somebody else: speak with the triage team"
    item = Item("Every service that was asked has returned them", where, why, late=bool(stuck.late))
    return Section("returned", "People whom no service has taken", "high", count, where, [item], late=stuck.late)


def _offers(by: Acting) -> list[Section | None]:
    """What the front door hands on, and what others share: both wait for an answer, without a name."""
    now = timezone.now()
    handed = list(
        Offer.objects.filter(organisation_id=by.acts_for, status="offered")
        .select_related("service")
        .order_by("answer_due_at")[: MOST + 1]
    )
    shares = list(
        Involvement.objects.filter(organisation_id=by.acts_for, status=Involvement.OFFERED)
        .exclude(origin="front_door")
        .order_by("from_at")[: MOST + 1]
    )
    return [
        Section(
            "offers", "Waiting for your organisation’s answer", "high", len(handed), address_of("offers"),
            [
                Item(
                    offer.service.name if offer.service else "A referral", address_of("offers"),
                    f"Answer was due {ago(offer.answer_due_at)}" if offer.answer_due_at < now
                    else f"Answer by {day(offer.answer_due_at, short=True)}",
                    late=offer.answer_due_at < now,
                )
                for offer in handed[:SHOWN]
            ],
            late=sum(offer.answer_due_at < now for offer in handed),
        ),
        Section(
            "shares", "Offered to you by others", "high", len(shares), address_of("shares_offered"),
            [
                Item(
                    "A case to lead" if share.is_lead else "A share of a case",
                    address_of("share_offered", share.id), f"Offered {ago(share.from_at)}",
                )
                for share in shares[:SHOWN]
            ],
        ),
    ]  # fmt: skip


class _Due(NamedTuple):
    """A task that is due by a day."""

    title: str
    due_on: date
    case_id: int
    called: str


def _tasks(by: Acting) -> list[_Due]:
    rows = Task.objects.filter(
        assignee_id=by.user_id, organisation_id=by.acts_for, status="open", due_on__lte=timezone.localdate() + AHEAD
    )
    shown = rows.order_by("due_on", "id").values_list("title", "due_on", "case_id", "case__person__called")
    return [_Due(title, due, case, called) for title, due, case, called in shown[: 2 * MOST] if due]


def _task_section(key: str, title: str, tone: str, tasks: list[_Due]) -> Section:
    query = {"overdue": "?due=overdue", "today": "?due=today", "ahead": "?due=week"}[key]
    return Section(
        key, title, tone, len(tasks), address_of("tasks") + query,
        [
            Item(
                f"{task.title} · {task.called or 'Name not known'}", address_of("case", task.case_id),
                f"Due {day(task.due_on, short=True)}", late=key == "overdue",
            )
            for task in tasks[:SHOWN]
        ],
        late=len(tasks) if key == "overdue" else 0,
    )  # fmt: skip


def _reviews(cases: list[Stands]) -> list[Stands]:
    now = timezone.localdate()
    late = [one for one in cases if one.case_review_on is not None and one.case_review_on < now]
    return sorted(late, key=lambda one: (one.case_review_on or date.max, one.case_id))


def _step_section(steps: list[Due], names: dict[int, str]) -> Section:
    """A line for each case: its most urgent step, and how many more there are."""
    by_case: dict[int, list[Due]] = {}
    for one in steps:
        by_case.setdefault(one.case_id, []).append(one)
    items = []
    for case, (first, *more) in list(by_case.items())[:SHOWN]:
        why = "To do now" if first.at_once else "To do"
        items.append(
            Item(f"{first.title} · {name_of(names, first.person_id)}", address_of("case_risk", case) + "#next-steps",
                 f"{why}, and {len(more)} more" if more else why, late=first.at_once)
        )  # fmt: skip
    return Section(
        "steps", "Asked for by a risk assessment", "high", len(by_case), address_of("caseload") + "?waits=steps", items,
        late=sum(first.at_once for first, *_ in by_case.values()),
    )  # fmt: skip


def _assess_section(due: list[Due], names: dict[int, str]) -> Section:
    now = timezone.localdate()
    late = [one for one in due if one.due_on and one.due_on < now]
    return Section(
        "assessments", "Risk to be assessed again", "medium", len(due), address_of("caseload") + "?waits=assessment",
        [
            Item(name_of(names, one.person_id), address_of("case_risk", one.case_id),
                 f"{'Was due' if one in late else 'Due'} {day(one.due_on, short=True)}", late=one in late)
            for one in due[:SHOWN]
        ],
        late=len(late),
    )  # fmt: skip


def _plan_section(due: list[Due], names: dict[int, str]) -> Section:
    return Section(
        "plans", "Safety plans to go through again", "medium", len(due), address_of("caseload") + "?waits=plan",
        [
            Item(name_of(names, one.person_id), address_of("case_safety", one.case_id),
                 one.title or f"Was due {day(one.due_on, short=True)}", late=one.due_on is not None)
            for one in due[:SHOWN]
        ],
        late=sum(one.due_on is not None for one in due),
    )  # fmt: skip


def _first_section(due: list[Due], names: dict[int, str]) -> Section:
    return Section(
        "first_assessments", "Risk never assessed", "medium", len(due), address_of("caseload") + "?waits=first",
        [
            Item(name_of(names, one.person_id), address_of("case_risk", one.case_id), "No assessment yet")
            for one in due[:SHOWN]
        ],
    )  # fmt: skip


def _review_section(rows: list[Stands], names: dict[int, str]) -> Section:
    return Section(
        "reviews", "Cases to look at again", "medium", len(rows), address_of("caseload") + "?overdue=1&sort=review",
        [
            Item(name_of(names, row.person_id), address_of("case", row.case_id),
                 f"Review was due {day(row.case_review_on, short=True)}", late=True)
            for row in rows[:SHOWN]
        ],
        late=len(rows),
    )  # fmt: skip


def _notice_section(notices: list[ClaimNotice], names: dict[int, str]) -> Section:
    # The page of notices belongs to the people's room; until it is there a notice leads to the case list.
    everything = address("claim_notices") or address_of("caseload")
    return Section(
        "notices", "Corrected since you were told", "high", len(notices), everything,
        [
            Item(name_of(names, notice.person_id), everything, f"What you were told was changed {ago(notice.made_at)}")
            for notice in notices[:SHOWN]
        ],
    )  # fmt: skip


def _for_managers(by: Acting) -> tuple[list[CaseSight], list[CaseSight]]:
    """Cases that wait for a sign-off, and cases whose worker has no place here any more: one statement."""
    rows = CaseSight.objects.filter(organisation_id=by.acts_for, is_lead=True)
    closing = rows.filter(status="closing").annotate(kind=Value("closing"))
    left = worker_left(by, rows.filter(status__in=("open", "closing"))).annotate(kind=Value("left"))
    newest = "-opened_at", "-case_id"
    both = list(closing.order_by(*newest)[: MOST + 1].union(left.order_by(*newest)[: MOST + 1], all=True))
    return _once(both, "closing"), _once(both, "left")


def _once(rows: Sequence[CaseSight], kind: str) -> list[CaseSight]:
    """Each case of a kind once: a case can be shared with an organisation and with a team of it."""
    found = {row.case_id: row for row in rows if row.kind == kind}  # type: ignore[attr-defined]  # annotated
    return sorted(found.values(), key=lambda row: (row.opened_at, row.case_id), reverse=True)


def _closing_section(rows: list[CaseSight], names: dict[int, str]) -> Section:
    return Section(
        "closing", "Waiting for your sign-off", "info", len(rows),
        address_of("caseload") + "?whose=organisation&status=closing",
        [
            Item(name_of(names, row.person_id), address_of("case_details", row.case_id), "Closing was asked for")
            for row in rows[:SHOWN]
        ],
    )  # fmt: skip


def _left_section(rows: list[CaseSight], names: dict[int, str]) -> Section:
    return Section(
        "left", "Cases whose worker has left", "high", len(rows),
        address_of("caseload") + "?whose=organisation&worker=left",
        [
            Item(name_of(names, row.person_id), address_of("case_allocate", row.case_id), "Give it to somebody")
            for row in rows[:SHOWN]
        ],
    )  # fmt: skip


def _log() -> Section | None:
    """That the log did not hold when it was last checked, or that this is days ago: before everything else."""
    found, where = newest_check(), address_of("administration") + "#log"
    if found is None:
        return None
    if found.broken:
        count, words = len(found.broken), f"Checked {ago(found.at)}: {found.broken[0]}"
        item = Item("The log of who looked at what does not hold", where, words, late=True)
        return Section("log", "The log does not hold", "high", count, where, [item], late=count)
    if not is_old(found):
        return None
    item = Item("The log of who looked at what is not being checked", where, f"Last checked {ago(found.at)}", late=True)
    return Section("log", "The log was not checked for days", "high", 1, where, [item], late=1)


def _emergencies(by: Acting) -> Section:
    rows = list(
        BreakGlass.objects.filter(partnership_id=by.partnership_id, reviewed_at=None)
        .select_related("user", "organisation")
        .order_by("at")[: MOST + 1]
    )
    everything, now = address_of("emergency_reviews"), timezone.now()
    return Section(
        "emergencies", "Emergency sight to review", "high", len(rows), everything,
        [
            Item(
                f"{row.user.name}, {row.organisation.name}, {row.reference}",
                address_of("emergency_review", row.id),
                f"Opened {ago(row.at)}" + (", review overdue" if review_due(row.at) < now else ""),
                late=review_due(row.at) < now,
            )
            for row in rows[:SHOWN]
        ],
        late=sum(review_due(row.at) < now for row in rows),
    )  # fmt: skip


def _same_names() -> Section:
    """For the data protection lead: users with the name of somebody who is said to cause harm."""
    count, where = how_many_same_names(), address_of("same_names")
    item = Item("Look at them", where, "No wall stands until somebody has looked")
    return Section(
        "same_names", "Users with the name of somebody who is said to cause harm", "high", count, where, [item]
    )


def _declarations(by: Acting) -> Section:
    """Who asks for a wall of their own declaring to be taken back."""
    rows = asked_back(by)
    asked = address_of("walls") + "#asked"
    return Section(
        "declarations", "Walls that somebody asks to be taken back", "medium", len(rows), asked,
        [Item(row.user.name, asked, f"Asked {ago(row.asked_back_at)}") for row in rows[:SHOWN]],
    )  # fmt: skip


def _handovers(by: Acting) -> Section:
    rows = list(
        Handover.objects.filter(status=Handover.PROPOSED)
        .exclude(proposed_by_id=by.worker_id)
        .select_related("from_organisation", "to_organisation")
        .order_by("proposed_at")[: MOST + 1]
    )
    return Section(
        "handovers", "Handovers to review", "medium", len(rows), address_of("handovers"),
        [
            Item(f"{row.from_organisation.name} to {row.to_organisation.name}", address_of("handover", row.id),
                 f"Proposed {ago(row.proposed_at)}")
            for row in rows[:SHOWN]
        ],
    )  # fmt: skip
