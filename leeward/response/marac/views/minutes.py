"""Minutes: lines, corrections, what is withheld from whom, actions, the page and the documents."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import (
    attempt,
    once_only,
    redirect_to,
    say,
    side_by_side,
    tell,
    who,
)
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
    publish_minutes,
    take_out_line,
    withhold_line,
)
from leeward.response.marac.actions.undoing import line_back
from leeward.response.marac.documents import render as render_document
from leeward.response.marac.documents.minutes import as_document
from leeward.response.marac.forms.table import (
    ActionForm,
    CorrectLineForm,
    LevelForm,
    LineForm,
    NotesForm,
    PublishForm,
    WithholdForm,
    agencies_of,
)
from leeward.response.marac.models import Item
from leeward.response.marac.queries.agenda import outstanding_of
from leeward.response.marac.queries.daily import contacts_on
from leeward.response.marac.queries.meeting import find_line
from leeward.response.marac.queries.minutes import (
    minutes_of,
    names_of_organisations,
    not_for_agencies,
    redacted,
    taken_out_of,
)
from leeward.response.marac.queries.table import Table, arranged, find_item, spoken, table_of
from leeward.response.marac.views.table import by_script, done, draw, not_done, posted


def _home(table: Table, item: Item) -> str:
    """Where one who writes minutes goes on: the chair's screen while the meeting is open, the minutes after it."""
    if not table.arranges:
        return reverse("marac_meeting_room", args=[table.meeting.id])
    if table.meeting.status == "open":
        return reverse("marac_meeting_chair", args=[table.meeting.id])
    return reverse("marac_minutes", args=[table.meeting.id]) + f"#item-{item.id}"


@require_http_methods(["GET", "POST"])
def marac_line_add(request: HttpRequest, item_id: int) -> HttpResponse:
    """One line of the minutes. Sent again with the same token it counts once."""
    by = who(request)
    item = find_item(item_id)
    table = table_of(by, item.meeting_id)
    form = LineForm(posted(request), initial={"kind": "discussion" if table.arranges else "voice"})
    audit.record("opened_minutes", "marac_item", item.id, person=item.person_id)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def make() -> str:
            kind = said["kind"] if table.arranges else "voice"
            add_line(by=by, item=item, kind=kind, words=said["words"], said_by=said["said_by"])
            return _home(table, item)

        if where := attempt(form, lambda: once_only(form.once, make), "words"):
            return done(request, where)
    if request.method == "POST" and by_script(request):
        return not_done(form)
    return draw(request, "line_form", table, form=form, one=spoken([item])[0], back=_home(table, item))


@require_http_methods(["GET", "POST"])
def marac_line_correct(request: HttpRequest, line_id: int) -> HttpResponse:
    """Put a line right. Two who do it at once see both texts side by side."""
    by = who(request)
    line = find_line(line_id)
    table = arranged(by, line.item.meeting_id)
    stands = newest_of(line)
    first = {"kind": stands.kind, "words": stands.words, "said_by": stands.said_by, "stands": stands.id}
    form = CorrectLineForm(posted(request), initial=first)
    both = None
    audit.record("opened_minutes", "marac_item", line.item_id, person=line.item.person_id)
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
    by = who(request)
    line = find_line(line_id)
    table = arranged(by, line.item.meeting_id)
    try:
        take_out_line(by=by, line=line)
    except Refused as problem:
        tell(request, problem)
    else:
        say(request, "Taken out of the minutes.")
    return redirect_to(_home(table, line.item))


@require_POST
def marac_line_back(request: HttpRequest, line_id: int) -> HttpResponse:
    """A line that was taken out stands again."""
    by = who(request)
    line = find_line(line_id)
    table = arranged(by, line.item.meeting_id)
    try:
        line_back(by=by, line=line)
    except Refused as problem:
        tell(request, problem)
    else:
        say(request, "The line stands in the minutes again.")
    return redirect_to(_home(table, line.item))


@require_http_methods(["GET", "POST"])
def marac_line_withhold(request: HttpRequest, line_id: int) -> HttpResponse:
    """For which agencies a line is not."""
    by = who(request)
    line = find_line(line_id)
    table = arranged(by, line.item.meeting_id)
    agencies = [one for one in agencies_of(table.marac.id) if one[0] != by.organisation_id]
    form = WithholdForm(
        posted(request), agencies=agencies, initial={"organisations": [str(one) for one in line.withheld_from]}
    )
    audit.record("opened_minutes", "marac_item", line.item_id, person=line.item.person_id)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            withhold_line(by=by, line=line, organisations=form.chosen())
            say(request, "Kept. The agencies that you ticked get the minutes without this line.")
            return _home(table, line.item)

        if where := attempt(form, lambda: once_only(form.once, make), "organisations"):
            return redirect_to(where)
    return draw(request, "line_withhold", table, form=form, line=line, back=_home(table, line.item))


@require_http_methods(["GET", "POST"])
def marac_action_add(request: HttpRequest, item_id: int) -> HttpResponse:
    """An action: from the library, or in words of its own."""
    by = who(request)
    item = find_item(item_id)
    table = arranged(by, item.meeting_id)
    form = ActionForm(posted(request), marac=table.marac, item_id=item.id)
    audit.record("opened_minutes", "marac_item", item.id, person=item.person_id)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            add_action(by=by, item=item, facts=form.facts())
            return _home(table, item)

        if where := attempt(form, lambda: once_only(form.once, make), "words"):
            return done(request, where)
    if request.method == "POST" and by_script(request):
        return not_done(form)
    return draw(request, "action_form", table, form=form, one=spoken([item])[0], back=_home(table, item))


