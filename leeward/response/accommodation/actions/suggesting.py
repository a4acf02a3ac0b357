"""A coordinator puts something to who looks for a household, without learning who that is; and what they answer."""

from __future__ import annotations

from django.db import connection, transaction
from django.http import Http404
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.notices import send_notice
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.response.accommodation.actions.asking import READ_ONLY, ask_providers
from leeward.response.accommodation.models import Ask, Need, ProposedPlace, Space, Suggestion
from leeward.response.accommodation.queries.looking import may_look

GONE = "Nobody looks for a place for them any more."


@transaction.atomic
def ask_to_look_again(*, by: Acting, need_id: int) -> int:
    """Ask who looks for a household to look at it again: how many people were told. Raises Http404 where they may not
    know of it, Refused where it was asked for already and not answered yet.
    """
    told = _suggest(by, need_id, None, None, "")
    audit.record("asked_to_look_again", "need", need_id)
    return told


@transaction.atomic
def suggest_line(*, by: Acting, line: ProposedPlace) -> int:
    """Send one line of a proposal to who looks for that household: how many people were told."""
    by.must(Permission.PLACEMENT)
    now = ProposedPlace.objects.select_for_update(no_key=True).filter(id=line.id).first()
    if now is None:
        raise Http404
    if now.space_id is None:
        raise Refused("There is no space to suggest for them.")
    if now.status == ProposedPlace.SUGGESTED:
        raise Refused("This has been suggested already.")
    if not Space.objects.filter(id=now.space_id, closed_on=None, site__closed_on=None).exists():
        raise Refused("This space has been closed. Ask for a new proposal.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT until FROM accommodation_taken(%s) WHERE space_id = %s", [timezone.now(), now.space_id])
        taken = cursor.fetchone()
    if taken is not None and taken[0] > now.ready_at:
        raise Refused("This space has been taken meanwhile. Ask for a new proposal.")
    told = _suggest(by, now.need_id, now.space_id, now.id, now.why)
    _decide(by, now, ProposedPlace.SUGGESTED, "")
    audit.record("suggested_place", "proposed_place", now.id)
    return told


@transaction.atomic
def turn_line_down(*, by: Acting, line: ProposedPlace, because: str) -> None:
    """Say of a line: not this, and why. It is not proposed again for thirty days."""
    by.must(Permission.PLACEMENT)
    now = ProposedPlace.objects.select_for_update(no_key=True).filter(id=line.id).first()
    if now is None:
        raise Http404
    if now.status == ProposedPlace.SUGGESTED:
        raise Refused("This has been suggested. Take that back first.")
    if not because.strip():
        raise Refused("Say why, so that others know.")
    _decide(by, now, ProposedPlace.NOT_THIS, because.strip())
    audit.record("turned_down_proposed_place", "proposed_place", now.id)


@transaction.atomic
def take_line_back(*, by: Acting, line: ProposedPlace) -> None:
    """Take back what was decided of a line; a suggestion goes too, as long as nobody has answered it."""
    by.must(Permission.PLACEMENT)
    now = ProposedPlace.objects.select_for_update(no_key=True).filter(id=line.id).first()
    if now is None:
        raise Http404
    if now.status == ProposedPlace.OPEN:
        return
    if now.status == ProposedPlace.SUGGESTED:
        row = Suggestion.objects.select_for_update(no_key=True).filter(line=now).order_by("-at").first()
        if row is not None and row.status != Suggestion.OPEN:
            raise Refused("Who looks for them has answered already.")
        if row is not None:
            row.status, row.answered_at = Suggestion.WITHDRAWN, timezone.now()
            row.save(update_fields=["status", "answered_at"])
    _decide(by, now, ProposedPlace.OPEN, "")
    audit.record("took_back_proposed_place", "proposed_place", now.id)


@transaction.atomic
def ask_for_suggested(*, by: Acting, suggestion: Suggestion) -> list[Ask]:
    """Who looks asks for the suggested space, in one press. Raises Refused where it does not fit any more."""
    now = _theirs(by, suggestion)
    if now.space is None:
        raise Refused("There is no space in this suggestion.")
    made = ask_providers(by=by, need=now.need, spaces=[now.space])
    _answer(by, now, Suggestion.ASKED, "")
    return made


@transaction.atomic
def answer_suggestion(*, by: Acting, suggestion: Suggestion, because: str = "") -> None:
    """Who looks says that they have looked again, or why a suggested space is none for them, for the coordinator."""
    now = _theirs(by, suggestion)
    if now.space_id is not None and not because.strip():
        raise Refused("Say why: the coordinator reads it.")
    _answer(by, now, Suggestion.NO if now.space_id is not None else Suggestion.SEEN, because.strip())


def _theirs(by: Acting, suggestion: Suggestion) -> Suggestion:
    by.must(Permission.CASEWORK)
    rows = Suggestion.objects.select_for_update(of=("self",), no_key=True).select_related("need", "space")
    now = rows.filter(id=suggestion.id).first()
    if now is None:
        raise Refused(READ_ONLY)
    if not may_look(now.case_id, now.need.organisation_id == by.acts_for):
        raise Refused(READ_ONLY)
    if now.status != Suggestion.OPEN:
        raise Refused("This has been answered, or was taken back.")
    if now.need.status != Need.OPEN:
        raise Refused(GONE)
    return now


def _answer(by: Acting, row: Suggestion, status: str, because: str) -> None:
    row.status, row.because, row.answered_at = status, because, timezone.now()
    row.answered_by_id, row.answered_by = by.user_id, by.user_name
    row.save(update_fields=["status", "because", "answered_at", "answered_by_id", "answered_by"])
    audit.record("answered_suggestion", "need", row.need_id, detail={"status": status})


def _suggest(by: Acting, need_id: int, space_id: int | None, line_id: int | None, why: str) -> int:
    by.must(Permission.PLACEMENT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accommodation_suggest(%s, %s, %s, %s)", [need_id, space_id, line_id, why])
        answer, told = cursor.fetchone()
    if answer == "none":
        raise Http404
    if answer == "ended":
        raise Refused(GONE)
    if answer == "before":
        raise Refused(
            "They were asked to look again, and have not answered yet."
            if space_id is None
            else "This space is suggested to them already, and they have not answered yet."
        )
    if told:
        send_notice.defer(user_ids=sorted(told))
    return len(told)


def _decide(by: Acting, line: ProposedPlace, status: str, because: str) -> None:
    line.status, line.because, line.decided_at = status, because, timezone.now()
    line.decided_by_id, line.decided_by = by.user_id, by.user_name
    line.save(update_fields=["status", "because", "decided_at", "decided_by_id", "decided_by"])
