"""A provider's own pages: what is free in ten seconds, sites and spaces, what is out of use."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.roles import Permission
from leeward.platform.access.web import go, redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.common.pages import page_number, pages
from leeward.response.accommodation.actions import places as act
from leeward.response.accommodation.actions.stating import state_as_before
from leeward.response.accommodation.forms.places import (
    AddressForm,
    OutOfUseForm,
    SiteForm,
    SpaceForm,
    TeamForm,
)
from leeward.response.accommodation.queries.asks import asks_open
from leeward.response.accommodation.queries.geography import all_names, area_names
from leeward.response.accommodation.queries.places import (
    our_provider,
    our_site,
    our_sites,
    our_space,
    our_teams,
    site_names,
    site_page,
)
from leeward.response.accommodation.views.common import one_form, sent
from leeward.response.accommodation.views.stating import closing, said

FORM = ["GET", "HEAD", "POST"]


@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Our sites, each with what is free and a way to say so."""
    by, page = who(request), page_number(request)
    sites, more = our_sites(by, page=page)
    every, unanswered = asks_open(by)
    context = {
        "provider": our_provider(by),
        "sites": sites,
        "asks": every,
        "unanswered": unanswered,
        "number": page,
        "every_site": len(site_names(by)) if more or page > 1 else 0,
        "areas": all_names(by),
        "runs": by.may(Permission.PLACES),
    }
    return render(request, "accommodation/places.jinja", context | pages(request, page, more))


@require_POST
def state(request: HttpRequest, site_id: int) -> HttpResponse:
    """Say what is free at a site. "Full" is the same with nothing ticked."""
    by = who(request)
    site = our_site(by, site_id)
    ticked = [] if request.POST.get("full") else request.POST.getlist("free")
    try:
        if request.POST.get("same"):
            made = state_as_before(by=by, site=site)
        else:
            made = act.state_free(by=by, site=site, free=_ids(ticked), shown=_ids(request.POST.getlist("shown")))
    except Refused as problem:
        tell(request, problem)
    else:
        said(request, made, site)
    page = request.POST.get("page", "")  # of the list that the form stood on
    return redirect_to(reverse("places") + (f"?page={page}" if page.isascii() and page.isdecimal() else ""))


def _ids(sent_: list[str]) -> frozenset[int]:
    return frozenset(int(one) for one in sent_ if one.isdecimal() and len(one) < 19)


@require_http_methods(FORM)
def team(request: HttpRequest) -> HttpResponse:
    """Say which team a person is shared with."""
    by = who(request)
    provider = our_provider(by)
    if provider is None:
        raise Http404
    form = TeamForm(sent(request), teams=our_teams(by), initial={"team": str(provider.team_id or "")})

    def do() -> str:
        chosen = form.cleaned_data["team"]
        act.name_team(by=by, provider=provider, team_id=int(chosen) if chosen else None)
        return reverse("places")

    return one_form(
        request, form, do, title="Who reads who it is", button="Say so", back=reverse("places"), field="team",
        done="From now on a household is shared with them alone.",
        intro="Once you can talk, the case is shared with this team, and with nobody else of yours.",
    )  # fmt: skip


@require_http_methods(FORM)
def site_add(request: HttpRequest) -> HttpResponse:
    """Add a site."""
    by = who(request)
    form = SiteForm(sent(request), areas=area_names(by))

    def do() -> str:
        return reverse("place_site", args=[act.open_site(by=by, facts=form.facts()).id])

    return one_form(
        request, form, do, title="Add a site", button="Add it", back=reverse("places"), field="name",
        done="The site was added. Add its spaces, and where it is.",
        intro="A place with spaces. What others see of it is what it is, its area, and what fits.",
    )  # fmt: skip


@require_safe
def site(request: HttpRequest, site_id: int) -> HttpResponse:
    """One of our sites."""
    by = who(request)
    return render(
        request,
        "accommodation/site.jinja",
        {"seen": site_page(by, site_id), "areas": all_names(by), "runs": by.may(Permission.PLACES)},
    )


@require_http_methods(FORM)
def site_change(request: HttpRequest, site_id: int) -> HttpResponse:
    """Change what a site is."""
    by = who(request)
    found = our_site(by, site_id)
    form = SiteForm(sent(request), areas=area_names(by), site=found)
    back = reverse("place_site", args=[found.id])

    def do() -> str:
        act.change_site(by=by, site=found, facts=form.facts())
        return back

    return one_form(
        request, form, do, title="Change this site", button="Change it", back=back, field="name", done="Changed."
    )


