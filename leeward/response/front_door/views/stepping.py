"""One question a page: the pages that asking for help and referring share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from leeward.platform.access.limits import within_limit
from leeward.record.risk.instruments import demands
from leeward.response.front_door.actions import drafting
from leeward.response.front_door.actions.drafting import Answering
from leeward.response.front_door.queries.screen import asked_of
from leeward.response.front_door.questions import (
    Flow,
    QuestionSet,
    Step,
    build_form,
    check_answers,
    question_set,
)
from leeward.response.front_door.views.common import acting, asking_of, too_many, words_of

CHANGING = "change"


@dataclass(frozen=True)
class Journey:
    """A question set as pages. `prefill` answers what we know already of who is signed in."""

    key: str
    set_name: str
    start: str  # the route before the first question
    tab: Callable[[], str]
    prefill: Callable[[HttpRequest], dict[str, Any]] = lambda request: {}
    asked: QuestionSet | None = None  # the questions as they are asked here: `opened` puts them in

    @property
    def set(self) -> QuestionSet:
        """The questions."""
        return self.asked or question_set(self.set_name)

    def number(self, step: Step) -> int:
        """A step's number in the address: its place in the file, which says nothing of what it asks."""
        return self.set.steps.index(step) + 1

    def at(self, step: Step | None, *, changing: bool = False) -> str:
        """Where a step is; without one, the page on which answers are checked."""
        if step is None:
            return reverse(f"{self.key}_check")
        return reverse(f"{self.key}_step", args=[self.number(step)]) + (f"?{CHANGING}" if changing else "")


def opened(request: HttpRequest, journey: Journey) -> Journey:
    """The journey with the questions of the partnership of whoever acts."""
    return replace(journey, asked=asked_of(by=acting(request), name=journey.set_name))


