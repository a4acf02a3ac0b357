"""Saying what is free in ten seconds on a phone, taking it back, and closing with people in it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions import stating as act
from leeward.response.accommodation.actions.closing import leave_scheme
from leeward.response.accommodation.forms.after import CloseForm
from leeward.response.accommodation.models import Site, Space, Statement
from leeward.response.accommodation.queries.after import in_the_way
from leeward.response.accommodation.queries.places import our_provider, site_page
from leeward.response.accommodation.views.common import one_form, sent

FORM = ["GET", "HEAD", "POST"]


@require_safe
def say_free(request: HttpRequest, site_id: int) -> HttpResponse:
    """One site, and nothing but what is free there: where Today leads."""
    seen = site_page(who(request), site_id)
    if seen.row.site.closed_on is not None:
        raise Http404
    return render(request, "accommodation/say.jinja", {"seen": seen, "row": seen.row})


def said(request: HttpRequest, statement: Statement, site: Site) -> None:
    """Tell what was said, with a way to take it back."""
    words = (
        f"{site.name}: {statement.free} of {statement.spaces} free. Said." if statement.free else f"{site.name}: full."
    )
    say(request, words, undo=reverse("place_free_undo", args=[statement.id]))


@require_POST
def undo(request: HttpRequest, statement_id: int) -> HttpResponse:
    """What was said was wrong."""
    by = who(request)
    found = Statement.objects.select_related("site").filter(id=statement_id, organisation_id=by.acts_for).first()
    if found is None:
        raise Http404
    try:
        made = act.take_back(by=by, statement=found)
        say(request, f"Taken back. {found.site.name}: {made.free} of {made.spaces} free.")
    except Refused as problem:
        tell(request, problem)
    return go("places")


@require_POST
def say_all(request: HttpRequest) -> HttpResponse:
    """All sites at once: full, or as before."""
    try:
        made = act.state_all(by=who(request), full=request.POST.get("full") == "1")
        free = sum(one.free for one in made)
        say(request, f"Said for {len(made)} site{'s'[: len(made) != 1]}: {free or 'nothing'} free.")
    except Refused as problem:
        tell(request, problem)
    return go("places")


def closing(
    request: HttpRequest,
    do: Callable[[str, bool], object],
    *,
    title: str,
    button: str,
    back: str,
    then: str,
    done: str,
    site: Site | None = None,
    space: Space | None = None,
) -> HttpResponse:
    """A page that closes something, and says of each household that stands there what is to be done with it."""
    way = in_the_way(who(request), site=site, space=space)
    form = CloseForm(sent(request), live=len(way.live))
    place = space.site if space else site

    def work() -> str:
        do(form.cleaned_data["why"], form.lets_stay)
        return then

    return one_form(
        request, form, work, title=title, button=button, back=back, done=done, field="may_stay",
        template="accommodation/closing.jinja", way=way, about=place.name if place else "",
        back_words="The site" if place else "Places",
    )  # fmt: skip


@require_http_methods(FORM)
def leave(request: HttpRequest) -> HttpResponse:
    """Leave the scheme."""
    by = who(request)
    provider = our_provider(by)
    if provider is None or provider.left_on is not None:
        raise Http404
    return closing(
        request, lambda why, may_stay: leave_scheme(by=by, provider=provider, why=why, may_stay=may_stay),
        title="Leave the scheme", button="Leave it", back=reverse("places"), then=reverse("places"),
        done="You have left. Nobody new is asked of you, and whoever waited was told. The history is kept.",
    )  # fmt: skip
