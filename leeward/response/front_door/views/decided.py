"""Find a contact by the reference that somebody says, and what triage has decided."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access.web import who
from leeward.platform.common.references import as_reference
from leeward.response.front_door.actions.ringing import ask_who_has
from leeward.response.front_door.forms.triage import DecidedForm, FindForm
from leeward.response.front_door.queries.decided import contact_by_reference, decided_contacts
from leeward.response.front_door.views.triage import show_queue

NONE = (
    "No contact that you may open has this reference, and no service is known to have it. Ask them to say it again, or"
    " ask the index by name. If they are sure of the reference, ask the data protection lead."
)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_find(request: HttpRequest) -> HttpResponse:
    """Open the contact with this reference, or say which service has it by now.

    It is sent in the form: a reference never stands in an address. Whoever goes on from the answer (a chip of the
    queue, its next page, its refreshing itself) is in the queue.
    """
    if request.method != "POST":
        return redirect(f"{reverse('triage')}?{request.GET.urlencode()}".rstrip("?"))
    form = FindForm(request.POST)
    if not form.is_valid():
        return show_queue(request, form)
    found = contact_by_reference(by=who(request), reference=form.cleaned_data["reference"])
    if found is None:
        outcome = ask_who_has(by=who(request), reference=as_reference(form.cleaned_data["reference"]))
        if not outcome.answers:
            form.add_error("reference", outcome.limited or NONE)
        return show_queue(request, form, outcome.answers)
    return redirect(found)


@require_safe
def contacts_decided(request: HttpRequest) -> HttpResponse:
    """What triage has decided in a period, by outcome and risk."""
    last = DecidedForm().period()
    form = DecidedForm(request.GET if request.GET else None, initial={"since": last[0], "until": last[1]})
    valid = form.is_valid()
    since, until = form.period() if valid else last
    said = form.cleaned_data if valid else {}
    given = request.GET.get("page", "")
    page = max(int(given), 1) if given.isdecimal() and len(given) < 5 else 1
    found = decided_contacts(
        by=who(request), since=since, until=until, outcome=said.get("outcome", ""), risk=said.get("risk", ""), page=page
    )
    kept = [(name, value) for name, value in request.GET.items() if name != "page"]
    more = {
        "newer": "?" + urlencode([*kept, ("page", page - 1)]) if page > 1 else "",
        "older": "?" + urlencode([*kept, ("page", page + 1)]) if found.has_more else "",
    }
    context = {"form": form, "found": found, "since": since, "until": until, "more": more}
    return render(request, "front_door/triage/decided.jinja", context)
