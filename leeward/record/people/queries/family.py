"""A family on one page: who is in it, who is at risk from whom, who may know where whom lives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.reference.lists import label
from leeward.record.people.models import HarmClaim, HouseholdMember, KnowsPlace, PersonSight, Relationship
from leeward.record.people.queries.person import Frame, Mistake, names_of, two_sides
from leeward.record.people.rules.words import (
    CHANGE,
    HELPED,
    age,
    born_in_words,
    full_name,
    learned,
    relation,
    side_group,
)

MOST = 40
LIVE = ("made", "disputed")

# Under the reader's policies throughout: a walled or unseen person is not there, nor whoever is reached through them.
_AROUND = """
WITH RECURSIVE around(person, depth) AS (
  SELECT %(root)s::bigint, 0
  UNION
  SELECT n.person, a.depth + 1 FROM around a CROSS JOIN LATERAL (
    SELECT r.other_id AS person FROM people_relationship r
     WHERE r.person_id = a.person AND r.ended_in_error_at IS NULL
    UNION ALL
    SELECT r.person_id FROM people_relationship r WHERE r.other_id = a.person AND r.ended_in_error_at IS NULL
    UNION ALL
    SELECT c.harming_id FROM people_harmclaim c WHERE c.harmed_id = a.person
    UNION ALL
    SELECT c.harmed_id FROM people_harmclaim c WHERE c.harming_id = a.person
    UNION ALL
    SELECT o.person_id FROM people_householdmember m JOIN people_householdmember o ON o.household_id = m.household_id
                                                  AND o.ended_in_error_at IS NULL
     WHERE m.person_id = a.person AND m.ended_in_error_at IS NULL
    UNION ALL
    SELECT s.person_id FROM people_personsight r
      JOIN people_personsight s ON s.source_kind = r.source_kind AND s.source_id = r.source_id
     WHERE r.person_id = a.person AND a.depth = 0 AND s.scope >= 2
  ) n WHERE a.depth < 3
)
SELECT p.id, p.called, COALESCE(n.given, ''), COALESCE(n.family, ''), p.birth_date, p.birth_precision, p.died_on
  FROM (SELECT person, min(depth) AS depth FROM around GROUP BY person ORDER BY 2, 1 LIMIT %(most)s) f
  JOIN people_person p ON p.id = f.person
  LEFT JOIN LATERAL (SELECT given, family FROM people_personname n
                      WHERE n.person_id = p.id AND n.ended_on IS NULL AND NOT n.was_error
                      ORDER BY n.kind = 'current' DESC, n.id DESC LIMIT 1) n ON true
 ORDER BY f.depth, p.birth_date NULLS LAST, p.id
"""


@dataclass(frozen=True)
class Member:
    """One of the family, as the reader may know them."""

    id: int
    called: str
    full_name: str
    born: str
    age: str
    is_child: bool
    died_on: date | None
    opens: bool
    case_id: int | None
    is_root: bool = False
    related: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call them."""
        return self.called or self.full_name or "Name not known"


@dataclass(frozen=True)
class Bond:
    """A relationship in words, from both ends."""

    row: Relationship
    words: str
    turned: str
    person: Member
    other: Member
    learned: str

    @property
    def is_over(self) -> bool:
        """Whether it has ended, or is former by its kind."""
        return self.row.until_on is not None or self.row.kind.startswith("former")


@dataclass(frozen=True)
class Claim:
    """Somebody says that one harms another."""

    row: HarmClaim
    harmed: Member
    harming: Member
    how: str
    status: str
    is_replaced: bool = False

    @property
    def source_words(self) -> str:
        """Who says so, at the beginning of a sentence."""
        source = self.row.source
        return source[:1].upper() + source[1:]

    @property
    def is_live(self) -> bool:
        """Whether it is what is said now, disputed or not."""
        return self.row.status in LIVE

    @property
    def may_stand(self) -> bool:
        """Whether a dispute or a withdrawal of it can be taken back: nothing has taken its place yet."""
        return self.row.status in ("disputed", "withdrawn") and not self.is_replaced


@dataclass(frozen=True)
class Knowing:
    """Whether somebody knows where somebody else lives, or why they may."""

    person: Member
    other: Member
    words: str
    why: str
    learned: str = ""
    row: KnowsPlace | None = None
    is_risk: bool = False


@dataclass
class Household:
    """Who lives in one household, or lived there until when. Two without a name are two."""

    title: str
    rows: list[tuple[Member, date | None]] = field(default_factory=list)


@dataclass
class Family:
    """Everything on the family page."""

    members: list[Member] = field(default_factory=list)
    bonds: list[Bond] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    knowing: list[Knowing] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)  # relationships and who knows, as far as this person is in it

    @property
    def children(self) -> list[Member]:
        """Those under 18, or with a child's case."""
        return [one for one in self.members if one.is_child]

    @property
    def live_claims(self) -> list[Claim]:
        """What is said now."""
        return [claim for claim in self.claims if claim.is_live]


