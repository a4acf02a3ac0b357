"""What says where somebody stands in the queue of the single point of access."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple


class Standing(NamedTuple):
    """The columns of a contact that its place hangs on: those of three pages are read for each page of the queue."""

    id: int
    danger_now: bool
    risk: str
    child_danger: bool
    about: str
    side: str
    status: str
    received_at: datetime
    attempt_due_at: datetime
    first_attempt_at: datetime | None
    may_contact: str
    contact_windows: list[dict[str, Any]]
    safe_contact: str
    person_id: int
    case_id: int | None
    assigned_to_id: int | None
