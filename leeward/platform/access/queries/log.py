"""The log for the data protection lead: a page of it in words, and the answer for somebody who asks who looked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from leeward.platform.access import about, audit, log_words
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import AuditEntry, Membership, Organisation, User
from leeward.platform.access.roles import ROLES, Permission

PAGE = 50
ANSWER = 200  # lines of an answer on one page
ONLY = "Only the data protection lead reads the log."
MOST_NAMED = 5
NOBODY = "A visitor, or the system itself"


@dataclass(frozen=True)
class Wanted:
    """What of the log is asked for. A person stands for their record and all that is theirs: cases, contacts."""

    person_id: int | None = None
    user_id: int | None = None
    organisation_id: int | None = None
    actions: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class LogLine:
    """One entry of the log in words."""

    at: datetime
    who: str
    organisation: str
    did: str
    about: str
    details: list[str]
    why: str  # the reason that was given, where the system has one
    person_id: int | None


@dataclass(frozen=True)
class LogPage:
    """A page of the log, newest first, with the key of the next older one."""

    lines: list[LogLine]
    older: int | None
    user: str  # the name of the colleague asked for
    organisation: str


def organisation_choices(*, by: Acting) -> list[tuple[str, str]]:
    """(number, name) of every organisation of the partnership, for the form."""
    found = Organisation.objects.filter(partnership_id=by.partnership_id).order_by("name")
    return [(str(number), name) for number, name in found.values_list("id", "name")]


def colleagues_named(*, by: Acting, text: str) -> list[User]:
    """Who of the partnership has this name or e-mail address, left or not: one, none, or a few to choose from."""
    here = User.objects.filter(memberships__organisation__partnership_id=by.partnership_id).distinct().order_by("name")
    just = list(here.filter(Q(name__iexact=text) | Q(email__iexact=text))[:MOST_NAMED])
    return just or list(here.filter(name__icontains=text)[:MOST_NAMED])


def log_page(*, by: Acting, wanted: Wanted, organisations: Sequence[tuple[str, str]]) -> LogPage:
    """The log, filtered, newest first; reading it is logged. What concerns who is walled from the reader is not in it.

    Seven statements at most. `organisations` are those of `organisation_choices`.
    """
    by.must(Permission.REVIEW_ACCESS, ONLY)
    found = list(_entries(wanted)[: PAGE + 1])
    shown = found[:PAGE]
    places = {int(number): name for number, name in organisations}
    needed = {entry.user_id for entry in shown if entry.user_id} | {wanted.user_id or 0}
    for entry in shown:
        needed |= log_words.named_in(entry.action, entry.detail, log_words.COLLEAGUE)
    users = dict(User.objects.filter(id__in=needed).values_list("id", "name"))
    reasons = about.reasons_of(shown)
    detail = {"user": wanted.user_id, "organisation": wanted.organisation_id}
    audit.record(
        "read_log", "log", person=wanted.person_id, detail={name: value for name, value in detail.items() if value}
    )
    lines = [
        LogLine(
            at=entry.at, who=users.get(entry.user_id, "Somebody who left") if entry.user_id else NOBODY,
            organisation=places.get(entry.organisation_id or 0, ""), did=log_words.did(entry.action),
            about=log_words.about(entry.subject_kind),
            details=log_words.details(entry.action, entry.detail, {**places, **users}),
            why=reasons.get(entry.id, ""), person_id=entry.person_id,
        )
        for entry in shown
    ]  # fmt: skip
    return LogPage(
        lines, shown[-1].id if len(found) > PAGE else None, users.get(wanted.user_id or 0, ""),
        places.get(wanted.organisation_id or 0, ""),
    )  # fmt: skip


def _entries(wanted: Wanted) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.order_by("-id")
    if wanted.person_id is not None:
        things = about.things_of_person(wanted.person_id)
        every = [number for numbers in things.values() for number in numbers]
        hers = RawSQL("SELECT audit_about(%s, %s, %s::bigint[])", [wanted.person_id, list(things), every])
        found = found.filter(id__in=hers)
    if wanted.user_id is not None:
        found = found.filter(user_id=wanted.user_id)
    if wanted.organisation_id is not None:
        found = found.filter(organisation_id=wanted.organisation_id)
    if wanted.actions:
        found = found.filter(action__in=wanted.actions)
    if wanted.since is not None:
        found = found.filter(at__gte=_begins(wanted.since))
    if wanted.until is not None:
        found = found.filter(at__lt=_begins(wanted.until + timedelta(days=1)))
    if wanted.before is not None:
        found = found.filter(id__lt=wanted.before)
    return found


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True)
class AnswerLine:
    """One line of the answer: when, who, what. Nothing else, and so nothing of anybody else's."""

    at: datetime
    who: str
    did: str


@dataclass(frozen=True)
class Answer:
    """Who has looked at somebody's record, newest first, with the key of the next older part."""

    lines: list[AnswerLine]
    older: int | None


def answer(*, by: Acting, wanted: Wanted, names: bool) -> Answer:
    """What a person may be told of who looked at their record and what was done: five statements, and the log's.

    Colleagues are told by role and organisation, by name only where the lead decides so. That somebody is walled from
    them is told to nobody; nor does paper say that an address is sealed.
    """
    by.must(Permission.REVIEW_ACCESS, ONLY)
    found = list(_entries(wanted).exclude(action__in=log_words.ABOUT_WALLS)[: ANSWER + 1])
    shown = found[:ANSWER]
    users = {entry.user_id for entry in shown if entry.user_id}
    called = dict(User.objects.filter(id__in=users or {0}).values_list("id", "name"))
    places = {int(number): name for number, name in organisation_choices(by=by)}
    roles = {
        (user, place): ", ".join(ROLES[key].name for key in keys if key in ROLES)
        for user, place, keys in Membership.objects.filter(user_id__in=users or {0}).values_list(
            "user_id", "organisation_id", "roles"
        )
    }
    audit.record("read_log_answer", "log", person=wanted.person_id, detail={"names": names})

    def who(entry: AuditEntry) -> str:
        if not entry.user_id:
            return NOBODY
        said = [called.get(entry.user_id, "") if names else ""]
        said.append(roles.get((entry.user_id, entry.organisation_id or 0), ""))
        if entry.action not in log_words.PLACES:  # the name of a refuge says as much as what it did
            said.append(places.get(entry.organisation_id or 0, ""))
        return ", ".join(filter(None, said)) or "Somebody who left"

    lines = [AnswerLine(entry.at, who(entry), log_words.did_on_paper(entry.action)) for entry in shown]
    return Answer(lines, shown[-1].id if len(found) > ANSWER else None)
