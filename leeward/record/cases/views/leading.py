"""Who leads a case: allocate, transfer; close, sign off, reopen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from leeward.platform.access import audit
from leeward.platform.access.models import Organisation, Team
from leeward.platform.access.web import attempt, from_now_on, go, once_only, redirect_to, say, side_by_side, who
from leeward.platform.common.errors import Conflict
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.closing import close_case, refuse_closing, reopen_case, sign_off_closing
from leeward.record.cases.actions.leading import allocate_case, transfer_case
from leeward.record.cases.forms.leading import AllocateForm, CloseForm, ReopenForm, SignOffForm, TransferForm
from leeward.record.cases.models import CaseStatus, Task
from leeward.record.cases.queries.case import CaseFrame, case_frame
from leeward.record.cases.queries.colleagues import colleagues
from leeward.record.cases.rules import Check, checklist, may_allocate, may_sign_off
from leeward.record.cases.views.common import draw


@require_http_methods(["GET", "POST"])
def case_allocate(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give a case to a worker and a team."""
    by, frame = who(request), _leading(request, case_id)
    if not may_allocate(by, frame.case):
        raise Http404
    workers = [(one.user_id, one.name) for one in colleagues(by, case_id, any_team=True)]
    teams = list(
        Team.objects.filter(organisation_id=by.acts_for, is_active=True).order_by("name").values_list("id", "name")
    )
    initial = {
        "worker": str(frame.case.lead_worker_id or ""), "team": str(frame.case.lead_team_id or ""),
        "version": frame.case.version,
    }  # fmt: skip
    form = AllocateForm(request.POST or None, workers=workers, teams=teams, initial=initial)
    both = None
    if request.method == "POST" and form.is_valid():
        done = None
        try:
            done = attempt(form, lambda: allocate_case(
                by=by, case=frame.case, worker_id=form.chosen("worker"), team_id=form.chosen("team"),
                version=form.cleaned_data["version"], reason=form.cleaned_data["reason"],
            ), "worker")  # fmt: skip
        except Conflict as conflict:
            names, of_teams = dict(workers), dict(teams)
            both = side_by_side(
                conflict.words, "", {"worker": "Who leads", "team": "Team"},
                {"worker": names.get(conflict.theirs["worker"], "Nobody yet"),  # type: ignore[call-overload]  # an id or None
                 "team": of_teams.get(conflict.theirs["team"], "No team")},  # type: ignore[call-overload]  # an id or None
                {"worker": names.get(form.chosen("worker") or 0, "Nobody yet"),
                 "team": of_teams.get(form.chosen("team") or 0, "No team")},
            )  # fmt: skip
            from_now_on(form, request, frame.case.version)
        if done is not None:
            say(request, "The case was allocated.")
            return redirect_to(reverse("case_details", args=[case_id]) if _seen(case_id) else reverse("caseload"))
    audit.record("read_case_details", "case", case_id, person=frame.case.person_id)
    return draw(request, "allocate", frame, "details", form=form, both=both)


