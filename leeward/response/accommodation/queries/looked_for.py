"""Whom an organisation looks for a place for: the list behind each count that Today shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.response.accommodation.models import Ask, Need, NeedMember, NextStep, Search
from leeward.response.accommodation.queries.led import led_cases
from leeward.response.accommodation.queries.today import LISTED, places_today
from leeward.response.accommodation.queries.waiting import seen_people
from leeward.response.accommodation.rules.asking import OPEN, people_in_words
from leeward.response.accommodation.rules.household import age_of

PAGE = 25
# What somebody does about a household, most pressing first. The first five are kinds of Today, by their names there.
WAITS = {
    "held": "Waits for your answer",
    "alone": "Nothing under way",
    "suggested": "The coordinator asks or suggests",
    "steps": "Look again",
    "twice": "Perhaps looked for twice",
    "tonight": "Tonight",
    "placed": "A place is promised",
}
_SORTED = ("id", "opened_at", "tonight", "status")
OF_TODAY = ("held", "alone", "suggested", "steps", "twice")


@dataclass(frozen=True)
class LookedFor:
    """A household of the list, and what is under way for it."""

    need: Any  # a Need with its case and person
    called: str
    who: str  # "Woman, 34, with a son of 15"
    risk: str
    waits: tuple[str, ...]  # keys of WAITS
    searches: int
    found_nothing: int
    asks_open: int
    hold_until: datetime | None
    step: str
    look_again_on: date | None


@dataclass(frozen=True)
class LookedForPage:
    """A page of the list, how many there are in all, and how many of each kind of WAITS."""

    rows: list[LookedFor]
    count: int
    kinds: dict[str, int]
    number: int  # of the page, from 1
    is_last: bool


def looked_for(*, by: Acting, everyone: bool, waits: str = "", number: int = 1) -> LookedForPage:
    """Whom the organisation looks for; not `everyone`: whose case the worker leads, or whom they began to look for.

    `waits`: only those who wait for something of WAITS. Who needs a place tonight first, then who waits longest. With
    them stand households whom others look for, where an offer waits for an answer of the reader's side. Nine
    statements, and one more for those.
    """
    asked = places_today(by=by, everyone=everyone, most=LISTED)
    of = {key: {line.of for line in getattr(asked, key)} for key in OF_TODAY}
    every = list(_needs(by, everyone).order_by("opened_at", "id").values_list(*_SORTED)[:LISTED])
    if elses := of["held"].difference(row[0] for row in every):
        every += Need.objects.filter(id__in=elses).values_list(*_SORTED)
    of["tonight"] = {need for need, _, tonight, status in every if tonight and status == Need.OPEN}
    of["placed"] = {need for need, _, _, status in every if status == Need.PLACED}
    every.sort(key=lambda row: (row[0] not in of["tonight"], row[1], row[0]))
    wanted = [need for need, *_ in every if not waits or need in of[waits]]
    last = max((len(wanted) + PAGE - 1) // PAGE, 1)
    number = min(max(number, 1), last)
    shown = wanted[(number - 1) * PAGE : number * PAGE]
    audit.record("listed_looked_for", "need", listed=shown)
    return LookedForPage(
        _rows(shown, of), len(wanted), {key: len(of[key]) for key in WAITS if of[key]}, number, number == last
    )


def _needs(by: Acting, everyone: bool) -> QuerySet[Need]:
    rows = Need.objects.filter(organisation_id=by.acts_for, status__in=(Need.OPEN, Need.PLACED))
    return rows if everyone else rows.filter(Q(opened_by_id=by.user_id) | Q(case_id__in=led_cases(by)))


def _rows(shown: list[int], of: dict[str, set[int | None]]) -> list[LookedFor]:
    needs = {need.id: need for need in Need.objects.filter(id__in=shown).select_related("case", "person")}
    today = timezone.localdate()
    people: dict[int, list[dict[str, Any]]] = {}
    for one in NeedMember.objects.filter(need_id__in=shown, left_at=None):
        expected = one.due_on is not None and one.birth_date is None
        people.setdefault(one.need_id, []).append(
            {"part": one.part, "sex": one.sex, "age": age_of(one, today), "expected": expected}
        )
    asks: dict[int, list[datetime | None]] = {}
    for need, hold in Ask.objects.filter(need_id__in=shown, status__in=OPEN).values_list("need_id", "hold_until"):
        asks.setdefault(need, []).append(hold)
    steps: dict[int, NextStep] = {}
    for step in NextStep.objects.filter(need_id__in=shown, ended_at=None).order_by("look_again_on", "id"):
        steps.setdefault(step.need_id, step)
    counted = Search.objects.filter(need_id__in=shown).values_list("need_id")
    searches = {
        need: (every, nothing)
        for need, every, nothing in counted.annotate(every=Count("id"), nothing=Count("id", filter=Q(fits=0)))
    }
    return [
        LookedFor(
            need=needs[one],
            called=needs[one].person.called,
            who=people_in_words({"people": seen_people(people.get(one, []))}),
            risk=needs[one].case.risk or needs[one].risk,
            waits=tuple(key for key in WAITS if one in of[key]),
            searches=searches.get(one, (0, 0))[0],
            found_nothing=searches.get(one, (0, 0))[1],
            asks_open=len(asks.get(one, [])),
            hold_until=min((hold for hold in asks.get(one, []) if hold), default=None),
            step=steps[one].kind if one in steps else "",
            look_again_on=steps[one].look_again_on if one in steps else None,
        )
        for one in shown
        if one in needs
    ]
