"""Contacts, attempts, decisions, offers to services, receipts for referrers, targets."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Value
from django.db.models.functions import Concat
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership, Team, User
from leeward.platform.common.models import Derived, Record
from leeward.platform.directory.models import Service
from leeward.record.cases.models import Case, Involvement
from leeward.record.people.models import ContactDetail, Person


class Contact(Record):
    """Somebody asked for help, or somebody asked for them. In triage until it is handed on or closed."""

    NEW, TAKEN, OFFERED, CLOSED, HANDED_ON = "new", "taken", "offered", "closed", "handed_on"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")  # the access point
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")  # its team that holds triage
    reference = models.CharField(max_length=20)
    route = models.CharField(max_length=20)  # code list contact_route
    about = models.CharField(max_length=20)  # code list contact_about
    side = models.CharField(max_length=20, default="harmed")  # code list side
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # who is to be helped
    status = models.CharField(max_length=10, default=NEW)
    received_at = models.DateTimeField(default=timezone.now)
    risk = models.CharField(max_length=10, default="unknown")  # code list risk_level
    risk_reason = models.CharField(max_length=300, blank=True)  # why, from the answers, in words
    danger_now = models.BooleanField(default=False)
    child_danger = models.BooleanField(default=False)
    attempt_due_at = models.DateTimeField()
    first_attempt_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField("when they are to be tried again", null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    handed_on_at = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assigned_at = models.DateTimeField(null=True, blank=True)
    area_code = models.CharField(max_length=9, blank=True)
    language = models.CharField(max_length=10, blank=True)
    needs = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    children = models.PositiveSmallIntegerField(default=0)
    is_pregnant = models.CharField(max_length=10, default="unknown")
    story = models.TextField("what happened, in their own words", blank=True)
    answers = models.JSONField(default=dict)  # every answer by question key
    question_set = models.CharField(max_length=60, blank=True)  # set and version that the answers are to
    # Safe contact in one sentence for the list; the rules themselves are the person's ContactDetail.
    safe_contact = models.CharField(max_length=300, blank=True)
    contact_windows = models.JSONField(default=list, blank=True)  # as ContactDetail.windows
    may_contact = models.CharField(max_length=10, default="unknown")  # yes, windows, no, unknown
    must_not_know = models.CharField("who must not know", max_length=2000, blank=True)
    consent_to_share = models.CharField(max_length=20, default="not_asked")  # yes, ask, no, not_asked
    consent_note = models.CharField(max_length=1000, blank=True)
    lawful_basis = models.CharField(max_length=40, blank=True)
    told = models.CharField(max_length=20, blank=True)  # code list told: whether the person knows of this contact
    known_before = models.CharField(max_length=10, default="unchecked")  # unchecked, no, possible, yes
    known_to = models.CharField("service to ring", max_length=300, blank=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_by_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(
                fields=["team", "status", "received_at"],
                name="contact_queue",
                condition=models.Q(status__in=["new", "taken", "offered"]),
            ),
            models.Index(fields=["team", "-received_at"], name="contact_team_received"),
            models.Index(fields=["person"], name="contact_person"),
            models.Index(fields=["case"], name="contact_case"),
            models.Index(fields=["reference"], name="contact_reference"),
        ]


class ContactPerson(Record):
    """Somebody else named in a contact: a child, who is said to cause harm, the friend who wrote."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20)  # code list part_in_case


class KeptOut(Record):
    """Somebody who must not know, as they were named: looked for again when a user gets a place or a name.

    One row for each person who was named, with keyed hashes of the words that were said: read by SQL functions alone.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    keys = ArrayField(models.BigIntegerField())
    named_at = models.DateTimeField(default=timezone.now)


class SameName(Record):
    """A user has the name of somebody who is said to cause harm: the data protection lead looks. No wall by itself.

    Written by SQL functions alone.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")  # who is said to cause harm
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    found_at = models.DateTimeField(default=timezone.now)
    looked_at = models.DateTimeField(null=True, blank=True)
    looked_by_name = models.CharField(max_length=120, blank=True)
    outcome = models.CharField(max_length=10, blank=True)  # same (a wall was put up), other (somebody else)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "user"], name="same_name_once")]


class Referrer(Record):
    """Who referred, as they said themselves; kept apart, since who told must not be learned from the contact."""

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="referrer")
    kind = models.CharField(max_length=30)  # code list referrer_kind
    organisation_name = models.CharField(max_length=200, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    user_id = models.BigIntegerField(null=True)


class Receipt(Record):
    """What a referrer may learn: received, being worked on, accepted, not reached, passed on. Opened by a code."""

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="receipt")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    reference = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user_id = models.BigIntegerField(null=True)
    status = models.CharField(
        max_length=20, default="received"
    )  # received, working, accepted, not_reached, passed_on, ended
    sent_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)


class StandingAttempts(models.Manager["Attempt"]):
    """Attempts that were made: without those that were recorded by mistake and taken back."""

    def get_queryset(self) -> models.QuerySet[Attempt]:
        """Those that stand."""
        return super().get_queryset().filter(taken_back_at=None)


