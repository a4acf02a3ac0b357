"""Answer what the law or good practice asks for: taken, or why not."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.risk.instruments import demands
from leeward.record.risk.models import Demand


@transaction.atomic
def answer_demand(*, by: Acting, demand: Demand, status: str, words: str) -> Demand:
    """Record that a demanded step was taken, or why it was not. It can be answered anew; the chronology keeps each."""
    by.must(Permission.CASEWORK)
    if status not in (Demand.TAKEN, Demand.NOT_TAKEN):
        raise Refused("Choose whether it was done.")
    if not words.strip():
        raise Refused("Say what was done, by whom and when." if status == Demand.TAKEN else "Say why it was not done.")
    now_stands = Demand.objects.select_for_update(no_key=True).select_related("case").filter(id=demand.id).first()
    if now_stands is None:
        raise Refused("You can read this, but not change it.")
    now_stands.status, now_stands.words, now_stands.answered_by = status, words, by.user_name
    now_stands.answered_at, now_stands.organisation_id = timezone.now(), by.acts_for
    now_stands.save(update_fields=["status", "words", "answered_at", "answered_by", "organisation_id"])
    # Asked for more than once and shown once: what was done answers each that is open.
    Demand.objects.filter(case=now_stands.case, key=now_stands.key, status=Demand.OPEN).update(
        status=status, words=words, answered_by=by.user_name, answered_at=now_stands.answered_at,
        organisation_id=by.acts_for,
    )  # fmt: skip
    known = demands().get(demand.key)
    what = "done" if status == Demand.TAKEN else "not done, with a reason"
    add_entry(
        by=by, case=now_stands.case, kind="risk", needs_risk=True, text=words, about=("demand", demand.id),
        title=f"{known.title if known else demand.key}: {what}",
    )  # fmt: skip
    audit.record("answered_demand", "demand", demand.id, person=now_stands.case.person_id, detail={"status": status})
    return now_stands
