"""Actions of a MARAC: an agency's own list, and what is overdue at a table."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.record.people.models import Person
from leeward.response.marac.models import Item, MaracAction

SOON = timedelta(days=7)
MOST = 200


def my_actions(by: Acting, which: str = "due") -> list[MaracAction]:
    """Actions of one's own agency: `due` (open, in seven days or late), `overdue`, `open`, or `all`."""
    rows = MaracAction.objects.filter(organisation_id=by.acts_for)
    today = timezone.localdate()
    if which == "overdue":
        rows = rows.filter(status=MaracAction.OPEN, due_on__lt=today)
    elif which == "due":
        rows = rows.filter(status=MaracAction.OPEN, due_on__lte=today + SOON)
    elif which == "open":
        rows = rows.filter(status=MaracAction.OPEN)
    # Not joined with the item: an action stays its agency's when the table's sight of the item has ended.
    return list(rows.select_related("owner").order_by("due_on", "id")[:MOST])


def open_of(by: Acting, until: date) -> list[MaracAction]:
    """Open actions that are due by a day: one's own, and one's agency's that have no owner or where one sits."""
    return list(
        MaracAction.objects.filter(organisation_id=by.acts_for, status=MaracAction.OPEN, due_on__lte=until)
        .filter(Q(owner_id=by.user_id) | Q(owner=None))
        .order_by("due_on", "id")[:MOST]
    )


def people_of(actions: list[MaracAction]) -> dict[int, str]:
    """Whom actions are about, by item: nothing for one whose item its reader no longer sees."""
    items = dict(Item.objects.filter(id__in=[one.item_id for one in actions]).values_list("id", "person_id"))
    names = dict(Person.objects.filter(id__in=items.values()).values_list("id", "called"))
    return {item: names.get(person, "") for item, person in items.items()}


def find_action(action_id: int) -> MaracAction:
    """One action. Raises Http404 where it is hidden or missing."""
    row = MaracAction.objects.select_related("organisation", "owner").filter(id=action_id).first()
    if row is None:
        raise Http404
    return row
