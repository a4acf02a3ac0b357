"""A MARAC in the test world: its agencies and who sits there, a meeting, a case that can be referred, one that was heard.

table = marac_of(world)
case = risky(world)
sent = refer(world, table, case)
item = heard(world, table, sent)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from leeward.platform.access import acting
from leeward.record.cases.actions.opening import add_person_to_case
from leeward.record.cases.models import Case
from leeward.record.people.models import Person
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.instruments import Given
from leeward.record.risk.models import Assessment
from leeward.record.risk.queries.thresholds import newest_versions
from leeward.response.marac.actions.maracs import MaracFacts, add_agency, add_marac
from leeward.response.marac.actions.referring import ReferralFacts, refer_case
from leeward.response.marac.actions.seats import give_seat
from leeward.response.marac.models import Item, Marac, MaracFlag, Meeting, Referral, Seat
from leeward.response.marac.queries.referrals import newest_assessment, risk_in_words
from tests.worlds import World

YES = ["injury", "frightened", "fears", "isolated", "low", "separated", "child_contact", "stalking", "pregnant",
       "more_often", "worse", "control", "weapons", "strangled"]  # fmt: skip
SITS = {
    "coordinator": ("Nia Boateng", "council", "marac_coordinator", Seat.COORDINATOR),
    "marac_chair": ("Owen Price", "police", "marac_coordinator", Seat.CHAIR),
    "police_rep": ("Asha Rahman", "police", "marac_representative", Seat.REPRESENTATIVE),
    "council_rep": ("Mira Stone", "council", "marac_representative", Seat.REPRESENTATIVE),
    "idva_rep": ("Carla Hume", "harbour", "marac_representative", Seat.REPRESENTATIVE),
}
AGENCIES = {"police": "police", "council": "children", "harbour": "idva"}


@dataclass
class Table:
    """One MARAC with its next meeting."""

    marac: Marac
    meeting: Meeting
    seats: dict[str, Seat] = field(default_factory=dict)


def marac_of(world: World, name: str = "Estuary MARAC", *, sits: tuple[str, ...] = tuple(SITS)) -> Table:
    """A MARAC set up by the administrator of the partnership, with a meeting in three weeks."""
    for key in sits:
        words, organisation, role, _ = SITS[key]
        if key not in world.users:
            world.add_user(key, words, organisation, role)
    by = world.act("chief")
    marac = add_marac(by=by, facts=MaracFacts(name=name))
    for key, kind in AGENCIES.items():
        add_agency(by=by, marac=marac, organisation=world.organisations[key], kind=kind, researches=True)
    seats = {
        key: give_seat(
            by=by, marac=marac, user_id=world.users[key].id, organisation_id=world.organisations[SITS[key][1]].id,
            part=SITS[key][3],
        )
        for key in sits
    }  # fmt: skip
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
    from django.db import connection

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
