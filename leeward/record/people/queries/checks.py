"""Index checks as the data protection lead looks at them: how often, by whom, and what is unusual. Never for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, TruncDate
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import AuditEntry, Organisation, User
from leeward.platform.access.roles import Permission
from leeward.platform.reference.working_time import LONDON
from leeward.record.people.models import IndexCheck
from leeward.record.people.rules.checking import Habits, unusual

PERIODS = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "A year"}
SHOWN = 200
ONLY = "Only the data protection lead looks at index checks."


@dataclass(frozen=True)
class Checker:
    """How one user, for one organisation, used the index in a period."""

    user_id: int
    name: str
    organisation: str
    habits: Habits
    last_at: datetime
    odd: tuple[str, ...]  # what is unusual, in words


@dataclass(frozen=True)
class Checks:
    """Everybody who checked in a period: the unusual first, then the most busy."""

    checkers: list[Checker]
    total: int

    @property
    def odd(self) -> int:
        """How many are unusual."""
        return sum(bool(one.odd) for one in self.checkers)


def index_checks(*, by: Acting, days: int = 30) -> Checks:
    """Counts by user: six statements and the log's, however many checks there were."""
    by.must(Permission.REVIEW_ACCESS, ONLY)
    since = timezone.now() - timedelta(days=days)
    # By the organisation itself too: one's own checks are one's own to see, and may lie in another partnership.
    places = dict(Organisation.objects.filter(partnership_id=by.partnership_id).values_list("id", "name"))
    found = IndexCheck.objects.filter(at__gte=since, organisation_id__in=places)
    outside = Q(hour__lt=7) | Q(hour__gte=20) | Q(weekday__gte=6)
    clocked = found.annotate(hour=ExtractHour("at", tzinfo=LONDON), weekday=ExtractIsoWeekDay("at", tzinfo=LONDON))
    rows = list(
        clocked.values("user_id", "organisation_id").annotate(
            checks=Count("id"), hits=Count("id", filter=Q(found__gt=0)), out_of_hours=Count("id", filter=outside),
            last_at=Max("at"),
        )
    )  # fmt: skip
    busiest: Counter[tuple[int, int]] = Counter()
    by_day = found.annotate(day=TruncDate("at", tzinfo=LONDON)).values("user_id", "organisation_id", "day")
    for a_day in by_day.annotate(checks=Count("id")):
        key = (a_day["user_id"], a_day["organisation_id"])
        busiest[key] = max(busiest[key], a_day["checks"])
    again: Counter[tuple[int, int]] = Counter()
    same = found.exclude(asked="").values("user_id", "organisation_id", "asked").annotate(checks=Count("id"))
    for a_name in same.filter(checks__gt=1):
        key = (a_name["user_id"], a_name["organisation_id"])
        again[key] = max(again[key], a_name["checks"])
    limited: Counter[tuple[int | None, int | None]] = Counter()
    for stopped in (
        AuditEntry.objects.filter(subject_kind="index_check", action="was_limited", at__gte=since)
        .values("user_id", "organisation_id")
        .annotate(times=Count("id"))
    ):
        limited[stopped["user_id"], stopped["organisation_id"]] = stopped["times"]
    names = dict(User.objects.filter(id__in={row["user_id"] for row in rows}).values_list("id", "name"))
    audit.record("reviewed_index_checks", "index_check", detail={"days": days})
    checkers = []
    for row in rows:
        key = (row["user_id"], row["organisation_id"])
        habits = Habits(
            checks=row["checks"], hits=row["hits"], out_of_hours=row["out_of_hours"], busiest_day=busiest[key],
            same_name=max(again[key], 1), limited=limited[key],
        )  # fmt: skip
        checkers.append(
            Checker(
                key[0], names.get(key[0], "Somebody who left"), places[key[1]], habits, row["last_at"], unusual(habits)
            )
        )
    checkers.sort(key=lambda one: (-len(one.odd), -one.habits.checks, one.name))
    return Checks(checkers, sum(one.habits.checks for one in checkers))


@dataclass(frozen=True)
class OneCheck:
    """One check: when, why, how many answers; and a letter that the same name shares."""

    at: datetime
    organisation: str
    reason: str
    found: int
    same: str
    out_of_hours: bool


@dataclass(frozen=True)
class ChecksOf:
    """The checks of one user, newest first."""

    name: str
    checks: list[OneCheck]
    is_capped: bool


def index_checks_of(*, by: Acting, user_id: int, days: int = 30) -> ChecksOf | None:
    """One user's checks in a period: three statements and the log's. None for who made none here."""
    by.must(Permission.REVIEW_ACCESS, ONLY)
    places = dict(Organisation.objects.filter(partnership_id=by.partnership_id).values_list("id", "name"))
    since = timezone.now() - timedelta(days=days)
    rows = list(
        IndexCheck.objects.filter(user_id=user_id, organisation_id__in=places, at__gte=since).order_by("-at", "-id")[
            : SHOWN + 1
        ]
    )
    name = User.objects.filter(id=user_id).values_list("name", flat=True).first()
    if name is None or not rows:
        return None
    audit.record("reviewed_index_checks", "user", user_id, detail={"days": days})
    times = Counter(row.asked for row in rows if row.asked)
    letters = {asked: f"Name {number}" for number, asked in enumerate((a for a, n in times.items() if n > 1), start=1)}

    def one(row: IndexCheck) -> OneCheck:
        local = row.at.astimezone(LONDON)
        odd_time = local.hour < 7 or local.hour >= 20 or local.weekday() >= 5
        return OneCheck(
            row.at, places[row.organisation_id], row.reason, row.found, letters.get(row.asked, ""), odd_time
        )

    return ChecksOf(name, [one(row) for row in rows[:SHOWN]], len(rows) > SHOWN)


def why_asked(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """For the log: the reason that was given with each check of the index: one statement."""
    asked = {entry.subject_id or 0: entry.id for entry in entries if entry.action == "checked_index"} or {0: 0}
    return {asked[row]: why for row, why in IndexCheck.objects.filter(id__in=list(asked)).values_list("id", "reason")}