@require_http_methods(["GET", "POST"])
def case_transfer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Offer another organisation to lead a case; first the page that shows what goes to whom."""
    by, frame = who(request), _leading(request, case_id)
    receivers = _receivers(by.partnership_id, by.acts_for)
    form = TransferForm(request.POST or None, receivers=receivers)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        organisation_id, team_id = form.receiver()
        name = dict(receivers)[said["to"]]
        if request.POST.get("confirmed") == "yes":

            def make() -> str:
                transfer_case(
                    by=by, case=frame.case, organisation_id=organisation_id, organisation_name=name, team_id=team_id,
                    lawful_basis=said["lawful_basis"], told=said["told"], why=said["why"],
                    ends_sender=said["after"] == "ends",
                )  # fmt: skip
                return reverse("case_details", args=[case_id])

            if address := attempt(form, lambda: once_only(form.once, make)):
                say(request, "Offered. You lead this case until they accept.")
                return redirect_to(address)
        elif request.POST.get("confirmed") != "no":
            typed = [
                (key, value) for key, value in request.POST.items() if key not in ("csrfmiddlewaretoken", "confirmed")
            ]
            return draw(
                request, "transfer_confirm", frame, "details", form=form, to=name, ends=said["after"] == "ends",
                basis=label("lawful_basis", said["lawful_basis"]), told=label("told", said["told"]), why=said["why"],
                typed=typed,
            )  # fmt: skip
    audit.record("read_case_details", "case", case_id, person=frame.case.person_id)
    return draw(request, "transfer", frame, "details", form=form)


def _receivers(partnership_id: int, but: int) -> list[tuple[str, str]]:
    """Organisations, each followed by its teams: `12`, `12-34`."""
    found: list[tuple[str, str]] = []
    organisations = Organisation.objects.filter(partnership_id=partnership_id, is_active=True).exclude(id=but)
    for organisation in organisations.order_by("name").prefetch_related("teams"):
        found.append((str(organisation.id), organisation.name))
        found += [
            (f"{organisation.id}-{team.id}", f"{organisation.name}, {team.name}")
            for team in sorted(organisation.teams.all(), key=lambda team: team.name)
            if team.is_active
        ]
    return found


@require_http_methods(["GET", "POST"])
def case_close(request: HttpRequest, case_id: int) -> HttpResponse:
    """Close a case with its reason and checklist."""
    by, frame = who(request), _leading(request, case_id)
    if frame.case.status != "open":
        return go("case_details", case_id)
    checks: tuple[Check, ...] = checklist().for_side(frame.case.side)
    form = CloseForm(request.POST or None, checks=checks, initial={"version": frame.case.version})
    open_tasks = list(Task.objects.filter(case=frame.case, status="open").order_by("due_on")[:50])
    if not open_tasks:
        del form.fields["drop_tasks"]
    both = None
    if request.method == "POST" and form.is_valid():
        said, done = form.cleaned_data, None
        try:
            done = attempt(form, lambda: close_case(
                by=by, case=frame.case, reason=said["reason"], answers=form.answers(), version=said["version"],
                note=said["note"], drop_tasks=said.get("drop_tasks", False), end_shares=said["shares"] == "end",
            ), "drop_tasks")  # fmt: skip
        except Conflict as conflict:
            both = side_by_side(
                conflict.words, "", {"status": "Status"}, {"status": str(conflict.theirs["status"])}, {}
            )
            from_now_on(form, request, frame.case.version)
        if done is not None:
            waits = done.status == "closing"
            say(
                request,
                "Closing was asked for. A supervisor looks at it." if waits else "The case is closed.",
                undo=reverse("case_reopen_undo", args=[case_id]),
            )
            return go("case_details", case_id)
    audit.record("read_case_details", "case", case_id, person=frame.case.person_id)
    return draw(request, "close", frame, "details", form=form, checks=checks, open_tasks=open_tasks, both=both)


@require_http_methods(["GET", "POST"])
def case_sign_off(request: HttpRequest, case_id: int) -> HttpResponse:
    """A supervisor agrees that a case is closed, or sends it back."""
    by, frame = who(request), _leading(request, case_id)
    asked = CaseStatus.objects.filter(case=frame.case, status="closing").order_by("-at").first()
    if asked is None or not may_sign_off(by, frame.case, asked.by_id):
        raise Http404
    form = SignOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        agreed = form.cleaned_data["answer"] == "yes"
        done = attempt(
            form,
            lambda: (
                sign_off_closing(by=by, case=frame.case, note=note)
                if agreed
                else refuse_closing(by=by, case=frame.case, why=note)
            ),
        )
        if done is not None:
            say(request, "The case is closed." if agreed else "The case went back to work.")
            return go("case_details", case_id)
    given = asked.checklist.get("answers", {})
    answers = [(check.label, given.get(check.key, "")) for check in checklist().for_side(frame.case.side)]
    audit.record("read_case_details", "case", case_id, person=frame.case.person_id)
    return draw(request, "sign_off", frame, "details", form=form, asked=asked, answers=answers)


@require_http_methods(["GET", "POST"])
def case_reopen(request: HttpRequest, case_id: int) -> HttpResponse:
    """Open a closed case again, or take back that closing was asked for."""
    by, frame = who(request), _leading(request, case_id)
    if frame.case.status == "open":
        return go("case_details", case_id)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: reopen_case(by=by, case=frame.case, why=form.cleaned_data["why"]), "why")
        if done is not None:
            say(request, "The case is open again. Shares that had ended stay ended.")
            return go("case_details", case_id)
    audit.record("read_case_details", "case", case_id, person=frame.case.person_id)
    return draw(request, "reopen", frame, "details", form=form)


@require_http_methods(["POST"])
def case_reopen_undo(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take closing back in one press, right after it."""
    by, frame = who(request), _leading(request, case_id)
    if frame.case.status != "open":
        reopen_case(by=by, case=frame.case, why="Taken back right after closing")
        say(request, "The case is open again. Shares that had ended stay ended.")
    return go("case_details", case_id)


def _leading(request: HttpRequest, case_id: int) -> CaseFrame:
    """A case that the organisation leads; emergency sight leads nothing."""
    frame = case_frame(case_id)
    if not frame.sight.may_change or frame.case.lead_organisation_id != who(request).organisation_id:
        raise Http404
    return frame


def _seen(case_id: int) -> bool:
    return CaseStatus.objects.filter(case_id=case_id).exists()
