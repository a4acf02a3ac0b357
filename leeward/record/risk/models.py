"""Risk: instruments with their versions, assessments, incidents, what was demanded, safety plans."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from leeward.platform.access.models import Organisation, Partnership
from leeward.platform.common.models import Record
from leeward.record.cases.models import Case
from leeward.record.people.models import Address, Person


class InstrumentVersion(Record):
    """One version of an instrument's definition. Never changed: an assessment keeps the version it was made with."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, null=True)  # none: shipped with Leeward
    key = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    definition = models.JSONField()  # the file as it was validated (instruments/schema.py)
    loaded_at = models.DateTimeField(default=timezone.now)
    loaded_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partnership", "key", "version"], name="instrument_version_once", nulls_distinct=False
            )
        ]


class RiskSettings(Record):
    """What a partnership has set, from when. The newest row counts; the earlier ones stay as its history."""

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT)
    # Instrument key to {"medium": 10, "high": 14}; an instrument that is not named keeps the bands of its file.
    bands = models.JSONField(default=dict)
    paused = ArrayField(models.CharField(max_length=40), default=list)  # instruments not offered for new assessments
    escalation_count = models.PositiveSmallIntegerField(default=3)  # incidents
    escalation_months = models.PositiveSmallIntegerField(default=12)
    repeat_months = models.PositiveSmallIntegerField(default=12)
    review_weeks = models.PositiveSmallIntegerField(default=8)
    plan_weeks = models.PositiveSmallIntegerField(default=8)  # until a safety plan is gone through again
    set_by_id = models.BigIntegerField(null=True)
    set_by_name = models.CharField(max_length=120, blank=True)
    set_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["partnership", "-set_at"], name="risk_settings_newest")]


class Assessment(Record):
    """One use of an instrument for one person. Answered in parts; what is finished is never changed again."""

    STARTED, FINISHED, WITHDRAWN = "started", "finished", "withdrawn"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assessments", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    status = models.CharField(max_length=10, default=STARTED)
    started_at = models.DateTimeField(default=timezone.now)
    assessed_on = models.DateField(default=timezone.localdate)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    author_id = models.BigIntegerField()
    author_name = models.CharField(max_length=120)
    # Who finished it, where that is not who began it: both stand by it.
    finished_by_id = models.BigIntegerField(null=True)
    finished_by_name = models.CharField(max_length=120, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # points, where the instrument counts
    most = models.PositiveSmallIntegerField(null=True, blank=True)  # the most points that it can give
    scored_level = models.CharField(max_length=10, blank=True)  # code list risk_level: what the score says
    level = models.CharField(max_length=10, blank=True)  # what counts: the score's level or above it
    judgement = models.CharField("why the level was raised", max_length=2000, blank=True)
    own_view = models.CharField("how she sees it herself", max_length=2000, blank=True)
    incidents = models.PositiveSmallIntegerField(null=True, blank=True)  # counted over all agencies when finished
    criteria = ArrayField(models.CharField(max_length=20), default=list)  # code list risk_criterion
    review_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=120, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["case", "-started_at"], name="assessment_case"),
            models.Index(fields=["person", "-finished_at"], name="assessment_person"),
        ]

    @property
    def people(self) -> str:
        """Who made it: who began it and, where that is somebody else, who finished it."""
        if self.finished_by_name and self.finished_by_name != self.author_name:
            return f"{self.author_name}, finished by {self.finished_by_name}"
        return self.author_name


class Answer(Record):
    """One answered item. No row: it was not come to yet."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="answers", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=40)
    answer = models.CharField(max_length=20)  # an option of the item's scale, not_known or not_asked
    comment = models.CharField(max_length=2000, blank=True)
    source = models.CharField("who said so, where it was not the person", max_length=200, blank=True)
    answered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "item"], name="answer_once")]


class Demand(Record):
    """What the law or good practice asks for because of an answer or an incident, and what was done about it."""

    OPEN, TAKEN, NOT_TAKEN = "open", "taken", "not_taken"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="demands", db_index=False)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="demands", null=True)
    incident = models.ForeignKey("Incident", on_delete=models.PROTECT, related_name="demands", null=True)
    key = models.CharField(max_length=40)  # instruments/demands.yaml
    status = models.CharField(max_length=10, default=OPEN)
    words = models.CharField("what was done, or why not", max_length=2000, blank=True)
    raised_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=120, blank=True)
    organisation_id = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["case", "status"], name="demand_case")]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "key"], name="demand_once"),
            models.UniqueConstraint(fields=["incident", "key"], name="demand_of_incident_once"),
        ]


class Incident(Record):
    """Something that was done to somebody, as one agency knows it. Counted over all agencies, read by few.

    Without a case where an agency's extract brought it in: then its own organisation alone reads it.
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="incidents", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="incidents")
    causing = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")  # who is said to have
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    is_about = models.BooleanField("the date is not exact", default=False)
    kinds = ArrayField(models.CharField(max_length=30))  # code list abuse_kind: Domestic Abuse Act 2021 s 1(3)
    place = models.CharField(max_length=20, blank=True)  # code list incident_place
    reported = models.CharField(max_length=20)  # code list incident_reported
    crime_reference = models.CharField(max_length=40, blank=True)
    source = models.CharField(max_length=20)  # code list incident_source
    children_present = models.CharField(max_length=10, default="unknown")
    what = models.CharField(max_length=2000, blank=True)
    organisation_id = models.BigIntegerField()
    recorded_by = models.CharField(max_length=120)
    recorded_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["person", "-from_on"], name="incident_person")]


class SafetyPlan(Record):
    """What keeps one person safer, made with them. One for each person in a case: children have their own."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="safety_plans", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    about = models.CharField("in their own words: what matters most", max_length=2000, blank=True)
    # How a copy may reach them: nothing leaves unless they said how (code list plan_copy).
    copy = models.CharField(max_length=20, default="none")
    copy_words = models.CharField("what they said about a copy", max_length=500, blank=True)
    copy_asked_on = models.DateField("when they said so", null=True, blank=True)
    # Where a copy is sent: the address stays where it is kept, and is read by those alone who may see it.
    copy_to = models.CharField("to whom it is sent", max_length=200, blank=True)
    copy_address = models.ForeignKey(Address, on_delete=models.PROTECT, null=True, related_name="+")
    review_on = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "person"], name="safety_plan_once")]


class PlanStep(Record):
    """One thing that somebody does, in a situation. Ended, never deleted."""

    plan = models.ForeignKey(SafetyPlan, on_delete=models.PROTECT, related_name="steps", db_index=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    situation = models.CharField(max_length=20)  # code list plan_situation
    words = models.CharField(max_length=1000)
    who = models.CharField("who does it", max_length=120, blank=True)
    when_words = models.CharField("when", max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    added_by = models.CharField(max_length=120)
    added_at = models.DateTimeField(default=timezone.now)
    done_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "situation", "position"], name="plan_step_order")]


class PlanEvent(Record):
    """A review of a plan, or a copy that was given: with who, when and how."""

    plan = models.ForeignKey(SafetyPlan, on_delete=models.PROTECT, related_name="events")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)  # review or copy
    words = models.CharField(max_length=500, blank=True)
    by_name = models.CharField(max_length=120)
    at = models.DateTimeField(default=timezone.now)
