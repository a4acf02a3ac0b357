"""A case goes to another area's MARAC, or comes from there: what was sent, by which way, what they answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import CaseSight, Scope
from leeward.response.marac.models import Referral, Transfer
from leeward.response.marac.queries.maracs import arranged


@dataclass(frozen=True)
class TransferFacts:
    """What goes to another area's MARAC, and how."""

    other_marac: str
    why: str
    sent: tuple[str, ...]
    how: str
    sent_on: date
    heard_here: str = "unknown"


def _must_arrange(marac_id: int) -> None:
    if marac_id not in arranged():
        raise Refused("Only whoever chairs or coordinates this MARAC can do this.")


@transaction.atomic
def send_transfer(*, by: Acting, referral: Referral, facts: TransferFacts) -> Transfer:
    """Write down that a case was sent to another area's MARAC: what went, and how. Leeward sends nothing itself."""
    _must_arrange(referral.marac_id)
    if facts.sent_on > timezone.localdate():
        raise Refused("The day on which it was sent cannot lie ahead.")
    if facts.sent_on < timezone.localdate(referral.referred_at):
        raise Refused("It cannot have been sent on before it was referred here.")
    if not facts.sent or not facts.how.strip():
        raise Refused("Say what was sent, and by which secure way.")
    made = Transfer(
        marac_id=referral.marac_id, case_id=referral.case_id, referral=referral, direction=Transfer.SENT_OUT,
        other_marac=facts.other_marac, why=facts.why, heard_here=facts.heard_here, sent=list(facts.sent), how=facts.how,
        sent_on=facts.sent_on, by_name=by.user_name,
    )  # fmt: skip
    made.save(force_insert=True)
    if CaseSight.objects.filter(case_id=referral.case_id, scope__gte=Scope.FULL, source="involvement").exists():
        add_entry(
            by=by, case=referral.case, kind="sharing", title="Sent to another area’s MARAC", needs_risk=True,
            about=("marac_transfer", made.id),
        )  # fmt: skip
    audit.record(
        "sent_marac_transfer", "marac_transfer", made.id, person=referral.person_id, detail={"sent": list(facts.sent)}
    )
    return made


@transaction.atomic
def answer_transfer(*, by: Acting, transfer: Transfer, answer: str, answered_on: date) -> Transfer:
    """Write down what they answered, and when; said again, the later answer stands."""
    _must_arrange(transfer.marac_id)
    if answered_on > timezone.localdate():
        raise Refused("The day of the answer cannot lie ahead.")
    if answered_on < transfer.sent_on:
        raise Refused("They cannot have answered before it was sent.")
    if not answer.strip():
        raise Refused("Say what they answered.")
    transfer.answered_on, transfer.answer = answered_on, answer
    transfer.save(update_fields=["answered_on", "answer"])
    audit.record("answered_marac_transfer", "marac_transfer", transfer.id)
    return transfer
