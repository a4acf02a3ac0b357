"""What a household needs: opened, changed when it changes, ended; what is done where there is no room."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import choices
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case
from leeward.record.people.models import Person, PersonName
from leeward.response.accommodation.actions.asking import READ_ONLY, end_open_asks, send_new_sheet
from leeward.response.accommodation.models import Need, NeedArea, NeedMember, NextStep, Stay
from leeward.response.accommodation.rules.facts import AreaFacts, Coming, MemberFacts, NeedFacts
from leeward.response.accommodation.rules.naming import names_in


@transaction.atomic
def open_need(*, by: Acting, case: Case, facts: NeedFacts, household: Coming, moves_from: Stay | None = None) -> Need:
    """Begin to look for a place for the household of a case. Raises Refused where somebody looks already.

    `moves_from`: where they stay while they look; that stay ends when they arrive (actions/moving.py).
    """
    by.must(Permission.CASEWORK)
    if case.status != "open":
        raise Refused("This case is closed. Open it again before you look for a place.")
    if case.side == "causing_harm":
        raise Refused("A safe place is looked for on the case of who is harmed.")
    _check(facts, household)
    members = [member.person_id for member in household.members if member.person_id is not None]
    _names_nobody(facts, [case.person_id, *members])
    need = Need(
        partnership_id=by.partnership_id,
        case=case,
        person_id=case.person_id,
        organisation_id=by.acts_for,
        risk=case.risk,
        opened_by_id=by.user_id,
        moves_from=moves_from,
        **_lists(asdict(facts)),
    )
    try:
        with transaction.atomic():
            need.save(force_insert=True)
    except IntegrityError as wrong:
        raise Refused("Somebody looks for a place for them already, or it is promised. Open that search.") from wrong
    for member in household.members:
        _add_member(need, member)
    for area in household.areas:
        _add_area(need, area)
    add_entry(
        by=by,
        case=case,
        kind="accommodation",
        title="Looks for the next place" if moves_from else "Looks for a safe place",
        about=("need", need.id),
        needs_address=moves_from is not None,  # who looks is where they stay, mostly
    )
    audit.record("opened_need", "need", need.id, person=case.person_id)
    return need


@transaction.atomic
def change_need(*, by: Acting, need: Need, facts: NeedFacts, version: int) -> Need:
    """Change what is needed. Raises Conflict with what stands now where somebody else changed it meanwhile."""
    by.must(Permission.CASEWORK)
    now = _locked(need)
    _must_be_open(now)
    before = {name: getattr(now, name) for name in asdict(facts)}
    if now.version != version:
        raise Conflict("Somebody else changed this while you were writing.", theirs=before)
    _check_by(facts)
    members = now.members.filter(left_at=None, person_id__isnull=False).values_list("person_id", flat=True)
    _names_nobody(facts, [now.person_id, *members])
    for name, value in _lists(asdict(facts)).items():
        setattr(now, name, value)
    now.version += 1
    now.save(update_fields=[*asdict(facts), "version"])
    send_new_sheet(need=now)
    audit.record("changed_need", "need", now.id, person=now.person_id)
    return now


@transaction.atomic
def add_member(*, by: Acting, need: Need, facts: MemberFacts) -> NeedMember:
    """The household grows: somebody joins, or is born. Who was asked and has not ended it reads it too."""
    by.must(Permission.CASEWORK)
    need = _locked(need)
    _must_go_on(need)
    if facts.person_id is not None and need.members.filter(person_id=facts.person_id, left_at=None).exists():
        raise Refused("They are in this household already.")
    made = _add_member(need, facts)
    send_new_sheet(need=need)
    audit.record("added_to_household", "need", need.id, person=need.person_id)
    return made


@transaction.atomic
def take_member_out(*, by: Acting, member: NeedMember) -> None:
    """Somebody does not come after all."""
    by.must(Permission.CASEWORK)
    if member.part == "main":
        raise Refused("The search is for them. End the search, or begin one for somebody else.")
    need = _locked(member.need)
    _must_go_on(need)
    member.left_at = timezone.now()
    member.save(update_fields=["left_at"])
    send_new_sheet(need=need)
    audit.record("took_out_of_household", "need", member.need_id)


@transaction.atomic
def add_area(*, by: Acting, need: Need, facts: AreaFacts) -> NeedArea:
    """An area to keep away from, or one to be near."""
    by.must(Permission.CASEWORK)
    need = _locked(need)
    _must_be_open(need)
    if need.areas.filter(kind=facts.kind, area_code=facts.area_code, ended_at=None).exists():
        raise Refused("This area is there already. Take it out first to give it another distance.")
    made = _add_area(need, facts)
    audit.record("added_need_area", "need", need.id, person=need.person_id)
    return made


@transaction.atomic
def take_area_out(*, by: Acting, area: NeedArea) -> None:
    """An area matters no more."""
    by.must(Permission.CASEWORK)
    _must_be_open(_locked(area.need))
    area.ended_at = timezone.now()
    area.save(update_fields=["ended_at"])
    audit.record("took_out_need_area", "need", area.need_id)


@transaction.atomic
def end_need(*, by: Acting, need: Need, why: str, words: str = "") -> Need:
    """Nobody looks any more, with the reason. Whoever was asked is told that they need not answer."""
    by.must(Permission.CASEWORK)
    now = _locked(need)
    _must_be_open(now)
    end_open_asks(by=by, need=now, words="They look for a place no more.")
    now.status, now.ended_at, now.ended_why, now.ended_words = Need.ENDED, timezone.now(), why, words
    now.version += 1
    now.save(update_fields=["status", "ended_at", "ended_why", "ended_words", "version"])
    now.steps.filter(ended_at=None).update(ended_at=now.ended_at)
    add_entry(
        by=by, case=now.case, kind="accommodation", title="Looks for a safe place no more", about=("need", now.id),
        needs_address=now.moves_from_id is not None,
    )  # fmt: skip
    audit.record("ended_need", "need", now.id, person=now.person_id, detail={"why": why})
    return now


@transaction.atomic
def take_next_step(
    *, by: Acting, need: Need, kind: str, words: str, look_again_on: date | None = None, passed: str = ""
) -> NextStep:
    """What is done where there is no room, and why nothing that is offered before it. Looked at again each day.

    Raises Refused for a day later than tomorrow, and where what comes before was neither tried nor passed with words.
    """
    by.must(Permission.CASEWORK)
    need = _locked(need)
    _must_be_open(need)
    today = timezone.localdate()
    look_again_on = look_again_on or today + timedelta(days=1)
    if not today <= look_again_on <= today + timedelta(days=1):
        raise Refused("It is looked at again each day: choose today or tomorrow.")
    if before_it(need, kind) and not passed:
        raise Refused("Say why nothing that comes before it is possible.")
    step = NextStep(
        need=need,
        case_id=need.case_id,
        kind=kind,
        words=words,
        passed=passed,
        by_id=by.user_id,
        by_name=by.user_name,
        look_again_on=look_again_on,
    )
    step.save(force_insert=True)
    add_entry(
        by=by,
        case=need.case,
        kind="accommodation",
        title="No room yet: what is done meanwhile",
        needs_address=need.moves_from_id is not None,
        about=("next_step", step.id),
    )
    audit.record("took_next_step", "need", need.id, person=need.person_id, detail={"kind": kind})
    return step


def before_it(need: Need, kind: str) -> list[str]:
    """What is offered before a step where there is no room, and was not tried for this household: codes in order."""
    order = [code for code, _ in choices("no_room_step")]
    earlier = order[: order.index(kind)] if kind in order else []
    tried = set(need.steps.values_list("kind", flat=True))
    return [code for code in earlier if code not in tried]


@transaction.atomic
def look_again(*, by: Acting, step: NextStep, outcome: str, on: date | None) -> NextStep:
    """A step was looked at: what came of it; `on` is the day to look again, None ends it."""
    by.must(Permission.CASEWORK)
    _locked(step.need)
    step.outcome = outcome
    if on is None:
        step.ended_at = timezone.now()
    elif on != timezone.localdate() + timedelta(days=1):
        raise Refused("It is looked at again each day: tomorrow.")
    else:
        step.look_again_on = on
    step.save(update_fields=["outcome", "ended_at", "look_again_on"])
    audit.record("looked_again", "need", step.need_id)
    return step


def _locked(need: Need) -> Need:
    found = Need.objects.select_for_update(no_key=True).filter(id=need.id).first()
    if found is None:  # read in an emergency, or by who does not look for them
        raise Refused(READ_ONLY)
    return found


def _names_nobody(facts: NeedFacts, people: list[int]) -> None:
    """Whoever is asked reads these words before they know who it is."""
    names = PersonName.objects.filter(person_id__in=people).values_list("given", "family")
    known = [one for pair in names for one in pair]
    known += Person.objects.filter(id__in=people).values_list("called", flat=True)
    if names_in(f"{facts.words} {facts.pets_words}", known):
        raise Refused("Providers read this before they know who it is. Take out the names of those who come.")


def _must_be_open(need: Need) -> None:
    if need.status == Need.PLACED:
        raise Refused("They have been promised a place. Open the stay.")
    if need.status != Need.OPEN:
        raise Refused("This search has ended.")


def _must_go_on(need: Need) -> None:
    """A household also grows overnight between the promise and the arrival: who comes is theirs to say until then."""
    if need.status == Need.ENDED:
        raise Refused("This search has ended.")


def _check_by(facts: NeedFacts) -> None:
    if facts.by_on is not None and facts.by_on < timezone.localdate():
        raise Refused("The day by which they need a place is past.")


def _check(facts: NeedFacts, household: Coming) -> None:
    _check_by(facts)
    if sum(1 for one in household.members if one.part == "main") != 1:
        raise Refused("Say who the search is for.")


def _add_member(need: Need, facts: MemberFacts) -> NeedMember:
    if facts.birth_date is not None and facts.birth_date > timezone.localdate():
        raise Refused("A birth date cannot lie ahead. For a baby who is expected, give the day as expected.")
    made = NeedMember(
        need=need, case_id=need.case_id, age_on=timezone.localdate() if facts.age is not None else None, **asdict(facts)
    )
    made.save(force_insert=True)
    return made


def _add_area(need: Need, facts: AreaFacts) -> NeedArea:
    made = NeedArea(need=need, case_id=need.case_id, **asdict(facts))
    made.save(force_insert=True)
    return made


def _lists(values: dict[str, object]) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
