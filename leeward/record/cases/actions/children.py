"""A child is a victim in their own right: a case of their own, with its own involvement, linked with the parent's."""

from __future__ import annotations

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import link_cases, open_case
from leeward.record.cases.actions.people import linked_with
from leeward.record.cases.models import Case, CaseLink, CasePerson


@transaction.atomic
def open_case_for_child(
    *, by: Acting, case: Case, child: CasePerson, lawful_basis: str, told: str, why: str = ""
) -> Case:
    """Open a case for a child who is known in a parent's case, led by the organisation that acts.

    The parent is known in it as who cares for the child. Who is said to cause harm is not taken over: whoever works
    with the child decides what of that is theirs to know. Nobody involved in the one is thereby involved in the other.
    """
    by.must(Permission.CASEWORK)
    if child.part != "child" or child.case_id != case.id:
        raise Refused("Choose a child who is known in this case.")
    if case.side == "causing_harm":
        raise Refused("A case of a child is opened from the case of who looks after them.")
    linked = CaseLink.objects.filter(first=case, kind="child").values_list("second_id", flat=True)
    records = {child.person_id, *linked_with([child.person_id])}
    if Case.objects.filter(id__in=list(linked), person_id__in=records).exclude(status="closed").exists():
        raise Refused("This child has an open case already: it is linked with this one.")
    made = open_case(
        by=by,
        person=child.person,
        side="child",
        lawful_basis=lawful_basis,
        told=told,
        why=why,
        lead_worker_id=by.user_id,
        counts_for=case.counts_for,
        others=((case.person, "carer"),),
    )
    link_cases(by=by, first=case, second=made, kind="child")
    add_entry(by=by, case=case, kind="person", title="A child got a case of their own", about=("case", made.id))
    audit.record("opened_child_case", "case", made.id, person=child.person_id, detail={"from": case.id})
    return made
