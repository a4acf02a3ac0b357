"""Referring: the MARAC page of a case, the one form with its preview, and people who have no case yet."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access import audit, drafts
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.access.web import attempt, go, once_only, redirect_to, say, who
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.models import Case, CaseSight
from leeward.record.cases.queries.case import case_frame, own_words_of
from leeward.record.people.actions.checking import Known, check_index
from leeward.record.people.queries.duplicates import possible_duplicates
from leeward.record.people.queries.sides import may_be_changed
from leeward.response.marac.actions.agency_cases import OPENED_TO_REFER, open_case_to_refer
from leeward.response.marac.actions.referring import ReferralFacts, is_repeat, refer_case
from leeward.response.marac.forms.people import CHILDREN, HARMING, PeopleForm, SameForm
from leeward.response.marac.forms.referring import ReceivedForm, ReferForm
from leeward.response.marac.models import Marac
from leeward.response.marac.queries.maracs import Open, area_names, maracs_for, next_meetings, seats_of_mine
from leeward.response.marac.queries.referrals import (
    case_at_marac,
    newest_assessment,
    people_of,
    reachable,
    read_risk,
    receivers,
    risk_in_words,
)
from leeward.response.marac.queries.repeats import Earlier, last_referrals
from leeward.response.marac.rules.referring import why_not_referred
from leeward.response.marac.views.seen import draw_case, frame_to_refer

DRAFT = "marac_refer"
NOT_TYPED = {"csrfmiddlewaretoken", "confirmed", "asked", "back"}


@require_safe
def case_marac(request: HttpRequest, case_id: int) -> HttpResponse:
    """What a MARAC has had of a case: referrals, when they were heard, what was decided, the flag."""
    frame = case_frame(case_id)
    if not frame.sight.risk:
        raise Http404
    whole = case_at_marac(case=frame.case)
    return draw_case(
        request, "case_marac", frame, whole=whole, why_not=why_not_referred(frame.case, frame.person),
        may_refer=frame.sight.may_change and whole.standing is None,
        reachable=reachable(who(request), [item for one in whole.referrals for item in one.items], seats_of_mine()),
    )  # fmt: skip


def typed(request: HttpRequest, *, without: str = "") -> list[tuple[str, str]]:
    """What was typed, to be carried along by a page that asks once more."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_TYPED and not (without and name.startswith(without))
        for value in values
    ]


def prefilled(case: Case, assessment: Any, earlier: Earlier | None) -> dict[str, Any]:
    """What is known already: nobody types it again."""
    criteria = [code for code in (assessment.criteria if assessment else []) if code != "repeat"]
    if earlier is not None and earlier.same_harming is not False:
        criteria.append("repeat")
    return {
        "criteria": criteria, "why": assessment.judgement if assessment else "", "wishes": own_words_of(case),
    }  # fmt: skip


