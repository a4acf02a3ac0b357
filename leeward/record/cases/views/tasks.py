"""Tasks: of one case, and of all that one sees."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, from_now_on, go, once_only, redirect_to, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.ui.filters import day
from leeward.record.cases.actions.tasks import add_task, change_task, drop_task, finish_task, reopen_task
from leeward.record.cases.forms.tasks import ChangeTaskForm, DropTaskForm, TaskForm
from leeward.record.cases.models import Task
from leeward.record.cases.queries.case import case_frame
from leeward.record.cases.queries.colleagues import colleagues
from leeward.record.cases.queries.tasks import TaskFilter, read_task_filter, task_list
from leeward.record.cases.views.common import draw


@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """Everything to do, over all cases."""
    wanted = read_task_filter(request.GET.dict())
    given = request.GET.get("page", "")
    found = task_list(by=who(request), wanted=wanted, page=int(given) if given.isdecimal() and len(given) < 4 else 1)
    more = {
        "newer": _address(wanted, page=str(found.page - 1)) if found.page > 1 else "",
        "older": _address(wanted, page=str(found.page + 1)) if found.has_more else "",
    }
    return draw(
        request, "tasks", found=found, wanted=wanted, chips=_chips(wanted), today=timezone.localdate(), more=more
    )


def _address(wanted: TaskFilter, **changed: str) -> str:
    values = {"whose": wanted.whose, "due": wanted.due, "done": "1" if wanted.done else "", **changed}
    kept = {name: value for name, value in values.items() if value and (name, value) != ("whose", "mine")}
    return reverse("tasks") + (f"?{urlencode(kept)}" if kept else "")


def _chips(wanted: TaskFilter) -> dict[str, list[dict[str, Any]]]:
    return {
        "whose": [
            {"text": text, "href": _address(wanted, whose=key), "current": wanted.whose == key}
            for key, text in (("mine", "Mine"), ("team", "My team’s"), ("nobody", "Nobody’s yet"))
        ],
        "due": [
            *(
                {"text": text, "selected": wanted.due == key,
                 "href": _address(wanted, due="" if wanted.due == key else key)}
                for key, text in (("overdue", "Overdue"), ("today", "Due today"), ("week", "In the next seven days"))
            ),
            {"text": "Done", "href": _address(wanted, done="" if wanted.done else "1"), "selected": wanted.done},
        ],
    }  # fmt: skip


@require_safe
def case_tasks(request: HttpRequest, case_id: int) -> HttpResponse:
    """The tasks of one case: open ones, then the newest that are done."""
    frame = case_frame(case_id)
    rows = list(
        Task.objects.filter(case_id=case_id).select_related("assignee", "organisation").order_by("due_on", "id")[:300]
    )
    done = sorted((row for row in rows if row.status != "open" and row.done_at), key=_done_at, reverse=True)
    audit.record("read_case_tasks", "case", case_id, person=frame.case.person_id)
    return draw(
        request, "case_tasks", frame, "tasks", open=[row for row in rows if row.status == "open"], done=done[:50],
        today=timezone.localdate(),
    )  # fmt: skip


def _done_at(task: Task) -> Any:
    return task.done_at


@require_http_methods(["GET", "POST"])
def case_task_add(request: HttpRequest, case_id: int) -> HttpResponse:
    """Add a task to a case."""
    by, frame = who(request), case_frame(case_id)
    able = [(one.user_id, one.name) for one in colleagues(by, case_id)]
    form = TaskForm(request.POST or None, colleagues=able, initial={"assignee": str(by.user_id)})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            add_task(
                by=by, case=frame.case, title=form.cleaned_data["title"], due_on=form.cleaned_data["due_on"],
                assignee_id=form.assignee_id,
            )  # fmt: skip
            return reverse("case_tasks", args=[case_id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "The task was added.")
            return redirect_to(address)
    return draw(request, "task_form", frame, "tasks", form=form, both=None, task=None)


@require_http_methods(["GET", "POST"])
def task_change(request: HttpRequest, task_id: int) -> HttpResponse:
    """Change a task, or give it to somebody else."""
    by, task = who(request), _task(task_id)
    frame = case_frame(task.case_id)
    able = [(one.user_id, one.name) for one in colleagues(by, task.case_id)]
    if task.assignee_id and task.assignee_id not in dict(able):
        able.append((task.assignee_id, task.assignee.name if task.assignee else ""))
    initial = {
        "title": task.title,
        "due_on": task.due_on,
        "assignee": str(task.assignee_id or ""),
        "version": task.version,
    }
    form = ChangeTaskForm(request.POST or None, colleagues=able, initial=initial)
    both = None
    if request.method == "POST" and form.is_valid():
        said, done = form.cleaned_data, None
        try:
            done = attempt(form, lambda: change_task(
                by=by, task=task, title=said["title"], due_on=said["due_on"], assignee_id=form.assignee_id,
                version=said["version"],
            ))  # fmt: skip
        except Conflict as conflict:
            theirs, names = conflict.theirs, dict(able)
            both = side_by_side(
                conflict.words, "", {"title": "What is to be done", "due_on": "By when", "assignee": "Who"},
                {"title": str(theirs["title"]), "due_on": day(theirs["due_on"]),  # type: ignore[arg-type]  # a date
                 "assignee": names.get(theirs["assignee"], "Nobody yet")},  # type: ignore[call-overload]  # an id or None
                {"title": said["title"], "due_on": day(said["due_on"]),
                 "assignee": names.get(form.assignee_id or 0, "Nobody yet")},
            )  # fmt: skip
            from_now_on(form, request, task.version)
        if done is not None:
            say(request, "The task was changed.")
            return go("case_tasks", task.case_id)
    audit.record("read_task", "task", task.id, person=frame.case.person_id)
    return draw(request, "task_form", frame, "tasks", form=form, both=both, task=task)


@require_POST
def task_done(request: HttpRequest, task_id: int) -> HttpResponse:
    """A task is done; the next page offers to take that back."""
    task = _task(task_id)
    try:
        finish_task(by=who(request), task=task)
        say(request, "Done.", undo=reverse("task_reopen", args=[task_id]))
    except Refused as problem:
        tell(request, problem)
    return _back(request, task)


@require_POST
def task_reopen(request: HttpRequest, task_id: int) -> HttpResponse:
    """Take back that a task was done or dropped."""
    task = _task(task_id)
    try:
        reopen_task(by=who(request), task=task)
        say(request, "The task is open again.")
    except Refused as problem:
        tell(request, problem)
    return _back(request, task)


@require_http_methods(["GET", "POST"])
def task_drop(request: HttpRequest, task_id: int) -> HttpResponse:
    """A task need not be done any more, and why."""
    task = _task(task_id)
    frame = case_frame(task.case_id)
    form = DropTaskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: drop_task(by=who(request), task=task, why=form.cleaned_data["why"]), "why")
        if done is not None:
            say(request, "The task was dropped.", undo=reverse("task_reopen", args=[task_id]))
            return go("case_tasks", task.case_id)
    audit.record("read_task", "task", task.id, person=frame.case.person_id)
    return draw(request, "task_drop", frame, "tasks", form=form, task=task)


def _task(task_id: int) -> Task:
    task = Task.objects.select_related("case", "assignee").filter(id=task_id).first()
    if task is None:
        raise Http404
    return task


def _back(request: HttpRequest, task: Task) -> HttpResponse:
    """To the list that the button stood on."""
    to = request.POST.get("back", "")
    if to.startswith("/") and url_has_allowed_host_and_scheme(to, allowed_hosts=None) and len(to) < 200:
        return redirect_to(to)
    return go("case_tasks", task.case_id)