def family_of(frame: Frame) -> Family:
    """The family around somebody: seven statements and two lines in the log, whatever its size."""
    root = frame.person.id
    with connection.cursor() as cursor:
        cursor.execute(_AROUND, {"root": root, "most": MOST})
        rows = cursor.fetchall()
    ids = [row[0] for row in rows]
    # A mistaken one may have been the only tie to somebody: it is found from here all the same, to be put back.
    among = Q(person_id__in=ids, other_id__in=ids)
    mistaken = Q(ended_in_error_at__isnull=False) & (Q(person_id=root) | Q(other_id=root))
    written = list(Relationship.objects.filter(among | mistaken).order_by("id"))
    bonds = [row for row in written if row.ended_in_error_at is None]
    members = {one.id: one for one in _members(frame, rows, bonds)}
    family = Family(list(members.values()))
    family.bonds = [
        Bond(
            row, relation(row.kind).lower(), relation(row.kind, turned=True).lower(), members[row.person_id],
            members[row.other_id], learned(row.learned_on, row.learned_from),
        )
        for row in bonds
    ]  # fmt: skip
    wrong = [row for row in written if row.ended_in_error_at is not None and root in (row.person_id, row.other_id)]
    names = {one.id: one.name for one in members.values()}
    if apart := sorted({one for row in wrong for one in (row.person_id, row.other_id)} - set(names)):
        names |= names_of(apart)
    family.mistakes = [
        Mistake(
            root, "relationship", row.id,
            f"{names[row.person_id]}: {relation(row.kind).lower()} of {names[row.other_id]}",
        )
        for row in wrong
        if row.person_id in names and row.other_id in names
    ]  # fmt: skip
    family.claims = claims_among(members)
    lives = _households(family, members, ids)
    family.knowing = _knowing(family, members, ids, lives)
    return family


def _members(frame: Frame, rows: list[tuple[object, ...]], bonds: list[Relationship]) -> Iterable[Member]:
    root = frame.person.id
    groups: dict[int, set[str]] = {}
    cases: dict[int, int] = {}
    child_cases: set[int] = set()
    sights = PersonSight.objects.filter(person_id__in=[row[0] for row in rows]).order_by("source_id")
    for person_id, side, kind, source, scope in sights.values_list(
        "person_id", "side", "source_kind", "source_id", "scope"
    ):
        groups.setdefault(person_id, set()).add(side_group(side))
        if side != "named" and kind == "case" and scope >= 2:
            cases[person_id] = source
        if side == "child":
            child_cases.add(person_id)
    for pk, called, given, family, born, precision, died in rows:
        assert isinstance(pk, int)
        assert born is None or isinstance(born, date)
        apart = pk != root and two_sides(frame.groups, groups.get(pk, set()) & {HELPED, CHANGE})
        years = age(born, str(precision))
        number = years.removeprefix("about ")
        yield Member(
            id=pk,
            called=str(called),
            full_name=full_name(str(given), str(family)),
            born=born_in_words(born, str(precision)),
            age="" if died else years,
            is_child=pk in child_cases or "month" in years or (number.isdecimal() and int(number) < 18),
            died_on=died if isinstance(died, date) else None,
            # Somebody who is helped and somebody who works on their behaviour never open from one another.
            opens=not apart,
            case_id=None if apart else cases.get(pk),
            is_root=pk == root,
            related=tuple(_related(pk, root, bonds)),
        )


def _related(pk: int, root: int, bonds: list[Relationship]) -> Iterable[str]:
    for bond in bonds:
        ended = f" until {bond.until_on.year}" if bond.until_on else ""
        if (bond.person_id, bond.other_id) == (pk, root):
            yield relation(bond.kind) + ended
        elif (bond.other_id, bond.person_id) == (pk, root):
            yield relation(bond.kind, turned=True) + ended


def claims_among(members: dict[int, Member]) -> list[Claim]:
    """What is said about harm among some people, with a line in the log of who was shown what (for corrections)."""
    ids = list(members)
    rows = list(HarmClaim.objects.filter(harmed_id__in=ids, harming_id__in=ids).order_by("-said_on", "-id"))
    shown: dict[int, list[int]] = {}
    for row in rows:
        shown.setdefault(row.harmed_id, []).append(row.id)
    for harmed, claims in shown.items():
        audit.record("read_claims", "person", harmed, person=harmed, listed=claims)
    return [
        Claim(
            row, members[row.harmed_id], members[row.harming_id],
            label("harm_kind", row.kind) if row.kind else "", label("claim_status", row.status),
        )
        for row in rows
    ]  # fmt: skip


