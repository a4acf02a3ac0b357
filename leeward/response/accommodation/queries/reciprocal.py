"""The scheme as its landlords and its coordinator see it: homes, households without a name, parts to answer, runs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Sum
from django.http import Http404

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation
from leeward.platform.access.roles import Permission
from leeward.response.accommodation.models import (
    Landlord,
    LedgerLine,
    MovePart,
    Mover,
    PledgedHome,
    ProposedMove,
    ReciprocalRules,
    Run,
)
from leeward.response.accommodation.rules.reciprocal import SchemeFacts, balance_words, household_words

LISTED = 200


@dataclass(frozen=True)
class HouseholdRow:
    """A registered household without a name; `case_id` and `called` only for who works with its case."""

    id: int
    landlord_id: int
    words: str
    areas: list[str]  # for its own landlord
    named: int
    risk: str
    registered_on: date
    status: str
    case_id: int | None = None
    called: str = ""


@dataclass(frozen=True)
class LandlordRow:
    """A landlord with what it owes, where that may be read."""

    landlord: Landlord
    balance: int | None
    homes: int
    households: int

    @property
    def balance_words(self) -> str:
        """What it owes or is owed."""
        return "" if self.balance is None else balance_words(self.balance)


@dataclass(frozen=True)
class SchemePage:
    """Everything of the scheme that whoever acts may see."""

    ours: Landlord | None
    landlords: list[LandlordRow]
    homes: list[PledgedHome]
    households: list[HouseholdRow]
    parts: list[PartRow]
    runs: list[Run]
    coordinates: bool
    more: int  # households that stand and are not listed


@dataclass(frozen=True)
class PartRow:
    """One part of a landlord in words, without the other side."""

    part: MovePart
    words: str
    case_id: int | None = None
    called: str = ""

    @property
    def waits(self) -> bool:
        """Whether it waits for an answer."""
        return self.part.status == MovePart.ASKED


@dataclass(frozen=True)
class _Known:
    case_id: int
    called: str


def _known(movers: set[int]) -> dict[int, _Known]:
    """Households whose case the reader works with. One statement; row policies leave out the rest."""
    if not movers:
        return {}
    rows = Mover.objects.filter(id__in=movers).values_list("id", "case_id", "person__called")
    return {row[0]: _Known(row[1], row[2] or "") for row in rows}


_COLUMNS = (
    "id", "landlord_id", "people", "bedrooms", "step_free", "wheelchair", "areas", "named", "risk", "registered_on",
    "status",
)  # fmt: skip


def households(by: Acting, *, everything: bool = False) -> tuple[list[HouseholdRow], Counter[int]]:
    """Registered households: all of them for the coordinator, a landlord's own; never a name. Logged as listed.

    Those that stand, who waits longest first, or (`everything`) what has ended too; how many of each landlord stand.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_COLUMNS)},"
            " count(*) FILTER (WHERE status = ANY (%(stands)s)) OVER (PARTITION BY landlord_id)"
            " FROM accommodation_swap_movers() WHERE %(all)s OR status = ANY (%(stands)s) ORDER BY registered_on, id",
            {"stands": list(Mover.STANDS), "all": everything},
        )
        found = cursor.fetchall()
    many = Counter({row[1]: row[-1] for row in found})
    rows = [dict(zip(_COLUMNS, row[:-1], strict=True)) for row in found[:LISTED]]
    known = _known({row["id"] for row in rows}) if by.may(Permission.CASEWORK) else {}
    audit.record("listed_movers", "mover", listed=[row["id"] for row in rows])
    return [
        HouseholdRow(
            row["id"], row["landlord_id"], household_words(row), list(row["areas"]), row["named"], row["risk"],
            row["registered_on"], row["status"], known[row["id"]].case_id if row["id"] in known else None,
            known[row["id"]].called if row["id"] in known else "",
        )
        for row in rows
    ], many  # fmt: skip


def our_landlord(by: Acting) -> Landlord | None:
    """The scheme's row of the organisation that acts, also after it left."""
    return Landlord.objects.filter(organisation_id=by.acts_for).first()


def newest_rules(partnership_id: int) -> ReciprocalRules:
    """The numbers that hold; those that we propose where nobody has chosen any (version 0, not saved)."""
    found = ReciprocalRules.objects.filter(partnership_id=partnership_id).order_by("-version").first()
    return found or ReciprocalRules(partnership_id=partnership_id, version=0, **asdict(SchemeFacts()))


def balances() -> dict[int, int]:
    """What each landlord is owed, of those whose ledger the reader may see."""
    rows = LedgerLine.objects.values("landlord_id").annotate(n=Sum("homes")).values_list("landlord_id", "n")
    return dict(rows)


