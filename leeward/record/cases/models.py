"""Cases and what belongs to them. Status is a history of immutable rows; the column is where it stands now.

`db_index=False` on a foreign key means that an index of several columns begins with it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership, Team, User
from leeward.platform.common.models import Record
from leeward.record.people.models import Person


class Scope(models.IntegerChoices):
    """How much of a case an involvement opens."""

    INDEX = 1, "That there is a case and whom to ring"
    SUMMARY = 2, "Summary"
    FULL = 3, "The whole case"


class Case(Record):
    """One episode of help for one person."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    reference = models.CharField(max_length=20)  # a word and a number that one can keep in the head
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    side = models.CharField(max_length=20)  # code list side
    status = models.CharField(max_length=20, default="open")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    lead_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    lead_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    lead_worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    counts_for = models.CharField("authority it counts for (GSS code)", max_length=9, blank=True)
    risk = models.CharField(max_length=10, default="unknown")  # code list risk_level
    risk_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    is_restricted = models.BooleanField(default=False)
    created_by_id = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["person"], name="case_person"),
            models.Index(fields=["reference"], name="case_reference"),
        ]


class CaseStory(Record):
    """What is for those alone who see the whole case: what the person wants, in their own words."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="story")
    own_words = models.CharField("in their own words", max_length=1000, blank=True)


class CaseStatus(Record):
    """One change of a case's status: immutable, with who and when."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="statuses")
    status = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True)  # code list closing_reason
    note = models.CharField(max_length=2000, blank=True)
    checklist = models.JSONField(default=dict)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)


class CaseAssignment(Record):
    """Who led a case from when: transfers and allocations are rows of this."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)


class CasePerson(Record):
    """Somebody who is known in this case: a child, another adult, who is said to cause harm."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=20)  # code list part_in_case
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="case_person_once")]


class CaseLink(Record):
    """Two cases belong together (mother and child); each keeps its own involvement."""

    first = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_first")
    second = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_second")
    kind = models.CharField(max_length=20)  # child, family, earlier
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(default=timezone.now)


class Involvement(Record):
    """A share: an organisation (a team of it, or one named user) gets sight of a case. The database enforces it.

    Sight begins when the receiver accepts, unless the decision says at once; it ends with `until` or when ended.
    """

    OFFERED, ACTIVE, RETURNED, ENDED, WITHDRAWN = "offered", "active", "returned", "ended", "withdrawn"
    PLACE = "place"  # the origin of a share with a provider that was asked for a safe place

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="involvements", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    scope = models.PositiveSmallIntegerField(choices=Scope.choices, default=Scope.FULL)
    address = models.BooleanField("may see where they are now", default=False)
    risk = models.BooleanField("may see risk assessments and the safety plan", default=False)
    is_lead = models.BooleanField(default=False)
    status = models.CharField(max_length=10, default=OFFERED)
    at_once = models.BooleanField(default=False)
    lawful_basis = models.CharField(max_length=40)  # code list lawful_basis
    told = models.CharField(max_length=20)  # code list told
    why = models.CharField("why shared, and why without agreement", max_length=1000, blank=True)
    added_by_id = models.BigIntegerField(null=True)
    added_organisation_id = models.BigIntegerField(null=True)
    from_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True, blank=True)
    answered_by_id = models.BigIntegerField(null=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(max_length=40, blank=True)  # code list return_reason
    return_note = models.CharField(max_length=1000, blank=True)
    # A transfer may end the sender's own part when it is accepted; a handover of a provider always does.
    ends_sender = models.BooleanField("the sender's part ends on acceptance", default=False)
    origin = models.CharField(max_length=12, default="share")  # share, transfer, front_door, handover, place
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by_id = models.BigIntegerField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "status"], name="involvement_case"),
            models.Index(fields=["organisation", "status", "-from_at"], name="involvement_organisation"),
        ]
        constraints = [
            # acting without agreement needs its reason in words
            models.CheckConstraint(
                condition=models.Q(told="told_agreed") | ~models.Q(why=""), name="share_without_agreement_says_why"
            ),
        ]


class NamedUser(Record):
    """Who may see a restricted case: nobody else, whatever their organisation has."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="named_users")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_by_id = models.BigIntegerField(null=True)
    added_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)


class BreakGlass(Record):
    """Emergency sight for a day, with a typed reason; the data protection lead is told at once and reviews it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    # Who reviews this does not open the case: the row itself says which one it was, and whom to ring.
    reference = models.CharField(max_length=20)
    lead_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    reviewed_by_id = models.BigIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)  # justified, not_justified
    review_note = models.CharField(max_length=1000, blank=True)


