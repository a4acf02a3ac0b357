"""Set up a MARAC: what it is, which agencies sit at it and as what they count."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import time

from django.db import IntegrityError, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.response.marac.actions.seats import end_seat
from leeward.response.marac.models import Marac, MaracAgency, Seat
from leeward.response.marac.queries.maracs import arranged

SAME_NAME = "There is a MARAC of this name already."
NOT_YOURS = "Ask the administrator of the partnership, or whoever coordinates this MARAC."


@dataclass(frozen=True)
class MaracFacts:
    """What one page says of a MARAC."""

    name: str
    kind: str = Marac.MARAC
    areas: tuple[str, ...] = ()
    every_days: int = 14
    begins: time | None = None
    place: str = ""
    case_limit: int = 16
    minutes_a_case: int = 12
    refer_days: int = 8
    research_days: int = 2
    sight_days: int = 28
    flag_months: int = 12
    adult_females: int | None = None
    adult_females_source: str = ""


def facts_of(marac: Marac) -> MaracFacts:
    """How a MARAC stands."""
    return MaracFacts(
        **{name: getattr(marac, name) for name in MaracFacts.__dataclass_fields__ if name != "areas"},
        areas=tuple(marac.areas),
    )


def _must_make_sense(facts: MaracFacts) -> None:
    if facts.kind != Marac.DAILY and facts.research_days >= facts.refer_days:
        raise Refused("Research is due after the referrals are in: give it fewer days before the meeting.")
    if facts.adult_females is not None and not facts.adult_females_source.strip():
        raise Refused("Say where the number of women is from: the return names it.")


def _keep(marac: Marac, facts: MaracFacts) -> None:
    for name, value in asdict(facts).items():
        setattr(marac, name, list(value) if name == "areas" else value)


@transaction.atomic
def add_marac(*, by: Acting, facts: MaracFacts) -> Marac:
    """Begin a MARAC. Raises Refused where there is one of that name."""
    by.must(Permission.MANAGE_PARTNERSHIP)
    _must_make_sense(facts)
    made = Marac(partnership_id=by.partnership_id)
    _keep(made, facts)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(SAME_NAME) from twice
    audit.record("added_marac", "marac", made.id)
    return made


@transaction.atomic
def change_marac(*, by: Acting, marac: Marac, facts: MaracFacts, version: int) -> Marac:
    """Change what a MARAC is. Raises Conflict with what stands where somebody changed it meanwhile."""
    stands = _locked(by, marac)
    _must_make_sense(facts)
    before = facts_of(stands)
    if stands.version != version:
        raise Conflict("Somebody else changed this MARAC while you were writing.", theirs=asdict(before))
    if before == facts:
        return stands
    _keep(stands, facts)
    stands.version += 1
    try:
        with transaction.atomic():
            stands.save(force_update=True)
    except IntegrityError as twice:
        raise Refused(SAME_NAME) from twice
    changed = [name for name, value in asdict(facts).items() if value != asdict(before)[name]]
    audit.record("changed_marac", "marac", stands.id, detail={"changed": changed})
    return stands


@transaction.atomic
def switch_marac(*, by: Acting, marac: Marac, is_active: bool) -> Marac:
    """Stop a MARAC from being offered, or offer it again. What was begun there goes on."""
    by.must(Permission.MANAGE_PARTNERSHIP)
    stands = _locked(by, marac)
    stands.is_active = is_active
    stands.version += 1
    stands.save(update_fields=["is_active", "version"])
    audit.record("switched_marac", "marac", stands.id, detail={"active": is_active})
    return stands


def _locked(by: Acting, marac: Marac) -> Marac:
    if not by.may(Permission.MANAGE_PARTNERSHIP) and marac.id not in arranged():
        raise Refused(NOT_YOURS)
    stands = Marac.objects.select_for_update(no_key=True).filter(id=marac.id).first()
    if stands is None:
        raise Refused(NOT_YOURS)
    return stands


@transaction.atomic
def add_agency(*, by: Acting, marac: Marac, organisation: Organisation, kind: str, researches: bool) -> MaracAgency:
    """An organisation sits at a MARAC from now on. Nobody sees anything until somebody of it is given a seat."""
    by.must(Permission.MANAGE_PARTNERSHIP)
    if organisation.partnership_id != by.partnership_id:
        raise Refused("Choose an organisation of this partnership.")
    row = MaracAgency(marac=marac, organisation=organisation, kind=kind, researches=researches)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(f"{organisation.name} sits at this MARAC already.") from twice
    audit.record("added_marac_agency", "marac", marac.id, detail={"organisation": organisation.id, "kind": kind})
    return row


@transaction.atomic
def change_agency(*, by: Acting, agency: MaracAgency, kind: str, researches: bool) -> MaracAgency:
    """As what an agency counts from now on. Referrals keep what they were sent as."""
    by.must(Permission.MANAGE_PARTNERSHIP)
    agency.kind, agency.researches = kind, researches
    agency.save(update_fields=["kind", "researches"])
    audit.record("changed_marac_agency", "marac", agency.marac_id, detail={"kind": kind, "researches": researches})
    return agency


@transaction.atomic
def end_agency(*, by: Acting, agency: MaracAgency) -> int:
    """An organisation sits at a MARAC no more: its seats end with it, and what they opened closes. Answers how many."""
    by.must(Permission.MANAGE_PARTNERSHIP)
    if not MaracAgency.objects.filter(id=agency.id, until_on=None).update(until_on=timezone.localdate()):
        raise Refused("This agency has left already.")
    seats = list(Seat.objects.filter(marac_id=agency.marac_id, organisation_id=agency.organisation_id, ended_at=None))
    for seat in seats:
        end_seat(by=by, seat=seat)
    audit.record("ended_marac_agency", "marac", agency.marac_id, detail={"organisation": agency.organisation_id})
    return len(seats)


@transaction.atomic
def restore_agency(*, by: Acting, agency: MaracAgency) -> MaracAgency:
    """Take back that an agency left. Its seats are given anew, one by one: each opens what lies on the table."""
    by.must(Permission.MANAGE_PARTNERSHIP)
    try:
        with transaction.atomic():
            if not MaracAgency.objects.filter(id=agency.id).exclude(until_on=None).update(until_on=None):
                raise Refused("This agency is there already.")
    except IntegrityError as twice:
        raise Refused("This agency is there already.") from twice
    audit.record("restored_marac_agency", "marac", agency.marac_id, detail={"organisation": agency.organisation_id})
    return agency
