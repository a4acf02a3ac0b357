"""Where somebody lives, for who may know; sealed addresses and immigration status on pages of their own."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leeward.platform.access.models import Organisation
from leeward.platform.access.web import go, say, tell, who
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import label
from leeward.record.people.actions.places import (
    add_address,
    add_to_household,
    record_immigration,
    seal_address,
    share_immigration,
    show_immigration,
    show_sealed_addresses,
)
from leeward.record.people.forms.places import AddressForm, HouseholdForm, ImmigrationForm, SealForm, ShareStatusForm
from leeward.record.people.models import HouseholdMember
from leeward.record.people.queries.person import organisations_around, people_around, places
from leeward.record.people.rules.words import learned
from leeward.record.people.views.common import draw, frame_of, frame_to_change, save


@require_safe
def person_places(request: HttpRequest, person_id: int) -> HttpResponse:
    """Addresses, and who lives with whom."""
    frame = frame_of(request, person_id, "places")
    found = places(frame)
    rows = [
        (row, label("address_kind", row.kind), learned(row.learned_on, row.learned_from)) for row in found.addresses
    ]
    return draw(request, "places", frame, "places", found=found, rows=rows)


@require_http_methods(["GET", "HEAD", "POST"])
def person_address_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Add an address of this person, and of nobody else."""
    frame = frame_to_change(request, person_id, "places")
    if not frame.may_address:
        raise Http404
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            row = add_address(
                by=who(request), person_id=person_id, facts=form.facts(), source=form.source,
                ends_earlier=form.cleaned_data["ends_earlier"],
            )  # fmt: skip
            say(request, "The address is added.", reverse("person_fact_take_back", args=[person_id, "address", row.id]))
            return reverse("person_places", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "places", form=form, title="Add an address", submit_label="Add the address",
        back=reverse("person_places", args=[person_id]),
        intro="It is added to this person alone. Nobody else’s address is changed, and nobody is told.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def person_household_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say who lives with them."""
    frame = frame_to_change(request, person_id, "places")
    people = people_around(person_id)
    households = {row.household_id: row.household.label for row in places(frame).memberships if not row.until_on}
    form = HouseholdForm(request.POST or None, households=list(households.items()), people=people)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            chosen = data["household"]
            household_id = add_to_household(
                by=who(request), label=data["label"], household_id=None if chosen == "new" else int(chosen),
                person_ids=(person_id, *(int(pk) for pk in data.get("people", []))),
                from_on=data["from_on"].earliest if data["from_on"] else None,
            )  # fmt: skip
            member = HouseholdMember.objects.filter(household_id=household_id, person_id=person_id).latest("id")
            undo = reverse("person_fact_take_back", args=[person_id, "household", member.id])
            say(request, "The household is kept.", undo)
            return reverse("person_places", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "places", form=form, title="Who lives with them?", submit_label="Keep it",
        back=reverse("person_places", args=[person_id]),
    )  # fmt: skip


@require_safe
def person_sealed(request: HttpRequest, person_id: int) -> HttpResponse:
    """Sealed addresses, for named users and teams. The page is the same where there is none."""
    frame = frame_of(request, person_id, "places")
    if not frame.may_seal:
        raise Http404
    rows = show_sealed_addresses(by=who(request), person_id=person_id)
    said = [(one, learned(one.row.learned_on, one.row.learned_from)) for one in rows]
    return draw(request, "sealed", frame, "places", rows=said)


@require_http_methods(["GET", "HEAD", "POST"])
def person_sealed_add(request: HttpRequest, person_id: int) -> HttpResponse:
    """Seal an address."""
    frame = frame_to_change(request, person_id, "places")
    if not frame.may_seal:
        raise Http404
    form = SealForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            row = seal_address(
                by=who(request), person_id=person_id, text=data["address"], area_note=data["area_note"],
                source=form.source,
            )  # fmt: skip
            say(request, "Sealed.", reverse("person_fact_take_back", args=[person_id, "sealed", row.id]))
            return reverse("person_sealed", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "places", form=form, title="Seal an address", submit_label="Seal it",
        back=reverse("person_sealed", args=[person_id]),
        intro="It is encrypted, and enters no search, list, letter, export or notification. "
        "Who opens it is written into the log.",
    )  # fmt: skip


@require_safe
def person_immigration(request: HttpRequest, person_id: int) -> HttpResponse:
    """Immigration status, as this organisation recorded it or was given it."""
    frame = frame_to_change(request, person_id, "records")
    by = who(request)
    rows = show_immigration(by=by, person_id=person_id)
    ids = {pk for one in rows for pk in (*one.row.shared_with, one.row.recorded_organisation_id or 0)}
    names = dict(Organisation.objects.filter(id__in=ids).values_list("id", "name"))
    said = [
        (one, label("immigration", one.code), learned(one.row.learned_on, one.row.learned_from),
         one.row.recorded_organisation_id == by.organisation_id,
         [(pk, names.get(pk, "")) for pk in one.row.shared_with],
         names.get(one.row.recorded_organisation_id or 0, ""))
        for one in rows
    ]  # fmt: skip
    return draw(request, "immigration", frame, "records", rows=said)


@require_http_methods(["GET", "HEAD", "POST"])
def person_immigration_edit(request: HttpRequest, person_id: int) -> HttpResponse:
    """Write down a status; what was written before ends."""
    frame = frame_to_change(request, person_id, "records")
    form = ImmigrationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data

        def make() -> str:
            row = record_immigration(
                by=who(request), person_id=person_id, code=data["code"], note=data["note"], source=form.source
            )
            undo = reverse("person_fact_take_back", args=[person_id, "immigration", row.id])
            say(request, "Kept, for your organisation alone.", undo)
            return reverse("person_immigration", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "fact_form", frame, "records", form=form, title="Immigration status", submit_label="Keep it",
        back=reverse("person_immigration", args=[person_id]),
        intro="It is encrypted and shared with nobody: not with others in the case, not with the police, "
        "not with the Home Office. You can give it to one organisation afterwards, if they agree.",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def person_immigration_share(request: HttpRequest, person_id: int, status_id: int) -> HttpResponse:
    """Give one organisation sight of it."""
    frame = frame_to_change(request, person_id, "records")
    status = next(
        (one for one in show_immigration(by=who(request), person_id=person_id)
         if one.row.id == status_id and one.row.recorded_organisation_id == who(request).organisation_id
         and one.row.ended_on is None), None,
    )  # fmt: skip
    if status is None:
        raise Http404
    organisations = [row for row in organisations_around(person_id) if row[0] not in status.row.shared_with]
    form = ShareStatusForm(request.POST or None, organisations=organisations)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            to_whom = int(form.cleaned_data["organisation"])
            share_immigration(by=who(request), person_id=person_id, status_id=status_id, organisation_id=to_whom)
            undo = reverse("person_immigration_unshare", args=[person_id, status_id, to_whom])
            say(request, f"{dict(organisations)[to_whom]} can see it now.", undo)
            return reverse("person_immigration", args=[person_id])

        if answer := save(request, form, make):
            return answer
    return draw(
        request, "immigration_share", frame, "records", form=form, organisations=organisations,
        status=label("immigration", status.code), note=status.note,
    )  # fmt: skip


@require_POST
def person_immigration_unshare(
    request: HttpRequest, person_id: int, status_id: int, organisation_id: int
) -> HttpResponse:
    """Take back one organisation's sight of it."""
    frame_to_change(request, person_id, "records")
    try:
        share_immigration(
            by=who(request), person_id=person_id, status_id=status_id, organisation_id=organisation_id, stop=True
        )
        say(request, "They do not see it any more.")
    except Refused as problem:
        tell(request, problem)
    return go("person_immigration", person_id)
