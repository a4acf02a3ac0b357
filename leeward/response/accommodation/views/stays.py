"""Stays: who is expected, who lives there, what happened, money, moving on, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import from_now_on, go, say, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.common.pages import page_number, pages
from leeward.response.accommodation.actions import stays as act
from leeward.response.accommodation.forms import stays as forms
from leeward.response.accommodation.models import MoveOn, Resident, Stay
from leeward.response.accommodation.queries.after import after_stay
from leeward.response.accommodation.queries.geography import all_names, area_names
from leeward.response.accommodation.queries.places import our_space, site_names
from leeward.response.accommodation.queries.stays import our_stays, stay_page
from leeward.response.accommodation.queries.today import LISTED, places_today
from leeward.response.accommodation.views.common import about_stay, one_form, sent

FORM = ["GET", "HEAD", "POST"]
# What somebody does about a stay: kinds of Today, by their names there.
WAITS = {
    "late": "Expected, and not here yet",
    "closing": "Live in a place that closes",
    "overstay": "The licence has ended",
    "birthdays": "A son grows older than the space takes",
    "away": "Away, until nobody knows when",
    "resettle": "Support after they left",
}


@require_safe
def stays(request: HttpRequest) -> HttpResponse:
    """Who is expected and who stays with us, or who left."""
    by, ended = who(request), request.GET.get("ended") == "1"
    waits = request.GET.get("waits", "") if request.GET.get("waits", "") in WAITS else ""
    asked = places_today(by=by, most=LISTED)
    only = [line.id for line in getattr(asked, waits)] if waits else None
    sites, page = site_names(by), page_number(request)
    given = request.GET.get("site", "")
    site = int(given) if given in {str(one) for one in sites} else None

    def address(**asked_for: str) -> str:
        query = urlencode({**asked_for, **({"site": site} if site else {})})
        return reverse("stays") + (f"?{query}" if query else "")

    kinds = {key: len(getattr(asked, key)) for key in WAITS}
    chips = [
        # How many there are is known of all sites together.
        {"text": words if site else f"{words} ({kinds[key]})", "selected": key == waits,
         "href": address() if key == waits else address(waits=key)}
        for key, words in WAITS.items()
        if kinds[key] or key == waits
    ]  # fmt: skip
    chips.insert(
        0, {"text": "Who left", "href": address() if ended else address(ended="1"), "selected": ended and not waits}
    )
    rows, more = our_stays(by, ended=ended, only=only, site=site, page=page)
    context = {
        "rows": rows, "ended": ended and not waits, "waits": waits, "sites": sites, "site": site,
        "title": WAITS.get(waits) or ("Who left" if ended else "Who stays with us"),
        "left": waits == "resettle" or (ended and not waits), "everybody": address(),
    }  # fmt: skip
    return render(request, "accommodation/stays.jinja", context | {"chips": chips} | pages(request, page, more))


@require_safe
def stay(request: HttpRequest, stay_id: int) -> HttpResponse:
    """One stay."""
    by = who(request)
    seen = stay_page(by, stay_id)
    context = {"seen": seen, "after": after_stay(seen), "areas": all_names(by)}
    return render(request, "accommodation/stay.jinja", context)


def _ours(request: HttpRequest, stay_id: int) -> Stay:
    rows = Stay.objects.select_related("person", "space__site")
    found = rows.filter(id=stay_id, organisation_id=who(request).acts_for).first()
    if found is None:
        raise Http404
    return found


def _step(
    request: HttpRequest, stay_id: int, form: Any, do: Callable[[Stay], object], *, then: str = "", **words: Any
) -> HttpResponse:
    found = _ours(request, stay_id)
    back = reverse("stay", args=[stay_id])

    def work() -> str:
        do(found)
        return then or back

    return one_form(request, form, work, back=back, about=about_stay(found), back_words="The stay", **words)


@require_http_methods(FORM)
def arrive(request: HttpRequest, stay_id: int) -> HttpResponse:
    """They came."""
    by, form = who(request), forms.ArriveForm(sent(request))
    return _step(
        request, stay_id, form, lambda found: act.arrive(by=by, stay=found, at=form.moment()),
        title="They have arrived", button="Write it down", field="on", done="Arrived. Who lives there is filled in.",
    )  # fmt: skip


@require_http_methods(FORM)
def not_arrived(request: HttpRequest, stay_id: int) -> HttpResponse:
    """They did not come."""
    by, form = who(request), forms.NotArrivedForm(sent(request))
    return _step(
        request, stay_id, form,
        lambda found: act.say_not_arrived(
            by=by, stay=found, why=form.cleaned_data["why"], words=form.cleaned_data["words"]
        ),
        title="They did not come", button="Write it down", then=reverse("stays"),
        done="The space is free again, and whoever looks for them was told.",
    )  # fmt: skip


@require_http_methods(FORM)
def end(request: HttpRequest, stay_id: int) -> HttpResponse:
    """They left."""
    by, form = who(request), forms.EndStayForm(sent(request))
    return _step(
        request, stay_id, form, lambda found: act.end_stay(by=by, stay=found, ending=form.ending_facts()),
        title="They have left", button="End the stay", field="on",
        done="The stay has ended. The space is made ready, and then free by itself.",
    )  # fmt: skip


@require_http_methods(FORM)
def licence(request: HttpRequest, stay_id: int) -> HttpResponse:
    """The licence."""
    by, form = who(request), forms.LicenceForm(sent(request))
    return _step(
        request, stay_id, form,
        lambda found: act.sign_licence(by=by, stay=found, on=form.cleaned_data["on"], until=form.cleaned_data["until"]),
        title="The licence", button="Write it down", field="until", done="Written down.",
    )  # fmt: skip


@require_http_methods(FORM)
def event(request: HttpRequest, stay_id: int) -> HttpResponse:
    """What happened."""
    by, form = who(request), forms.EventForm(sent(request))

    def do(found: Stay) -> None:
        said = form.cleaned_data
        back = forms.moment_of(said["back_on"], None) if said["back_on"] else None
        act.write_event(
            by=by, stay=found, kind=said["kind"], at=form.moment(), what=said["what"] or "", until=back,
            words=said["words"],
        )  # fmt: skip

    return _step(
        request, stay_id, form, do, title="Write down what happened", button="Write it down", field="on",
        done="Written down.", template="accommodation/event_form.jinja",
    )  # fmt: skip


@require_http_methods(FORM)
def resident_add(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Somebody joins or was born."""
    by, form = who(request), forms.ResidentForm(sent(request))

    def do(found: Stay) -> None:
        said = form.cleaned_data
        act.add_resident(
            by=by, stay=found, part=said["part"], called=said["called"], sex=said["sex"] or "",
            birth_date=said["birth_date"], person_id=None, from_on=said["from_on"], age=said["age"],
        )  # fmt: skip

    return _step(
        request, stay_id, form, do, title="Somebody lives there too", button="Add them", field="from_on", done="Added."
    )


