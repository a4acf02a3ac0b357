"""Incidents: those of a case that the reader sees, and how many there are over all agencies."""

from __future__ import annotations

from datetime import date

from django.db import connection

from leeward.record.cases.models import Case
from leeward.record.risk.models import Incident


def incident_count(person_id: int, since: date, until: date | None = None) -> int | None:
    """How many incidents any agency knows of some time, told twice counted once; None where the reader may not ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_incident_count(%s, %s, %s)", [person_id, since, until])
        row = cursor.fetchone()
    return None if row is None else row[0]


def incidents_of(case: Case, most: int = 100) -> list[Incident]:
    """The incidents of a case, newest first."""
    return list(Incident.objects.filter(case=case).order_by("-from_on", "-recorded_at")[:most])
