"""Emergency sight as the data protection lead reviews it: the list, and what was opened in that time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from leeward.platform.access import audit, log_words
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import AuditEntry, User
from leeward.platform.access.roles import Permission
from leeward.record.cases.models import BreakGlass
from leeward.record.cases.rules import review_due

PAGE = 50
MOST_OPEN = 500  # open ones are shown all at once, the oldest first
MOST_ENTRIES = 400
SHOWS = ("open", "overdue", "done", "justified", "not_justified")
ONLY = "Only the data protection lead reviews emergency sight."


@dataclass(frozen=True)
class Sight:
    """One emergency sight with its clocks."""

    row: BreakGlass
    due: datetime
    is_overdue: bool
    is_running: bool
    is_own: bool  # the reader opened it: somebody else must review it
    reviewed_by: str

    @property
    def ended_at(self) -> datetime:
        """When it ended, or will."""
        return min(self.row.ended_at or self.row.until, self.row.until)


@dataclass(frozen=True)
class Reviews:
    """A page of the list."""

    sights: list[Sight]
    older: int | None
    organisations: list[tuple[int, str]]  # those that occur, for the filter
    overdue: int  # among those that are open


def _sight(row: BreakGlass, by: Acting, now: datetime, names: dict[int, str]) -> Sight:
    due = review_due(row.at)
    return Sight(
        row, due, row.reviewed_at is None and due < now, row.ended_at is None and row.until > now,
        row.user_id == by.user_id, names.get(row.reviewed_by_id or 0, ""),
    )  # fmt: skip


def emergency_reviews(
    *, by: Acting, show: str = "open", organisation_id: int | None = None, before: int | None = None
) -> Reviews:
    """What is to be reviewed, oldest first; or what was, newest first. Four statements, and the log's."""
    by.must(Permission.REVIEW_ACCESS, ONLY)
    now = timezone.now()
    every = BreakGlass.objects.filter(partnership_id=by.partnership_id)
    places = list(every.order_by("organisation__name").values_list("organisation_id", "organisation__name").distinct())
    late = sum(review_due(at) < now for at in every.filter(reviewed_at=None).values_list("at", flat=True)[:MOST_OPEN])
    found = every.select_related("user", "organisation", "lead_organisation")
    if organisation_id is not None:
        found = found.filter(organisation_id=organisation_id)
    older = None
    if show in ("open", "overdue"):
        rows = list(found.filter(reviewed_at=None).order_by("at", "id")[:MOST_OPEN])
        if show == "overdue":
            rows = [row for row in rows if review_due(row.at) < now]
    else:
        done = found.exclude(reviewed_at=None)
        if show in ("justified", "not_justified"):
            done = done.filter(outcome=show)
        if before is not None:
            done = done.filter(id__lt=before)
        rows = list(done.order_by("-id")[: PAGE + 1])
        if len(rows) > PAGE:
            rows = rows[:PAGE]
            older = rows[-1].id
    names = _names(rows)
    audit.record("listed_emergencies", "breakglass", listed=[row.id for row in rows])
    return Reviews([_sight(row, by, now, names) for row in rows], older, places, late)


def _names(rows: list[BreakGlass]) -> dict[int, str]:
    reviewers = {row.reviewed_by_id for row in rows if row.reviewed_by_id}
    return dict(User.objects.filter(id__in=reviewers).values_list("id", "name"))


@dataclass(frozen=True)
class Opened:
    """One thing that was done in that time."""

    at: datetime
    did: str
    kind: str
    person_id: int | None


@dataclass(frozen=True)
class Review:
    """An emergency sight with all that its reviewer needs."""

    sight: Sight
    here: list[Opened]  # concerning this case or its person
    elsewhere: list[Opened]
    is_capped: bool


def emergency_review(*, by: Acting, sight_id: int) -> Review | None:
    """One emergency sight and what was opened in its time, from the log: four statements, and the log's.

    None for another partnership's, for one behind a wall, and for none.
    """
    by.must(Permission.REVIEW_ACCESS, ONLY)
    row = (
        BreakGlass.objects.select_related("user", "organisation", "lead_organisation")
        .filter(id=sight_id, partnership_id=by.partnership_id)
        .first()
    )
    if row is None:
        return None
    now = timezone.now()
    sight = _sight(row, by, now, _names([row]))
    opening = AuditEntry.objects.filter(
        subject_kind="case", subject_id=row.case_id, action="broke_glass", user_id=row.user_id
    )
    person_id = opening.values_list("person_id", flat=True).first()
    entries = list(
        AuditEntry.objects.filter(user_id=row.user_id, at__gte=row.at, at__lte=min(sight.ended_at, now)).order_by(
            "at", "id"
        )[: MOST_ENTRIES + 1]
    )
    audit.record("read_emergency", "breakglass", row.id)
    here: list[Opened] = []
    elsewhere: list[Opened] = []
    for entry in entries[:MOST_ENTRIES]:
        opened = Opened(entry.at, log_words.did(entry.action), log_words.about(entry.subject_kind), entry.person_id)
        concerns = (
            (entry.subject_kind == "case" and entry.subject_id == row.case_id)
            or (person_id is not None and entry.person_id == person_id)
            or row.case_id in entry.listed
        )
        (here if concerns else elsewhere).append(opened)
    return Review(sight, here, elsewhere, len(entries) > MOST_ENTRIES)


def why_in_emergency(entries: Sequence[AuditEntry]) -> dict[int, str]:
    """For the log: the reason for which a case was opened in an emergency, at each entry about it: one statement."""
    users = {entry.user_id for entry in entries if entry.user_id} or {0}
    begun = AuditEntry.objects.filter(
        action="broke_glass", subject_kind="case", subject_id=OuterRef("case_id"), user_id=OuterRef("user_id")
    )
    rows = BreakGlass.objects.filter(user_id__in=users).annotate(person=Subquery(begun.values("person_id")[:1]))
    if entries:
        times = [entry.at for entry in entries]
        rows = rows.filter(at__lte=max(times), until__gte=min(times))
    found = {}
    for row in rows.order_by("at", "id"):
        for entry in entries:
            here = (entry.subject_kind == "case" and entry.subject_id == row.case_id) or (
                row.person is not None and entry.person_id == row.person
            )
            ended = min(row.ended_at or row.until, row.until)
            if here and entry.user_id == row.user_id and row.at <= entry.at <= ended:
                found[entry.id] = row.reason
    return found
