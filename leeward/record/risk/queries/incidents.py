"""Incidents: those of a case that the reader sees, and how many there are over all agencies."""

from __future__ import annotations

from datetime import date

from django.db import connection

from leeward.record.cases.models import Case, CasePerson
from leeward.record.people.models import Person
from leeward.record.risk.models import Incident


def incident_count(person_id: int, since: date, until: date | None = None) -> int | None:
    """How many incidents any agency knows of some time, told twice counted once; None where the reader may not ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT risk_incident_count(%s, %s, %s)", [person_id, since, until])
        row = cursor.fetchone()
    return None if row is None else row[0]


def said_to_cause(case: Case) -> list[tuple[int, str]]:
    """Who is in a case as said to cause harm, of whom the reader sees, with the name they go by."""
    rows = CasePerson.objects.filter(case=case, part="said_to_cause_harm", ended_at=None).select_related("person")
    return [(row.person_id, row.person.called or "Name not known") for row in rows.order_by("added_at")]


def name_of(person_id: int | None) -> str:
    """What somebody is called; that they are not seen, where the reader does not see them."""
    if person_id is None:
        return ""
    row = Person.objects.filter(id=person_id).first()
    return (row.called or "Name not known") if row else "Somebody whom you may not see"


def incidents_of(case: Case, most: int = 100) -> list[Incident]:
    """The incidents of a case, newest first."""
    return list(Incident.objects.filter(case=case).order_by("-from_on", "-recorded_at")[:most])
