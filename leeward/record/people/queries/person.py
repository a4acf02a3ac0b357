"""One person's record, page by page. Who does not see it is answered None: hidden and missing are the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import User
from leeward.platform.reference.lists import label
from leeward.record.people.models import (
    Address,
    ContactDetail,
    FactChange,
    HouseholdMember,
    Identifier,
    Person,
    PersonLink,
    PersonName,
    PersonSight,
)
from leeward.record.people.queries.sides import EMERGENCY
from leeward.record.people.rules.contact import SafeContact, Way, in_words, read_ways
from leeward.record.people.rules.words import CHANGE, HELPED, age, born_in_words, full_name, learned, side_group

FULL = 3


@dataclass(frozen=True)
class Mistake:
    """A fact that was recorded by mistake: it counts for nothing, and can be put back."""

    person_id: int
    kind: str  # actions/facts.py FACTS
    id: int
    words: str


@dataclass(frozen=True)
class InCase:
    """A case in which somebody is known: their own, or that of somebody else whose name the reader sees."""

    case_id: int
    side: str
    subject_side: str
    subject: str

    @property
    def is_own(self) -> bool:
        """Whether it is about them."""
        return self.side != "named"

    @property
    def group(self) -> str:
        """Which of the two sides it belongs to; a case about somebody unseen counts as neither."""
        return side_group(self.side if self.is_own else self.subject_side)


def _text(sight: PersonSight, name: str) -> str:
    """What the statement of `person_frame` put beside a row of sight."""
    return str(getattr(sight, name, None) or "")


@dataclass(frozen=True)
class Frame:
    """Who a page is about, with what stands beside their name on every page, and what the reader may do."""

    person: Person
    names: tuple[PersonName, ...]
    sights: tuple[PersonSight, ...]
    ways: tuple[Way, ...]
    safe: SafeContact
    mistakes: tuple[Mistake, ...] = ()  # names that were never theirs

    @property
    def name(self) -> str:
        """What to call them, or their name."""
        return self.person.called or self.full_name or "Name not known"

    @property
    def full_name(self) -> str:
        """The name of now."""
        standing = [name for name in self.names if name.ended_on is None]
        standing.sort(key=lambda name: (name.kind != "current", -name.id))
        return full_name(standing[0].given, standing[0].family) if standing else ""

    @property
    def born(self) -> str:
        """The birth date as exactly as it is known."""
        return born_in_words(self.person.birth_date, self.person.birth_precision)

    @property
    def age(self) -> str:
        """How old; nothing for who has died."""
        return "" if self.person.died_on else age(self.person.birth_date, self.person.birth_precision)

    @property
    def is_child(self) -> bool:
        """Under 18, as far as is known, or the subject of a child's case."""
        if any(sight.side == "child" for sight in self.sights):
            return True
        born, today = self.person.birth_date, timezone.localdate()
        return born is not None and (today.year - born.year - ((today.month, today.day) < (born.month, born.day))) < 18

    @property
    def sees_all(self) -> bool:
        """Whether the reader sees the whole record."""
        return any(sight.scope >= FULL for sight in self.sights)

    @property
    def may_change(self) -> bool:
        """Whether the reader may write in the record: the whole of it is open to them, not just in an emergency."""
        return any(sight.scope >= FULL and sight.source != EMERGENCY for sight in self.sights)

    @property
    def may_address(self) -> bool:
        """Whether the reader may see where they are."""
        return any(sight.address and sight.scope >= 2 for sight in self.sights)

    @property
    def may_seal(self) -> bool:
        """Whether the reader may see sealed addresses: a named user, or one of a team that it was shared with."""
        return any(s.address and s.scope >= 2 and (s.user_id or s.team_id) for s in self.sights)

    @property
    def groups(self) -> set[str]:
        """The sides on which the reader knows them as the one whom a case is about."""
        return {side_group(sight.side) for sight in self.sights} & {HELPED, CHANGE}

    @property
    def cases(self) -> list[InCase]:
        """The cases that open from this record, their own first, the newest before others.

        Never of both sides: whoever sees a case of each (their own and one that names them, or two that do) comes from
        neither to the other. With a case of their own, those of its side are here; without one and with both sides
        naming them, none is.
        """
        found = {
            sight.source_id: InCase(sight.source_id, sight.side, _text(sight, "subject_side"), _text(sight, "subject"))
            for sight in sorted(self.sights, key=lambda sight: sight.side != "named")
            if sight.source_kind == "case" and sight.scope >= 2
        }
        own = {one.group for one in found.values() if one.is_own}
        allowed = own or {one.group for one in found.values()}
        if len(allowed) != 1:
            return []
        kept = [one for one in found.values() if one.group in allowed]
        return sorted(kept, key=lambda one: (not one.is_own, -one.case_id))


