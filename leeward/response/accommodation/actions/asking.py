"""Asking providers, step by step: the need without a name, "we can talk", the person, an offer that holds, an answer.

Whoever is asked sees a sheet and no name until they say that they can talk; then who looks shares the case with them,
for as long as the ask stands. The acceptance is one function of the database (sql/10_holds.sql). Everybody locks the
need, its asks by number, the space, its periods, the case, and last their own chain of the log, always in this order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.notices import send_notice
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import version
from leeward.record.cases.actions.chronology import add_entry
from leeward.record.cases.actions.opening import refresh_sight
from leeward.record.cases.actions.sharing import end_share, share_case
from leeward.record.cases.models import Case, CaseSight, Involvement, Scope
from leeward.response.accommodation.actions.periods import cut_short, guarded, lock_spaces
from leeward.response.accommodation.models import Ask, AskChange, Need, Occupancy, Provider, Space, Stay
from leeward.response.accommodation.queries.looking import opens_case
from leeward.response.accommodation.queries.matching import pairs
from leeward.response.accommodation.queries.needs import rules_of, wanted_of
from leeward.response.accommodation.rules.asking import HOLD, LONGEST_HOLD, OPEN, may_move, sheet_of
from leeward.response.accommodation.rules.periods import is_taken

READ_ONLY = "You can read this, not change it."
CHANGED = "What is needed has changed meanwhile. Look again."


@dataclass(frozen=True)
class Leave:
    """On what ground the person is shared with a provider: as for every share of a case."""

    lawful_basis: str
    told: str
    why: str = ""


@transaction.atomic
def ask_providers(*, by: Acting, need: Need, spaces: Iterable[Space]) -> list[Ask]:
    """Ask for some spaces at once. Each provider gets a sheet without a name. Asked twice, a space is asked once.

    Raises Refused where a limit that is never broken keeps them from one of these spaces by now.
    """
    by.must(Permission.CASEWORK)
    now = Need.objects.select_for_update(no_key=True).filter(id=need.id).first()
    if now is None:
        raise Refused(READ_ONLY)
    if now.status != Need.OPEN:
        raise Refused("They have been promised a place, or nobody looks for one any more.")
    chosen = list(spaces)
    moment = timezone.now()
    # Whether it is free in time is not asked here: it may be, once they have talked.
    could = pairs([wanted_of(now, now=moment)], rules_of(now.partnership_id), now=moment, without=("ready",))
    if {space.id for space in chosen} - {space for _, space, _ in could}:
        raise Refused(CHANGED)
    already = set(now.asks.filter(status__in=OPEN).values_list("space_id", flat=True))
    sheet = sheet_of(now, now.members.all(), timezone.localdate())
    made = []
    for space in chosen:
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
        try:
            with transaction.atomic():
                ask.save(force_insert=True)
        except IntegrityError:
            continue  # somebody else of those who look has asked for it, which not everybody sees
        _step(by, ask, Ask.ASKED)
        made.append(ask)
    if made:
        add_entry(
            by=by,
            case=now.case,
            kind="accommodation",
            title=f"Asked for {len(made)} space{'s'[: len(made) > 1]}",
            needs_address=now.moves_from_id is not None,  # who looks is where they live now
            about=("need", now.id),
        )
        tell_providers(made)
    audit.record("asked_for_space", "need", now.id, person=now.person_id, listed=[ask.id for ask in made])
    return made


@transaction.atomic
def say_can_talk(*, by: Acting, ask: Ask, words: str = "") -> Ask:
    """The provider can talk: who looks may now share the person."""
    ask = _moved(by, ask, Ask.TALKING, "provider", words=words)
    tell_seeker(ask)
    audit.record("can_talk", "ask", ask.id)
    return ask


@transaction.atomic
def share_person(*, by: Acting, ask: Ask, leave: Leave, address: bool = False) -> Involvement:
    """Give the provider the case: at once, since it said that it can talk and waits for it, and for a time only.

    It goes to the team that the provider named, where it named one. It ends with the ask; an acceptance lets it last.
    """
    by.must(Permission.CASEWORK)
    now = Ask.objects.select_for_update(no_key=True).filter(id=ask.id).first()
    sight = list(CaseSight.objects.filter(case_id=ask.case_id, source="involvement", scope=Scope.FULL))
    if now is None or not sight:
        raise Refused(READ_ONLY)
    if now.status not in (Ask.TALKING, Ask.OFFERED):
        raise Refused("The person is shared once the provider says that it can talk.")
    if now.share_id is not None and is_shared(now):
        raise Refused("The person is shared with them already.")
    case = Case.objects.select_for_update(no_key=True).get(id=now.case_id)  # before the share points to it
    until = timezone.now() + LONGEST_HOLD
    team = Provider.objects.filter(organisation_id=now.organisation_id).values_list("team_id", flat=True).first()
    share = _standing(by, case, now, team, until) or share_case(
        by=by,
        case=case,
        organisation_id=now.organisation_id,
        organisation_name=now.organisation.name,
        team_id=team,
        scope=Scope.FULL,
        lawful_basis=leave.lawful_basis,
        told=leave.told,
        why=leave.why,
        address=address,
        # Nobody gives more than they have.
        risk=any(row.risk for row in sight),
        until=until,
        at_once=True,
        origin=Involvement.PLACE,
    )
    now.share = share
    now.version += 1
    now.save(update_fields=["share", "version"])
    audit.record("shared_for_place", "ask", now.id, person=now.person_id, detail={"share": share.id})
    return share


def is_shared(ask: Ask) -> bool:
    """Whether the share that an ask stands on opens the case to its provider now."""
    return ask.share_id is not None and opens_case(Involvement.objects.filter(id=ask.share_id).first())


def _standing(by: Acting, case: Case, ask: Ask, team: int | None, until: datetime) -> Involvement | None:
    """A share with this provider that opens the whole case already; one whose time is over is ended first."""
    rows = Involvement.objects.filter(
        case=case,
        organisation_id=ask.organisation_id,
        user__isnull=True,
        status__in=(Involvement.ACTIVE, Involvement.OFFERED),
    )
    if ask.organisation_id != by.acts_for:  # a provider that asks itself, from a stay to its next, has what it needs
        rows = rows.filter(team_id=team) if team else rows.filter(team__isnull=True)
    for share in rows:
        if opens_case(share) and share.scope == Scope.FULL:
            if share.origin == Involvement.PLACE and share.until is not None and share.until < until:
                share.until = until
                share.save(update_fields=["until"])
                refresh_sight(case.id)
            return share
        if share.until is not None and share.until <= timezone.now():
            end_share(by=by, case=case, share=share, reason="Its time was over")
    return None


@transaction.atomic
def offer_space(
    *, by: Acting, ask: Ask, hold_for: timedelta = HOLD, ready_at: datetime | None = None, words: str = ""
) -> Ask:
    """Offer the space and hold it: nobody else can have it until the hold ends by itself, or somebody says no.

    Offered again, it is held for longer. Raises Refused where the space is taken by then: the database's exclusion
    constraint has the last word.
    """
    if not timedelta(0) < hold_for <= LONGEST_HOLD:
        raise Refused("A hold lasts up to seven days.")
    now = timezone.now()
    if ready_at is not None and ready_at < now - timedelta(minutes=1):
        raise Refused("The time from which it can be had is past.")
    ask = _moved(by, ask, Ask.OFFERED, "provider", words=words, hold_until=now + hold_for, ready_at=ready_at)
    if ask.share_id is None:
        raise Refused("You do not know yet who they are. Wait until they say so, then offer.")
    space = Space.objects.select_related("site").get(id=ask.space_id)
    if space.closed_on is not None or space.site.closed_on is not None:
        raise Refused("This space is closed.")
    lock_spaces([space.id])
    now = timezone.now()
    during = DateTimeTZRange(now, ask.hold_until, "[)")
    with guarded():
        hold = None
        for row in is_taken(Occupancy.objects.select_for_update(no_key=True).filter(space=space), now):
            if row.kind in (Occupancy.VOID, Occupancy.TURNAROUND):
                cut_short(row, now)  # the provider offers it: so it can be used
            elif row.kind == Occupancy.HOLD and row.ask_id == ask.id:
                hold = row
        if hold is not None:
            hold.during = DateTimeTZRange(hold.during.lower, ask.hold_until, "[)")
            hold.save(update_fields=["during"])
        else:
            Occupancy(
                space=space,
                partnership_id=ask.partnership_id,
                organisation_id=ask.organisation_id,
                kind=Occupancy.HOLD,
                during=during,
                ask_id=ask.id,
                set_by_id=by.user_id,
                set_at=now,
            ).save(force_insert=True)
    tell_seeker(ask)
    audit.record("offered_space", "ask", ask.id)
    return ask


NOT_ACCEPTED = {
    "placed": "They have been promised a place already.",
    "ended": "Nobody looks for a place for them any more.",
    "unshared": "The provider cannot see who they are, or no more. Say who it is, then take the place.",
    "none": READ_ONLY,
}


@transaction.atomic
def accept_space(*, by: Acting, ask: Ask) -> int:
    """The household says yes: the stay's number. Every other ask of theirs ends, and each provider is told at once.

    Said twice, the second answers the same stay.
    """
    by.must(Permission.CASEWORK)
    with guarded(), connection.cursor() as cursor:
        cursor.execute("SELECT stay, answer FROM accommodation_accept(%s)", [ask.id])
        stay, answer = cursor.fetchone()
    if answer == "again":
        return int(stay)
    if answer != "accepted":
        raise Refused(NOT_ACCEPTED.get(answer, "The hold has ended. Ask the provider to offer it again."))
    add_entry(
        by=by,
        case=Case.objects.get(id=ask.case_id),
        kind="accommodation",
        title="A safe place was accepted",
        needs_address=True,
        about=("stay", stay),
    )
    tell_providers([ask])
    _tell_lost(ask)
    audit.record("accepted_space", "ask", ask.id, person=ask.person_id, detail={"stay": stay})
    return int(stay)


@transaction.atomic
def refuse_ask(*, by: Acting, ask: Ask, reason: str, words: str = "") -> Ask:
    """The provider says no, with a reason of the list `ask_refused`. The hold and its sight end; who looks is told."""
    ask = _moved(by, ask, Ask.REFUSED, "provider", words=words, reason=reason, reason_list="ask_refused")
    tell_seeker(ask)
    _ended(ask, "refused_ask", detail={"reason": reason})
    return ask


@transaction.atomic
def decline_offer(*, by: Acting, ask: Ask, reason: str, words: str = "") -> Ask:
    """The household says no, with a reason of the list `ask_declined`. The hold ends; they stay in the search."""
    ask = _moved(by, ask, Ask.DECLINED, "seeker", words=words, reason=reason, reason_list="ask_declined")
    tell_providers([ask])
    _ended(ask, "declined_offer", person=ask.person_id, detail={"reason": reason})
    return ask


@transaction.atomic
def withdraw_ask(*, by: Acting, ask: Ask, words: str = "") -> Ask:
    """Take an ask back."""
    ask = _moved(by, ask, Ask.WITHDRAWN, "seeker", words=words)
    tell_providers([ask])
    _ended(ask, "withdrew_ask", person=ask.person_id)
    return ask


def end_open_asks(*, by: Acting, need: Need, words: str) -> None:
    """Take back every ask of a need that is open."""
    # All of them are locked before the first ends, by number: as an acceptance does.
    for ask in list(need.asks.select_for_update(no_key=True).filter(status__in=OPEN).order_by("id")):
        withdraw_ask(by=by, ask=ask, words=words)


def send_new_sheet(*, need: Need) -> None:
    """What they need has changed: whoever was asked and has not ended it reads it anew, and is told."""
    sheet = sheet_of(need, need.members.all(), timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_new_sheet(%s, %s::jsonb)", [need.id, json.dumps(sheet)])
        changed = [row[0] for row in cursor.fetchall()]
    tell_providers(Ask.objects.filter(id__in=changed))


def tell_providers(asks: Iterable[Ask]) -> None:
    """Mail to those who can answer for a provider that something waits, and no more than that."""
    to: set[int] = set()
    with connection.cursor() as cursor:
        for ask in asks:
            cursor.execute("SELECT * FROM accommodation_provider_users(%s)", [ask.id])
            to |= {row[0] for row in cursor.fetchall()}
    if to:
        send_notice.defer(user_ids=sorted(to))


def _tell_lost(accepted: Ask) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_lost_users(%s)", [accepted.id])
        to = sorted(row[0] for row in cursor.fetchall())
    if to:
        send_notice.defer(user_ids=to)


def tell_seeker(ask: Ask) -> None:
    """Mail to who asked that there is something new, and no more than that."""
    if ask.asked_by_id is not None:
        send_notice.defer(user_ids=[ask.asked_by_id])


def _moved(by: Acting, ask: Ask, to: str, side: str, *, words: str = "", **values: object) -> Ask:
    """Lock an ask and take it a step further. Raises Refused where it stands elsewhere by now or is not theirs."""
    by.must(Permission.CASEWORK)
    now = Ask.objects.select_for_update(no_key=True).filter(id=ask.id).first()
    if now is None:  # read in an emergency, or not at all
        raise Refused(READ_ONLY)
    ours = now.organisation_id == by.acts_for
    if side == "provider" and not ours:
        raise Refused("Only the provider that was asked can do this.")
    if side == "seeker" and ours and now.asked_organisation_id != by.acts_for:
        raise Refused("Only who looks for them can do this.")
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


def _ended(ask: Ask, what: str, *, person: int | None = None, detail: Mapping[str, object] | None = None) -> None:
    """An ask has ended: its hold and the provider's sight end with it, whichever side said so. The last step.

    The log comes after everything that waits for others: who writes it holds one's own chain until the end.
    """
    with guarded(), connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_ended(%s)", [ask.id])
        of_case = cursor.fetchone()[0]
    audit.record(what, "ask", ask.id, person=person, detail=detail)
    if of_case is not None:
        audit.record("ended_share", "case", of_case, detail={"share": ask.share_id})


def lock_before_falling(stay: Stay) -> None:
    """Lock the need of a stay and its asks before its space and its case, in the one order."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_before_falling(%s)", [stay.id])


def lock_cases(asks: Iterable[Ask]) -> None:
    """Lock the cases that asks of a provider opened to it, by number: before several of them end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_lock_cases(%s)", [[ask.id for ask in asks]])


def fall_through(stay: Stay) -> None:
    """A promised place fell through before they came: the ask counts no more, and the household looks again.

    Done by the provider, which may not write the need: so a function does it, for who says so of its own stay. The
    provider's sight ends with it: the last step.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT accommodation_fall_through(%s)", [stay.id])
