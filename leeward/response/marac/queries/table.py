"""A meeting as whoever asks may see it: their part in it, its items, who they are about. Constant statements."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef
from django.db.models.expressions import RawSQL
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.record.cases.models import CasePerson
from leeward.record.people.models import Person
from leeward.record.people.queries.person import names_of
from leeward.record.people.rules.words import age, born_in_words
from leeward.response.marac.models import Attendance, Item, Marac, Meeting, Seat


@dataclass(frozen=True)
class Table:
    """A meeting and what whoever asks is there."""

    meeting: Meeting
    marac: Marac
    parts: frozenset[str]
    arranges: bool
    brings: bool
    closed: int = 0
    accepted: bool = False  # confidentiality, by name
    mark: str = ""  # see queries/meeting.py: read before what the screens show, so that a change is never missed

    @property
    def sits(self) -> bool:
        """Whether they have a seat."""
        return bool(self.parts)

    @property
    def is_closed(self) -> bool:
        """Whether there is something in which they cannot take part."""
        return self.closed > 0

    @property
    def closed_words(self) -> str:
        """The whole of what they are told of it."""
        return (
            "You cannot take part in one item." if self.closed == 1
            else f"You cannot take part in {self.closed} items." if self.closed else ""
        )  # fmt: skip


def my_parts(by: Acting) -> dict[int, set[str]]:
    """At which MARACs whoever acts sits for the organisation they act for, and as what."""
    found: dict[int, set[str]] = {}
    rows = Seat.objects.filter(user_id=by.worker_id, organisation_id=by.acts_for, ended_at=None)
    for marac_id, part in rows.values_list("marac_id", "part"):
        found.setdefault(marac_id, set()).add(part)
    return found


def is_arranger(by: Acting, parts: Iterable[str]) -> bool:
    """Whether these parts and the role together arrange a MARAC."""
    return bool({Seat.CHAIR, Seat.COORDINATOR} & set(parts)) and "marac_coordinator" in by.roles


def table_of(by: Acting, meeting_id: int) -> Table:
    """The meeting, for who sits at its MARAC or brings an item of it: one statement. Raises Http404 for others."""
    seats = Seat.objects.filter(
        marac_id=OuterRef("marac_id"), user_id=by.worker_id, organisation_id=by.acts_for, ended_at=None
    )
    brings = Item.objects.filter(
        meeting_id=OuterRef("id"), brought_by_id=by.user_id, brought_for_id=by.organisation_id
    )  # fmt: skip
    accepted = Attendance.objects.filter(meeting_id=OuterRef("id"), user_id=by.worker_id, accepted_at__isnull=False)
    found: Any = Meeting.objects.select_related("marac").filter(id=meeting_id).annotate(
        my_parts=ArraySubquery(seats.values("part")), i_bring=Exists(brings), i_accepted=Exists(accepted),
        closed_to_me=RawSQL("marac_closed_to_me(marac_meeting.id)", ()),
        raw_mark=RawSQL("marac_mark(marac_meeting.id)", ()),
    ).first()  # fmt: skip
    if found is None or not (found.my_parts or found.i_bring):
        raise Http404
    parts = frozenset(found.my_parts)
    return Table(
        found, found.marac, parts, is_arranger(by, parts), found.i_bring, found.closed_to_me or 0, found.i_accepted,
        blind_mark(by, meeting_id, found.raw_mark or ""),
    )  # fmt: skip


def blind_mark(by: Acting, meeting_id: int, raw: str) -> str:
    """A keyed hash of a mark, another for each user: what it is made of counts their walls, and nobody may read that
    off it, nor off the difference from a colleague's."""
    return audit.blind(f"marac mark {meeting_id} {by.user_id} {raw}")


def arranged(by: Acting, meeting_id: int) -> Table:
    """The same, for chair and coordinator alone. Raises Http404 for everybody else."""
    table = table_of(by, meeting_id)
    if not table.arranges:
        raise Http404
    return table


@dataclass(frozen=True)
class Somebody:
    """A person of an item in words."""

    id: int
    name: str
    born: str = ""
    age: str = ""


@dataclass
class Spoken:
    """An item as the table sees it: its number for this reader, who it is about, who is around them."""

    item: Item
    number: int
    who: Somebody
    children: list[Somebody] = field(default_factory=list)
    harming: list[Somebody] = field(default_factory=list)
    others: list[Somebody] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it is still to be heard."""
        return self.item.status == Item.LISTED and self.item.referral.status != "withdrawn"

    @property
    def state(self) -> str:
        """Its status; a referral that was withdrawn since counts at once."""
        if self.item.status == Item.LISTED and self.item.referral.status == "withdrawn":
            return Item.WITHDRAWN
        return self.item.status


def items_of(table: Table) -> list[Spoken]:
    """The items of a meeting that whoever asks sees, in order, in four statements.

    Numbers are the reader's own: a gap would tell where the item stands in which they cannot take part.
    """
    rows = list(
        Item.objects.filter(meeting=table.meeting)
        .select_related("referral", "referral__organisation", "person", "brought_by", "brought_for")
        .order_by("position", "id")
    )
    return spoken(rows)


def spoken(rows: list[Item]) -> list[Spoken]:
    """Items with their people, in three statements."""
    around: dict[int, list[tuple[str, Person]]] = {}
    people = {row.person_id: row.person for row in rows}
    for known in CasePerson.objects.filter(case_id__in=[row.case_id for row in rows], ended_at=None).select_related(
        "person"
    ):
        around.setdefault(known.case_id, []).append((known.part, known.person))
        people[known.person_id] = known.person
    names = names_of(list(people))
    found = []
    number = 0
    for row in rows:
        is_live = row.status in (Item.LISTED, Item.HEARD)
        number += is_live
        one = Spoken(row, number if is_live else 0, _somebody(row.person, names))
        for part, person in around.get(row.case_id, ()):
            whose = {"child": one.children, "said_to_cause_harm": one.harming}.get(part, one.others)
            whose.append(_somebody(person, names))
        found.append(one)
    return found


def _somebody(person: Person, names: dict[int, str]) -> Somebody:
    name = names.get(person.id, "")
    shown = f"{person.called} ({name})" if person.called and name and person.called not in name else name
    return Somebody(
        person.id, shown or person.called or "Name not known",
        born_in_words(person.birth_date, person.birth_precision), age(person.birth_date, person.birth_precision),
    )  # fmt: skip


def find_item(item_id: int) -> Item:
    """One item. Raises Http404 where it is hidden or missing."""
    item = Item.objects.select_related("meeting__marac", "referral__organisation", "person").filter(id=item_id).first()
    if item is None:
        raise Http404
    return item


def ends_at(meeting: Meeting) -> str:
    """Until when a meeting may last, in words."""
    ends = timezone.localtime(meeting.begins_at + timedelta(minutes=meeting.lasts))
    return ends.strftime("%H:%M")
