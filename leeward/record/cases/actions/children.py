"""A child is a victim in their own right: a case of their own, with its own involvement, linked with the parent's."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import Reach, link_cases, named_in, open_case
from leeward.record.cases.actions.people import linked_with
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, CaseLink, CasePerson, Involvement, Scope
from leeward.record.people.actions.facts import Source
from leeward.record.people.actions.family import RelationshipFacts, relate
from leeward.record.people.models import Relationship


@transaction.atomic
def open_case_for_child(
    *, by: Acting, case: Case, child: CasePerson, lawful_basis: str, told: str, why: str = ""
) -> Case:
    """Open a case for a child who is known in a parent's case, led by the organisation that acts.

    The parent is known in it as who cares for the child. Who is said to cause harm is not taken over: whoever works
    with the child decides what of that is theirs to know. Nobody involved in the one is thereby involved in the other.
    Whoever opens it gets no more of it than they have of the parent's case, and a restriction holds for both. Where
    that ends on a day, the organisation that leads the parent's case is asked at once to lead this one.
    """
    by.must(Permission.CASEWORK)
    locked = Case.objects.select_for_update(no_key=True).filter(id=case.id).first()
    if locked is None:
        raise Refused("You can read this case, but not change it.")
    share = _own_share(by, locked)
    if child.part != "child" or child.case_id != case.id:
        raise Refused("Choose a child who is known in this case.")
    if case.side == "causing_harm":
        raise Refused("A case of a child is opened from the case of who looks after them.")
    linked = CaseLink.objects.filter(first=case, kind="child").values_list("second_id", flat=True)
    records = {child.person_id, *linked_with([child.person_id])}
    if Case.objects.filter(id__in=list(linked), person_id__in=records).exclude(status="closed").exists():
        raise Refused("This child has an open case already: it is linked with this one.")
    _say_who_cares(by, locked, child)
    made = open_case(
        by=by,
        person=child.person,
        side="child",
        lawful_basis=lawful_basis,
        told=told,
        why=why,
        team=share.team,
        reach=Reach(address=share.address, risk=share.risk, until=share.until, user_id=share.user_id),
        named=named_in(locked),
        lead_worker_id=by.user_id,
        counts_for=case.counts_for,
        others=((case.person, "carer"),),
    )
    link_cases(by=by, first=case, second=made, kind="child")
    if share.until is not None and case.lead_organisation_id != by.organisation_id:
        # What was given until a day ends then, and a case must not be without a lead: who leads the parent's is asked.
        share_case(
            by=by, case=made, organisation_id=case.lead_organisation_id, organisation_name=case.lead_organisation.name,
            team_id=case.lead_team_id, scope=Scope.FULL, address=share.address, risk=share.risk, as_lead=True,
            lawful_basis=lawful_basis, told=told, why=why, origin="transfer",
        )  # fmt: skip
    add_entry(by=by, case=case, kind="person", title="A child got a case of their own", about=("case", made.id))
    audit.record("opened_child_case", "case", made.id, person=child.person_id, detail={"from": case.id})
    return made


def _own_share(by: Acting, case: Case) -> Involvement:
    """The widest single share through which whoever acts sees the whole of a case: what comes of it goes no further."""
    given = Involvement.objects.select_related("team").filter(
        Q(status=Involvement.ACTIVE) | Q(status=Involvement.OFFERED, at_once=True),
        Q(team=None) | Q(team_id__in=by.team_ids),
        Q(user=None) | Q(user_id=by.user_id),
        Q(until=None) | Q(until__gt=timezone.now()),
        case=case,
        organisation_id=by.acts_for,
        scope=Scope.FULL,
    )
    shares = sorted(
        given, key=lambda one: (one.is_lead, one.address, one.risk, one.until is None, one.until or one.from_at, one.id)
    )
    if not shares:
        raise Refused("You can read this case, but not change it.")
    return shares[-1]


def _say_who_cares(by: Acting, case: Case, child: CasePerson) -> None:
    """Write down that whom the case is about looks after the child, where nothing is written of the two."""
    both = [case.person_id, child.person_id]
    known = Relationship.objects.filter(person_id__in=both, other_id__in=both, ended_in_error_at=None)
    if not known.exists():
        facts = RelationshipFacts(case.person_id, child.person_id, "carer")
        relate(by=by, facts=facts, source=Source(who="a case of the child's own"), quietly=True)
