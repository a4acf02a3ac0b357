"""Who could be given something: colleagues who may work with a case. Who stands behind a wall is not among them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership
from leeward.record.cases.models import Case

WORKS = ("access_point", "practitioner", "manager")  # roles that work with cases


@dataclass(frozen=True)
class Colleague:
    """Somebody who may be given a task or a case."""

    user_id: int
    name: str
    organisation_id: int
    organisation: str
    roles: tuple[str, ...]
    teams: tuple[int, ...]
    is_named: bool


def people_of(case_id: int, *, any_team: bool = False) -> list[Colleague]:
    """Everybody, of all organisations involved, whose share opens the whole case; whether the case names them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT user_id, name, organisation_id, organisation, roles, teams, named FROM cases_people_of(%s, %s)",
            [case_id, any_team],
        )
        rows = cursor.fetchall()
    return [Colleague(row[0], row[1], row[2], row[3], tuple(row[4]), tuple(row[5]), row[6]) for row in rows]


def colleagues(by: Acting, case_id: int, *, any_team: bool = False) -> list[Colleague]:
    """Those of the organisation that acts. `any_team`: also of teams that do not see the case yet (to give it away)."""
    found = [who for who in people_of(case_id, any_team=any_team) if who.organisation_id == by.organisation_id]
    if Case.objects.filter(id=case_id, is_restricted=True).exists():
        return [who for who in found if who.is_named]
    return found


def places_of(by: Acting) -> QuerySet[Membership]:
    """Who works with cases in the organisation that acts, now."""
    return Membership.objects.filter(
        organisation_id=by.acts_for, is_active=True, user__is_active=True, roles__overlap=list(WORKS)
    )


def workers_of(by: Acting) -> list[tuple[int, str]]:
    """The same, by name: (user, name). Whether somebody may work with one case is asked of that case."""
    return list(places_of(by).order_by("user__name", "user_id").values_list("user_id", "user__name"))
