"""Change what a case says about itself: risk, review date, the authority it counts for, the person's own words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.models import Case, CaseStory


@dataclass(frozen=True)
class CaseDetails:
    """The details of a case that one page changes together."""

    risk: str
    review_on: date | None
    counts_for: str
    own_words: str


def details_of(case: Case, *, fresh: bool = False) -> CaseDetails:
    """How the details of a case stand; `fresh` asks for the case anew."""
    if fresh:
        case.refresh_from_db(fields=["risk", "review_on", "counts_for", "version"])
    story = CaseStory.objects.filter(case=case).first()
    return CaseDetails(case.risk, case.review_on, case.counts_for, story.own_words if story else "")


@transaction.atomic
def change_details(*, by: Acting, case: Case, details: CaseDetails, version: int, why_risk: str = "") -> Case:
    """Change the details of a case. A new level of risk needs its reason in words, and is a line of the chronology.

    Raises Conflict with what now stands where somebody else changed the case meanwhile.
    """
    by.must(Permission.CASEWORK)
    now_stands = Case.objects.select_for_update().filter(id=case.id).first()
    if now_stands is None:
        raise Refused("You can read this case, but not change it.")
    before = details_of(now_stands)
    if now_stands.version != version:
        raise Conflict("Somebody else changed this case while you were writing.", theirs=asdict(before))
    if details == before:
        return now_stands
    if details.risk != before.risk:
        if not why_risk.strip():
            raise Refused("Say why the risk has changed: others will act on it.")
        now_stands.risk, now_stands.risk_on = details.risk, timezone.localdate()
        add_entry(
            by=by,
            case=now_stands,
            kind="risk",
            title=f"Risk: {_level(details.risk)}, before {_level(before.risk)}",
            text=why_risk,
            needs_risk=True,
        )
    now_stands.review_on, now_stands.counts_for = details.review_on, details.counts_for
    now_stands.version += 1
    now_stands.save(force_update=True)
    if details.own_words != before.own_words:
        changed = CaseStory.objects.filter(case=now_stands).update(own_words=details.own_words)
        if not changed:
            CaseStory(case=now_stands, own_words=details.own_words).save(force_insert=True)
        add_entry(by=by, case=now_stands, kind="note", title="Their own words were written down anew")
    refresh_sight(case.id)
    audit.record(
        "changed_case", "case", case.id, person=case.person_id,
        detail={"changed": [name for name, value in asdict(details).items() if value != getattr(before, name)]},
    )  # fmt: skip
    return now_stands


@transaction.atomic
def set_risk(*, by: Acting, case: Case, level: str, on: date) -> None:
    """Take over the level that an assessment came to. Its line in the chronology is the assessment's own.

    An assessment that was made earlier than the one that counts (entered late) changes nothing.
    """
    by.must(Permission.CASEWORK)
    now_stands = Case.objects.select_for_update().filter(id=case.id).first()
    if now_stands is None:
        raise Refused("You can read this case, but not change it.")
    if now_stands.risk_on is not None and on < now_stands.risk_on:
        return
    now_stands.risk, now_stands.risk_on = level, on
    now_stands.version += 1
    now_stands.save(update_fields=["risk", "risk_on", "version"])
    refresh_sight(case.id)


def _level(code: str) -> str:
    return label("risk_level", code).lower()
