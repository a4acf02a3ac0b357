"""A MARAC in the test world, set up through its own actions: who sits there, cases, referrals, meetings step by step.

table = marac_of(world)                 round_ = table(world)
case = risky(world)                     meeting, items = round_.opened("Maya", here=("police_rep",))
sent = refer(world, table, case)        round_.researched("police_rep", items[0], "Called twice")
item = heard(world, table, sent)        page = round_.browser("chair")
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.access.models import Membership
from leeward.record.cases.actions.opening import add_person_to_case
from leeward.record.cases.models import Case
from leeward.record.people.models import Person
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.instruments import Given
from leeward.record.risk.models import Assessment
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.response.marac.actions.agenda import build_agenda, circulate
from leeward.response.marac.actions.attending import accept_confidentiality
from leeward.response.marac.actions.maracs import MaracFacts, add_agency, add_marac
from leeward.response.marac.actions.meetings import MeetingFacts, next_free, plan_meetings
from leeward.response.marac.actions.minuting import open_meeting
from leeward.response.marac.actions.referring import ReferralFacts, refer_case
from leeward.response.marac.actions.research import Findings, LineFacts, return_research, save_research
from leeward.response.marac.actions.seats import give_seat
from leeward.response.marac.models import Item, Marac, MaracFlag, Meeting, Referral, Research, Seat
from leeward.response.marac.queries.referrals import newest_assessment, risk_in_words
from tests.worlds import World

YES = ["injury", "frightened", "fears", "isolated", "low", "separated", "child_contact", "stalking", "pregnant",
       "more_often", "worse", "control", "weapons", "strangled"]  # fmt: skip
# user: name, organisation, kind of agency, part
SITS = {
    "coordinator": ("Nia Boateng", "council", "children", Seat.COORDINATOR),
    "marac_chair": ("Owen Price", "police", "police", Seat.CHAIR),
    "police_rep": ("Asha Rahman", "police", "police", Seat.REPRESENTATIVE),
    "council_rep": ("Mira Stone", "council", "children", Seat.REPRESENTATIVE),
    "idva_rep": ("Carla Hume", "harbour", "idva", Seat.REPRESENTATIVE),
}
MEETS = {
    "chair": ("Chair", "police", "police", Seat.CHAIR),
    "coordinator": ("Coordinator", "council", "adults", Seat.COORDINATOR),
    "police_rep": ("Police Rep", "police", "police", Seat.REPRESENTATIVE),
    "haven_rep": ("Haven Rep", "haven", "housing", Seat.REPRESENTATIVE),
    "health_rep": ("Health Rep", "point", "primary_care", Seat.REPRESENTATIVE),
}
AGENCIES = {"police": "police", "council": "children", "harbour": "idva"}
Sitting = dict[str, tuple[str, str, str, str]]


def people(world: World, sits: Sitting) -> None:
    """Users with the role that their part needs; those who are there stay as they are."""
    for key, (words, organisation, _, part) in sits.items():
        if key not in world.users:
            arranges = part in (Seat.CHAIR, Seat.COORDINATOR)
            world.add_user(key, words, organisation, "marac_coordinator" if arranges else "marac_representative")


def set_up(world: World, facts: MaracFacts, sits: Sitting, agencies: dict[str, str]) -> tuple[Marac, dict[str, Seat]]:
    """A MARAC set up by the administrator of the partnership, with its agencies and who sits for them."""
    people(world, sits)
    by = world.act("chief")
    marac = add_marac(by=by, facts=facts)
    for organisation, kind in agencies.items():
        add_agency(by=by, marac=marac, organisation=world.organisations[organisation], kind=kind, researches=True)
    return marac, {key: sit(world, marac, key, organisation, part) for key, (_, organisation, _, part) in sits.items()}


def sit(world: World, marac: Marac, user: str, organisation: str, part: str) -> Seat:
    """A seat, given by the administrator of the partnership."""
    return give_seat(
        by=world.act("chief"), marac=marac, user_id=world.users[user].id,
        organisation_id=world.organisations[organisation].id, part=part,
    )  # fmt: skip


@dataclass
class Table:
    """One MARAC with its next meeting."""

    marac: Marac
    meeting: Meeting
    seats: dict[str, Seat] = field(default_factory=dict)


def marac_of(world: World, name: str = "Estuary MARAC", *, sits: tuple[str, ...] = tuple(SITS)) -> Table:
    """A MARAC with a meeting in three weeks."""
    marac, seats = set_up(world, MaracFacts(name=name), {key: SITS[key] for key in sits}, AGENCIES)
    return Table(marac, plan(world, marac, timezone.now() + timedelta(days=21)), seats)


def plan(world: World, marac: Marac, at: datetime) -> Meeting:
    """A meeting on a day, planned by the coordinator."""
    world.act("coordinator")
    meeting = Meeting(
        marac=marac, begins_at=at, referrals_due_at=at - timedelta(days=marac.refer_days),
        research_due_at=at - timedelta(days=marac.research_days),
    )  # fmt: skip
    meeting.save(force_insert=True)
    return meeting


def assess(world: World, case: Case, user: str = "idva", yes: list[str] | None = None) -> Assessment:
    """A finished assessment, high by its score."""
    by = world.act(user)
    begun = begin_assessment(by=by, case=case, instrument=newest_versions(by.partnership_id)["dash"])
    given = {key: Given("yes", "Said at 1 Elm Road") for key in (YES if yes is None else yes)}
    begun = save_answers(by=by, assessment=begun, given=given, version=begun.version)
    judged = Judgement(assessed_on=timezone.localdate(), own_view="He comes at night")
    return finish_assessment(by=by, assessment=begun, judgement=judged, version=begun.version)


def known(world: World, case: Case, given: str, part: str, born: date | None = None, user: str = "idva") -> Person:
    """Somebody known in a case."""
    by = world.act(user)
    with acting.making():
        person = world.person(
            by, given=given, family="Lindqvist", birth_date=born, birth_precision="day" if born else "unknown"
        )
        with acting.making(person.id):
            add_person_to_case(by=by, case=case, person=person, part=part)
    return person


def risky(world: World, user: str = "idva", *, harming: bool = True, **facts: object) -> Case:
    """A case of somebody in great danger: a child, a person causing harm, a finished assessment."""
    facts = {"birth_date": date(1990, 3, 4), "birth_precision": "day", **facts}
    case = world.case(user, **facts)
    known(world, case, "Noor", "child", date(2017, 6, 1), user)
    if harming:
        known(world, case, "Erik", "said_to_cause_harm", date(1988, 1, 9), user)
    assess(world, case, user)
    world.act(user)
    return Case.objects.get(id=case.id)


def refer(world: World, table: Table, case: Case, user: str = "idva", **facts: object) -> Referral:
    """The case is before the MARAC."""
    by = world.act(user)
    values = {
        "criteria": ("score",), "why": "He has found the new flat", "aware": "told_agreed", "lawful_basis": "consent",
        "agency_kind": "idva", "risk_words": risk_in_words(newest_assessment(case)), **facts,
    }  # fmt: skip
    return refer_case(by=by, case=case, marac=table.marac, facts=ReferralFacts(**values))  # type: ignore[arg-type]  # the facts are the action's own


def heard(world: World, table: Table, referral: Referral, *, days_ago: int = 0, flagged: bool = True) -> Item:
    """The referral was heard so many days ago: its meeting, its item, its flag. For tests of what comes after."""
    at = timezone.now() - timedelta(days=days_ago)
    meeting = plan(world, table.marac, at)
    Meeting.objects.filter(id=meeting.id).update(status=Meeting.HELD)
    item = Item(
        meeting=meeting, referral=referral, case_id=referral.case_id, person_id=referral.person_id, position=1,
        minutes=12, status=Item.HEARD, heard_at=at, level="high",
    )  # fmt: skip
    item.save(force_insert=True)
    Referral.objects.filter(id=referral.id).update(status=Referral.HEARD)
    if flagged:
        MaracFlag(
            marac=table.marac, case_id=referral.case_id, person_id=referral.person_id, item=item,
            from_on=timezone.localdate(at), until_on=timezone.localdate(at) + timedelta(days=365),
        ).save(force_insert=True)  # fmt: skip
    return item


def listed(world: World, meeting: Meeting, referral: Referral, *, circulated: bool = True) -> Item:
    """The referral is on the agenda of a meeting, and the agenda is out."""
    world.act("coordinator")
    item = Item(
        meeting=meeting, referral=referral, case_id=referral.case_id, person_id=referral.person_id, position=1,
        minutes=12,
    )  # fmt: skip
    item.save(force_insert=True)
    Referral.objects.filter(id=referral.id).update(status=Referral.LISTED)
    if circulated:
        Meeting.objects.filter(id=meeting.id).update(status=Meeting.CIRCULATED)
        with connection.cursor() as cursor:
            cursor.execute("SELECT marac_open_to_table(%s)", [meeting.id])
    return item


@dataclass
class Round:
    """A MARAC with its people."""

    world: World
    marac: Marac
    browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, user: str) -> Client:
        """A browser of one who sits there; one a user."""
        if user not in self.browsers:
            self.browsers[user] = self.world.browser(user)
        return self.browsers[user]

    def meeting(self, days: int = 9) -> Meeting:
        """A planned meeting."""
        by = self.world.act("coordinator")
        taken = {timezone.localdate(one.begins_at) for one in Meeting.objects.filter(marac=self.marac)}
        day = next_free(timezone.localdate() + timedelta(days=days))
        while day in taken:
            day = next_free(day + timedelta(days=1))
        facts = MeetingFacts(on=day, at=time(9, 30), place="Room 2")
        return plan_meetings(by=by, marac=self.marac, facts=facts)[0]

    def case(self, given: str = "Maya", family: str = "Lindqvist", children: int = 0, harming: str = "Erik") -> Case:
        """A case of the adviser's with children and somebody who is said to cause harm."""
        case = self.world.case("idva", given=given, family=family, birth_date=date(1990, 3, 4), birth_precision="day")
        by = self.world.act("idva")
        around = [(f"Child {number}", "child") for number in range(children)]
        around += [(harming, "said_to_cause_harm")] if harming else []
        for name, part in around:
            with acting.making():
                person = self.world.person(by, given=name, family=family)
                with acting.making(person.id):
                    add_person_to_case(by=by, case=case, person=person, part=part)
        return case

    def refer(self, case: Case, **values: object) -> Referral:
        """A case referred to the MARAC, as its adviser does it."""
        return refer_row(self.world, self.marac, case, **values)

    def listed(self, *givens: str, meeting: Meeting | None = None, children: int = 0) -> tuple[Meeting, list[Item]]:
        """A meeting with these people's cases on its agenda."""
        for given in givens:
            self.refer(self.case(given, children=children))
        meeting = meeting or self.meeting()
        build_agenda(by=self.world.act("coordinator"), meeting=meeting)
        return meeting, list(Item.objects.filter(meeting=meeting).select_related("person").order_by("position"))

    def circulated(self, *givens: str, children: int = 0) -> tuple[Meeting, list[Item]]:
        """The same, sent to the table."""
        meeting, items = self.listed(*givens, children=children)
        circulate(by=self.world.act("coordinator"), meeting=meeting)
        return Meeting.objects.get(id=meeting.id), items

    def researched(self, user: str, item: Item, *words: str, known: str = "known", opinion: str = "") -> Research:
        """Research written and returned by one who sits there."""
        by = self.world.act(user)
        research = Research.objects.get(item=item, organisation_id=by.organisation_id)
        lines = [LineFacts("fact", "victim", one, date(2026, 5, 4), "our record") for one in words]
        if opinion:
            lines.append(LineFacts("opinion", "victim", opinion))
        save_research(by=by, research=research, findings=Findings(known, "", tuple(lines)), version=0)
        return return_research(by=by, research=Research.objects.get(id=research.id))

    def opened(self, *givens: str, children: int = 0, here: tuple[str, ...] = ()) -> tuple[Meeting, list[Item]]:
        """The meeting is open, the chair and these people are there."""
        meeting, items = self.circulated(*givens, children=children)
        self.open(meeting, here=here)
        return Meeting.objects.get(id=meeting.id), items

    def open(self, meeting: Meeting, here: tuple[str, ...] = ()) -> None:
        """Open a meeting; the chair and these people accept confidentiality."""
        open_meeting(by=self.world.act("chair"), meeting=meeting)
        meeting.refresh_from_db()
        for user in ("chair", *here):
            accept_confidentiality(by=self.world.act(user), meeting=meeting)


