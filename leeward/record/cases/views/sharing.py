"""Who is involved in a case: share, change, end, ask consent again, restrict to named people, lift that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from leeward.platform.access import audit
from leeward.platform.access.models import Membership, Organisation, Team, User
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, who
from leeward.platform.reference.lists import label
from leeward.platform.ui.forms import Option
from leeward.record.cases.actions.restricting import lift_restriction, restrict_case
from leeward.record.cases.actions.sharing import answer_consent, change_share, end_share, share_case
from leeward.record.cases.forms.sharing import (
    ChangeShareForm,
    ChooseOrganisationForm,
    ConsentForm,
    EndShareForm,
    LiftForm,
    Receivers,
    RestrictForm,
    ShareForm,
)
from leeward.record.cases.models import Involvement, NamedUser
from leeward.record.cases.queries.case import CaseFrame, case_frame
from leeward.record.cases.queries.colleagues import people_of
from leeward.record.cases.queries.sharing import Opens, what_opens
from leeward.record.cases.views.common import draw, typed_again


@require_safe
def case_sharing(request: HttpRequest, case_id: int) -> HttpResponse:
    """Every share of a case: those that stand, then those that were."""
    by, frame = who(request), case_frame(case_id)
    shares = list(
        Involvement.objects.filter(case_id=case_id)
        .select_related("organisation", "team", "user")
        .order_by("-is_lead", "-from_at")[:200]
    )
    named = (
        list(NamedUser.objects.filter(case_id=case_id, ended_at=None).select_related("user"))
        if frame.case.is_restricted
        else []
    )
    audit.record("read_sharing", "case", case_id, person=frame.case.person_id)
    now = timezone.now()
    stands = [s for s in shares if s.status in ("active", "offered") and (s.until is None or s.until > now)]
    return draw(
        request, "sharing", frame, "sharing", stands=stands, were=[s for s in shares if s not in stands], named=named,
        may_change=frame.sight.may_change,
        may_restrict=frame.sight.may_change and by.may(Permission.RESTRICT)
        and frame.case.lead_organisation_id == by.organisation_id,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def case_share(request: HttpRequest, case_id: int) -> HttpResponse:
    """Share: with whom; how much, on which basis; then what goes to whom, before it goes."""
    by, frame = who(request), _changing(case_id)
    others = _organisations(by.partnership_id)
    to = request.GET.get("to", "")
    if to not in {str(id_) for id_, _ in others}:
        choose = ChooseOrganisationForm({"to": to} if "to" in request.GET else None, organisations=others)
        return draw(request, "share_to", frame, "sharing", form=choose)
    organisation = Organisation.objects.get(id=int(to))
    form = ShareForm(request.POST or None, receivers=_receivers(organisation))
    confirm: Confirm | None = None
    if request.method == "POST" and form.is_valid():
        confirm = _confirm(frame, form, organisation)
        if request.POST.get("confirmed") == "yes":
            said = form.cleaned_data
            team_id, user_id = Receivers.read(said["receiver"])
            name = confirm.to

            def make() -> str:
                share_case(
                    by=by, case=frame.case, organisation_id=organisation.id, organisation_name=name,
                    scope=int(said["scope"]), lawful_basis=said["lawful_basis"], told=said["told"], why=said["why"],
                    team_id=team_id, user_id=user_id, address="address" in said["also"], risk="risk" in said["also"],
                    until=form.until_moment(), at_once=said["begins"] == "at_once",
                )  # fmt: skip
                return reverse("case_sharing", args=[case_id])

            if address := attempt(form, lambda: once_only(form.once, make)):
                say(request, "Shared." if said["begins"] == "at_once" else "Offered. They see it when they accept.")
                return redirect_to(address)
            confirm = None
        elif request.POST.get("confirmed") == "no":
            confirm = None
    audit.record("read_sharing", "case", case_id, person=frame.case.person_id)
    if confirm is not None:
        return draw(request, "share_confirm", frame, "sharing", form=form, confirm=confirm, typed=typed_again(request))
    return draw(request, "share_form", frame, "sharing", form=form, organisation=organisation)


@dataclass(frozen=True)
class Confirm:
    """What goes to whom, in words, before it goes."""

    to: str
    scope: int
    opens: Opens
    address: bool
    risk: bool
    begins: str
    until: Any
    basis: str
    told: str
    why: str


def _confirm(frame: CaseFrame, form: ShareForm, organisation: Organisation) -> Confirm:
    said = form.cleaned_data
    team_id, user_id = Receivers.read(said["receiver"])
    to = organisation.name
    if team_id:
        to = f"{to}, {Team.objects.get(id=team_id).name}"
    elif user_id:
        to = f"{User.objects.get(id=user_id).name}, {to}"
    scope = int(said["scope"])
    address, risk = "address" in said["also"] and scope > 1, "risk" in said["also"] and scope > 1
    return Confirm(
        to=to,
        scope=scope,
        opens=what_opens(frame.case, scope=scope, address=address, risk=risk),
        address=address,
        risk=risk,
        begins=said["begins"],
        until=said["until"],
        basis=label("lawful_basis", said["lawful_basis"]),
        told=label("told", said["told"]),
        why=said["why"],
    )


def _organisations(partnership_id: int) -> list[tuple[int, str]]:
    found = Organisation.objects.filter(partnership_id=partnership_id, is_active=True).order_by("name")
    return list(found.values_list("id", "name"))


def _receivers(organisation: Organisation) -> Receivers:
    teams = Team.objects.filter(organisation=organisation, is_active=True).order_by("name").values_list("id", "name")
    users = (
        Membership.objects.filter(
            organisation=organisation, is_active=True, user__is_active=True,
            roles__overlap=["practitioner", "manager", "access_point"],
        ).order_by("user__name").values_list("user_id", "user__name")
    )  # fmt: skip
    return Receivers(list(teams), list(users))


@require_http_methods(["GET", "POST"])
def case_share_change(request: HttpRequest, case_id: int, share_id: int) -> HttpResponse:
    """Give more or less, or for longer."""
    by, frame, share = who(request), _changing(case_id), _share(case_id, share_id)
    also = [name for name in ("address", "risk") if getattr(share, name)]
    initial = {
        "scope": str(share.scope),
        "also": also,
        "until": timezone.localdate(share.until) if share.until else None,
    }
    form = ChangeShareForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = attempt(form, lambda: change_share(
            by=by, case=frame.case, share=share, scope=int(said["scope"]), address="address" in said["also"],
            risk="risk" in said["also"], until=form.until_moment(), why=said["why"],
        ))  # fmt: skip
        if done is not None:
            say(request, "The share was changed.")
            return go("case_sharing", case_id)
    audit.record("read_sharing", "case", case_id, person=frame.case.person_id)
    return draw(request, "share_change", frame, "sharing", form=form, share=share)


@require_http_methods(["GET", "POST"])
def case_share_end(request: HttpRequest, case_id: int, share_id: int) -> HttpResponse:
    """End a share: sight ends at once."""
    by, frame, share = who(request), _changing(case_id), _share(case_id, share_id)
    form = EndShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: end_share(by=by, case=frame.case, share=share, reason=form.cleaned_data["why"]))
        if done is not None:
            say(request, "The share has ended.")
            # One may have ended the share by which one saw the case oneself.
            return go("case_sharing", case_id) if _still_seen(case_id) else go("caseload")
    audit.record("read_sharing", "case", case_id, person=frame.case.person_id)
    return draw(request, "share_end", frame, "sharing", form=form, share=share)


@require_http_methods(["GET", "POST"])
def case_share_consent(request: HttpRequest, case_id: int, share_id: int) -> HttpResponse:
    """Write down what the person said when asked again."""
    by, frame, share = who(request), _changing(case_id), _share(case_id, share_id)
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        done = attempt(form, lambda: answer_consent(
            by=by, case=frame.case, share=share, agreed=said["agreed"] == "yes", note=said["note"]
        ))  # fmt: skip
        if done is not None:
            say(request, "Their answer was written down.")
            return go("case_sharing", case_id)
    audit.record("read_sharing", "case", case_id, person=frame.case.person_id)
    return draw(request, "share_consent", frame, "sharing", form=form, share=share)


@require_http_methods(["GET", "POST"])
def case_restrict(request: HttpRequest, case_id: int) -> HttpResponse:
    """Let named people alone see a case."""
    by, frame = who(request), _changing(case_id)
    people = people_of(case_id)
    options = [Option(str(one.user_id), one.name, one.organisation) for one in people]
    named = [str(one.user_id) for one in people if one.is_named]
    form = RestrictForm(request.POST or None, people=options, initial={"named": named or [str(by.user_id)]})
    if request.method == "POST" and form.is_valid():
        chosen = [int(value) for value in form.cleaned_data["named"]]
        done = attempt(
            form, lambda: restrict_case(by=by, case=frame.case, user_ids=chosen, why=form.cleaned_data["why"]), "named"
        )
        if done is not None:
            say(request, "Only the named people see this case now.")
            return go("case_sharing", case_id) if _still_seen(case_id) else go("caseload")
    audit.record("read_sharing", "case", case_id, person=frame.case.person_id)
    return draw(request, "restrict", frame, "sharing", form=form)


@require_http_methods(["GET", "POST"])
def case_lift(request: HttpRequest, case_id: int) -> HttpResponse:
    """Lift a restriction."""
    by, frame = who(request), _changing(case_id)
    if not frame.case.is_restricted:
        return go("case_sharing", case_id)
    form = LiftForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: lift_restriction(by=by, case=frame.case, why=form.cleaned_data["why"]), "why")
        if done is not None:
            say(request, "Everybody who is involved sees this case again.")
            return go("case_sharing", case_id)
    audit.record("read_sharing", "case", case_id, person=frame.case.person_id)
    return draw(request, "lift", frame, "sharing", form=form)


def _changing(case_id: int) -> CaseFrame:
    frame = case_frame(case_id)
    if not frame.sight.may_change:
        raise Http404
    return frame


def _share(case_id: int, share_id: int) -> Involvement:
    share = (
        Involvement.objects.select_related("organisation", "team", "user").filter(id=share_id, case_id=case_id).first()
    )
    if share is None:
        raise Http404
    return share


def _still_seen(case_id: int) -> bool:
    return Involvement.objects.filter(case_id=case_id, is_lead=True).exists()