@require_http_methods(FORM)
def site_address(request: HttpRequest, site_id: int) -> HttpResponse:
    """Say where a site is; what was said before is not shown here."""
    by = who(request)
    found = our_site(by, site_id)
    form = AddressForm(sent(request))
    back = reverse("place_site", args=[found.id])

    def do() -> str:
        act.set_address(by=by, site=found, lines=form.cleaned_data["lines"])
        return back

    return one_form(request, form, do, title="Where it is", button="Seal it", back=back, field="lines", done="Sealed.")


@require_http_methods(FORM)
def space_address(request: HttpRequest, space_id: int) -> HttpResponse:
    """Say where one home of several is."""
    by = who(request)
    found = our_space(by, space_id)
    form = AddressForm(sent(request))
    back = reverse("place_site", args=[found.site_id])

    def do() -> str:
        act.set_address(by=by, site=found.site, space=found, lines=form.cleaned_data["lines"])
        return back

    return one_form(request, form, do, title="Where it is", button="Seal it", back=back, field="lines", done="Sealed.")


@require_http_methods(FORM)
def site_close(request: HttpRequest, site_id: int) -> HttpResponse:
    """Close a site."""
    by = who(request)
    found = our_site(by, site_id)
    return closing(
        request,
        lambda why, may_stay: act.close_site(by=by, site=found, why=why, may_stay=may_stay),
        title="Close this site",
        button="Close it",
        back=reverse("place_site", args=[found.id]),
        then=reverse("places"),
        done="Closed. Whoever asked for a space here was told. Its history is kept.",
        site=found,
    )


@require_http_methods(FORM)
def space_add(request: HttpRequest, site_id: int) -> HttpResponse:
    """Add a space to a site."""
    by = who(request)
    found = our_site(by, site_id)
    form = SpaceForm(sent(request))
    back = reverse("place_site", args=[found.id])

    def do() -> str:
        act.add_space(by=by, site=found, facts=form.facts())
        return back

    return one_form(
        request, form, do, title="Add a space", button="Add it", back=back, field="label", done="The space was added.",
        intro="What one household can be given: a unit, a room or a bed.",
    )  # fmt: skip


@require_http_methods(FORM)
def space_change(request: HttpRequest, space_id: int) -> HttpResponse:
    """Change what a space is."""
    by = who(request)
    found = our_space(by, space_id)
    form = SpaceForm(sent(request), space=found)
    back = reverse("place_site", args=[found.site_id])

    def do() -> str:
        act.change_space(by=by, space=found, facts=form.facts())
        return back

    return one_form(
        request, form, do, title="Change this space", button="Change it", back=back, field="label", done="Changed."
    )


@require_http_methods(FORM)
def space_close(request: HttpRequest, space_id: int) -> HttpResponse:
    """Take a space away for good."""
    by = who(request)
    found = our_space(by, space_id)
    back = reverse("place_site", args=[found.site_id])
    return closing(
        request,
        lambda why, may_stay: act.close_space(by=by, space=found, why=why, may_stay=may_stay),
        title=f"Take {found.label} away for good",
        button="Take it away",
        back=back,
        then=back,
        done="Taken away. Whoever asked for it was told.",
        space=found,
    )


@require_http_methods(FORM)
def space_out(request: HttpRequest, space_id: int) -> HttpResponse:
    """A space cannot be used."""
    by = who(request)
    found = our_space(by, space_id)
    form = OutOfUseForm(sent(request))
    back = reverse("place_site", args=[found.site_id])

    def do() -> str:
        said = form.cleaned_data
        act.take_out_of_use(by=by, space=found, reason=said["reason"], until=said["until"], note=said["note"])
        return back

    return one_form(
        request, form, do, title=f"{found.label} cannot be used", button="Take it out of use", back=back, field="until",
        done="Out of use.",
    )  # fmt: skip


@require_POST
def space_back(request: HttpRequest, space_id: int) -> HttpResponse:
    """A space can be used again."""
    by = who(request)
    found = our_space(by, space_id)
    try:
        act.bring_back(by=by, space=found)
        say(request, f"{found.label} can be used again.")
    except Refused as problem:
        tell(request, problem)
    return go("place_site", found.site_id)
