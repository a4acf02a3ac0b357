"""Asking providers, step by step: the need without a name, "we can talk", the person, an offer that holds, an answer.

Whoever is asked sees a sheet and no name until they say that they can talk; then who looks shares the case with them.
The acceptance is one function of the database (sql/10_holds.sql), which locks the need before the hold, always in this
order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import version
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.sharing import share_case
from leeward.record.cases.models import Case, Involvement, Scope
from leeward.response.accommodation.actions.places import cut_short
from leeward.response.accommodation.models import Ask, AskChange, Need, Occupancy, Space, Stay
from leeward.response.accommodation.rules.asking import HOLD, LONGEST_HOLD, OPEN, may_move, sheet_of
from leeward.response.accommodation.rules.periods import is_taken, still_to_come

TAKEN = "This space has just been taken. Choose another, or ask when it is free again."


@dataclass(frozen=True)
class Leave:
    """On what ground the person is shared with a provider: as for every share of a case."""

    lawful_basis: str
    told: str
    why: str = ""


@transaction.atomic
def ask_providers(*, by: Acting, need: Need, spaces: Iterable[Space]) -> list[Ask]:
    """Ask for some spaces at once. Each provider gets a sheet without a name. Asked twice, a space is asked once."""
    by.must(Permission.CASEWORK)
    now = Need.objects.select_for_update().get(id=need.id)
    if now.status != Need.OPEN:
        raise Refused("They have been promised a place, or nobody looks for one any more.")
    already = set(now.asks.filter(status__in=OPEN).values_list("space_id", flat=True))
    sheet = sheet_of(now, now.members.all(), timezone.localdate())
    made = []
    for space in spaces:
        if space.id in already:
            continue
        ask = Ask(
            partnership_id=now.partnership_id,
            need=now,
            case_id=now.case_id,
            person_id=now.person_id,
            space=space,
            organisation_id=space.organisation_id,
            asked_organisation_id=by.acts_for,
            asked_by_id=by.user_id,
            asked_by=by.user_name,
            sheet=sheet,
        )
        ask.save(force_insert=True)
        _step(by, ask, Ask.ASKED)
        made.append(ask)
    if made:
        add_entry(
            by=by,
            case=now.case,
            kind="accommodation",
            title=f"Asked for {len(made)} space{'s'[: len(made) > 1]}",
            about=("need", now.id),
        )
    audit.record("asked_for_space", "need", now.id, person=now.person_id, listed=[ask.id for ask in made])
    return made


@transaction.atomic
def say_can_talk(*, by: Acting, ask: Ask, words: str = "") -> Ask:
    """The provider can talk: who looks may now share the person."""
    ask = _moved(by, ask, Ask.TALKING, "provider", words=words)
    audit.record("can_talk", "ask", ask.id)
    return ask


@transaction.atomic
def share_person(*, by: Acting, ask: Ask, leave: Leave, address: bool = False) -> Involvement:
    """Give the provider the case: at once, since it said that it can talk and waits for it."""
    by.must(Permission.CASEWORK)
    ask = Ask.objects.select_for_update().get(id=ask.id)
    if ask.status != Ask.TALKING or ask.share_id is not None:
        raise Refused("The person is shared once the provider says that it can talk, and once only.")
    case = Case.objects.get(id=ask.case_id)
    open_already = Involvement.objects.filter(
        case=case,
        organisation_id=ask.organisation_id,
        team__isnull=True,
        user__isnull=True,
        status=Involvement.ACTIVE,
        scope=Scope.FULL,
    ).first()
    share = open_already or share_case(
        by=by,
        case=case,
        organisation_id=ask.organisation_id,
        organisation_name=ask.organisation.name,
        scope=Scope.FULL,
        lawful_basis=leave.lawful_basis,
        told=leave.told,
        why=leave.why,
        address=address,
        risk=True,
        at_once=True,
        origin="place",
    )
    ask.share = share
    ask.version += 1
    ask.save(update_fields=["share", "version"])
    audit.record("shared_for_place", "ask", ask.id, person=ask.person_id, detail={"share": share.id})
    return share


@transaction.atomic
def offer_space(
    *, by: Acting, ask: Ask, hold_for: timedelta = HOLD, ready_at: datetime | None = None, words: str = ""
) -> Ask:
    """Offer the space and hold it: nobody else can have it until the hold ends by itself, or somebody says no.

    Raises Refused where the space is taken by then: the database's exclusion constraint has the last word.
    """
    if not timedelta(0) < hold_for <= LONGEST_HOLD:
        raise Refused("A hold lasts up to seven days.")
    now = timezone.now()
    if ready_at is not None and ready_at < now - timedelta(minutes=1):
        raise Refused("The time from which it can be had is past.")
    ask = _moved(by, ask, Ask.OFFERED, "provider", words=words, hold_until=now + hold_for, ready_at=ready_at)
    space = Space.objects.select_related("site").get(id=ask.space_id)
    if space.closed_on is not None or space.site.closed_on is not None:
        raise Refused("This space is closed.")
    for row in is_taken(Occupancy.objects.filter(space=space, kind__in=("void", "turnaround")), now):
        cut_short(row, now)  # the provider offers it: so it can be used
    hold = Occupancy(
        space=space,
        partnership_id=ask.partnership_id,
        organisation_id=ask.organisation_id,
        kind=Occupancy.HOLD,
        during=DateTimeTZRange(now, now + hold_for, "[)"),
        ask_id=ask.id,
        set_by_id=by.user_id,
        set_at=now,
    )
    try:
        with transaction.atomic():
            hold.save(force_insert=True)
    except IntegrityError as wrong:
        raise Refused(TAKEN) from wrong
    audit.record("offered_space", "ask", ask.id)
    return ask


@transaction.atomic
def accept_space(*, by: Acting, ask: Ask) -> int:
    """The household says yes: the stay's number. Every other ask of theirs ends, and each provider is told at once."""
    by.must(Permission.CASEWORK)
    with connection.cursor() as cursor:
        cursor.execute("SELECT stay, answer FROM accommodation_accept(%s)", [ask.id])
        stay, answer = cursor.fetchone()
    if answer == "placed":
        raise Refused("They have been promised a place already.")
    if answer != "accepted":
        raise Refused("The hold has ended. Ask the provider to offer it again.")
    add_entry(
        by=by,
        case=Case.objects.get(id=ask.case_id),
        kind="accommodation",
        title="A safe place was accepted",
        needs_address=True,
        about=("stay", stay),
    )
    audit.record("accepted_space", "ask", ask.id, person=ask.person_id, detail={"stay": stay})
    return int(stay)


