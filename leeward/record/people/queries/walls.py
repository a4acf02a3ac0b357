"""Walls, for who may set them; what somebody declared themselves; notices; checks that stand out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Team, User
from leeward.record.people.models import ClaimNotice, IndexCheck, Person, Wall, WallDeclaration
from leeward.record.people.queries.person import names_of

MOST = 200
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


def walls(*, by: Acting) -> list[WallLine]:
    """Walls that stand, the possible ones (which wait for somebody to look) first."""
    rows = list(Wall.objects.filter(lifted_at=None).select_related("user", "team").order_by("-set_at")[:MOST])
    ids = [row.person_id for row in rows]
    called = dict(Person.objects.filter(id__in=ids).values_list("id", "called"))
    names = names_of(list(called))
    users = dict(User.objects.filter(id__in=[r.set_by_id for r in rows if r.set_by_id]).values_list("id", "name"))
    audit.record("listed_walls", "wall", listed=[row.id for row in rows], detail={"by": by.kind})
    lines = [
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
    return sorted(lines, key=lambda line: line.wall.kind != "possible")


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


def unread_notices() -> int:
    """How many notices wait to be read, for a first page."""
    return ClaimNotice.objects.filter(read_at=None).count()


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
