"""The flags of a MARAC, soonest to end first; ending one before its time."""

from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.common.pages import page_number, pages
from leeward.response.marac.actions.flags import end_flag, restore_flag
from leeward.response.marac.forms.referring import EndFlagForm
from leeward.response.marac.models import MaracFlag
from leeward.response.marac.queries.flags import flags_of_maracs
from leeward.response.marac.queries.maracs import arranged
from leeward.response.marac.queries.referrals import humans

AHEAD = timedelta(days=42)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """The flags of the MARACs that one arranges: those that reach their end within six weeks stand first."""
    page = page_number(request)
    flags, more = flags_of_maracs(arranged(), page)
    rows = list(zip(flags, humans([(flag.person, "") for flag in flags]), strict=True))
    audit.record("listed_marac_flags", "marac_flag", listed=[flag.person_id for flag in flags])
    return render(
        request,
        "marac/flags.jinja",
        {"rows": rows, "soon": timezone.localdate() + AHEAD, "pages": pages(request, page, more)},
    )


def _flag(flag_id: int) -> MaracFlag:
    found = MaracFlag.objects.select_related("person", "marac", "item").filter(id=flag_id).first()
    if found is None or found.marac_id not in arranged():
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, flag_id: int) -> HttpResponse:
    """End a flag, with a reason."""
    by, flag = who(request), _flag(flag_id)
    form = EndFlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            end_flag(by=by, flag=flag, why=form.cleaned_data["why"])
            return reverse("marac_flags")

        if address := attempt(form, lambda: once_only(form.once, make), "why"):
            say(request, "The flag has ended. Nobody is told any more.", reverse("marac_flag_restore", args=[flag.id]))
            return redirect_to(address)
    audit.record("read_marac_flag", "marac_flag", flag.id, person=flag.person_id)
    return render(
        request, "marac/flag_end.jinja", {"form": form, "flag": flag, "about": humans([(flag.person, "")])[0]}
    )


@require_POST
def restore(request: HttpRequest, flag_id: int) -> HttpResponse:
    """Take back that a flag was ended."""
    flag = _flag(flag_id)
    try:
        restore_flag(by=who(request), flag=flag)
        say(request, "The flag stands again.")
    except Refused as problem:
        tell(request, problem)
    return go("marac_flags")
