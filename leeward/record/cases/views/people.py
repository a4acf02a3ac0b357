"""Who is known in a case: the list, entering somebody, cases of their own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.apart import facts_that_go_along, open_case_apart, works_with_change
from leeward.record.cases.actions.children import open_case_for_child
from leeward.record.cases.actions.people import enter_person, known_before, put_back_into_case, take_out_of_case
from leeward.record.cases.forms.leading import ChildCaseForm
from leeward.record.cases.forms.people import HarmForm, PersonForm, SameForm
from leeward.record.cases.models import CasePerson
from leeward.record.cases.queries.case import CaseFrame, case_frame, linked_cases, people_in
from leeward.record.cases.queries.same import candidates, known_already
from leeward.record.cases.rules import PARTS, may_be_known
from leeward.record.cases.views.common import draw, typed_again

TITLES = {
    "child": "Add a child",
    "other_adult": "Add another adult",
    "carer": "Add a carer",
    "said_to_cause_harm": "Add somebody who is said to cause harm",
}
DONE = {
    "child": "The child was added to the case",
    "other_adult": "They were added to the case",
    "carer": "They were added to the case",
    "said_to_cause_harm": "They were added to the case, with what was said",
}


@require_safe
def case_people(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who is known in a case, and the cases that belong with it."""
    frame = case_frame(case_id)
    linked = linked_cases(frame.case)
    audit.record("read_case_people", "case", case_id, person=frame.case.person_id)
    adding = [
        (reverse("case_person_add", args=[case_id, word]), TITLES[part])
        for word, part in PARTS.items()
        if may_be_known(frame.case.side, part)
    ]
    return draw(
        request, "people", frame, "people", people=people_in(frame, linked), linked=[one for one, _ in linked],
        adding=adding if frame.sight.may_change and frame.case.status != "closed" else [],
    )  # fmt: skip


def _to_change(case_id: int) -> CaseFrame:
    frame = case_frame(case_id)
    if not frame.sight.may_change:
        raise Http404
    return frame