def _households(family: Family, members: dict[int, Member], ids: list[int]) -> dict[tuple[int, int], date | None]:
    """Fill in the households; answers who lived with whom and until when (None: lives with them now)."""
    rows = list(
        HouseholdMember.objects.filter(person_id__in=ids, ended_in_error_at=None)
        .select_related("household")
        .order_by("household_id", "id")
    )
    together: dict[int, list[HouseholdMember]] = {}
    for row in rows:
        together.setdefault(row.household_id, []).append(row)
    lives: dict[tuple[int, int], date | None] = {}
    for group in together.values():
        title = group[0].household.label or "Household"
        family.households.append(Household(title, [(members[row.person_id], row.until_on) for row in group]))
        for one in group:
            for other in group:
                if one.person_id != other.person_id:
                    ends = [row.until_on for row in (one, other) if row.until_on]
                    _lived(lives, one.person_id, other.person_id, min(ends, default=None))
    for bond in family.bonds:
        if bond.row.lives_together == "yes":
            for pair in ((bond.person.id, bond.other.id), (bond.other.id, bond.person.id)):
                _lived(lives, *pair, bond.row.until_on)
    return lives


def _lived(lives: dict[tuple[int, int], date | None], one: int, other: int, until: date | None) -> None:
    """Note that two people live or lived together. What says that they do now wins over whatever has ended."""
    before = lives.get((one, other), date.min)
    if until is None or until > timezone.localdate() or before is None:
        lives[one, other] = None
    else:
        lives[one, other] = max(before, until)


def _knowing(
    family: Family, members: dict[int, Member], ids: list[int], lives: dict[tuple[int, int], date | None]
) -> list[Knowing]:
    """What was said about who knows, then what follows for each who is said to harm somebody."""
    written = list(
        KnowsPlace.objects.filter(Q(person_id__in=ids) & Q(other_id__in=ids))
        .filter(Q(ended_on=None) | Q(was_error=True))
        .order_by("id")
    )
    rows = [row for row in written if not row.was_error]
    root = next(pk for pk, one in members.items() if one.is_root)
    family.mistakes += [
        Mistake(root, "knows", row.id, f"{members[row.other_id].name}: {label('knows_place', row.answer).lower()}")
        for row in written
        if row.was_error and row.person_id == root
    ]
    risks = {(claim.harmed.id, claim.harming.id) for claim in family.live_claims}
    said = {(row.person_id, row.other_id): row for row in rows}
    found = [
        Knowing(
            members[row.person_id], members[row.other_id], label("knows_place", row.answer), row.how,
            learned(row.learned_on, row.learned_from), row, pair in risks,
        )
        for pair, row in said.items()
    ]  # fmt: skip
    parents = {(b.person.id, b.other.id) for b in family.bonds if b.row.kind in ("parent", "step_parent")} | {
        (b.other.id, b.person.id) for b in family.bonds if b.row.kind in ("child", "step_child")
    }
    for harmed, harming in sorted(risks):
        if (harmed, harming) not in said:
            words, why = _may_know(harmed, harming, lives, parents, members)
            found.append(Knowing(members[harmed], members[harming], words, why, is_risk=True))
    return sorted(found, key=lambda one: not one.is_risk)


def _may_know(
    harmed: int, harming: int, lives: dict[tuple[int, int], date | None], parents: set[tuple[int, int]],
    members: dict[int, Member],
) -> tuple[str, str]:  # fmt: skip
    if (harmed, harming) in lives:
        until = lives[harmed, harming]
        if until is None:
            return "Knows where they live", "They live together"
        return "May know where they live", f"They lived together until {until.strftime('%B %Y')}"
    for child in sorted({c for p, c in parents if p == harming} - {harmed}):
        if lives.get((child, harmed), date.min) is None:
            return "May find out where they live", f"Is a parent of {members[child].name}, who lives with them"
    return "Not asked yet whether they know", ""


def claim_page(claim_id: int, person_id: int) -> Claim | None:
    """One claim, seen from the record of one of its two people."""
    row: Any = (
        HarmClaim.objects.select_related("harmed", "harming")
        .annotate(is_replaced=Exists(HarmClaim.objects.filter(replaces=OuterRef("id"))))
        .filter(id=claim_id)
        .first()
    )
    if row is None or person_id not in (row.harmed_id, row.harming_id):
        return None
    audit.record("read_claims", "person", row.harmed_id, person=row.harmed_id, listed=[row.id])
    names = names_of([row.harmed_id, row.harming_id])
    pair = {
        one.id: Member(one.id, one.called, names.get(one.id, ""), "", "", False, one.died_on, True, None)
        for one in (row.harmed, row.harming)
    }
    return Claim(
        row, pair[row.harmed_id], pair[row.harming_id], label("harm_kind", row.kind) if row.kind else "",
        label("claim_status", row.status), row.is_replaced,
    )  # fmt: skip
