"""Find a person among those whom one may see; ask the index whether somebody is known at all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from leeward.platform.access.roles import Permission
from leeward.platform.access.web import who
from leeward.platform.common.references import as_reference, looks_like_reference
from leeward.record.people.actions.checking import check_index
from leeward.record.people.forms.finding import IndexCheckForm
from leeward.record.people.queries.search import PAGE, page_of_reference, read_wanted, search_people
from leeward.record.people.rules.words import born_in_words, full_name
from leeward.record.people.views.common import address, draw, to, typed


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Names with typing errors, a birth date, an NHS number; a reference leads to its case or contact.

    What is sought is sent in the form: none of it stands in an address.
    """
    text = typed(request)
    reference = as_reference(text)
    if not looks_like_reference(reference):
        reference = ""
    elif where := page_of_reference(by=who(request), reference=reference):
        return to(where)
    wanted = read_wanted(text)
    too_short = bool(text) and wanted.is_empty and not reference
    found = search_people(by=who(request), wanted=wanted)
    rows = [
        (one, full_name(one.given, one.family), born_in_words(one.birth_date, one.birth_precision),
         address("case", one.case_id) if one.case_id else None)
        for one in found
    ]  # fmt: skip
    return draw(
        request, "search", q=text, rows=rows, too_short=too_short, is_full=len(rows) == PAGE, reference=reference,
        ask_href=address("contact_find") if who(request).may(Permission.TRIAGE) else None,
        check_href=address("index_check"), may_wall=who(request).may(Permission.SET_WALLS),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def index_check(request: HttpRequest) -> HttpResponse:
    """Is she known? That there is a likely match, how likely, and whom to ring; nothing else."""
    form = IndexCheckForm(request.POST or None)
    outcome = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        outcome = check_index(
            by=who(request), given=data["given"], family=data["family"], born=data["born"],
            nhs_number=data["nhs_number"], reason=data["reason"], about=data["about"],
        )  # fmt: skip
    return draw(request, "index_check", form=form, outcome=outcome)
