"""What a partnership says of itself, and who receives what its public pages send."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership, Organisation, Partnership, Team
from leeward.platform.access.partnership import read_anew
from leeward.platform.access.roles import ROLES, Permission
from leeward.platform.access.rules import must_administer
from leeward.platform.common.errors import Refused

# What the public pages name besides the partnership's name and helpline (front_door says where).
SAID = ("local_hours", "children_number", "adults_number", "privacy_contact", "accessibility_contact")
OWN_WORDS = ("local_hours",)  # said in each language
_TRIAGE = [key for key, role in ROLES.items() if Permission.TRIAGE in role.permissions]


@dataclass(frozen=True)
class PartnershipFacts:
    """A partnership as its administrator describes it. `said` by name; what is in OWN_WORDS by language too."""

    name: str
    phone: str
    said: dict[str, str | dict[str, str]]
    access_point_id: int | None


def receiving_team(partnership_id: int) -> Team | None:
    """The team that receives what is sent to a partnership; None where nobody does."""
    return (
        Team.objects.select_related("organisation")
        .filter(
            holds_triage=True, is_active=True, organisation__partnership_id=partnership_id,
            organisation__is_access_point=True, organisation__is_active=True,
        ).order_by("id").first()
    )  # fmt: skip


def what_is_missing(partnership_id: int) -> str:
    """Why nobody receives contacts, or nobody works with them, with what mends it; empty where all is well."""
    team = receiving_team(partnership_id)
    if team is None:
        return (
            "Nobody receives contacts, so the public form cannot be sent. Choose the access point under "
            "Administration, Partnership; its administrator then chooses the team that takes contacts, on the page of "
            "that team."
        )
    there = Membership.objects.filter(teams=team, is_active=True, user__is_active=True, roles__overlap=_TRIAGE)
    if not there.exists():
        return (
            f"{team.name} of {team.organisation.name} receives contacts and nobody in it works with them: give "
            f"somebody there the role “{ROLES[_TRIAGE[0]].name}”."
        )
    return ""


@transaction.atomic
def change_partnership(*, by: Acting, facts: PartnershipFacts) -> Partnership:
    """Say what the public pages show of the partnership, and which organisation is its access point."""
    by.must(Permission.MANAGE_PARTNERSHIP, "Only the administrator of the partnership changes this.")
    if not facts.name.strip():
        raise Refused("Enter the name of the partnership.")
    partnership = Partnership.objects.select_for_update(no_key=True).get(id=by.partnership_id)
    organisations = Organisation.objects.filter(partnership_id=by.partnership_id)
    if facts.access_point_id and not organisations.filter(id=facts.access_point_id, is_active=True).exists():
        raise Refused("Choose an organisation of this partnership.")
    partnership.name, partnership.phone = facts.name.strip(), facts.phone.strip()
    # The helpline has a column of its own: a second number beside it would win over it on some pages.
    kept = {name: said for name, said in partnership.facts.items() if name not in SAID and name != "local_number"}
    partnership.facts = {**kept, **{name: said for name, said in facts.said.items() if name in SAID and said}}
    partnership.save(update_fields=["name", "phone", "facts"])
    chosen = facts.access_point_id or 0
    organisations.filter(is_access_point=True).exclude(id=chosen).update(is_access_point=False)
    organisations.filter(id=chosen, is_access_point=False).update(is_access_point=True)
    audit.record("changed_partnership", "partnership", partnership.id, detail={"access_point": facts.access_point_id})
    transaction.on_commit(read_anew)
    return partnership


@transaction.atomic
def choose_receiving_team(*, by: Acting, team: Team, holds: bool) -> None:
    """Say that a team of the access point receives contacts, or no longer does. There is one: it takes over."""
    must_administer(by, team.organisation_id)
    if holds == team.holds_triage:
        return
    if holds and not team.organisation.is_access_point:
        raise Refused("Only a team of the access point takes contacts.")
    if holds and not team.is_active:
        raise Refused("A team that is switched off takes no contacts.")
    if holds:
        Team.objects.filter(organisation_id=team.organisation_id, holds_triage=True).update(holds_triage=False)
    team.holds_triage = holds
    team.save(update_fields=["holds_triage"])
    audit.record("chose_receiving_team", "team", team.id, detail={"holds": holds})
