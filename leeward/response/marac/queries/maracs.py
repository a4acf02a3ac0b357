"""Which MARACs there are, who sits at them and since when, and to which of them somebody is referred."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Organisation
from leeward.platform.access.roles import Permission, permissions_of
from leeward.platform.reference.models import Area
from leeward.record.cases.models import Case
from leeward.response.marac.models import Marac, MaracAgency, Meeting, Referral, Seat
from leeward.response.marac.rules.referring import STANDING, Dates

ARRANGING = (Seat.CHAIR, Seat.COORDINATOR)


def arranged() -> list[int]:
    """The MARACs that whoever acts chairs or coordinates."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_arranges()")
        return list(cursor.fetchone()[0])


def seats_of_mine() -> list[int]:
    """The MARACs at which whoever acts has a seat, for the organisation that they act for now."""
    return arranged_and_seats()[1]


def arranged_and_seats() -> tuple[list[int], list[int]]:
    """Both of these: one statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_arranges(), marac_seats()")
        arranging, seats = cursor.fetchone()
        return list(arranging), list(seats)


def area_names(by: Acting) -> dict[str, str]:
    """Names of the partnership's areas by code."""
    return dict(Area.objects.filter(partnership_id=by.partnership_id).order_by("name").values_list("code", "name"))


def maracs(*, by: Acting) -> list[Marac]:
    """All MARACs of the partnership, those that meet first; one statement."""
    return list(Marac.objects.filter(partnership_id=by.partnership_id).order_by("-is_active", "kind", "name"))


def find_marac(marac_id: int) -> Marac | None:
    """One MARAC, or None where there is none here."""
    return Marac.objects.filter(id=marac_id).first()


@dataclass(frozen=True)
class SeatRow:
    """A seat, with who holds it; and in words why its holder cannot use it, if so."""

    seat: Seat
    name: str
    organisation: str
    left: str

    @property
    def stands(self) -> bool:
        """Whether it has not been ended."""
        return self.seat.ended_at is None


@dataclass(frozen=True)
class MaracPage:
    """One MARAC: its agencies, its seats, and those of both that have ended."""

    marac: Marac
    areas: list[str]
    agencies: list[MaracAgency]
    former_agencies: list[MaracAgency]
    seats: list[SeatRow]
    former_seats: list[SeatRow]

    @property
    def left(self) -> list[SeatRow]:
        """Seats whose holder has left, or lost the role: to be ended or given to somebody else."""
        return [row for row in self.seats if row.left]

    def missing(self) -> list[str]:
        """What it still needs before it can work."""
        parts = {row.seat.part for row in self.seats if not row.left}
        # Who chairs or coordinates does so for everybody, and represents nobody.
        sit = {row.seat.organisation_id for row in self.seats if not row.left and row.seat.part not in ARRANGING}
        found = []
        if Seat.CHAIR not in parts:
            found.append("Nobody chairs it.")
        if Seat.COORDINATOR not in parts:
            found.append("Nobody coordinates it: referrals reach nobody.")
        found += [
            f"Nobody represents {row.organisation.name}." for row in self.agencies if row.organisation_id not in sit
        ]
        return found


def why_left(seat: Seat, members: dict[tuple[int, int], Membership]) -> str:
    """Why the holder of a seat cannot use it, in words; empty where they can."""
    member = members.get((seat.user_id, seat.organisation_id))
    if not seat.user.is_active:
        return "cannot sign in any more"
    if member is None or not member.is_active:
        return f"does not work for {seat.organisation.name} any more"
    allowed = permissions_of(member.roles)
    needed = Permission.MARAC_ARRANGE if seat.part in ARRANGING else Permission.MARAC
    if needed not in allowed:
        return "no longer has the role for it"
    return ""


def seat_rows(seats: Sequence[Seat]) -> list[SeatRow]:
    """Seats with whether their holders can still use them: one statement more."""
    members = {
        (one.user_id, one.organisation_id): one
        for one in Membership.objects.filter(user_id__in={seat.user_id for seat in seats})
    }
    return [
        SeatRow(seat, seat.user.name, seat.organisation.name, why_left(seat, members) if seat.ended_at is None else "")
        for seat in seats
    ]


