"""Runs of the reciprocal, for the coordinator."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.ui import forms
from leeward.response.accommodation.actions.agreeing import begin_run, stop_run
from leeward.response.accommodation.models import Run
from leeward.response.accommodation.pictures import chain_picture
from leeward.response.accommodation.queries.runs import run_page
from leeward.response.accommodation.rules.reciprocal import LEFT_WORDS, proof_words
from leeward.response.accommodation.views.common import one_form, sent


class BeginForm(forms.OnceMixin, forms.Form):
    """Nothing to fill in: a run takes what there is."""


@require_http_methods(["GET", "HEAD", "POST"])
def run_begin(request: HttpRequest) -> HttpResponse:
    """Begin a run."""
    by = who(request)
    form = BeginForm(sent(request))

    def do() -> str:
        return reverse("reciprocal_run", args=[begin_run(by=by).id])

    return one_form(
        request,
        form,
        do,
        title="Begin a run",
        button="Begin it",
        back=reverse("reciprocal"),
        intro="It takes every home that is open and every household that waits, and looks for the moves that house most"
        " people. Nothing binds until each landlord has agreed.",
    )


@require_safe
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """A run: how far it is, what it found and why, who has agreed."""
    by = who(request)
    seen = run_page(by, run_id)
    one = seen.run
    context = {
        "seen": seen,
        "proof": proof_words(
            people=one.people, people_bound=one.people_bound, value=one.value, bound=one.bound, seconds=one.seconds
        ),
        "pictures": {group.number: chain_picture(group) for group in seen.groups},
        "left": [
            (count, LEFT_WORDS.get(why, why)) for why, count in sorted(one.left.items(), key=lambda pair: -pair[1])
        ],
    }
    return render(request, "accommodation/run.jinja", context)


@require_POST
def run_stop(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a run that is under way."""
    by = who(request)
    found = Run.objects.filter(id=run_id).first()
    if found is None:
        raise Http404
    try:
        stop_run(by=by, run=found)
        say(request, "Stopped. Begin a new one when you like.")
    except Refused as problem:
        tell(request, problem)
    return go("reciprocal_run", run_id)
