"""Users and organisations for the pages of administration, and the log for the data protection lead."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import AuditEntry, Membership, Organisation, User
from leeward.platform.access.roles import ROLES, Permission

PAGE = 50


def administered_organisations(*, by: Acting) -> list[Organisation]:
    """The organisations that whoever acts administers."""
    found = Organisation.objects.filter(partnership_id=by.partnership_id).order_by("name")
    if not by.may(Permission.MANAGE_PARTNERSHIP):
        found = found.filter(id=by.acts_for)
    return list(found)


def members(*, organisation: Organisation, text: str = "") -> list[Membership]:
    """Everybody of an organisation, active ones first: two statements."""
    found = Membership.objects.select_related("user").prefetch_related("teams").filter(organisation=organisation)
    if text:
        found = found.filter(user__name__icontains=text) | found.filter(user__email__icontains=text)
    return list(found.order_by("-is_active", "user__name")[:500])


def places_offered(*, by: Acting) -> list[Membership]:
    """Places that other organisations offer to whoever acts, and that wait for their answer."""
    found = Membership.objects.filter(user_id=by.worker_id, is_active=False, offered_at__isnull=False)
    return list(found.select_related("organisation__partnership").order_by("offered_at", "id"))


@dataclass(frozen=True)
class LogLine:
    """One entry of the log in words."""

    at: datetime
    who: str
    organisation: str
    did: str
    subject_kind: str
    subject_id: int | None
    detail: str


@dataclass(frozen=True)
class LogPage:
    """A page of the log, newest first, with the keys of its neighbours."""

    lines: list[LogLine]
    older: int | None


def log_page(
    *, by: Acting, subject_kind: str = "", subject_id: int | None = None, person_id: int | None = None,
    user_id: int | None = None, actions: Collection[str] = (), case_id: int | None = None, since: date | None = None,
    until: date | None = None, before: int | None = None,
) -> LogPage:  # fmt: skip
    """The log, filtered: four statements. What concerns somebody walled from the reader is not in it."""
    by.must(Permission.REVIEW_ACCESS, "Only the data protection lead reads the log.")
    found = AuditEntry.objects.order_by("-id")
    if subject_kind:
        found = found.filter(subject_kind=subject_kind)
    if subject_id is not None:
        found = found.filter(subject_id=subject_id)
    if person_id is not None:
        found = found.filter(person_id=person_id) | found.filter(listed__contains=[person_id])
    if user_id is not None:
        found = found.filter(user_id=user_id)
    if case_id is not None:
        found = found.filter(subject_kind="case", subject_id=case_id) | found.filter(listed__contains=[case_id])
    if since is not None:
        found = found.filter(at__gte=_begins(since))
    if until is not None:
        found = found.filter(at__lt=_begins(until + timedelta(days=1)))
    if actions:
        found = found.filter(action__in=actions)
    if before is not None:
        found = found.filter(id__lt=before)
    entries = list(found[: PAGE + 1])
    users = dict(User.objects.filter(id__in={entry.user_id for entry in entries}).values_list("id", "name"))
    places = dict(
        Organisation.objects.filter(id__in={entry.organisation_id for entry in entries}).values_list("id", "name")
    )
    audit.record("read_log", "log", subject_id or case_id, person=person_id)
    lines = [
        LogLine(
            at=entry.at, who=users.get(entry.user_id, "Somebody who left") if entry.user_id else "A visitor",
            organisation=places.get(entry.organisation_id or 0, ""), did=entry.action.replace("_", " "),
            subject_kind=entry.subject_kind, subject_id=entry.subject_id,
            detail=", ".join(f"{key}: {value}" for key, value in entry.detail.items()),
        )
        for entry in entries[:PAGE]
    ]  # fmt: skip
    return LogPage(lines, entries[PAGE - 1].id if len(entries) > PAGE else None)


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def role_choices(*, by: Acting) -> list[tuple[str, str, str]]:
    """(key, name, description) of every role, for the form."""
    return [(role.key, role.name, role.description) for role in ROLES.values()]
