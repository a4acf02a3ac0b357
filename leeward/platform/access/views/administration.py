"""Administration: organisations, teams, users and their roles, in pages of our own."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leeward.platform.access import leaving
from leeward.platform.access.actions import (
    add_organisation,
    add_team,
    add_user,
    change_account,
    change_membership,
    change_organisation,
    change_team,
    end_membership,
    invite_again,
    reset_sign_in,
    restore_membership,
)
from leeward.platform.access.forms import (
    AccountForm,
    MembershipForm,
    OrganisationChangeForm,
    OrganisationForm,
    TeamChangeForm,
    TeamForm,
    UserForm,
)
from leeward.platform.access.models import Membership, Organisation, Team, User
from leeward.platform.access.queries import administered_organisations, members, role_choices
from leeward.platform.access.roles import ROLES, Permission
from leeward.platform.access.rules import may_administer
from leeward.platform.access.running import choose_receiving_team
from leeward.platform.access.views.session import acting
from leeward.platform.access.web import attempt
from leeward.platform.common.errors import Refused


def _organisation(request: HttpRequest, organisation_id: int) -> Organisation:
    by = acting(request)
    found = Organisation.objects.filter(id=organisation_id, partnership_id=by.partnership_id).first()
    if found is None or not may_administer(by, found.id):
        raise Http404
    return found


def _membership(request: HttpRequest, membership_id: int) -> Membership:
    found = Membership.objects.select_related("user", "organisation").filter(id=membership_id).first()
    if found is None or found.organisation.partnership_id != acting(request).partnership_id:
        raise Http404
    if not may_administer(acting(request), found.organisation_id):
        raise Http404
    return found


@require_GET
def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations that one administers; with only one, straight to it."""
    found = administered_organisations(by=acting(request))
    if len(found) == 1:
        return redirect("organisation", found[0].id)
    return render(request, "access/organisations.jinja", {"organisations": found})


