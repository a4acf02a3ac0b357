"""Who leads a case: allocate it inside the organisation, transfer it to another that accepts."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Team
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, CaseAssignment, CaseSight, Involvement, Scope
from leeward.record.cases.queries.colleagues import colleagues
from leeward.record.cases.rules import must_allocate, must_lead


@transaction.atomic
def allocate_case(
    *, by: Acting, case: Case, worker_id: int | None, team_id: int | None, version: int, reason: str = ""
) -> Case:
    """Give a case to a worker and a team of the organisation that leads it; both may be nobody yet.

    A case that is a team's is seen by that team: another team means that the old one's sight ends.
    """
    now_stands = _lock(case)
    must_allocate(by, now_stands)
    if now_stands.version != version:
        raise Conflict(
            "Somebody else changed this case meanwhile.",
            theirs={"worker": now_stands.lead_worker_id, "team": now_stands.lead_team_id},
        )
    team = None
    if team_id is not None:
        team = Team.objects.filter(id=team_id, organisation_id=by.acts_for, is_active=True).first()
        if team is None:
            raise Refused("Choose a team of your own organisation.")
    share = Involvement.objects.filter(
        case=now_stands, is_lead=True, status=Involvement.ACTIVE, organisation_id=by.acts_for
    ).first()
    if share is None:
        raise Refused("This case has no lead share. Ask whoever runs this system.")
    moves_team = share.team_id is not None and share.team_id != team_id
    if worker_id is not None:
        able = {who.user_id: who for who in colleagues(by, case.id, any_team=moves_team)}
        if worker_id not in able:
            raise Refused("Choose somebody of your organisation who may work with this case.")
        if moves_team and team_id is not None and team_id not in able[worker_id].teams:
            raise Refused("This worker is not in that team. Choose a worker of the team, or another team.")
    if (worker_id, team_id) == (now_stands.lead_worker_id, now_stands.lead_team_id):
        return now_stands
    name = able[worker_id].name if worker_id is not None else ""
    add_entry(
        by=by,
        case=now_stands,
        kind="status",
        title=f"Allocated to {name or (team.name if team else 'nobody yet')}",
        words=reason,
        scope=2,
    )
    if moves_team:
        _move_team(by, now_stands, share, team_id)
    CaseAssignment(
        case=now_stands, organisation_id=by.acts_for, team=team, worker_id=worker_id, reason=reason,
        by_id=by.user_id,
    ).save(force_insert=True)  # fmt: skip
    now_stands.lead_worker_id, now_stands.lead_team = worker_id, team
    now_stands.version += 1
    now_stands.save(force_update=True)
    audit.record(
        "allocated_case", "case", case.id, person=case.person_id, detail={"worker": worker_id, "team": team_id}
    )
    refresh_sight(case.id)  # last: the one who allocates may stand outside afterwards
    return now_stands


def allocate_cases(
    *, by: Acting, versions: Mapping[int, int], worker_id: int, reason: str = ""
) -> tuple[list[Case], list[tuple[Case, str]]]:
    """Give several cases to one colleague, each as `allocate_case` does: those given, and those refused with why.

    Each stays with its team. `versions` are those that were shown, by case. A case that whoever acts does not see, or
    sees in an emergency alone, is left out as one that does not exist is.
    """
    by.must(Permission.ALLOCATE, "A manager gives several cases at once.")
    seen = CaseSight.objects.filter(case_id__in=list(versions), scope=Scope.FULL, source="involvement")
    ids = set(seen.values_list("case_id", flat=True))
    given: list[Case] = []
    refused: list[tuple[Case, str]] = []
    for case in Case.objects.filter(id__in=ids).select_related("person").order_by("id"):
        try:
            with transaction.atomic():
                allocate_case(
                    by=by, case=case, worker_id=worker_id, team_id=case.lead_team_id, version=versions[case.id],
                    reason=reason,
                )  # fmt: skip
            given.append(case)
        except (Refused, Conflict) as problem:
            refused.append((case, problem.words))
    return given, refused


def _move_team(by: Acting, case: Case, share: Involvement, team_id: int | None) -> None:
    new = Involvement(
        case=case, organisation_id=share.organisation_id, team_id=team_id, scope=Scope.FULL, address=share.address,
        risk=share.risk, is_lead=True, status=Involvement.ACTIVE, lawful_basis=share.lawful_basis, told=share.told,
        why=share.why, added_by_id=by.user_id, added_organisation_id=by.acts_for, answered_by_id=by.user_id,
        answered_at=timezone.now(),
    )  # fmt: skip
    new.save(force_insert=True)
    Involvement.objects.filter(id=share.id).update(
        status=Involvement.ENDED, is_lead=False, ended_at=timezone.now(), ended_by_id=by.user_id,
        ended_reason="Given to another team",
    )  # fmt: skip


@transaction.atomic
def transfer_case(
    *,
    by: Acting,
    case: Case,
    organisation_id: int,
    organisation_name: str,
    lawful_basis: str,
    told: str,
    why: str = "",
    team_id: int | None = None,
    ends_sender: bool = True,
) -> Involvement:
    """Offer another organisation to lead a case. It leads from acceptance; until then nothing changes here.

    `ends_sender`: our own part ends when they accept; else we stay involved.
    """
    must_lead(by, case)
    if organisation_id == by.acts_for:
        raise Refused("Your organisation leads this case already. Give it to another team or worker instead.")
    if Involvement.objects.filter(case=case, is_lead=True, status=Involvement.OFFERED).exists():
        raise Refused("This case is offered to another organisation already. Withdraw that offer first.")
    return share_case(
        by=by,
        case=case,
        organisation_id=organisation_id,
        organisation_name=organisation_name,
        team_id=team_id,
        scope=Scope.FULL,
        address=True,
        risk=True,
        lawful_basis=lawful_basis,
        told=told,
        why=why,
        as_lead=True,
        ends_sender=ends_sender,
        origin="transfer",
    )


def _lock(case: Case) -> Case:
    found = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("lead_organisation")
        .filter(id=case.id)
        .first()
    )
    if found is None:
        raise Refused("You can read this case, but not change it.")
    return found
