"""Pages of the single point of access: the queue, one contact, a decision, handing on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leeward.platform.access.acting import Acting
from leeward.platform.access.web import Both, attempt, from_now_on, once_only, redirect_to, say, side_by_side
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.directory.queries import Asked, Proposal, propose
from leeward.platform.reference.lists import label
from leeward.platform.ui.forms import Option
from leeward.record.people.actions.checking import Known
from leeward.record.people.rules.flags import flags_on
from leeward.response.front_door.actions.handing_on import OfferTo, hand_on, withdraw_left_offer, withdraw_offer
from leeward.response.front_door.actions.triage import (
    assign_contact,
    decide_contact,
    release_contact,
    take_contact,
    undo_decision,
)
from leeward.response.front_door.forms.triage import DecideForm, FindForm, HandOnForm
from leeward.response.front_door.models import Contact
from leeward.response.front_door.queries.escalation import offers_left
from leeward.response.front_door.queries.told import answers_of, spoken_answers
from leeward.response.front_door.queries.triage import ContactPage, Queue, contact_page, from_whom, triage_queue
from leeward.response.front_door.queries.trying import planned_tries
from leeward.response.front_door.rules.trying import attempt_words, ways_in_question

CHIPS = (
    ("", "Waiting"),
    ("mine", "Mine"),
    ("high", "High risk"),
    ("young", "Young people"),
    ("behaviour", "Behaviour"),
    ("out_of_hours", "Out of hours"),
    ("offered", "Offered, no answer yet"),
)


def acting(request: HttpRequest) -> Acting:
    """Who acts, as the middleware found."""
    by: Acting = request.acting  # type: ignore[attr-defined]  # set by ActingMiddleware
    return by


@require_GET
def triage(request: HttpRequest) -> HttpResponse:
    """The queue."""
    return show_queue(request, FindForm())


def show_queue(request: HttpRequest, find: FindForm, ring: tuple[Known, ...] = ()) -> HttpResponse:
    """The queue, with what was typed to find a contact by its reference, and whom to ring for it."""
    show = request.GET.get("show", "")
    given = request.GET.get("page", "")
    queue = triage_queue(by=acting(request), show=show, page=int(given) if given.isdecimal() and len(given) < 5 else 1)
    chips = [
        {"text": words, "selected": key == show, "href": "?" if key == show or not key else f"?show={key}"}
        for key, words in CHIPS
    ]
    return render(
        request,
        "front_door/triage/queue.jinja",
        {
            "queue": queue, "planned": planned_tries([row.contact.id for row in queue.rows]), "chips": chips,
            "more": _more(queue, show), "left": offers_left(), "find": find, "forms": [find],
            "ring": ring,
        },
    )  # fmt: skip


@require_POST
def triage_withdraw(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Take back an offer that nobody answered before another service accepted."""
    try:
        withdraw_left_offer(by=acting(request), offer_id=offer_id)
        messages.success(request, "The offer is withdrawn.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("triage")


def _more(queue: Queue, show: str) -> dict[str, str]:
    """Where the rows before and after these are."""
    kept = f"&show={show}" if show else ""
    return {
        "newer": f"?page={queue.page - 1}{kept}" if queue.page > 1 else "",
        "older": f"?page={queue.page + 1}{kept}" if queue.has_more else "",
    }


def page_of(request: HttpRequest, contact_id: int) -> ContactPage:
    """The contact with all that its page shows; 404 where it does not exist or may not be seen."""
    found = contact_page(by=acting(request), contact_id=contact_id)
    if found is None:
        raise Http404
    return found


def _contact(contact_id: int) -> Contact:
    found = Contact.objects.filter(id=contact_id).first()
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, page: ContactPage, **more: Any) -> HttpResponse:
    context = {
        "found": page,
        "contact": page.contact,
        "from_whom": from_whom(page.contact),
        "is_mine": page.contact.assigned_to_id == acting(request).user_id,
        "words_of": attempt_words,
        "in_question": {one.id for one in page.attempts if ways_in_question(one, page.details)},
        "answers": [*answers_of(page.contact), *spoken_answers(page.contact)],
        "flags": flags_on(acting(request), [page.person.id]) if page.person else [],
        **more,
    }
    return render(request, "front_door/triage/contact.jinja", context)


