"""Who sits at a MARAC. A seat is given and ended, never changed; it opens what lies on the table, and closes it."""

from __future__ import annotations

from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.platform.common.errors import Refused
from leeward.response.marac.models import Marac, Seat
from leeward.response.marac.queries.maracs import arranged

NOT_YOURS = "Ask the administrator of the partnership, or whoever coordinates this MARAC."
NO_ROLE = (
    "They cannot have this seat: they must work for an agency of this MARAC, and its administrator must have given "
    "them the role of a MARAC representative, or for chair and coordinator that of a MARAC coordinator or chair."
)


def may_seat(*, by: Acting, marac_id: int) -> bool:
    """Whether whoever acts may give and end seats here."""
    return by.may(Permission.MANAGE_PARTNERSHIP) or marac_id in arranged()


@transaction.atomic
def give_seat(*, by: Acting, marac: Marac, user_id: int, organisation_id: int, part: str) -> Seat:
    """Give somebody a seat for their organisation: what lies on the table opens to them at once."""
    if not may_seat(by=by, marac_id=marac.id):
        raise Refused(NOT_YOURS)
    seat = Seat(
        marac=marac, user_id=user_id, organisation_id=organisation_id, part=part, added_by_id=by.user_id
    )  # fmt: skip
    try:
        with transaction.atomic():
            seat.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused("They have this seat already.") from twice
    except DatabaseError as hidden:  # the row policy: no role, no membership, or no agency of this MARAC
        raise Refused(NO_ROLE) from hidden
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_open_to_seat(%s)", [seat.id])
        opened = int(cursor.fetchone()[0])
    audit.record(
        "gave_marac_seat", "marac", marac.id,
        detail={"user": user_id, "organisation": organisation_id, "part": part, "opened": opened},
    )  # fmt: skip
    return seat


@transaction.atomic
def end_seat(*, by: Acting, seat: Seat) -> int:
    """End a seat: what it opened closes at once, unless the same person has another one. Answers how many cases."""
    own = seat.user_id == by.user_id
    if not own and not may_seat(by=by, marac_id=seat.marac_id):
        raise Refused(NOT_YOURS)
    if not Seat.objects.filter(id=seat.id, ended_at=None).update(ended_at=timezone.now()):
        raise Refused("This seat has ended already.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT marac_close(%s, %s, %s, NULL)", [seat.marac_id, seat.user_id, seat.organisation_id])
        closed = int(cursor.fetchone()[0])
    audit.record(
        "ended_marac_seat", "marac", seat.marac_id,
        detail={"user": seat.user_id, "organisation": seat.organisation_id, "part": seat.part, "closed": closed},
    )  # fmt: skip
    return closed
