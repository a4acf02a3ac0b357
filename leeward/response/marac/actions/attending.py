"""Who is at the meeting: confidentiality accepted by name, apologies and observers."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.common.errors import Refused
from leeward.response.marac.actions.table import must_arrange, tick
from leeward.response.marac.models import Attendance, Meeting


@transaction.atomic
def accept_confidentiality(*, by: Acting, meeting: Meeting) -> Attendance:
    """Whoever acts takes part and accepts confidentiality, by name: once for each meeting."""
    if meeting.status not in (Meeting.CIRCULATED, Meeting.OPEN):
        raise Refused("The meeting has not been sent out yet, or is over.")
    row = Attendance.objects.filter(meeting=meeting, user_id=by.worker_id).first()
    if row is None:
        row = Attendance(
            meeting=meeting, organisation_id=by.acts_for, user_id=by.worker_id, name=by.user_name, status="present",
            accepted_at=timezone.now(),
        )  # fmt: skip
        row.save(force_insert=True)
    elif row.accepted_at is None:
        row.status, row.accepted_at, row.at = "present", timezone.now(), timezone.now()
        row.save(update_fields=["status", "accepted_at", "at"])
    tick(meeting.id)
    audit.record("accepted_confidentiality", "meeting", meeting.id)
    return row


@transaction.atomic
def write_attendance(
    *, by: Acting, meeting: Meeting, name: str, status: str, organisation_id: int | None, user_id: int | None = None
) -> Attendance:
    """The chair writes down apologies and observers; nobody accepts confidentiality for somebody else."""
    must_arrange(by, meeting.marac_id)
    if status not in ("apologies", "observer"):
        raise Refused("Who is present says so on their own screen: they accept confidentiality by name.")
    if user_id is not None and Attendance.objects.filter(meeting=meeting, user_id=user_id).exists():
        raise Refused("This person is on the list already.")
    row = Attendance(meeting=meeting, organisation_id=organisation_id, user_id=user_id, name=name, status=status)
    row.save(force_insert=True)
    tick(meeting.id)
    audit.record("wrote_attendance", "meeting", meeting.id, detail={"status": status})
    return row
