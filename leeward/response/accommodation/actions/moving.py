"""From a stay to what comes next: another place, a home of their own, support after they left, back from an absence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import version
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case
from leeward.response.accommodation.actions.asking import READ_ONLY
from leeward.response.accommodation.actions.needs import open_need
from leeward.response.accommodation.models import MoveOn, Need, Resident, Stay, StayEvent
from leeward.response.accommodation.rules.facts import AreaFacts, Coming, MemberFacts, NeedFacts


@dataclass(frozen=True)
class Resettled:
    """What support was given after they left; it goes on until a day, or has ended."""

    on: date
    words: str
    until: date | None


@transaction.atomic
def begin_move(*, by: Acting, stay: Stay, facts: NeedFacts) -> Need:
    """Look for the next place from a stay, while it lasts: who lives there comes, and what was dangerous still is.

    The stay goes on until they arrive at the next place, which ends it. Raises Refused where somebody looks already.
    """
    by.must(Permission.CASEWORK)
    now = Stay.objects.select_for_update(of=("self",), no_key=True).select_related("case").filter(id=stay.id).first()
    if now is None:
        raise Refused(READ_ONLY)
    if now.status != Stay.IN:
        raise Refused("They do not live there now. Look for a place from the case.")
    home = coming_from(now)
    need = open_need(by=by, case=now.case, facts=facts, household=home, moves_from=now)
    audit.record("began_move", "stay", now.id, person=now.person_id)
    return need


def coming_from(stay: Stay) -> Coming:
    """Who would move on from a stay, and the areas that mattered when they came."""
    residents = stay.residents.filter(until_on=None).order_by("id")
    members = [_member(one) for one in residents]
    before = Need.objects.filter(id=stay.need_id).first() if stay.need_id else None
    areas: list[AreaFacts] = []
    if before is not None:
        today = timezone.localdate()
        members += [
            MemberFacts(one.part, None, one.sex, due_on=one.due_on)
            for one in before.members.filter(left_at=None, due_on__gte=today, birth_date=None)
        ]
        areas = [AreaFacts(one.kind, one.area_code, one.miles, one.why) for one in before.areas.filter(ended_at=None)]
    return Coming(tuple(members), tuple(areas))


def facts_from(stay: Stay) -> NeedFacts:
    """What was needed when they came, as the beginning of what is needed next: no hurry, and nothing asked twice."""
    before = Need.objects.filter(id=stay.need_id).first() if stay.need_id else None
    if before is None:
        return NeedFacts()
    known = {name: getattr(before, name) for name in NeedFacts.__dataclass_fields__}
    known |= {name: tuple(known[name]) for name in ("languages", "specialisms")}
    return replace(NeedFacts(**known), tonight=False, by_on=None)


def _member(one: Resident) -> MemberFacts:
    today = timezone.localdate()
    age = one.age
    if age is not None and one.age_on is not None:
        said = one.age_on
        age += max(today.year - said.year - ((today.month, today.day) < (said.month, said.day)), 0)
    return MemberFacts(one.part, one.person_id, one.sex, one.birth_date, None if one.birth_date else age)


def lock_before_arrival(stay: Stay) -> None:
    """Lock the stay that this one ends, and both spaces, before anything is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_before_arrival(%s)", [stay.id])


def end_stay_before(*, by: Acting, stay: Stay) -> None:
    """They arrived from another stay: that one has ended. Done by whoever says that they arrived, of any provider."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_moved_out(%s, %s)", [stay.id, version("stay_destination")])
        before = cursor.fetchone()[0]
    if before is None:
        return
    add_entry(
        by=by, case=Case.objects.get(id=stay.case_id), kind="accommodation", title="Moved on from the place before",
        at=stay.arrived_at, needs_address=True, about=("stay", before),
    )  # fmt: skip
    audit.record("moved_on", "stay", before, person=stay.person_id)


@transaction.atomic
def say_back(*, by: Acting, event: StayEvent, at: datetime) -> StayEvent:
    """They are back from an absence of which the end was not known."""
    by.must(Permission.CASEWORK)
    now = (
        StayEvent.objects.select_for_update(of=("self",), no_key=True)
        .filter(id=event.id, organisation_id=by.acts_for)
        .first()
    )
    if now is None:
        raise Refused(READ_ONLY)
    if now.kind != "absence" or now.until is not None:
        raise Refused("They are back already.")
    if not now.at <= at <= timezone.now() + timedelta(minutes=1):
        raise Refused("They cannot be back before they left, nor later than now.")
    now.until = at
    now.save(update_fields=["until"])
    audit.record("came_back", "stay", now.stay_id)
    return now


@transaction.atomic
def resettle(*, by: Acting, stay: Stay, facts: Resettled) -> MoveOn:
    """Support after they left: what was done on a day, and until when it goes on. Without a day it has ended."""
    by.must(Permission.CASEWORK)
    now = (
        Stay.objects.select_for_update(of=("self",), no_key=True)
        .filter(id=stay.id, organisation_id=by.acts_for)
        .first()
    )
    if now is None:
        raise Refused(READ_ONLY)
    if now.status != Stay.LEFT or now.left_at is None:
        raise Refused("Support of this kind begins when they have left.")
    today = timezone.localdate()
    if not timezone.localdate(now.left_at) <= facts.on <= today:
        raise Refused("The day must lie between the day they left and today.")
    if facts.until is not None and facts.until < today:
        raise Refused("The day until which it goes on cannot be past.")
    plan = MoveOn.objects.select_for_update(no_key=True).filter(stay=now).first()
    if plan is None:
        plan = MoveOn(stay=now, case_id=now.case_id, organisation_id=now.organisation_id)
        plan.save(force_insert=True)
    if facts.until is None:
        plan.resettled_ended_on = facts.on
    else:
        plan.resettled_until, plan.resettled_ended_on = facts.until, None
    plan.version += 1
    plan.save(update_fields=["resettled_until", "resettled_ended_on", "version"])
    StayEvent(
        stay=now, case_id=now.case_id, organisation_id=now.organisation_id, kind="resettlement",
        at=timezone.make_aware(datetime.combine(facts.on, datetime.min.time().replace(hour=12))), words=facts.words,
        by_id=by.user_id, by_name=by.user_name,
    ).save(force_insert=True)  # fmt: skip
    audit.record("resettled", "stay", now.id, person=now.person_id, detail={"ended": facts.until is None})
    return plan
