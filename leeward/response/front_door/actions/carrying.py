"""What a referrer screened goes along: in the case it stands as their finished assessment."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from leeward.platform.access.acting import Acting
from leeward.record.cases.models import Case
from leeward.record.risk.actions.assessing import Judgement, begin_assessment, finish_assessment, save_answers
from leeward.record.risk.instruments import Given
from leeward.record.risk.models import Assessment, InstrumentVersion
from leeward.record.risk.queries.assessments import age_of
from leeward.record.risk.queries.thresholds import definition_of
from leeward.response.front_door.models import Contact


@transaction.atomic
def carry_screen(*, by: Acting, contact: Contact, case: Case) -> Assessment | None:
    """Put the answers of a referrer to an instrument into the case that the contact became, and name who gave them.

    Nothing where none was asked, or where the instrument is not for the age that is known by now: then the answers
    stay with the contact.
    """
    kept = contact.answers.get("screen") if isinstance(contact.answers, dict) else None
    if not kept or case.side == "causing_harm":
        return None
    version = InstrumentVersion.objects.get(id=kept["made_of"])
    if not definition_of(version).ages.fit(age_of(contact.person)):
        return None
    on = timezone.localdate(contact.received_at)
    begun = begin_assessment(by=by, case=case, instrument=version)
    # It was made when they referred, however long the contact waited.
    Assessment.objects.filter(id=begun.id).update(started_at=contact.received_at)
    given = {item: Given(answer) for item, answer in kept["given"].items()}
    saved = save_answers(by=by, assessment=begun, given=given, version=begun.version)
    made = finish_assessment(by=by, assessment=saved, judgement=Judgement(assessed_on=on), version=saved.version)
    with connection.cursor() as cursor:
        cursor.execute("SELECT front_door_screened_by_referrer(%s, %s)", [contact.id, made.id])
    return made
