"""The data protection lead looks at a user who has the name of somebody who is said to cause harm."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.record.people.actions.walls import set_wall
from leeward.response.front_door.models import SameName

WHY = "Is said to cause harm in this record: found by the name"


@transaction.atomic
def answer_same_name(*, by: Acting, row_id: int, is_same: bool) -> None:
    """It is them: a wall stands around who is said to cause harm, and so around whom they harm. Or it is somebody else.

    Raises Refused where somebody has looked already, and for one's own name (which is not there to be seen).
    """
    by.must(Permission.REVIEW_ACCESS)
    row = SameName.objects.select_for_update(no_key=True).filter(id=row_id, looked_at=None).first()
    if row is None:
        raise Refused("This has been looked at already.")
    SameName.objects.filter(id=row.id).update(
        looked_at=timezone.now(), looked_by_name=by.user_name, outcome="same" if is_same else "other"
    )
    if is_same:
        set_wall(by=by, person_id=row.person_id, user_id=row.user_id, reason=WHY)
    audit.record("looked_at_same_name", "same_name", row.id, person=row.person_id, detail={"same": is_same})


@transaction.atomic
def look_again(*, by: Acting, row_id: int) -> None:
    """It was not looked at after all: the line is there again."""
    by.must(Permission.REVIEW_ACCESS)
    found = SameName.objects.filter(id=row_id, outcome="other").first()
    if found is None or not SameName.objects.filter(id=row_id).update(looked_at=None, looked_by_name="", outcome=""):
        raise Refused("This waits to be looked at already.")
    audit.record("unlooked_at_same_name", "same_name", row_id, person=found.person_id)
