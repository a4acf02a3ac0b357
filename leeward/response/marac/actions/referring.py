"""Put a case before a MARAC; return it for what is missing, send it again, accept it, withdraw it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.models import Case, CaseSight, Involvement, Scope
from leeward.record.risk.models import Assessment
from leeward.response.marac.actions.agency_cases import UNTIL_REFERRED
from leeward.response.marac.actions.table import notify_arrangers, notify_users
from leeward.response.marac.models import Marac, Referral, ReferralChange, Transfer
from leeward.response.marac.queries.maracs import arranged, next_meetings
from leeward.response.marac.queries.repeats import Earlier, last_referrals
from leeward.response.marac.rules.referring import CRITERIA, JUDGEMENT, STANDING, may_refer, must_move, must_refer

ACCEPTED = "accepted"  # a step that changes no status: the coordinator has read it, and it waits for the agenda
MOVED = ("status", "status_words", "status_by", "status_at", "version")
SENT_ANEW = (
    "criteria", "why", "wishes", "afraid_of", "safe_to_talk", "not_safe_to_talk", "aware", "not_aware_why",
    "lawful_basis", "other_marac", "risk_words", "is_repeat", "repeat_of_on", "is_late", "late_why", "skips",
)  # fmt: skip
NOT_ALL = (
    "You can read this case, but not refer it. Ask whoever leads it to refer, or to share the whole of it with you."
)


@dataclass(frozen=True)
class ReferralFacts:
    """What the agencies are sent, as the form asks for it."""

    criteria: tuple[str, ...]
    why: str
    aware: str
    lawful_basis: str
    not_aware_why: str = ""
    wishes: str = ""
    afraid_of: str = ""
    safe_to_talk: str = ""
    not_safe_to_talk: str = ""
    other_marac: str = ""
    late_why: str = ""
    for_next: bool = True  # for the next meeting, also where its date for referrals has passed
    same_person: bool | None = None  # where the system cannot tell: whether the same person causes harm
    agency_kind: str = "other"
    risk_words: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Received:
    """Where a referral comes from another area's MARAC."""

    other_marac: str
    why: str
    heard_here: str
    sent: tuple[str, ...]
    how: str
    sent_on: date


def must_make_sense(facts: ReferralFacts, *, earlier: Earlier | None, is_late: bool) -> dict[str, str]:
    """What contradicts itself or is missing, by field; nothing where it all agrees."""
    wrong: dict[str, str] = {}
    if facts.aware == "told_agreed" and facts.not_aware_why.strip():
        wrong["not_aware_why"] = "You said that they know and agree. Take this reason out, or say that they do not."
    if facts.aware != "told_agreed" and not facts.not_aware_why.strip():
        wrong["not_aware_why"] = "Say why it is referred without their agreement, or why they were not told"
    if facts.aware != "told_agreed" and facts.lawful_basis == "consent":
        wrong["lawful_basis"] = "Consent is no basis where they did not agree. Choose the basis that you act on"
    unknown = [code for code in facts.criteria if code not in CRITERIA]
    if not facts.criteria or unknown:
        wrong["criteria"] = "Choose at least one reason for the referral"
    sure = earlier is not None and earlier.same_harming is True
    if "repeat" in facts.criteria and not sure and facts.same_person is not True and not facts.other_marac.strip():
        wrong["criteria"] = (
            "We find no earlier MARAC about the same people. Take “abuse again” out, or say below where and when "
            "another MARAC heard them"
        )
    if facts.criteria == ("judgement",) and len(facts.why.strip()) < JUDGEMENT:
        wrong["why"] = "Say in a sentence or two why you judge the danger so great: nothing else speaks for it here"
    if facts.for_next and is_late and not facts.late_why.strip():
        wrong["late_why"] = "The date for the next meeting has passed. Say why it cannot wait for the one after"
    return wrong


def is_repeat(facts: ReferralFacts, earlier: Earlier | None) -> bool:
    """The system's finding; where it cannot tell who causes harm, the worker's."""
    if earlier is None or earlier.same_harming is False:
        return False
    return earlier.same_harming is True or facts.same_person is True


