"""Making a home safe, under the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access.web import who
from leeward.platform.reference.lists import label
from leeward.record.cases.queries.case import CaseFrame
from leeward.record.people.queries.person import names_of
from leeward.response.accommodation.actions import sanctuary as act
from leeward.response.accommodation.forms import sanctuary as forms
from leeward.response.accommodation.models import SanctuaryWork
from leeward.response.accommodation.queries.sanctuary import find_review, find_sanctuary, find_work, sanctuary_page
from leeward.response.accommodation.rules.sanctuary import STATUS_WORDS
from leeward.response.accommodation.views.common import case_to_house, one_form, sent, under_case

FORM = ["GET", "HEAD", "POST"]


def _frame(case_id: int, *, change: bool = False) -> CaseFrame:
    """The top of the case for who has its address: works are done at her home. Raises Http404 else."""
    frame = case_to_house(case_id, change=change)
    if not frame.sight.address:
        raise Http404
    return frame


@require_safe
def case_sanctuary(request: HttpRequest, case_id: int) -> HttpResponse:
    """What was referred, found, ordered, done and reviewed."""
    frame = _frame(case_id)
    context = {"seen": sanctuary_page(frame), "statuses": STATUS_WORDS, **under_case(frame)}
    return render(request, "accommodation/sanctuary.jinja", context)


@require_safe
def letter(request: HttpRequest, sanctuary_id: int) -> HttpResponse:
    """The evidence that benefit rules ask for, to print: what was done and when; no reason, nobody else's name."""
    found = find_sanctuary(sanctuary_id)
    frame = _frame(found.case_id)
    seen = sanctuary_page(frame)
    if seen.sanctuary is None or seen.sanctuary.id != found.id or found.tested_on is None:
        raise Http404
    name = names_of([found.person_id]).get(found.person_id) or frame.name
    context = {"seen": seen, "name": name, "by": who(request), "today": timezone.localdate(), **under_case(frame)}
    return render(request, "accommodation/sanctuary_letter.jinja", context)


def _step(request: HttpRequest, case_id: int, form: Any, do: Callable[[], object], **words: Any) -> HttpResponse:
    frame = _frame(case_id, change=True)
    back = reverse("case_sanctuary", args=[case_id])

    def work() -> str:
        do()
        return back

    return one_form(request, form, work, back=back, back_words="Home made safe", **words, **under_case(frame))


@require_http_methods(FORM)
def refer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Refer the home."""
    by, frame, form = who(request), _frame(case_id, change=True), forms.ReferForm(sent(request))
    return _step(
        request, case_id, form,
        lambda: act.refer_sanctuary(by=by, case=frame.case, **_said(form, "tenure", "consent", "why")),
        title="Make their home safe", button="Refer it", field="why", done="Referred.",
    )  # fmt: skip


def _said(form: Any, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


@require_http_methods(FORM)
def survey(request: HttpRequest, sanctuary_id: int) -> HttpResponse:
    """What was found."""
    by, found, form = who(request), find_sanctuary(sanctuary_id), forms.SurveyForm(sent(request))
    return _step(
        request, found.case_id, form, lambda: act.survey_home(by=by, sanctuary=found, **_said(form, "on", "found")),
        title="What was found", button="Write it down", field="on", done="Written down.",
    )  # fmt: skip


@require_http_methods(FORM)
def consent(request: HttpRequest, sanctuary_id: int) -> HttpResponse:
    """What the landlord answered."""
    by, found, form = who(request), find_sanctuary(sanctuary_id), forms.ConsentForm(sent(request))
    return _step(
        request, found.case_id, form,
        lambda: act.answer_consent(by=by, sanctuary=found, **_said(form, "consent", "on", "words")),
        title="The landlord’s answer", button="Write it down", field="on", done="Written down.",
        intro="Ask without telling the landlord why, unless they want it known.",
    )  # fmt: skip


@require_http_methods(FORM)
def work_add(request: HttpRequest, sanctuary_id: int) -> HttpResponse:
    """Order a piece of work."""
    by, found, form = who(request), find_sanctuary(sanctuary_id), forms.WorkForm(sent(request))
    return _step(
        request, found.case_id, form,
        lambda: act.order_work(by=by, sanctuary=found, facts=form.facts(), on=form.cleaned_data["on"]),
        title="Order work", button="Order it", field="kind", done="Ordered.",
    )  # fmt: skip


def _work_words(work: SanctuaryWork) -> str:
    what = label("sanctuary_work", work.kind)
    return f"{what}, {work.place}" if work.place else what


@require_http_methods(FORM)
def work_done(request: HttpRequest, work_id: int) -> HttpResponse:
    """A piece of work was done."""
    by, found, form = who(request), find_work(work_id), forms.DayForm(sent(request))
    return _step(
        request, found.case_id, form, lambda: act.finish_work(by=by, work=found, **_said(form, "on")),
        title="It was done", button="Write it down", field="on", done="Written down.", about=_work_words(found),
    )  # fmt: skip


@require_http_methods(FORM)
def work_drop(request: HttpRequest, work_id: int) -> HttpResponse:
    """A piece of work is not done."""
    by, found, form = who(request), find_work(work_id), forms.DropForm(sent(request))
    return _step(
        request, found.case_id, form, lambda: act.drop_work(by=by, work=found, **_said(form, "why")),
        title="It is not done", button="Write it down", done="Written down.", about=_work_words(found),
    )  # fmt: skip


@require_http_methods(FORM)
def tested(request: HttpRequest, sanctuary_id: int) -> HttpResponse:
    """Everything was tested with them."""
    by, found, form = who(request), find_sanctuary(sanctuary_id), forms.DayForm(sent(request))
    return _step(
        request, found.case_id, form, lambda: act.confirm_tested(by=by, sanctuary=found, **_said(form, "on")),
        title="Everything was tested with them, and works", button="Write it down", field="on",
        done="Written down. It is asked again after 3 and 12 months.",
    )  # fmt: skip


@require_http_methods(FORM)
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Whether it is still safe."""
    by, found, form = who(request), find_review(review_id), forms.ReviewForm(sent(request))
    return _step(
        request, found.case_id, form,
        lambda: act.review_home(by=by, review=found, **_said(form, "on", "safe", "words")),
        title=f"Still safe after {found.months} months?", button="Write it down", field="on", done="Written down.",
    )  # fmt: skip


@require_http_methods(FORM)
def end(request: HttpRequest, sanctuary_id: int) -> HttpResponse:
    """It ends."""
    by, found, form = who(request), find_sanctuary(sanctuary_id), forms.EndForm(sent(request))
    return _step(
        request, found.case_id, form, lambda: act.end_sanctuary(by=by, sanctuary=found, **_said(form, "why", "words")),
        title="End making this home safe", button="End it", done="It has ended.",
    )  # fmt: skip
