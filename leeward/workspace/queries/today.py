"""What needs somebody today, in the order in which it matters, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Count, Q
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.chain import is_old, newest_check
from leeward.platform.access.roles import Permission
from leeward.platform.common.addresses import address_of
from leeward.platform.common.among import among
from leeward.platform.ui.filters import ago, day, then, when
from leeward.platform.ui.filters import time as clock
from leeward.platform.ui.navigation import address
from leeward.record.cases.models import BreakGlass, CaseSight, Handover, Involvement, Task
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
from leeward.response.accommodation.queries.movers import SwapToday, swap_today
from leeward.response.accommodation.queries.today import OF_PEOPLE, Line, PlacesToday, places_today
from leeward.response.accommodation.queries.waiting import everybody_waiting
from leeward.response.front_door.models import Contact, Offer
from leeward.response.front_door.queries.escalation import returned_by_all
from leeward.response.front_door.queries.trying import my_tries
from leeward.response.marac.queries.today import AskedToday, asked_today

SHOWN = 5  # of each kind: the rest is one press away
MOST = 200  # what is counted before it says "200+"
AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Item:
    """One thing that needs somebody, where it is, and why it is here."""

    text: str
    href: str
    why: str
    late: bool = False


@dataclass(frozen=True)
class Section:
    """Things of one kind; `href` opens their whole list."""

    key: str
    title: str
    tone: str
    count: int
    href: str
    items: list[Item] = field(default_factory=list)
    late: int = 0  # how many are past their time

    @property
    def counted(self) -> str:
        """The count in words."""
        return f"{MOST}+" if self.count > MOST else str(self.count)


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
        closing = _closing(by) if by.may(Permission.SIGN_OFF) else []
        every = risk_led(by=by)
        reviews, led = _reviews(every), [one for one in every if one.sees_risk]
        steps, assess = steps_open(cases=ids_of(led)), assessments_due(cases=led, until=now + AHEAD)
        first, plans = never_assessed(cases=led), plans_due(cases=ids_of(led))
        named = [closing, reviews, steps, assess, first, plans, notices, *(getattr(asked, key) for key in OF_PEOPLE)]
        people = {row.person_id for rows in named for row in rows[:SHOWN]}
        names = dict(Person.objects.filter(among("id", people)).values_list("id", "called"))
        sections += [
            *_offers(by),
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
        sections += _marac(asked_today(by=by, until=soon, sits=by.may(Permission.MARAC)))
    if by.may(Permission.CASEWORK):
        places = _places(asked, names)
        # A house answers and says what is free before anything else: somebody waits for it tonight, perhaps.
        sections[:0] = [one for one in places if one.key in AT_ONCE]
        sections += [one for one in places if one.key not in AT_ONCE]
        sections += _swaps(asked.swaps)
    if by.may(Permission.PLACEMENT):
        sections.append(_waiting_for_places())
        if not by.may(Permission.CASEWORK):
            sections += _swaps(swap_today(by=by))
    if by.may(Permission.REVIEW_ACCESS):
        sections += [_emergencies(by), _declarations(by)]
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
    return [_Due(*row) for row in shown[: 2 * MOST]]


def _task_section(key: str, title: str, tone: str, tasks: list[_Due]) -> Section:
    query = {"overdue": "?due=overdue", "today": "?due=today"}.get(key, "")
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
    return Section(
        "steps", "Asked for by a risk assessment", "high", len(steps), address_of("caseload") + "?waits=steps",
        [
            Item(f"{one.title} · {_name(names, one.person_id)}",
                 address_of("case_risk", one.case_id) + "#next-steps",
                 "To do now" if one.at_once else "To do", late=one.at_once)
            for one in steps[:SHOWN]
        ],
        late=sum(one.at_once for one in steps),
    )  # fmt: skip


def _assess_section(due: list[Due], names: dict[int, str]) -> Section:
    now = timezone.localdate()
    late = [one for one in due if one.due_on and one.due_on < now]
    return Section(
        "assessments", "Risk to be assessed again", "medium", len(due), address_of("caseload") + "?waits=assessment",
        [
            Item(_name(names, one.person_id), address_of("case_risk", one.case_id),
                 f"{'Was due' if one in late else 'Due'} {day(one.due_on, short=True)}", late=one in late)
            for one in due[:SHOWN]
        ],
        late=len(late),
    )  # fmt: skip


def _plan_section(due: list[Due], names: dict[int, str]) -> Section:
    return Section(
        "plans", "Safety plans to go through again", "medium", len(due), address_of("caseload") + "?waits=plan",
        [
            Item(_name(names, one.person_id), address_of("case_safety", one.case_id),
                 one.title or f"Was due {day(one.due_on, short=True)}", late=one.due_on is not None)
            for one in due[:SHOWN]
        ],
        late=sum(one.due_on is not None for one in due),
    )  # fmt: skip


def _first_section(due: list[Due], names: dict[int, str]) -> Section:
    return Section(
        "first_assessments", "Risk never assessed", "medium", len(due), address_of("caseload") + "?waits=first",
        [
            Item(_name(names, one.person_id), address_of("case_risk", one.case_id), "No assessment yet")
            for one in due[:SHOWN]
        ],
    )  # fmt: skip


def _review_section(rows: list[Stands], names: dict[int, str]) -> Section:
    return Section(
        "reviews", "Cases to look at again", "medium", len(rows), address_of("caseload") + "?overdue=1&sort=review",
        [
            Item(_name(names, row.person_id), address_of("case", row.case_id),
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
            Item(_name(names, notice.person_id), everything, f"What you were told was changed {ago(notice.made_at)}")
            for notice in notices[:SHOWN]
        ],
    )  # fmt: skip


def _closing(by: Acting) -> list[CaseSight]:
    rows = CaseSight.objects.filter(organisation_id=by.acts_for, status="closing", is_lead=True)
    return list({row.case_id: row for row in rows.order_by("-opened_at", "-case_id")[: MOST + 1]}.values())


def _closing_section(rows: list[CaseSight], names: dict[int, str]) -> Section:
    return Section(
        "closing", "Waiting for your sign-off", "info", len(rows),
        address_of("caseload") + "?whose=organisation&status=closing",
        [
            Item(_name(names, row.person_id), address_of("case_details", row.case_id), "Closing was asked for")
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


def _places(asked: PlacesToday, names: dict[int, str]) -> list[Section]:
    """What safe places ask: of who offers them, and of who looks for one."""

    def section(key: str, title: str, tone: str, lines: list[Line], name: str, why: str, href: str) -> Section:
        items = [
            Item(_name(names, one.person_id) if one.person_id else one.words, address_of(name, one.id),
                 why.format(ago(one.at) if one.at else ""), one.urgent)
            for one in lines[:SHOWN]
        ]  # fmt: skip
        return Section(key, title, tone, len(lines), href, items, late=sum(one.urgent for one in lines))

    ours, stays_ = address_of("places"), address_of("stays")
    return [
        section("place_asked", "Households that ask you for a place", "high", asked.asked, "place_ask", "Asked {}",
                address_of("place_asks")),
        section("place_held", "Places that wait for your answer", "high", asked.held, "place_ask",
                "The provider can talk, or holds it", address_of("caseload")),
        section("place_suggested", "The placement coordinator asks or suggests something", "high", asked.suggested,
                "case_place", "{}", address_of("caseload")),
        section("place_alone", "They look for a place, and nothing is under way", "high", asked.alone, "case_place",
                "Since {}", address_of("caseload")),
        section("place_steps", "No room yet: look again", "medium", asked.steps, "need_step_look", "Due",
                address_of("caseload")),
        section("place_late", "Expected, and not here yet", "high", asked.late, "stay", "Expected {}", stays_),
        section("place_stale", "Say what is free", "info", asked.stale, "place_say", "Said {}", ours),
        section("place_closing", "They live in a place that closes", "high", asked.closing, "stay",
                "Look for their next place", stays_),
        section("place_twice", "Perhaps looked for twice, under two names", "high", asked.twice, "case_place",
                "Since {}", address_of("caseload")),
        section("place_overstay", "The licence has ended, and they live there still", "medium", asked.overstay, "stay",
                "Ended {}", stays_),
        section("place_birthdays", "A son grows older than the space takes", "medium", asked.birthdays, "stay",
                "Plan where they go next: nobody has to leave", stays_),
        section("place_away", "Away, until nobody knows when", "info", asked.away, "stay", "Since {}", stays_),
        section("place_resettle", "Support after they left", "medium", asked.resettle, "stay_resettle",
                "A word is due, or its end", stays_ + "?ended=1"),
        section("place_home", "Went home: make it safe", "high", asked.home, "sanctuary_refer", "Left {}",
                address_of("caseload")),
        section("place_reviews", "Ask whether their home is still safe", "medium", asked.reviews, "case_sanctuary",
                "Was due {}", address_of("caseload")),
    ]  # fmt: skip


def _waiting_for_places() -> Section:
    """For a placement coordinator: households that nobody asks for and nothing is done for, as a number."""
    every = everybody_waiting()
    stalled = [one for one in every if one.is_stalled]
    tonight = sum(one.tonight for one in stalled)
    href = address_of("placement_waiting") + "?stalled=1"
    needs = "needs" if tonight == 1 else "need"
    why = f"{tonight} of them {needs} a place tonight" if tonight else "Ask who looks for them to look again"
    item = Item("Look at who waits", href, why, late=bool(tonight))
    title = "Households that wait, and nothing is under way"
    return Section("place_waiting", title, "high", len(stalled), href, [item], late=tonight)


def _swaps(asked: SwapToday) -> list[Section | None]:
    """What the scheme of secure homes asks: of landlords, of who works with a household, of the coordinator."""
    now, home = timezone.localdate(), address_of("reciprocal")
    offers = {"bound": "Ask them whether they take it", "accepted": "Say when they have moved"}
    late = [one for one in asked.offers if one[2] == "bound" and one[3] and one[3] <= now]
    return [
        Section(
            "swap_parts", "Moves to agree to", "high", len(asked.parts), home + "#asked",
            [Item(words, address_of("reciprocal_part", part), f"Answer by {day(due, short=True)}", late=due <= now)
             for part, words, due in asked.parts[:SHOWN]],
            late=sum(due <= now for _, _, due in asked.parts),
        ),
        Section(
            "swap_offers", "Secure homes that wait for an answer", "high", len(asked.offers), address_of("caseload"),
            [Item(called, address_of("case_reciprocal", case), offers[status], late=one in late)
             for one in asked.offers[:SHOWN] for case, called, status, _ in (one,)],
            late=len(late),
        ),
        Section(
            "swap_runs", "Runs of secure homes", "info", len(asked.runs), home,
            [Item("A run", address_of("reciprocal_run", run),
                  "It failed: begin it anew" if status == "failed" else "Landlords are asked", late=status == "failed")
             for run, status in asked.runs[:SHOWN]],
            late=sum(status == "failed" for _, status in asked.runs),
        ),
    ]  # fmt: skip


def _marac(asked: AskedToday) -> list[Section | None]:
    """What MARACs ask of somebody: what came back, what their agency owes, what they arrange, what meets soon."""
    now, today = timezone.now(), timezone.localdate()
    late = [action for action in asked.actions if action.due_on < today]
    led = [one for one in asked.led if one.waiting or one.overdue or one.not_returned]
    home = address_of("marac_home")
    return [
        Section(
            "marac_returned", "Returned to you by the MARAC", "high", len(asked.returned),
            address_of("marac_referrals") + "?show=returned",
            [
                Item(row.person, address_of("marac_referral", row.referral_id), f"Missing: {row.missing}")
                for row in asked.returned[:SHOWN]
            ],
        ),
        Section(
            "marac_asked", "Asked of you for the MARAC’s return", "info", len(asked.asked),
            address_of("marac_referrals") + "?show=heard",
            [
                Item(one.person, address_of("marac_referral_tell", one.referral_id), one.words)
                for one in asked.asked[:SHOWN]
            ],
        ),
        Section(
            "marac_actions", "MARAC actions of your agency", "high" if late else "medium", len(asked.actions),
            address_of("marac_actions"),
            [
                Item(action.words, address_of("marac_action", action.action_id),
                     f"{'Was due' if action.due_on < today else 'Due'} {day(action.due_on, short=True)}",
                     late=action.due_on < today)
                for action in asked.actions[:SHOWN]
            ],
            late=len(late),
        ),
        Section(
            "marac_research", "MARAC research to return", "medium", len(asked.research), home,
            [
                Item(f"{one.items} for {one.marac}", address_of("marac_research", one.meeting_id),
                     f"{'Was due' if one.due_at < now else 'Due'} {day(one.due_at, short=True)}", late=one.due_at < now)
                for one in asked.research[:SHOWN]
            ],
            late=sum(one.due_at < now for one in asked.research),
        ),
        Section(
            "marac_arranging", "MARACs that you arrange", "info", len(led), home,
            [
                Item(one.marac, home,
                     f"{one.waiting} waiting, {one.not_returned} pieces of research missing,"
                     f" {one.overdue} actions overdue",
                     late=bool(one.overdue))
                for one in led[:SHOWN]
            ],
        ),
        Section(
            "marac_meetings", "MARAC meetings in the next seven days", "info", len(asked.meetings),
            address_of("marac_calendar"),
            [
                Item(one.marac, address_of("marac_meeting", one.meeting_id), when(one.begins_at))
                for one in asked.meetings[:SHOWN]
            ],
        ),
        Section(
            "marac_brought", "MARAC meetings to which you bring a case", "medium", len(asked.brought), home,
            [
                Item(one.marac,
                     address_of("marac_minutes" if one.status == "minuted" else "marac_meeting", one.meeting_id),
                     f"Minutes of {day(one.begins_at)}" if one.status == "minuted" else when(one.begins_at))
                for one in asked.brought[:SHOWN]
            ],
        ),
    ]  # fmt: skip


def _name(names: dict[int, str], person_id: int) -> str:
    return names.get(person_id, "") or "Name not known"