def person_frame(*, by: Acting, person_id: int, page: str) -> Frame | None:
    """Who the page is about, in four statements, with a line in the log of which page was read."""
    person = Person.objects.filter(id=person_id).first()
    return None if person is None else frame_around(by=by, person=person, page=page)


def frame_around(*, by: Acting, person: Person, page: str) -> Frame:
    """The same around somebody whose row the reader was given already: three statements, and the line in the log."""
    written = list(PersonName.objects.filter(person=person).order_by("id"))
    names = tuple(name for name in written if not name.was_error)
    mistakes = tuple(
        Mistake(person.id, "name", name.id, full_name(name.given, name.family)) for name in written if name.was_error
    )
    sights = tuple(_sights(person.id))
    ways = tuple(ways_of(person.id))
    audit.record("read_person", "person", person.id, person=person.id, detail={"page": page, "by": by.kind})
    return Frame(person, names, sights, ways, in_words(ways), mistakes)


def _sights(person_id: int) -> QuerySet[PersonSight]:
    """How the reader knows somebody, each with whom that case is about and on which side: one statement."""
    about = PersonSight.objects.filter(
        source_kind=OuterRef("source_kind"), source_id=OuterRef("source_id"), person_id=OuterRef("subject_id")
    ).exclude(side="named")
    return PersonSight.objects.filter(person_id=person_id).annotate(
        subject_side=Subquery(about.values("side")[:1]),
        subject=Subquery(Person.objects.filter(id=OuterRef("subject_id")).values("called")[:1]),
    )


def ways_of(person_id: int) -> list[Way]:
    """Every way to reach somebody that is still true, with what holds for it now: one statement."""
    details = list(
        ContactDetail.objects.filter(person_id=person_id, ended_on=None).annotate(
            shared=RawSQL("id IN (SELECT detail FROM people_shared_details(ARRAY[%s::bigint]))", [person_id])
        )
    )
    return read_ways(details, at=timezone.now(), shared={one.id for one in details if one.shared})


def safe_contact(person_id: int) -> SafeContact:
    """How somebody may be reached now, in the sentence that stands beside their name on every page."""
    return in_words(ways_of(person_id))


@dataclass(frozen=True)
class LinkedRecord:
    """Another record of the same human being, and why it is thought so."""

    link: PersonLink
    person: Person
    name: str
    opens: bool


@dataclass(frozen=True)
class PersonPage:
    """What the first page of a person says."""

    identifiers: list[Identifier]
    links: list[LinkedRecord]
    learned: dict[str, str] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)


def person_page(frame: Frame) -> PersonPage:
    """Identifiers, other records of the same person, and when each detail was learned: four statements at most."""
    person = frame.person
    numbers = list(Identifier.objects.filter(person=person).order_by("kind", "id"))
    return PersonPage(
        identifiers=[row for row in numbers if not row.was_error],
        links=linked_records(frame),
        learned=learned_fields(person),
        mistakes=[
            *frame.mistakes,
            # Which number it was is not shown: it can be somebody else's.
            *(
                Mistake(person.id, "identifier", row.id, label("identifier_kind", row.kind))
                for row in numbers
                if row.was_error
            ),
        ],
    )


def numbers_of(people: list[Person]) -> dict[int, list[str]]:
    """The identifiers of some people, by id, without those that were never theirs: one statement."""
    found: dict[int, list[str]] = {one.id: [] for one in people}
    for row in Identifier.objects.filter(person__in=people, was_error=False).order_by("kind", "id"):
        found[row.person_id].append(row.value)
    return found


def linked_records(frame: Frame) -> list[LinkedRecord]:
    """Records that were linked with this one, as far as the reader sees both."""
    person_id = frame.person.id
    links = list(
        PersonLink.objects.filter(Q(first_id=person_id) | Q(second_id=person_id), undone_at=None).select_related(
            "first", "second"
        )
    )
    if not links:
        return []
    others = [link.second if link.first_id == person_id else link.first for link in links]
    names = names_of([one.id for one in others])
    groups: dict[int, set[str]] = {}
    for pk, side in PersonSight.objects.filter(person_id__in=[o.id for o in others]).values_list("person_id", "side"):
        groups.setdefault(pk, set()).add(side_group(side))
    return [
        LinkedRecord(link, one, one.called or names.get(one.id, ""), opens=not two_sides(frame.groups, groups[one.id]))
        for link, one in zip(links, others, strict=True)
        if one.id in groups
    ]


def two_sides(one: set[str], other: set[str]) -> bool:
    """Whether two records belong to the two sides, which never open from one another."""
    return (HELPED in one and CHANGE in other) or (CHANGE in one and HELPED in other)


