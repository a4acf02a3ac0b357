"""Set within how long a first attempt is promised. A promise that was given is kept; the new one holds for who comes
after it begins."""

from __future__ import annotations

from datetime import date, datetime, time

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.platform.reference.lists import choices
from leeward.platform.reference.working_time import LONDON
from leeward.response.front_door.models import Target
from leeward.response.front_door.rules import MOST_HOURS, promise_of

ONLY = "Only the administrator of the partnership sets targets."


@transaction.atomic
def set_target(
    *, by: Acting, risk: str, hours: int, is_working_time: bool, starts_on: date, opens: time = time(9),
    closes: time = time(17), weekdays: tuple[int, ...] = (0, 1, 2, 3, 4),
) -> Target:  # fmt: skip
    """Promise a first attempt within some hours to whoever comes from a day on; from this moment on if it is today."""
    by.must(Permission.MANAGE_PARTNERSHIP, ONLY)
    if risk not in dict(choices("risk_level")):
        raise Refused("There is no such level of risk.")
    if not 1 <= hours <= MOST_HOURS:
        raise Refused(f"Enter between 1 and {MOST_HOURS} hours.")
    if is_working_time and not weekdays:
        raise Refused("Choose at least one day on which somebody works.")
    if is_working_time and opens >= closes:
        raise Refused("The working day must end after it begins.")
    now, today = timezone.now(), timezone.localdate()
    if starts_on < today:
        raise Refused("It cannot begin in the past: promises that were given are kept.")
    target = Target(
        partnership_id=by.partnership_id, risk=risk, hours=hours, is_working_time=is_working_time, opens=opens,
        closes=closes, weekdays=sorted(weekdays), set_at=now, set_by_id=by.user_id, set_by_name=by.user_name,
        starts_at=now if starts_on == today else datetime.combine(starts_on, time(0), LONDON),
    )  # fmt: skip
    target.save(force_insert=True)
    audit.record(
        "set_target", "target", target.id,
        detail={"risk": risk, "promise": promise_of(target).words, "from": starts_on.isoformat()},
    )  # fmt: skip
    return target


@transaction.atomic
def withdraw_target(*, by: Acting, target: Target) -> None:
    """Take back a target that has not begun. One that holds already is replaced by another, never taken back."""
    by.must(Permission.MANAGE_PARTNERSHIP, ONLY)
    if target.partnership_id != by.partnership_id:
        raise Refused("This target is another partnership’s.")
    now = timezone.now()
    changed = Target.objects.filter(id=target.id, withdrawn_at=None, starts_at__gt=now).update(
        withdrawn_at=now, withdrawn_by_name=by.user_name
    )
    if not changed:
        raise Refused("It has begun, or was withdrawn already. Set another one instead.")
    audit.record("withdrew_target", "target", target.id, detail={"risk": target.risk})