@require_POST
def resident_left(request: HttpRequest, resident_id: int) -> HttpResponse:
    """Somebody lives there no more."""
    found = Resident.objects.select_related("stay").filter(id=resident_id, until_on=None).first()
    if found is None or found.stay.organisation_id != who(request).organisation_id:
        raise Http404
    try:
        act.resident_left(by=who(request), resident=found, on=timezone.localdate())
        say(request, "Written down.")
    except Refused as problem:
        tell(request, problem)
    return go("stay", found.stay_id)


@require_POST
def move(request: HttpRequest, stay_id: int) -> HttpResponse:
    """They move to another space of ours."""
    found = _ours(request, stay_id)
    chosen = request.POST.get("space", "")
    if not chosen.isdecimal() or len(chosen) > 18:
        tell(request, Refused("Choose the space to which they move."))
        return go("stay", stay_id)
    space = our_space(who(request), int(chosen))
    try:
        act.move_within(by=who(request), stay=found, space=space)
        say(request, f"Moved to {space.label}.")
    except Refused as problem:
        tell(request, problem)
    return go("stay", stay_id)


@require_http_methods(FORM)
def charge(request: HttpRequest, stay_id: int) -> HttpResponse:
    """What is charged."""
    by, form = who(request), forms.ChargeForm(sent(request))

    def do(found: Stay) -> None:
        said = form.cleaned_data
        act.set_charge(
            by=by, stay=found, kind=said["kind"], pence_a_week=said["pence"], eligible=said["eligible"] == "yes",
            from_on=said["from_on"],
        )  # fmt: skip

    return _step(
        request,
        stay_id,
        form,
        do,
        title="What is charged",
        button="Write it down",
        field="from_on",
        done="Written down.",
    )


@require_http_methods(FORM)
def payment(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Money that came in."""
    by, form = who(request), forms.PaymentForm(sent(request))

    def do(found: Stay) -> None:
        said = form.cleaned_data
        act.record_payment(
            by=by, stay=found, on=said["on"], pence=said["pence"], source=said["source"], words=said["words"]
        )

    return _step(
        request,
        stay_id,
        form,
        do,
        title="Money that came in",
        button="Write it down",
        field="pence",
        done="Written down.",
    )


@require_http_methods(FORM)
def benefit(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Where the claim for benefit stands."""
    by, form = who(request), forms.BenefitForm(sent(request))
    return _step(
        request, stay_id, form,
        lambda found: act.set_benefit(
            by=by, stay=found, benefit=form.cleaned_data["benefit"], words=form.cleaned_data["words"]
        ),
        title="Benefit", button="Write it down", done="Written down.",
    )  # fmt: skip


@require_http_methods(FORM)
def move_on(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Moving on: two who write at once are told."""
    by, found = who(request), _ours(request, stay_id)
    plan = MoveOn.objects.filter(stay=found).first()
    form = forms.MoveOnForm(sent(request), areas=area_names(by), plan=plan, longer=found.longer)

    def do(locked: Stay) -> None:
        act.plan_move_on(
            by=by, stay=locked, facts=form.facts(), longer=tuple(form.cleaned_data["longer"]),
            version_seen=form.cleaned_data["version"] or 0,
        )  # fmt: skip

    words = {"title": "Moving on", "button": "Write it down", "done": "Written down."}
    try:
        return _step(request, stay_id, form, do, **words)
    except Conflict as problem:
        newest = MoveOn.objects.get(stay=found)
        from_now_on(form, request, newest.version)
        form.add_error(None, f"{problem.words} Look at it in another window; sent again, yours stands.")
        back = reverse("stay", args=[stay_id])
        context = {
            "form": form,
            "title": words["title"],
            "submit_label": words["button"],
            "cancel_href": back,
            "lead": "",
            "about": about_stay(found),
            "back_words": "The stay",
        }
        return render(request, "accommodation/form.jinja", context)


@require_safe
def statement(request: HttpRequest, stay_id: int) -> HttpResponse:
    """The statement of what was charged and paid, to print: no address, no reason for the stay."""
    seen = stay_page(who(request), stay_id)
    if not seen.is_ours:
        raise Http404
    return render(request, "accommodation/statement.jinja", {"seen": seen, "today": timezone.localdate()})
