"""Asking for help without an account: before the questions, the questions, checking, sending, and after."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access.acting import Acting, begin_public
from leeward.platform.common.errors import Refused
from leeward.response.front_door.actions import drafting
from leeward.response.front_door.actions.drafting import Answering
from leeward.response.front_door.actions.receiving import add_equality, submit_contact
from leeward.response.front_door.intake import equality_facts, fills_of, intake_of
from leeward.response.front_door.questions import Asking, Flow, build_form, question_set, result_of
from leeward.response.front_door.views.common import (
    acting,
    asking_of,
    closed,
    facts,
    language,
    promised,
    refused,
    words_of,
)
from leeward.response.front_door.views.stepping import Journey, gone, sent_of, show_check, show_now, show_step

ASK = Journey("ask", "ask_for_help", start="ask", tab=lambda: gettext("Step"))
MORE = "equality"


@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """Before the first question: what the exit does, that history stays, what happens to answers, who sees them."""
    if (answer := closed(request)) is not None:
        return answer
    words, text = words_of("before-you-start")
    context = {"words": words, "text": text, "start": reverse("ask_step", args=[1])}
    return render(request, "front_door/public/before.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_step(request: HttpRequest, number: int) -> HttpResponse:
    """One question."""
    return show_step(request, ASK, number)


@require_safe
def ask_now(request: HttpRequest, number: int) -> HttpResponse:
    """What cannot wait."""
    return show_now(request, ASK, number)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_check(request: HttpRequest) -> HttpResponse:
    """Check and send."""

    def send(flow: Flow, state: Answering) -> dict[str, Any]:
        # Staff read the answers in English, whatever language they were asked in.
        result = result_of(flow, Asking("en", asking_of(request).areas))
        intake = intake_of(result, route="web", fills=fills_of(flow.set), read_in=language())
        sent = submit_contact(by=_nobody(request), intake=intake)
        own = intake.about in ("me", "own_behaviour") or result.get("person.is_asking") == "yes"
        return {
            "reference": sent.reference,
            "contact": sent.contact_id,
            "person": sent.person_id if own else 0,
            "may_contact": intake.may_contact,
            **promised(acting(request), intake.risk, danger=intake.danger_now),
            "danger": intake.danger_now or intake.child_danger,
        }

    try:
        return show_check(request, ASK, send)
    except Refused as problem:
        return refused(request, problem)


@require_safe
def ask_done(request: HttpRequest) -> HttpResponse:
    """It was sent: a reference to keep in one's head, what happens next, and that no message comes."""
    sent = sent_of(request, ASK)
    if sent is None:
        return gone(request, ASK)
    context = {"sent": sent, "facts": facts(), "more": reverse("ask_more", args=[1]) if sent["person"] else ""}
    return render(request, "front_door/public/sent.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_more(request: HttpRequest, number: int) -> HttpResponse:
    """Questions about equality, after everything was sent: each can be skipped, and so can all of them."""
    steps = question_set(MORE).steps
    state = drafting.load(request.session, ASK.key, lock=request.method == "POST")
    if state is None or not state.sent or not state.sent["person"] or not 1 <= number <= len(steps):
        return gone(request, ASK)
    if state.sent.get("more"):
        return redirect("ask_done")
    step, flow = steps[number - 1], Flow(question_set(MORE), state.more)
    if not flow.may_open(step):
        step = flow.unanswered or steps[0]
        return redirect("ask_more", steps.index(step) + 1)
    asking = asking_of(request)
    form = build_form(step, flow, asking, request.POST if request.method == "POST" else None)
    what = request.POST.get("do")
    if request.method == "POST" and (what in ("skip", "finish") or form.is_valid()):
        answers = form.skipped if what == "skip" else form.answers if what != "finish" else {}
        after = Flow(flow.set, {**flow.kept, **answers})
        state.more = after.kept
        onward = after.after(step)
        if onward is None or what == "finish":
            _keep_more(request, after, state)
        drafting.save(request.session, ASK.key, state)
        if onward is None or state.sent.get("more"):
            return redirect("ask_done")
        return redirect("ask_more", steps.index(onward) + 1)
    before = flow.before(step)
    context = {
        "form": form,
        "step": step,
        "title": step.title.in_(asking.language),
        "intro": step.intro.in_(asking.language),
        "tab": gettext("About you"),
        "place": flow.place(step),
        "back": reverse("ask_more", args=[steps.index(before) + 1]) if before else reverse("ask_done"),
        "changing": False,
        "may_finish": False,
        "is_more": True,
    }
    return render(request, "front_door/public/question.jinja", context)


def _nobody(request: HttpRequest) -> Acting:
    """A visitor acts, also where somebody is signed in: who asks for help at work asks as nobody's colleague."""
    by = acting(request)
    return begin_public(by.partnership_id, by.partnership_name)


def _keep_more(request: HttpRequest, flow: Flow, state: Answering) -> None:
    found = equality_facts(result_of(flow, Asking("en")))
    if found:
        add_equality(
            by=_nobody(request), contact_id=state.sent["contact"], person_id=state.sent["person"], answers=found
        )
    state.sent["more"], state.more = True, {}
