"""A MARAC to test with: agencies, who sits for them, cases referred to it; and its steps, each in a line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from leeward.platform.access import acting
from leeward.platform.access.models import Membership
from leeward.record.cases.actions.opening import add_person_to_case
from leeward.record.cases.models import Case
from leeward.response.marac.actions.agenda import build_agenda, circulate
from leeward.response.marac.actions.attending import accept_confidentiality
from leeward.response.marac.actions.meetings import MeetingFacts, next_free, plan_meetings
from leeward.response.marac.actions.minuting import open_meeting
from leeward.response.marac.actions.research import Findings, LineFacts, return_research, save_research
from leeward.response.marac.models import Item, Marac, MaracAgency, Meeting, Referral, Research, Seat
from tests.worlds import World

SITS = {  # user: organisation, kind of agency, part
    "chair": ("police", "police", "chair"),
    "coordinator": ("council", "adults", "coordinator"),
    "police_rep": ("police", "police", "representative"),
    "haven_rep": ("haven", "housing", "representative"),
    "health_rep": ("point", "primary_care", "representative"),
}


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
        return refer(self.world, self.marac, case, **values)

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


def refer(world: World, marac: Marac, case: Case, user: str = "idva", **values: object) -> Referral:
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
    """A MARAC with a chair, a coordinator and three agencies."""
    for user, (organisation, _, part) in SITS.items():
        if user in world.users:
            continue
        role = "marac_coordinator" if part in ("chair", "coordinator") else "marac_representative"
        world.add_user(user, user.replace("_", " ").title(), organisation, role)
    chief = world.act("chief")
    marac = Marac(
        partnership=world.partnership, name=name, every_days=14, begins=time(9, 30), place="Room 2",
        **values,
    )  # fmt: skip
    marac.save(force_insert=True)
    for organisation, kind in {(organisation, kind) for organisation, kind, _ in SITS.values()}:
        MaracAgency(marac=marac, organisation=world.organisations[organisation], kind=kind).save(force_insert=True)
    for user, (organisation, _, part) in SITS.items():
        sit(world, marac, user, organisation, part)
    del chief
    return Round(world, marac)


def sit(world: World, marac: Marac, user: str, organisation: str, part: str) -> Seat:
    """A seat, given by the administrator of the partnership."""
    world.act("chief")
    seat = Seat(marac=marac, organisation=world.organisations[organisation], user=world.users[user], part=part)
    seat.save(force_insert=True)
    return seat


def join(world: World, user: str, organisation: str, *roles: str) -> None:
    """A user works for another organisation too."""
    Membership.objects.create(user=world.users[user], organisation=world.organisations[organisation], roles=list(roles))