@transaction.atomic
def refuse_ask(*, by: Acting, ask: Ask, reason: str, words: str = "") -> Ask:
    """The provider says no, with a reason of the list `ask_refused`. The hold ends; who looks is told."""
    ask = _moved(by, ask, Ask.REFUSED, "provider", words=words, reason=reason, reason_list="ask_refused")
    _end_hold(ask)
    audit.record("refused_ask", "ask", ask.id, detail={"reason": reason})
    return ask


@transaction.atomic
def decline_offer(*, by: Acting, ask: Ask, reason: str, words: str = "") -> Ask:
    """The household says no, with a reason of the list `ask_declined`. The hold ends; they stay in the search."""
    ask = _moved(by, ask, Ask.DECLINED, "seeker", words=words, reason=reason, reason_list="ask_declined")
    _ended_by_seeker(ask)
    audit.record("declined_offer", "ask", ask.id, person=ask.person_id, detail={"reason": reason})
    return ask


@transaction.atomic
def withdraw_ask(*, by: Acting, ask: Ask, words: str = "") -> Ask:
    """Take an ask back."""
    ask = _moved(by, ask, Ask.WITHDRAWN, "seeker", words=words)
    _ended_by_seeker(ask)
    audit.record("withdrew_ask", "ask", ask.id, person=ask.person_id)
    return ask


def end_open_asks(*, by: Acting, need: Need, words: str) -> None:
    """Take back every ask of a need that is open."""
    for ask in need.asks.filter(status__in=OPEN).order_by("id"):
        withdraw_ask(by=by, ask=ask, words=words)


def _moved(by: Acting, ask: Ask, to: str, side: str, *, words: str = "", **values: object) -> Ask:
    """Lock an ask and take it a step further. Raises Refused where it stands elsewhere by now or is not theirs."""
    by.must(Permission.CASEWORK)
    now = Ask.objects.select_for_update().get(id=ask.id)
    ours = now.organisation_id == by.acts_for
    if side == "provider" and not ours:
        raise Refused("Only the provider that was asked can do this.")
    if not may_move(now, to, side):
        raise Refused("This has moved on meanwhile. Look at where it stands now.")
    if "reason_list" in values:
        values["reason_version"] = version(str(values["reason_list"]))
    now.status, now.status_at, now.words = to, timezone.now(), words
    for name, value in values.items():
        setattr(now, name, value)
    now.version += 1
    now.save(update_fields=["status", "status_at", "words", "version", *values])
    _step(by, now, to, str(values.get("reason", "")), words)
    return now


def _step(by: Acting, ask: Ask, status: str, reason: str = "", words: str = "") -> None:
    AskChange(
        ask=ask,
        status=status,
        by_id=by.user_id,
        by_name=by.user_name,
        organisation_id=by.organisation_id,
        reason=reason,
        words=words,
    ).save(force_insert=True)


def _end_hold(ask: Ask) -> None:
    now = timezone.now()
    for row in still_to_come(Occupancy.objects.filter(ask_id=ask.id, kind=Occupancy.HOLD), now):
        cut_short(row, now)


def _ended_by_seeker(ask: Ask) -> None:
    """A hold is its provider's row: who looks ends it by a function that asks whether the ask has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_release(%s)", [ask.id])


def fall_through(stay: Stay) -> None:
    """A promised place fell through before they came: the ask counts no more, and the household looks again.

    Done by the provider, which may not write the need: so a function does it, for who says so of its own stay.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_fall_through(%s)", [stay.id])
