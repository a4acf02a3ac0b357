"""Writing minutes: lines, corrections, what is withheld from whom, actions, the risk agreed, what was heard."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.web import attempt, once_only, redirect_to, say, side_by_side, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.response.marac.actions.minuting import (
    add_action,
    add_line,
    add_other_business,
    agree_level,
    correct_line,
    mark_heard,
    newest_of,
    take_out_line,
    withhold_line,
)
from leeward.response.marac.actions.undoing import line_back
from leeward.response.marac.forms.table import (
    ActionForm,
    CorrectLineForm,
    LevelForm,
    LineForm,
    NotesForm,
    WithholdForm,
    agencies_of,
)
from leeward.response.marac.models import Item, MinuteLine
from leeward.response.marac.queries.meeting import find_line
from leeward.response.marac.queries.table import Table, arranged, find_item, spoken, table_of
from leeward.response.marac.views.table import draw, kept, posted, pressed


def _home(table: Table, item: Item) -> str:
    """Where one who writes minutes goes on: the chair's screen while the meeting is open, the minutes after it."""
    if not table.arranges:
        return reverse("marac_meeting_room", args=[table.meeting.id])
    if table.meeting.status == "open":
        return reverse("marac_meeting_chair", args=[table.meeting.id])
    return reverse("marac_minutes", args=[table.meeting.id]) + f"#item-{item.id}"


def _of_line(request: HttpRequest, line_id: int) -> tuple[Acting, MinuteLine, Table]:
    by = who(request)
    line = find_line(line_id)
    return by, line, arranged(by, line.item.meeting_id)


def _of_item(request: HttpRequest, item_id: int) -> tuple[Acting, Item, Table]:
    by = who(request)
    item = find_item(item_id)
    return by, item, arranged(by, item.meeting_id)


def _opened(item: Item) -> None:
    audit.record("opened_minutes", "marac_item", item.id, person=item.person_id)


@require_http_methods(["GET", "POST"])
def marac_line_add(request: HttpRequest, item_id: int) -> HttpResponse:
    """One line of the minutes. Sent again with the same token it counts once."""
    by = who(request)
    item = find_item(item_id)
    table = table_of(by, item.meeting_id)
    form = LineForm(posted(request), initial={"kind": "discussion" if table.arranges else "voice"})
    _opened(item)

    def make() -> str:
        said = form.cleaned_data
        kind = said["kind"] if table.arranges else "voice"
        add_line(by=by, item=item, kind=kind, words=said["words"], said_by=said["said_by"])
        return _home(table, item)

    return kept(request, form, make, "words") or draw(
        request, "line_form", table, form=form, one=spoken([item])[0], back=_home(table, item)
    )


@require_http_methods(["GET", "POST"])
def marac_line_correct(request: HttpRequest, line_id: int) -> HttpResponse:
    """Put a line right. Two who do it at once see both texts side by side."""
    by, line, table = _of_line(request, line_id)
    stands = newest_of(line)
    first = {"kind": stands.kind, "words": stands.words, "said_by": stands.said_by, "stands": stands.id}
    form = CorrectLineForm(posted(request), initial=first)
    both = None
    _opened(line.item)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        read = line if said["stands"] == line.id else find_line(said["stands"])

        def make() -> str:
            if read.item_id != line.item_id:
                raise Refused("This page lost its place. Copy what you wrote, and open it again.")
            correct_line(by=by, line=read, kind=said["kind"], words=said["words"], said_by=said["said_by"])
            say(request, "Corrected. The earlier text stays with who answers for the minutes.")
            return _home(table, line.item)

        try:
            where = attempt(form, lambda: once_only(form.once, make), "words")
        except Conflict as conflict:
            theirs = {key: str(value) for key, value in conflict.theirs.items() if key != "line"}
            theirs["kind"] = label("marac_line", theirs["kind"])
            yours = {"kind": label("marac_line", said["kind"]), "words": said["words"], "said_by": said["said_by"]}
            both = side_by_side(
                conflict.words, conflict.by, {"kind": "Kind", "words": "Words", "said_by": "Said by"}, theirs, yours
            )
            data = request.POST.copy()
            data["stands"] = str(conflict.theirs["line"])
            form.data = data
            where = None
        if where:
            return redirect_to(where)
    return draw(
        request, "line_correct", table, form=form, line=line, both=both, one=spoken([find_item(line.item_id)])[0],
        back=_home(table, line.item),
    )  # fmt: skip