def show_step(request: HttpRequest, journey: Journey, number: int) -> HttpResponse:
    """A page of questions: show it, keep what was answered, go on to where the answers lead."""
    journey = opened(request, journey)
    steps = journey.set.steps
    if not 1 <= number <= len(steps):
        raise Http404
    step = steps[number - 1]
    state = drafting.load(request.session, journey.key)
    if state is not None and state.sent:
        if number > 1:
            return redirect(f"{journey.key}_done")
        state = None  # they ask once more: for somebody else, perhaps
    is_new = state is None
    if state is None:
        if number > 1:
            return gone(request, journey)
        state = Answering(answers=journey.prefill(request))
    flow = Flow(journey.set, state.answers)
    if not flow.may_open(step):
        return redirect(journey.at(flow.unanswered))
    changing = CHANGING in request.GET
    asking = asking_of(request)
    form = build_form(step, flow, asking, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        answers = _answers(request, step, form)
        if answers is not None:
            if is_new:
                if not within_limit(request, "begin"):
                    return too_many(request)
                drafting.begin(request.session, journey.key)
            after = Flow(journey.set, {**flow.kept, **answers})
            state.answers = after.kept
            drafting.save(request.session, journey.key, state)
            return redirect(_next(request, journey, step, before=flow, after=after, changing=changing))
    back = journey.at(flow.before(step)) if flow.before(step) else reverse(journey.start)
    context = {
        "form": form,
        "step": step,
        "title": step.title.in_(asking.language),
        "intro": step.intro.in_(asking.language),
        "tab": journey.tab(),
        "place": flow.place(step),
        "back": reverse(f"{journey.key}_check") if changing else back,
        "changing": changing,
        "may_finish": not changing and flow.may_finish and len(flow.kept) > 1,
    }
    return render(request, "front_door/public/question.jinja", context)


def _answers(request: HttpRequest, step: Step, form: Any) -> dict[str, Any] | None:
    if request.POST.get("do") == "skip" and step.skippable:
        return dict(form.skipped)
    return dict(form.answers) if form.is_valid() else None


def _next(request: HttpRequest, journey: Journey, step: Step, *, before: Flow, after: Flow, changing: bool) -> str:
    if (after.routes_on(step) or after.demands_on(step)) and request.POST.get("do") != "skip":
        # 999 comes before anything else, also before the end.
        suffix = f"?{CHANGING}" if changing else ""
        return reverse(f"{journey.key}_now", args=[journey.number(step)]) + suffix
    if request.POST.get("do") == "finish" and after.may_finish:
        return journey.at(None)
    return following(journey, step, before=before, after=after, changing=changing)


def following(journey: Journey, step: Step, *, before: Flow, after: Flow, changing: bool) -> str:
    """Where a step leads. When an answer is changed: only to what has become newly asked, then back to checking."""
    if not changing:
        return journey.at(after.after(step))
    asked_before = {page.key for page in before.steps}
    new = [page for page in _open(after) if page.key not in asked_before or page.key in _half(before, after)]
    for page in new:
        if after.may_open(page):
            return journey.at(page, changing=True)
    return journey.at(None)


def _open(flow: Flow) -> list[Step]:
    return [page for page in flow.steps if any(question.key not in flow.kept for question in flow.questions_on(page))]


def _half(before: Flow, after: Flow) -> set[str]:
    """Pages that were all answered and now ask something more."""
    open_before = {page.key for page in _open(before)}
    return {page.key for page in _open(after) if page.key not in open_before}


def show_now(request: HttpRequest, journey: Journey, number: int) -> HttpResponse:
    """What cannot wait for us, stated at once: 999, children's services, what a screen asks for. Then on."""
    journey = opened(request, journey)
    state = drafting.load(request.session, journey.key)
    steps = journey.set.steps
    if state is None or not 1 <= number <= len(steps):
        return gone(request, journey)
    flow, step = Flow(journey.set, state.answers), steps[number - 1]
    slugs = dict.fromkeys(journey.set.routes[route] for route in flow.routes_on(step))
    changing = CHANGING in request.GET
    onward = following(journey, step, before=flow, after=flow, changing=changing)
    asked_for = [known for key in flow.demands_on(step) if (known := demands().get(key))]
    if not slugs and not asked_for:
        return redirect(onward)
    context = {
        "tab": journey.tab(),
        "asked_for": sorted(asked_for, key=lambda one: not one.at_once),
        "pages": [words_of(slug) for slug in slugs],
        "onward": onward,
        "back": journey.at(step, changing=changing),
    }
    return render(request, "front_door/public/now.jinja", context)


def show_check(
    request: HttpRequest, journey: Journey, send: Callable[[Flow, Answering], dict[str, Any]]
) -> HttpResponse:
    """Check your answers, then send them. Sent twice, also at the same moment, they are sent once."""
    journey = opened(request, journey)
    sending = request.method == "POST"
    state = drafting.load(request.session, journey.key, lock=sending)
    if state is None:
        return gone(request, journey)
    if state.sent:
        return redirect(f"{journey.key}_done")
    flow = Flow(journey.set, state.answers)
    if not flow.may_finish:
        return redirect(journey.at(flow.unanswered))
    if sending:
        if not within_limit(request, journey.key):
            return too_many(request)
        state.sent = send(flow, state)
        state.answers = {}
        drafting.save(request.session, journey.key, state)
        return redirect(f"{journey.key}_done")
    asking = asking_of(request)
    numbers = {step.key: journey.number(step) for step in journey.set.steps}
    context = {
        "tab": journey.tab(),
        "sections": check_answers(flow, asking),
        "step_url": {key: reverse(f"{journey.key}_step", args=[n]) + f"?{CHANGING}" for key, n in numbers.items()},
        "go_on": journey.at(flow.unanswered) if flow.unanswered else "",
        "back": journey.at(_last_asked(flow)),
        "key": journey.key,
    }
    return render(request, "front_door/public/check.jinja", context)


def _last_asked(flow: Flow) -> Step:
    asked = [step for step in flow.steps if any(question.key in flow.kept for question in flow.questions_on(step))]
    return asked[-1]


def sent_of(request: HttpRequest, journey: Journey) -> Mapping[str, Any] | None:
    """What the confirmation says; None where nothing was sent from here."""
    state = drafting.load(request.session, journey.key)
    return state.sent if state is not None and state.sent else None


def gone(request: HttpRequest, journey: Journey) -> HttpResponse:
    """The answers are not here any more: why, and how to start again."""
    return render(request, "front_door/public/gone.jinja", {"start": reverse(journey.start)})
