"""A letter for legal aid: that somebody was at risk of harm, confirmed by a member of the MARAC that heard them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import CaseSight, Scope
from leeward.response.marac.models import Item, Letter, Marac
from leeward.response.marac.queries.maracs import arranged


@dataclass(frozen=True)
class LetterFacts:
    """What a letter says, and who signs it as what."""

    addressee: str
    body: str
    signed_by: str
    signed_as: str


@transaction.atomic
def make_letter(*, by: Acting, item: Item, facts: LetterFacts) -> Letter:
    """Keep a letter as it goes out. It is never changed: another one is made instead."""
    if item.meeting.marac_id not in arranged():
        raise Refused("Only whoever chairs or coordinates this MARAC can do this.")
    if item.status != Item.HEARD or item.meeting.marac.kind != Marac.MARAC:
        raise Refused("A letter can confirm what has been heard, not what is to come.")
    made = Letter(
        case_id=item.case_id, item=item, addressee=facts.addressee, body=facts.body, signed_by=facts.signed_by,
        signed_as=facts.signed_as, made_by_id=by.worker_id,
    )  # fmt: skip
    made.save(force_insert=True)
    if CaseSight.objects.filter(case_id=item.case_id, scope__gte=Scope.FULL, source="involvement").exists():
        add_entry(
            by=by, case=item.case, kind="document", title="A letter for legal aid was made", needs_risk=True,
            about=("marac_letter", made.id),
        )  # fmt: skip
    audit.record("made_marac_letter", "marac_letter", made.id, person=item.person_id)
    return made
