"""A whole provider's open cases go to another provider: proposed by one person, reviewed and done by a second."""

from __future__ import annotations

import json
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Organisation, Team
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Handover


@transaction.atomic
def propose_handover(
    *,
    by: Acting,
    from_organisation_id: int,
    to_organisation_id: int,
    lawful_basis: str,
    reason: str,
    ask_consent_by: date,
    to_team_id: int | None = None,
) -> Handover:
    """Propose that all open cases that a provider leads go to another. Nothing moves before a second person agrees."""
    if not by.may(Permission.HAND_OVER):
        by.must(Permission.ALLOCATE, "A manager of the provider, or the partnership, proposes this.")
        if from_organisation_id != by.acts_for:
            raise Refused("You can propose this for your own organisation only.")
    organisations = Organisation.objects.filter(partnership_id=by.partnership_id, is_active=True)
    known = set(organisations.filter(id__in=[from_organisation_id, to_organisation_id]).values_list("id", flat=True))
    if known != {from_organisation_id, to_organisation_id} or len(known) != 2:
        raise Refused("Choose two different organisations of this partnership.")
    if to_team_id is not None and not Team.objects.filter(id=to_team_id, organisation_id=to_organisation_id).exists():
        raise Refused("Choose a team of the organisation that takes over.")
    if lawful_basis == "consent":
        raise Refused("Consent is asked of each person anew. Choose the basis for the cases that do not rest on it.")
    if not reason.strip():
        raise Refused("Say why the cases go to another provider.")
    if ask_consent_by < timezone.localdate():
        raise Refused("The day by which consent is asked must lie ahead.")
    if Handover.objects.filter(from_organisation_id=from_organisation_id, status=Handover.PROPOSED).exists():
        raise Refused("A handover of this provider is waiting for its review already.")
    handover = Handover(
        partnership_id=by.partnership_id,
        from_organisation_id=from_organisation_id,
        to_organisation_id=to_organisation_id,
        to_team_id=to_team_id,
        reason=reason.strip(),
        lawful_basis=lawful_basis,
        ask_consent_by=ask_consent_by,
        proposed_by_id=by.worker_id,
        counts=count_handover(from_organisation_id),
    )
    handover.save(force_insert=True)
    audit.record("proposed_handover", "handover", handover.id, detail={"to": to_organisation_id})
    return handover


@transaction.atomic
def do_handover(*, by: Acting, handover: Handover) -> Handover:
    """Agree, and move every open case in this one transaction; who proposed it cannot agree to it."""
    by.must(Permission.HAND_OVER, "The partnership reviews a handover.")
    if handover.proposed_by_id == by.user_id:
        raise Refused("You proposed this. A second person has to look at it.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_do_handover(%s)", [handover.id])
        done = cursor.fetchone()[0]
    if done is None:
        raise Refused("Somebody has decided about this already.")
    return Handover.objects.get(id=handover.id)


@transaction.atomic
def refuse_handover(*, by: Acting, handover: Handover, why: str) -> Handover:
    """Do not agree, with the reason: nothing moves."""
    by.must(Permission.HAND_OVER, "The partnership reviews a handover.")
    if handover.proposed_by_id == by.user_id:
        raise Refused("You proposed this. A second person has to look at it.")
    if not why.strip():
        raise Refused("Say why not.")
    changed = Handover.objects.filter(id=handover.id, status=Handover.PROPOSED).update(
        status=Handover.REFUSED, reviewed_by_id=by.user_id, reviewed_at=timezone.now(), review_note=why
    )
    if not changed:
        raise Refused("Somebody has decided about this already.")
    audit.record("refused_handover", "handover", handover.id)
    return Handover.objects.get(id=handover.id)


def count_handover(from_organisation_id: int) -> dict[str, int]:
    """How many open cases would go, how many of them need consent asked again, how many stay (restricted)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_handover_count(%s)", [from_organisation_id])
        found = cursor.fetchone()[0]
    return dict(json.loads(found) if isinstance(found, str) else found)


def still_waiting(handover: Handover) -> int:
    """How many cases of a handover still wait for consent or acceptance."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_handover_waiting(%s)", [handover.id])
        return int(cursor.fetchone()[0] or 0)
