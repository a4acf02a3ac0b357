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
from leeward.record.people.models import Person, PersonName
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


def _page(by: Acting, *, start: int = 0, only: int | None = None) -> tuple[list[Causing], int]:
    """A page of human beings and how many there are; or the one human being of a record. Seven statements."""
    since = timezone.now() - timedelta(days=365)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT place, several, person_id, case_id FROM marac_harm_page(%s::bigint[], %s, %s, %s, %s)",
            [arranged_ids(by), since, only, start, A_PAGE],
        )
        rows = cursor.fetchall()
    wanted: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for place, _, person, case in rows:
        wanted[place].add((case, person))
    found = _shown(by, [wanted[place] for place in sorted(wanted)])
    _with_actions(found)
    return found, rows[0][1] if rows else 0


def _shown(by: Acting, groups: list[set[tuple[int, int]]]) -> list[Causing]:
    """Human beings by their cases and records, as the row policies give them to who asks."""
    items = _items(by, {case for group in groups for case, _ in group})
    ids = {person for group in groups for _, person in group}
    named = set(
        CasePerson.objects.filter(case_id__in=items, person_id__in=ids, part=HARMS, ended_at=None).values_list(
            "case_id", "person_id"
        )
    )
    about = {rows[0].person_id for rows in items.values()}
    born = dict(Person.objects.filter(id__in=ids | about).values_list("id", "birth_date"))
    current: dict[int, str] = {}
    names = PersonName.objects.filter(person_id__in=ids | about, was_error=False).order_by("-id")
    for name in sorted(names, key=lambda one: (one.ended_on is not None, one.kind != "current")):
        current.setdefault(name.person_id, f"{name.given} {name.family}".strip())
    made = []
    for group in groups:
        pairs = {(case, person) for case, person in group & named if person in born}
        mine = {person for _, person in pairs}
        if mine:
            made.append(
                Causing(
                    mine, sorted({current.get(one, "") for one in mine} - {""}),
                    next((born[one] for one in sorted(mine) if born[one]), None),
                    [
                        InCase(case, current.get(items[case][0].person_id, ""), items[case])
                        for case in sorted({case for case, _ in pairs})
                    ],
                )
            )  # fmt: skip
    return made


def across_cases(by: Acting, start: int = 0) -> tuple[list[Causing], int]:
    """Who is said to cause harm in more than one case of one's tables, the most first: a page of them, and how many."""
    found, several = _page(by, start=start)
    audit.record("listed_causing_harm", "person", listed=[pk for one in found for pk in sorted(one.ids)])
    return found, several


def one_across_cases(by: Acting, person_id: int) -> Causing:
    """One of them, by any record that names him so. Raises Http404 where no case of one's tables does."""
    found, _ = _page(by, only=person_id)
    one = next((one for one in found if person_id in one.ids), None)
    if one is None:
        raise Http404
    audit.record("read_causing_harm", "person", person_id, person=person_id, listed=[c.case_id for c in one.cases])
    return one


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
