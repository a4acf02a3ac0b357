"""The short meeting of each working day: its list put together in one step, who acts today, and the next one begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from leeward.platform.access import audit
from leeward.platform.access.acting import Acting
from leeward.platform.access.models import User
from leeward.platform.common.errors import Refused
from leeward.record.cases.models import Case
from leeward.response.front_door.actions.triage import assign_contact
from leeward.response.front_door.models import Contact
from leeward.response.marac.actions.agenda import build_agenda
from leeward.response.marac.actions.meetings import MeetingFacts, next_free, plan_meetings
from leeward.response.marac.actions.referring import ReferralFacts, refer_case
from leeward.response.marac.actions.table import ask, must_arrange, tick
from leeward.response.marac.models import ContactItem, Marac, MaracAgency, Meeting, Seat
from leeward.response.marac.queries.daily import IN_TRIAGE, coming, triage_team, with_whole_sight
from leeward.response.marac.queries.referrals import newest_assessment, risk_in_words
from leeward.response.marac.rules.referring import JUDGEMENT

# A morning's list waits for nobody's signature; who acts tells them when it is safe.
BASIS = "legitimate_safeguarding"
NOT_TOLD = "It became high since the last daily meeting. Whoever acts today tells them when it is safe."


@transaction.atomic
def put_on_list(*, by: Acting, marac: Marac, cases: Sequence[int]) -> int:
    """Put cases that one works in on the list of the coming daily meeting, in one step; answers how many."""
    if not Seat.objects.filter(
        marac=marac, user_id=by.worker_id, organisation_id=by.acts_for, ended_at=None
    ).exists() or marac.kind != Marac.DAILY:  # fmt: skip
        raise Refused("Only who sits at this daily meeting puts cases on its list.")
    meeting = coming(marac)
    if meeting is None:
        raise Refused("No daily meeting is planned. Whoever coordinates it begins the next one.")
    rows = list(Case.objects.filter(id__in=with_whole_sight(cases)).select_related("person").order_by("risk_on", "id"))
    if not rows:
        raise Refused("Tick at least one case that you work in.")
    kind = MaracAgency.objects.filter(marac=marac, organisation_id=by.acts_for).values_list("kind", flat=True).first()
    for case in rows:
        assessment = newest_assessment(case)
        criteria = tuple(code for code in (assessment.criteria if assessment else ()) if code != "repeat")
        since = f" since {case.risk_on:%-d %B}" if case.risk_on else ""
        judged = assessment.judgement if assessment else ""
        why = judged if len(judged) >= JUDGEMENT else f"{judged} The risk is high{since}: who acts today?".strip()
        facts = ReferralFacts(
            criteria=criteria or ("judgement",), why=why, aware="not_told", not_aware_why=NOT_TOLD,
            lawful_basis=BASIS, agency_kind=kind or "other", risk_words=risk_in_words(assessment),
        )  # fmt: skip
        referral = refer_case(by=by, case=case, marac=marac, facts=facts, assessment=assessment)
        if ask("marac_put_on_list", referral.id, meeting.id) is None:
            raise Refused("The meeting was ended while you were looking at its list. Look again.")
    audit.record("put_on_daily_list", "meeting", meeting.id, listed=[case.id for case in rows])
    return len(rows)


@transaction.atomic
def begin_daily(*, by: Acting, marac: Marac) -> Meeting:
    """The next daily meeting, if none is to come: today where agencies work and nothing was held yet, else later."""
    must_arrange(by, marac.id)
    there = coming(marac)
    if there is None:
        now = timezone.localtime()
        held = Meeting.objects.filter(marac=marac).exclude(status=Meeting.CANCELLED).order_by("-begins_at").first()
        first = now.date()
        if held is not None:
            first = max(first, timezone.localdate(held.begins_at) + timedelta(days=1))
        day = next_free(first)
        at = marac.begins or now.time().replace(second=0, microsecond=0)
        facts = MeetingFacts(on=day, at=at, place=marac.place, lasts=_lasts(marac))
        there = plan_meetings(by=by, marac=marac, facts=facts)[0]
    if there.status == Meeting.PLANNED:
        build_agenda(by=by, meeting=there)  # what was put off waits for it
    return there


def _lasts(marac: Marac) -> int:
    return min(max(marac.case_limit * marac.minutes_a_case, 15), 600)


@transaction.atomic
def say_who_acts(*, by: Acting, marac: Marac, contact_id: int, user_id: int) -> str:
    """Who of the triage team acts today for a contact that has no case yet; answers their name.

    That puts the contact on the list of the meeting that is on or comes next: its reference and who acts, no name.
    """
    if not Seat.objects.filter(
        marac=marac, user_id=by.worker_id, organisation_id=by.acts_for, ended_at=None
    ).exists():  # fmt: skip
        raise Refused("Only who sits at this daily meeting can do this.")
    contact = Contact.objects.filter(id=contact_id, status__in=IN_TRIAGE).first()
    if contact is None:
        raise Refused("This contact is no longer in triage.")
    chosen = next((one for one in triage_team(by, [contact]).get(contact.team_id, ()) if one.id == user_id), None)
    if chosen is None:
        raise Refused("Choose who of the triage team acts today.")
    assign_contact(by=by, contact=contact, to_user_id=chosen.id)
    meeting = coming(marac)
    if meeting is not None:
        _put_contact_on(by, meeting, contact, chosen)
    return chosen.name


def _put_contact_on(by: Acting, meeting: Meeting, contact: Contact, owner: User) -> None:
    """The contact is on the list, or stands there already and somebody else acts."""
    stands = ContactItem.objects.filter(meeting=meeting, contact=contact)
    if not stands.update(owner=owner, owner_name=owner.name, at=timezone.now()):
        ContactItem(
            meeting=meeting, contact=contact, person_id=contact.person_id, organisation_id=contact.organisation_id,
            reference=contact.reference, received_at=contact.received_at, owner=owner, owner_name=owner.name,
            put_on_by=by.user_name,
        ).save(force_insert=True)  # fmt: skip
    tick(meeting.id)
    audit.record("put_contact_on_daily_list", "contact", contact.id, person=contact.person_id)
