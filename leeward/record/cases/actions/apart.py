"""A case for somebody who is said to cause harm, kept apart from the case in which that is said."""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting, making
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.directory.models import Service
from leeward.record.cases.actions.opening import named_in, open_case
from leeward.record.cases.models import Case, CasePerson, CaseSight, Scope
from leeward.record.people.actions import PersonFacts, record_person
from leeward.record.people.actions.linking import link_people
from leeward.record.people.models import PersonName

RECOGNISED = "Recognised as the same person when a case was opened"
NOT_OURS = "Your organisation does not work with people who cause harm."


def works_with_change(by: Acting) -> bool:
    """Whether the organisation that acts has a service for people who cause harm."""
    return Service.objects.filter(
        organisation_id=by.acts_for, is_active=True, sides__contains=["causing_harm"]
    ).exists()  # fmt: skip


def facts_that_go_along(row: CasePerson) -> PersonFacts:
    """What of somebody's record goes along into a case of their own: name, birth date and language, nothing said."""
    person = row.person
    name = PersonName.objects.filter(person=person, was_error=False, ended_on=None).order_by("-id").first()
    return PersonFacts(
        called=person.called,
        given=name.given if name else "",
        family=name.family if name else "",
        birth_date=person.birth_date,
        birth_precision=person.birth_precision,
        language=person.language,
        interpreter=person.interpreter,
    )


@transaction.atomic
def open_case_apart(
    *, by: Acting, case: Case, him: CasePerson, lawful_basis: str, told: str, why: str, same_as: tuple[int, ...] = ()
) -> Case:
    """Open a case about changing behaviour for somebody who is said to cause harm in this one.

    It begins with a record of its own (decision 0010): what was said of them stays here, and no link leads from one to
    the other, in neither story. `same_as`: records of theirs on that side, with which the new one is linked. Where this
    case is restricted, the new one is, to the same people.
    """
    by.must(Permission.CASEWORK)
    if him.part != "said_to_cause_harm" or him.case_id != case.id or case.side == "causing_harm":
        raise Refused("Choose somebody who is said to cause harm in this case.")
    hers = Case.objects.select_for_update(no_key=True).filter(id=case.id).first()
    if hers is None:
        raise Refused("You can read this case, but not change it.")
    if not works_with_change(by):
        raise Refused(NOT_OURS)
    if CaseSight.objects.filter(
        person_id__in=same_as, side="causing_harm", scope__gte=Scope.SUMMARY
    ).exclude(status="closed").exists():  # fmt: skip
        raise Refused("They have an open case of their own already: you find it among your cases.")
    # Where somebody learned of them stays with the case in which it was said.
    person = record_person(by=by, facts=replace(facts_that_go_along(him), learned_from=""))
    with making(person.id):
        made = open_case(
            by=by, person=person, side="causing_harm", lawful_basis=lawful_basis, told=told, why=why,
            lead_worker_id=by.user_id, named=named_in(hers),
        )  # fmt: skip
    for other in same_as:
        link_people(by=by, first_id=person.id, second_id=other, reason=RECOGNISED, quietly=True)
    # Neither entry names the other case: what he may ask to see one day does not lead to hers.
    audit.record("opened_case_apart", "case", case.id, person=case.person_id)
    return made