def refer_row(world: World, marac: Marac, case: Case, user: str = "idva", **values: object) -> Referral:
    """A referral as it is sent: the row, and the chair's and coordinator's sight of it."""
    by = world.act(user)
    row = Referral(**{
        "marac": marac, "case": case, "person_id": case.person_id, "organisation_id": by.acts_for,
        "referrer_id": by.worker_id, "referrer_name": by.user_name, "agency_kind": "idva", "criteria": ["judgement"],
        "why": "He waits outside her work.", "wishes": "The locks changed, and nobody rings her at home.",
        "aware": "told_agreed", "lawful_basis": "consent", **values,
    })  # fmt: skip
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_open_to_arrangers(%s)", [row.id])
    return row


def table(world: World, name: str = "Estuary North", **values: object) -> Round:
    """A MARAC to meet at: a chair, a coordinator and representatives of three agencies."""
    facts = MaracFacts(**{"name": name, "every_days": 14, "begins": time(9, 30), "place": "Room 2", **values})  # type: ignore[arg-type]  # the facts are the action's own
    agencies = {organisation: kind for _, organisation, kind, _ in MEETS.values()}
    marac, _ = set_up(world, facts, MEETS, agencies)
    return Round(world, marac)


def join(world: World, user: str, organisation: str, *roles: str) -> None:
    """A user works for another organisation too."""
    Membership.objects.create(user=world.users[user], organisation=world.organisations[organisation], roles=list(roles))
