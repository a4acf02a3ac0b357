"""One person said to cause harm, across the cases of a table: from what whoever asks sees already, and nothing more.

Every row here is read under the row policies of who asks. A case is shown because he is named in it as causing harm:
one in which he is himself harmed never is, whichever of his records it is about.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.record.cases.models import CasePerson
from leeward.record.people.models import Person, PersonLink, PersonName
from leeward.response.marac.models import Item, MaracAction
from leeward.response.marac.queries.returns import arranged_ids

HARMS = "said_to_cause_harm"
A_PAGE = 25


@dataclass
class InCase:
    """One case in which he is named: whom it is about, when it was heard, what is done about him."""

    case_id: int
    harmed: str
    items: list[Item] = field(default_factory=list)
    actions: list[MaracAction] = field(default_factory=list)


@dataclass
class Causing:
    """One human being, by one or several records."""

    ids: set[int]
    names: list[str]
    birth_date: date | None
    cases: list[InCase]

    @property
    def key(self) -> int:
        """The record by which a page finds him."""
        return min(self.ids)

    @property
    def open_actions(self) -> int:
        """Actions on him that are still to be done."""
        return sum(one.status == MaracAction.OPEN for case in self.cases for one in case.actions)


def _hint(by: Acting, also: int | None) -> tuple[set[int], set[int]]:
    """Cases and people that are worth asking about; not yet judged by the row policies."""
    since = timezone.now() - timedelta(days=365)
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, person_id FROM marac_harm_hint(%s, %s, %s)", [arranged_ids(by), since, also])
        rows = cursor.fetchall()
    return {case for case, _ in rows}, {person for _, person in rows}


def _items(by: Acting, cases: set[int]) -> dict[int, list[Item]]:
    """The items of a year of the tables that one arranges, by case."""
    since = timezone.now() - timedelta(days=365)
    rows = (
        Item.objects.filter(case_id__in=cases, meeting__marac_id__in=arranged_ids(by), meeting__begins_at__gte=since)
        .exclude(status=Item.WITHDRAWN)
        .select_related("meeting")
        .order_by("-meeting__begins_at")
    )
    found: dict[int, list[Item]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row)
    return found


def _alike(ids: set[int], names: dict[int, set[str]], born: dict[int, date | None]) -> list[set[int]]:
    """Records of one human: linked, or of the same name and birth date. Two names alone are nobody."""
    root = {one: one for one in ids}

    def find(one: int) -> int:
        while root[one] != one:
            one = root[one]
        return one

    for first, second in PersonLink.objects.filter(
        first_id__in=ids, second_id__in=ids, undone_at=None
    ).values_list("first_id", "second_id"):  # fmt: skip
        root[find(first)] = find(second)
    same: dict[tuple[str, date], int] = {}
    for one in sorted(ids):
        day = born[one]
        for name in names[one] if day else ():
            assert day is not None
            other = same.setdefault((name.casefold(), day), one)
            root[find(one)] = find(other)
    groups: dict[int, set[int]] = defaultdict(set)
    for one in ids:
        groups[find(one)].add(one)
    return list(groups.values())


def _all(by: Acting, also: int | None = None) -> list[Causing]:
    cases_worth, worth = _hint(by, also)
    items = _items(by, cases_worth)
    named = list(
        CasePerson.objects.filter(case_id__in=items, person_id__in=worth, part=HARMS, ended_at=None).values_list(
            "case_id", "person_id"
        )
    )
    ids = {person for _, person in named}
    about = {rows[0].person_id for rows in items.values()}
    born = dict(Person.objects.filter(id__in=ids | about).values_list("id", "birth_date"))
    seen = ids & set(born)
    names: dict[int, set[str]] = defaultdict(set)
    current: dict[int, str] = {}
    for person, given, family, kind in PersonName.objects.filter(person_id__in=seen | about).values_list(
        "person_id", "given", "family", "kind"
    ):
        whole = f"{given} {family}".strip()
        names[person].add(whole)
        if kind == "current" or person not in current:
            current[person] = whole
    cases: dict[int, set[int]] = defaultdict(set)
    for case, person in named:
        if person in seen:
            cases[person].add(case)
    made = []
    everybody = seen | about
    for group in _alike(everybody & set(born), {one: names[one] for one in everybody}, born):
        # Where he is the one who is harmed, by whichever record, that case is not about what he does to others; and
        # from that record nothing leads here.
        mine = group & seen
        of_him = {case for one in mine for case in cases[one] if items[case][0].person_id not in group}
        if of_him:
            made.append(
                Causing(
                    mine, sorted({current.get(one, "") for one in mine} - {""}),
                    next((born[one] for one in sorted(mine) if born[one]), None),
                    [InCase(case, current.get(items[case][0].person_id, ""), items[case]) for case in sorted(of_him)],
                )
            )  # fmt: skip
    return made


def across_cases(by: Acting, start: int = 0) -> tuple[list[Causing], int]:
    """Who is said to cause harm in more than one case of one's tables, the most first: a page of them, and how many."""
    several = [one for one in _all(by) if len(one.cases) > 1]
    several.sort(key=lambda one: (-len(one.cases), one.names, one.key))
    found = several[start : start + A_PAGE]
    _with_actions(found)
    audit.record("listed_causing_harm", "person", listed=[pk for one in found for pk in sorted(one.ids)])
    return found, len(several)


def one_across_cases(by: Acting, person_id: int) -> Causing:
    """One of them, by any record that names him so. Raises Http404 where no case of one's tables does."""
    found = next((one for one in _all(by, person_id) if person_id in one.ids), None)
    if found is None:
        raise Http404
    _with_actions([found])
    audit.record("read_causing_harm", "person", person_id, person=person_id, listed=[c.case_id for c in found.cases])
    return found


def _with_actions(found: list[Causing]) -> None:
    cases: dict[int, Any] = defaultdict(list)
    for one in found:
        for case in one.cases:
            cases[case.case_id].append(case)
    rows = (
        MaracAction.objects.filter(case_id__in=cases, for_whom="causing_harm")
        .select_related("organisation")
        .order_by("due_on", "id")
    )
    for row in rows:
        for case in cases[row.case_id]:
            if row.item_id in {item.id for item in case.items}:
                case.actions.append(row)
