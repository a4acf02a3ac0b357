"""MARACs, who sits at them, referrals, meetings, research, minutes, actions, flags, transfers, the return.

Columns of different secrecy are tables of their own: that an agency has returned its research is the chair's to know,
what it wrote is its own until its representative shares it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership, User
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case
from leeward.record.people.models import Person
from leeward.record.risk.models import Assessment
from leeward.response.front_door.models import Contact


class Marac(Record):
    """One MARAC of a partnership (or its short daily triage meeting: the same parts, each working day)."""

    MARAC, DAILY = "marac", "daily"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, default=MARAC)
    areas = ArrayField(models.CharField(max_length=9), default=list)  # GSS codes; none: the whole partnership
    every_days = models.PositiveSmallIntegerField("days from one meeting to the next", default=14)
    begins = models.TimeField("usual hour", null=True, blank=True)
    place = models.CharField("where it usually meets", max_length=120, blank=True)
    case_limit = models.PositiveSmallIntegerField("most cases of a meeting", default=16)
    minutes_a_case = models.PositiveSmallIntegerField(default=12)
    refer_days = models.PositiveSmallIntegerField("referrals are due so many days before", default=8)
    research_days = models.PositiveSmallIntegerField("research is due so many days before", default=2)
    sight_days = models.PositiveSmallIntegerField("agencies see a case so many days after its meeting", default=28)
    flag_months = models.PositiveSmallIntegerField(default=12)
    # For the return: how many women of 16 and over live here, and where that number is from. Not known: no rate.
    adult_females = models.PositiveIntegerField(null=True, blank=True)
    adult_females_source = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "name"], name="marac_name_once")]

    def __str__(self) -> str:
        return self.name


class MaracAgency(Record):
    """An organisation that sits at a MARAC, and as what it counts in the return (code list marac_agency)."""

    marac = models.ForeignKey(Marac, on_delete=models.PROTECT, related_name="agencies")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # code list marac_agency
    researches = models.BooleanField("returns research on each case", default=True)
    from_on = models.DateField(default=timezone.localdate)
    until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["marac", "organisation"], condition=models.Q(until_on=None), name="marac_agency_once"
            )
        ]


class Seat(Record):
    """Somebody's place at a MARAC: chair, coordinator, representative of their agency, deputy. Ended, not changed."""

    CHAIR, COORDINATOR, REPRESENTATIVE, DEPUTY = "chair", "coordinator", "representative", "deputy"

    marac = models.ForeignKey(Marac, on_delete=models.PROTECT, related_name="seats")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20)  # code list marac_part
    from_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    added_by_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["marac", "organisation", "user", "part"], condition=models.Q(ended_at=None), name="seat_once"
            )
        ]
        indexes = [models.Index(fields=["user", "organisation"], name="seat_user")]


class Meeting(Record):
    """One day of a MARAC. Status moves as MEETING_MOVES says; a meeting that is moved keeps where it was before."""

    PLANNED, CIRCULATED, OPEN, HELD, MINUTED, CANCELLED = (
        "planned", "circulated", "open", "held", "minuted", "cancelled",
    )  # fmt: skip

    marac = models.ForeignKey(Marac, on_delete=models.PROTECT, related_name="meetings")
    begins_at = models.DateTimeField()
    place = models.CharField(max_length=120, blank=True)
    referrals_due_at = models.DateTimeField()
    research_due_at = models.DateTimeField()
    status = models.CharField(max_length=12, default=PLANNED)
    current_item_id = models.BigIntegerField(null=True)  # what the room speaks of now
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    circulated_at = models.DateTimeField(null=True, blank=True)
    minutes_out_at = models.DateTimeField(null=True, blank=True)
    notes = models.CharField("any other business, with no person's details", max_length=4000, blank=True)
    lasts = models.PositiveSmallIntegerField("minutes it may last", default=180)
    # Raised by whatever a screen of the meeting shows: a screen that asks with the newest tick is drawn nothing.
    tick = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["marac", "-begins_at"], name="meeting_marac")]


MEETING_MOVES: dict[str, tuple[str, ...]] = {
    Meeting.PLANNED: (Meeting.CIRCULATED, Meeting.OPEN, Meeting.CANCELLED),
    Meeting.CIRCULATED: (Meeting.OPEN, Meeting.CANCELLED),
    Meeting.OPEN: (Meeting.HELD,),
    Meeting.HELD: (Meeting.MINUTED, Meeting.OPEN),
    Meeting.MINUTED: (),
    Meeting.CANCELLED: (Meeting.PLANNED,),  # held after all
}


