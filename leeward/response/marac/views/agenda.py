"""The agenda: built, put in order, printed, sent to the table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.models import Organisation
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.response.marac.actions.agenda import (
    build_agenda,
    circulate,
    put_off,
    reorder_item,
    set_minutes,
    withdraw_item,
)
from leeward.response.marac.actions.undoing import not_heard, put_back
from leeward.response.marac.forms.table import SendForm, WhyForm
from leeward.response.marac.models import Item, MaracAgency, Research, Seat
from leeward.response.marac.queries.agenda import Agenda, agenda_of
from leeward.response.marac.queries.table import arranged, find_item, items_of, spoken, table_of
from leeward.response.marac.views.seen import works_in
from leeward.response.marac.views.table import draw, posted


@require_safe
def marac_agenda(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The agenda as its reader may see it."""
    table = table_of(who(request), meeting_id)
    agenda = agenda_of(table)
    audit.record("read_agenda", "meeting", meeting_id, listed=[one.item.case_id for one in agenda.items])
    return draw(request, "agenda", table, agenda=agenda, is_before=table.meeting.status in ("planned", "circulated"))


@require_safe
def marac_agenda_print(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """The agenda for paper."""
    table = table_of(who(request), meeting_id)
    agenda = agenda_of(table)
    audit.record("printed_agenda", "meeting", meeting_id, listed=[one.item.case_id for one in agenda.items])
    return draw(request, "agenda_print", table, agenda=agenda, printed_at=timezone.now())


@require_POST
def marac_agenda_build(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """One click."""
    by = who(request)
    table = arranged(by, meeting_id)
    try:
        built = build_agenda(by=by, meeting=table.meeting)
    except Refused as problem:
        tell(request, problem)
    else:
        added = "Nothing new waited." if not built.added else (
            "One case is on the agenda." if built.added == 1 else f"{built.added} cases are on the agenda."
        )  # fmt: skip
        left = f" {built.waiting} did not fit and {'waits' if built.waiting == 1 else 'wait'} for the next meeting."
        say(request, added + (left if built.waiting else ""))
    return go("marac_agenda", meeting_id)


@require_POST
def marac_item_order(request: HttpRequest, item_id: int) -> HttpResponse:
    """Up, down, or another number of minutes."""
    by = who(request)
    item = find_item(item_id)
    arranged(by, item.meeting_id)
    try:
        if "minutes" in request.POST:
            typed = request.POST["minutes"].strip()
            set_minutes(by=by, item=item, minutes=int(typed) if typed.isdecimal() and len(typed) < 4 else 0)
        else:
            reorder_item(by=by, item=item, to=request.POST.get("to", ""))
    except Refused as problem:
        tell(request, problem)
    return redirect_to(reverse("marac_agenda", args=[item.meeting_id]) + f"#item-{item.id}")


@require_http_methods(["GET", "POST"])
def marac_item_off(request: HttpRequest, item_id: int) -> HttpResponse:
    """Put a case off to the next meeting, or take it off since it was withdrawn."""
    by = who(request)
    item = find_item(item_id)
    table = arranged(by, item.meeting_id)
    is_withdrawn = request.GET.get("how") == "withdrawn"
    form = WhyForm(posted(request))
    audit.record("read_item", "marac_item", item.id, person=item.person_id)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            why = form.cleaned_data["why"]
            if is_withdrawn:
                withdraw_item(by=by, item=item, why=why)
                say(request, "Withdrawn. The table no longer sees this case.")
            else:
                following = put_off(by=by, item=item, why=why)
                say(
                    request,
                    "Put off to the next meeting." if following else "Put off. No later meeting is planned.",
                )
            return reverse("marac_meeting_chair" if table.meeting.status == "open" else "marac_agenda",
                           args=[item.meeting_id])  # fmt: skip

        if where := attempt(form, lambda: once_only(form.once, make), "why"):
            return redirect_to(where)
    return draw(request, "item_off", table, form=form, one=spoken([item])[0], is_withdrawn=is_withdrawn)


@require_POST
def marac_item_back(request: HttpRequest, item_id: int) -> HttpResponse:
    """Put off, withdrawn or marked as heard by mistake: it is on the agenda again."""
    by = who(request)
    item = find_item(item_id)
    table = arranged(by, item.meeting_id)
    try:
        if item.status == Item.HEARD:
            not_heard(by=by, item=item)
        else:
            put_back(by=by, item=item)
    except Refused as problem:
        tell(request, problem)
    else:
        say(request, "It is on the agenda again.")
    return go("marac_meeting_chair" if table.meeting.status == "open" else "marac_agenda", item.meeting_id)


@require_http_methods(["GET", "POST"])
def marac_circulate(request: HttpRequest, meeting_id: int) -> HttpResponse:
    """Exactly what goes to whom; then it goes."""
    by = who(request)
    table = arranged(by, meeting_id)
    form = SendForm(posted(request))
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            sent = circulate(by=by, meeting=table.meeting)
            say(
                request,
                f"The agenda is out: {sent.items} items, {sent.agencies} agencies, {sent.asked} pieces of research to "
                f"return, {sent.notices} notices.",
            )
            return reverse("marac_agenda", args=[meeting_id])

        if where := attempt(form, lambda: once_only(form.once, make)):
            return redirect_to(where)
    agenda = Agenda(items_of(table))
    seats = Seat.objects.filter(marac=table.marac, ended_at=None).select_related("user", "organisation")
    asked = MaracAgency.objects.filter(marac=table.marac, until_on=None, researches=True).values("organisation_id")
    audit.record("read_agenda", "meeting", meeting_id, listed=[one.item.case_id for one in agenda.items])
    return draw(
        request, "circulate", table, form=form, agenda=agenda, seats=seats.order_by("organisation__name", "user__name"),
        agencies=Organisation.objects.filter(id__in=asked).order_by("name"),
    )  # fmt: skip


@require_safe
def marac_item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One case as it was sent to the table."""
    by = who(request)
    item = find_item(item_id)
    table = table_of(by, item.meeting_id)
    research = Research.objects.filter(item=item, organisation_id=by.acts_for).first()
    audit.record("read_item", "marac_item", item.id, person=item.person_id)
    ours = item.referral.organisation_id == by.acts_for and works_in(item.case_id)
    return draw(request, "item", table, one=spoken([item])[0], research=research, ours=ours)