@transaction.atomic
def refer_case(
    *, by: Acting, case: Case, marac: Marac, facts: ReferralFacts, assessment: Assessment | None = None,
    received: Received | None = None,
) -> Referral:  # fmt: skip
    """Put a case before a MARAC. Whoever arranges it sees it from now on; nobody else at the table until the agenda."""
    must_refer(by, case, case.person)
    if not marac.is_active:
        raise Refused("Choose a MARAC that takes referrals.")
    _hold(case)
    if Referral.objects.filter(case=case, marac=marac, status__in=STANDING).exists():
        raise Refused("This case is before this MARAC already. Open the referral that stands, and add to it there.")
    earlier = last_referrals(by=by, case_ids=[case.id]).get(case.id)
    dates = next_meetings([marac])[marac.id]
    is_late = dates.is_past() and facts.for_next and marac.kind == Marac.MARAC
    if wrong := must_make_sense(facts, earlier=earlier, is_late=is_late):
        raise Refused(next(iter(wrong.values())))
    made = Referral(
        marac=marac, case=case, person_id=case.person_id, assessment=assessment, organisation_id=by.acts_for,
        referrer_id=by.worker_id, referrer_name=by.user_name, agency_kind=facts.agency_kind, status_by=by.user_name,
    )  # fmt: skip
    _write(made, facts, earlier, is_late)
    made.skips = dates.skipped(facts.for_next) if marac.kind == Marac.MARAC else None
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except DatabaseError as hidden:  # the row policy: no sight of the whole case with its risk
        raise Refused(NOT_ALL) from hidden
    _step(by, made, Referral.SENT, facts.late_why if is_late else "")
    # A case that was opened to be referred is held on what the referral says.
    Involvement.objects.filter(case=case, is_lead=True, why=UNTIL_REFERRED, organisation_id=by.acts_for).update(
        lawful_basis=facts.lawful_basis, told=facts.aware, why=facts.not_aware_why[:1000]
    )
    if received is not None:
        Transfer(
            marac=marac, case=case, referral=made, direction=Transfer.RECEIVED, by_name=by.user_name,
            other_marac=received.other_marac, why=received.why, heard_here=received.heard_here,
            sent=list(received.sent), how=received.how, sent_on=received.sent_on,
        ).save(force_insert=True)  # fmt: skip
    words = ", ".join(label("risk_criterion", code) for code in made.criteria)
    add_entry(
        by=by, case=case, kind="referral", title=_title(marac, made), text=words,
        about=("marac_referral", made.id), needs_risk=True,
    )  # fmt: skip
    _open_to_arrangers(made)
    audit.record(
        "referred_to_marac", "marac_referral", made.id, person=case.person_id,
        detail={"marac": marac.id, "criteria": list(facts.criteria), "repeat": made.is_repeat, "late": made.is_late},
    )  # fmt: skip
    return made


def _title(marac: Marac, made: Referral) -> str:
    if marac.kind == Marac.DAILY:
        return "On the list of the daily meeting"
    return "Referred to the MARAC" + (", a repeat" if made.is_repeat else "")


