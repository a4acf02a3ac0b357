"""The minutes of a meeting as its reader may have them: what the database gives to others than them is not there."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field, replace

from django.db import connection

from leeward.platform.access.models import Organisation
from leeward.platform.reference.lists import choices, label
from leeward.response.marac.models import Attendance, MaracAction, MinuteLine
from leeward.response.marac.queries.research import Told, shared_on
from leeward.response.marac.queries.table import Spoken, Table, items_of

ORDER = tuple(code for code, _ in choices("marac_line"))  # the voice first


@dataclass
class Minuted:
    """One item of the minutes."""

    about: Spoken
    lines: list[MinuteLine] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    actions: list[MaracAction] = field(default_factory=list)

    @property
    def by_kind(self) -> list[tuple[str, str, list[MinuteLine]]]:
        """Lines by kind, the voice first: code, words, lines."""
        found = []
        for code in ORDER:
            some = [line for line in self.lines if line.kind == code]
            if some:
                found.append((code, label("marac_line", code), some))
        return found


@dataclass
class Minutes:
    """The minutes of a meeting for one reader."""

    items: list[Minuted]
    attendance: list[Attendance]
    is_copy: bool = False  # made by the chair for an agency
    left_out: int = 0  # how many items are not in it

    @property
    def present(self) -> list[Attendance]:
        """Who was there and accepted confidentiality."""
        return [one for one in self.attendance if one.status == "present"]

    @property
    def apologies(self) -> list[Attendance]:
        """Who sent apologies."""
        return [one for one in self.attendance if one.status == "apologies"]

    @property
    def observers(self) -> list[Attendance]:
        """Who only listened."""
        return [one for one in self.attendance if one.status == "observer"]


def attendance_of(table: Table) -> list[Attendance]:
    """Who was there, who was not."""
    return list(
        Attendance.objects.filter(meeting=table.meeting)
        .select_related("organisation")
        .order_by("organisation__name", "name")
    )


def minutes_of(table: Table) -> Minutes:
    """The minutes, in a constant number of statements, as far as the database gives them to whoever asks."""
    return Minutes(minuted(items_of(table)), attendance_of(table))


def taken_out_of(table: Table) -> dict[int, list[MinuteLine]]:
    """Lines that were taken out of the minutes, by item: to be put back by who keeps them."""
    rows = MinuteLine.objects.filter(item__meeting=table.meeting, replaced_by=None).exclude(ended_at=None)
    found: dict[int, list[MinuteLine]] = {}
    for line in rows.order_by("at", "id"):
        found.setdefault(line.item_id, []).append(line)
    return found


def not_for_agencies(item_ids: Iterable[int]) -> dict[int, set[int]]:
    """Which items are not for an agency's copy, by agency: one of those who sit there for it may not read them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, item_id FROM marac_not_for_agencies(%s::bigint[])", [sorted(set(item_ids))]
        )
        found: dict[int, set[int]] = {}
        for organisation, item in cursor.fetchall():
            found.setdefault(organisation, set()).add(item)
    return found


def redacted(minutes: Minutes, organisation: int, without: Set[int]) -> Minutes:
    """A copy for who sits there for one agency, out of the chair's.

    It is without the lines that are withheld from the agency and without the items that one of them may not read
    (`not_for_agencies`). Numbers are the copy's own: a gap would tell where the missing item stands.
    """
    kept: list[Minuted] = []
    for one in minutes.items:
        if one.about.item.id in without:
            continue
        number = sum(some.about.number > 0 for some in kept) + 1 if one.about.number else 0
        lines = [line for line in one.lines if organisation not in line.withheld_from]
        kept.append(replace(one, about=replace(one.about, number=number), lines=lines))
    gone = sum(one.about.number > 0 for one in minutes.items) - sum(one.about.number > 0 for one in kept)
    return Minutes(kept, minutes.attendance, is_copy=True, left_out=gone)


def minuted(about: list[Spoken], told: dict[int, list[Told]] | None = None) -> list[Minuted]:
    """Some items with all that the table wrote and was told: three statements, two where what was told is known."""
    ids = [one.item.id for one in about]
    lines: dict[int, list[MinuteLine]] = {}
    found = MinuteLine.objects.filter(item_id__in=ids, ended_at=None).order_by("at", "id")
    for line in found:
        lines.setdefault(line.item_id, []).append(line)
    actions: dict[int, list[MaracAction]] = {}
    rows = MaracAction.objects.filter(item_id__in=ids).select_related("organisation", "owner")
    for action in rows.order_by("due_on", "added_at"):
        actions.setdefault(action.item_id, []).append(action)
    told = shared_on(ids) if told is None else told
    return [
        Minuted(one, lines.get(one.item.id, []), told.get(one.item.id, []), actions.get(one.item.id, []))
        for one in about
    ]


def names_of_organisations(ids: set[int]) -> dict[int, str]:
    """Names of organisations."""
    return dict(Organisation.objects.filter(id__in=ids).values_list("id", "name"))
