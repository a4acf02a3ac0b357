"""Actions of a MARAC: an agency's own list, and what is overdue at a table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.platform.access.models import Membership
from leeward.platform.access.roles import Permission
from leeward.platform.common.pages import page_of
from leeward.record.people.models import Person
from leeward.response.marac.models import Item, MaracAction, MaracAgency
from leeward.response.marac.queries.maracs import arranged

SOON = timedelta(days=7)
STATES = ("due", "overdue", "open", "done", "not_done", "changed", "all")


@dataclass(frozen=True)
class Chosen:
    """Which actions a list shows."""

    state: str = "due"
    for_whom: str = ""
    agency: int | None = None  # of the tables that one arranges; None: one's own agency
    everybody: bool = False  # all agencies of the tables that one arranges
    page: int = 1
    mine: bool = False  # of one's own agency those alone that one does oneself, or that nobody in particular does


def actions_of(by: Acting, chosen: Chosen) -> tuple[list[MaracAction], bool]:
    """A page of actions: of one's own agency, or of the tables that one arranges; and whether there are more.

    What has a day comes by its day, what is looked back on newest first.
    """
    if chosen.everybody:
        rows = MaracAction.objects.filter(item__meeting__marac_id__in=arranged())
    elif chosen.agency is not None:
        rows = MaracAction.objects.filter(item__meeting__marac_id__in=arranged(), organisation_id=chosen.agency)
    else:
        # Not joined with the item: an action stays its agency's when the table's sight of the item has ended.
        rows = MaracAction.objects.filter(organisation_id=by.acts_for)
        if chosen.mine:
            nobodys = Q(owner_id=None) if by.may(Permission.MARAC) else Q()
            rows = rows.filter(Q(owner_id=by.worker_id) | nobodys)
    today = timezone.localdate()
    if chosen.state in ("due", "overdue", "open"):
        rows = rows.filter(status=MaracAction.OPEN)
    elif chosen.state != "all":
        rows = rows.filter(status=chosen.state)
    if chosen.state == "due":
        rows = rows.filter(due_on__lte=today + SOON)
    elif chosen.state == "overdue":
        rows = rows.filter(due_on__lt=today)
    if chosen.for_whom:
        rows = rows.filter(for_whom=chosen.for_whom)
    order = ("due_on", "id") if chosen.state in ("due", "overdue") else ("-added_at", "-id")
    return page_of(rows.select_related("owner", "organisation").order_by(*order), chosen.page)


def sitting_agencies(marac_id: int) -> list[MaracAgency]:
    """The agencies that sit at a MARAC, by name."""
    rows = MaracAgency.objects.filter(marac_id=marac_id, until_on=None).select_related("organisation")
    return list(rows.order_by("organisation__name"))


def agencies_arranged() -> list[tuple[int, str]]:
    """The agencies of the MARACs that whoever acts arranges, by name; none for everybody else."""
    rows = MaracAgency.objects.filter(marac_id__in=arranged(), until_on=None).order_by("organisation__name")
    return list(rows.values_list("organisation_id", "organisation__name").distinct())


@dataclass(frozen=True)
class Actor:
    """Somebody who can be named to act on an item, for their agency."""

    user_id: int
    name: str
    organisation_id: int
    organisation: str

    @property
    def key(self) -> str:
        """What stands for them in a list."""
        return f"{self.user_id}-{self.organisation_id}"


@dataclass(frozen=True)
class Able:
    """The agencies that can act on an item (number, name, as what it counts), and who of them can be named."""

    agencies: list[tuple[int, str, str]]
    actors: list[Actor]


def who_could_act(item_id: int) -> Able:
    """Who sits at the table, was there or brings the item, by agency; nobody who may not know of it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, organisation, kind, user_id, name FROM marac_could_act(%s)", [item_id]
        )  # fmt: skip
        rows = cursor.fetchall()
    return Able(
        list(dict.fromkeys((pk, agency, kind) for pk, agency, kind, _, _ in rows)),
        [Actor(user_id, name, pk, agency) for pk, agency, _, user_id, name in rows if user_id is not None],
    )


def may_know(item_id: int, user_id: int) -> bool:
    """Whether somebody may know of an item, for who arranges it: no wall, and named where its case is restricted."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM marac_may_know(%s, %s::bigint[]))", [item_id, [user_id]])
        (may,) = cursor.fetchone()
    return bool(may)


def people_named(organisation_id: int, name: str) -> list[int]:
    """Who works for an agency under this name."""
    rows = Membership.objects.filter(organisation_id=organisation_id, is_active=True, user__name__iexact=name)
    return list(rows.values_list("user_id", flat=True)[:3])


def people_of(item_ids: Collection[int]) -> dict[int, str]:
    """Whom actions are about, by item: nothing for one whose item its reader no longer sees."""
    items = dict(Item.objects.filter(id__in=item_ids).values_list("id", "person_id"))
    names = dict(Person.objects.filter(id__in=items.values()).values_list("id", "called"))
    return {item: names.get(person, "") for item, person in items.items()}


def find_action(action_id: int) -> MaracAction:
    """One action. Raises Http404 where it is hidden or missing."""
    row = MaracAction.objects.select_related("organisation", "owner").filter(id=action_id).first()
    if row is None:
        raise Http404
    return row