@require_POST
def marac_line_out(request: HttpRequest, line_id: int) -> HttpResponse:
    """Take a line out of the minutes."""
    by, line, table = _of_line(request, line_id)
    return pressed(
        request, _home(table, line.item), lambda: take_out_line(by=by, line=line), "Taken out of the minutes."
    )


@require_POST
def marac_line_back(request: HttpRequest, line_id: int) -> HttpResponse:
    """A line that was taken out stands again."""
    by, line, table = _of_line(request, line_id)
    return pressed(
        request, _home(table, line.item), lambda: line_back(by=by, line=line), "The line stands in the minutes again."
    )


@require_http_methods(["GET", "POST"])
def marac_line_withhold(request: HttpRequest, line_id: int) -> HttpResponse:
    """For which agencies a line is not."""
    by, line, table = _of_line(request, line_id)
    agencies = [one for one in agencies_of(table.marac.id) if one[0] != by.organisation_id]
    form = WithholdForm(
        posted(request), agencies=agencies, initial={"organisations": [str(one) for one in line.withheld_from]}
    )
    _opened(line.item)

    def make() -> str:
        withhold_line(by=by, line=line, organisations=form.chosen())
        return _home(table, line.item)

    words = "Kept. The agencies that you ticked get the minutes without this line."
    return kept(request, form, make, "organisations", words) or draw(
        request, "line_withhold", table, form=form, line=line, back=_home(table, line.item)
    )


@require_http_methods(["GET", "POST"])
def marac_action_add(request: HttpRequest, item_id: int) -> HttpResponse:
    """An action: from the library, or in words of its own."""
    by, item, table = _of_item(request, item_id)
    form = ActionForm(posted(request), marac=table.marac, item_id=item.id)
    _opened(item)

    def make() -> str:
        add_action(by=by, item=item, facts=form.facts())
        return _home(table, item)

    return kept(request, form, make, "words") or draw(
        request, "action_form", table, form=form, one=spoken([item])[0], back=_home(table, item)
    )


@require_POST
def marac_level(request: HttpRequest, item_id: int) -> HttpResponse:
    """The risk that the table agrees on."""
    by, item, table = _of_item(request, item_id)
    form = LevelForm(request.POST)

    def work() -> None:
        if not form.is_valid():
            raise Refused("Choose one of the levels shown.")
        agree_level(by=by, item=item, level=form.cleaned_data["level"], version=form.cleaned_data["version"])

    return pressed(request, _home(table, item), work, "The risk agreed is kept.")


@require_POST
def marac_heard(request: HttpRequest, item_id: int) -> HttpResponse:
    """The item was heard."""
    by, item, table = _of_item(request, item_id)
    return pressed(request, _home(table, item), lambda: mark_heard(by=by, item=item), "Heard.")


@require_http_methods(["GET", "POST"])
def marac_notes_add(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A line of any other business, while the meeting goes on."""
    by = who(request)
    table = arranged(by, meeting_id)
    back = reverse("marac_meeting_chair" if table.meeting.status == "open" else "marac_minutes", args=[meeting_id])
    form = NotesForm(posted(request))
    audit.record("read_meeting", "meeting", meeting_id)

    def make() -> str:
        add_other_business(by=by, meeting=table.meeting, words=form.cleaned_data["words"])
        return back

    return kept(request, form, make, "words") or draw(request, "notes_form", table, form=form, back=back)