@require_http_methods(["GET", "POST"])
def organisation_add(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = add_organisation(by=acting(request), **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", refused.words)
        else:
            messages.success(request, f"{made.name} is added. Add its first administrator next.")
            return redirect("organisation", made.id)
    return render(request, "access/organisation_form.jinja", {"form": form, "organisation": None})


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """One organisation: its people and teams. Whom somebody looks for is sent in the form, not in the address."""
    return _organisation_page(request, _organisation(request, organisation_id), TeamForm())


def _organisation_page(request: HttpRequest, found: Organisation, team_form: TeamForm) -> HttpResponse:
    text, seen = request.POST.get("q", "").replace("\x00", "").strip()[:100], request.GET.get("seen", "")
    kinds = (("", "Everybody"), ("never", "Never signed in"), ("long_ago", "Not for 90 days"))
    seen = seen if seen in dict(kinds) else ""
    where = reverse("organisation", args=[found.id])
    chips = [
        {"text": words, "selected": key == seen, "href": f"{where}?seen={key}" if key and key != seen else where}
        for key, words in kinds
    ]
    context = {
        "organisation": found, "members": members(organisation=found, text=text, seen=seen), "text": text,
        "chips": chips, "seen": seen,
        "teams": list(found.teams.order_by("-is_active", "name")), "roles": ROLES, "team_form": team_form,
        "forms": [team_form],
        "may_change": acting(request).may(Permission.MANAGE_PARTNERSHIP),
    }  # fmt: skip
    return render(request, "access/organisation.jinja", context)


@require_http_methods(["GET", "POST"])
def organisation_edit(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Change an organisation."""
    found = _organisation(request, organisation_id)
    fields = ("name", "kind", "phone", "signs_off_closing", "is_active")
    form = OrganisationChangeForm(request.POST or None, initial={name: getattr(found, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(by=acting(request), organisation=found, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name" if "name" in refused.words else "is_active", refused.words)
        else:
            messages.success(request, "The organisation is changed.")
            return redirect("organisation", found.id)
    return render(request, "access/organisation_form.jinja", {"form": form, "organisation": found})


@require_POST
def team_add(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Add a team."""
    found = _organisation(request, organisation_id)
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            add_team(by=acting(request), organisation=found, name=form.cleaned_data["name"])
        except Refused as refused:
            form.add_error("name", refused.words)
        else:
            messages.success(request, "The team is added.")
            return redirect("organisation", found.id)
    return _organisation_page(request, found, form)


@require_http_methods(["GET", "POST"])
def team_edit(request: HttpRequest, team_id: int) -> HttpResponse:
    """Rename a team, or switch it off and on."""
    team = Team.objects.select_related("organisation").filter(id=team_id).first()
    if team is None:
        raise Http404
    _organisation(request, team.organisation_id)
    form = TeamChangeForm(
        request.POST or None, team=team,
        initial={"name": team.name, "holds_triage": team.holds_triage, "off": not team.is_active},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said, by = form.cleaned_data, acting(request)
        try:
            with transaction.atomic():
                if not said.get("holds_triage"):
                    choose_receiving_team(by=by, team=team, holds=False)
                change_team(by=by, team=team, name=said["name"], is_active=not said["off"])
                if said.get("holds_triage"):
                    choose_receiving_team(by=by, team=team, holds=True)
        except Refused as refused:
            form.add_error("name" if "name" in refused.words else "off", refused.words)
        else:
            messages.success(request, "The team is changed.")
            return redirect("organisation", team.organisation_id)
    return render(request, "access/team_form.jinja", {"form": form, "team": team})


@require_http_methods(["GET", "POST"])
def user_add(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """Invite somebody. The address of the invitation is shown once, to be handed over by the administrator."""
    found = _organisation(request, organisation_id)
    teams = list(found.teams.filter(is_active=True).order_by("name"))
    form = UserForm(request.POST or None, roles=role_choices(by=acting(request)), teams=teams)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = [team for team in teams if str(team.id) in data.get("teams", [])]
        try:
            user, link = add_user(
                by=acting(request), email=data["email"], name=data["name"], organisation=found, roles=data["roles"],
                teams=chosen,
            )  # fmt: skip
        except Refused as refused:
            form.add_error("roles" if "role" in refused.words else "email", refused.words)
        else:
            return _show_link(request, user, link, found)
    return render(request, "access/user_form.jinja", {"form": form, "organisation": found, "membership": None})


def _show_link(
    request: HttpRequest, user: User, link: str, organisation: Organisation, *, reset: bool = False
) -> HttpResponse:
    """Show an address once; without one, say whether somebody has a place now or has to accept it."""
    offered = user.memberships.filter(organisation=organisation, offered_at__isnull=False).exists()
    context = {
        "name": user.name, "link": request.build_absolute_uri(link) if link else "", "is_reset": reset,
        "offered_at": request.build_absolute_uri(reverse("offered_places")) if offered else "",
        "back": reverse("organisation", args=[organisation.id]),
    }  # fmt: skip
    return render(request, "access/invited.jinja", context)


@require_http_methods(["GET", "POST"])
def membership_edit(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Change somebody's roles and teams."""
    found = _membership(request, membership_id)
    teams = list(found.organisation.teams.filter(is_active=True).order_by("name"))
    initial = {"roles": found.roles, "teams": [str(pk) for pk in found.teams.values_list("id", flat=True)]}
    form = MembershipForm(request.POST or None, roles=role_choices(by=acting(request)), teams=teams, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = [team for team in teams if str(team.id) in form.cleaned_data.get("teams", [])]
        try:
            change_membership(by=acting(request), membership=found, roles=form.cleaned_data["roles"], teams=chosen)
        except Refused as refused:
            form.add_error("roles", refused.words)
        else:
            messages.success(request, f"{found.user.name}: changed. It acts from their next page on.")
            return redirect("organisation", found.organisation_id)
    context = {"form": form, "organisation": found.organisation, "membership": found}
    return render(request, "access/user_form.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_account(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Change somebody's name, work e-mail address and telephone."""
    found = _membership(request, membership_id)
    user = found.user
    form = AccountForm(request.POST or None, initial={"name": user.name, "email": user.email, "phone": user.phone})
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form, lambda: change_account(by=acting(request), membership=found, **form.cleaned_data), "email"
        )
        if changed is not None:
            name = form.cleaned_data["name"]
            words = f"{name}: changed." if changed else f"{name}: nothing was changed."
            if "email" in changed:
                words += " They are signed out everywhere, and sign in with the new address."
            messages.success(request, words)
            return redirect("organisation", found.organisation_id)
    return render(request, "access/account_form.jinja", {"form": form, "membership": found, "called": user.name})


@require_POST
def membership_invite(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Invite somebody again who has never signed in: the address is shown once."""
    found = _membership(request, membership_id)
    try:
        link = invite_again(by=acting(request), membership=found)
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("organisation", found.organisation_id)
    return _show_link(request, found.user, link, found.organisation)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_end(request: HttpRequest, membership_id: int) -> HttpResponse:
    """End somebody's place here, at once: first what they leave behind is shown. It can be undone."""
    found, by = _membership(request, membership_id), acting(request)
    if request.method != "POST":
        left = [
            (one, f"{reverse(one.kind.url_name)}{one.kind.query}" if leaving.may_open(by, one.kind) else "")
            for one in leaving.left_by(found.user_id, found.organisation_id)
        ]
        return render(request, "access/leaving.jinja", {"membership": found, "left": left})
    try:
        freed = end_membership(by=by, membership=found)
    except Refused as refused:
        messages.error(request, refused.words)
    else:
        words = f"{found.user.name} can no longer act for {found.organisation.name}."
        if freed:
            words += f" {freed} {'contact is' if freed == 1 else 'contacts are'} back in the queue."
        messages.success(request, words, extra_tags=f"undo:{reverse('membership_restore', args=[found.id])}")
    return redirect("organisation", found.organisation_id)


@require_POST
def membership_restore(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Undo the end of a membership."""
    found = _membership(request, membership_id)
    try:
        restore_membership(by=acting(request), membership=found)
    except Refused as refused:
        messages.error(request, refused.words)
    else:
        name, place = found.user.name, found.organisation.name
        if found.is_active:
            messages.success(request, f"{name} can act for {place} again.")
        else:
            messages.success(request, f"{name} acts for another organisation now: {place} is offered to them anew.")
    return redirect("organisation", found.organisation_id)


@require_http_methods(["GET", "HEAD", "POST"])
def membership_reset(request: HttpRequest, membership_id: int) -> HttpResponse:
    """Reset the sign-in of somebody who lost theirs: it cannot be taken back, so it is asked first."""
    found = _membership(request, membership_id)
    if request.method == "POST":
        try:
            link = reset_sign_in(by=acting(request), membership=found)
        except Refused as refused:
            messages.error(request, refused.words)
            return redirect("organisation", found.organisation_id)
        return _show_link(request, found.user, link, found.organisation, reset=True)
    return render(request, "access/reset.jinja", {"membership": found})
