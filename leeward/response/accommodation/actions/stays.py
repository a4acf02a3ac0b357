"""A stay: who came, who lives there, what happened, money, moving on, leaving. Done by its provider."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import version
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case
from leeward.response.accommodation.actions.asking import READ_ONLY, fall_through, lock_before_falling, tell_seeker
from leeward.response.accommodation.actions.moving import end_stay_before, lock_before_arrival
from leeward.response.accommodation.actions.periods import cut_short, guarded, lock_spaces
from leeward.response.accommodation.models import (
    Charge,
    MoveOn,
    NeedMember,
    Occupancy,
    Payment,
    Resident,
    Space,
    Stay,
    StayEvent,
)
from leeward.response.accommodation.rules.periods import is_taken, still_to_come


@dataclass(frozen=True)
class Ending:
    """How a stay ended. `destination` by the list of the year; `words` for who works with the case."""

    at: datetime
    planned: bool
    ending: str
    destination: str
    words: str = ""


@dataclass(frozen=True)
class MoveOnFacts:
    """Where they want to go next, and what was done for it."""

    wants: str = ""
    areas: tuple[str, ...] = ()
    bedrooms: int | None = None
    ready_on: date | None = None
    waiting_since: date | None = None
    applied_on: date | None = None
    offered_on: date | None = None
    plan: str = ""
    resettled_until: date | None = None


def _locked(by: Acting, stay: Stay, *statuses: str) -> Stay:
    by.must(Permission.CASEWORK)
    rows = Stay.objects.select_for_update(of=("self",), no_key=True).select_related("space__site", "case")
    now = rows.filter(id=stay.id).first()
    if now is None:  # read in an emergency, or not at all
        raise Refused(READ_ONLY)
    if now.organisation_id != by.acts_for:
        raise Refused("Only the provider of this place can do this.")
    if now.status not in statuses:
        raise Refused("This has moved on meanwhile. Look at where the stay stands now.")
    return now


def _periods(stay: Stay) -> Occupancy:
    """The period that still runs: who moved away and came back has two in the same space."""
    lock_spaces([stay.space_id])
    rows = Occupancy.objects.select_for_update(of=("self",), no_key=True).filter(stay_id=stay.id, kind=Occupancy.STAY)
    found = rows.filter(space_id=stay.space_id, during__upper_inf=True).first()
    if found is None:
        raise Refused("This has moved on meanwhile. Look at where the stay stands now.")
    return found


@transaction.atomic
def arrive(*, by: Acting, stay: Stay, at: datetime) -> Stay:
    """They came. Everybody of the search who still comes is a resident. Raises Refused for a time that lies ahead.

    Nobody was in the space before it was promised to them: a time before that is taken as that moment.
    """
    now = _locked(by, stay, Stay.EXPECTED)
    if at > timezone.now() + timedelta(minutes=1):
        raise Refused("They cannot have arrived later than now.")
    lock_before_arrival(now)
    at = max(at, _periods(now).during.lower)
    now.status, now.arrived_at = Stay.IN, at
    now.version += 1
    now.save(update_fields=["status", "arrived_at", "version"])
    if now.need_id is not None:
        # Who was added since the promise lives there from the day they came.
        now.residents.filter(from_on__lt=timezone.localdate(at)).update(from_on=timezone.localdate(at))
        coming = NeedMember.objects.filter(need_id=now.need_id, left_at=None, due_on=None)
        for member in coming.select_related("person").order_by("id"):
            Resident(
                stay=now,
                case_id=now.case_id,
                person=member.person,
                part=member.part,
                sex=member.sex,
                birth_date=member.birth_date,
                age=member.age,
                age_on=member.age_on,
                called=member.person.called if member.person else "",
                from_on=timezone.localdate(at),
            ).save(force_insert=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT accommodation_arrived(%s)", [now.id])
        end_stay_before(by=by, stay=now)
    _tell(by, now, "Arrived in a safe place", at)
    audit.record("arrived", "stay", now.id, person=now.person_id)
    return now


@transaction.atomic
def say_not_arrived(*, by: Acting, stay: Stay, why: str, words: str = "") -> Stay:
    """They did not come: why, as far as it is known. The space is free again, and the household looks again."""
    now = _locked(by, stay, Stay.EXPECTED)
    lock_before_falling(now)
    period = _periods(now)
    # Before a line points to the case: its sight is written anew at the end.
    Case.objects.select_for_update(of=("self",), no_key=True).filter(id=now.case_id).first()
    at = timezone.now()
    now.status, now.not_arrived_why, now.left_at, now.left_words = Stay.NOT_ARRIVED, why, at, words
    now.version += 1
    now.save(update_fields=["status", "not_arrived_why", "left_at", "left_words", "version"])
    cut_short(period, at)
    _tell(by, now, "Did not arrive at the safe place", at)
    audit.record("did_not_arrive", "stay", now.id, person=now.person_id, detail={"why": why})
    if now.ask is not None:
        tell_seeker(now.ask)
    fall_through(now)  # their sight of the case ends with it
    return now


@transaction.atomic
def sign_licence(*, by: Acting, stay: Stay, on: date, until: date | None) -> Stay:
    """The licence was signed, and when it ends; a later one replaces it in the line of events."""
    now = _locked(by, stay, Stay.IN)
    if until is not None and until <= on:
        raise Refused("A licence ends after the day on which it begins.")
    now.licence_on, now.licence_until = on, until
    now.version += 1
    now.save(update_fields=["licence_on", "licence_until", "version"])
    _event(by, now, "licence", words=f"From {on:%d %B %Y}" + (f" until {until:%d %B %Y}" if until else ""))
    audit.record("signed_licence", "stay", now.id, person=now.person_id)
    return now


@transaction.atomic
def write_event(
    *, by: Acting, stay: Stay, kind: str, at: datetime, what: str = "", until: datetime | None = None, words: str = ""
) -> StayEvent:
    """An absence, an incident in the house, a note."""
    now = _locked(by, stay, Stay.IN)
    if at > timezone.now() + timedelta(minutes=1):
        raise Refused("This lies ahead. Write it down when it has happened.")
    if until is not None and until < at:
        raise Refused("It cannot end before it begins.")
    made = _event(by, now, kind, what=what, at=at, until=until, words=words)
    audit.record("wrote_stay_event", "stay", now.id, person=now.person_id, detail={"kind": kind})
    return made


@transaction.atomic
def move_within(*, by: Acting, stay: Stay, space: Space, at: datetime | None = None) -> Stay:
    """They move to another space of the same provider; the stay goes on. The old space gets its days between two stays.

    Raises Refused where that space is taken: the exclusion constraint has the last word.
    """
    now = _locked(by, stay, Stay.IN)
    moment = at or timezone.now()
    if space.organisation_id != by.acts_for or space.closed_on is not None:
        raise Refused("Choose a space of your own that is open.")
    lock_spaces([now.space_id, space.id])
    period = _periods(now)
    if moment > timezone.now() + timedelta(minutes=1) or moment <= period.during.lower:
        raise Refused("The move must lie between their arrival and now.")
    with guarded():
        _end_period(by, period, moment, now.space.site.turnaround_days)
        between = Occupancy.objects.select_for_update(of=("self",), no_key=True).filter(kind__in=("void", "turnaround"))
        for row in is_taken(between.filter(space=space), moment):
            cut_short(row, moment)
        Occupancy(
            space=space,
            partnership_id=now.partnership_id,
            organisation_id=now.organisation_id,
            kind=Occupancy.STAY,
            during=DateTimeTZRange(moment, None, "[)"),
            stay_id=now.id,
            set_by_id=by.user_id,
        ).save(force_insert=True)
    now.space = space
    now.version += 1
    now.save(update_fields=["space", "version"])
    _event(by, now, "move", at=moment, words=f"To {space.label}")
    audit.record("moved_within", "stay", now.id, person=now.person_id)
    return now


@transaction.atomic
def add_resident(
    *,
    by: Acting,
    stay: Stay,
    part: str,
    called: str,
    sex: str,
    birth_date: date | None,
    person_id: int | None,
    from_on: date,
    age: int | None = None,
) -> Resident:
    """Somebody joins, or is born: also in the night before they come. Nobody is refused for lack of room.

    Ages are worked out when they are asked for, so that a limit crossed later shows; so does a space that is too small.
    """
    now = _locked(by, stay, Stay.EXPECTED, Stay.IN)
    if from_on > timezone.localdate() or (birth_date is not None and birth_date > timezone.localdate()):
        raise Refused("This day lies ahead.")
    made = Resident(
        stay=now,
        case_id=now.case_id,
        person_id=person_id,
        part=part,
        called=called,
        sex=sex,
        birth_date=birth_date,
        age=None if birth_date else age,
        age_on=timezone.localdate() if age is not None and not birth_date else None,
        from_on=from_on,
    )
    made.save(force_insert=True)
    audit.record("added_resident", "stay", now.id, person=now.person_id)
    return made


@transaction.atomic
def resident_left(*, by: Acting, resident: Resident, on: date) -> Resident:
    """Somebody lives there no more, while the stay goes on."""
    now = _locked(by, resident.stay, Stay.EXPECTED, Stay.IN)
    if resident.part == "main":
        raise Refused("The stay is theirs. End the stay.")
    if not resident.from_on <= on <= timezone.localdate():
        raise Refused("The day must lie between the day they came and today.")
    resident.until_on = on
    resident.save(update_fields=["until_on"])
    audit.record("resident_left", "stay", now.id, person=now.person_id)
    return resident


@transaction.atomic
def set_charge(*, by: Acting, stay: Stay, kind: str, pence_a_week: int, eligible: bool, from_on: date) -> Charge:
    """What is charged each week from a day. The charge of this kind before it ends the day before."""
    now = _locked(by, stay, Stay.IN)
    for before in now.charges.filter(kind=kind, until_on=None):
        if before.from_on >= from_on:
            raise Refused("A charge of this kind begins on that day or later already.")
        before.until_on = from_on - timedelta(days=1)
        before.save(update_fields=["until_on"])
    made = Charge(
        stay=now, case_id=now.case_id, kind=kind, pence_a_week=pence_a_week, eligible=eligible, from_on=from_on
    )
    made.save(force_insert=True)
    audit.record("set_charge", "stay", now.id, person=now.person_id, detail={"kind": kind})
    return made


@transaction.atomic
def record_payment(*, by: Acting, stay: Stay, on: date, pence: int, source: str, words: str = "") -> Payment:
    """Money that came in, in pence. A mistake is corrected by a row with a minus."""
    now = _locked(by, stay, Stay.IN, Stay.LEFT)
    if pence == 0 or on > timezone.localdate():
        raise Refused("Give an amount, and a day that is not ahead.")
    made = Payment(stay=now, case_id=now.case_id, on=on, pence=pence, source=source, words=words, by_id=by.user_id)
    made.save(force_insert=True)
    audit.record("recorded_payment", "stay", now.id, person=now.person_id)
    return made


@transaction.atomic
def set_benefit(*, by: Acting, stay: Stay, benefit: str, words: str = "") -> Stay:
    """Where the claim for benefit stands."""
    now = _locked(by, stay, Stay.IN, Stay.LEFT)
    now.benefit, now.benefit_words = benefit, words
    now.version += 1
    now.save(update_fields=["benefit", "benefit_words", "version"])
    audit.record("set_benefit", "stay", now.id, person=now.person_id)
    return now


@transaction.atomic
def plan_move_on(*, by: Acting, stay: Stay, facts: MoveOnFacts, longer: tuple[str, ...], version_seen: int) -> MoveOn:
    """Where they want to go, what was done, since when they wait, and why they stay longer than they need.

    Raises Conflict where somebody else changed it meanwhile.
    """
    now = _locked(by, stay, Stay.IN, Stay.LEFT)
    found = MoveOn.objects.select_for_update(no_key=True).filter(stay=now).first()
    values = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(facts).items()}
    if found is None:
        found = MoveOn(stay=now, case_id=now.case_id, organisation_id=now.organisation_id, **values)
        found.save(force_insert=True)
    else:
        if found.version != version_seen:
            theirs = {name: getattr(found, name) for name in values}
            raise Conflict("Somebody else changed this while you were writing.", theirs=theirs)
        for name, value in values.items():
            setattr(found, name, value)
        found.version += 1
        found.save(update_fields=[*values, "version"])
    if list(longer) != now.longer:
        now.longer = list(longer)
        now.save(update_fields=["longer"])
    audit.record("planned_move_on", "stay", now.id, person=now.person_id)
    return found


@transaction.atomic
def end_stay(*, by: Acting, stay: Stay, ending: Ending) -> Stay:
    """They left: how, to where. The space gets its days between two stays, and is then free by itself."""
    now = _locked(by, stay, Stay.IN)
    if now.arrived_at is not None and ending.at < now.arrived_at:
        raise Refused("They cannot have left before they came.")
    if ending.at > timezone.now() + timedelta(minutes=1):
        raise Refused("They cannot have left later than now. Write it down when they have gone.")
    period = _periods(now)
    if ending.at < period.during.lower:
        raise Refused("They moved into the space that they have now after that. Give a time since then.")
    with guarded():
        _end_period(by, period, ending.at, now.space.site.turnaround_days)
    now.status, now.left_at, now.planned, now.ending = Stay.LEFT, ending.at, ending.planned, ending.ending
    now.destination, now.destination_version = ending.destination, version("stay_destination")
    now.left_words = ending.words
    now.version += 1
    now.save(
        update_fields=[
            "status",
            "left_at",
            "planned",
            "ending",
            "destination",
            "destination_version",
            "left_words",
            "version",
        ]
    )
    now.residents.filter(until_on=None).update(until_on=timezone.localdate(ending.at))
    now.charges.filter(until_on=None).update(until_on=timezone.localdate(ending.at))
    _tell(by, now, "Left the safe place", ending.at)
    audit.record("ended_stay", "stay", now.id, person=now.person_id, detail={"planned": ending.planned})
    return now


def _end_period(by: Acting, period: Occupancy, at: datetime, turnaround_days: int) -> None:
    """Cut a stay's period at a moment; the days between two stays follow, until somebody else is promised the space."""
    cut_short(period, at)
    if not turnaround_days:
        return
    end = at + timedelta(days=turnaround_days)
    after = (
        still_to_come(Occupancy.objects.filter(space_id=period.space_id).exclude(id=period.id), at)
        .order_by("during")
        .first()
    )
    if after is not None:
        end = min(end, after.during.lower)
    if end > at:
        Occupancy(
            space_id=period.space_id,
            partnership_id=period.partnership_id,
            organisation_id=period.organisation_id,
            kind=Occupancy.TURNAROUND,
            during=DateTimeTZRange(at, end, "[)"),
            reason="cleaning",
            set_by_id=by.user_id,
        ).save(force_insert=True)


def _event(
    by: Acting,
    stay: Stay,
    kind: str,
    *,
    what: str = "",
    at: datetime | None = None,
    until: datetime | None = None,
    words: str = "",
) -> StayEvent:
    made = StayEvent(
        stay=stay,
        case_id=stay.case_id,
        organisation_id=stay.organisation_id,
        kind=kind,
        what=what,
        at=at or timezone.now(),
        until=until,
        words=words,
        by_id=by.user_id,
        by_name=by.user_name,
    )
    made.save(force_insert=True)
    return made


def _tell(by: Acting, stay: Stay, title: str, at: datetime) -> None:
    add_entry(
        by=by, case=stay.case, kind="accommodation", title=title, at=at, needs_address=True, about=("stay", stay.id)
    )
