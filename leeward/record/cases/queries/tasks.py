"""Lists of tasks over all cases that somebody sees, and what of them is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership
from leeward.record.cases.models import Task

PAGE = 25
AHEAD = timedelta(days=7)  # what is due in the next days
WHOSE = ("mine", "team", "nobody")


@dataclass(frozen=True)
class TaskFilter:
    """What a list of tasks is asked for."""

    whose: str = "mine"
    due: str = ""  # overdue, today, week (the days after today), or any
    done: bool = False


@dataclass(frozen=True)
class TaskList:
    """Tasks in the order in which they are due; whether there are more than are shown."""

    tasks: list[Task]
    page: int
    has_more: bool


def read_task_filter(given: dict[str, str]) -> TaskFilter:
    """A filter from an address's query."""
    return TaskFilter(
        whose=given.get("whose", "") if given.get("whose") in WHOSE else "mine",
        due=given.get("due", "") if given.get("due") in ("overdue", "today", "week") else "",
        done=given.get("done") == "1",
    )


def task_list(*, by: Acting, wanted: TaskFilter, page: int = 1) -> TaskList:
    """A list of tasks with the case that each is of, in one statement and the log (two for a team's and nobody's)."""
    page = min(max(page, 1), 100)
    rows = list(tasks_matching(by, wanted)[(page - 1) * PAGE : page * PAGE + 1])
    audit.record("listed_tasks", "case", listed=sorted({task.case_id for task in rows[:PAGE]}))
    return TaskList(rows[:PAGE], page, len(rows) > PAGE)


def tasks_matching(by: Acting, wanted: TaskFilter) -> QuerySet[Task]:
    """The tasks that a filter asks for, soonest first."""
    tasks = Task.objects.filter(status="done" if wanted.done else "open").select_related("case__person", "assignee")
    if wanted.whose == "mine":
        tasks = tasks.filter(assignee_id=by.user_id, organisation_id=by.acts_for)
    elif wanted.whose == "nobody":
        # Whoever has left does nothing any more: what they had is nobody's.
        gone = Membership.objects.filter(organisation_id=by.acts_for, is_active=False).values_list("user_id", flat=True)
        tasks = tasks.filter(Q(assignee=None) | Q(assignee_id__in=list(gone)), organisation_id=by.acts_for)
    else:
        mates = Membership.objects.filter(teams__id__in=by.team_ids, is_active=True).values_list("user_id", flat=True)
        tasks = tasks.filter(Q(assignee_id__in=list(mates)) | Q(assignee=None), organisation_id=by.acts_for)
    today = timezone.localdate()
    if wanted.due == "overdue":
        tasks = tasks.filter(due_on__lt=today)
    elif wanted.due == "today":
        tasks = tasks.filter(due_on=today)
    elif wanted.due == "week":
        tasks = tasks.filter(due_on__gt=today, due_on__lte=today + AHEAD)
    if wanted.done:
        return tasks.order_by("-done_at", "-id")
    return tasks.order_by(F("due_on").asc(nulls_last=True), "id")
