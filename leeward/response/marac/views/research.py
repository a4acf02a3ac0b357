"""Research: an agency's own pages, and who has returned what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, from_now_on, go, redirect_to, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.response.marac.actions.research import (
    as_stands,
    chase_all,
    chase_research,
    keep_research,
    return_research,
    save_research,
    share_research,
)
from leeward.response.marac.forms.research import ResearchForm
from leeward.response.marac.forms.table import WhyForm
from leeward.response.marac.models import ResearchAnswer
from leeward.response.marac.queries.agenda import returns_of
from leeward.response.marac.queries.research import find_own, own_of
from leeward.response.marac.queries.table import arranged, items_of, table_of
from leeward.response.marac.views.table import done, draw, not_done, posted


@require_safe
def marac_research(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """What my agency is asked for a meeting."""
    by = who(request)
    table = table_of(by, meeting_id)
    mine = own_of(by, table)
    audit.record("listed_research", "meeting", meeting_id, listed=[one.research.id for one in mine])
    return draw(request, "research", table, mine=mine)


LABELS = {"known": "Known", "not_shared_why": "Why it is not shared", "lines": "Lines"}


@require_http_methods(["GET", "POST"])
def marac_research_form(request: HttpRequest, research_id: int) -> HttpResponse:
    """My agency's research on one item: saved as it is typed, returned when it is done."""
    by = who(request)
    own = find_own(by, research_id)
    table = table_of(by, own.research.item.meeting_id)
    answer = own.answer
    first = {
        "version": answer.version if answer else 0, "known": answer.known if answer else "",
        "not_shared_why": answer.not_shared_why if answer else "",
    }  # fmt: skip
    form = ResearchForm(own.lines, posted(request), initial=first)
    both = None
    audit.record("opened_research", "research", research_id, person=own.about.item.person_id)
    if own.state == "shared":
        return draw(request, "research_shared", table, own=own)
    if request.method == "POST":
        autosave = "autosave" in request.POST
        if form.is_valid():
            try:
                saved = save_research(
                    by=by, research=own.research, findings=form.findings(), version=form.cleaned_data["version"]
                )
            except Conflict as conflict:
                if autosave:
                    return JsonResponse({"message": conflict.words}, status=409)
                said = form.cleaned_data
                theirs = {**{key: str(value) for key, value in conflict.theirs.items()},
                          "known": label("marac_known", str(conflict.theirs["known"]))}  # fmt: skip
                yours = {
                    "known": label("marac_known", said["known"]), "not_shared_why": said["not_shared_why"],
                    "lines": "\n".join(line.words for line in form.findings().lines),
                }  # fmt: skip
                both = side_by_side(conflict.words, conflict.by, LABELS, theirs, yours)
                from_now_on(form, request, ResearchAnswer.objects.only("version").get(research_id=research_id).version)
            except Refused as problem:
                if autosave:
                    return JsonResponse({"message": problem.words}, status=409)
                form.add_error(None, problem.words)
            else:
                if autosave:
                    return JsonResponse({"version": saved.version})
                if "finish" not in request.POST:
                    say(request, "Saved. There is room for more lines below.")
                    return go("marac_research_form", research_id)
                # What was typed is kept whether or not it can be returned as it is.
                if attempt(form, lambda: return_research(by=by, research=own.research), "known") is not None:
                    say(request, "Returned. The chair sees that it is there, and nothing of what it says.")
                    return go("marac_research", table.meeting.id)
                from_now_on(form, request, saved.version)
        elif autosave:
            return JsonResponse(
                {"message": "Something here cannot be kept as it is. Press Save to see what."}, status=409
            )
    return draw(request, "research_form", table, form=form, own=own, both=both, stands=as_stands if both else None)


@require_safe
def marac_research_returned(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Who has returned what, and what nobody did: for chair and coordinator."""
    by = who(request)
    table = arranged(by, meeting_id)
    returns = returns_of(table)
    items = {one.item.id: one for one in items_of(table)}
    missing: dict[int, list[str]] = {}
    for one in returns:
        for item_id in one.missing:
            missing.setdefault(item_id, []).append(one.organisation.name)
    audit.record("read_returns", "meeting", meeting_id, listed=[one.item.case_id for one in items.values()])
    return draw(
        request, "returned", table, returns=returns, agencies=len(returns),
        rows=[(items[key], missing[key]) for key in items if key in missing],
    )  # fmt: skip


@require_POST
def marac_research_chase(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One button: a notice to an agency that has not returned everything."""
    by = who(request)
    table = arranged(by, meeting_id)
    typed = request.POST.get("organisation", "")
    try:
        if "all" in request.POST:
            count = chase_all(by=by, meeting=table.meeting)
            words = "One agency is chased" if count == 1 else f"{count} agencies are chased"
        else:
            organisation = int(typed) if typed.isdecimal() and len(typed) < 20 else 0
            count = chase_research(by=by, meeting=table.meeting, organisation_id=organisation)
            words = f"Chased for {count} item{'' if count == 1 else 's'}"
        say(request, f"{words}: a notice without any detail is on its way.")
    except Refused as problem:
        tell(request, problem)
    return go("marac_research_returned", meeting_id)


@require_POST
def marac_research_share(request: HttpRequest, research_id: int) -> HttpResponse:
    """Share with the table: everything, or the lines that are ticked."""
    by = who(request)
    own = find_own(by, research_id)
    address = reverse("marac_meeting_room", args=[own.research.item.meeting_id])
    lines = None if "all" in request.POST else [
        int(one) for one in request.POST.getlist("line") if one.isdecimal() and len(one) < 20
    ]  # fmt: skip
    try:
        share_research(by=by, research=own.research, lines=lines)
    except Refused as problem:
        if request.headers.get("Accept", "").startswith("application/json"):
            return not_done(None, problem)
        tell(request, problem)
        return redirect_to(address)
    return done(request, address, "Shared with the table.")


@require_http_methods(["GET", "POST"])
def marac_research_keep(request: HttpRequest, research_id: int) -> HttpResponse:
    """Known, and not shared: the table is told so, with the reason."""
    by = who(request)
    own = find_own(by, research_id)
    table = table_of(by, own.research.item.meeting_id)
    form = WhyForm(posted(request), initial={"why": own.answer.not_shared_why if own.answer else ""})
    audit.record("opened_research", "research", research_id, person=own.about.item.person_id)
    if request.method == "POST" and form.is_valid():
        kept = attempt(form, lambda: keep_research(by=by, research=own.research, why=form.cleaned_data["why"]), "why")
        if kept is not None:
            return done(
                request, reverse("marac_meeting_room", args=[table.meeting.id]), "The table is told your reason."
            )
    return draw(request, "research_keep", table, form=form, own=own)
