"""Tasks with dates: add, change, give to somebody, do, drop, and take either back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case, Task
from leeward.record.cases.queries.colleagues import colleagues

OPEN, DONE, DROPPED = "open", "done", "dropped"


@transaction.atomic
def add_task(
    *,
    by: Acting,
    case: Case,
    title: str,
    due_on: date | None = None,
    assignee_id: int | None = None,
    kind: str = "todo",
) -> Task:
    """Add something to do; for nobody in particular, or for a colleague who may see the case."""
    by.must(Permission.CASEWORK)
    _must_be_colleague(by, case.id, assignee_id)
    task = Task(
        case=case,
        title=title.strip(),
        due_on=due_on,
        organisation_id=by.acts_for,
        assignee_id=assignee_id,
        kind=kind,
        created_by_id=by.user_id,
    )
    task.save(force_insert=True)
    audit.record("added_task", "task", task.id, person=case.person_id)
    return task


@transaction.atomic
def change_task(
    *, by: Acting, task: Task, title: str, due_on: date | None, assignee_id: int | None, version: int
) -> Task:
    """Change what is to do, by when, by whom. Raises Conflict where somebody else changed it meanwhile."""
    by.must(Permission.CASEWORK)
    now_stands = _lock(task)
    if now_stands.version != version:
        raise Conflict(
            "Somebody else changed this task while you were writing.",
            theirs={"title": now_stands.title, "due_on": now_stands.due_on, "assignee": now_stands.assignee_id},
        )
    if assignee_id != now_stands.assignee_id:
        _must_be_colleague(by, now_stands.case_id, assignee_id)
    now_stands.title, now_stands.due_on, now_stands.assignee_id = title.strip(), due_on, assignee_id
    now_stands.version += 1
    now_stands.save(force_update=True)
    audit.record("changed_task", "task", task.id)
    return now_stands


@transaction.atomic
def finish_task(*, by: Acting, task: Task, outcome: str = "") -> Task:
    """Say that a task is done; the chronology tells so. Doing it twice is doing it once."""
    by.must(Permission.CASEWORK)
    now_stands = _lock(task)
    if now_stands.status == DONE:
        return now_stands
    if now_stands.kind == "ask_consent":
        raise Refused("Record the answer on the sharing page: this task is done with it.")
    return _end(by, now_stands, DONE, outcome)


@transaction.atomic
def drop_task(*, by: Acting, task: Task, why: str) -> Task:
    """Drop a task that need not be done any more, with the reason."""
    by.must(Permission.CASEWORK)
    if not why.strip():
        raise Refused("Say why this need not be done any more.")
    now_stands = _lock(task)
    if now_stands.status == DROPPED:
        return now_stands
    if now_stands.kind == "ask_consent":
        raise Refused("Consent has to be asked: record the answer on the sharing page.")
    return _end(by, now_stands, DROPPED, why)


@transaction.atomic
def reopen_task(*, by: Acting, task: Task) -> Task:
    """Take back that a task was done or dropped."""
    by.must(Permission.CASEWORK)
    now_stands = _lock(task)
    if now_stands.status == OPEN:
        return now_stands
    now_stands.status, now_stands.done_at, now_stands.done_by_id, now_stands.outcome = OPEN, None, None, ""
    now_stands.version += 1
    now_stands.save(force_update=True)
    add_entry(
        by=by, case=now_stands.case, kind="task", title=f"Open again: {now_stands.title}", about=("task", task.id)
    )
    audit.record("reopened_task", "task", task.id)
    return now_stands


def end_quietly(*, by: Acting, task: Task, outcome: str) -> None:
    """End a task as part of another action, which writes the chronology itself."""
    Task.objects.filter(id=task.id, status=OPEN).update(
        status=DONE, done_at=timezone.now(), done_by_id=by.user_id, outcome=outcome[:300], version=task.version + 1
    )


def _end(by: Acting, task: Task, status: str, outcome: str) -> Task:
    task.status, task.done_at, task.done_by_id, task.outcome = status, timezone.now(), by.user_id, outcome.strip()[:300]
    task.version += 1
    task.save(force_update=True)
    said = {DONE: "Done", DROPPED: "Not needed any more"}[status]
    add_entry(
        by=by, case=task.case, kind="task", title=f"{said}: {task.title}", text=task.outcome, about=("task", task.id)
    )
    audit.record("finished_task" if status == DONE else "dropped_task", "task", task.id)
    return task


def _lock(task: Task) -> Task:
    found = Task.objects.select_for_update(of=("self",), no_key=True).select_related("case").filter(id=task.id).first()
    if found is None:
        raise Refused("This task cannot be found any more.")
    return found


def _must_be_colleague(by: Acting, case_id: int, assignee_id: int | None) -> None:
    if assignee_id is None or assignee_id == by.user_id:
        return
    if assignee_id not in {who.user_id for who in colleagues(by, case_id)}:
        raise Refused("Choose somebody of your organisation who works with this case.")
