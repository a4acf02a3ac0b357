"""The meeting: a screen for the chair, one for the room, each asking for what is new."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.response.marac.actions.attending import accept_confidentiality, write_attendance
from leeward.response.marac.actions.minuting import end_meeting, go_to_item, open_meeting
from leeward.response.marac.forms.table import (
    AcceptForm,
    ActionForm,
    AttendanceForm,
    LevelForm,
    LineForm,
    NotesForm,
    agencies_of,
)
from leeward.response.marac.models import Marac, Meeting
from leeward.response.marac.queries.agenda import flags_reaching, outstanding_of
from leeward.response.marac.queries.daily import contacts_on
from leeward.response.marac.queries.meeting import mark_of, screen_of
from leeward.response.marac.queries.minutes import attendance_of
from leeward.response.marac.queries.table import Table, arranged, table_of
from leeward.response.marac.views.table import by_script, done, draw, not_done, posted

RUNS = (Meeting.CIRCULATED, Meeting.OPEN)


@require_http_methods(["GET", "POST"])
def marac_meeting_attend(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Accept confidentiality, by name, on one's own screen."""
    by = who(request)
    table = table_of(by, meeting_id)
    form = AcceptForm(posted(request))
    audit.record("read_meeting", "meeting", meeting_id)
    if request.method == "POST" and form.is_valid():
        accepted = attempt(form, lambda: accept_confidentiality(by=by, meeting=table.meeting), "accept")
        if accepted is not None:
            return go("marac_meeting_chair" if table.arranges else "marac_meeting_room", meeting_id)
    return draw(request, "attend", table, form=form, has_accepted=table.accepted)


@require_http_methods(["GET", "POST"])
def marac_attendance(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Who is here; apologies and observers, as the chair writes them down."""
    by = who(request)
    table = arranged(by, meeting_id)
    form = AttendanceForm(posted(request), agencies=agencies_of(table.marac.id))
    audit.record("read_attendance", "meeting", meeting_id)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        organisation = int(said["organisation"]) if said["organisation"] else None

        def make() -> str:
            write_attendance(
                by=by, meeting=table.meeting, name=said["name"], status=said["status"], organisation_id=organisation
            )
            say(request, "Written down.")
            return reverse("marac_attendance", args=[meeting_id])

        if where := attempt(form, lambda: once_only(form.once, make), "name"):
            return redirect_to(where)
    return draw(request, "attendance", table, form=form, attendance=attendance_of(table))


@require_POST
def marac_meeting_open(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Open the meeting."""
    by = who(request)
    table = arranged(by, meeting_id)
    try:
        open_meeting(by=by, meeting=table.meeting)
    except Refused as problem:
        tell(request, problem)
        return go("marac_meeting", meeting_id)
    return go("marac_meeting_chair", meeting_id)


@require_POST
def marac_meeting_end(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """End the meeting."""
    by = who(request)
    table = arranged(by, meeting_id)
    try:
        end_meeting(by=by, meeting=table.meeting)
    except Refused as problem:
        tell(request, problem)
        return go("marac_meeting_chair", meeting_id)
    say(request, "The meeting is over. Finish the minutes and publish them.")
    return go("marac_minutes", meeting_id)


@require_POST
def marac_meeting_go(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """To the next item, the one before, or one of the list."""
    by = who(request)
    table = arranged(by, meeting_id)
    to = request.POST.get("to", "")
    try:
        go_to_item(by=by, meeting=table.meeting, to=int(to) if to.isdecimal() and len(to) < 20 else to)
    except Refused as problem:
        if by_script(request):
            return not_done(None, problem)
        tell(request, problem)
    return done(request, reverse("marac_meeting_chair", args=[meeting_id]))


@require_safe
def marac_meeting_chair(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The chair's screen: the item, everything shared, minutes, actions, what comes next."""
    by = who(request)
    table = arranged(by, meeting_id)
    if table.meeting.status not in (Meeting.OPEN, Meeting.HELD):
        return go("marac_meeting", meeting_id)
    if table.meeting.status == Meeting.OPEN and not table.accepted:
        return go("marac_meeting_attend", meeting_id)
    context = _chair(by, table)
    screen = context["screen"]
    if screen.now is not None:
        context.update(
            line_form=LineForm(initial={"kind": "discussion"}),
            action_form=ActionForm(marac=table.marac, item_id=screen.now.about.item.id),
        )
    _read(table, screen)
    return draw(
        request, "chair", table, mark=table.mark, notes_form=NotesForm(),
        flags=flags_reaching(table) if table.marac.kind == Marac.MARAC else [],
        outstanding=outstanding_of(table.marac.id, table.meeting), contacts=contacts_on(table.meeting), **context,
    )  # fmt: skip


@require_safe
def marac_meeting_room(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The room's screen: large, and nothing that is not needed. Projected, it leaves out the agency's own notes."""
    by = who(request)
    table = table_of(by, meeting_id)
    if table.meeting.status == Meeting.MINUTED:
        return go("marac_minutes", meeting_id)
    if table.meeting.status in RUNS and not table.accepted:
        return go("marac_meeting_attend", meeting_id)
    context = _room(by, table)
    screen, projected = context["screen"], "projected" in request.GET
    brings = screen.now is not None and screen.now.about.item.brought_by_id == by.user_id
    if brings and screen.now.about.is_open and not projected:
        context["voice_form"] = LineForm(initial={"kind": "voice"})
    _read(table, screen)
    return draw(request, "room", table, mark=table.mark, projected=projected, **context)


CHAIR_PARTS = ("bar", "now", "level", "told", "minutes", "list", "present", "notes")
PROJECTED_PARTS = ("room_now", "room_told")
ROOM_PARTS = (*PROJECTED_PARTS, "room_mine")


@require_safe
def marac_live(request: HttpRequest, meeting_id: int, screen: str) -> HttpResponse:
    """What is new on a screen; nothing at all, quickly, where nothing is."""
    by = who(request)
    mark = mark_of(by, meeting_id)
    if request.GET.get("mark") == mark:
        return HttpResponse(status=204)
    table = table_of(by, meeting_id)
    if table.meeting.status in RUNS and not table.accepted:
        raise Http404
    parts: tuple[str, ...]
    if screen == "chair" and table.arranges:
        parts, context = CHAIR_PARTS, _chair(by, table)
    elif screen in ("room", "projected"):
        parts, context = ROOM_PARTS if screen == "room" else PROJECTED_PARTS, _room(by, table)
    else:
        raise Http404
    _read(table, context["screen"])
    answer = JsonResponse(
        {
            "mark": mark,
            "item": str(table.meeting.current_item_id or ""),
            "parts": {
                part: render_to_string(f"marac/parts/{part}.jinja", {"table": table, **context}, request)
                for part in parts
            },
        }
    )
    answer["Cache-Control"] = "no-store"
    return answer


def _chair(by: Acting, table: Table) -> dict[str, Any]:
    screen = screen_of(by, table)
    item = screen.here.item if screen.here is not None else None
    level = LevelForm(initial={"level": item.level, "version": item.version}) if item is not None else None
    return {"screen": screen, "attendance": attendance_of(table), "level_form": level}


def _room(by: Acting, table: Table) -> dict[str, Any]:
    return {"screen": screen_of(by, table), "voice_form": None}


def _read(table: Table, screen: Any) -> None:
    shown = [screen.now.about.item.case_id] if screen.now is not None else []
    audit.record("read_meeting_screen", "meeting", table.meeting.id, listed=shown)