@require_http_methods(["GET", "HEAD", "POST"])
def case_person_add(request: HttpRequest, case_id: int, word: str) -> HttpResponse:
    """Enter somebody; records that may be theirs are asked about before anything is written."""
    frame, part = _to_change(case_id), PARTS.get(word, "")
    if not may_be_known(frame.case.side, part):
        raise Http404
    kind = HarmForm if part == "said_to_cause_harm" else PersonForm
    form = kind(request.POST or None, part=part, name=frame.name)
    page = {"title": TITLES[part], "is_harm": part == "said_to_cause_harm"}
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        by, data = who(request), form.cleaned_data
        found = candidates(
            by=by, case=frame.case, facts=form.facts(), nhs_number=data["nhs_number"] or "", side=frame.case.side,
            part=part,
        )  # fmt: skip
        same = SameForm(request.POST if "asked" in request.POST else None, found=found)
        if found and not same.is_valid():
            return draw(request, "person_same", frame, "people", form=same, typed=typed_again(request, "same_"), **page)
        newcomer = form.newcomer(same.same() if found else ())

        def make() -> str:
            entered = enter_person(by=by, case=frame.case, newcomer=newcomer)
            undo = ""
            if entered.was_there:
                words = "They are in this case already. Nobody was added."
            else:
                words = DONE[part] + (", and the two records are linked." if entered.linked else ".")
            if entered.row is not None and not entered.was_there:
                undo = reverse("case_person_remove", args=[case_id, entered.row.id])
            say(request, words, undo)
            return reverse("case_people", args=[case_id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            return redirect_to(address)
    return draw(request, "person_add", frame, "people", form=form, **page)


@require_http_methods(["GET", "HEAD", "POST"])
def case_known(request: HttpRequest, case_id: int) -> HttpResponse:
    """Whether whom a case is about is known here already: linked, never merged."""
    frame, by = _to_change(case_id), who(request)
    found = known_already(by=by, case=frame.case)
    form = SameForm(request.POST or None, found=found)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            chosen = form.same()
            still_open = known_before(by=by, case=frame.case, same_as=chosen) if chosen else []
            words = "Linked: what is known of them stands in both records." if chosen else "Nothing was linked."
            if still_open:
                numbers = " and ".join(one.reference for one in still_open)
                words += f" Their case {numbers} is still open: if it is the same work, close one of the two."
            say(request, words)
            return reverse("case", args=[case_id])

        if address := attempt(form, make):
            return redirect_to(address)
    return draw(request, "known", frame, "chronology", form=form, found=found)


@require_POST
def case_person_remove(request: HttpRequest, case_id: int, row_id: int) -> HttpResponse:
    """Take somebody out of a case; they can be put back."""
    frame = _to_change(case_id)
    row = _row(frame, row_id)
    try:
        take_out_of_case(by=who(request), case=frame.case, row=row)
        say(request, "Taken out of the case.", reverse("case_person_put_back", args=[case_id, row_id]))
    except Refused as problem:
        tell(request, problem)
    return go("case_people", case_id)


@require_POST
def case_person_put_back(request: HttpRequest, case_id: int, row_id: int) -> HttpResponse:
    """Take back that somebody was taken out."""
    frame = _to_change(case_id)
    row = _row(frame, row_id)
    try:
        put_back_into_case(by=who(request), case=frame.case, row=row)
        say(request, "Put back into the case.")
    except Refused as problem:
        tell(request, problem)
    return go("case_people", case_id)


def _row(frame: CaseFrame, row_id: int) -> CasePerson:
    row = CasePerson.objects.filter(case=frame.case, id=row_id).first()
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def case_child_open(request: HttpRequest, case_id: int, row_id: int) -> HttpResponse:
    """Open a case of their own for a child."""
    frame = _to_change(case_id)
    child = next((row for row in frame.people if row.id == row_id and row.part == "child"), None)
    if child is None:
        raise Http404
    form = ChildCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def make() -> str:
            made = open_case_for_child(
                by=who(request), case=frame.case, child=child, lawful_basis=said["lawful_basis"], told=said["told"],
                why=said["why"],
            )  # fmt: skip
            return reverse("case", args=[made.id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "The child has a case of their own. It is linked with this one.")
            return redirect_to(address)
    return draw(request, "child_open", frame, "people", form=form, child=child)


@require_http_methods(["GET", "HEAD", "POST"])
def case_apart_open(request: HttpRequest, case_id: int, row_id: int) -> HttpResponse:
    """Open a case for who is said to cause harm, kept apart from this one; or where to turn for that."""
    by, frame = who(request), _to_change(case_id)
    him = next((row for row in frame.people if row.id == row_id and row.part == "said_to_cause_harm"), None)
    if him is None or frame.case.side == "causing_harm":
        raise Http404
    if not works_with_change(by):
        return draw(request, "apart_elsewhere", frame, "people", refer_href=_refer())
    form = ChildCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        said = form.cleaned_data
        found = candidates(
            by=by, case=frame.case, facts=facts_that_go_along(him), nhs_number="", side="causing_harm", part=""
        )
        same = SameForm(request.POST if "asked" in request.POST else None, found=found)
        if found and not same.is_valid():
            return draw(
                request, "person_same", frame, "people", form=same, typed=typed_again(request, "same_"),
                title="Open a case of their own", is_harm=True,
            )  # fmt: skip
        same_as = same.same() if found else ()

        def make() -> str:
            made = open_case_apart(
                by=by, case=frame.case, him=him, lawful_basis=said["lawful_basis"], told=said["told"], why=said["why"],
                same_as=same_as,
            )  # fmt: skip
            return reverse("case", args=[made.id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "The case is open. Nothing leads from here to the case in which it was said, nor back.")
            return redirect_to(address)
    return draw(request, "apart_open", frame, "people", form=form, him=him)


def _refer() -> str:
    """Where a professional refers somebody, if this installation has such a page."""
    try:
        return reverse("refer")
    except NoReverseMatch:
        return ""
