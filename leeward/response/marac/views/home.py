"""The first page of the room, and its calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import (
    attempt,
    from_now_on,
    go,
    once_only,
    redirect_to,
    say,
    side_by_side,
    tell,
    who,
)
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.ui.filters import day
from leeward.platform.ui.filters import time as clock
from leeward.response.marac.actions.meetings import cancel_meeting, move_meeting, plan_meetings
from leeward.response.marac.actions.undoing import hold_after_all
from leeward.response.marac.forms.table import MeetingForm, MoveForm, WhyForm
from leeward.response.marac.models import Marac, Meeting
from leeward.response.marac.queries.actions import people_of
from leeward.response.marac.queries.agenda import changes_of
from leeward.response.marac.queries.home import home_of
from leeward.response.marac.queries.minutes import attendance_of
from leeward.response.marac.queries.table import arranged, ends_at, is_arranger, my_parts, table_of
from leeward.response.marac.views.table import draw, posted

BACK = timedelta(days=400)
AHEAD = timedelta(days=7)


@require_safe
def marac_home(request: HttpRequest) -> HttpResponse:
    """What needs me, at each MARAC where I sit."""
    by = who(request)
    home = home_of(by)
    audit.record("read_marac", "marac", listed=[one.marac.id for one in home.tables])
    return draw(
        request, "home", home=home, asked=home.asked, today=timezone.localdate(), now=timezone.now(),
        names=people_of([one.item_id for one in home.asked.actions]),
    )  # fmt: skip


@require_safe
def marac_calendar(request: HttpRequest) -> HttpResponse:
    """Meetings that were and that will be, of the MARACs where I sit; `soon`: that are on, or come in seven days."""
    by, soon = who(request), request.GET.get("soon") == "1"
    parts = my_parts(by)
    maracs = list(Marac.objects.filter(id__in=list(parts)).order_by("name"))
    rows = (
        Meeting.objects.filter(marac_id__in=list(parts), begins_at__gt=timezone.now() - BACK)
        .select_related("marac")
        .order_by("-begins_at")
    )
    ahead = [one for one in rows if one.status in (Meeting.PLANNED, Meeting.CIRCULATED, Meeting.OPEN)]
    past = [] if soon else [one for one in rows if one not in ahead]
    if soon:
        until = timezone.localdate() + AHEAD
        ahead = [one for one in ahead if one.marac.is_active and timezone.localdate(one.begins_at) <= until]
    audit.record("listed_meetings", "meeting", listed=[one.id for one in (*ahead, *past)])
    return draw(
        request, "calendar", ahead=ahead[::-1], past=past, soon=soon,
        arranged=[one for one in maracs if is_arranger(by, parts[one.id])],
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def marac_plan(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Plan one meeting, or a series."""
    by = who(request)
    marac = Marac.objects.filter(id=marac_id).first()
    if marac is None or not is_arranger(by, my_parts(by).get(marac.id, ())):
        raise Http404
    lasts = min(max(marac.case_limit * marac.minutes_a_case, 15), 600)
    first = {"at": marac.begins, "place": marac.place, "lasts": lasts, "count": 1}
    form = MeetingForm(posted(request), initial=first)
    audit.record("opened_marac", "marac", marac.id)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            made = plan_meetings(by=by, marac=marac, facts=form.facts(), count=form.cleaned_data["count"])
            say(request, "Planned." if len(made) == 1 else f"{len(made)} meetings planned.")
            return reverse("marac_calendar")

        if where := attempt(form, lambda: once_only(form.once, make), "on"):
            return redirect_to(where)
    return draw(request, "plan", form=form, marac=marac)


@require_safe
def marac_meeting(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One meeting: when, where, how it stands, where to go from here."""
    by = who(request)
    table = table_of(by, meeting_id)
    audit.record("read_meeting", "meeting", meeting_id)
    return draw(
        request, "meeting", table, changes=changes_of(table.meeting), ends=ends_at(table.meeting),
        attendance=attendance_of(table),
    )  # fmt: skip


def _words(some: Mapping[str, Any]) -> dict[str, str]:
    return {"on": day(some["on"]), "at": clock(some["at"]), "place": str(some["place"]), "lasts": str(some["lasts"])}


LABELS = {"on": "Day", "at": "Begins", "place": "Place", "lasts": "Minutes"}


@require_http_methods(["GET", "POST"])
def marac_meeting_move(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Another day, hour or place."""
    by = who(request)
    table = arranged(by, meeting_id)
    meeting = table.meeting
    begins = timezone.localtime(meeting.begins_at)
    first = {"on": begins.date(), "at": begins.time(), "place": meeting.place, "lasts": meeting.lasts,
             "version": meeting.version}  # fmt: skip
    form = MoveForm(posted(request), initial=first)
    audit.record("opened_meeting_form", "meeting", meeting.id)
    both = None
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            said = form.cleaned_data
            move_meeting(by=by, meeting=meeting, facts=form.facts(), why=said["why"], version=said["version"])
            say(request, "The meeting is moved. Everybody at the table gets a notice without any detail.")
            return reverse("marac_meeting", args=[meeting.id])

        try:
            where = attempt(form, lambda: once_only(form.once, make), "on")
        except Conflict as conflict:
            said = form.cleaned_data
            theirs, yours = _words(conflict.theirs), _words(said)
            both = side_by_side(conflict.words, conflict.by, LABELS, theirs, yours)
            from_now_on(form, request, Meeting.objects.only("version").get(id=meeting.id).version)
            where = None
        if where:
            return redirect_to(where)
    return draw(request, "move", table, form=form, both=both)


@require_POST
def marac_meeting_restore(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A cancelled meeting is held after all."""
    by = who(request)
    table = arranged(by, meeting_id)
    try:
        hold_after_all(by=by, meeting=table.meeting)
    except Refused as problem:
        tell(request, problem)
    else:
        say(request, "The meeting is held after all. Look over its agenda and send it out.")
    return go("marac_meeting", meeting_id)


@require_http_methods(["GET", "POST"])
def marac_meeting_cancel(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Cancel a meeting: its items wait for the next one."""
    by = who(request)
    table = arranged(by, meeting_id)
    form = WhyForm(posted(request))
    audit.record("opened_meeting_form", "meeting", meeting_id)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            following = cancel_meeting(by=by, meeting=table.meeting, why=form.cleaned_data["why"])
            say(
                request,
                f"Cancelled. Its items wait for the agenda of {day(following.begins_at)}." if following
                else "Cancelled. Its items wait for the next meeting: none is planned yet.",
            )  # fmt: skip
            return reverse("marac_calendar")

        if where := attempt(form, lambda: once_only(form.once, make), "why"):
            return redirect_to(where)
    return draw(request, "cancel", table, form=form)
