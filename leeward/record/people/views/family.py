"""The family page; relationships, who knows where somebody lives, who is said to harm whom; notices of corrections."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.web import from_now_on, go, say, side_by_side, tell, who
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.people.actions.family import (
    ClaimFacts,
    RelationshipFacts,
    correct_claim,
    dispute_claim,
    read_notice,
    record_claim,
    record_knows_place,
    reinstate_claim,
    relate,
)
from leeward.record.people.forms.family import (
    ClaimForm,
    CorrectForm,
    DisputeForm,
    KnowsForm,
    RelationshipForm,
    StandsForm,
)
from leeward.record.people.models import HarmClaim
from leeward.record.people.queries.family import claim_page, family_of
from leeward.record.people.queries.person import Frame, people_around
from leeward.record.people.queries.picture import draw_family
from leeward.record.people.queries.walls import claim_notices
from leeward.record.people.views.common import address, draw, frame_of, frame_to_change, save


@require_safe
def family(request: HttpRequest, person_id: int) -> HttpResponse:
    """Who is in it, who is at risk from whom, who may know where whom lives."""
    frame = frame_of(request, person_id, "family")
    found = family_of(frame)
    cases = {one.id: address("case", one.case_id) for one in found.members if one.case_id}
    return draw(request, "family", frame, "family", family=found, picture=draw_family(found), cases=cases)


@require_http_methods(["GET", "HEAD", "POST"])
def relationship_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say how somebody is related to this person."""
    frame = frame_to_change(request, person_id, "family")
    people = people_around(person_id)
    form = RelationshipForm(request.POST or None, people=people, name=frame.name)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            row = relate(
                by=who(request),
                facts=RelationshipFacts(
                    int(data["other"]), person_id, data["kind"], data["from_on"].earliest if data["from_on"] else None,
                    data["until_on"].latest if data["until_on"] else None, data["lives_together"],
                ),
                source=form.source,
            )  # fmt: skip
            undo = reverse("person_fact_take_back", args=[person_id, "relationship", row.id])
            say(request, "The relationship is added.", undo)
            return reverse("family", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return _form(request, frame, form, "Add a relationship", people)


def _form(request: HttpRequest, frame: Frame, form: object, title: str, people: list[tuple[int, str]]) -> HttpResponse:
    intro = "" if people else "Nobody else is known here yet. Add them to the case first, then come back."
    return draw(
        request, "fact_form", frame, "family", form=form, title=title, submit_label="Add it",
        back=reverse("family", args=[frame.person.id]), intro=intro,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def knows_place_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Write down whether somebody knows where this person lives."""
    frame = frame_to_change(request, person_id, "family")
    people = people_around(person_id)
    form = KnowsForm(request.POST or None, people=people, initial={"other": request.GET.get("who", "")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            row = record_knows_place(
                by=who(request), person_id=person_id, other_id=int(data["other"]), answer=data["answer"],
                how=data["how"], source=form.source,
            )  # fmt: skip
            say(request, "Kept.", reverse("person_fact_take_back", args=[person_id, "knows", row.id]))
            return reverse("family", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return _form(request, frame, form, f"Who knows where {frame.name} lives?", people)


def _everybody(frame: Frame) -> list[tuple[int, str]]:
    return [(frame.person.id, frame.full_name or frame.name), *people_around(frame.person.id)]


def _facts(form: ClaimForm) -> ClaimFacts:
    data = form.cleaned_data
    return ClaimFacts(
        harmed_id=int(data["harmed"]), harming_id=int(data["harming"]), source=data["source"], said_on=data["said_on"],
        kind=data["kind"], happened_on=data["happened_on"].earliest if data["happened_on"] else None, note=data["note"],
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def harm_claim_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Write down that somebody says that one harms another."""
    frame = frame_to_change(request, person_id, "family")
    form = ClaimForm(request.POST or None, people=_everybody(frame), initial={"harmed": str(person_id)})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            record_claim(by=who(request), facts=_facts(form))
            say(request, "What was said is written down.")
            return reverse("family", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "family", form=form, title="Who is said to harm whom?",
        submit_label="Write it down", back=reverse("family", args=[person_id]),
        intro="It is kept as what somebody said on a day, not as a label on anybody. It can be disputed and corrected.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def harm_claim(request: HttpRequest, person_id: int, claim_id: int) -> HttpResponse:
    """One claim with what became of it; dispute it."""
    frame = frame_of(request, person_id, "family")
    claim = claim_page(claim_id, person_id)
    if claim is None:
        raise Http404
    form = DisputeForm(request.POST or None, initial={"version": claim.row.version})
    both = None
    if request.method == "POST":
        if not frame.may_change:
            raise Http404
        if form.is_valid():
            data = form.cleaned_data

            def make() -> str:
                told = dispute_claim(
                    by=who(request), claim_id=claim_id, version=data["version"], disputed_by=data["disputed_by"],
                    note=data["note"],
                )  # fmt: skip
                say(request, f"Marked as disputed. {_told(told)}")
                return reverse("family", args=[person_id])

            try:
                if answer := save(request, form, make):
                    return answer
            except Conflict as conflict:
                both = side_by_side(
                    conflict.words, conflict.by,
                    {"status": "It is now", "disputed_by": "Disputed by", "dispute_note": "What they say"},
                    {name: str(value) for name, value in conflict.theirs.items()},
                    {"status": "Disputed", "disputed_by": data["disputed_by"], "dispute_note": data["note"]},
                )  # fmt: skip
                from_now_on(form, request, claim.row.version)
    return draw(request, "harm_claim", frame, "family", claim=claim, form=form, both=both)


@require_http_methods(["GET", "HEAD", "POST"])
def harm_claim_stands(request: HttpRequest, person_id: int, claim_id: int) -> HttpResponse:
    """It was disputed or withdrawn by mistake: it stands as first said, and everyone who got it is told."""
    frame = frame_to_change(request, person_id, "family")
    claim = claim_page(claim_id, person_id)
    if claim is None or not claim.may_stand:
        raise Http404
    form = StandsForm(request.POST or None, initial={"version": claim.row.version})
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            data = form.cleaned_data
            reinstate_claim(by=who(request), claim_id=claim_id, version=data["version"], why=data["why"])
            say(request, "It stands as it was said. Everyone who had got it is told.")
            return reverse("family", args=[person_id])

        try:
            if answer := save(request, form, make, "why"):
                return answer
        except Conflict as conflict:
            form.add_error(None, conflict.words)
    return draw(
        request, "fact_form", frame, "family", form=form, title="It stands as it was said",
        submit_label="Let it stand, and tell everyone who got it",
        back=reverse("harm_claim", args=[person_id, claim_id]),
        intro="For a dispute or a withdrawal that was written down by mistake. Both stay on the record.",
    )  # fmt: skip


def _told(count: int) -> str:
    if not count:
        return "No other organisation had got it."
    return f"{count} other{'' if count == 1 else 's'} who had got it {'is' if count == 1 else 'are'} told."


@require_http_methods(["GET", "HEAD", "POST"])
def harm_claim_correct(request: HttpRequest, person_id: int, claim_id: int) -> HttpResponse:
    """Replace a claim by what is right, or withdraw it; everyone who got it is told."""
    frame = frame_to_change(request, person_id, "family")
    claim = claim_page(claim_id, person_id)
    if claim is None or not claim.is_live:
        raise Http404
    row = claim.row
    start = {
        "version": row.version, "harmed": str(row.harming_id), "harming": str(row.harmed_id), "kind": row.kind,
        "happened_on": row.happened_on,
    }  # fmt: skip
    form = CorrectForm(request.POST or None, people=_everybody(frame), initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            correct_claim(
                by=who(request), claim_id=claim_id, version=data["version"],
                facts=_facts(form) if data["what"] == "replace" else None, why=data["why"],
            )  # fmt: skip
            say(request, "Corrected. Everyone who had got the first version is told.")
            return reverse("family", args=[person_id])

        try:
            if answer := save(request, form, make):
                return answer
        except Conflict as conflict:
            form.add_error(None, conflict.words)
            from_now_on(form, request, HarmClaim.objects.values_list("version", flat=True).get(id=claim_id))
    return draw(request, "harm_claim_correct", frame, "family", form=form, claim=claim)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What was disputed or corrected of what we had got."""
    return draw(request, "notices", notices=claim_notices(by=who(request)))


@require_POST
def notice_read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """We have read this."""
    try:
        read_notice(by=who(request), notice_id=notice_id)
        say(request, "Marked as read.")
    except Refused as problem:
        tell(request, problem)
    return go("claim_notices")