def scheme_page(by: Acting, *, everything: bool = False) -> SchemePage:
    """The scheme: a landlord's own side of it, or the whole for the coordinator. A constant number of statements."""
    coordinates = by.may(Permission.PLACEMENT)
    rows = list(Landlord.objects.select_related("organisation").order_by("organisation__name"))
    ours = next((row for row in rows if row.organisation_id == by.organisation_id), None)
    homes = PledgedHome.objects.select_related("organisation").order_by("organisation__name", "label")
    if not everything:
        homes = homes.filter(status__in=(PledgedHome.OPEN, PledgedHome.PROPOSED))
    opened = PledgedHome.objects.filter(status=PledgedHome.OPEN).values("landlord_id").annotate(n=Count("id"))
    people, many_people = households(by, everything=everything) if coordinates or ours else ([], Counter[int]())
    owed = balances()
    many_homes = dict(opened.values_list("landlord_id", "n"))
    landlords = [
        LandlordRow(
            row,
            owed.get(row.id, 0) if coordinates or row == ours else None,
            many_homes.get(row.id, 0),
            many_people[row.id],
        )
        for row in rows
    ]
    mine = our_parts(by) if ours is not None and by.may(Permission.CASEWORK) else []
    return SchemePage(
        ours=ours, landlords=landlords, homes=list(homes[:LISTED]), households=people, parts=mine,
        runs=list(Run.objects.order_by("-at")[:20]) if coordinates else [], coordinates=coordinates,
        more=max(sum(many_people.values()) - len(people), 0),
    )  # fmt: skip


def our_parts(by: Acting) -> list[PartRow]:
    """What the landlord that acts is asked to agree to, and what stands: newest first."""
    parts = list(
        MovePart.objects.filter(organisation_id=by.acts_for).select_related("home").order_by("-due_on", "id")[:LISTED]
    )
    known = _known({part.own_mover_id for part in parts if part.own_mover_id})
    rows = [_row(part, known) for part in parts]
    return sorted(rows, key=lambda row: not row.waits)


def _row(part: MovePart, known: dict[int, _Known]) -> PartRow:
    theirs = known.get(part.own_mover_id or 0)
    if part.side == MovePart.GIVES:
        home = f"{part.home.label}" if part.home is not None else "The home that a household of yours leaves"
        words = f"{home}: for {household_words(part.sheet)}"
    else:
        words = f"A household of yours: {household_words(part.sheet)}"
    return PartRow(part, words, theirs.case_id if theirs else None, theirs.called if theirs else "")


def part_page(by: Acting, part_id: int) -> PartRow:
    """One part, for its landlord. Raises Http404 for another's, and where somebody is walled."""
    part = MovePart.objects.filter(id=part_id, organisation_id=by.acts_for).select_related("home").first()
    if part is None:
        raise Http404
    audit.record("read_move_part", "move_part", part.id)
    return _row(part, _known({part.own_mover_id} if part.own_mover_id else set()))


def our_home(by: Acting, home_id: int) -> PledgedHome:
    """A pledged home of the landlord that acts, or any for the coordinator. Raises Http404 else."""
    home = PledgedHome.objects.select_related("organisation").filter(id=home_id).first()
    if home is None:
        raise Http404
    return home


def find_landlord(by: Acting, landlord_id: int) -> Landlord:
    """A landlord that whoever acts may change. Raises Http404 else."""
    found = Landlord.objects.select_related("organisation").filter(id=landlord_id).first()
    if found is None or not (by.may(Permission.PLACEMENT) or found.organisation_id == by.organisation_id):
        raise Http404
    return found


def could_join(by: Acting) -> list[tuple[str, str]]:
    """Organisations that are no landlord of the scheme, as choices."""
    inside = Landlord.objects.filter(left_on=None).values_list("organisation_id", flat=True)
    rows = Organisation.objects.filter(partnership_id=by.partnership_id, is_active=True).exclude(id__in=list(inside))
    return [(str(number), name) for number, name in rows.order_by("name").values_list("id", "name")]


@dataclass(frozen=True)
class LedgerPage:
    """The ledger, newest first; balances of the landlords whose lines the reader sees."""

    lines: list[LedgerLine]
    landlords: list[tuple[Landlord, int, str]]
    runs: dict[int, int]  # of the moves of its lines, where the reader sees these


def ledger_page(by: Acting) -> LedgerPage:
    """Lines and balances: a landlord's own, all of them for the coordinator. Logged as listed."""
    lines = list(LedgerLine.objects.select_related("landlord__organisation").order_by("-on", "-id")[:LISTED])
    owed = balances()
    rows = [
        row
        for row in Landlord.objects.select_related("organisation").order_by("organisation__name")
        if by.may(Permission.PLACEMENT) or row.organisation_id == by.organisation_id
    ]
    audit.record("listed_ledger", "ledger_line", listed=[line.id for line in lines])
    runs = dict(ProposedMove.objects.filter(id__in={line.move_id for line in lines}).values_list("id", "run_id"))
    return LedgerPage(lines, [(row, owed.get(row.id, 0), balance_words(owed.get(row.id, 0))) for row in rows], runs)


def rules_history(by: Acting) -> list[ReciprocalRules]:
    """The numbers as they were chosen, newest first."""
    return list(ReciprocalRules.objects.filter(partnership_id=by.partnership_id).order_by("-version")[:50])
