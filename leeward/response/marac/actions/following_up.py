"""After the meeting: actions answered, chased, given to another agency, given more time."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Conflict, Refused
from leeward.platform.reference.lists import label
from leeward.response.marac.actions.table import must_arrange, notify, notify_users, tell_case, tick
from leeward.response.marac.models import Item, MaracAction, MaracAgency

ANSWERS = (MaracAction.DONE, MaracAction.NOT_DONE, MaracAction.CHANGED)


@transaction.atomic
def answer_action(*, by: Acting, action: MaracAction, status: str, outcome: str, version: int) -> MaracAction:
    """Done; not done and why; could not be done since things changed, and what. Told to the case."""
    row = _locked(action)
    if row.organisation_id != by.organisation_id:
        raise Refused("This action belongs to another agency.")
    if row.version != version:
        raise Conflict(
            "Somebody else answered or changed this action meanwhile.",
            theirs={"status": row.status, "outcome": row.outcome}, by=row.answered_by,
        )  # fmt: skip
    if status not in ANSWERS:
        raise Refused("Choose one of the answers shown.")
    if status != MaracAction.DONE and not outcome.strip():
        raise Refused("Say why it was not done." if status == MaracAction.NOT_DONE else "Say what has changed.")
    row.status, row.outcome = status, outcome
    row.done_on = timezone.localdate() if status == MaracAction.DONE else None
    row.answered_by, row.answered_at = by.user_name, timezone.now()
    row.version += 1
    _tell(row, f"MARAC action: {label('marac_action', status).lower()}", f"{row.words} {outcome}".strip())
    row.save(update_fields=["status", "outcome", "done_on", "answered_by", "answered_at", "version"])
    audit.record("answered_marac_action", "marac_action", row.id, detail={"status": status})
    return row


@transaction.atomic
def chase_action(*, by: Acting, action: MaracAction) -> int:
    """Chase an open action: a notice to its owner, or to who sits there for its agency; how many get one."""
    row = _locked(action)
    marac_id = _marac_of(row)
    must_arrange(by, marac_id)
    if row.status != MaracAction.OPEN:
        raise Refused("This action was answered.")
    row.chased_at, row.chased = timezone.now(), row.chased + 1
    row.save(update_fields=["chased_at", "chased"])
    sent = notify_users([row.owner_id]) if row.owner_id else notify(by, marac_id, [row.organisation_id])
    audit.record("chased_marac_action", "marac_action", row.id, detail={"notices": sent})
    return sent


@transaction.atomic
def change_action(
    *, by: Acting, action: MaracAction, organisation_id: int, due_on: date, why: str, version: int
) -> MaracAction:
    """Give an open action to another agency, or more time, with the reason. The story of the case keeps both."""
    row = _locked(action)
    marac_id = _marac_of(row)
    must_arrange(by, marac_id)
    if row.version != version:
        raise Conflict(
            "Somebody else answered or changed this action meanwhile.",
            theirs={"status": row.status, "outcome": row.outcome}, by=row.answered_by,
        )  # fmt: skip
    if row.status != MaracAction.OPEN:
        raise Refused("This action was answered: write a new one in the next meeting.")
    if not why.strip():
        raise Refused("Say why it is changed.")
    if due_on < timezone.localdate():
        raise Refused("The new day cannot lie in the past.")
    if organisation_id == row.organisation_id and due_on == row.due_on:
        raise Refused("Nothing was changed: choose another agency or another day.")
    given = organisation_id != row.organisation_id
    agency = MaracAgency.objects.select_related("organisation").filter(
        marac_id=marac_id, organisation_id=organisation_id, until_on=None
    ).first()  # fmt: skip
    if given and agency is None:
        raise Refused("That agency does not sit at this MARAC.")
    before = f"{row.due_on:%-d %B %Y}"
    row.organisation_id, row.due_on = organisation_id, due_on
    if given:
        row.owner = None
    row.version += 1
    given_to = f"MARAC action given to {agency.organisation.name}" if given and agency else ""
    _tell(
        row, given_to or "MARAC action given more time",
        f"{row.words} Was due {before}, now {due_on:%-d %B %Y}. {why}",
    )  # fmt: skip
    row.save(update_fields=["organisation_id", "due_on", "owner", "version"])
    notify(by, marac_id, [organisation_id])
    audit.record(
        "changed_marac_action", "marac_action", row.id,
        detail={"organisation": organisation_id, "due_on": due_on.isoformat()},
    )  # fmt: skip
    return row


def _locked(action: MaracAction) -> MaracAction:
    row = MaracAction.objects.select_for_update(of=("self",), no_key=True).filter(id=action.id).first()
    if row is None:
        raise Refused("This action is no longer yours to answer.")
    return row


def _marac_of(row: MaracAction) -> int:
    found = Item.objects.filter(id=row.item_id).values_list("meeting__marac_id", flat=True).first()
    if found is None:
        raise Refused("Only the chair and the coordinator of this MARAC can do this.")
    return int(found)


def _tell(row: MaracAction, words: str, more: str) -> None:
    # Who answers may no longer see the item itself: its number is enough.
    item = Item(id=row.item_id)
    tell_case(item, words, more)
    meeting = Item.objects.filter(id=row.item_id).values_list("meeting_id", flat=True).first()
    if meeting is not None:
        tick(meeting)
