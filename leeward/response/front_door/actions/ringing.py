"""Somebody rings with the reference that they were given, and a service has the contact by now."""

from __future__ import annotations

from django.db import connection, transaction

from leeward.platform.access.acting import Acting
from leeward.platform.access.roles import Permission
from leeward.record.people.actions.checking import Known, Outcome, limited_check
from leeward.response.front_door.actions.triage import TRIAGE_ONLY

REASON = "Somebody said a reference to the access point"


@transaction.atomic
def ask_who_has(*, by: Acting, reference: str) -> Outcome:
    """Which service has the contact with this reference, and its telephone number: never a name or anything else of it.

    A reference is easier to guess than a name: each asking is a check of the index, with its log and its limits. Who
    is walled, and who asks for a restricted case, is answered just as if there were none.
    """
    by.must(Permission.TRIAGE, TRIAGE_ONLY)

    def answers() -> Outcome:
        with connection.cursor() as cursor:
            cursor.execute("SELECT organisation, phone FROM front_door_who_has(%s)", [reference])
            return Outcome(tuple(Known("", *row) for row in cursor.fetchall()))

    return limited_check(by=by, asked=reference, about="reference", reason=REASON, answers=answers)
