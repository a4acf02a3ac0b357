"""The minutes: their page, the documents, publishing them. Writing them: minuting.py."""

from __future__ import annotations

import io
import zipfile

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import say, who
from leeward.response.marac.actions.minuting import publish_minutes
from leeward.response.marac.documents import render as render_document
from leeward.response.marac.documents.minutes import as_document
from leeward.response.marac.forms.table import PublishForm, agencies_of
from leeward.response.marac.models import Seat
from leeward.response.marac.queries.agenda import outstanding_of
from leeward.response.marac.queries.daily import contacts_on
from leeward.response.marac.queries.minutes import (
    minutes_of,
    names_of_organisations,
    not_for_agencies,
    redacted,
    taken_out_of,
)
from leeward.response.marac.queries.table import Table, arranged, table_of
from leeward.response.marac.views.table import draw, kept, posted


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
    seated = set(Seat.objects.filter(marac=table.marac, ended_at=None).values_list("organisation_id", flat=True))
    hidden = not_for_agencies(
        [*(one.about.item.id for one in whole.items), *(action.item_id for action in outstanding.all)]
    )
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as folder:
        # An agency without a seat has nobody whose walls could be asked, and nobody to hand a copy to.
        sits = [(organisation, name) for organisation, name in agencies_of(table.marac.id) if organisation in seated]
        for number, (organisation, name) in enumerate(sits, 1):
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

    def make() -> str:
        said = form.cleaned_data
        sent = publish_minutes(by=by, meeting=table.meeting, notes=said["notes"], read=said["read"])
        say(request, f"The minutes are out. {sent} notices without any detail are on their way.")
        return reverse("marac_minutes", args=[meeting_id])

    return kept(request, form, make, "notes") or draw(request, "publish", table, form=form)