def marac_page(*, by: Acting, marac: Marac) -> MaracPage:
    """Everything on the page of a MARAC's setting up, in four statements."""
    agencies = list(
        MaracAgency.objects.filter(marac=marac).select_related("organisation").order_by("organisation__name", "from_on")
    )
    seats = seat_rows(
        list(Seat.objects.filter(marac=marac).select_related("user", "organisation").order_by("user__name", "from_at"))
    )
    order = [Seat.CHAIR, Seat.COORDINATOR, Seat.REPRESENTATIVE, Seat.DEPUTY]
    seats.sort(key=lambda row: (order.index(row.seat.part), row.organisation, row.name))
    names = area_names(by)
    return MaracPage(
        marac=marac,
        areas=[names.get(code, code) for code in marac.areas],
        agencies=[row for row in agencies if row.until_on is None],
        former_agencies=[row for row in agencies if row.until_on is not None],
        seats=[row for row in seats if row.stands],
        former_seats=[row for row in seats if not row.stands],
    )


def seatable(*, marac: Marac) -> list[Membership]:
    """Everybody who works at an agency of this MARAC and was given a role at it, by their agency."""
    at = MaracAgency.objects.filter(marac=marac, until_on=None).values("organisation_id")
    return list(
        Membership.objects.filter(
            organisation_id__in=at, is_active=True, roles__overlap=["marac_representative", "marac_coordinator"]
        ).select_related("user", "organisation").order_by("organisation__name", "user__name")
    )  # fmt: skip


def organisations_without(*, by: Acting, marac: Marac) -> list[Organisation]:
    """Organisations of the partnership that do not sit at a MARAC."""
    at = MaracAgency.objects.filter(marac=marac, until_on=None).values("organisation_id")
    return list(
        Organisation.objects.filter(partnership_id=by.partnership_id, is_active=True)
        .exclude(id__in=at)
        .order_by("name")
    )


def _kinds(by: Acting) -> QuerySet[MaracAgency]:
    """As what the organisation that acts counts; one that stands comes before one that ended."""
    return MaracAgency.objects.filter(organisation_id=by.acts_for).order_by(F("until_on").desc(nulls_first=True))


@dataclass(frozen=True)
class Open:
    """A MARAC to which a case can be referred."""

    marac: Marac
    my_kind: str  # as what the organisation that acts counts there; nothing where it does not sit there
    standing: int | None  # the case's referral that is before it already


def maracs_for(*, by: Acting, area: str, case: Case) -> list[Open]:
    """The MARACs to which a case can be referred, in one statement: that of their area first, then the others."""
    mine = _kinds(by).filter(marac_id=OuterRef("id"))
    rows = Marac.objects.filter(partnership_id=by.partnership_id, is_active=True, kind=Marac.MARAC)
    stands = Referral.objects.filter(case=case, marac_id=OuterRef("id"), status__in=STANDING).order_by("-referred_at")
    kind, standing = Subquery(mine.values("kind")[:1]), Subquery(stands.values("id")[:1])
    found = [
        Open(one, one.my_kind or "", one.standing)
        for one in rows.annotate(my_kind=kind, standing=standing).order_by("name")
    ]
    return sorted(
        found, key=lambda one: (area not in one.marac.areas if area else True, bool(one.marac.areas), one.marac.name)
    )


def open_again(*, by: Acting, marac: Marac) -> Open:
    """The MARAC of a referral that is sent again."""
    return Open(marac, _kinds(by).filter(marac=marac).values_list("kind", flat=True).first() or "", None)


def next_meetings(maracs: Sequence[Marac]) -> dict[int, Dates]:
    """The next two meetings of each MARAC that are still to come; one statement."""
    found: dict[int, list[Meeting]] = {one.id: [] for one in maracs}
    for meeting in Meeting.objects.filter(
        marac_id__in=found, begins_at__gt=timezone.now(), status__in=(Meeting.PLANNED, Meeting.CIRCULATED)
    ).order_by("begins_at")[:200]:
        found[meeting.marac_id].append(meeting)
    return {
        marac_id: Dates(rows[0] if rows else None, rows[1] if len(rows) > 1 else None)
        for marac_id, rows in found.items()
    }
