"""One ask from both sides: a provider that reads no name until it can talk, and who looks for the household."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.common.pages import page_number, pages
from leeward.response.accommodation.actions import asking as act
from leeward.response.accommodation.forms.asking import DeclineForm, OfferForm, RefuseForm, ShareForm, TalkForm
from leeward.response.accommodation.models import Ask, Stay
from leeward.response.accommodation.queries.asks import AskPage, ask_page, asked_of_us
from leeward.response.accommodation.rules.asking import OPEN, STATUS_WORDS, refusal_words
from leeward.response.accommodation.views.common import one_form, sent

FORM = ["GET", "HEAD", "POST"]
# What the list of asks is narrowed or widened to: its words, and how an ask stands then; none: any way.
SHOWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "new": ("Nobody has answered yet", (Ask.ASKED,)),
    "all": ("Ended ones too", ()),
}


@require_safe
def asks(request: HttpRequest) -> HttpResponse:
    """What we were asked for: what is open, what nobody has answered yet, or everything."""
    show = next((key for key in SHOWS if request.GET.get(key) == "1"), "")
    page = page_number(request)
    rows, more = asked_of_us(who(request), statuses=SHOWS[show][1] if show else OPEN, page=page)
    here = reverse("place_asks")
    chips = [
        {"text": words, "href": here if key == show else f"{here}?{key}=1", "selected": key == show}
        for key, (words, _) in SHOWS.items()
    ]
    context = {"rows": rows, "chips": chips, "show": show, "statuses": STATUS_WORDS} | pages(request, page, more)
    return render(request, "accommodation/asks.jinja", context)


@require_safe
def ask(request: HttpRequest, ask_id: int) -> HttpResponse:
    """One ask."""
    page = ask_page(who(request), ask_id)
    reason = refusal_words(page.ask.reason_list, page.ask.reason, page.ask.words) if page.ask.reason else page.ask.words
    return render(request, "accommodation/ask.jinja", {"seen": page, "statuses": STATUS_WORDS, "reason": reason})


def _step(
    request: HttpRequest, ask_id: int, side: str, form: Any, do: Callable[[AskPage], object], **words: str
) -> HttpResponse:
    page = ask_page(who(request), ask_id)
    if not (page.is_ours if side == "provider" else page.seeks):
        raise Http404
    back = reverse("place_ask", args=[ask_id])

    def work() -> str:
        do(page)
        return back

    return one_form(request, form, work, back=back, **words)


@require_http_methods(FORM)
def talk(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The provider can talk."""
    by, form = who(request), TalkForm(sent(request))
    return _step(
        request, ask_id, "provider", form,
        lambda page: act.say_can_talk(by=by, ask=page.ask, words=form.cleaned_data["words"]),
        title="We can talk", button="Say so", done="They were told. Who it is follows from them.",
    )  # fmt: skip


@require_http_methods(FORM)
def offer(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Offer and hold."""
    by, form = who(request), OfferForm(sent(request))
    return _step(
        request, ask_id, "provider", form,
        lambda page: act.offer_space(
            by=by, ask=page.ask, hold_for=form.hold_for(), ready_at=form.ready_at(), words=form.cleaned_data["words"]
        ),
        title="Offer this space", button="Offer and hold it", done="Offered and held.",
    )  # fmt: skip


@require_http_methods(FORM)
def refuse(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The provider says no."""
    by, form = who(request), RefuseForm(sent(request))
    return _step(
        request, ask_id, "provider", form,
        lambda page: act.refuse_ask(
            by=by, ask=page.ask, reason=form.cleaned_data["reason"], words=form.cleaned_data["words"]
        ),
        title="We cannot take them", button="Say so", done="They were told why.",
    )  # fmt: skip


@require_http_methods(FORM)
def share(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Share the person with a provider that can talk."""
    by, form = who(request), ShareForm(sent(request))
    return _step(
        request, ask_id, "seeker", form,
        lambda page: act.share_person(by=by, ask=page.ask, leave=form.leave()),
        title="Say who it is", button="Share the case", done="The provider sees the case now.",
        intro="The provider sees the whole case from now on, so that they can get ready. It ends with this ask,"
        " unless they take the place.",
    )  # fmt: skip


@require_http_methods(FORM)
def decline(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The household says no."""
    by, form = who(request), DeclineForm(sent(request))
    return _step(
        request, ask_id, "seeker", form,
        lambda page: act.decline_offer(
            by=by, ask=page.ask, reason=form.cleaned_data["reason"], words=form.cleaned_data["words"]
        ),
        title="They do not take it", button="Say so", done="The provider was told. The search goes on.",
    )  # fmt: skip


@require_POST
def accept(request: HttpRequest, ask_id: int) -> HttpResponse:
    """The household says yes. Pressed twice, it leads to the stay twice."""
    page = ask_page(who(request), ask_id)
    if not page.seeks:
        raise Http404
    try:
        stay = act.accept_space(by=who(request), ask=page.ask)
    except Refused as problem:
        tell(request, problem)
        return go("place_ask", ask_id)
    say(request, "Accepted. The place is theirs; everybody else who was asked has been told.")
    # Who looks without her address reads that it was accepted, and not where she stays.
    return go("stay", stay) if Stay.objects.filter(id=stay).exists() else go("place_ask", ask_id)


@require_POST
def withdraw(request: HttpRequest, ask_id: int) -> HttpResponse:
    """Take an ask back."""
    page = ask_page(who(request), ask_id)
    if not page.seeks:
        raise Http404
    try:
        act.withdraw_ask(by=who(request), ask=page.ask)
        say(request, "Taken back. The provider was told.")
    except Refused as problem:
        tell(request, problem)
    return go("case_place", page.ask.case_id)
