"""Restrict a case to named users, and lift that: for a colleague, a councillor, somebody everybody knows."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission, permissions_of
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.models import Case, NamedUser
from leeward.record.cases.queries.colleagues import people_of
from leeward.record.cases.rules import must_lead

MANAGERS = "Restricting a case is for managers of the organisation that leads it."


@transaction.atomic
def restrict_case(*, by: Acting, case: Case, user_ids: list[int], why: str) -> Case:
    """Let named users alone see a case, or change who they are. Everybody else's sight ends with this transaction.

    At least one of them must be a manager of the organisation that leads: else nobody could ever lift it.
    """
    now_stands = _lock(by, case)
    if not why.strip():
        raise Refused("Say why this case is restricted.")
    able = {who.user_id: who for who in people_of(case.id)}
    chosen = [able[user_id] for user_id in dict.fromkeys(user_ids) if user_id in able]
    if len(chosen) != len(set(user_ids)) or not chosen:
        raise Refused("Choose people of the organisations that are involved in this case.")
    if not any(
        who.organisation_id == case.lead_organisation_id and Permission.RESTRICT in permissions_of(list(who.roles))
        for who in chosen
    ):
        raise Refused("Name at least one manager of your organisation, so that somebody can lift the restriction.")
    named = set(NamedUser.objects.filter(case=case, ended_at=None).values_list("user_id", flat=True))
    wanted = {who.user_id for who in chosen}
    if now_stands.is_restricted and wanted == named:
        return now_stands  # sent twice: it stands already
    NamedUser.objects.filter(case=case, ended_at=None, user_id__in=named - wanted).update(ended_at=timezone.now())
    for user_id in wanted - named:
        NamedUser(case=case, user_id=user_id, added_by_id=by.user_id).save(force_insert=True)
    add_entry(
        by=by, case=case, kind="sharing",
        title="Who is named was changed" if now_stands.is_restricted else "Restricted to named people", text=why,
    )  # fmt: skip
    now_stands.is_restricted = True
    now_stands.version += 1
    now_stands.save(force_update=True)
    audit.record("restricted_case", "case", case.id, person=case.person_id, detail={"named": sorted(wanted)})
    refresh_sight(case.id)  # last: the one who restricts need not be among the named
    return now_stands


@transaction.atomic
def lift_restriction(*, by: Acting, case: Case, why: str) -> Case:
    """Let everybody who is involved see the case again."""
    now_stands = _lock(by, case)
    if not why.strip():
        raise Refused("Say why the restriction is lifted.")
    NamedUser.objects.filter(case=case, ended_at=None).update(ended_at=timezone.now())
    now_stands.is_restricted = False
    now_stands.version += 1
    now_stands.save(force_update=True)
    add_entry(by=by, case=case, kind="sharing", title="Restriction lifted", text=why)
    refresh_sight(case.id)
    audit.record("lifted_restriction", "case", case.id, person=case.person_id)
    return now_stands


def _lock(by: Acting, case: Case) -> Case:
    by.must(Permission.RESTRICT, MANAGERS)
    found = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lead_organisation")
        .filter(id=case.id)
        .first()
    )
    if found is None:
        raise Refused("You can read this case, but not change it.")
    must_lead(by, found)
    return found