def _press(request: HttpRequest, item_id: int, work: Callable[[Item], object], words: str) -> HttpResponse:
    by = who(request)
    item = find_item(item_id)
    table = arranged(by, item.meeting_id)
    try:
        work(item)
    except (Refused, Conflict) as problem:
        if by_script(request):
            return not_done(None, problem)
        tell(request, Refused(problem.words))
        return redirect_to(_home(table, item))
    return done(request, _home(table, item), words)


@require_POST
def marac_level(request: HttpRequest, item_id: int) -> HttpResponse:
    """The risk that the table agrees on."""
    form = LevelForm(request.POST)

    def work(item: Item) -> None:
        if not form.is_valid():
            raise Refused("Choose one of the levels shown.")
        agree_level(by=who(request), item=item, level=form.cleaned_data["level"], version=form.cleaned_data["version"])

    return _press(request, item_id, work, "The risk agreed is kept.")


@require_POST
def marac_heard(request: HttpRequest, item_id: int) -> HttpResponse:
    """The item was heard."""
    return _press(request, item_id, lambda item: mark_heard(by=who(request), item=item), "Heard.")


@require_http_methods(["GET", "POST"])
def marac_notes_add(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """A line of any other business, while the meeting goes on."""
    by = who(request)
    table = arranged(by, meeting_id)
    back = reverse("marac_meeting_chair" if table.meeting.status == "open" else "marac_minutes", args=[meeting_id])
    form = NotesForm(posted(request))
    audit.record("read_meeting", "meeting", meeting_id)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            add_other_business(by=by, meeting=table.meeting, words=form.cleaned_data["words"])
            return back

        if where := attempt(form, lambda: once_only(form.once, make), "words"):
            return done(request, where)
    if request.method == "POST" and by_script(request):
        return not_done(form)
    return draw(request, "notes_form", table, form=form, back=back)


@require_safe
def marac_minutes(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The minutes as their reader may have them."""
    by = who(request)
    table = table_of(by, meeting_id)
    minutes = minutes_of(table)
    may_write = table.arranges and table.meeting.status in ("open", "held")
    audit.record("read_minutes", "meeting", meeting_id, listed=[one.about.item.case_id for one in minutes.items])
    withheld = {one for some in minutes.items for line in some.lines for one in line.withheld_from}
    return draw(
        request, "minutes", table, minutes=minutes, is_out=table.meeting.status == "minuted",
        may_write=may_write, taken_out=taken_out_of(table) if may_write else {},
        outstanding=outstanding_of(table.marac.id, table.meeting), contacts=contacts_on(table.meeting),
        withheld=names_of_organisations(withheld) if table.arranges and withheld else {},
    )  # fmt: skip


def _may_have(table: Table) -> None:
    """Raise Http404 for minutes that are a draft, but for who writes them."""
    if table.meeting.status != "minuted" and not table.arranges:
        raise Http404


@require_safe
def marac_minutes_pdf(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The minutes as a document, for whoever asks: what the database withholds from them is not in it."""
    by = who(request)
    table = table_of(by, meeting_id)
    _may_have(table)
    minutes = minutes_of(table)
    outstanding = outstanding_of(table.marac.id, table.meeting)
    data = as_document(
        table, minutes, for_whom=f"{by.user_name}, {by.organisation_name}", outstanding=outstanding,
        contacts=contacts_on(table.meeting),
    )  # fmt: skip
    audit.record("took_minutes", "meeting", meeting_id, listed=[one.about.item.case_id for one in minutes.items])
    return _file(render_document("minutes", data), "application/pdf", "minutes.pdf")


@require_safe
def marac_minutes_set(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """For the chair: one document for each agency, for who sits there for it, without what one of them may not read."""
    by = who(request)
    table = arranged(by, meeting_id)
    packed = io.BytesIO()
    whole = minutes_of(table)
    outstanding = outstanding_of(table.marac.id, table.meeting)
    taken = [one.about.item.case_id for one in whole.items]
    hidden = not_for_agencies(
        [*(one.about.item.id for one in whole.items), *(action.item_id for action in outstanding.all)]
    )
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as folder:
        for number, (organisation, name) in enumerate(agencies_of(table.marac.id), 1):
            without = hidden.get(organisation, set())
            copy = as_document(
                table, redacted(whole, organisation, without),
                for_whom=f"{name}: for who has a seat there, and for nobody else",
                outstanding=outstanding.without(without),
            )  # fmt: skip
            folder.writestr(f"minutes-{number}.pdf", render_document("minutes", copy))
    audit.record("took_minutes", "meeting", meeting_id, listed=taken, detail={"set": True})
    return _file(packed.getvalue(), "application/zip", "minutes.zip")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(["GET", "POST"])
def marac_publish(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Publish the minutes: nothing is added any more."""
    by = who(request)
    table = arranged(by, meeting_id)
    form = PublishForm(posted(request), initial={"notes": table.meeting.notes, "read": len(table.meeting.notes)})
    audit.record("read_meeting", "meeting", meeting_id)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            said = form.cleaned_data
            sent = publish_minutes(by=by, meeting=table.meeting, notes=said["notes"], read=said["read"])
            say(request, f"The minutes are out. {sent} notices without any detail are on their way.")
            return reverse("marac_minutes", args=[meeting_id])

        if where := attempt(form, lambda: once_only(form.once, make), "notes"):
            return redirect_to(where)
    return draw(request, "publish", table, form=form)
