"""Two records of one human being: linked, never merged, and the link can be undone."""

from __future__ import annotations

from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.people.actions.facts import READ_ONLY
from leeward.record.people.models import PersonLink
from leeward.record.people.queries.sides import groups_of, may_be_changed
from leeward.record.people.rules.telling import tell
from leeward.record.people.rules.words import CHANGE, HELPED

BOTH_WHOLE = "Two records are linked by who works with both: you can read one of these, but not change it."
TWO_SIDES = (
    "One of these is the record of somebody who is helped, the other of somebody who works on their behaviour. "
    "The two never open from one another, so they are not linked."
)


def live_links(person_id: int) -> Q:
    """The links of one record that hold."""
    return (Q(first_id=person_id) | Q(second_id=person_id)) & Q(undone_at=None)


@transaction.atomic
def link_people(*, by: Acting, first_id: int, second_id: int, reason: str, quietly: bool = False) -> PersonLink:
    """Say that two records are of one person. Both keep their own facts; walls around one now stand around both.

    Raises Refused without a reason, where one of the two is not open to be changed, for records linked already, and
    for records of the two sides (a record that is only mentioned is on the side of whose case mentions it).
    `quietly`: the first record is just being made, and its own case tells that.
    """
    by.must(Permission.CASEWORK)
    if first_id == second_id:
        raise Refused("This is the same record.")
    if not reason.strip():
        raise Refused("Say how you know that they are the same person.")
    if may_be_changed([first_id, second_id]) != {first_id, second_id}:
        raise Refused(BOTH_WHOLE)
    known = groups_of([first_id, second_id])
    groups = [known[first_id], known[second_id]]
    if any(HELPED in one and CHANGE in other for one, other in (groups, groups[::-1])):
        raise Refused(TWO_SIDES)
    if PersonLink.objects.filter(live_links(first_id)).filter(live_links(second_id)).exists():
        raise Refused("These two records are linked already.")
    link = PersonLink(first_id=first_id, second_id=second_id, reason=reason[:300], linked_by_id=by.user_id)
    try:
        with transaction.atomic():
            link.save(force_insert=True)
    except DatabaseError as refused:
        raise Refused(READ_ONLY) from refused
    for one in (first_id, second_id):
        audit.record("linked_people", "person_link", link.id, person=one)
    tell(by, (second_id,) if quietly else (first_id, second_id), "Two records were linked as one person")
    return link


@transaction.atomic
def unlink_people(*, by: Acting, link_id: int, reason: str) -> PersonLink:
    """Undo a link: the two records stand for two people again, each as it was."""
    by.must(Permission.CASEWORK)
    link = PersonLink.objects.filter(id=link_id, undone_at=None).first()
    if link is None:
        raise Refused("This link has been undone already.")
    if not reason.strip():
        raise Refused("Say why they are two people.")
    changed = PersonLink.objects.filter(id=link_id, undone_at=None).update(
        undone_at=timezone.now(), undone_by_id=by.user_id, undone_reason=reason[:300]
    )
    if not changed:
        raise Refused(READ_ONLY)
    for one in (link.first_id, link.second_id):
        audit.record("unlinked_people", "person_link", link.id, person=one)
    tell(by, (link.first_id, link.second_id), "Two records are no longer linked")
    return link