class Attempt(Record):
    """One try to reach somebody, or that they got in touch themselves.

    `objects` are those that stand, so that who asks without a thought meets none that never was; `ever` has all.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    how = models.CharField(max_length=10)  # code list attempt_how
    outcome = models.CharField(max_length=20)  # code list attempt_outcome
    outside_safe_time = models.BooleanField(default=False)
    why_outside = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    next_at = models.DateTimeField("when to try again", null=True, blank=True)
    next_why = models.CharField("why then, outside the safe times", max_length=300, blank=True)
    way = models.ForeignKey(ContactDetail, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    they_came = models.BooleanField("they got in touch with us", default=False, db_default=False)
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by_id = models.BigIntegerField(null=True)
    taken_back_by_name = models.CharField(max_length=120, blank=True, db_default="")
    taken_back_why = models.CharField(max_length=300, blank=True, db_default="")

    objects = StandingAttempts()
    ever = models.Manager["Attempt"]()


class ContactStatus(Record):
    """One change of a contact's status: immutable, with who and when."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=10)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True)


class Decision(Record):
    """What was decided about a contact, by whom. A later one replaces it; the earlier stays."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20)  # code list contact_outcome
    note = models.CharField(max_length=2000, blank=True)
    signposted_to = models.CharField(max_length=300, blank=True)
    duplicate_of = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_id = models.BigIntegerField()
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_id = models.BigIntegerField(null=True)


class Offer(Record):
    """A contact offered to a service: accepted, returned with a reason, withdrawn, or escalated when nobody answers."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="offers")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    involvement = models.OneToOneField(Involvement, on_delete=models.PROTECT, related_name="offer")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    team_of_triage = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=20)
    proposed_by = models.CharField("why this service was proposed", max_length=300, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    status = models.CharField(max_length=10, default="offered")  # offered, accepted, returned, withdrawn
    offered_at = models.DateTimeField(default=timezone.now)
    answer_due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    told_late_at = models.DateTimeField("when both sides were told that it is late", null=True, blank=True)
    return_reason = models.CharField(max_length=40, blank=True)
    return_note = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "status", "answer_due_at"], name="offer_organisation"),
            models.Index(fields=["team_of_triage", "status", "answer_due_at"], name="offer_triage"),
        ]


def from_the_beginning() -> datetime:
    """Since when a target holds that nobody gave a beginning."""
    return datetime(2000, 1, 1, tzinfo=UTC)


class Target(Record):
    """Within how many hours a first attempt is promised, by risk; set by the partnership from a day on.

    Rows are never changed: a new one replaces the last from its beginning on, and the old ones are the history. One
    that has not begun can be withdrawn.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="targets")
    risk = models.CharField(max_length=10)
    hours = models.DecimalField(max_digits=5, decimal_places=1)
    is_working_time = models.BooleanField("counted in working hours, else round the clock", default=True)
    opens = models.TimeField(default="09:00")
    closes = models.TimeField(default="17:00")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)
    starts_at = models.DateTimeField("holds for contacts received from", default=from_the_beginning)
    set_at = models.DateTimeField(default=timezone.now)
    set_by_id = models.BigIntegerField(null=True)
    set_by_name = models.CharField(max_length=120, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [models.Index(fields=["partnership", "risk", "-starts_at"], name="target_risk")]


class PublicDraft(Record):
    """Answers of a visitor between two pages: sealed, gone after an hour, on leaving, and when they are sent."""

    token_hash = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    updated_at = models.DateTimeField(default=timezone.now)


class ContactCount(Record):
    """One line a contact for counting: no person, no reference, kept when the contact has left sight.

    Counts add up to what commissioners are told; who counts never opens a contact for it.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person_id = models.BigIntegerField()  # for walls only, never shown
    contact_id = models.BigIntegerField(unique=True)
    received_on = models.DateField()
    route = models.CharField(max_length=20)
    about = models.CharField(max_length=20)
    side = models.CharField(max_length=20)
    referrer_kind = models.CharField(max_length=30, blank=True)
    area_code = models.CharField(max_length=9, blank=True)
    risk = models.CharField(max_length=10)
    outcome = models.CharField(max_length=20, blank=True)
    minutes_to_attempt = models.PositiveIntegerField("minutes to the first attempt", null=True)
    minutes_to_decision = models.PositiveIntegerField("minutes to the decision", null=True)
    attempt_in_time = models.BooleanField(null=True)
    # The five codes in one: a year of them is grouped once, in a quarter of the time of five.
    kind = Derived(
        expression=Concat(
            "route", Value("|"), "outcome", Value("|"), "referrer_kind", Value("|"), "about", Value("|"), "risk"
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        # Everything that is counted stands in the index: a year of a big partnership is read without its rows.
        indexes = [
            models.Index(
                fields=["partnership", "received_on"],
                include=[
                    "person_id", "kind", "area_code", "minutes_to_attempt", "minutes_to_decision", "attempt_in_time",
                ],
                name="count_partnership_day",
            )
        ]  # fmt: skip