class MeetingChange(Record):
    """A change of a meeting's day or status: immutable, with who, when and why."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="changes")
    status = models.CharField(max_length=12)
    begins_at = models.DateTimeField()  # as it stood from then on
    why = models.CharField(max_length=500, blank=True)
    by_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)


class Referral(Record):
    """A case put before a MARAC, with what the agencies are sent: written down as it was sent, whatever comes later."""

    SENT, RETURNED, LISTED, HEARD, WITHDRAWN = "sent", "returned", "listed", "heard", "withdrawn"

    marac = models.ForeignKey(Marac, on_delete=models.PROTECT, related_name="referrals", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marac_referrals", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    referrer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    referrer_name = models.CharField(max_length=120)
    agency_kind = models.CharField(max_length=20)  # code list marac_agency: for the return, as it was then
    referred_at = models.DateTimeField(default=timezone.now)
    criteria = ArrayField(models.CharField(max_length=20))  # code list risk_criterion
    why = models.CharField("why now, and what is feared", max_length=4000)
    # Of the assessment: instrument, points, level, what was answered yes. Frozen: it is what was sent.
    risk_words = models.JSONField(default=dict)
    wishes = models.CharField("what they want, in their words", max_length=2000, blank=True)
    afraid_of = models.CharField(max_length=500, blank=True)
    safe_to_talk = models.CharField("who it is safe to talk to", max_length=500, blank=True)
    not_safe_to_talk = models.CharField("who it is not safe to talk to", max_length=500, blank=True)
    aware = models.CharField(max_length=20)  # code list marac_aware: told_agreed, told_disagreed, not_told
    not_aware_why = models.CharField(max_length=1000, blank=True)
    lawful_basis = models.CharField(max_length=40)  # code list lawful_basis
    other_marac = models.CharField("heard by another area's MARAC: where and when", max_length=300, blank=True)
    # The system's finding, by the national definition: the last referral of the same people within 12 months.
    is_repeat = models.BooleanField(default=False)
    repeat_of_on = models.DateField("when they were heard last", null=True, blank=True)
    is_late = models.BooleanField(default=False)
    late_why = models.CharField(max_length=500, blank=True)
    # It came too late for this meeting and can wait: it is for the one after, whichever that will be.
    skips = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    status = models.CharField(max_length=10, default=SENT)
    status_words = models.CharField("what is missing, or why it was withdrawn", max_length=1000, blank=True)
    status_at = models.DateTimeField(default=timezone.now)
    status_by = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            # Lists are newest first, for one MARAC or one agency: whoever reads a page of them is judged for a page.
            models.Index(fields=["marac", "referred_at"], name="marac_referral_newest"),
            models.Index(fields=["organisation", "referred_at"], name="marac_referral_ours"),
            models.Index(fields=["case", "-referred_at"], name="marac_referral_case"),
            models.Index(fields=["person", "-referred_at"], name="marac_referral_person"),
            models.Index(fields=["marac", "status", "referred_at"], name="marac_referral_due"),
            models.Index(
                fields=["organisation"], condition=models.Q(status="returned"), name="marac_referral_returned"
            ),
        ]


class ReferralChange(Record):
    """A step of a referral: sent, returned for what was missing, sent again, listed, put off, heard, withdrawn."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="changes")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10)
    words = models.CharField(max_length=1000, blank=True)
    by_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField(default=timezone.now)


class Item(Record):
    """A referral on the agenda of one meeting."""

    LISTED, HEARD, PUT_OFF, WITHDRAWN = "listed", "heard", "put_off", "withdrawn"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items", db_index=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    children = models.PositiveSmallIntegerField(default=0)  # as it was when the agenda was built
    status = models.CharField(max_length=10, default=LISTED)
    why_not = models.CharField("why it was put off or withdrawn", max_length=500, blank=True)
    # Who brings it: the referrer takes part in this one item, whether or not they have a seat.
    brought_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    brought_for = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    level = models.CharField("risk agreed in the meeting", max_length=10, blank=True)  # code list risk_level
    heard_at = models.DateTimeField(null=True, blank=True)
    listed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["meeting", "position"], name="marac_item_order")]
        constraints = [models.UniqueConstraint(fields=["meeting", "referral"], name="marac_item_once")]


class ContactItem(Record):
    """A contact that is still in triage, on the list of a daily meeting: its reference and who acts today, no name.

    When it has become a case and that is put on a list, the case's item follows it (`item`), with who acts.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="contact_items", db_index=False)
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)  # for walls alone
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    reference = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner_name = models.CharField("who acts today", max_length=120)
    put_on_by = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    item = models.OneToOneField(Item, on_delete=models.PROTECT, null=True, related_name="contact_item")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "contact"], name="contact_item_once")]


class Research(Record):
    """That an agency has returned its research on an item, or has not: for the chair. What it wrote is elsewhere."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="research", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    returned_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    chased = models.PositiveSmallIntegerField("how often", default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "organisation"], name="research_once")]


class ResearchAnswer(Record):
    """Whether an agency knows them: its own until shared in the meeting."""

    research = models.OneToOneField(Research, on_delete=models.PROTECT, related_name="answer")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    known = models.CharField(max_length=20)  # code list marac_known
    not_shared_why = models.CharField(max_length=1000, blank=True)
    author_name = models.CharField(max_length=120)
    written_at = models.DateTimeField(default=timezone.now)
    shared_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)


