"""Actions: my agency's list and answers, what is overdue at a table, what a table was told in order."""

from __future__ import annotations

from urllib.parse import urlencode

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
from leeward.platform.common.pages import page_number, pages
from leeward.platform.reference.lists import choices, label
from leeward.response.marac.actions.following_up import answer_action, change_action, chase_action
from leeward.response.marac.forms.table import AnswerForm, ChangeActionForm, agencies_of
from leeward.response.marac.models import Item, Marac, MaracAction
from leeward.response.marac.queries.actions import Chosen, actions_of, agencies_arranged, find_action, people_of
from leeward.response.marac.queries.agenda import outstanding_of
from leeward.response.marac.queries.merged import merged_story
from leeward.response.marac.queries.table import find_item, is_arranger, my_parts, spoken, table_of
from leeward.response.marac.views.table import draw, posted

LISTS = {"due": "Due in seven days", "overdue": "Overdue", "open": "To be done", "done": "Done",
         "not_done": "Not done", "changed": "Things changed", "all": "All"}  # fmt: skip
EVERYBODY = "all"


@require_safe
def marac_actions(request: HttpRequest) -> HttpResponse:
    """What my agency has taken on; for who arranges a MARAC, what every agency of it has."""
    by = who(request)
    given = {key: request.GET.get(key, "") for key in ("which", "for", "agency")}
    which = given["which"] if given["which"] in LISTS else "due"
    for_whom = given["for"] if given["for"] in dict(choices("marac_for")) else ""
    agencies = agencies_arranged()
    agency = next((one for one, _ in agencies if str(one) == given["agency"]), None)
    everybody = bool(agencies) and given["agency"] == EVERYBODY
    mine = request.GET.get("mine") == "1" and agency is None and not everybody
    page = page_number(request)
    rows, more = actions_of(by, Chosen(which, for_whom, agency, everybody, page, mine))

    def address(**changed: str) -> str:
        said = {
            "which": which, "for": for_whom, "agency": given["agency"] if agency or everybody else "",
            "mine": "1" if mine else "", **changed,
        }  # fmt: skip
        return f"{reverse('marac_actions')}?{urlencode({key: value for key, value in said.items() if value})}"

    tabs = [{"text": words, "href": address(which=key), "current": key == which} for key, words in LISTS.items()]
    chips = [
        {"text": f"For: {words.lower()}", "selected": code == for_whom,
         "href": address(**{"for": "" if code == for_whom else code})}
        for code, words in choices("marac_for")
    ]  # fmt: skip
    if agency is None and not everybody:
        chips.insert(0, {"text": "Yours, or nobody’s yet", "selected": mine, "href": address(mine="" if mine else "1")})
    audit.record("listed_marac_actions", "marac_action", listed=[row.id for row in rows])
    return draw(
        request, "actions", rows=rows, names=people_of([row.item_id for row in rows]), which=which, tabs=tabs,
        chips=chips, agencies=agencies, agency=agency, everybody=everybody, for_whom=for_whom,
        pages=pages(request, page, more), today=timezone.localdate(),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def marac_action(request: HttpRequest, action_id: int) -> HttpResponse:
    """One action, and what became of it."""
    by = who(request)
    action = find_action(action_id)
    form = AnswerForm(posted(request), initial={"version": action.version})
    both = None
    is_mine = action.organisation_id == by.organisation_id
    audit.record("read_marac_action", "marac_action", action.id)
    if request.method == "POST" and is_mine and form.is_valid():
        said = form.cleaned_data

        def make() -> str:
            answer_action(by=by, action=action, status=said["status"], outcome=said["outcome"], version=said["version"])
            say(request, "Kept. The chair sees it before the next meeting.")
            return reverse("marac_actions")

        try:
            where = attempt(form, lambda: once_only(form.once, make), "outcome")
        except Conflict as conflict:
            theirs = {
                "status": label("marac_action", str(conflict.theirs["status"])),
                "outcome": str(conflict.theirs["outcome"]),
            }
            yours = {"status": label("marac_action", said["status"]), "outcome": said["outcome"]}
            both = side_by_side(conflict.words, conflict.by, {"status": "Answer", "outcome": "Words"}, theirs, yours)
            from_now_on(form, request, MaracAction.objects.only("version").get(id=action.id).version)
            where = None
        if where:
            return redirect_to(where)
    item = Item.objects.select_related("meeting__marac").filter(id=action.item_id).first()
    arranges = item is not None and is_arranger(by, my_parts(by).get(item.meeting.marac_id, ()))
    return draw(
        request, "action", action=action, form=form, both=both, is_mine=is_mine, item=item, arranges=arranges,
        name=people_of([action.item_id]).get(action.item_id, ""), today=timezone.localdate(),
    )  # fmt: skip


def _at_my_table(request: HttpRequest, action_id: int) -> tuple[MaracAction, int]:
    by = who(request)
    action = find_action(action_id)
    item = Item.objects.select_related("meeting").filter(id=action.item_id).first()
    if item is None or not is_arranger(by, my_parts(by).get(item.meeting.marac_id, ())):
        raise Http404
    return action, item.meeting.marac_id


@require_http_methods(["GET", "POST"])
def marac_action_change(request: HttpRequest, action_id: int) -> HttpResponse:
    """Another agency, or more time."""
    by = who(request)
    action, marac_id = _at_my_table(request, action_id)
    first = {"organisation": str(action.organisation_id), "due_on": action.due_on, "version": action.version}
    form = ChangeActionForm(posted(request), initial=first, agencies=agencies_of(marac_id))
    both = None
    audit.record("read_marac_action", "marac_action", action.id)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def make() -> str:
            change_action(
                by=by, action=action, organisation_id=int(said["organisation"]), due_on=said["due_on"],
                why=said["why"], version=said["version"],
            )  # fmt: skip
            say(request, "Changed. The agency gets a notice without any detail.")
            return reverse("marac_actions_overdue", args=[marac_id])

        try:
            where = attempt(form, lambda: once_only(form.once, make), "due_on")
        except Conflict as conflict:
            theirs = {"status": label("marac_action", str(conflict.theirs["status"]))}
            both = side_by_side(conflict.words, conflict.by, {"status": "Answer"}, theirs, {"status": "Still open"})
            from_now_on(form, request, MaracAction.objects.only("version").get(id=action.id).version)
            where = None
        if where:
            return redirect_to(where)
    return draw(
        request, "action_change", action=action, form=form, both=both, marac_id=marac_id,
        name=people_of([action.item_id]).get(action.item_id, ""),
    )  # fmt: skip


@require_POST
def marac_action_chase(request: HttpRequest, action_id: int) -> HttpResponse:
    """One button: a notice to whoever owns an overdue action."""
    by = who(request)
    action, marac_id = _at_my_table(request, action_id)
    try:
        chase_action(by=by, action=action)
    except Refused as problem:
        tell(request, problem)
    else:
        say(request, "Chased: a notice without any detail is on its way.")
    return go("marac_actions_overdue", marac_id)


@require_safe
def marac_actions_overdue(request: HttpRequest, marac_id: int) -> HttpResponse:
    """Before the next meeting: what is past its day at this table, what nobody did, what could not be done any more."""
    by = who(request)
    marac = Marac.objects.filter(id=marac_id).first()
    if marac is None or not is_arranger(by, my_parts(by).get(marac.id, ())):
        raise Http404
    whole = outstanding_of(marac.id)
    agencies = {row.organisation_id: row.organisation.name for row in whole.all}
    chosen = next((one for one in agencies if str(one) == request.GET.get("agency", "")), None)
    found = whole if chosen is None else whole.of(chosen)
    audit.record("listed_marac_actions", "marac_action", listed=[row.id for row in found.all])
    return draw(
        request, "overdue_print" if "print" in request.GET else "overdue", found=found, marac=marac,
        names=people_of([row.item_id for row in found.all]), chosen=chosen, printed_at=timezone.now(),
        agencies=sorted(agencies.items(), key=lambda one: one[1]),
    )  # fmt: skip


@require_safe
def marac_item_story(request: HttpRequest, item_id: int) -> HttpResponse:
    """What the agencies shared, and the case's own lines for who may read them, in one order; for paper too."""
    by = who(request)
    item = find_item(item_id)
    table = table_of(by, item.meeting_id)
    lines = merged_story(item)
    audit.record("read_merged_story", "marac_item", item.id, person=item.person_id)
    template = "story_print" if "print" in request.GET else "story"
    return draw(request, template, table, one=spoken([item])[0], lines=lines, printed_at=timezone.now())
