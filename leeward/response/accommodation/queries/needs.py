"""A case's need of a place: what stands, what is known already, and the numbers that the match asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Max, OuterRef, Q
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.record.cases.models import CasePerson
from leeward.record.cases.queries.case import CaseFrame
from leeward.record.people.models import EqualityAnswer, Person
from leeward.response.accommodation.models import Ask, MatchRules, Need, NeedArea, NeedMember, NextStep, Stay
from leeward.response.accommodation.queries.geography import (
    Places,
    area_name,
    blocked_by,
    centroids,
    family,
    nearest,
    unsure_of,
)
from leeward.response.accommodation.rules.asking import OPEN
from leeward.response.accommodation.rules.facts import Coming, MemberFacts
from leeward.response.accommodation.rules.household import Wanted, age_of, household
from leeward.response.accommodation.rules.matching import Rules, rules_from

PETS = {"none": 0, "small": 1, "any": 2}
PARTS = {"child": "child"}  # part in the case -> part in the household


@dataclass(frozen=True)
class MemberRow:
    """Somebody who comes, as a page shows them."""

    row: NeedMember
    name: str
    age: int | None


@dataclass(frozen=True)
class NeedPage:
    """Everything of a case's search for a place. Need and areas carry what their areas are called."""

    need: Any  # a Need with how often somebody looked, how often in vain, and when last
    members: list[MemberRow]
    areas: list[NeedArea]
    asks: list[Ask]
    steps: list[NextStep]
    stays: list[Stay]


def need_page(frame: CaseFrame) -> NeedPage:
    """The search of a case, open or newest, in six statements. Logged as read."""
    in_vain = Count("searches", filter=Q(searches__fits=0))
    need: Any = (
        Need.objects.filter(case=frame.case)
        .annotate(looked=Count("searches"), found_nothing=in_vain, last=Max("searches__at"))
        .annotate(area=area_name("from_area"))
        .order_by("-opened_at")
        .first()
    )
    today = timezone.localdate()
    members, areas, asks, steps = [], [], [], []
    if need is not None:
        rows = need.members.select_related("person").order_by("part", "id")
        members = [
            MemberRow(row, row.person.called if row.person else "", age_of(row, today))
            for row in rows
            if not row.left_at
        ]
        members.sort(key=lambda one: (("main", "adult", "child").index(one.row.part), -(one.age or 0)))
        areas = list(need.areas.filter(ended_at=None).annotate(area=area_name("area_code")).order_by("kind", "id"))
        asks = list(need.asks.select_related("space__site", "organisation").order_by("-asked_at", "-id"))
        steps = list(need.steps.order_by("-at"))
    stays = list(Stay.objects.filter(case=frame.case).select_related("space__site").order_by("-expected_at"))
    audit.record("read_need", "case", frame.case.id, person=frame.person.id)
    return NeedPage(need, members, areas, asks, steps, stays)


def find_need(need_id: int) -> Any:
    """An open or ended need that the reader sees, with the spaces that are asked for. Raises Http404 else."""
    asked = ArraySubquery(Ask.objects.filter(need=OuterRef("id"), status__in=OPEN).values("space_id"))
    need = Need.objects.select_related("case", "person").filter(id=need_id).annotate(asked=asked).first()
    if need is None:
        raise Http404
    return need


def known_household(frame: CaseFrame) -> Coming:
    """Who would come, from the case: whom it is about and the children in it. Nothing is asked twice."""
    rows = CasePerson.objects.filter(case=frame.case, ended_at=None, part="child").select_related("person")
    people = [frame.person, *(row.person for row in rows)]
    sexes = _sexes([person.id for person in people])
    members = [_member("main", frame.person, sexes)]
    members += [_member("child", row.person, sexes) for row in rows if row.person_id != frame.person.id]
    return Coming(tuple(members))


def _member(part: str, person: Person, sexes: dict[int, str]) -> MemberFacts:
    exact = person.birth_date if person.birth_precision != "unknown" else None
    return MemberFacts(part, person.id, sexes.get(person.id, ""), exact)


def _sexes(people: list[int]) -> dict[int, str]:
    rows = EqualityAnswer.objects.filter(person_id__in=people, list="sex", ended_on=None).order_by("id")
    return {row.person_id: row.code for row in rows if row.code in ("female", "male")}


def known_facts(frame: CaseFrame) -> dict[str, Any]:
    """What the form of a need begins with, from what is known of the person."""
    person = frame.person
    return {
        "when": "tonight" if frame.case.risk == "high" else "open",
        "pets": "none",
        "recourse": "unknown",
        "from_area": person.area_code,
        "languages": [person.language] if person.language and person.language != "en" else [],
    }


def wanted_of(need: Need, *, now: datetime, places: Places | None = None) -> Wanted:
    """A need in numbers. Two statements, three where the areas are not given."""
    places = centroids(need.partnership_id) if places is None else places
    areas = list(need.areas.filter(ended_at=None))
    return wanted_from(need, need.members.filter(left_at=None), areas, places, now=now)


def wanted_from(
    need: Need, members: Iterable[NeedMember], areas: Sequence[NeedArea], places: Places, *, now: datetime
) -> Wanted:
    """A need in numbers, from rows that are there already: nothing is asked of the database."""
    today = timezone.localdate(now)
    by_when = max(need.by_on or today, today)
    home = household(members, by_when)
    ready = now + timedelta(hours=12)
    if need.by_on is not None:
        ready = timezone.make_aware(datetime.combine(by_when, time(23, 59)))
    elif not need.tonight:
        ready = now + timedelta(days=7)
    return Wanted(
        id=need.id,
        partnership_id=need.partnership_id,
        household=home,
        ready=ready,
        from_area=need.from_area,
        from_areas=tuple(sorted(family(places, need.from_area))) if need.from_area else (),
        unsure=unsure_of(places, areas),
        blocked=blocked_by(places, areas),
        wanted=nearest(places, [one.area_code for one in areas if one.kind == NeedArea.WANTED]),
        danger=nearest(places, [one.area_code for one in areas if one.kind == NeedArea.DANGER]),
        pets=PETS.get(need.pets, 2),
        wheelchair=need.wheelchair,
        step_free=need.step_free,
        ground_floor=need.ground_floor,
        alone=need.self_contained,
        no_recourse=need.recourse == "none",
        substance_use=need.substance_use,
        mental_health=need.mental_health,
        offending=need.offending,
        night=need.night_support,
        languages=tuple(need.languages),
        specialisms=tuple(need.specialisms),
        moves=need.moves_from_id is not None,
    )


def rules_of(partnership_id: int) -> Rules:
    """The rules of the match as they stand for a partnership."""
    row = MatchRules.objects.filter(partnership_id=partnership_id).order_by("-version").first()
    return rules_from(row.body, row.version) if row else rules_from({}, 0)
