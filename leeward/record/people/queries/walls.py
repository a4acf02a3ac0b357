"""Walls, for who may set them; what somebody declared themselves; notices; checks that stand out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Case, Count, IntegerField, Q, When
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Team, User
from leeward.record.people.models import ClaimNotice, IndexCheck, Person, Wall, WallDeclaration
from leeward.record.people.queries.person import names_of

MOST = 200
PAGE = 50
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFTEN_SAME = 3
OFTEN = 40


@dataclass(frozen=True)
class WallLine:
    """A wall as who may lift it sees it. Without sight of the person, the number of the record stands for the name."""

    wall: Wall
    person: str
    who: str
    set_by: str
    sees_person: bool


@dataclass(frozen=True)
class WallPage:
    """A page of walls; `later` is the key of the next one."""

    lines: list[WallLine]
    later: str = ""


def wall_page(*, by: Acting, after: str = "") -> WallPage:
    """Walls that stand, the possible ones (which wait for somebody to look) first, then the newest; page by page."""
    rows = Wall.objects.filter(lifted_at=None).annotate(
        settled=Case(When(kind="possible", then=0), default=1, output_field=IntegerField())
    )
    if key := _read(after):
        settled, at, wall_id = key
        older = Q(settled=settled, set_at__lt=at) | Q(settled=settled, set_at=at, id__lt=wall_id)
        rows = rows.filter(Q(settled__gt=settled) | older)
    found = list(rows.select_related("user", "team").order_by("settled", "-set_at", "-id")[: PAGE + 1])
    shown = found[:PAGE]
    audit.record("listed_walls", "wall", listed=[row.id for row in shown], detail={"by": by.kind})
    return WallPage(_lines(shown), _key(shown[-1]) if len(found) > PAGE else "")


def walls(*, by: Acting) -> list[WallLine]:
    """The first page of walls."""
    return wall_page(by=by).lines


def lifted_walls(*, by: Acting) -> list[WallLine]:
    """Walls that were lifted, the newest first: each can be put up again."""
    rows = Wall.objects.exclude(lifted_at=None).select_related("user", "team").order_by("-lifted_at", "-id")
    found = list(rows[:PAGE])
    audit.record("listed_walls", "wall", listed=[row.id for row in found], detail={"lifted": True, "by": by.kind})
    return _lines(found)


def wall_line(*, by: Acting, wall_id: int) -> WallLine | None:
    """One wall that stands, for the page on which it is lifted."""
    found = _lines(list(Wall.objects.filter(id=wall_id, lifted_at=None).select_related("user", "team")))
    audit.record("listed_walls", "wall", listed=[line.wall.id for line in found], detail={"by": by.kind})
    return found[0] if found else None


def _key(row: Wall) -> str:
    return f"{0 if row.kind == 'possible' else 1}-{(row.set_at - _EPOCH) // timedelta(microseconds=1)}-{row.id}"


def _read(key: str) -> tuple[int, datetime, int] | None:
    parts = key.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 20 for part in parts) or len(parts[1]) > 17:
        return None
    return int(parts[0]), _EPOCH + timedelta(microseconds=int(parts[1])), int(parts[2])


def _lines(rows: Sequence[Wall]) -> list[WallLine]:
    ids = [row.person_id for row in rows]
    called = dict(Person.objects.filter(id__in=ids).values_list("id", "called"))
    names = names_of(list(called))
    users = dict(User.objects.filter(id__in=[r.set_by_id for r in rows if r.set_by_id]).values_list("id", "name"))
    return [
        WallLine(
            row,
            names.get(row.person_id) or called.get(row.person_id) or f"Record {row.person_id}",
            row.user.name if row.user else f"Team: {row.team.name}" if row.team else "",
            # Who declared it themselves is who it is about: said once is enough.
            users.get(row.set_by_id or 0, "") if row.kind == "set" else "",
            row.person_id in called,
        )
        for row in rows
    ]


def asked_back(by: Acting) -> list[WallDeclaration]:
    """Declarations that somebody else asks to be taken back, the oldest first: for the data protection lead."""
    rows = WallDeclaration.objects.filter(withdrawn_at=None, answered_at=None, asked_back_at__isnull=False)
    return list(rows.exclude(user_id=by.worker_id).select_related("user").order_by("asked_back_at")[:MOST])


def my_declarations(by: Acting) -> list[WallDeclaration]:
    """What somebody declared themselves: when, and how they know the person. No name is kept."""
    return list(WallDeclaration.objects.filter(user_id=by.worker_id, withdrawn_at=None).order_by("-declared_at"))


def who_can_be_walled(by: Acting, *, everywhere: bool) -> list[tuple[str, str]]:
    """(`user:id` or `team:id`, name) of colleagues and teams: one's own organisation, or the whole partnership."""
    members = Membership.objects.filter(is_active=True, user__is_active=True).select_related("user", "organisation")
    teams = Team.objects.filter(is_active=True).select_related("organisation")
    if everywhere:
        members = members.filter(organisation__partnership_id=by.partnership_id)
        teams = teams.filter(organisation__partnership_id=by.partnership_id)
    else:
        members, teams = members.filter(organisation_id=by.acts_for), teams.filter(organisation_id=by.acts_for)
    people = {f"user:{row.user_id}": f"{row.user.name}, {row.organisation.name}" for row in members}
    found = [*people.items(), *((f"team:{team.id}", f"Team: {team.name}, {team.organisation.name}") for team in teams)]
    return sorted(found, key=lambda row: row[1])


def claim_notices(by: Acting) -> list[ClaimNotice]:
    """What was told about claims that were disputed or corrected, unread first."""
    rows = list(ClaimNotice.objects.order_by("-made_at")[:MOST])
    audit.record("listed_notices", "claim_notice", listed=[row.id for row in rows], detail={"by": by.kind})
    return sorted(rows, key=lambda row: row.read_at is not None)


def unread_notices(*, most: int = MOST) -> list[ClaimNotice]:
    """Notices that wait to be read, the oldest first, for a first page. The row policy says whose they are.

    The claim itself is not asked for: whoever has no sight any more would lose the notice with it.
    """
    return list(ClaimNotice.objects.filter(read_at=None).order_by("made_at")[:most])


@dataclass(frozen=True)
class OftenChecked:
    """A user whose checks stand out: many, or of the same name again and again."""

    user: str
    checks: int
    same: int


def checks_that_stand_out(days: int = 7) -> list[OftenChecked]:
    """For the data protection lead: who checked much, or one name again and again, in the last days."""
    since = timezone.now() - timedelta(days=days)
    rows = IndexCheck.objects.filter(at__gt=since)
    counts = dict(rows.values_list("user_id").annotate(n=Count("id")).order_by())
    same: dict[int, int] = {}
    for user_id, _, count in (
        rows.values_list("user_id", "asked").annotate(n=Count("id")).filter(n__gte=OFTEN_SAME).order_by()
    ):
        same[user_id] = max(same.get(user_id, 0), count)
    wanted = [pk for pk, count in counts.items() if count >= OFTEN or pk in same]
    names = dict(User.objects.filter(id__in=wanted).values_list("id", "name"))
    return [OftenChecked(names.get(pk, ""), counts[pk], same.get(pk, 0)) for pk in wanted]