def names_of(person_ids: list[int]) -> dict[int, str]:
    """The full name of now of some people, by id."""
    found: dict[int, str] = {}
    rows = PersonName.objects.filter(person_id__in=person_ids, ended_on=None, was_error=False).order_by("-id")
    for row in sorted(rows, key=lambda name: name.kind != "current"):
        found.setdefault(row.person_id, full_name(row.given, row.family))
    return found


def learned_fields(person: Person) -> dict[str, str]:
    """When each detail of the record was learned and from whom, in words; what nobody changed since, too."""
    first = learned(timezone.localdate(person.created_at), person.learned_from, verb="Recorded")
    found = {
        name: first
        for name in ("called", "own_word", "birth_date", "language", "interpreter", "communication_needs")
        if getattr(person, name) not in (None, "", "unknown")
    }
    changes = FactChange.objects.filter(person=person, about_kind="person", undone_at=None).order_by("recorded_at")
    for change in changes:
        for name in change.after:
            found[name] = learned(change.learned_on, change.learned_from)
    return found


@dataclass(frozen=True)
class Places:
    """Where somebody lives or lived, for who may know; and with whom, without saying where."""

    addresses: list[Address]
    memberships: list[HouseholdMember]
    companions: dict[int, list[tuple[int, str, date | None]]]
    mistakes: list[Mistake] = field(default_factory=list)


def places(frame: Frame) -> Places:
    """Addresses (none without the flag: the database says so) and households with who else is in them."""
    person_id = frame.person.id
    written = list(HouseholdMember.objects.filter(person_id=person_id).select_related("household").order_by("-id"))
    mine = [row for row in written if row.ended_in_error_at is None]
    holding = HouseholdMember.objects.filter(ended_in_error_at=None)
    others = holding.filter(household_id__in=[row.household_id for row in mine]).exclude(person_id=person_id)
    rows = list(others.order_by("from_on", "id"))
    names = names_of([row.person_id for row in rows]) if rows else {}
    companions: dict[int, list[tuple[int, str, date | None]]] = {}
    for row in rows:
        companions.setdefault(row.household_id, []).append((row.person_id, names.get(row.person_id, ""), row.until_on))
    every = list(Address.objects.filter(person_id=person_id).order_by("ended_on", "-id"))
    addresses = [row for row in every if not row.was_error]
    addresses.sort(key=lambda row: row.ended_on is not None)
    mistakes = [
        # Never the address itself, nor what a household is called: they may be somebody else's, in the wrong record.
        *(Mistake(person_id, "address", row.id, f"An address. {learned(row.learned_on, row.learned_from)}")
          for row in every if row.was_error),
        *(Mistake(person_id, "household", row.id, "A household") for row in written
          if row.ended_in_error_at is not None),
    ]  # fmt: skip
    return Places(addresses, mine, companions, mistakes)


@dataclass(frozen=True)
class HistoryLine:
    """One change of the record, as a reader may know it."""

    change: FactChange
    what: list[str]
    by: str


def history(by: Acting, person_id: int, limit: int = 100) -> list[HistoryLine]:
    """Changes of the record, newest first. Who wrote is said of colleagues of the same organisation only."""
    changes = list(FactChange.objects.filter(person_id=person_id).order_by("-recorded_at")[:limit])
    ours = [one.recorded_by_id or 0 for one in changes if one.recorded_organisation_id == by.organisation_id]
    names = dict(User.objects.filter(id__in=ours).values_list("id", "name")) if ours else {}
    return [
        HistoryLine(
            one,
            list(one.after),
            names.get(one.recorded_by_id or 0, "") if one.recorded_organisation_id == by.organisation_id else "",
        )
        for one in changes
    ]


def people_around(person_id: int) -> list[tuple[int, str]]:
    """Everybody known in the same cases as somebody, with their names: whom a form about the family can name."""
    sources = PersonSight.objects.filter(person_id=person_id).values_list("source_kind", "source_id")
    wanted = Q(pk__in=[])
    for kind, source in set(sources):
        wanted |= Q(source_kind=kind, source_id=source)
    ids = list(PersonSight.objects.filter(wanted).exclude(person_id=person_id).values_list("person_id", flat=True))
    people: dict[int, Any] = {one.id: one for one in Person.objects.filter(id__in=ids)}
    names = names_of(list(people))
    found = [(pk, one.called or "", names.get(pk, "")) for pk, one in people.items()]
    return sorted(((pk, full or called or "Name not known") for pk, called, full in found), key=lambda row: row[1])


def organisations_around(person_id: int) -> list[tuple[int, str]]:
    """Other organisations that the person's whole record is open to, through the cases that the reader is in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, name FROM people_organisations_around(%s)", [person_id])
        return [(row[0], row[1]) for row in cursor.fetchall()]
