"""Begin an assessment, answer it in parts, finish it. What is finished stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.details import set_risk, settle_risk
from leeward.record.cases.models import Case
from leeward.record.risk.instruments import LEVELS, NOT_ASKED, Given, demanded, raised, score, tally
from leeward.record.risk.models import Answer, Assessment, Demand, InstrumentVersion
from leeward.record.risk.queries.assessments import affirmed_words, answers_of, instrument_of
from leeward.record.risk.queries.incidents import incident_count
from leeward.record.risk.queries.thresholds import thresholds_of
from leeward.record.risk.rules import JUDGEMENT, OLDEST, must_record, must_write


@transaction.atomic
def begin_assessment(
    *, by: Acting, case: Case, instrument: InstrumentVersion, follows: Assessment | None = None
) -> Assessment:
    """Begin to assess the person of a case. One that was begun with this instrument and not finished is taken up."""
    must_record(by, case)
    begun = Assessment.objects.filter(
        case=case, instrument=instrument, status=Assessment.STARTED, organisation_id=by.acts_for, follows=follows
    ).first()
    if begun is not None:
        return begun
    made = Assessment(
        case=case,
        person_id=case.person_id,
        instrument=instrument,
        follows=follows,
        organisation_id=by.acts_for,
        author_id=by.worker_id,
        author_name=by.user_name,
    )
    made.save(force_insert=True)
    audit.record(
        "began_assessment", "assessment", made.id, person=case.person_id, detail={"instrument": instrument.key}
    )
    return made


@transaction.atomic
def save_answers(*, by: Acting, assessment: Assessment, given: Mapping[str, Given], version: int) -> Assessment:
    """Keep answers as they are typed; items that are not named stay as they are. An empty answer with no words is none.

    Raises Conflict with what now stands where somebody else answered meanwhile.
    """
    now_stands = _lock(by, assessment)
    instrument = instrument_of(now_stands)
    before = answers_of(now_stands)
    changed = {key: one for key, one in given.items() if key in instrument.items and one != before.get(key, Given(""))}
    for key, one in changed.items():
        allowed = {option.value for option in instrument.options(instrument.items[key])} | {"", "not_known", NOT_ASKED}
        if one.answer not in allowed:
            raise Refused(f"“{instrument.items[key].label}” has no such answer. Choose one of those shown.")
    if not changed:
        return now_stands
    if now_stands.version != version and any(key in before for key in changed):
        raise Conflict(
            "Somebody else answered here while you were writing.",
            theirs={key: before[key] for key in changed if key in before},
            by=now_stands.author_name,
        )
    kept = {row.item: row for row in Answer.objects.filter(assessment=now_stands, item__in=changed)}
    for key, one in changed.items():
        row = kept.get(key) or Answer(assessment=now_stands, case_id=now_stands.case_id, item=key)
        row.answer, row.comment, row.source = one.answer or NOT_ASKED, one.comment, one.source
        row.answered_at = timezone.now()
        if key in kept:
            row.save(update_fields=["answer", "comment", "source", "answered_at"])
        else:
            row.save(force_insert=True)
    now_stands.version += 1
    now_stands.save(update_fields=["version"])
    audit.record(
        "answered_assessment",
        "assessment",
        now_stands.id,
        person=now_stands.person_id,
        detail={"items": sorted(changed)},
    )
    return now_stands


@dataclass(frozen=True)
class Judgement:
    """What a person adds to the answers: how she sees it, and a level above the score with its reason."""

    assessed_on: date
    level: str = ""  # empty: what the score says
    why: str = ""
    own_view: str = ""
    repeat: bool = False


@transaction.atomic
def finish_assessment(*, by: Acting, assessment: Assessment, judgement: Judgement, version: int) -> Assessment:
    """Finish: points, level, what is demanded, escalation, when the next is due; the case takes over the level.

    Judgement can raise what the score says, with a typed reason, and never lowers it. Raises Refused and Conflict.
    """
    now_stands = _lock(by, assessment)
    if now_stands.version != version:
        raise Conflict("Somebody else answered here while you were writing. Look over the result again.", theirs={})
    case, instrument = now_stands.case, instrument_of(now_stands)
    given, limits = answers_of(now_stands), thresholds_of(by.partnership_id)
    result = score(instrument, given, limits.bands.get(instrument.instrument))
    if not any(one.answer != NOT_ASKED for one in given.values()):
        raise Refused("Nothing is answered yet.")
    _must_make_sense(judgement, result.level, began=timezone.localdate(now_stands.started_at))
    level = raised(result.level, judgement.level)
    incidents = incident_count(case.person_id, limits.escalation_since(judgement.assessed_on), judgement.assessed_on)
    is_judged = bool(judgement.level) and level != result.level
    criteria = [
        name
        for name, holds in (
            ("score", result.level == "high"),
            ("judgement", is_judged and level == "high"),
            ("escalation", limits.escalates(incidents)),
            ("repeat", judgement.repeat),
        )
        if holds
    ]
    for name, value in {
        "status": Assessment.FINISHED, "finished_at": timezone.now(), "assessed_on": judgement.assessed_on,
        "score": result.points, "most": result.most, "scored_level": result.level, "level": level,
        "judgement": judgement.why if is_judged else "", "own_view": judgement.own_view, "incidents": incidents,
        "criteria": criteria, "review_on": limits.review_on(judgement.assessed_on), "version": now_stands.version + 1,
        **({} if by.worker_id == now_stands.author_id
           else {"finished_by_id": by.worker_id, "finished_by_name": by.user_name}),
    }.items():  # fmt: skip
        setattr(now_stands, name, value)
    now_stands.save(force_update=True)
    Demand.objects.bulk_create(
        Demand(case=case, assessment=now_stands, key=key, organisation_id=by.acts_for)
        for key in demanded(instrument, given)
    )
    counted = tally(instrument, result.points, result.most)
    words = f"{instrument.short}: {counted}" if counted else f"{instrument.short} finished"
    so = "; ".join(affirmed_words(instrument, given, scored=True))
    beside = "; ".join(affirmed_words(instrument, given, scored=False))
    text = [judgement.why if is_judged else "", so and f"Said to be so: {so}.", beside and f"Not counted: {beside}."]
    add_entry(
        by=by, case=case, kind="risk", title=f"{words}, {label('risk_level', level).lower()}" if level else words,
        text="\n".join(filter(None, text)),
        at=judgement.assessed_on, about=("assessment", now_stands.id), needs_risk=True,
    )  # fmt: skip
    if level:
        set_risk(by=by, case=case, level=level, on=judgement.assessed_on)
    audit.record(
        "finished_assessment", "assessment", now_stands.id, person=case.person_id,
        detail={"level": level, "criteria": criteria},
    )  # fmt: skip
    return now_stands


@transaction.atomic
def withdraw_assessment(*, by: Acting, assessment: Assessment, reason: str) -> Assessment:
    """Take back an assessment that was begun, or finished, in the wrong case. What was answered stays to be read.

    One that was finished counts for nothing from then on, and the level of the case is worked out again.
    """
    by.must(Permission.CASEWORK)
    if not reason.strip():
        raise Refused("Say why it is taken back.")
    stands = Assessment.objects.select_related("case").filter(id=assessment.id).first() or assessment
    if stands.status == Assessment.FINISHED:
        return _take_back(by, stands, reason)
    assessment = _lock(by, assessment)
    assessment.status, assessment.withdrawn_reason = Assessment.WITHDRAWN, reason
    assessment.withdrawn_at, assessment.withdrawn_by = timezone.now(), by.user_name
    assessment.version += 1
    assessment.save(update_fields=["status", "withdrawn_reason", "withdrawn_at", "withdrawn_by", "version"])
    audit.record("withdrew_assessment", "assessment", assessment.id, person=assessment.person_id)
    return assessment


def _take_back(by: Acting, assessment: Assessment, reason: str) -> Assessment:
    """Say of a finished one that it was entered by mistake: the one thing that is ever said of it afterwards."""
    if assessment.organisation_id != by.acts_for:
        raise Refused("Another organisation made this assessment. Ask them to take it back.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_take_back(%s, %s, %s)", [assessment.id, reason, by.user_name])
        row = cursor.fetchone()
    if row is None or not row[0]:
        raise Refused("You can read this assessment, but not take it back.")
    level, case = assessment.level, assessment.case
    assessment.refresh_from_db()
    add_entry(
        by=by, case=case, kind="risk", title="An assessment was taken back: entered by mistake", text=reason,
        about=("assessment", assessment.id), needs_risk=True,
    )  # fmt: skip
    if level:
        left = Assessment.objects.filter(case=case, status=Assessment.FINISHED).exclude(level="")
        settle_risk(
            by=by, case=case, withdrawn=level, why=reason,
            assessed=list(left.order_by("finished_at").values_list("level", "assessed_on")),
        )  # fmt: skip
    audit.record("withdrew_assessment", "assessment", assessment.id, person=assessment.person_id)
    return assessment


def _lock(by: Acting, assessment: Assessment) -> Assessment:
    """The assessment as it now stands, held until the transaction ends. Raises Refused unless it may be written."""
    stands = Assessment.objects.select_related("case").filter(id=assessment.id).first()
    must_write(by, stands or assessment)
    must_record(by, (stands or assessment).case)
    # The row policy lets nobody hold what is finished, or what another organisation began.
    held = Assessment.objects.select_for_update(of=("self",), no_key=True).select_related("case", "instrument")
    now_stands = held.filter(id=assessment.id).first()
    if now_stands is None:
        raise Refused("You can read this assessment, but not change it.")
    return now_stands


def _must_make_sense(judgement: Judgement, scored: str, began: date) -> None:
    if judgement.assessed_on > timezone.localdate():
        raise Refused("The day of the assessment cannot lie ahead.")
    if judgement.assessed_on < began - OLDEST:
        raise Refused(
            f"That is more than {OLDEST.days} days before it was begun here. Record what was known then as "
            "incidents and a note, and assess how it is now."
        )
    if judgement.level and judgement.level not in LEVELS:
        raise Refused("Choose one of the levels shown.")
    if judgement.level and scored and LEVELS.index(judgement.level) < LEVELS.index(scored):
        raise Refused(
            f"The answers say {label('risk_level', scored).lower()}. Judgement can raise that, never lower it: "
            "an answer that is wrong is corrected in the answer."
        )
    if judgement.level and judgement.level != scored and len(judgement.why.strip()) < JUDGEMENT:
        raise Refused("Say in a sentence or two why you judge the danger greater than the answers show.")
