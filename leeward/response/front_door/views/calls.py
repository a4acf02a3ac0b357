"""Taking a call: the same record as asking for help, made by a worker while somebody talks."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from markupsafe import Markup

from leeward.platform.access import drafts
from leeward.platform.access.acting import Acting
from leeward.platform.access.running import receiving_team
from leeward.platform.access.web import attempt, once_only, redirect_to
from leeward.platform.common.errors import Refused
from leeward.platform.ui.forms import ApproximateDate
from leeward.record.people.actions.checking import Outcome, check_index
from leeward.response.front_door.actions.receiving import Intake, submit_contact
from leeward.response.front_door.actions.triage import log_attempt, take_contact
from leeward.response.front_door.content import page
from leeward.response.front_door.forms.calls import CallForm
from leeward.response.front_door.forms.whole import Block, blocks_of, read_answers
from leeward.response.front_door.intake import fills_of, intake_of
from leeward.response.front_door.models import Contact
from leeward.response.front_door.questions import Asking, Flow, question_set, result_of
from leeward.response.front_door.views.common import acting, asking_of, drawn

DRAFT = "call"


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: HttpRequest) -> HttpResponse:
    """The whole call on one page; what is typed is kept as it is typed."""
    by = acting(request)
    stopped = _stopped(by)
    questions, asking = question_set("ask_for_help"), replace(asking_of(request), language="en")
    if request.method != "POST":
        return _page(request, by, asking, stopped=stopped)
    form, blocks = CallForm(request.POST), blocks_of(questions, asking, request.POST)
    flow = read_answers(questions, blocks, asking, request.POST)
    if "check" in request.POST:
        try:
            drafts.save(by=by, form=DRAFT, data=request.POST)
        except Refused as refused:
            form.add_error(None, refused.words)
            return _draw(request, form, blocks, None, stopped=stopped)
        return _page(request, by, asking, known=_known(by, form, flow), stopped=stopped)
    may_save = form.is_valid() and flow.may_finish and not any(block.form.errors for block in blocks)
    if stopped:
        form.add_error(None, stopped)
    if stopped or not may_save:
        _keep(request, by)
        return _draw(request, form, blocks, None, stopped=stopped)

    def make() -> str:
        intake = _intake(form, flow, asking)
        sent = submit_contact(by=by, intake=intake)
        contact = take_contact(by=by, contact=Contact.objects.get(id=sent.contact_id))
        if intake.about in ("me", "own_behaviour") or result_of(flow, asking).get("person.is_asking") == "yes":
            # They were spoken with: nobody has to be tried first. Who rang about somebody else is not that somebody.
            log_attempt(
                by=by, contact=contact, how="visit" if intake.route == "walk_in" else "call", outcome="spoke",
                they_came=True,
            )  # fmt: skip
        drafts.discard(by=by, form=DRAFT)
        messages.success(request, f"Saved. If they call again, the reference is {sent.reference}.")
        return reverse("contact", args=[sent.contact_id])

    if to := attempt(form, lambda: once_only(form.once, make)):
        return redirect_to(to)
    _keep(request, by)
    return _draw(request, form, blocks, None)


def _stopped(by: Acting) -> str:
    """Why a call cannot be saved now, whatever is typed; empty where it can. Said before anything is typed."""
    team = receiving_team(by.partnership_id)
    if team is None:
        return (
            "No call can be saved now: this partnership has no team that takes contacts. Give the caller the numbers"
            " on this page, and tell your administrator."
        )
    if team.id not in by.team_ids:
        return (
            f"You cannot save a call: {team.name} of {team.organisation.name} takes contacts, and you do not work in"
            " that team. Put the caller through to them."
        )
    return ""


def _keep(request: HttpRequest, by: Acting) -> None:
    """Keep what was typed in a call that could not be saved."""
    with suppress(Refused):  # far too long for a draft: every word stands on the page all the same
        drafts.save(by=by, form=DRAFT, data=request.POST)


@require_POST
def call_draft(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed, or put it away."""
    by = acting(request)
    if "discard" in request.POST:
        drafts.discard(by=by, form=DRAFT)
        return redirect("call_new")
    try:
        drafts.save(by=by, form=DRAFT, data=request.POST)
    except Refused as refused:
        return JsonResponse({"message": refused.words}, status=409)
    return JsonResponse({})


def _page(
    request: HttpRequest, by: Acting, asking: Asking, known: Outcome | None = None, stopped: str = ""
) -> HttpResponse:
    """The page with what was left in the draft, without judging it."""
    saved = drafts.load(by=by, form=DRAFT)
    form, blocks = CallForm(), blocks_of(question_set("ask_for_help"), asking, None)
    if saved is not None:
        form.initial = saved.initial(form)
        for block in blocks:
            block.form.initial = saved.initial(block.form)
    return _draw(request, form, blocks, saved if known is None else None, known, stopped)


def _draw(
    request: HttpRequest, form: CallForm, blocks: list[Block], saved: drafts.Saved | None, known: Outcome | None = None,
    stopped: str = "",
) -> HttpResponse:  # fmt: skip
    sections: dict[str, list[Block]] = {}
    for block in blocks:
        sections.setdefault(block.step.section, []).append(block)
    titles = question_set("ask_for_help").sections
    context: dict[str, Any] = {
        "form": form,
        "forms": [form, *(block.form for block in blocks)],
        "sections": [(key, titles[key].in_("en"), found) for key, found in sections.items()],
        "draft": saved,
        "known": known,
        "stopped": stopped,
        "may_type": not stopped or saved is not None or request.method == "POST",  # what was typed is not taken away
        "numbers": _numbers(),
        "as_json": json.dumps,
    }
    return render(request, "front_door/calls/new.jinja", context)


def _numbers() -> Markup:
    found = page("numbers", "en")
    assert found is not None
    return drawn("## " + found.body.partition("\n## ")[2])


def _intake(form: CallForm, flow: Flow, asking: Asking) -> Intake:
    intake = intake_of(result_of(flow, asking), route=form.cleaned_data["route"], fills=fills_of(flow.set))
    given, family = form.cleaned_data["given"], form.cleaned_data["family"]
    if not (given or family):
        return intake
    person = replace(intake.person, given=given, family=family, called=intake.person.called or given)
    return replace(intake, person=person)


def _known(by: Acting, form: CallForm, flow: Flow) -> Outcome:
    """Ask the index about the name that was typed so far."""
    form.is_valid()
    said: dict[str, Any] = getattr(form, "cleaned_data", {})
    given, family = str(said.get("given", "")), str(said.get("family", ""))
    born = flow.kept.get("birth")
    if not (given or family):
        return Outcome(limited="Enter a first or last name first.")
    date = ApproximateDate.from_iso(str(born)) if born else None
    return check_index(
        by=by, given=given, family=family, born=date.earliest if date and date.day else None, reason="During a call"
    )