class CaseSight(Record):
    """Who has sight of a case: narrow, with what lists show, sort and filter by; kept by SQL functions alone.

    A row of scope 1 (index) holds no side, risk, worker or review date: that there is a case, and whom to ring.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="sights", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")
    scope = models.PositiveSmallIntegerField()
    address = models.BooleanField(default=False)
    risk = models.BooleanField(default=False)
    is_lead = models.BooleanField(default=False)
    until = models.DateTimeField(null=True)
    reference = models.CharField(max_length=20)
    lead_organisation_id = models.BigIntegerField()
    side = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    risk_level = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    lead_worker_id = models.BigIntegerField(null=True)
    review_on = models.DateField(null=True)
    source = models.CharField(max_length=20, default="involvement")  # or break_glass

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "status", "-opened_at", "-case"], name="sight_organisation_list"),
            models.Index(fields=["organisation", "status", "review_on", "case"], name="sight_organisation_review"),
            models.Index(fields=["lead_worker_id", "status", "-opened_at", "-case"], name="sight_worker_list"),
            models.Index(fields=["team", "status", "-opened_at", "-case"], name="sight_team_list"),
            models.Index(fields=["case", "organisation"], name="sight_case_organisation"),
        ]


class ChronologyEntry(Record):
    """One line of the one ordered story, written by actions of every room.

    It changes only with what it tells of: a note that is corrected takes its line along.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="chronology", db_index=False)
    at = models.DateTimeField()
    has_time = models.BooleanField(default=True)  # a date without a time is never shown as 00:00
    kind = models.CharField(max_length=20)  # code list event_kind
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=1000, blank=True)
    about_kind = models.CharField(max_length=40, blank=True)  # the table of what it tells of
    about_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=120, blank=True)
    organisation_id = models.BigIntegerField(null=True)
    scope = models.PositiveSmallIntegerField(default=3)  # the least scope that shows it
    needs_risk = models.BooleanField(default=False)
    needs_address = models.BooleanField(default=False)
    own_organisation = models.BooleanField("seen by the writer's organisation only", default=False)

    class Meta:
        indexes = [models.Index(fields=["case", "-at", "-id"], name="chronology_case")]


class Note(Record):
    """What was said, seen or done. Corrected by a new version; the old ones stay."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes", db_index=False)
    kind = models.CharField(max_length=20)  # code list note_kind
    text = models.TextField()
    happened_at = models.DateTimeField(default=timezone.now)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    seen_alone = models.CharField(max_length=10, default="unknown")
    present = models.CharField("who else was there", max_length=200, blank=True)
    own_organisation = models.BooleanField(default=False)
    author_id = models.BigIntegerField()
    author_name = models.CharField(max_length=120)
    organisation_id = models.BigIntegerField()
    written_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["case", "-happened_at"], name="note_case")]


class NoteVersion(Record):
    """An earlier wording of a note, kept whole."""

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="versions")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    text = models.TextField()
    happened_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True)
    seen_alone = models.CharField(max_length=10)
    present = models.CharField(max_length=200, blank=True)
    author_name = models.CharField(max_length=120)
    organisation_id = models.BigIntegerField()
    own_organisation = models.BooleanField(default=False)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "version"], name="note_version_once")]


class Task(Record):
    """Something to do, by whom and when."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    title = models.CharField(max_length=200)
    due_on = models.DateField(null=True, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=30, default="todo")
    status = models.CharField(max_length=10, default="open")  # open, done, dropped
    done_at = models.DateTimeField(null=True, blank=True)
    done_by_id = models.BigIntegerField(null=True)
    outcome = models.CharField("what came of it, or why it was dropped", max_length=300, blank=True)
    about_id = models.BigIntegerField(null=True)  # the share that a task of kind ask_consent is about
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["assignee", "status", "due_on"], name="task_assignee"),
            models.Index(fields=["organisation", "status", "due_on"], name="task_organisation"),
            models.Index(fields=["case", "status"], name="task_case"),
        ]


class Document(Record):
    """A file of a case: encrypted on disk under a name that tells nothing, never served inline."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents", db_index=False)
    kind = models.CharField(max_length=20)  # code list document_kind
    title = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)  # of what is kept
    original_sha256 = models.CharField(max_length=64)  # of what was sent: pictures are kept without their metadata
    scan = models.CharField(max_length=20)  # clean, not_scanned
    own_organisation = models.BooleanField(default=False)
    uploaded_by_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField()
    uploaded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by_id = models.BigIntegerField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "-uploaded_at"], name="document_case")]


class Handover(Record):
    """A whole provider's open cases go to another provider: proposed by one person, reviewed and done by another."""

    PROPOSED, DONE, REFUSED = "proposed", "done", "refused"

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    from_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=1000)
    lawful_basis = models.CharField(max_length=40)
    status = models.CharField(max_length=10, default=PROPOSED)
    proposed_by_id = models.BigIntegerField()
    proposed_at = models.DateTimeField(default=timezone.now)
    reviewed_by_id = models.BigIntegerField(null=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    ask_consent_by = models.DateField(null=True, blank=True)
    review_note = models.CharField(max_length=1000, blank=True)
    counts = models.JSONField(default=dict)
    case_ids = ArrayField(models.BigIntegerField(), default=list)
