"""Pages of words: the home page and everything that a partnership writes in its content files."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leeward.response.front_door.content import page, pages_of
from leeward.response.front_door.views.common import address, drawn, language

# Shown inside a journey and nowhere else: an address of their own would tell what somebody answered.
INSIDE = frozenset({"home", "before-you-start", "danger", "child-danger", "urgent-referral"})


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The front door: what this is, large choices, then the rest."""
    found = page("home", language())
    assert found is not None
    lead, _, rest = found.body.partition("\n## ")
    doors = [(address(*door.to.partition(":")[::2]), door.title, door.text) for door in found.doors]
    context = {"words": found, "lead": drawn(lead), "doors": doors, "rest": drawn(f"## {rest}" if rest else "")}
    return render(request, "front_door/public/home.jinja", context)


@require_safe
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """One page of words, with its neighbours."""
    found = None if slug in INSIDE else page(slug, language())
    if found is None:
        raise Http404
    near = [other for other in pages_of(found.group, language()) if other.slug != slug] if found.group != "none" else []
    context = {
        "words": found,
        "text": drawn(found.body),
        "near": [(address("page", other.slug), other.nav) for other in near],
    }
    return render(request, "front_door/public/words.jinja", context)
