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
from leeward.record.cases.queries.least_risk import least_risk, rank
from leeward.record.cases.rules import REASON


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

    Judgement can raise what was assessed and never lowers it: a lower level comes from a new assessment.
    Raises Conflict with what now stands where somebody else changed the case meanwhile.
    """
    by.must(Permission.CASEWORK)
    now_stands = Case.objects.select_for_update(no_key=True).filter(id=case.id).first()
    if now_stands is None:
        raise Refused("You can read this case, but not change it.")
    before = details_of(now_stands)
    if now_stands.version != version:
        raise Conflict("Somebody else changed this case while you were writing.", theirs=asdict(before))
    if details == before:
        return now_stands
    if details.risk != before.risk:
        assessed = least_risk(now_stands)
        if rank(details.risk) < rank(assessed):
            raise Refused(
                f"The newest assessment says {_level(assessed)}. Your judgement can raise that, never lower it: "
                "assess the risk anew, and the level follows."
            )
        if len(why_risk.strip()) < REASON:
            raise Refused("Say in a sentence why the risk has changed: others will act on it.")
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

    One that was made earlier than the one that counts (entered late) raises the case, and never lowers it.
    """
    now_stands = _to_set(by, case)
    _keep_risk(now_stands, *prevailing((now_stands.risk, now_stands.risk_on), (level, on)))


@transaction.atomic
def settle_risk(*, by: Acting, case: Case, withdrawn: str, assessed: list[tuple[str, date]], why: str) -> None:
    """Work the level out again, from the assessments that are left (in the order in which they were finished).

    A level that is not the withdrawn one's was set otherwise, and stays. A change is a line of the chronology.
    """
    now_stands = _to_set(by, case)
    if now_stands.risk != withdrawn:
        return
    stands: tuple[str, date | None] = ("unknown", None)
    for one in assessed:
        stands = prevailing(stands, one)
    if stands[0] != now_stands.risk:
        add_entry(
            by=by, case=now_stands, kind="risk", title=f"Risk: {_level(stands[0])}, before {_level(now_stands.risk)}",
            text=why, needs_risk=True,
        )  # fmt: skip
    _keep_risk(now_stands, *stands)


def prevailing(stands: tuple[str, date | None], new: tuple[str, date]) -> tuple[str, date | None]:
    """Which level counts once there is another, each with its day: the later one, and a higher one in any case."""
    level, on = stands
    if on is None or new[1] >= on:
        return new
    return (new[0], on) if rank(new[0]) > rank(level) else stands


def _to_set(by: Acting, case: Case) -> Case:
    by.must(Permission.CASEWORK)
    now_stands = Case.objects.select_for_update(no_key=True).filter(id=case.id).first()
    if now_stands is None:
        raise Refused("You can read this case, but not change it.")
    return now_stands


def _keep_risk(case: Case, level: str, on: date | None) -> None:
    if (case.risk, case.risk_on) == (level, on):
        return
    case.risk, case.risk_on = level, on
    case.version += 1
    case.save(update_fields=["risk", "risk_on", "version"])
    refresh_sight(case.id)


def _level(code: str) -> str:
    return label("risk_level", code).lower()