@require_GET
def contact(request: HttpRequest, contact_id: int) -> HttpResponse:
    """One contact: story, safe contact, attempts, what to do next."""
    return _show(request, page_of(request, contact_id))


@require_POST
def contact_take(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Take it; whoever comes second is told who has it."""
    try:
        take_contact(by=acting(request), contact=_contact(contact_id))
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("triage")
    return redirect("contact", contact_id)


@require_POST
def contact_release(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Put it back into the queue."""
    try:
        release_contact(by=acting(request), contact=_contact(contact_id))
        messages.success(request, "Put back into the queue.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("triage")


@require_POST
def contact_assign(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Give it to a colleague of the team."""
    page = page_of(request, contact_id)
    chosen = next((user for user in page.colleagues if str(user.id) == request.POST.get("to")), None)
    if chosen is None:
        messages.error(request, "Choose a colleague of the team.")
        return redirect("contact", contact_id)
    try:
        assign_contact(by=acting(request), contact=page.contact, to_user_id=chosen.id)
        messages.success(request, f"Given to {chosen.name}.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("triage")


@require_http_methods(["GET", "POST"])
def contact_decide(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Decide, without a referral."""
    page = page_of(request, contact_id)
    form = DecideForm(request.POST or None, initial={
        "outcome": request.GET.get("outcome", ""), "version": page.contact.version,
    })  # fmt: skip
    both: Both | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        duplicate = None
        if data["duplicate_of"]:
            duplicate = (
                Contact.objects.filter(reference=data["duplicate_of"].strip().upper()).exclude(id=contact_id).first()
            )
            if duplicate is None:
                form.add_error("duplicate_of", "There is no contact with this reference in triage")

        def make() -> str:
            decide_contact(
                by=acting(request), contact=page.contact, outcome=data["outcome"], note=data["note"],
                signposted_to=data["signposted_to"], duplicate_of=duplicate, version=data["version"],
            )  # fmt: skip
            words = f"{page.contact.reference}: {label('contact_outcome', data['outcome']).lower()}."
            say(request, words, undo=reverse("contact_undo", args=[contact_id]))
            return reverse("triage")

        try:
            if not form.errors and (
                to := attempt(form, lambda: once_only(form.once, make), _field_for(data["outcome"]))
            ):
                return redirect_to(to)
        except Conflict as conflict:
            both = both_of(conflict, outcome=data["outcome"], note=data["note"])
            from_now_on(form, request, page.contact.version)
    context = {"form": form, "contact": page.contact, "found": page, "both": both}
    return render(request, "front_door/triage/decide.jinja", context)


MEANWHILE = {
    "status": "Where it stands", "risk": "Risk", "who": "Who has it", "attempt": "Last attempt",
    "outcome": "What was decided",
    "note": "Why", "by": "Decided by",
}  # fmt: skip


def both_of(conflict: Conflict, **yours: str) -> Both:
    """What a colleague did meanwhile beside what was typed; nothing typed is lost."""

    def said(values: Mapping[str, object]) -> dict[str, str]:
        words = {name: str(value) for name, value in values.items()}
        return {**words, "outcome": label("contact_outcome", words["outcome"]) if words.get("outcome") else ""}

    return side_by_side(conflict.words, "", MEANWHILE, said(conflict.theirs), said(yours))


def _field_for(outcome: str) -> str:
    return {"duplicate": "duplicate_of", "signposted": "signposted_to"}.get(outcome, "outcome")


@require_POST
def contact_undo(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Take a decision back."""
    try:
        undo_decision(by=acting(request), contact=_contact(contact_id))
        messages.success(request, "The decision is undone; you have the contact again.")
    except Refused as refused:
        messages.error(request, refused.words)
        return redirect("triage")
    return redirect("contact", contact_id)


def proposals_for(page: ContactPage) -> list[Proposal]:
    """Which services rules propose for this contact, and why."""
    contact, born = page.contact, page.person.birth_date
    today = timezone.localdate()
    age = None
    if born:
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return propose(
        partnership_id=contact.partnership_id,
        asked=Asked(
            side=contact.side, area_code=contact.area_code, age=age, needs=tuple(contact.needs),
            language=contact.language, risk=contact.risk, at=timezone.now(),
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def contact_hand_on(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Offer it to services: first the form, then exactly what goes to whom, then it goes."""
    page = page_of(request, contact_id)
    proposals = proposals_for(page)
    waiting = {offer.service_id for offer in page.offers if offer.status == "offered"}
    free = [proposal for proposal in proposals if proposal.service.id not in waiting]
    options = [
        Option(str(each.service.id), f"{each.service.name} · {each.service.organisation.name}", _hint(each))
        for each in free
    ]
    form = HandOnForm(
        request.POST or None, services=options, consent=page.contact.consent_to_share,
        initial=_first_choice(page, free),
    )  # fmt: skip
    context: dict[str, Any] = {
        "form": form, "contact": page.contact, "found": page, "proposals": proposals, "both": None,
    }  # fmt: skip
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        chosen = [each for each in free if str(each.service.id) in form.cleaned_data["services"]]
        if "sure" not in request.POST:
            return render(request, "front_door/triage/hand_on_confirm.jinja", {**context, "chosen": chosen})

        def make() -> str:
            _hand_on(acting(request), page.contact, chosen, form.cleaned_data)
            messages.success(request, f"{page.contact.reference} is offered. You see here when they answer.")
            return reverse("triage")

        try:
            if to := attempt(form, lambda: once_only(form.once, make), "services"):
                return redirect_to(to)
        except Conflict as conflict:
            context["both"] = both_of(conflict, outcome="referred", note=form.cleaned_data["message"])
            from_now_on(form, request, page.contact.version)
    return render(request, "front_door/triage/hand_on.jinja", context)


def _first_choice(page: ContactPage, free: list[Proposal]) -> dict[str, Any]:
    contact = page.contact
    agreed = contact.consent_to_share == "yes"
    return {
        "services": [str(each.service.id) for each in free if each.is_proposed][:1],
        "scope": "3",
        "flags": ["risk"],  # where they are now is given out on purpose, never by leaving a tick where it is
        "version": contact.version,
        "told": contact.told or ("told_agreed" if agreed else ""),
        "lawful_basis": contact.lawful_basis or ("consent" if agreed else ""),
    }


def _hint(proposal: Proposal) -> str:
    said = [f"Proposed: {proposal.why}"] if proposal.is_proposed else list(proposal.against)
    if not proposal.is_open:
        said.append("Closed now")
    return ". ".join(part.rstrip(".") for part in said)


def _hand_on(by: Acting, contact: Contact, chosen: list[Proposal], data: dict[str, Any]) -> None:
    flags = data["flags"]
    hand_on(
        by=by,
        contact=contact,
        offers=tuple(
            OfferTo(
                service=each.service, scope=int(data["scope"]), address="address" in flags, risk="risk" in flags,
                at_once="at_once" in flags, message=data["message"], proposed_by=each.why if each.is_proposed else "",
            )
            for each in chosen
        ),
        lawful_basis=data["lawful_basis"],
        told=data["told"],
        why=data["why"],
        note=data["message"],
        version=data["version"],
    )  # fmt: skip


@require_POST
def offer_withdraw(request: HttpRequest, contact_id: int, offer_id: int) -> HttpResponse:
    """Take an offer back that nobody has answered."""
    page = page_of(request, contact_id)
    offer = next((each for each in page.offers if each.id == offer_id), None)
    if offer is None:
        raise Http404
    try:
        withdraw_offer(by=acting(request), offer=offer, reason="Withdrawn by the access point")
        messages.success(request, "The offer is withdrawn.")
    except Refused as refused:
        messages.error(request, refused.words)
    return redirect("contact", contact_id)