def refer_form(open_to: list[Open], earlier: Earlier | None, assessed: bool) -> dict[str, Any]:
    """What the form of a referral is made from."""
    maracs = [one.marac for one in open_to]
    return {
        "maracs": maracs, "dates": next_meetings(maracs), "earlier": earlier, "assessed": assessed,
        "kinds": {one.marac.id: one.my_kind for one in open_to},
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def case_marac_refer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Refer a case: what is sent, then exactly what goes to whom, then it goes."""
    by, frame = who(request), frame_to_refer(case_id)
    case = frame.case
    if words := why_not_referred(case, frame.person):
        return draw_case(request, "refer_refused", frame, words=words)
    open_to = maracs_for(by=by, area=case.counts_for or frame.person.area_code, case=case)[:5]
    if not open_to:
        return draw_case(
            request, "refer_refused", frame,
            words="No MARAC is set up in this partnership yet. Ask its administrator, and protect them meanwhile.",
        )  # fmt: skip
    if len(open_to) == 1 and open_to[0].standing is not None:
        return go("marac_referral", open_to[0].standing)
    assessment = newest_assessment(case)
    earlier = last_referrals(by=by, case_ids=[case.id]).get(case.id)
    made_of = refer_form(open_to, earlier, assessment is not None)
    draft = drafts.load(by=by, form=DRAFT, subject=case_id) if request.method == "GET" else None
    initial = prefilled(case, assessment, earlier)
    if draft is not None:
        initial |= draft.initial(ReferForm(**made_of))
    form = ReferForm(request.POST or None, initial=initial, **made_of)
    came = ReceivedForm(request.POST or None) if request.GET.get("received") else None
    risk = risk_in_words(assessment)
    context: dict[str, Any] = {
        "form": form, "came": came, "forms": [form, came] if came else [form], "earlier": earlier,
        "risk": read_risk(risk),
        "draft": draft, "autosave_to": reverse("case_marac_refer_draft", args=[case_id]),
    }  # fmt: skip
    both_valid = request.method == "POST" and form.is_valid() & (came is None or came.is_valid())
    if both_valid and request.POST.get("confirmed") != "no":
        facts = form.facts(risk)
        if request.POST.get("confirmed") != "yes":
            audit.record("previewed_marac_referral", "case", case_id, person=frame.person.id)
            context |= preview(form.chosen, facts, case, earlier, form.is_late)
            return draw_case(request, "refer_confirm", frame, typed=typed(request), **context)

        def make() -> str:
            sent = refer_case(
                by=by, case=case, marac=form.chosen, facts=facts, assessment=assessment,
                received=came.received() if came else None,
            )  # fmt: skip
            drafts.discard(by=by, form=DRAFT, subject=case_id)
            return reverse("marac_referral", args=[sent.id])

        if address := attempt(form, lambda: once_only(form.once, make)):
            say(request, "Referred. Whoever coordinates the MARAC sees it now.")
            return redirect_to(address)
    audit.record("opened_marac_referral_form", "case", case_id, person=frame.person.id)
    return draw_case(request, "refer", frame, **context)


def preview(marac: Marac, facts: ReferralFacts, case: Case, earlier: Earlier | None, past: bool) -> dict[str, Any]:
    """Everything that goes, and to whom."""
    people = people_of(case)
    return {
        "marac": marac, "facts": facts, "people": people, "to": receivers(marac),
        "repeat_of": earlier.on if earlier and is_repeat(facts, earlier) else None,
        "late": past and facts.for_next,
        "criteria": [label("risk_criterion", code) for code in facts.criteria],
        "risk": read_risk(facts.risk_words),
    }  # fmt: skip


@require_POST
def case_marac_refer_draft(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep what is being typed into a referral, or put it away."""
    by = who(request)
    frame_to_refer(case_id)
    if "discard" in request.POST:
        drafts.discard(by=by, form=DRAFT, subject=case_id)
        say(request, "The draft was put away.")
        return go("case_marac_refer", case_id)
    try:
        drafts.save(by=by, form=DRAFT, subject=case_id, data=request.POST)
    except Refused as problem:
        return JsonResponse({"message": problem.words}, status=409)
    return JsonResponse({})


@require_http_methods(["GET", "HEAD", "POST"])
def marac_refer_new(request: HttpRequest) -> HttpResponse:
    """Refer somebody who has no case with the agency: whom it is about first, then the same form."""
    by = who(request)
    received = "?received=1" if request.GET.get("received") and by.may(Permission.MARAC_ARRANGE) else ""
    form = PeopleForm(request.POST or None, areas=area_names(by), works=by.may(Permission.CASEWORK))
    if request.method == "POST" and form.is_valid() and "back" not in request.POST:
        people, nhs = form.newcomers(), form.cleaned_data.get("nhs_number") or ""
        found = possible_duplicates(
            by=by, given=people.person.given, family=people.person.family, born=people.person.birth_date,
            nhs_number=nhs, side="harmed",
        )  # fmt: skip
        asked = "asked" in request.POST
        same = SameForm(request.POST if asked else None, found=found)
        known = () if asked else _known(by, form)
        if (found or known) and not (asked and same.is_valid()):
            return render(
                request, "marac/refer_same.jinja",
                {"form": same, "known": known, "typed": typed(request, without="same_"), "received": received},
            )  # fmt: skip
        ids = same.same() if found else ()
        if (own := _own_case(ids)) is not None:
            say(request, "They have a case that you work in: this is its referral. Nobody was entered twice.")
            return redirect_to(reverse("case_marac_refer", args=[own]) + received)
        linkable = tuple(sorted(may_be_changed(list(ids)))) if ids else ()

        def make() -> str:
            case = open_case_to_refer(by=by, people=form.newcomers(linkable), **OPENED_TO_REFER)
            return reverse("case_marac_refer", args=[case.id]) + received

        if address := attempt(form, lambda: once_only(form.once, make)):
            return redirect_to(address)
    return render(
        request, "marac/refer_new.jinja",
        {
            "form": form, "received": received, "harming": form.groups("harm", HARMING),
            "children": form.groups("child", CHILDREN), "works": by.may(Permission.CASEWORK),
        },
    )  # fmt: skip


def _known(by: Acting, form: PeopleForm) -> tuple[Known, ...]:
    """Who else knows them, where the role may ask: whom to ring, and nothing more. Logged and limited as any check."""
    if not by.may(Permission.INDEX_CHECK):
        return ()
    person = form.newcomers().person
    return check_index(
        by=by, given=person.given, family=person.family, born=person.birth_date,
        nhs_number=form.cleaned_data.get("nhs_number") or "", reason="A MARAC referral is being made",
    ).answers  # fmt: skip


def _own_case(person_ids: tuple[int, ...]) -> int | None:
    """An open case of one of these records in which whoever acts works, with its risk."""
    rows = CaseSight.objects.filter(
        person_id__in=person_ids, scope__gte=3, risk=True, source="involvement", status="open"
    ).exclude(side="causing_harm")
    return rows.order_by("-opened_at").values_list("case_id", flat=True).first() if person_ids else None