class ResearchLine(Record):
    """One thing that an agency knows: a fact with its day and source, or an opinion. Its own until shared."""

    FACT, OPINION = "fact", "opinion"

    research = models.ForeignKey(Research, on_delete=models.PROTECT, related_name="lines")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    about = models.CharField(max_length=20)  # code list marac_about
    happened_on = models.DateField(null=True, blank=True)
    words = models.CharField(max_length=2000)
    source = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    shared_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)  # taken back before it was shared


class Attendance(Record):
    """Who was there, and that they accepted confidentiality by name: once for each meeting."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendance")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    status = models.CharField(max_length=12)  # code list marac_attendance: present, apologies, observer
    accepted_at = models.DateTimeField("accepted confidentiality", null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "user"], condition=models.Q(user__isnull=False), name="attendance_once"
            )
        ]


class MinuteLine(Record):
    """One line of the minutes of an item. Lines are added side by side, so that two can minute at once.

    A correction is a new line that replaces the old one. `withheld_from`: organisations that this line is not for.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lines", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)  # code list marac_line: discussion, risk, voice, wishes
    words = models.CharField(max_length=4000)
    said_by = models.CharField("which agency said so", max_length=120, blank=True)
    withheld_from = ArrayField(models.BigIntegerField(), default=list, blank=True)
    author_id = models.BigIntegerField()
    author_name = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["item", "at"], name="minute_line_order")]
        constraints = [models.UniqueConstraint(fields=["replaces"], name="minute_line_replaced_once")]


class MaracAction(Record):
    """What one agency does by when, for whom. Done, not done, or not possible because things changed."""

    OPEN, DONE, NOT_DONE, CHANGED = "open", "done", "not_done", "changed"

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="actions", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marac_actions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField("of the action library", max_length=40, blank=True)
    words = models.CharField(max_length=1000)
    for_whom = models.CharField(max_length=20)  # code list marac_for: victim, child, causing_harm, staff
    wishes = models.CharField("what the victim wishes about it", max_length=500, blank=True)
    due_on = models.DateField()
    status = models.CharField(max_length=10, default=OPEN)
    outcome = models.CharField("what was done, or why not", max_length=1000, blank=True)
    done_on = models.DateField(null=True, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    chased_at = models.DateTimeField(null=True, blank=True)
    chased = models.PositiveSmallIntegerField(default=0)
    added_by_id = models.BigIntegerField()
    added_by_name = models.CharField(max_length=120)
    added_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["item", "added_at"], name="marac_action_item"),
            models.Index(fields=["organisation", "status", "due_on"], name="marac_action_owner"),
            models.Index(fields=["due_on"], condition=models.Q(status="open"), name="marac_action_open"),
        ]


class MaracFlag(Record):
    """Heard at a MARAC: for twelve months any of its agencies that meets the person again is told whom to ring."""

    marac = models.ForeignKey(Marac, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="marac_flags")
    item = models.OneToOneField(Item, on_delete=models.PROTECT, related_name="flag")
    from_on = models.DateField()
    until_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["marac", "until_on"], name="marac_flag_until")]


class Transfer(Record):
    """A case sent to, or received from, another area's MARAC: what was sent, how, and what they answered."""

    SENT_OUT, RECEIVED = "out", "in"

    marac = models.ForeignKey(Marac, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marac_transfers")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="transfers")
    direction = models.CharField(max_length=4)
    other_marac = models.CharField("which MARAC", max_length=200)
    why = models.CharField(max_length=20)  # code list marac_transfer_why
    heard_here = models.CharField(max_length=10, default="unknown")  # whether it was heard locally before
    sent = ArrayField(models.CharField(max_length=20), default=list)  # code list marac_sent
    how = models.CharField("by which secure way", max_length=200, blank=True)
    sent_on = models.DateField(default=timezone.localdate)
    answered_on = models.DateField(null=True, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)


class Letter(Record):
    """An evidence letter that was written: for whom, by whom, in which words. Regulation 33, schedule 1."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="marac_letters")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="letters")
    addressee = models.CharField(max_length=200)
    body = models.CharField(max_length=6000)
    signed_by = models.CharField(max_length=120)
    signed_as = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=timezone.now)
    made_by_id = models.BigIntegerField()


class ReturnSent(Record):
    """A quarterly return as it was sent: its figures stay, whatever is corrected later."""

    marac = models.ForeignKey(Marac, on_delete=models.PROTECT, related_name="returns")
    quarter_from = models.DateField()
    quarter_until = models.DateField()
    figures = models.JSONField()
    missing = models.JSONField(default=list)
    why_incomplete = models.CharField(max_length=1000, blank=True)
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.CharField(max_length=120)