def _hold(case: Case) -> None:
    """Two referrals of one case one after the other: the second sees the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('marac_refer'), hashtext(%s))", [str(case.id)])


def _write(row: Referral, facts: ReferralFacts, earlier: Earlier | None, is_late: bool) -> None:
    row.is_repeat = is_repeat(facts, earlier)
    row.repeat_of_on = earlier.on if earlier is not None and row.is_repeat else None
    codes = set(facts.criteria) | ({"repeat"} if row.is_repeat else set())
    row.criteria = [code for code in CRITERIA if code in codes]
    row.is_late, row.late_why = is_late, facts.late_why if is_late else ""
    row.why, row.wishes, row.afraid_of = facts.why, facts.wishes, facts.afraid_of
    row.safe_to_talk, row.not_safe_to_talk = facts.safe_to_talk, facts.not_safe_to_talk
    row.aware, row.not_aware_why, row.lawful_basis = facts.aware, facts.not_aware_why, facts.lawful_basis
    row.other_marac = facts.other_marac
    row.risk_words = facts.risk_words


def _step(by: Acting, referral: Referral, status: str, words: str = "") -> None:
    ReferralChange(
        referral=referral, case_id=referral.case_id, status=status, words=words[:1000], by_name=by.user_name
    ).save(force_insert=True)


def _open_to_arrangers(referral: Referral) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_open_to_arrangers(%s)", [referral.id])


def _tell_case(by: Acting, case: Case, title: str, words: str, referral: Referral) -> None:
    """A line in the story of the case, from who works in it: whoever arranges sees a summary, and writes in none."""
    sees_all = CaseSight.objects.filter(case=case, scope__gte=Scope.FULL, risk=True, source="involvement").exists()
    if sees_all:
        add_entry(
            by=by, case=case, kind="referral", title=title, text=words, about=("marac_referral", referral.id),
            needs_risk=True,
        )  # fmt: skip


def _locked(by: Acting, referral: Referral, version: int) -> Referral:
    """The referral as it stands, held. Raises Refused where it may not be changed, Conflict where somebody did."""
    if not may_refer(by):
        raise Refused("Your role does not allow this.")
    stands = (
        Referral.objects.select_for_update(of=("self",), no_key=True)
        .select_related("case", "marac")
        .filter(id=referral.id)
        .first()
    )
    if stands is None:
        raise Refused("You can read this referral, but not change it.")
    if stands.version != version:
        raise Conflict(
            f"{stands.status_by or 'Somebody else'} changed this referral while you were reading it: "
            f"{label('marac_referral', stands.status).lower()}. Look it over, then try again if it still fits.",
            theirs={"status": stands.status, "words": stands.status_words}, by=stands.status_by,
        )  # fmt: skip
    return stands


def _set(by: Acting, row: Referral, status: str, words: str) -> None:
    row.status, row.status_words, row.status_by, row.status_at = status, words[:1000], by.user_name, timezone.now()
    row.version += 1


def _must_arrange(row: Referral) -> None:
    if row.marac_id not in arranged():
        raise Refused("Only whoever chairs or coordinates this MARAC can do this.")


@transaction.atomic
def accept_referral(*, by: Acting, referral: Referral, version: int) -> Referral:
    """Say that a referral is complete and waits for the agenda. Who referred it sees that somebody has read it."""
    row = _locked(by, referral, version)
    _must_arrange(row)
    if row.status != Referral.SENT:
        must_move(row, Referral.LISTED)
        raise Refused("This referral is on an agenda already.")
    _set(by, row, Referral.SENT, "Accepted for the agenda")
    row.save(update_fields=list(MOVED))
    _step(by, row, ACCEPTED)
    audit.record("accepted_marac_referral", "marac_referral", row.id, person=row.person_id)
    return row


@transaction.atomic
def return_referral(*, by: Acting, referral: Referral, missing: str, version: int) -> Referral:
    """Send a referral back to who made it, and say what is missing."""
    row = _locked(by, referral, version)
    _must_arrange(row)
    must_move(row, Referral.RETURNED)
    if not missing.strip():
        raise Refused("Say what is missing, so that it can be added.")
    if row.status == Referral.LISTED:
        raise Refused("This referral is on an agenda. Put it off there first, then return it.")
    _set(by, row, Referral.RETURNED, missing)
    row.save(update_fields=list(MOVED))
    _step(by, row, Referral.RETURNED, missing)
    notify_users([row.referrer_id])
    audit.record("returned_marac_referral", "marac_referral", row.id, person=row.person_id)
    return row


@transaction.atomic
def send_again(*, by: Acting, referral: Referral, facts: ReferralFacts, version: int) -> Referral:
    """What was missing is added, and it is with the coordinator again. What is found of repeats is found anew."""
    row = _locked(by, referral, version)
    if row.organisation_id != by.organisation_id:
        raise Refused("Only the organisation that referred can send it again.")
    must_move(row, Referral.SENT)
    if row.status != Referral.RETURNED:
        raise Refused("This referral is not waiting for you.")
    earlier = last_referrals(by=by, case_ids=[row.case_id], before=row.referred_at).get(row.case_id)
    dates = next_meetings([row.marac])[row.marac_id]
    is_late = dates.is_past() and facts.for_next and row.marac.kind == Marac.MARAC
    if wrong := must_make_sense(facts, earlier=earlier, is_late=is_late):
        raise Refused(next(iter(wrong.values())))
    before = asdict(facts_of(row))
    _write(row, facts, earlier, is_late)
    row.skips = dates.skipped(facts.for_next) if row.marac.kind == Marac.MARAC else None
    _set(by, row, Referral.SENT, "")
    row.save(update_fields=[*SENT_ANEW, *MOVED])
    changed = [name for name, value in asdict(facts_of(row)).items() if value != before[name]]
    _step(by, row, Referral.SENT, "Sent again")
    _tell_case(by, row.case, "The MARAC referral was sent again", "", row)
    _open_to_arrangers(row)
    notify_arrangers(by, row.marac_id)
    audit.record(
        "sent_marac_referral_again", "marac_referral", row.id, person=row.person_id, detail={"changed": changed}
    )
    return row


def facts_of(row: Referral) -> ReferralFacts:
    """What a referral says, as its form shows it."""
    return ReferralFacts(
        criteria=tuple(row.criteria), why=row.why, aware=row.aware, lawful_basis=row.lawful_basis,
        not_aware_why=row.not_aware_why, wishes=row.wishes, afraid_of=row.afraid_of, safe_to_talk=row.safe_to_talk,
        not_safe_to_talk=row.not_safe_to_talk, other_marac=row.other_marac, late_why=row.late_why,
        agency_kind=row.agency_kind, risk_words=row.risk_words,
    )  # fmt: skip


@transaction.atomic
def withdraw_referral(*, by: Acting, referral: Referral, why: str, version: int) -> int:
    """Take a case off the MARAC, also on the morning: the table's sight of it closes. Answers how many agendas."""
    row = _locked(by, referral, version)
    if row.marac_id not in arranged() and row.organisation_id != by.organisation_id:
        raise Refused("Only who referred it, or whoever arranges this MARAC, can withdraw it.")
    must_move(row, Referral.WITHDRAWN)
    if not why.strip():
        raise Refused("Say why it is withdrawn.")
    _set(by, row, Referral.WITHDRAWN, why)
    row.save(update_fields=list(MOVED))
    _step(by, row, Referral.WITHDRAWN, why)
    _tell_case(by, row.case, "The MARAC referral was withdrawn", why, row)
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_withdraw(%s, %s)", [row.id, why])
        taken = int(cursor.fetchone()[0])
    audit.record("withdrew_marac_referral", "marac_referral", row.id, person=row.person_id, detail={"agendas": taken})
    return taken
